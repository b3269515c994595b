"""Where plans of one live model ended before, so that the next one begins at the nearest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.plan.assemble import Model
    from coprod.plan.objective import Goal
    from coprod.plan.vertex import Vertex
    from coprod.solve import LinearProblem, Solver

__all__ = ["Start", "Starts"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Start:
    """One plan's model and problem, and the vertex it ended at."""

    model: Model
    problem: LinearProblem
    vertex: Vertex

    def carried(self, model: Model, goals: Sequence[Goal], engine: Solver) -> Vertex | None:
        """Return the vertex for a model with the same rows; None where its columns are of other things."""
        came = np.full(model.columns.n, -1, dtype=np.int64)
        for block, numbers in model.columns.blocks().items():
            there = self.model.columns.blocks()[block]
            if there.shape != numbers.shape:
                return None
            if block == "start":
                there = _by_arrival(there, self.model, model)
            both = (numbers >= 0) & (there >= 0)
            came[numbers[both]] = there[both]
        return self.vertex.carried(engine, self.problem, came, goals)


class Starts:
    """
    The first plan of a live model, which options vary, and the last, which the next may be a step from.

    Measured at 200 and 500 processes by 120 months: ten options on a base took half the pivots from the base
    that they took one from the other, and a bottleneck moved a thirtieth.
    """

    def __init__(self) -> None:
        self._known: list[Start] = []

    def wanted(self, left: LinearProblem, problem: LinearProblem) -> bool:
        """Whether the plan that a model is about to leave is of use: the first, or nearer than that."""
        return not self._known or _apart(left, problem) < _apart(self._known[0].problem, problem)

    def keep(self, start: Start) -> None:
        """Keep a plan that the model is about to leave."""
        self._known = [*self._known[:1], start]

    def nearest(
        self, model: Model, problem: LinearProblem, goals: Sequence[Goal], engine: Solver
    ) -> Vertex | None:
        """Return where the plan nearest to a problem ended, for its model; None where rows differ."""
        for start in sorted(self._known, key=lambda start: _apart(start.problem, problem)):
            if start.problem.same_matrix(problem):
                return start.vertex.aimed(goals)
            if start.problem.n_rows == problem.n_rows and start.model.names.same_rows(model.names):
                vertex = start.carried(model, goals, engine)
                if vertex is not None:
                    return vertex
        return None


def _by_arrival(numbers: NDArray[np.int64], model: Model, other: Model) -> NDArray[np.int64]:
    """
    Return numbers of starts, (P + F, T), in the periods from which they arrive as before in another model.

    What a longer lead time changes is mostly when to order, not when to have.
    """
    flows = len(numbers)
    later = model.network.activities.lag[:flows] - other.network.activities.lag[:flows]
    moved = numbers.copy()
    for flow in np.flatnonzero(later):
        moved[flow] = -1
        own = np.arange(numbers.shape[1]) - later[flow]
        there = (own >= 0) & (own < own.size)
        moved[flow, there] = numbers[flow, own[there]]
    return moved


def _apart(one: LinearProblem, other: LinearProblem) -> tuple[bool, bool, float]:
    """Return whether two problems differ in their matrix, and in their rows, and what bounds differ by."""
    sides, rows = [], one.n_rows == other.n_rows
    if rows:
        sides += [(one.row_lower, other.row_lower), (one.row_upper, other.row_upper)]
    if one.n_columns == other.n_columns:
        sides += [(one.lower, other.lower), (one.upper, other.upper)]
    return not one.same_matrix(other), not rows, sum(_between(*side) for side in sides)


def _between(one: Floats, other: Floats) -> float:
    """Return the sum of relative differences; 1 where one of two is infinite."""
    at = np.flatnonzero(one != other)
    one, other = one[at], other[at]
    finite = np.isfinite(one) & np.isfinite(other)
    size = np.maximum(np.abs(one[finite]), np.abs(other[finite]))
    return float(np.sum(np.abs(one[finite] - other[finite]) / size) + np.sum(~finite))
