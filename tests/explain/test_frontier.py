"""Cost against date: by hand, and point by point against the twin with the date as a hard limit."""

import numpy as np
import pandas as pd
import pytest
from tests.reference.naive_trade import answer
from tests.reference.roomy_studies import few_and_more, plain, roomy

from coprod.compare import headlines
from coprod.explain import cheapest, frontier
from coprod.plan import PlanSettings
from coprod.study.tables import Tables

EXACT = PlanSettings(gap=0.0)
SETTINGS = {
    "title": "a stock to fill",
    "study_date": "2027-01-01",
    "start": "2027-01-01",
    "horizon": "2027-12-31",
}


def study(**more):
    """Sixty units by the end of June; ten a month at 1 each, and ten more a month in overtime at 3."""
    rows = {
        "items": [{"item": "m"}],
        "sites": [{"site": "P"}],
        "processes": [
            {"process": "make", "site": "P", "item": "m", "unit_cost": 1.0},
            {"process": "overtime", "site": "P", "item": "m", "unit_cost": 3.0},
        ],
        "resources": [
            {"resource": "line", "site": "P", "maximum_rate_per_month": 10.0},
            {"resource": "night", "site": "P", "maximum_rate_per_month": 10.0},
        ],
        "loads": [
            {"process": "make", "resource": "line"},
            {"process": "overtime", "resource": "night"},
        ],
        "stock_objectives": [{"objective": "o", "item": "m", "site": "P", "level": 60.0, "by": "2027-06-30"}],
    }
    return Tables.from_rows(SETTINGS, **{**rows, **more})


def asked(tables, settings=EXACT):
    best = cheapest(tables, "base", settings)
    return best, frontier(best, [(h.item, h.site, h.objective) for h in headlines(tables)])


def test_each_month_earlier_costs_what_the_overtime_in_it_costs():
    _, found = asked(study())
    # Full after D months: 10 D at 1 and the rest at 3. Before March two lines of ten cannot do it; later than
    # June is no cheaper.
    assert found["full_from"].dt.month.tolist() == [3, 4, 5, 6]
    assert found["months"].tolist() == [-3.0, -2.0, -1.0, 0.0]
    assert found["cost"].to_numpy() == pytest.approx([120.0, 100.0, 80.0, 60.0])
    assert found["extra_cost"].to_numpy() == pytest.approx([60.0, 40.0, 20.0, 0.0])
    assert found["per_month"].to_numpy()[:-1] == pytest.approx([20.0, 20.0, 20.0])
    assert np.isnan(found["per_month"].iloc[-1])
    assert found["as_planned"].tolist() == [False, False, False, True]


def test_a_build_bends_the_curve_it_need_not_be_convex():
    hall = {
        "investment": "hall",
        "capex": 35.0,
        "lead_time_months": 1.0,
        "resource": ("line",),
        "adds_rate_per_month": 10.0,
    }
    _, found = asked(study(investments=[hall]))
    # With the hall, from February twenty a month at 1: by March 50 and 10 in overtime, 50 + 30 + 35; by April
    # all 60 at 1, 60 + 35. By May it is dearer than ten units of overtime, 50 + 30.
    assert found["cost"].to_numpy() == pytest.approx([115.0, 95.0, 80.0, 60.0])
    assert found["builds"].tolist() == ["hall", "hall", "", ""]
    steps = found["per_month"].to_numpy()[:-1]
    assert steps == pytest.approx([20.0, 15.0, 20.0])


def test_later_than_planned_is_told_as_far_as_it_saves():
    discounted = study().with_settings(discount_rate_per_year=0.12)
    best, found = asked(discounted)
    # The last ten units may be made a month later each month, at a month's discount.
    after = found[found["months"] >= 0]
    assert after["full_from"].iloc[-1] == pd.Timestamp("2027-12-31")
    assert (after["cost"].diff().dropna() < 0).all()
    assert (found["cost"].diff().dropna() < 0).all()
    assert best.point.value == pytest.approx(after["cost"].iloc[0])


def test_orders_stand_for_a_headline_without_an_objective():
    tables = study(
        stock_objectives=[],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 60.0, "due": "2027-06-30"}],
    )
    _, found = asked(tables)
    # It is in time, and an order is not delivered before it is due.
    assert found["objective"].tolist() == ["m/P"]
    assert found["full_from"].tolist() == [pd.Timestamp("2027-06-30")]


def test_a_need_that_is_late_anyway_can_be_bought_no_earlier_than_it_is():
    tables = study(
        stock_objectives=[{"objective": "o", "item": "m", "site": "P", "level": 100.0, "by": "2027-02-28"}]
    )
    _, found = asked(tables)
    # Twenty a month: five months. Lateness comes before cost, so the plan is the earliest; each month later
    # puts ten units from overtime into day work.
    assert found["full_from"].dt.month.iloc[0] == 5
    assert found["as_planned"].tolist()[0]
    before = found[found["full_from"].dt.month <= 10]
    months = before["full_from"].dt.month.to_numpy()
    assert before["cost"].to_numpy() == pytest.approx(10.0 * months + 3.0 * (100.0 - 10.0 * months))


@pytest.mark.parametrize("draw", [roomy, plain])
@pytest.mark.parametrize("seed", few_and_more(4, 12))
def test_each_point_costs_what_the_twin_finds_with_its_date_as_a_hard_limit(draw, seed):
    tables = draw(seed)
    best = cheapest(tables, "base", EXACT)
    late = best.probe.lateness(best.point)
    orders, periods = len(best.network.demands.name), best.network.periods
    told = [(h.item, h.site, h.objective) for h in headlines(tables) if h.objective]
    found = frontier(best, told)

    def least(number, period):
        """The twin's least cost with an objective full from a period on, and no other need later."""
        return answer(
            tables,
            lambda model: model.cost,
            lambda model: model.no_later(late, but=[orders + number]),
            lambda model: model.full_from(number, period),
        )

    for name, points in found.groupby("objective", sort=False):
        number = best.network.objectives.name.index(name)
        assert (points["cost"].diff().dropna() < 0).all()
        dated = points[points["full_from"].notna()]
        when = [periods.containing(day.date()) for day in dated["full_from"]]
        assert when == sorted(set(when))
        for period, cost in zip(when, dated["cost"], strict=True):
            assert cost == pytest.approx(least(number, period), rel=1e-6, abs=1e-6)
        if when and when[0] > 0:
            assert least(number, when[0] - 1) is None
