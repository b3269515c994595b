"""Starts of builds that needs can do without: those that could as well be a period earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.plan.assemble import Model

__all__ = ["dominated_starts"]

#: Families of rows that say in which order builds start; an earlier start is held against them here.
ORDER = ("builds", "requires")


def dominated_starts(model: Model, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """
    Return which starts no plan needs, (E, T); `starts` are their rows, (E, T).

    A start in t that is moved to t - 1 raises ``Y[e,t-1]`` and nothing else. Where no row limits that column
    on the side it moves to, a plan stays one, and needs, which do not count builds, are as they were: with
    budgets by year, that leaves the first period of each year. What a build requires may be complete within a
    year: the periods in which it can be, are left as well.

    For cost it is not so: a later start is mostly cheaper.
    """
    problem, built = model.problem, model.columns.built
    E, T = built.shape
    in_order = np.zeros(problem.n_rows, dtype=bool)
    for family in ORDER:
        in_order[model.names.rows_of(family)] = True

    columns = problem.matrix[:, built[:, :-1].ravel()].tocoo()
    risen = (columns.data > 0) & np.isfinite(problem.row_upper[columns.row])
    fallen = (columns.data < 0) & np.isfinite(problem.row_lower[columns.row])
    held = np.zeros(E * (T - 1), dtype=bool)
    held[columns.col[(risen | fallen) & ~in_order[columns.row]]] = True

    most = problem.upper[built]
    earlier = (most[:, :-1] >= most[:, 1:]) & (problem.row_upper[starts[:, :-1]] > 0)
    dominated = np.zeros((E, T), dtype=bool)
    dominated[:, 1:] = earlier & ~held.reshape(E, T - 1)
    _keep_completions(model, dominated)
    return dominated


def _keep_completions(model: Model, dominated: NDArray[np.bool_]) -> None:
    """Leave a build the periods in which one that it requires can be complete."""
    network, T = model.network, dominated.shape[1]
    lag = network.activities.lag[network.activities.investments]
    before = None
    while before is None or not np.array_equal(before, dominated):
        before = dominated.copy()
        for later, first in network.investments.requires:
            complete = np.flatnonzero(~dominated[first]) + lag[first]
            dominated[later, complete[complete < T]] = False
