"""The checker's lead-time pass, worked out by hand."""

import pytest
from tests.reference.naive_plan import naive_plan
from tests.reference.planned import planned, values

from coprod.study.tables import Tables
from coprod.verify import verify


def test_a_line_waits_for_the_inputs_of_the_build_that_opens_what_it_makes():
    # The first kits are there in March, the trial that takes one begins in March and is over in April. Until
    # then nothing can be made on the line, which therefore stays open below its sustaining rate, at 3 a
    # month; from April on it makes 2 a month at least or closes. Eight by the year's end at 4 a month: two
    # months, so it is open for five, and the rounds need eight kits, the trial one more.
    tables = Tables.from_rows(
        {"title": "a trial", "study_date": "2027-01-01", "start": "2027-01-01", "horizon": "2027-12-31"},
        items=[{"item": "kit"}, {"item": "round"}],
        sites=[{"site": "P"}],
        processes=[
            {"process": "make-kit", "site": "P", "item": "kit", "lead_time_months": 2.0, "unit_cost": 1.0},
            {"process": "make", "site": "P", "item": "round", "lead_time_months": 1.0, "unit_cost": 10.0},
        ],
        inputs=[
            {"process": "make", "item": "kit"},
            {"process": "trial", "item": "kit", "site": "P"},
        ],
        resources=[
            {
                "resource": "line",
                "site": "P",
                "maximum_rate_per_month": 4.0,
                "minimum_sustaining_rate_per_month": 2.0,
                "fixed_cost_per_month": 3.0,
            }
        ],
        loads=[{"process": "make", "resource": "line"}],
        investments=[{"investment": "trial", "lead_time_months": 1.0, "capex": 5.0, "enables": ("make",)}],
        demands=[{"demand": "d", "item": "round", "site": "P", "quantity": 8.0, "due": "2027-12-31"}],
    )
    plan = planned(tables, calm_allowance=0.0)
    checked = verify(tables, plan.tables)
    assert checked.passed, checked.failures
    assert values(plan) == pytest.approx({"demands 1": 0.0, "cost": 80.0 + 9.0 + 5.0 + 5 * 3.0})
    assert values(plan) == pytest.approx(dict(naive_plan(tables, solver="highs").stages))
