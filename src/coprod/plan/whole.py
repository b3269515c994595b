"""What has to be whole in a plan, how far it may be off, and a solve with parts of it allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.affordable import Money, money_by_year
from coprod.plan.dominated import dominated_starts
from coprod.plan.one_goal import attempt, solve_goal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.plan.assemble import Model
    from coprod.plan.deadline import Deadline
    from coprod.plan.face import Face
    from coprod.plan.objective import Goal
    from coprod.solve import LinearProblem, Method, Solution

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["EXACT", "SMALL", "WHOLE", "WholeColumns", "off_whole", "relaxed", "whole_columns"]

#: How far a whole number may be off. HiGHS returns integers within its feasibility tolerance.
WHOLE = 1e-6

#: The same where no trial of the rounded value follows: less would let something through a big-M row.
EXACT = 1e-9

#: Nonzeros below which a solve takes a moment, so that nodes and trials need not be spared. A plan of the
#: vaccine example (8,000), where money is short, took 12.8 s with the solver's own search, 4.5 s with this
#: one. At 44,000 goals of need took 7 s against 24, and at 85,000 200 nodes left 10 % open: there this search
#: is for cost alone, and starts that were refused once are not tried again (35 s, 11 s so).
SMALL = 20_000

#: Pivots after which a solve from a basis is given up for one from scratch: a node is a few, but now and then
#: HiGHS goes nowhere (1,298 in 16 s, then "unknown", where a solve from scratch took half a second).
PATIENCE = 1_000


@dataclass(frozen=True, slots=True)
class WholeColumns:
    """
    Columns in which a search for whole numbers is at home.

    Attributes
    ----------
    numbers : (B,)
        Whole numbers that are branched on.
    built : (E, T)
        Cumulative builds, whose starts are rounded.
    starts : (E, T)
        Rows of their starts.
    dominated : (E, T) bool
        Starts that needs can do without, see `coprod.plan.dominated`. Like `starts` without rows where there
        is nothing to build.
    money
        What builds cost of budgets, see `coprod.plan.affordable`.
    """

    numbers: Ints
    built: Ints
    starts: Ints
    dominated: NDArray[np.bool_]
    money: list[Money]


def whole_columns(model: Model) -> WholeColumns:
    """Return how many builds there are in all and what is chosen at all, to branch on; builds, to round."""
    columns = model.columns
    chosen = (columns.built[:, -1], columns.licensed, columns.chosen)
    numbers = np.concatenate([block[block >= 0] for block in chosen])
    built = columns.built
    if not model.problem.integer[built].any():
        return WholeColumns(numbers, built, built[:0], np.zeros((0, built.shape[1]), dtype=bool), [])
    starts = model.names.rows_of("builds").reshape(built.shape)
    return WholeColumns(numbers, built, starts, dominated_starts(model, starts), money_by_year(model))


def off_whole(problem: LinearProblem, x: Floats) -> float:
    """Return how far from whole a plan's numbers are at most, wherever whole ones are asked for."""
    numbers = x[problem.integer]
    return float(np.abs(numbers - np.round(numbers)).max(initial=0.0))


def relaxed(face: Face, goal: Goal, method: Method, deadline: Deadline) -> Solution:
    """
    Solve for a goal with parts of builds allowed, from where the last solve ended.

    Parameters
    ----------
    face
        The live model.
    goal
        Minimised.
    method
        Simplex, primal or dual.
    deadline
        Time limit and cancellation.

    Returns
    -------
    Solution
        An optimum, or ``infeasible``, or neither if the time limit came first.

    Raises
    ------
    KeyboardInterrupt
        If the caller cancels.
    SolverError
        See `coprod.plan.one_goal.solve_goal`.
    """
    solver = face.solver
    solver.relax_integers(True)
    solution = attempt(solver, goal, method, deadline, pivots=PATIENCE)
    if solution.status not in ("optimal", "infeasible"):
        solver.start_from_basis(None)
        solution = solve_goal(solver, goal, "dual", deadline)
    return solution
