"""How many builds the money of the years so far pays for: against a budget kept by hand."""

import numpy as np
import pytest
from tests.plan.test_short_money import budgets, build, study
from tests.reference.roomy_studies import few_and_more

from coprod.network import compile_network
from coprod.plan import Planner
from coprod.plan.affordable import keep_to_money, money_by_year
from coprod.plan.rows.budget import ACTIVITY


def most(tables, bound_to=()):
    """Return how many of each build may have started by the end of each year, some bound to at once."""
    planner = Planner(compile_network(tables))
    face, built = planner._face, planner.model.columns.built
    for e in bound_to:
        face.columns(built[e], np.ones(built.shape[1]), face.upper[built[e]])
    keep_to_money(face, built, money_by_year(planner.model))
    return face.upper[built[:, [11, 23]]].tolist()


def test_what_costs_more_than_a_year_brings_starts_when_enough_is_carried_over():
    carried = [row | {"carry_over": True} for row in budgets(60, 60)]
    assert most(study(budgets=carried)) == [[0.0, 1.0]]
    assert most(study(budgets=budgets(60, 60))) == [[0.0, 0.0]]
    assert most(study()) == [[1.0, 1.0]]


def test_as_many_start_as_are_paid_for():
    carried = [row | {"carry_over": True} for row in budgets(250, 100)]
    assert most(study(investments=[build("wider", max_builds=5)], budgets=carried)) == [[2.0, 3.0]]
    exactly = [row | {"carry_over": True} for row in budgets(200, 100)]
    assert most(study(investments=[build("wider", max_builds=5)], budgets=exactly)) == [[2.0, 3.0]]


def test_what_others_are_bound_to_cost_is_gone():
    rows = [build("hall"), build("wider", capex=60)]
    carried = [row | {"carry_over": True} for row in budgets(150, 10)]
    assert most(study(investments=rows, budgets=carried)) == [[1.0, 1.0], [1.0, 1.0]]
    assert most(study(investments=rows, budgets=carried), bound_to=[0]) == [[1.0, 1.0], [0.0, 1.0]]


def test_a_year_whose_money_is_gone_to_the_cent_or_beyond_it_shuts_no_start_of_another_year():
    planner = Planner(compile_network(study(budgets=budgets(100, 0))))
    face, built = planner._face, planner.model.columns.built
    sums = money_by_year(planner.model)
    for rounded in (0.0, -1e-9):
        year = np.array([sums[-1].rows[0]])
        face.rows(year, np.array([-np.inf]), np.array([rounded]))
        keep_to_money(face, built, sums)
        assert face.upper[built].min() == 1.0


def test_what_sums_leave_by_rounding_is_no_cost():
    planner = Planner(compile_network(study(budgets=budgets(100, 0))))
    face, built = planner._face, planner.model.columns.built
    matrix = planner.model.problem.matrix
    matrix.data *= 1.0 + 1e-14 * np.random.default_rng(0).random(matrix.nnz)
    keep_to_money(face, built, money_by_year(planner.model))
    assert face.upper[built].min() == 1.0


def kept_by_hand(network, starts):
    """Whether every budget pays for builds that start in some periods, year after year, without rows."""
    budgets, spending = network.budgets, network.spending
    flows = network.activities.n_processes + network.activities.n_lanes
    left = budgets.amount.astype(float)
    for b in np.argsort(budgets.year, kind="stable"):
        for entry in np.flatnonzero((spending.kind == ACTIVITY) & (spending.payer == budgets.payer[b])):
            if budgets.category[b] not in (-1, spending.category[entry]):
                continue
            for t in starts.get(int(spending.index[entry]) - flows, ()):
                if spending.year[entry, t] == budgets.year[b]:
                    left[b] -= spending.amount[entry, t]
        if left[b] < -1e-6 * max(1.0, budgets.amount[b]):
            return False
        if budgets.carry_to[b] >= 0:
            left[budgets.carry_to[b]] += left[b]
    return True


def drawn(seed):
    """Three builds and two payers, who carry over or do not, in a currency that is worth less each year."""
    rng = np.random.default_rng(seed)
    names = ["hall", "press", "wider"]
    money = [
        {"payer": payer, "fiscal_year": year, "amount": int(rng.integers(0, 20)) * 10, "carry_over": keeps}
        for payer, keeps in zip(["fund", "partner"], rng.random(2) < 0.7, strict=True)
        for year in (2027, 2028)
    ]
    shares = [{"table": "processes", "payer": "rest"}, {"table": "holding", "payer": "rest"}]
    for name in names:
        share = float(rng.choice([0.0, 0.25, 0.6, 1.0]))
        parts = [("fund", share), ("partner", 1.0 - share)]
        shares += [
            {"table": "investments", "key": name, "payer": payer, "share": part}
            for payer, part in parts
            if part > 0
        ]
    return study(
        investments=[
            build(name, capex=int(rng.integers(1, 20)) * 10, max_builds=int(rng.integers(1, 4)))
            for name in names
        ],
        payers=[{"payer": payer} for payer in ("fund", "partner", "rest")],
        funding=shares,
        budgets=money,
        escalation=[{"currency": "USD", "year": 2027 + n, "index": 1.0 + 0.1 * n} for n in range(2)],
    )


@pytest.mark.parametrize("seed", few_and_more(40, 400))
def test_starts_are_shut_where_a_budget_kept_by_hand_does_not_pay_for_one_and_nowhere_else(seed):
    planner = Planner(compile_network(drawn(seed)))
    face, network, built = planner._face, planner.model.network, planner.model.columns.built
    keep_to_money(face, built, money_by_year(planner.model))
    paid = np.array(
        [
            [kept_by_hand(network, {e: range(start, start + 1)}) for start in range(built.shape[1])]
            for e in range(built.shape[0])
        ]
    )
    assert (face.upper[built] >= 1).tolist() == np.maximum.accumulate(paid, axis=1).tolist()


@pytest.mark.parametrize("seed", few_and_more(40, 400))
def test_no_builds_that_a_budget_kept_by_hand_pays_for_are_lost(seed):
    rng = np.random.default_rng(seed)
    planner = Planner(compile_network(drawn(seed)))
    face, network, built = planner._face, planner.model.network, planner.model.columns.built
    kept = face.bounds()
    for _ in range(30):
        starts = {e: sorted(rng.integers(0, 24, rng.integers(0, 4))) for e in range(built.shape[0])}
        started = np.array([[sum(s <= t for s in starts[e]) for t in range(24)] for e in range(len(starts))])
        if (started > kept[1][built]).any() or not kept_by_hand(network, starts):
            continue
        first = int(rng.integers(built.shape[0]))
        keep_to_money(face, built, money_by_year(planner.model))
        assert (started <= face.upper[built]).all()
        face.put_back(kept)
        # And as many with one of them decided.
        face.columns(built[first], started[first], started[first])
        keep_to_money(face, built, money_by_year(planner.model))
        assert (started <= face.upper[built]).all()
        face.put_back(kept)
