"""Two runs side by side: every cell and figure that changed, and none that did not."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from coprod.compare.runs import answer_changes, study_changes
from coprod.study import Tables

SETTINGS = {"title": "t", "study_date": "2027-01-01"}
ITEMS = [{"item": "a", "unit_value": 1.5}, {"item": "b"}]


def changes(before, after):
    """What changed in the study, as rows."""
    return study_changes(before, after).to_numpy().tolist()


def test_equal_studies_differ_in_nothing_blank_cells_and_the_order_of_rows_included():
    one = Tables.from_rows(SETTINGS, items=ITEMS, sites=[{"site": "s"}])
    other = Tables.from_rows(SETTINGS, items=ITEMS[::-1], sites=[{"site": "s"}])
    assert changes(one, one) == []
    assert changes(one, other) == []


def test_every_kind_of_cell_that_changed_is_named_with_both_values():
    one = Tables.from_rows(
        SETTINGS | {"questions": ("a", "b")},
        items=ITEMS,
        stock=[{"item": "a", "site": "s", "quantity": 1, "due": "2027-05-01"}],
        licences=[{"licence": "l", "licensor": "x", "licensee": "y", "scope": ("a",)}],
    )
    other = Tables.from_rows(
        SETTINGS | {"questions": ("a",), "horizon": "2030-12-31"},
        items=[{"item": "a"}, {"item": "b", "active": False, "note": "n"}],
        stock=[{"item": "a", "site": "s", "quantity": 1, "due": "2027-05-01"}],
        licences=[{"licence": "l", "licensor": "x", "licensee": "y", "scope": ("a", "b")}],
    )
    assert changes(one, other) == [
        ["study", "", "horizon", "–", "2030-12-31"],
        ["study", "", "questions", "a; b", "a"],
        ["items", "a", "unit_value", "1.5", "–"],
        ["items", "b", "active", "True", "False"],
        ["items", "b", "note", "", "n"],
        ["licences", "l", "scope", "a", "a; b"],
    ]


def test_a_row_that_came_or_went_is_named_once():
    one = Tables.from_rows(SETTINGS, items=ITEMS)
    other = Tables.from_rows(SETTINGS, items=[*ITEMS[:1], {"item": "c"}])
    assert changes(one, other) == [
        ["items", "b", "(row)", "there", "–"],
        ["items", "c", "(row)", "–", "there"],
    ]


def run(*rows):
    """A run with no more than a comparison."""
    frame = pd.DataFrame(rows, columns=["option", "objective", "backfill_date", "cost", "status"])
    return SimpleNamespace(table=lambda name: {"comparison": frame}[name])


def test_dates_numbers_and_words_of_the_answer_that_changed():
    day = pd.Timestamp
    one = run(
        ("base", "store", day("2028-02-29"), 100.0, "optimal"), ("old", "store", pd.NaT, np.nan, "optimal")
    )
    two = run(
        ("base", "store", day("2027-10-31"), 130.0, "within gap"), ("old", "store", pd.NaT, np.nan, "optimal")
    )
    frame = answer_changes(one, two)
    assert frame[["option", "figure", "before", "after"]].to_numpy().tolist() == [
        ["base", "backfill_date", "2028-02-29", "2027-10-31"],
        ["base", "cost", "100", "130"],
        ["base", "status", "optimal", "within gap"],
    ]
    assert frame["difference"].tolist()[1] == 30.0
    assert np.isnan(frame["difference"].tolist()[0])


def test_what_differs_by_less_than_a_solver_does_is_the_same_answer():
    one = run(("base", "store", pd.NaT, 1e9, "optimal"))
    assert len(answer_changes(one, run(("base", "store", pd.NaT, 1e9 + 100.0, "optimal")))) == 0
    assert len(answer_changes(one, run(("base", "store", pd.NaT, 1e9 + 5000.0, "optimal")))) == 1


def test_an_option_that_only_one_run_has_is_shown_with_dashes():
    one, two = run(), run(("new", "store", pd.NaT, 5.0, "optimal"))
    for before, after, cost in ((one, two, ["–", "5"]), (two, one, ["5", "–"])):
        frame = answer_changes(before, after).set_index("figure")
        assert frame.loc["cost", ["before", "after"]].tolist() == cost
