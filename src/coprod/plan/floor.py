"""
A floor under how late a plan must be, without solving it: duals of a plan already solved, read on another.

For any prices ``y`` on the rows of ``min c x, row_lower <= A x <= row_upper, lower <= x <= upper``, ``c x``
is at least ``sum_i min(y_i row_lower_i, y_i row_upper_i) + sum_j min over [lower_j, upper_j] of (c_j - y
A_j) x_j`` (weak duality; whole numbers only raise ``c x``). The prices need not be right, only good: a wrong
one lowers the floor, and never makes it untrue. So the duals of one plan are carried to another by the names
of its rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from coprod.plan.assemble import Model
    from coprod.plan.objective import Goal

    Floats = NDArray[np.float64]

__all__ = ["Proof", "floors", "proof"]

#: Multipliers tried, of the duals of goals before the one in question.
MULTIPLIERS = (1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6)
#: How far a proof may stay below the values it is meant to prove, relative.
LOOSE = 1e-7


@dataclass(frozen=True, slots=True)
class Proof:
    """
    Prices that prove how late a plan must be, by the names of its rows.

    Attributes
    ----------
    values : (K,) weighted unit-months
        The least value of each goal of need, in order, whole numbers or not.
    weights : (K, K)
        Row k: how much of goals 0 .. k is in the sum whose floor is taken for goal k; 1 on the diagonal.
    prices : length K
        For each such sum, what one more unit on the right of a row is worth, by (family, label, period).
    """

    values: Floats
    weights: Floats
    prices: tuple[dict[tuple[str, str, int], float], ...]


def useful(model: Model) -> tuple[Floats, Floats]:
    """
    Return bounds of every column within which some best plan lies, (n,) and (n,); finite but for breaches
    let open.

    Starts are bounded by what can ever be used of them, stocks by all that can come in, shortfalls by the
    level.
    """
    network, columns, problem = model.network, model.columns, model.problem
    activities, nodes, demands = network.activities, network.nodes, network.demands
    lower, upper = problem.lower.copy(), problem.upper.copy()

    def bound(numbers: NDArray[np.int64], most: Floats | float) -> None:
        there = numbers >= 0
        most = np.broadcast_to(most, numbers.shape)[there]
        upper[numbers[there]] = np.minimum(upper[numbers[there]], most)

    flows = columns.start.shape[0]
    bound(columns.start, activities.upper[:flows])
    come = np.abs(nodes.opening)[:, None] + np.cumsum(np.abs(nodes.receipts), axis=1)
    made = np.zeros_like(come)
    material = network.material
    yielded = np.maximum(material.coefficient, 0.0).max(axis=1, initial=0.0)
    started = activities.upper[material.column].sum(axis=1)
    np.add.at(made, material.row, (yielded * started)[:, None])
    bound(columns.stock, come + made)
    bound(columns.short, network.objectives.level[:, None])
    bound(columns.delivered, np.cumsum(demands.due, axis=1))
    bound(columns.carried, float(network.budgets.amount[np.isfinite(network.budgets.amount)].sum()))
    return lower, upper


def _least(price: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return the least of ``price * v`` over ``lower <= v <= upper``."""
    at = np.where(price > 0, lower, upper)
    return np.where(price == 0.0, 0.0, price * np.where(price == 0.0, 0.0, at))


def _signed(y: Floats, model: Model) -> Floats:
    """Return prices with those at 0 that a row has no bound for."""
    problem = model.problem
    y = np.where((y > 0) & ~np.isfinite(problem.row_lower), 0.0, y)
    return np.where((y < 0) & ~np.isfinite(problem.row_upper), 0.0, y)


def _floor(model: Model, goal: tuple[Floats, float], y: Floats, within: tuple[Floats, Floats]) -> float:
    cost, constant = goal
    problem = model.problem
    y = _signed(y, model)
    reduced = cost - problem.matrix.T @ y
    rows = _least(y, problem.row_lower, problem.row_upper).sum()
    return constant + float(rows + _least(reduced, *within).sum())


def _sum(goals: Sequence[Goal], weights: Floats) -> tuple[Floats, float]:
    cost = np.zeros_like(goals[0].cost)
    constant = 0.0
    for goal, weight in zip(goals, weights, strict=False):
        cost += weight * goal.cost
        constant += weight * goal.constant
    return cost, constant


def proof(model: Model, goals: Sequence[Goal], values: Floats, duals: Sequence[Floats]) -> Proof | None:
    """
    Return what proves the values of a plan's goals; None where its duals do not.

    Parameters
    ----------
    model
        What was solved.
    goals
        Goals of need, K of them.
    values : (K,)
        Their best values, in strict order, of the relaxation.
    duals : length K, each (m,)
        Row duals of each goal on the face of the goals before it.
    """
    within = useful(model)
    K = len(goals)
    weights, sums = np.zeros((K, K)), []
    y, before = np.zeros(model.problem.n_rows), np.zeros(K)
    for k in range(K):
        own = duals[k][: model.problem.n_rows]
        for multiplier in MULTIPLIERS if k else (1.0,):
            row = multiplier * before
            row[k] = 1.0
            priced = own + multiplier * y
            found = _floor(model, _sum(goals, row), priced, within) - row[:k] @ values[:k]
            if found >= values[k] - LOOSE * max(1.0, abs(values[k])):
                break
        else:
            return None
        weights[k], before, y = row, row, priced
        sums.append(priced)
    named = list(model.names.rows())
    prices = [{named[i]: float(priced[i]) for i in np.flatnonzero(priced)} for priced in sums]
    return Proof(values, weights, tuple(prices))


def floors(model: Model, goals: Sequence[Goal], known: Proof, values: Floats) -> Floats:
    """
    Return a floor of each goal, (K,), where the goals before it are no worse than some values.

    Parameters
    ----------
    model
        Another plan, its network of the same needs.
    goals
        Its goals of need, the same K.
    known
        A proof.
    values : (K,)
        Of the goals.
    """
    within = useful(model)
    named = list(model.names.rows())
    found = np.empty(len(goals))
    for k, prices in enumerate(known.prices):
        y = np.array([prices.get(name, 0.0) for name in named])
        weights = known.weights[k]
        found[k] = _floor(model, _sum(goals, weights), y, within) - weights[:k] @ values[:k]
    return found
