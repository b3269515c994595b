"""Every language of the report says the same things: the same texts, with the same facts and names."""

from __future__ import annotations

import re
import string
from collections import Counter
from importlib.resources import files
from xml.etree import ElementTree

import pytest

from coprod.report.formats import formats
from coprod.report.texts import LANGUAGES, load

FOUND = sorted(
    file.name.removesuffix(".toml")
    for file in files("coprod.report").joinpath("text").iterdir()
    if file.name.endswith(".toml")
)
OTHERS = [language for language in FOUND if language != "en"]


def as_list(text):
    """Return a text, or a list of them, as a list."""
    return text if isinstance(text, list) else [text]


def placeholders(text):
    """Return what a text fills in: each name with its format, those inside a format as well."""
    found = Counter()
    for _, name, spec, _ in string.Formatter().parse(text):
        if name is not None:
            found[name, spec.partition("|")[0]] += 1
            found += placeholders(spec)
    return found


def outside(text):
    """Return a text without what it fills in."""
    return "".join(literal for literal, *_ in string.Formatter().parse(text))


def differences(theirs, ours):
    """Return, in words, where two texts or lists of texts do not say the same things."""
    if isinstance(theirs, list) is not isinstance(ours, list):
        return ["a list in one, a text in the other"]
    ours, theirs = as_list(ours), as_list(theirs)
    if len(ours) != len(theirs):
        return [f"{len(theirs)} texts, not {len(ours)}"]
    found = []
    for their, our in zip(theirs, ours, strict=True):
        if placeholders(their).keys() != placeholders(our).keys():
            found.append(f"fills in {sorted(placeholders(their))}, not {sorted(placeholders(our))}")
        if outside(their).count("|") != outside(our).count("|"):
            found.append("has other parts between its bars")
        if Counter(re.findall("<[^>]*>", their)) != Counter(re.findall("<[^>]*>", our)):
            found.append("has other markup")
    return found


def test_the_languages_on_offer_are_those_with_a_file():
    assert set(FOUND) == set(LANGUAGES)


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_text_and_no_other(language):
    assert sorted(load(language)) == sorted(load("en"))


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_fills_in_the_same_facts_and_names(language):
    theirs, ours = load(language), load("en")
    found = {key: differences(theirs[key], ours[key]) for key in ours.keys() & theirs.keys()}
    assert {key: words for key, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("their", "our", "words"),
    [
        ("{full:month}に{item}", "{item} in {full:month}", ""),
        ("{full:day}に{item}", "{item} in {full:month}", "fills in"),
        ("{item}", "{item} in {full:month}", "fills in"),
        ("{n:quantity}", "{n:quantity|{unit}}", "fills in"),
        ("{n:count|件}", "{n:count|line|lines}", ""),
        ("<b>甲</b>", "<b>a</b>", ""),
        ("甲", "<b>a</b>", "markup"),
        ("甲｜乙", "a|b", "bars"),
        (["甲"], ["a", "b"], "1 texts, not 2"),
        ("甲", ["a"], "a list"),
    ],
)
def test_what_differs_is_found(their, our, words):
    found = differences(their, our)
    assert bool(found) is bool(words)
    assert words in "".join(found)


@pytest.mark.parametrize("language", FOUND)
def test_every_text_is_written_and_can_be_filled_in(language):
    for key, text in load(language).items():
        for own in as_list(text):
            assert own.strip(), key
            for name, spec in placeholders(own):
                assert name.isidentifier(), (key, name)
                assert not spec or callable(getattr(formats(language), spec, None)), (key, spec)
            ElementTree.fromstring(f"<p>{outside(own)}</p>")  # every tag is closed, in its order


@pytest.mark.parametrize("language", FOUND)
def test_no_text_has_a_digit_of_its_own(language):
    """But the workbook's legend: it says what becomes of a table with 0 rows."""
    texts = {key: text for key, text in load(language).items() if key != "workbook.legend"}
    found = [
        (key, own) for key, text in texts.items() for own in as_list(text) if re.search(r"\d", outside(own))
    ]
    assert found == []
