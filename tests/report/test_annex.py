"""The annex: each element of a law's list is answered from the run, or what the study lacks is named."""

from __future__ import annotations

import csv
import re

import pandas as pd
import pytest
from tests.report.made_study import made_study

from coprod.report.annex import statutory_list
from coprod.report.chapters.elements import ANSWERS
from coprod.report.chapters.statutory import chapter, replies
from coprod.report.content import content
from coprod.report.material import Material
from coprod.report.texts import LANGUAGES, load
from coprod.run import run_study
from coprod.study.schema import schema

LISTS = schema()["study"].columns["annex"].choices
#: As in the made-up study, but for the contracts behind its orders.
ORDERS = made_study()["demands"].to_dict("records")
FILLED = [
    row | {"contract_type": "firm fixed price", "priority_rating": rating}
    for row, rating in zip(ORDERS, ("DX", "DO"), strict=True)
]


def run(folder, **more):
    settings = {"annex": "usc10-222d"} | more.pop("settings", {})
    study = made_study(options=2, settings=settings, **more)
    return run_study(study, folder / "run").path


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """The made-up study with its annex; nothing is said of its contracts."""
    return run(tmp_path_factory.mktemp("annex"))


@pytest.fixture(scope="module")
def material(path):
    return Material(path)


@pytest.fixture(scope="module")
def found(material):
    return {own.element.answer: own for own in replies(material)}


def test_every_list_on_offer_has_elements_with_answers():
    assert LISTS
    for name in LISTS:
        for language in LANGUAGES:
            elements = statutory_list(name, language).elements
            assert [own.number for own in elements] == [str(n + 1) for n in range(len(elements))]
            assert {own.answer for own in elements} <= set(ANSWERS)
            assert all(own.text for own in elements)


def test_no_answer_is_left_without_an_element():
    asked = {own.answer for name in LISTS for own in statutory_list(name, "en").elements}
    assert set(ANSWERS) == asked


def test_the_elements_are_those_read_from_the_law(shared_data):
    with (shared_data / "us-budget" / "usc10_222d_report_elements.csv").open(encoding="utf-8") as file:
        theirs = list(csv.DictReader(file))
    ours = statutory_list("usc10-222d", "en").elements
    assert [own.number for own in ours] == [row["element"] for row in theirs]
    for own, row in zip(ours, theirs, strict=True):
        first = re.findall(r"\w{5,}", row["text_short"].lower())
        assert any(word in own.text.lower() for word in first), (own.number, row["text_short"])


def test_every_table_and_column_a_text_names_is_one_of_a_study():
    named = []
    for key, text in load("en").items():
        if key.startswith("c11.no_"):
            for table, columns in re.findall(r"\(table (\w+)(?:, column (\w+))?", text):
                named.append((table, columns))
                assert table in schema(), key
                assert not columns or columns in schema()[table].columns, key
    assert len(named) > 8


def test_each_element_is_answered_or_lacks_something(found):
    assert len(found) == 12
    for name, own in found.items():
        assert own.answered.said or own.answered.lacks, name
        tables = set(own.answered.tables)
        assert not own.answered.said or tables, name


def test_the_date_is_that_of_the_comparison(material, found):
    compared = material.run.table("comparison")
    said = str(found["requirement_met"].said)
    for headline in material.headlines:
        for option in (material.names[0], material.option):
            rows = compared[(compared["option"] == option) & (compared["objective"] == headline.name)]
            when = rows["backfill_date"].iloc[0]
            end = material.run.table("stock", option)["period"].max()
            assert material.formats.month(end if pd.isna(when) else when) in said


def test_rates_are_counted_by_what_the_study_states(found):
    # Of four lines one states what its tooling gives, two a rate the plan may use, one is not there yet; a
    # minimum sustaining rate has none.
    assert found["sustaining_rates"].answered.state == "none"
    assert "4\u00a0lines" in str(found["sustaining_rates"].lacks)
    said, lacks = str(found["maximum_rates"].said), str(found["maximum_rates"].lacks)
    assert found["maximum_rates"].answered.state == "part"
    assert "1 of 4\u00a0lines" in said
    assert "2\u00a0lines" in said
    assert "3\u00a0lines" in lacks


def test_contracts_and_ratings_are_lacking_until_the_orders_have_them(found, tmp_path):
    for name, column in (("contract_types", "contract_type"), ("ratings", "priority_rating")):
        assert found[name].answered.state == "none"
        assert column in str(found[name].lacks)
    filled = {own.element.answer: own for own in replies(Material(run(tmp_path, demands=FILLED)))}
    assert filled["contract_types"].answered.state == "whole"
    assert filled["ratings"].answered.state == "whole"
    assert "DX" in str(filled["ratings"].said)
    assert "contract_type" not in str(filled["export_orders"].lacks)


def test_the_annex_follows_the_chapters_where_the_study_asks_for_it(material, path):
    *_, last = content(material).chapters
    assert last.label
    assert last.parts[0].name == "statutory"
    assert len(last.parts[0].rows) == 12
    none = Material(path)
    none.study.settings["annex"] = ""
    assert chapter(none) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_chapter_counts_are_the_states_of_its_rows(path, language):
    material = Material(path, language=language)
    states = [own.answered.state for own in replies(material)]
    second = chapter(material).paragraphs[1]
    numbers = re.findall(r"\d+", second)
    assert sorted(map(int, numbers)) == list(range(1, 13))
    assert len(re.findall("。|\\.", second)) == len(set(states))
