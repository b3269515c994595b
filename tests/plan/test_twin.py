"""
A second, naive model of the same formulation, in another modelling library, gives the same goals' values.
"""

import pytest
from tests.reference.naive_plan import naive_plan
from tests.reference.planned import planned, values
from tests.reference.studies import FEATURES, generate

from coprod.study.tables import Tables
from coprod.verify import verify

# Both models fix a goal within 1e-9 before the next one and solve to tolerances of 1e-9 (CBC: about 1e-8) on
# rows.
CLOSE = {"rel": 1e-6, "abs": 1e-6}


def assert_same(tables, solver):
    twin = naive_plan(tables, solver=solver)
    assert twin.status == "optimal"
    result = planned(tables, calm_allowance=0.0)
    assert result.status == "optimal"
    found = values(result)
    assert list(found) == [name for name, _ in twin.stages]
    assert found == pytest.approx(dict(twin.stages), **CLOSE)
    checked = verify(tables, result.tables)
    assert checked.passed, checked.failures


@pytest.mark.parametrize("seed", range(80))
def test_generated_studies_have_the_twins_values_and_pass_the_checker(seed):
    assert_same(generate(seed), "highs")


@pytest.mark.parametrize("seed", range(80, 100))
def test_generated_studies_have_the_values_a_second_solver_finds(seed):
    assert_same(generate(seed), "cbc")


@pytest.mark.parametrize("feature", FEATURES)
def test_each_feature_alone_has_the_twins_values(feature):
    assert_same(generate(7, periods=8, features=frozenset({feature})), "highs")


@pytest.mark.big
@pytest.mark.parametrize("block", range(20))
def test_many_generated_studies_have_the_twins_values(block):
    for seed in range(1000 + 50 * block, 1050 + 50 * block):
        assert_same(generate(seed), "highs")


def test_the_calm_plan_keeps_to_the_twins_values_but_for_its_allowance_of_cost():
    for seed in range(5):
        tables = generate(seed).with_settings(objective_order=("demands", "objectives", "cost"))
        result = planned(tables, calm_allowance=0.001)
        best, value = values(result), dict(zip(result.stages["stage"], result.stages["value"], strict=True))
        assert best == pytest.approx(dict(naive_plan(tables, solver="highs").stages), **CLOSE)
        assert value["cost"] <= best["cost"] + 0.001 * abs(best["cost"]) + 1e-6
        others = [name for name in best if name != "cost"]
        assert [value[n] for n in others] == pytest.approx([best[n] for n in others], **CLOSE)


@pytest.mark.parametrize("seed", range(0, 30, 3))
def test_one_weighted_sum_has_the_twins_value(seed):
    tables = generate(seed).with_settings(
        objective_mode="weighted", backlog_weight=40.0, shortfall_weight=15.0
    )
    twin = dict(naive_plan(tables, solver="highs").stages)
    found = values(planned(tables, calm_allowance=0.0))
    if "breach" in twin:
        assert found["breach"] == pytest.approx(twin["breach"], **CLOSE)
    weight = {"demands": 40.0, "objectives": 15.0, "cost": 1.0}
    total = sum(weight[name.split()[0]] * v for name, v in found.items() if name.split()[0] in weight)
    assert total == pytest.approx(twin["weighted"], **CLOSE)


# ---------------------------------------------------------------------- the twin itself, by hand

SETTINGS = {"title": "by hand", "study_date": "2027-01-01", "start": "2027-01-01", "horizon": "2027-12-31"}


def small(**rows):
    """One item made at one plant in a month; each test adds what it is about."""
    base = {
        "items": [{"item": "m"}],
        "sites": [{"site": "P", "partner": "JP"}, {"site": "Q", "partner": "US"}],
        "processes": [
            {"process": "make", "site": "P", "item": "m", "lead_time_months": 1.0, "unit_cost": 2.0}
        ],
    }
    return Tables.from_rows(SETTINGS, **{**base, **rows})


ORDER = {"demand": "d", "item": "m", "site": "P", "quantity": 12.0, "due": "2027-01-31"}
LINE = {"resource": "line", "site": "P", "maximum_rate_per_month": 4.0}
LOAD = {"process": "make", "resource": "line"}


def test_twin_a_line_of_four_serves_twelve_in_three_months():
    # Starts in Jan, Feb, Mar arrive a month later: backlog 12, 8, 4, 0 at the ends of Jan ... Apr. 12 units
    # at 2.
    stages = dict(naive_plan(small(demands=[ORDER], resources=[LINE], loads=[LOAD])).stages)
    assert stages == pytest.approx({"demands 1": 24.0, "cost": 24.0})


def test_twin_a_line_below_its_sustaining_rate_closes_and_stays_closed():
    # Four units are due in January and four in December, and nothing may wait in stock. Without a sustaining
    # rate the first four are a month late: 4 unit-months. With one of 3 a month the line, making 4 in
    # January, cannot make 3 in February (nobody takes them): it closes, and the last four are missing at the
    # end of the year: 8.
    tables = small(
        demands=[{**ORDER, "quantity": 4.0}, {**ORDER, "demand": "e", "quantity": 4.0, "due": "2027-12-31"}],
        resources=[LINE],
        loads=[LOAD],
        stock_limits=[{"item": "m", "site": "P", "maximum": 0.0}],
    )
    assert dict(naive_plan(tables).stages)["demands 1"] == pytest.approx(4.0)
    frame = tables["resources"].copy()
    frame["minimum_sustaining_rate_per_month"] = 3.0
    assert dict(naive_plan(tables.replace("resources", frame)).stages)["demands 1"] == pytest.approx(8.0)


def test_twin_a_work_share_binds_only_if_something_is_made_under_the_licence():
    # Half of the value added must be JP's (2 a unit) when Q's cheap process under the licence (1 a unit) is
    # used: a from P, b from Q, a + b = 12, 2a >= 0.5 (2a + b), so b <= 2a: 4 and 8 cost 16; without the
    # licence 24.
    cheap = {
        "process": "cheap",
        "site": "Q",
        "item": "m",
        "lead_time_months": 1.0,
        "unit_cost": 1.0,
        "licence": "L",
    }
    base = [{"process": "make", "site": "P", "item": "m", "lead_time_months": 1.0, "unit_cost": 2.0}, cheap]
    tables = small(
        processes=base,
        lanes=[{"item": "m", "from_site": "Q", "to_site": "P"}],
        licences=[{"licence": "L", "minimum_work_share": 0.5, "party": "JP"}],
        demands=[{**ORDER, "due": "2027-06-30"}],
    )
    assert dict(naive_plan(tables).stages)["cost"] == pytest.approx(16.0)


def test_twin_money_left_over_is_carried_into_the_next_year():
    # Budgets of 10 in 2027 (5 units at 2) and 4 in 2028; a unit a month at most. With carry-over nothing is
    # lost.
    tables = small(
        demands=[{**ORDER, "quantity": 7.0, "due": "2028-06-30"}],
        processes=[
            {"process": "make", "site": "P", "item": "m", "unit_cost": 2.0, "available_from": "2027-11-01"}
        ],
        resources=[{**LINE, "maximum_rate_per_month": 1.0}],
        loads=[LOAD],
        payers=[{"payer": "us"}],
        budgets=[
            {"payer": "us", "fiscal_year": 2027, "amount": 10.0, "carry_over": True},
            {"payer": "us", "fiscal_year": 2028, "amount": 4.0},
        ],
    ).with_settings(horizon=Tables.from_rows({**SETTINGS, "horizon": "2028-06-30"}).settings["horizon"])
    # November and December cost 4, 6 are left: 10 in 2028 pay 5 units, January to May. All 7 are in time.
    assert dict(naive_plan(tables).stages) == pytest.approx({"demands 1": 0.0, "cost": 14.0})
    frame = tables["budgets"].copy()
    frame["carry_over"] = False
    # Without: 2 units in 2027 and 2 in 2028, so three are missing at the end of June: three unit-months.
    assert dict(naive_plan(tables.replace("budgets", frame)).stages)["demands 1"] == pytest.approx(3.0)
