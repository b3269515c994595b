"""How many builds can have started by a period for the money there is by then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.builds import per_start

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from coprod.plan.assemble import Model
    from coprod.plan.face import Face

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Money", "keep_to_money", "money_by_year"]

#: How much of a build's cost may be missing for it to count as paid: rounding, and a solver's tolerance.
PAID = 1e-6

#: Share of a build's largest cost below which a cost is what sums of floating-point numbers leave of none.
DUST = 1e-9


@dataclass(frozen=True, slots=True)
class Money:
    """
    A budget's years up to one of them, added up: what is carried from year to year cancels out.

    Attributes
    ----------
    rows : (Y,)
        Rows of the years.
    others : (K,), weights : (K,)
        Columns in their sum that are no builds, and their coefficients.
    cost : (E, T)
        What one build adds to the sum if it starts in a period.
    """

    rows: Ints
    others: Ints
    weights: Floats
    cost: Floats


def money_by_year(model: Model) -> list[Money]:
    """Return the sums of budgets, one for every year of each of them, in which any build costs anything."""
    built, budgets = model.columns.built, model.network.budgets
    if not built.size or not budgets.payer.size:
        return []
    rows = model.names.rows_of("budget")
    matrix: csr_array = model.problem.matrix.tocsr()[rows]
    before = {int(budgets.carry_to[b]): b for b in np.flatnonzero(budgets.carry_to >= 0)}
    sums = []
    for b in range(rows.size):
        years = [b]
        while years[-1] in before:
            years.append(int(before[years[-1]]))
        row: Floats = np.asarray(matrix[np.array(years)].sum(axis=0), dtype=np.float64)
        cost = per_start(row[built])
        cost[np.abs(cost) <= DUST * np.abs(cost).max(axis=1, keepdims=True)] = 0.0
        if not (cost > 0).any():
            continue
        row[built] = 0.0
        others = np.flatnonzero(row)
        sums.append(Money(rows[years], others, row[others], cost))
    return sums


def keep_to_money(face: Face, built: Ints, sums: list[Money]) -> None:
    """
    Bound the builds started by each period by what the money up to then pays for, all else left undone.

    A relaxation otherwise buys at once a fifth of what takes the money of five years. No plan with whole
    builds is lost.

    Parameters
    ----------
    face
        The live model; upper bounds of the builds are lowered.
    built : (E, T)
        Columns of the cumulative builds.
    sums
        See `money_by_year`.
    """
    left = [_left(face, built, money) for money in sums]
    paid = np.ones(built.shape, dtype=bool)
    for money, of_each in zip(sums, left, strict=True):
        paid &= (money.cost <= 0) | (money.cost * (1.0 - PAID) <= of_each[:, None])
    most = np.where(np.maximum.accumulate(paid, axis=1), face.upper[built], 0.0)
    for money, of_each in zip(sums, left, strict=True):
        cheapest = np.minimum.accumulate(np.where(paid, money.cost, np.inf), axis=1)
        costly = (cheapest > 0) & np.isfinite(cheapest) & np.isfinite(of_each)[:, None]
        count = np.divide(of_each[:, None], cheapest, out=np.full(built.shape, np.inf), where=costly)
        most = np.minimum(most, np.floor(count + PAID))
    most = np.maximum(most, face.lower[built])
    changed = most < face.upper[built]
    numbers = built[changed]
    if numbers.size:
        face.columns(numbers, face.lower[numbers], most[changed])


def _left(face: Face, built: Ints, money: Money) -> Floats:
    """Return what is left for each build, (E,), where the others are what they are bound to be at least."""
    lower, upper = face.lower[money.others], face.upper[money.others]
    least = money.weights * np.where(money.weights > 0, lower, upper)
    # The cheapest start up to a period; money that a start brings in may pay for others'.
    cheapest = np.minimum.accumulate(money.cost, axis=1)
    brought = np.minimum(cheapest[:, -1], 0.0) * face.upper[built[:, -1]]
    spent = brought + (np.maximum(cheapest, 0.0) * face.lower[built]).max(axis=1)
    left: Floats = face.row_upper[money.rows].sum() - least.sum() - (spent.sum() - spent)
    return left
