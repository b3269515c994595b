"""From where a plan ended to the best of the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.face import TIED
from coprod.plan.objective import Goal
from coprod.plan.one_goal import attempt
from coprod.plan.vertex import Vertex, dominance_over
from coprod.plan.weights import in_one_sum
from coprod.solve.basis import BASIC, FREE, LOWER, UPPER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from coprod.plan.deadline import Deadline
    from coprod.plan.face import Face
    from coprod.solve import Method, Solution
    from coprod.solve.basis import Statuses

    Floats = NDArray[np.float64]

__all__ = ["next_vertex", "vertex_of"]

#: A sum of duals against the sign of its first goal's keeps this part of that one's.
KEPT = 0.01

#: Dearest coefficient of a vertex's objective as the solver sees it. With cost in it, its coefficients are
#: far apart: a hundred times a goal's leaves half as many pivots for the goals themselves.
LARGEST = 1e6

#: Pivots within which a vertex is found, and more of them for each row: mostly a few in all, and up to 8,500
#: of 147,000 rows where it was worth it; what took more was not done after 40,000 of 60,000. They take 0.3 to
#: 0.5 ms each at 200 and 500 processes by 120 months, and 3 ms where all goals are one weighted sum.
PIVOTS, PIVOTS_PER_ROW = 3_000, 0.05


def _in_order(values: Floats, dominance: float) -> Floats:
    """
    Return a sum of each goal's duals, (K, k), with the sign of the first goal that has one: (k,).

    What a goal has a dual for, those before leave open and those after may not turn, whatever their weight.
    """
    weighed = values * dominance ** -np.arange(float(len(values)))[:, None]
    tied = np.abs(values) > TIED
    first = np.where(tied.any(axis=0), weighed[tied.argmax(axis=0), np.arange(values.shape[1])], 0.0)
    total = weighed.sum(axis=0)
    turned = total * np.sign(first) < KEPT * np.abs(first)
    return np.asarray(np.where(turned, KEPT * first, total) * (first != 0))


def vertex_of(
    face: Face,
    goals: Sequence[Goal],
    x: Floats,
    basis: object,
    duals: Sequence[Floats],
    deadline: Deadline,
) -> Vertex | None:
    """
    Return the vertex that goals ended at; None where it takes too many pivots.

    Parameters
    ----------
    face
        The live model, with the bounds it had before the first goal.
    goals
        In order.
    x : (n,)
        The plan best for them.
    basis
        Where the last of them ended.
    duals
        Of each, (m,), in its own units, on the face of the goals before it.
    deadline
        Cancellation, and a time limit.
    """
    problem, engine, dominance = face.problem, face.solver, dominance_over(goals)
    rows = np.array([dual / goal.size for dual, goal in zip(duals, goals, strict=True)])
    columns = np.array([goal.cost / goal.size for goal in goals]) - rows @ problem.matrix
    row_dual = _in_order(rows, dominance)
    # A row that held a goal has no bound any more.
    row_dual[np.isinf(face.row_lower) & np.isinf(face.row_upper)] = 0.0
    objective = problem.matrix.T @ row_dual + _in_order(columns, dominance)
    names = tuple(goal.name for goal in goals)
    moved = engine.basis_of(engine.statuses(basis).at(x, problem.matrix @ x, face.bounds()))
    start = Vertex(moved, row_dual, objective, objective - in_one_sum(goals, dominance), names, best=False)
    engine.start_from_basis(moved)
    # Columns that a goal ties and a later one has in its basis: degenerate pivots.
    return _at(start, face, _best(face, objective, "primal", deadline))


def next_vertex(face: Face, start: Vertex, deadline: Deadline) -> tuple[Vertex, Solution] | None:
    """
    Return the vertex best for a start's aim, and its solution; None where it takes too many pivots.

    Parameters
    ----------
    face
        The live model.
    start
        Where a plan of it, or of another with the same rows, ended.
    deadline
        Cancellation, and a time limit.
    """
    face.solver.start_from_basis(start.basis)
    # The solver mends a basis that is singular in another matrix: rows in place of columns.
    basis = face.solver.basis()
    if basis is None:
        return None
    first = start.aim if start.best else _dual_feasible(face, start, face.solver.statuses(basis))
    found = _best(face, first, "dual", deadline)
    if found.status == "optimal" and not start.best:
        again = _best(face, start.aim, "primal", deadline)
        found = replace(again, iterations=found.iterations + again.iterations)
    vertex = _at(start, face, found)
    return None if vertex is None else (vertex, found)


def _best(face: Face, objective: Floats, method: Method, deadline: Deadline) -> Solution:
    """Solve for an objective from the basis at hand, in a number of pivots; prices are in its own units."""
    pivots = PIVOTS + int(PIVOTS_PER_ROW * face.problem.n_rows)
    goal = Goal("vertex", "", objective)
    found = attempt(face.solver, goal, method, deadline, pivots=pivots, largest=LARGEST)
    if found.row_dual is None:
        return found
    return replace(found, row_dual=found.row_dual * (goal.size / LARGEST))


def _dual_feasible(face: Face, start: Vertex, statuses: Statuses) -> Floats:
    """Return an objective near a start's aim for which a basis with these statuses is dual feasible."""
    matrix, standing = face.problem.matrix, statuses.columns
    dual = start.aim - matrix.T @ start.row_dual
    wrong = (standing == LOWER) & (dual < 0) | (standing == UPPER) & (dual > 0)
    dual[wrong | (standing == BASIC) | (standing == FREE)] = 0.0
    return np.asarray(matrix.T @ np.where(statuses.rows == BASIC, 0.0, start.row_dual) + dual)


def _at(start: Vertex, face: Face, found: Solution) -> Vertex | None:
    """Return the vertex that a solution for a start's aim is; None where it is none."""
    basis = face.solver.basis()
    if found.status != "optimal" or found.row_dual is None or basis is None:
        return None
    return replace(start, basis=basis, row_dual=found.row_dual, best=True)
