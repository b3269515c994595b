"""The plan with its due dates as limits, for the question why they cannot all be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.assemble import Model, assemble

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.network.network import Network
    from coprod.plan.names import Names
    from coprod.solve import LinearProblem

__all__ = ["HardPlan", "hard_plan"]

#: Families of rows that a study limits the plan with; the rest is material, or defines a column.
LIMITS = ("stock limits", "capacity", "sustaining", "licence caps", "work share", "budget")

#: How far above its rate a line may go where its rate is not asked for: as good as no limit.
_MORE = 100.0


@dataclass(frozen=True, slots=True)
class HardPlan:
    """
    A constrained plan in which nothing may be late.

    Attributes
    ----------
    problem
        Without an objective; infeasible where a due date or limit cannot be kept.
    names
        What each row and column is called.
    given : (2 m + 2 n,) bool
        Sides that are no limits of the study, as `coprod.solve.conflict.irreducible` takes them; the others
        are its limits and its due dates.
    """

    problem: LinearProblem
    names: Names
    given: NDArray[np.bool_]


def _without_hidden_rates(model: Model) -> LinearProblem:
    """
    Return the problem with rates in the capacity rows alone.

    "A closed line makes nothing" holds the use of an open one below its rate as well, which would stay a
    limit when the capacity rows are left out.
    """
    matrix = model.problem.matrix.copy()
    column = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
    rows, opens = model.names.rows_of("line is open"), model.columns.open[model.columns.open >= 0]
    inside = np.isin(matrix.indices, rows) & np.isin(column, opens)
    matrix.data[inside] *= _MORE
    return replace(model.problem, matrix=matrix)


def hard_plan(network: Network) -> HardPlan:
    """
    Return a network's plan with every order on its due date and every dated objective full from its date on.

    Parameters
    ----------
    network
        Compiled study.
    """
    model: Model = assemble(network)
    problem, columns = _without_hidden_rates(model), model.columns
    m, n = problem.n_rows, problem.n_columns
    due = np.cumsum(network.demands.due, axis=1)
    there = columns.delivered >= 0
    problem.lower[columns.delivered[there]] = due[there]
    objectives = network.objectives
    dated = np.array([bool(text) for text in objectives.by_date], dtype=bool)
    counts = np.arange(network.periods.n) >= objectives.by_period[:, None]
    short = columns.short[dated[:, None] & counts]
    problem.upper[short] = 0.0
    asked = np.zeros(2 * (m + n), dtype=bool)
    for family in LIMITS:
        rows = model.names.rows_of(family)
        asked[rows] = asked[m + rows] = True
    asked[2 * m + columns.delivered[there & (due > 0)]] = True
    asked[2 * m + n + short] = True
    return HardPlan(problem, model.names, ~asked)
