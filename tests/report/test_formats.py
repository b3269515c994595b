"""Quantities and large numbers as people say them."""

from __future__ import annotations

import pytest

from coprod.report.facts import Fact
from coprod.report.formats import formats
from coprod.report.texts import load, texts


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (412.0, "rounds", "412 rounds"),
        (15000.0, "rounds", "15 000 rounds"),
        (15000.0, "thousand doses", "15 million doses"),
        (9553.4, "thousand doses", "9.6 million doses"),
        (999.0, "thousand doses", "999 thousand doses"),
        (999.96, "thousand doses", "1 million doses"),
        (2.5e6, "thousand doses", "2.5 billion doses"),
        (2.5e7, "billion litres", "25 000 000 billion litres"),
        (-15000.0, "thousand doses", "−15 million doses"),
        (float("nan"), "rounds", "–"),
    ],
)
def test_a_quantity_is_said_in_the_scale_people_use(value, unit, said):
    assert plain(formats("en").quantity(value, unit)) == said


@pytest.mark.parametrize(
    ("value", "said"), [(2.5e11, "250 billion"), (1.2e7, "12 million"), (5e6, "5 000 000"), (7, "7")]
)
def test_a_large_number_is_not_written_out(value, said):
    assert plain(formats("en").large(value)) == said


def test_a_unit_is_a_text_of_the_study_and_cannot_become_markup(monkeypatch):
    monkeypatch.setitem(load("en"), "made.up", "{n:quantity|{unit}} short")
    fact = Fact(3.0, "stock", "quantity", (0,))
    said = texts("en", "USD").say("made.up", n=fact, unit="<b>tubes & {bags}|sets")
    assert plain(str(said)) == "3 &lt;b&gt;tubes &amp; {bags}|sets short"
