"""What is feasible at the partner: by hand, and never sooner than the lead-time pass allows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from tests.reference.studies import studies

from coprod.explain.feasible import feasibility, with_everything_open
from coprod.network import compile_network
from coprod.network.reach import reach
from coprod.study.tables import Tables

SETTINGS = {
    "title": "partner",
    "study_date": "2027-01-01",
    "start": "2027-01-01",
    "horizon": "2029-12-31",
    "partner": ("Japan",),
}


def study(**more):
    """A round assembled at home or, once a hall is built, at the partner, of parts made at home."""
    rows = {
        "items": [{"item": "round", "kind": "end item"}, {"item": "part"}],
        "sites": [{"site": "home", "partner": "US"}, {"site": "there", "partner": "Japan"}],
        "processes": [
            {"process": "part", "site": "home", "item": "part", "lead_time_months": 6.0, "unit_cost": 3.0},
            {"process": "at home", "site": "home", "item": "round", "unit_cost": 10.0},
            {
                "process": "at the partner",
                "site": "there",
                "item": "round",
                "lead_time_months": 2.0,
                "unit_cost": 14.0,
            },
        ],
        "inputs": [
            {"process": "at home", "item": "part"},
            {"process": "at the partner", "item": "part"},
        ],
        "lanes": [
            {"item": "part", "from_site": "home", "to_site": "there", "lead_time_months": 1.0},
        ],
        "investments": [
            {
                "investment": "hall",
                "capex": 50.0,
                "lead_time_months": 12.0,
                "enables": ("at the partner",),
                "active": False,
            }
        ],
        "options": [
            {
                "option": "build",
                "based_on": "base",
                "table": "investments",
                "key": "hall",
                "action": "include",
            }
        ],
        "stock_objectives": [{"objective": "o", "item": "round", "site": "home", "level": 10.0}],
    }
    rows.update(more)
    return Tables.from_rows(SETTINGS, **rows)


def row(tables):
    (found,) = feasibility(tables).to_dict("records")
    return found


def test_an_activity_behind_an_investment_is_feasible_from_its_completion_and_names_it():
    found = row(study())
    assert (found["process"], found["state"], found["after"]) == (
        "at the partner",
        "after investment",
        "hall",
    )
    # Hall: 12 months from January 2027; then 2 months: there in March 2028, at the end of that month.
    assert found["first_output"] == pd.Timestamp("2028-03-31")
    assert found["capex"] == 50.0
    assert (found["incumbent"], found["incumbent_unit_cost"], found["unit_cost"]) == ("at home", 10.0, 14.0)


def test_without_a_gate_it_is_feasible_now_as_soon_as_its_parts_are_there():
    found = row(study(investments=[], options=[]))
    # Part 6 months, lane 1, assembly 2: a unit is there in the tenth month.
    assert (found["state"], found["after"]) == ("now", "")
    assert found["first_output"] == pd.Timestamp("2027-10-31")


def test_of_two_ways_the_same_date_allows_the_cheapest_builds_are_named():
    parts = [
        {"investment": "hall", "capex": 50.0, "lead_time_months": 12.0, "enables": ("at the partner",)},
        {"investment": "park", "capex": 7.0, "lead_time_months": 1.0},
    ]
    assert row(study(investments=parts, options=[]))["after"] == "hall"


def test_what_can_never_be_says_which_limit_is_in_the_way():
    late = [
        {
            "investment": "hall",
            "lead_time_months": 60.0,
            "enables": ("at the partner",),
        }
    ]
    found = row(study(investments=late, options=[]))
    assert (found["state"], found["reason"]) == ("no", "build time of hall")
    assert pd.isna(found["first_output"])


def test_its_own_output_in_stock_or_sent_from_elsewhere_does_not_count():
    more = study(
        stock=[{"item": "round", "site": "there", "quantity": 100.0}],
        lanes=[
            {"item": "part", "from_site": "home", "to_site": "there", "lead_time_months": 1.0},
            {"item": "round", "from_site": "home", "to_site": "there"},
        ],
    )
    assert row(more)["first_output"] == pd.Timestamp("2028-03-31")


def test_lots_that_qualify_a_line_may_come_from_elsewhere():
    more = study(
        inputs=[
            {"process": "at home", "item": "part"},
            {"process": "at the partner", "item": "part"},
            {"process": "hall", "item": "round", "site": "there", "quantity_per": 2.0},
        ],
        lanes=[
            {"item": "part", "from_site": "home", "to_site": "there", "lead_time_months": 1.0},
            {"item": "round", "from_site": "home", "to_site": "there"},
        ],
    )
    found = row(more)
    # Rounds from home are there after 6 months of parts; then the hall's 12 months, and 2 more.
    assert found["first_output"] == pd.Timestamp("2028-09-30")


def test_two_validations_that_exclude_each_other_are_each_asked():
    gates = [
        {
            "investment": name,
            "lead_time_months": months,
            "capex": capex,
            "enables": ("at the partner",),
            "excludes": (other,),
            "active": False,
        }
        for name, other, months, capex in (("slow", "fast", 20.0, 1.0), ("fast", "slow", 9.0, 5.0))
    ]
    options = [
        {"option": name, "based_on": "base", "table": "investments", "key": name, "action": "include"}
        for name in ("slow", "fast")
    ]
    found = row(study(investments=gates, options=options))
    # What an inactive investment enables stays shut: as the study stands, no option opens the gate.
    assert found["state"] == "no"


def test_a_study_without_a_partner_has_no_rows():
    tables = study(sites=[{"site": "home"}, {"site": "there"}]).with_settings(partner=())
    assert feasibility(tables).empty


@settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(studies())
def test_no_activity_is_feasible_before_the_lead_time_pass_allows_it(tables):
    parties = tuple(sorted({party for party in tables["sites"]["partner"] if party}))
    tables = tables.with_settings(partner=parties)
    found = feasibility(tables)
    network = compile_network(with_everything_open(tables))
    _, start = reach(network)
    for row in found.to_dict("records"):
        p = network.activities.key.index(row["process"])
        complete = int(start[p]) + int(network.activities.lag[p])
        if row["state"] == "no":
            continue
        assert complete < network.periods.n
        assert row["first_output"] >= pd.Timestamp(network.periods.last_day(complete))
        assert np.isfinite(row["capex"])
        assert row["months"] == pytest.approx(
            (row["first_output"] - pd.Timestamp(network.study_date)).days / (365.25 / 12)
        )
