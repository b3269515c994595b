"""The decision calendar: every dated decision of the option under discussion, in order, and the next."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.report.made_study import made_study

from coprod.report.chapters.calendar import calendar, payers_of
from coprod.report.chapters.decision import decision
from coprod.report.chapters.path import chapter, lines
from coprod.report.material import Material
from coprod.run import run_study

#: The licence to assemble at Nagoya begins after the study's date, opened by no investment, and ends.
LICENCES = {
    "licences": [
        {
            "licence": "Harrier licence",
            "licensor": "US",
            "licensee": "Japan",
            "valid_from": "2027-06-01",
            "valid_to": "2034-06-30",
        }
    ]
}


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    """One end item, two options; assembly at Nagoya and its licence are in the second."""
    tables = made_study(items=1, options=3, settings={"option_under_discussion": "nagoya"}, **LICENCES)
    return Material(run_study(tables, tmp_path_factory.mktemp("calendar") / "run", options=["nagoya"]).path)


@pytest.fixture(scope="module")
def decided(material):
    return calendar(material)


def own(material, name):
    """Return a table of the option under discussion, read from the run's files."""
    return material.run.table(name, material.option)


def test_decisions_stand_in_the_order_of_their_dates(decided):
    dates = [one.date.value for one in decided]
    assert len(dates) > 3
    assert dates == sorted(dates)


def test_every_investment_the_plan_starts_is_one(material, decided):
    builds = own(material, "builds")
    builds = builds[~builds["sunk"].astype(bool)]
    assert len(builds) > 0
    found = {(one.name, one.date.value) for one in decided if one.kind == "build"}
    assert found == set(zip(builds["investment"], builds["start"], strict=True))


def test_what_is_bought_or_needs_administration_is_dated_by_the_plans_first_order(material, decided):
    starts = own(material, "starts")
    first = starts.groupby("process")["order_date"].min()
    # Seekers and motors wait for their contracts, grain is bought; assembly has neither.
    orders = {one.name: one.date.value for one in decided if one.kind in {"order", "make"}}
    assert orders == {name: first[name] for name in ("seekers", "motors", "buy grain")}
    kinds = {one.name: one.kind for one in decided if one.name in orders}
    assert kinds == {"seekers": "order", "motors": "make", "buy grain": "order"}


def test_a_licence_is_needed_at_its_first_use_and_to_be_renewed_at_its_end(material, decided):
    starts = own(material, "starts")
    first = starts.loc[starts["process"] == "assemble Harrier, Nagoya", "period"].min()
    found = {one.kind: one.date.value for one in decided if one.name == "Harrier licence"}
    assert found == {"licence": first, "expiry": pd.Timestamp("2034-06-30")}


def test_the_payers_are_those_of_the_most_specific_rows(material, decided):
    paid = {one.name: payers_of(material, one) for one in decided if one.kind != "expiry"}
    assert paid["Nagoya assembly"] == [("Japan MoD", 1.0)]
    assert paid["seekers"] == [("US DoD", 1.0)]
    assert paid["Harrier licence"] == []


def test_the_next_decision_is_the_first_that_still_lies_ahead(material, decided):
    first = next(one for one in decided if one.date.value >= material.today)
    date, said = material.formats.day(first.date.value), str(decision(material).act)
    assert date in said
    assert (first.name if first.kind == "build" else first.rows.text("item")) in said


def test_each_line_says_what_hangs_on_it(material, decided):
    builds = own(material, "builds").set_index("investment")
    complete = material.formats.month(builds.loc["Nagoya assembly", "complete"])
    line = next(one for one in lines(material) if "Nagoya assembly" in one.act)
    assert complete in line.then
    assert line.capex == builds.loc["Nagoya assembly", "capex"]
    seekers = next(line for one, line in zip(decided, lines(material), strict=True) if one.name == "seekers")
    starts = own(material, "starts")
    assert seekers.quantity == pytest.approx(starts.loc[starts["process"] == "seekers", "quantity"].sum())


def test_the_chapter_counts_what_its_table_lists(material, decided):
    found = chapter(material)
    table = found.parts[-1]
    assert len(table.rows) == len(decided)
    assert material.formats.number(len(decided)) in found.summary
