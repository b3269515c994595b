"""Options side by side, on plans made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from coprod.compare import Planned, comparison, completions, headlines
from coprod.compare.options import Headline, headline_dates, months_between
from coprod.results.schema import result_schema
from coprod.results.table import make_table
from coprod.study import Tables

SETTINGS = {"title": "t", "study_date": "2027-01-01", "fiscal_year_start": 4.0}
BLANK = {"text": "", "number": np.nan, "integer": 0, "boolean": False, "date": None}


def table(name, *rows):
    """A result table; what a row leaves out is blank."""
    columns = result_schema()[name].values()
    return make_table(name, {c.name: [row.get(c.name, BLANK[c.type]) for row in rows] for c in columns})


def planned(option, backfill, capex, cost, **more):
    """A plan with one objective."""
    tables = {
        "backfills": table(
            "backfills",
            {
                "objective": "store",
                "backfill_date": backfill,
                "earliest_backfill": backfill,
                "first_touch": backfill,
                "by": "2028-01-31",
                "short_at_due": 3.0,
            },
        ),
        "stages": table(
            "stages",
            {"stage": "demands 1", "value": 2.0},
            {"stage": "demands 2", "value": 3.0},
            {"stage": "objectives 1", "value": 7.0},
            {"stage": "cost", "value": cost},
        ),
        "costs": table("costs", {"discounted": cost - 10.0}, {"discounted": 10.0}),
        "builds": table(
            "builds", *({"investment": f"b{n}", "capex": amount} for n, amount in enumerate(capex))
        ),
        "loads": table(
            "loads",
            {"resource": "idle", "use": 5.0, "capacity": 0.0},
            {"resource": "cutting", "use": 6.0, "capacity": 10.0},
            {"resource": "welding", "use": 9.0, "capacity": 10.0},
        ),
        "work_shares": table(
            "work_shares",
            {"party": "us", "share": 0.75},
            {"party": "jp", "share": 0.2},
            {"party": "uk", "share": 0.05},
        ),
        "demand_summary": table(
            "demand_summary",
            {"demand": "d", "item": "pump", "site": "s", "on_time": 4.0, "late": 2.0, "never_delivered": 1.0},
        ),
    }
    return Planned(option, option.title(), "optimal", tables | more)


def test_each_option_is_set_against_the_base():
    plans = [planned("base", "2028-03-31", [], 100.0), planned("fast", "2027-12-31", [30.0, 20.0], 160.0)]
    frame = comparison(plans, [Headline("pump", "s", "store")], ["jp", "uk"])
    base, fast = frame.to_dict("records")
    assert (base["option"], base["title"], base["objective"]) == ("base", "Base", "store")
    assert base["months_against_base"] == base["cost_against_base"] == 0.0
    # From 2028-03-31 back to 2027-12-31 are 91 days (2028 is a leap year), of 30.4375 in a month.
    assert fast["months_against_base"] == pytest.approx(-91 / 30.4375)
    assert (fast["capex"], fast["cost"], fast["cost_against_base"]) == (50.0, 160.0, 60.0)
    assert (fast["delivered"], fast["never_delivered"]) == (6.0, 1.0)
    assert (fast["backlog_months"], fast["shortfall_months"], fast["short_at_due"]) == (5.0, 7.0, 3.0)
    # A line without capacity has no load to speak of.
    assert (fast["peak_load"], fast["peak_line"]) == (pytest.approx(0.9), "welding")
    assert fast["partner_share"] == pytest.approx(0.25)


def test_a_stock_that_is_never_full_has_no_date_and_no_difference():
    plans = [planned("base", None, [], 100.0), planned("fast", "2027-12-31", [], 100.0)]
    base, fast = comparison(plans, [Headline("pump", "s", "store")], []).to_dict("records")
    assert pd.isna(base["backfill_date"])
    assert np.isnan(base["months_against_base"])
    assert np.isnan(fast["months_against_base"])
    assert fast["partner_share"] == 0.0


def test_there_is_a_row_for_each_option_and_headline_and_the_objectives_come_first():
    plans = [planned("base", "2028-03-31", [], 100.0), planned("fast", "2027-12-31", [], 100.0)]
    frame = comparison(plans, [Headline("pump", "s", "store"), Headline("pump", "s", "")], [])
    assert frame[["objective", "option"]].to_numpy().tolist() == [
        ["store", "base"],
        ["store", "fast"],
        ["pump/s", "base"],
        ["pump/s", "fast"],
    ]


def test_orders_stand_for_an_objective_where_there_is_none_and_count_only_when_all_are_delivered():
    orders = table(
        "demand_summary",
        {
            "item": "pump",
            "site": "s",
            "due": "2027-06-30",
            "last_delivery": "2027-07-31",
            "never_delivered": 0.0,
        },
        {
            "item": "pump",
            "site": "s",
            "due": "2027-09-30",
            "last_delivery": "2027-08-31",
            "never_delivered": 0.0,
        },
        {"item": "other", "site": "s", "due": "2030-01-31", "never_delivered": 9.0},
    )
    found = headline_dates({"demand_summary": orders}, Headline("pump", "s", ""))
    assert found["backfill_date"] == pd.Timestamp("2027-08-31")
    assert found["due"] == pd.Timestamp("2027-09-30")
    assert found["short_at_due"] == 0.0
    late = orders.assign(
        last_delivery=[pd.Timestamp("2027-07-31"), pd.NaT, pd.NaT], never_delivered=[0.0, 2.0, 9.0]
    )
    found = headline_dates({"demand_summary": late}, Headline("pump", "s", ""))
    assert pd.isna(found["backfill_date"])
    assert found["short_at_due"] == 2.0


def test_months_between_two_dates_are_of_equal_length():
    # 365.25 days are 12 months, so 1461 days are 48.
    assert months_between(pd.Timestamp("2031-01-01"), pd.Timestamp("2027-01-01")) == pytest.approx(48.0)
    assert np.isnan(months_between(pd.NaT, pd.Timestamp("2027-01-01")))


OBJECTIVES = [
    {"objective": "motors", "item": "motor", "site": "s", "level": 1},
    {"objective": "pumps", "item": "pump", "site": "s", "level": 1},
    {"objective": "off", "item": "pump", "site": "t", "level": 1, "active": False},
]
ITEMS = [{"item": "motor", "kind": "component"}, {"item": "pump", "kind": "end item"}]


def test_the_headlines_are_those_the_study_names_each_with_its_objective_if_it_has_one():
    tables = Tables.from_rows(
        SETTINGS | {"headline_item": ("motor", "motor"), "headline_site": ("s", "t")},
        items=ITEMS,
        stock_objectives=OBJECTIVES,
    )
    assert headlines(tables) == [Headline("motor", "s", "motors"), Headline("motor", "t", "")]


def test_else_they_are_the_stocks_of_end_items_else_of_any_item_else_the_orders():
    tables = Tables.from_rows(SETTINGS, items=ITEMS, stock_objectives=OBJECTIVES)
    assert headlines(tables) == [Headline("pump", "s", "pumps")]
    tables = Tables.from_rows(SETTINGS, items=ITEMS, stock_objectives=OBJECTIVES[:1])
    assert headlines(tables) == [Headline("motor", "s", "motors")]
    orders = [
        {"demand": "d1", "item": "pump", "site": "s", "quantity": 1, "due": "2027-05-31"},
        {"demand": "d2", "item": "pump", "site": "s", "quantity": 1, "due": "2027-06-30"},
    ]
    assert headlines(Tables.from_rows(SETTINGS, items=ITEMS, demands=orders)) == [Headline("pump", "s", "")]


def test_completions_count_end_items_in_the_fiscal_year_that_holds_the_first_day():
    tables = Tables.from_rows(SETTINGS, items=ITEMS)
    starts = table(
        "starts",
        {"item": "pump", "site": "s", "complete": "2027-03-01", "good_quantity": 1.0},
        {"item": "pump", "site": "s", "complete": "2027-04-01", "good_quantity": 2.0},
        {"item": "pump", "site": "s", "complete": "2028-03-01", "good_quantity": 3.0},
        {"item": "motor", "site": "s", "complete": "2027-04-01", "good_quantity": 9.0},
    )
    frame = completions([Planned("base", "Base", "optimal", {"starts": starts})], tables)
    # From April on; called after the calendar year that holds most of it: April 2027 to March 2028 is 2027.
    assert frame.to_numpy().tolist() == [
        ["base", "pump", "s", 2026, 1.0],
        ["base", "pump", "s", 2027, 5.0],
    ]
    assert len(completions([], tables)) == 0
