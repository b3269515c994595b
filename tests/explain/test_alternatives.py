"""Plans that cost hardly more: by hand, through the checker, and against the twin."""

import numpy as np
import pytest
from tests.explain.test_work_share import left_over
from tests.reference.naive_trade import answer
from tests.reference.roomy_studies import few_and_more, plain, roomy

from coprod.compare import headlines
from coprod.explain import alternatives, cheapest
from coprod.explain.choices.alternatives import _Search
from coprod.plan import PlanSettings
from coprod.study.tables import Tables
from coprod.verify import verify

EXACT = PlanSettings(gap=0.0)
SETTINGS = {
    "title": "four sources",
    "study_date": "2027-01-01",
    "start": "2027-01-01",
    "horizon": "2027-12-31",
    "partner": ("Japan",),
}


def study(**more):
    """A hundred parts by June: from A at 10, from B at 10.1, from C at 15 or from D at 40."""
    rows = {
        "items": [{"item": "part"}, {"item": "box"}],
        "sites": [{"site": "home", "partner": "US"}],
        "processes": [
            {"process": name, "site": "home", "item": "part", "unit_cost": cost}
            for name, cost in (("A", 10.0), ("B", 10.1), ("C", 15.0), ("D", 40.0))
        ],
        "demands": [{"demand": "d", "item": "part", "site": "home", "quantity": 100.0, "due": "2027-06-30"}],
    }
    return Tables.from_rows(SETTINGS, **{**rows, **more})


def asked(tables, allowance=0.02, settings=EXACT):
    best = cheapest(tables, "base", settings)
    told = [(h.item, h.site, h.objective) for h in headlines(tables)]
    return best, *alternatives(best, told, allowance)


def test_what_is_free_to_choose_and_how_far_it_can_move():
    _, plans, leeway = asked(study())
    row = leeway.set_index("name")
    # All from A: 1,000. Twenty more buy all from B, four from C at 5 more each, or two thirds of one from D.
    assert row["state"].to_dict() == {"A": "may", "B": "may", "C": "may", "D": "may"}
    assert row["chosen"].tolist() == pytest.approx([100.0, 0.0, 0.0, 0.0])
    assert row["least"].tolist() == pytest.approx([0.0, 0.0, 0.0, 0.0])
    assert row["most"].tolist() == pytest.approx([100.0, 100.0, 4.0, 20.0 / 30.0], abs=1e-5)
    # Without A: all from B. With half of the most from each of the others.
    assert row["turned_cost"].tolist() == pytest.approx([10.0, 5.0, 10.0, 10.0], abs=1e-4)
    assert plans["extra_cost"].tolist() == pytest.approx([0.0, 5.0, 10.0, 10.0, 10.0], abs=1e-4)
    assert plans["plan"].tolist() == [1, 2, 3, 4, 5]
    by_change = plans.set_index("changed")
    assert by_change.loc["without A", "activities_added"] == "B"
    assert by_change.loc["without A", "activities_left_out"] == "A"
    assert by_change.loc["with 50 from B", "activities_added"] == "B"


def test_beyond_the_allowance_nothing_is_told_and_what_is_left_must_be():
    _, plans, leeway = asked(study(), allowance=0.004)
    row = leeway.set_index("name")
    # Four more: forty of B, eight tenths of C; not all from B.
    assert row["state"].to_dict() == {"A": "must", "B": "may", "C": "may", "D": "may"}
    assert row.loc["A", "least"] == pytest.approx(60.0)
    assert row.loc["B", "most"] == pytest.approx(40.0)
    assert np.isnan(row.loc["A", "turned_cost"])
    assert (plans["extra"] <= 0.004 + 1e-9).all()


def test_an_investment_that_every_plan_needs_and_one_that_none_can_pay():
    tables = study(
        processes=[
            {"process": "A", "site": "home", "item": "part", "unit_cost": 10.0},
            {"process": "B", "site": "home", "item": "part", "unit_cost": 10.1},
        ],
        resources=[
            {"resource": "a", "site": "home", "rate_per_month": 0.0},
            {"resource": "b", "site": "home", "rate_per_month": 0.0},
        ],
        loads=[{"process": "A", "resource": "a"}, {"process": "B", "resource": "b"}],
        investments=[
            {
                "investment": f"hall {name}",
                "capex": capex,
                "lead_time_months": 1.0,
                "resource": (name,),
                "adds_rate_per_month": 50.0,
            }
            for name, capex in (("a", 100.0), ("b", 15.0))
        ],
    )
    # Hall b and B: 1,025. Hall a and A: 1,100, beyond 2 %. Hall a as well, with A in place of B: 1,115.
    best, plans, leeway = asked(tables)
    row = leeway.set_index("name")
    assert best.point.value == pytest.approx(1025.0)
    assert row["state"].to_dict() == {"hall a": "never", "hall b": "must", "A": "never", "B": "must"}
    assert len(plans) == 1
    # With 8 % allowed, A in hall a alone; and a hall a that stands idle or makes A is no more than 115 more.
    _, plans, leeway = asked(tables, allowance=0.08)
    row = leeway.set_index("name")
    assert row.loc[["hall a", "hall b"], "state"].tolist() == ["may", "may"]
    assert row.loc["hall b", "turned_cost"] == pytest.approx(75.0)
    other = plans.set_index("plan").loc[2]
    assert (other["builds_added"], other["builds_left_out"]) == ("hall a", "hall b")
    assert other["extra_cost"] == pytest.approx(75.0)


def test_a_build_that_only_stands_idle_is_leeway_and_no_plan_of_its_own():
    spare = {
        "investment": "spare",
        "capex": 5.0,
        "resource": ("line",),
        "adds_rate_per_month": 5.0,
    }
    tables = study(resources=[{"resource": "line", "site": "home"}], investments=[spare])
    _, plans, leeway = asked(tables)
    row = leeway.set_index("name").loc["spare"]
    assert (row["state"], row["chosen"], row["most"]) == ("may", 0.0, 1.0)
    assert row["turned_cost"] == pytest.approx(5.0)
    assert "spare" not in set(plans["builds"])


def test_the_allowance_is_not_spent_on_units_that_nobody_needs():
    tables = study(
        processes=[
            {"process": "A", "site": "home", "item": "part", "unit_cost": 10.0},
            {"process": "B", "site": "home", "item": "part", "unit_cost": 10.0},
        ]
    )
    _, _, leeway = asked(tables)
    # Two per cent would buy two more; there is no use for them.
    assert leeway["most"].tolist() == pytest.approx([100.0, 100.0])


@pytest.mark.parametrize("draw", [roomy, plain])
@pytest.mark.parametrize("seed", few_and_more(3, 8))
def test_must_and_never_and_the_ranges_are_the_twins(draw, seed):
    tables = draw(seed)
    best, plans, leeway = asked(tables, allowance=0.05)
    most, left = best.point.value + 0.05 * abs(best.point.value), left_over(best)

    def within(model):
        model.classes(best.lateness)
        model.left_over(left)
        model.add(model.total(model.cost) <= most + 1e-7 * abs(most))

    assert (plans["cost"] <= most + 1e-6 * abs(most)).all()
    assert plans["cost"].is_monotonic_increasing
    for row in leeway.to_dict("records"):
        if row["kind"] == "share of value added":
            continue
        word = "built" if row["kind"] == "investment" else "started"

        def terms(model, row=row, word=word):
            return getattr(model, word)(row["name"])

        least = answer(tables, terms, within)
        largest = -answer(tables, lambda model, terms=terms: [(-c, v) for c, v in terms(model)], within)
        assert row["least"] == pytest.approx(least, rel=1e-5, abs=1e-4)
        assert row["most"] == pytest.approx(largest, rel=1e-5, abs=1e-4)
        if row["state"] == "must":
            assert least > 0
        if row["state"] == "never":
            assert largest <= 1e-5


@pytest.mark.parametrize("seed", few_and_more(3, 8))
def test_every_plan_told_passes_the_checker_and_meets_needs_as_well(seed):
    tables = roomy(seed)
    best = cheapest(tables, "base", EXACT)
    needs = best.needs_of(("round", "home", "stock"))
    plans, _ = _Search(best, needs, 0.05).run()
    assert plans
    for plan in plans:
        tables_of = best.probe.tables(plan.point)
        checked = verify(tables, tables_of)
        assert checked.passed, checked.failures
        assert tables_of["costs"]["discounted"].sum() == pytest.approx(plan.point.value, rel=1e-6)
        assert plan.point.value <= best.point.value * 1.05 + 1e-6
        assert best.probe.lateness(plan.point).sum() == pytest.approx(best.lateness.sum(), abs=1e-5)
