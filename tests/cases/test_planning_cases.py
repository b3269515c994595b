"""Published planning models as studies: coprod, and the naive twin, find the published optimum."""

import json

import numpy as np
import pytest
from tests.cases import planning_cases
from tests.cases.planning_cases import NOT_EXPRESSED, TRANSLATORS
from tests.reference.naive_plan import naive_plan
from tests.reference.planned import planned, values

WITH_OPTIMUM = sorted(set(TRANSLATORS) - {"mrp_speaker_kit"})


@pytest.fixture(scope="module")
def cases(shared_data):
    """The published planning cases by name: data, rules, answer and tolerance."""
    found = json.loads((shared_data / "cases" / "planning" / "cases.json").read_text(encoding="utf-8"))
    return {case["id"]: case for case in found}


def optimum(case):
    """The published optimum as the least cost of a study, and how far a solution may be from it."""
    answer, tolerance = case["answer"], case["tolerance"]
    value = answer["objective"] * (-1.0 if answer["sense"] == "max" else 1.0)
    return value, max(
        tolerance.get("objective_relative", 0.0) * abs(value), tolerance.get("objective_absolute", 0.0)
    )


def assert_is_optimum(stages, case):
    value, tolerance = optimum(case)
    # Orders are soft in a study: they must all be met before the cost counts as the case's.
    assert [v for name, v in stages.items() if name != "cost"] == pytest.approx(
        [0.0] * (len(stages) - 1), abs=1e-7
    )
    assert stages["cost"] == pytest.approx(value, abs=tolerance)


def test_every_case_is_written_as_a_study_or_has_a_reason_why_not(cases):
    assert set(cases) == set(TRANSLATORS) | set(NOT_EXPRESSED)
    assert not set(TRANSLATORS) & set(NOT_EXPRESSED)


@pytest.mark.parametrize("name", WITH_OPTIMUM)
def test_the_plan_finds_the_published_optimum(cases, name):
    result = planned(TRANSLATORS[name](cases[name]))
    assert result.status == "optimal"
    assert_is_optimum(values(result), cases[name])


@pytest.mark.parametrize("name", WITH_OPTIMUM)
def test_the_twin_finds_the_published_optimum(cases, name):
    result = naive_plan(TRANSLATORS[name](cases[name]), solver="highs")
    assert result.status == "optimal"
    assert_is_optimum(dict(result.stages), cases[name])


def test_a_smaller_purchase_budget_costs_what_the_variant_says(cases):
    case = cases["bim_budget"]
    variant = next(v for v in case["answer"]["variants"] if v["name"] == "budget_2000")
    result = planned(
        planning_cases.bim_budget(case, case["data"]["scalars"]["budget_per_month_second_variant"])
    )
    assert values(result)["cost"] == pytest.approx(variant["objective"], rel=1e-6)


def test_the_only_optimal_factory_plan_is_found_entry_by_entry(cases):
    case = cases["williams_factory_planning_1"]
    starts = planned(TRANSLATORS[case["id"]](case)).starts
    found = starts[starts["process"].str.startswith("make")].pivot_table(
        index="period", columns="process", values="quantity", fill_value=0.0
    )
    published = case["answer"]["plan"]["make"]
    for number, row in enumerate(published["rows"]):
        for product, quantity in zip(published["columns"][1:], row[1:], strict=True):
            column = f"make {product}"
            months = [p for p in found.index if p.month == number + 1]
            made = found[column].get(months[0], 0.0) if column in found and months else 0.0
            assert made == pytest.approx(quantity, abs=case["tolerance"]["plan_absolute"]), (product, row[0])


def releases(starts):
    """Planned releases by (item, week), weeks counted from 1."""
    days = (starts["period"] - np.datetime64("2027-01-01")).dt.days
    weeks = days // 7 + 1
    return {
        (process, int(week)): quantity
        for process, week, quantity in zip(starts["process"], weeks, starts["quantity"], strict=True)
        if quantity > 1e-6
    }


@pytest.mark.parametrize(("on_hand", "table"), [(True, "net_releases"), (False, "gross_releases")])
def test_the_speaker_kit_is_released_week_by_week_as_the_textbook_does(cases, on_hand, table):
    # 50 kits A in week 8, 10 on hand: 40 are released a week (the lead time of A) before, in week 7. They
    # need 80 B and 120 C then: less 15 and 20 on hand, 65 B are released in week 5 and 100 C in week 6, and
    # so on down to G.
    case = cases["mrp_speaker_kit"]
    result = planned(planning_cases.speaker_kit(case, on_hand=on_hand))
    published = {(item, week): quantity for item, week, quantity in case["answer"]["plan"][table]["rows"]}
    assert releases(result.starts) == pytest.approx(published, abs=1e-6)


def test_without_any_cost_the_calm_plan_is_the_latest_one(cases):
    case = cases["mrp_speaker_kit"]
    tables = planning_cases.speaker_kit(case, holding=False)
    result = planned(tables, calm_allowance=0.001)
    published = {(item, week): q for item, week, q in case["answer"]["plan"]["net_releases"]["rows"]}
    assert releases(result.starts) == pytest.approx(published, abs=1e-6)
