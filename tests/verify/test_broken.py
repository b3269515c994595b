"""Plans broken on purpose, one way at a time: the checker finds each, by the check that is for it."""

import numpy as np
import pandas as pd
import pytest

from coprod.network import compile_network
from coprod.plan import PlanSettings, plan
from coprod.study.tables import Tables
from coprod.verify import verify

SETTINGS = {
    "title": "broken on purpose",
    "study_date": "2027-01-01",
    "start": "2027-01-01",
    "horizon": "2028-12-31",
    "price_year": 2027,
    "discount_rate_per_year": 0.03,
}


def study() -> Tables:
    """Two plants, lanes, a gate, a build with a ramp, a licence, budgets: some of everything, all used."""
    return Tables.from_rows(
        SETTINGS,
        items=[
            {"item": "m", "kind": "end item", "holding_cost_per_month": 0.1},
            {"item": "k", "kind": "component"},
        ],
        sites=[
            {"site": "P", "partner": "US"},
            {"site": "J", "partner": "Japan"},
            {"site": "D", "partner": "US"},
        ],
        processes=[
            {
                "process": "home",
                "site": "P",
                "item": "m",
                "lead_time_months": 2.0,
                "unit_cost": 10.0,
                "resource": "line",
                "administrative_lead_time_months": 1.0,
            },
            {
                "process": "there",
                "site": "J",
                "item": "m",
                "lead_time_months": 3.0,
                "unit_cost": 12.0,
                "licence": "L",
                "yield_fraction": 0.9,
                "available_to": "2028-09-30",
                "resource": "line-j",
            },
            {"process": "buy", "site": "P", "item": "k", "lead_time_months": 1.0, "unit_cost": 2.0},
        ],
        inputs=[{"process": "home", "item": "k"}],
        resources=[
            {
                "resource": "line",
                "site": "P",
                "rate_per_month": 5.0,
                "minimum_sustaining_rate_per_month": 1.0,
            },
            {"resource": "line-j", "site": "J", "rate_per_month": 4.0, "fixed_cost_per_month": 1.0},
        ],
        lanes=[
            {"item": "m", "from_site": "P", "to_site": "D", "unit_cost": 0.5, "capacity_per_month": 20.0},
            {"item": "m", "from_site": "J", "to_site": "D", "lead_time_months": 1.0, "unit_cost": 1.0},
        ],
        stock=[
            {"item": "m", "site": "D", "quantity": 3.0},
            {"item": "k", "site": "P", "quantity": 20.0},
            {"item": "m", "site": "P", "quantity": 4.0, "due": "2027-02-01"},
        ],
        stock_limits=[{"item": "m", "site": "D", "minimum": 1.0, "maximum": 60.0}],
        demands=[
            {
                "demand": "d",
                "item": "m",
                "site": "D",
                "quantity": 100.0,
                "due": "2027-03-31",
                "until": "2028-06-30",
            },
            {
                "demand": "late",
                "item": "m",
                "site": "D",
                "quantity": 20.0,
                "due": "2027-04-30",
                "priority": 2,
            },
        ],
        stock_objectives=[{"objective": "o", "item": "m", "site": "D", "level": 30.0, "by": "2028-03-31"}],
        licences=[
            {
                "licence": "L",
                "licensor": "US",
                "licensee": "Japan",
                "quantity_cap": 60.0,
                "cap_per_year": 40.0,
                "minimum_work_share": 0.2,
                "party": "Japan",
            }
        ],
        investments=[
            {
                "investment": "wider",
                "capex": 50.0,
                "lead_time_months": 3.0,
                "resource": ("line",),
                "adds_rate_per_month": 4.0,
                "ramp_months": 2.0,
                "requires": ("qualify",),
            },
            {"investment": "qualify", "capex": 20.0, "lead_time_months": 2.0, "enables": ("there",)},
            {"investment": "other", "capex": 1.0, "lead_time_months": 1.0, "excludes": ("wider",)},
        ],
        payers=[
            {"payer": "usg", "fiscal_year_start": 10},
            {"payer": "jmod", "currency": "JPY", "fiscal_year_start": 4},
        ],
        budgets=[
            {"payer": "jmod", "fiscal_year": year, "amount": 400_000.0, "carry_over": True}
            for year in (2026, 2027, 2028)
        ],
        funding=[{"payer": "usg"}, {"table": "processes", "key": "there", "payer": "jmod"}],
        exchange_rates=[{"currency": "JPY", "year": year, "per_base": 150.0} for year in (2026, 2027, 2028)],
    )


@pytest.fixture(scope="module")
def good():
    tables = study()
    result = plan(compile_network(tables), PlanSettings(gap=0.0))
    return tables, dict(result.tables)


def changed(frame, row, **values):
    frame = frame.copy()
    for column, value in values.items():
        frame.loc[frame.index[row], column] = value
    return frame


def scaled(frame, column, factor):
    return frame.assign(**{column: frame[column] * factor})


def of(frame, column, value):
    """The first row with a value in a column."""
    return int(np.flatnonzero(frame[column] == value)[0])


def moved(tables, name, row, column, months):
    day = tables[name][column].iloc[row] + pd.DateOffset(months=months)
    return {**tables, name: changed(tables[name], row, **{column: day})}


def moved_days(tables, name, row, column, days):
    day = tables[name][column].iloc[row] + pd.DateOffset(days=days)
    return {**tables, name: changed(tables[name], row, **{column: day})}


def earlier_start(t):
    row = of(t["starts"], "process", "home")
    frame = changed(t["starts"], row, period=pd.Timestamp("2027-01-01"), complete=pd.Timestamp("2027-03-01"))
    return {**t, "starts": frame}


def before_gate(t):
    row = of(t["starts"], "process", "there")
    frame = changed(t["starts"], row, period=pd.Timestamp("2027-01-01"), complete=pd.Timestamp("2027-04-01"))
    return {**t, "starts": frame}


def one_more(name, row=0, column="quantity"):
    return lambda t: {**t, name: changed(t[name], row, **{column: t[name][column].iloc[row] + 1.0})}


def doubled(name, column):
    return lambda t: {**t, name: scaled(t[name], column, 2.0)}


def without_row(name, row=5):
    return lambda t: {**t, name: t[name].drop(t[name].index[row])}


def build(name, **values):
    return lambda t: {**t, "builds": changed(t["builds"], of(t["builds"], "investment", name), **values)}


def excluded(t):
    extra = changed(t["builds"].iloc[[0]], 0, investment="other")
    return {**t, "builds": pd.concat([t["builds"], extra], ignore_index=True)}


def line_off(t):
    at = int(np.flatnonzero((t["loads"]["resource"] == "line") & (t["loads"]["use"] > 0))[0])
    return {**t, "loads": changed(t["loads"], at, open=False)}


def line_starved(t):
    starts = t["starts"]
    return {
        **t,
        "starts": starts[(starts["process"] != "home") | (starts["period"] > pd.Timestamp("2027-06-01"))],
    }


def all_at(process, factor):
    def damage(t):
        frame = t["starts"].copy()
        own = frame["process"] == process
        frame.loc[own, "quantity"] *= factor
        return {**t, "starts": frame}

    return damage


def goal(name):
    return lambda t: {**t, "stages": changed(t["stages"], of(t["stages"], "stage", name), value=0.5)}


DAMAGES = {
    "periods": lambda t: moved_days(t, "stock", 3, "period", 1),
    "horizon": lambda t: {**t, "stock": t["stock"][t["stock"]["period"] < pd.Timestamp("2028-12-01")]},
    "start": lambda t: {**t, "stock": t["stock"][t["stock"]["period"] > pd.Timestamp("2027-01-01")]},
    "stock rows": without_row("stock"),
    "numbers": lambda t: {**t, "starts": changed(t["starts"], 0, quantity=np.nan)},
    "names": lambda t: {**t, "starts": changed(t["starts"], 0, process="nobody")},
    "material balance": one_more("stock", 10),
    "stock limits": lambda t: {**t, "stock": changed(t["stock"], of(t["stock"], "site", "D"), quantity=-2.0)},
    "dates of starts": earlier_start,
    "gates": before_gate,
    "completion dates": lambda t: moved(t, "starts", 0, "complete", -1),
    "capacity": all_at("home", 3.0),
    "published use": one_more("loads", 3, "use"),
    "published capacity": one_more("loads", 3, "capacity"),
    "missing lines": None,
    "lane capacity": lambda t: {**t, "shipments": scaled(t["shipments"], "quantity", 50.0)},
    "minimum sustaining rate": line_starved,
    "closed lines": line_off,
    "line states": line_off,
    "whole builds": build("wider", quantity=0.5),
    "number of builds": build("wider", quantity=2.0),
    "dates of builds": build("wider", start=pd.Timestamp("2028-12-01")),
    "fixed builds": None,
    "requirements": build("wider", start=pd.Timestamp("2027-01-01")),
    "exclusions": excluded,
    "completion of builds": build("wider", complete=pd.Timestamp("2027-01-01")),
    "licence caps": all_at("there", 4.0),
    "work shares": all_at("there", 0.01),
    "published work shares": doubled("work_shares", "value_added"),
    "deliveries": lambda t: {**t, "deliveries": changed(t["deliveries"], 0, quantity=60.0)},
    "published backlog": one_more("deliveries", 1, "backlog"),
    "order summary": one_more("demand_summary", 0, "never_delivered"),
    "shortfalls": one_more("shortfalls", 20, "shortfall"),
    "backfill dates": lambda t: moved(t, "backfills", 0, "backfill_date", -1),
    "first touches": lambda t: moved(t, "backfills", 0, "first_touch", -1),
    "goals of needs": goal("demands 1"),
    "costs": doubled("costs", "discounted"),
    "cost goal": goal("cost"),
    "spending": doubled("spending", "amount"),
    "budgets": all_at("there", 400.0),
}


def test_the_plan_passes_every_check(good):
    tables, published = good
    checked = verify(tables, published)
    assert checked.passed, checked.failures


def test_the_plan_uses_what_the_damages_are_about(good):
    _, published = good
    assert set(published["builds"]["investment"]) == {"wider", "qualify"}
    assert set(published["starts"]["process"]) == {"home", "there", "buy"}


def test_every_check_has_a_damage(good):
    tables, published = good
    assert set(verify(tables, published).checks["check"]) == set(DAMAGES)


@pytest.mark.parametrize("check", [name for name, damage in DAMAGES.items() if damage is not None])
def test_a_damaged_plan_is_found_by_the_check_that_is_for_it(good, check):
    tables, published = good
    checked = verify(tables, DAMAGES[check](published))
    assert not checked.passed
    failed = checked.checks.loc[~checked.checks["passed"], "check"]
    assert check in set(failed)
    assert any(text.startswith(f"{check}: ") for text in checked.failures)


def test_a_load_on_a_line_switched_off_is_found(good):
    tables, published = good
    resources = tables["resources"].copy()
    resources.loc[resources["resource"] == "line-j", "active"] = False
    checked = verify(tables.replace("resources", resources), published)
    assert any(text.startswith("missing lines: there on line-j") for text in checked.failures)


def test_a_fixed_build_that_is_not_built_there_is_found(good):
    tables, published = good
    builds = tables["investments"].copy()
    builds["start"] = builds["start"].where(builds["investment"] != "wider", pd.Timestamp("2027-09-01"))
    checked = verify(tables.replace("investments", builds), published)
    assert any(text.startswith("fixed builds: wider") for text in checked.failures)


@pytest.mark.parametrize(("gate", "active", "months"), [("qualify", True, 2), ("other", False, 24)])
def test_a_fixed_cost_of_a_line_whose_gate_is_shut_is_found(good, gate, active, months):
    # The plan pays for line-j in all 24 months. Here a build opens it: "qualify", begun in the first month
    # and complete in the third, or one that is not active and so never complete.
    tables, published = good
    builds = tables["investments"].copy()
    own = builds["investment"] == gate
    builds["enables"] = [
        (*old, "line-j") if at else old for at, old in zip(own, builds["enables"], strict=True)
    ]
    builds.loc[own, "active"] = active
    checked = verify(tables.replace("investments", builds), published)
    begun = published["builds"].set_index("investment").loc["qualify", "start"]
    assert begun == pd.Timestamp("2027-01-01")
    assert any(text.startswith("costs: fixed") and f" by {months} " in text for text in checked.failures), (
        checked.failures
    )


def test_a_failure_names_place_and_size(good):
    tables, published = good
    checked = verify(tables, one_more("stock", 10)(published))
    message = next(text for text in checked.failures if text.startswith("material balance"))
    # One unit from nothing in November is one too many then and one too few in December.
    assert message in {
        f"material balance: m/P, 2027-{month}-01: stock does not follow from what came and went by 1 units "
        "(2 such places)"
        for month in (11, 12)
    }


def test_a_quiet_month_is_held_no_tighter_than_the_node_s_busiest_and_still_found_when_wrong():
    """A node that moves 300,000 units in a month: what a solver leaves in a quiet one is no breach."""
    tables = Tables.from_rows(
        SETTINGS,
        items=[{"item": "dose", "kind": "end item"}],
        sites=[{"site": "store"}],
        stock=[{"item": "dose", "site": "store", "quantity": 300_005.0}],
        demands=[
            {"demand": "d", "item": "dose", "site": "store", "quantity": 300_000.0, "due": "2027-02-28"}
        ],
    )
    published = dict(plan(compile_network(tables)).tables)
    assert verify(tables, published).passed
    for change, passes in ((1.6e-5, True), (2.0, False)):
        stock = published["stock"].copy()
        stock.loc[stock.index[-1], "quantity"] += change
        assert verify(tables, {**published, "stock": stock}).passed is passes
