"""The work share a party can have: by hand, and against the twin with the share as its goal."""

import numpy as np
import pandas as pd
import pytest
from tests.reference.naive_trade import answer
from tests.reference.roomy_studies import few_and_more, plain, roomy

from coprod.compare import headlines
from coprod.errors import SolverError
from coprod.explain import cheapest, work_share
from coprod.plan import PlanSettings, Probe
from coprod.study.tables import Tables
from coprod.verify import verify

EXACT = PlanSettings(gap=0.0)
SETTINGS = {
    "title": "who makes it",
    "study_date": "2027-01-01",
    "start": "2027-01-01",
    "horizon": "2027-10-31",
    "partner": ("Japan",),
}


def study(**more):
    """Twenty rounds by the end of April: at home for 10 as fast as may be, or two a month there for 12."""
    rows = {
        "items": [{"item": "round", "kind": "end item"}],
        "sites": [{"site": "home", "partner": "US"}, {"site": "there", "partner": "Japan"}],
        "processes": [
            {"process": "at home", "site": "home", "item": "round", "unit_cost": 10.0},
            {"process": "at theirs", "site": "there", "item": "round", "unit_cost": 12.0},
        ],
        "resources": [{"resource": "line", "site": "there", "maximum_rate_per_month": 2.0}],
        "loads": [{"process": "at theirs", "resource": "line"}],
        "lanes": [{"item": "round", "from_site": "there", "to_site": "home"}],
        "demands": [{"demand": "d", "item": "round", "site": "home", "quantity": 20.0, "due": "2027-04-30"}],
    }
    return Tables.from_rows(SETTINGS, **{**rows, **more})


def asked(tables, settings=EXACT):
    best = cheapest(tables, "base", settings)
    return best, *work_share(best, [(h.item, h.site, h.objective) for h in headlines(tables)])


def theirs(share):
    """Rounds made there for a share: 12 n / (12 n + 10 (20 - n)) = share."""
    return 200.0 * share / (12.0 - 2.0 * share)


def test_the_range_ends_where_their_line_would_delay_the_order():
    _, ranges, _ = asked(study())
    # Two a month, four months: eight of the twenty. However late, all twenty are there by October.
    row = ranges.set_index("party").loc["Japan"]
    assert row["partner"]
    assert (row["share"], row["least"]) == (0.0, 0.0)
    assert row["most"] == pytest.approx(96.0 / 216.0, abs=1e-6)
    assert row["most_late"] == pytest.approx(1.0, abs=1e-6)


def test_each_percent_costs_what_their_rounds_cost_more_and_then_time():
    _, _, curve = asked(study())
    within = curve[curve["state"] == "without delay"]
    assert within["share"].iloc[-1] == pytest.approx(96.0 / 216.0, abs=1e-5)
    assert within["extra_cost"].to_numpy() == pytest.approx(
        2.0 * theirs(within["share"].to_numpy()), abs=1e-4
    )
    assert (within["lateness"] == 0.0).all()
    assert (within["months"] == 0.0).all()
    late = curve[curve["state"] == "with delay"]
    assert len(late) == 2
    # At the end of April and each month after, what of their n rounds two a month have not made yet is late.
    months = np.arange(4, 11)
    for row in late.to_dict("records"):
        backlog = np.maximum(theirs(row["share"]) - 2.0 * months, 0.0)
        assert row["lateness"] == pytest.approx(backlog.sum(), abs=1e-3)
        assert row["months"] == np.ceil(theirs(row["share"]) / 2.0 - 1e-3) - 4
        assert row["extra_cost"] == pytest.approx(2.0 * theirs(row["share"]), abs=1e-3)
    # Nothing is above all of it.
    assert "not possible" not in set(curve["state"])
    per = (curve["cost"].diff() / (100.0 * curve["share"].diff())).iloc[1:]
    assert curve["per_percent"].iloc[1:].to_numpy() == pytest.approx(per.to_numpy())


def test_above_the_largest_share_it_says_that_no_plan_has_it():
    _, ranges, curve = asked(study().with_settings(horizon=pd.Timestamp("2027-06-30")))
    # Twelve of the twenty by the end of June.
    most = 144.0 / (144.0 + 80.0)
    assert ranges.set_index("party")["most_late"]["Japan"] == pytest.approx(most, abs=1e-6)
    last = curve.iloc[-1]
    assert (last["state"], last["share"]) == ("not possible", pytest.approx(0.65))
    assert last[["cost", "lateness", "months"]].isna().all()


def test_where_the_solver_gives_up_on_a_late_share_the_others_are_told(monkeypatch):
    def gives_up(probe):
        raise SolverError("nothing it returned can be trusted")

    monkeypatch.setattr(Probe, "least_late", gives_up)
    _, ranges, curve = asked(study())
    assert ranges["most_late"].tolist() == pytest.approx([1.0], abs=1e-6)
    assert curve["state"].tolist()[-2:] == ["unknown", "unknown"]
    assert curve["cost"].iloc[-2:].isna().all()
    assert curve.loc[curve["state"] == "without delay", "cost"].notna().all()


def test_nothing_is_made_beyond_need_to_move_a_share():
    # Rounds there that nobody needs would take the share on: there is a line and time for twenty, and their
    # depot would hold them.
    best, ranges, _ = asked(study(demands=[
        {"demand": "d", "item": "round", "site": "home", "quantity": 20.0, "due": "2027-01-31"}
    ]))  # fmt: skip
    assert ranges.set_index("party")["most"]["Japan"] == pytest.approx(24.0 / (24.0 + 180.0), abs=1e-6)
    assert best.point.value == pytest.approx(200.0)


def test_a_share_below_the_cheapest_plan_s_costs_as_well():
    cheap = study(
        processes=[
            {"process": "at home", "site": "home", "item": "round", "unit_cost": 10.0},
            {"process": "at theirs", "site": "there", "item": "round", "unit_cost": 8.0},
        ]
    )
    _, ranges, curve = asked(cheap)
    # Eight there at 8 are the cheapest that are in time: 184. With n there, 200 - 2 n.
    assert ranges.set_index("party")["least"]["Japan"] == 0.0
    assert curve["cost"].iloc[0] == pytest.approx(200.0, abs=1e-3)
    assert curve["share"].iloc[0] == pytest.approx(0.0, abs=1e-5)
    at_planned = curve[(curve["extra_cost"] == 0.0) & (curve["state"] == "without delay")]
    assert at_planned["share"].to_numpy() == pytest.approx([64.0 / 184.0])


def test_without_a_partner_every_party_has_a_range_and_none_a_curve():
    _, ranges, curve = asked(study().with_settings(partner=()))
    assert ranges["party"].tolist() == ["Japan", "US"]
    assert ranges["least"].sum() + ranges["most"].sum() == pytest.approx(2.0, abs=1e-6)
    assert curve.empty


def test_where_nothing_is_added_no_share_is_told_apart():
    free = study(
        processes=[
            {"process": "at home", "site": "home", "item": "round"},
            {"process": "at theirs", "site": "there", "item": "round"},
        ]
    )
    _, ranges, curve = asked(free)
    assert (ranges[["share", "least", "most", "most_late"]] == 0.0).all(axis=None)
    assert set(curve["state"]) <= {"without delay", "not possible"}


@pytest.mark.parametrize("draw", [roomy, plain])
@pytest.mark.parametrize("seed", few_and_more(3, 10))
def test_no_plan_of_the_twin_has_a_share_beyond_the_range(draw, seed):
    tables = draw(seed)
    best, ranges, curve = asked(tables)
    left = left_over(best)

    def wasteless(model):
        model.classes(best.lateness)
        model.left_over(left)

    def reached(party, share, sign):
        """How much a party can add beyond a share of all: 0 at its largest share (Dinkelbach)."""

        def goal(model):
            return [
                (-sign * factor * c, v)
                for factor, terms in ((1.0, model.added(party)), (-share, model.added()))
                for c, v in terms
            ]

        return -answer(tables, goal, wasteless)

    size = max(1.0, abs(best.probe.value_added(best.point)))
    for row in ranges.to_dict("records"):
        for share, sign in ((row["most"], 1.0), (row["least"], -1.0)):
            assert reached(row["party"], share, sign) == pytest.approx(0.0, abs=2e-6 * size)
    for row in curve[curve["state"] == "without delay"].to_dict("records"):
        sign = 1.0 if row["share"] > best.probe.shares(best.point)[row["party"]] - 1e-12 else -1.0

        def share(model, row=row, sign=sign):
            terms = [(sign * c, v) for c, v in model.added(row["party"])]
            terms += [(-sign * row["share"] * c, v) for c, v in model.added()]
            model.add(model.total(terms) >= -1e-7)

        least = answer(tables, lambda model: model.cost, wasteless, share)
        assert row["cost"] == pytest.approx(least, rel=2e-6, abs=1e-5)


@pytest.mark.parametrize("seed", few_and_more(2, 6))
def test_the_plans_at_both_ends_pass_the_checker_and_are_no_later(seed):
    from coprod.explain.choices.work_share import extreme_share

    tables = roomy(seed)
    best = cheapest(tables, "base", EXACT)
    for most in (False, True):
        best.probe.release()
        best.probe.hold(best.lateness)
        best.probe.limit_leftovers(best.point)
        share, point = extreme_share(best, "Japan", most=most, known=[best.point])
        checked = verify(tables, best.probe.tables(point))
        assert checked.passed, checked.failures
        shares = best.probe.tables(point)["work_shares"].set_index("party")["share"]
        assert shares.get("Japan", 0.0) == pytest.approx(share, abs=1e-6)
        assert best.probe.lateness(point).sum() == pytest.approx(best.lateness.sum(), abs=1e-5)


def left_over(best):
    """Return what of each item the cheapest plan leaves in stock at the end, by its published table."""
    stock = best.probe.tables(best.point)["stock"]
    last = stock[stock["period"] == stock["period"].max()]
    return last.groupby("item")["quantity"].sum().to_dict()


@pytest.mark.parametrize("seed", few_and_more(4, 10))
def test_with_delay_it_is_no_later_than_the_twin_says_it_must_be(seed):
    tables = roomy(seed)
    best, _, curve = asked(tables)
    left, end = left_over(best), best.network.periods.n - 1
    plan = best.probe.tables(best.point)
    never = float(plan["demand_summary"]["never_delivered"].sum())
    stock = plan["shortfalls"]
    short = stock.loc[stock["period"] == stock["period"].max(), ["level", "stock"]]
    missing = float(np.maximum(short["level"] - short["stock"], 0.0).sum())
    late = curve[curve["state"] == "with delay"]
    for row in late.to_dict("records"):

        def required(model, row=row):
            model.left_over(left)
            terms = [*model.added(row["party"])] + [(-row["share"] * c, v) for c, v in model.added()]
            model.add(model.total(terms) >= -1e-7)
            orders, stocks = model.needs()
            model.add(orders[-1][1] <= never + 1e-7)
            model.add(stocks[-1][1] <= missing + 1e-7)
            assert model.calendar.n == end + 1

        orders = answer(tables, lambda model: model.needs()[0], required)
        stocks = answer(
            tables,
            lambda model: model.needs()[1],
            required,
            lambda model, orders=orders: model.no_later([orders, 0.0], but=[1]),
        )
        assert row["lateness"] == pytest.approx(orders + stocks, rel=1e-5, abs=1e-5)
