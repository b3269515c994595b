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


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (412.0, "発", "412発"),
        (412.0, "rounds", "412 rounds"),
        (15000.0, "rounds", "15,000 rounds"),
        (15000.0, "thousand doses", "1,500万 doses"),
        (15000.0, "thousand 回分", "1,500万回分"),
        (15000.0, "thousand", "1,500万"),
        (0.5, "thousand doses", "500 doses"),
        (9.9996, "thousand doses", "1万 doses"),
        (9553.4, "thousand doses", "955万 doses"),
        (615_000.0, "thousand doses", "6.15億 doses"),
        (99_999.99, "thousand doses", "1億 doses"),
        (2.5e6, "thousand doses", "25億 doses"),
        (12.0, "billion litres", "120億 litres"),
        (2500.0, "billion litres", "2.5兆 litres"),
        (2.5e7, "billion litres", "25,000兆 litres"),
        (-15000.0, "thousand doses", "−1,500万 doses"),
        (float("nan"), "thousand doses", "–"),
    ],
)
def test_a_japanese_quantity_is_said_in_myriads_with_the_studys_own_word(value, unit, said):
    assert plain(formats("ja").quantity(value, unit)) == said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (0.3, "JPY", "0円"),
        (-0.3, "JPY", "0円"),
        (9_999.4, "JPY", "9,999円"),
        (9_999.6, "JPY", "1万円"),
        (15_000, "JPY", "1.5万円"),
        (7.4e6, "JPY", "740万円"),
        (99_994_999, "JPY", "9,999万円"),
        (99_999_999, "JPY", "1億円"),
        (-99_999_999, "JPY", "−1億円"),
        (4.12e8, "USD", "4.12億ドル"),
        (1.599e9, "EUR", "16億ユーロ"),
        (4.3708e10, "USD", "437億ドル"),
        (9.996e9, "EUR", "100億ユーロ"),
        (999_949_999_999, "JPY", "9,999億円"),
        (999_960_000_000, "JPY", "1兆円"),
        (8.7e12, "JPY", "8.7兆円"),
        (5e8, "SEK", "5億 SEK"),
        (float("nan"), "JPY", "–"),
    ],
)
def test_japanese_money_takes_its_unit_after_rounding(amount, currency, said):
    assert plain(formats("ja").money(amount, currency)) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(2.5e11, "2,500億"), (1.2e7, "1,200万"), (99_999_999, "1億"), (5e6, "5,000,000"), (7, "7")],
)
def test_a_large_japanese_number_is_not_written_out(value, said):
    assert formats("ja").large(value) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (115500, "$115 500"),
        (-204000, "−$204 000"),
        (999499, "$999 499"),
        (999500, "$1 M"),
        (9.94e6, "$9.9 M"),
    ],
)
def test_parts_below_a_million_still_add_up_to_what_their_sum_says(amount, said):
    assert plain(formats("en").money(amount, "USD")) == said
