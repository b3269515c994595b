"""The report's first word: each verdict from a small study planned for real."""

import pandas as pd
import pytest

from coprod.run import run_study
from coprod.run.verdict import lines_of
from coprod.study.tables import Tables

SETTINGS = {
    "title": "verdict",
    "study_date": "2027-01-01",
    "start": "2027-01-01",
    "horizon": "2029-12-31",
    "partner": ("japan",),
}


def study(us, jp, settings=None, /, **rows):
    """
    Twenty missiles wanted at the depot by the end of 2027, made in two months at either plant.

    What starts from January to October is there in time: ten months of either line, at `us` and `jp` a month.
    Japan's are dearer, so they are used only where they are needed.
    """
    base = {
        "items": [{"item": "missile", "kind": "end item"}],
        "sites": [
            {"site": "plant-us", "partner": "usa"},
            {"site": "plant-jp", "partner": "japan"},
            {"site": "depot", "partner": "usa"},
        ],
        "processes": [
            {
                "process": f"make-{place}",
                "item": "missile",
                "site": f"plant-{place}",
                "lead_time_months": 2.0,
                "unit_cost": cost,
                "resource": f"line-{place}",
            }
            for place, cost in (("us", 10.0), ("jp", 20.0))
        ],
        "resources": [
            {"resource": f"line-{place}", "site": f"plant-{place}", "rate_per_month": rate}
            for place, rate in (("us", us), ("jp", jp))
        ],
        "lanes": [
            {"item": "missile", "from_site": f"plant-{place}", "to_site": "depot"} for place in ("us", "jp")
        ],
        "stock_objectives": [
            {"objective": "full", "item": "missile", "site": "depot", "level": 20.0, "by": "2027-12-31"}
        ],
    }
    return Tables.from_rows({**SETTINGS, **(settings or {})}, **{**base, **rows})


def build(name, **changes):
    """Three a month more for the Japanese line from April 2027: seven months are in time, 21 missiles."""
    row = {
        "investment": name,
        "capex": 100.0,
        "lead_time_months": 3.0,
        "resource": ("line-jp",),
        "adds_rate_per_month": 3.0,
    }
    return {**row, **changes}


@pytest.fixture
def judged(tmp_path):
    """Run a study whole and return the one row of its verdict."""

    def judge(tables):
        result = run_study(tables, tmp_path / "run")
        assert result.passed
        return result.verdict.iloc[0]

    return judge


def test_yes_where_both_make_enough_in_time(judged):
    # 10 from the US and 10 of Japan's 20.
    row = judged(study(1.0, 2.0))
    assert row["verdict"] == "yes"
    assert row["only_with"] == ""
    assert row["backfill_date"] <= pd.Timestamp("2027-12-31") == row["due"]
    assert row["months_late"] <= 0.0


def test_yes_but_late_where_both_together_are_too_slow(judged):
    # 1.5 a month from March: 15 by December, 20 in the fourteenth month, April 2028: 121 days late.
    row = judged(study(1.0, 0.5))
    assert row["verdict"] == "yes-late"
    assert row["backfill_date"] == pd.Timestamp("2028-04-30")
    assert row["months_late"] == pytest.approx(121 / (365.25 / 12))
    assert row["binding"] in {"line-us", "line-jp"}


def test_only_with_a_build_without_which_it_is_late(judged):
    row = judged(study(1.0, 0.5, investments=[build("widen")]))
    assert row["verdict"] == "only-with"
    assert row["only_with"] == "widen"
    assert row["backfill_date"] <= row["due"]


def test_a_build_that_another_could_stand_in_for_is_no_condition(judged):
    row = judged(study(1.0, 0.5, investments=[build("widen"), build("widen-2", capex=200.0)]))
    assert (row["verdict"], row["only_with"]) == ("yes", "")


def test_a_build_that_is_fixed_is_no_condition(judged):
    row = judged(study(1.0, 0.5, investments=[build("widen", start="2027-01-01")]))
    assert (row["verdict"], row["only_with"]) == ("yes", "")


def test_a_build_that_comes_too_late_leaves_it_late_and_is_no_condition(judged):
    # Complete in November 2027: nothing it widens is there before January.
    row = judged(study(1.0, 0.5, investments=[build("widen", lead_time_months=10.0)]))
    assert (row["verdict"], row["only_with"]) == ("yes-late", "")
    assert row["backfill_date"] > row["due"]


def test_yes_but_without_the_partner_where_the_cheaper_line_is_enough(judged):
    row = judged(study(3.0, 2.0))
    assert row["verdict"] == "yes-without-partner"
    assert row["backfill_date"] <= row["due"]


def test_no_where_it_is_never_full_within_the_horizon(judged):
    # 0.2 a month for 34 months: 6.8 of 20.
    row = judged(study(0.1, 0.1))
    assert row["verdict"] == "no"
    assert pd.isna(row["backfill_date"])
    assert pd.isna(row["months_late"])


def test_without_a_due_date_full_within_the_horizon_is_yes(judged):
    tables = study(
        1.0,
        0.5,
        stock_objectives=[{"objective": "full", "item": "missile", "site": "depot", "level": 20.0}],
    )
    row = judged(tables)
    assert row["verdict"] == "yes"
    assert row["backfill_date"] == pd.Timestamp("2028-04-30")
    assert pd.isna(row["due"])


def test_orders_stand_for_a_headline_without_an_objective(judged):
    order = {"demand": "o", "item": "missile", "site": "depot", "quantity": 20.0, "due": "2027-12-31"}
    late = judged(study(1.0, 0.5, stock_objectives=[], demands=[order]))
    assert late["verdict"] == "yes-late"
    assert late["backfill_date"] == pd.Timestamp("2028-04-30")


def test_a_partner_that_makes_only_another_product_does_not_make_this_one(judged):
    """Japan is needed for shells, not for the missile that is asked about."""
    base = study(3.0, 2.0)
    shell = {
        "process": "shells-jp",
        "item": "shell",
        "site": "plant-jp",
        "lead_time_months": 1.0,
        "unit_cost": 1.0,
    }
    order = {"demand": "o", "item": "shell", "site": "plant-jp", "quantity": 5.0, "due": "2027-12-31"}
    processes = [
        {key: value for key, value in row.items() if value == value and value is not None}
        for row in base["processes"].to_dict("records")
    ]
    tables = study(
        3.0,
        2.0,
        {"headline_item": ("missile",), "headline_site": ("depot",)},
        items=[{"item": "missile", "kind": "end item"}, {"item": "shell", "kind": "end item"}],
        processes=[*processes, shell],
        demands=[order],
    )
    assert judged(tables)["verdict"] == "yes-without-partner"


def test_the_lines_of_an_item_are_its_makers_and_those_of_what_goes_into_it():
    tables = study(
        1.0,
        1.0,
        items=[{"item": "missile", "kind": "end item"}, {"item": "seeker"}, {"item": "shell"}],
        processes=[
            {"process": "make", "item": "missile", "site": "plant-us", "resource": "line-us"},
            {"process": "seekers", "item": "seeker", "site": "plant-jp"},
            {"process": "shells", "item": "shell", "site": "plant-jp", "resource": "press"},
        ],
        inputs=[{"process": "make", "item": "seeker"}],
        loads=[{"process": "seekers", "resource": "line-jp"}],
        resources=[{"resource": name, "site": "plant-us"} for name in ("line-us", "line-jp", "press")],
    )
    assert lines_of(tables, "missile") == {"line-us", "line-jp"}
    assert lines_of(tables, "shell") == {"press"}
