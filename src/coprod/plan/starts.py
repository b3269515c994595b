"""Where plans of one live model ended before, so that the next one begins at the nearest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coprod.plan.face import Ended

if TYPE_CHECKING:
    from coprod.plan.assemble import Model
    from coprod.solve import LinearProblem, Solver

__all__ = ["Start", "Starts"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Start:
    """One plan's model and problem, and by name the basis in which each goal, or sum of goals, ended."""

    model: Model
    problem: LinearProblem
    ended: dict[str, Ended]

    def apart(self, problem: LinearProblem) -> float:
        """Return what the bounds of a problem with as many rows differ by: shares of their size, summed."""
        own = self.problem
        sides = [(own.row_lower, problem.row_lower), (own.row_upper, problem.row_upper)]
        if own.n_columns == problem.n_columns:
            sides += [(own.lower, problem.lower), (own.upper, problem.upper)]
        return sum(_apart(one, other) for one, other in sides)

    def carried(self, model: Model, problem: LinearProblem, engine: Solver) -> dict[str, Ended]:
        """Return where the goals ended, for a problem with the same rows, of which most columns are known."""
        came = np.full(problem.n_columns, -1, dtype=np.int64)
        for block, numbers in model.columns.blocks().items():
            there = self.model.columns.blocks()[block]
            if there.shape != numbers.shape:
                return {}
            both = (numbers >= 0) & (there >= 0)
            came[numbers[both]] = there[both]
        return {
            name: Ended(engine.carry(end.basis, self.problem, came), carried=True)
            for name, end in self.ended.items()
        }


class Starts:
    """
    The first plan of a live model, which options vary, and the last, which the next may be a step from.

    Measured at 200 and 500 processes by 120 months: ten options on a base took half the pivots from the base
    that they took one from the other, and a bottleneck moved a thirtieth.
    """

    def __init__(self) -> None:
        self._known: list[Start] = []

    def keep(self, start: Start) -> None:
        """Keep a plan that the model is about to leave."""
        if start.ended:
            self._known = [*self._known[:1], start]

    def nearest(self, model: Model, problem: LinearProblem, engine: Solver) -> dict[str, Ended]:
        """
        Return where each goal of the plan nearest to a problem ended; nothing where rows differ.

        A plan of the same matrix is nearer than any other: a basis of another has lost some of its columns.
        """
        alike = [start for start in self._known if start.problem.n_rows == problem.n_rows]
        alike.sort(key=lambda start: start.apart(problem))
        for start in alike:
            if start.problem.same_matrix(problem):
                return dict(start.ended)
        rows = list(model.names.rows()) if alike else []
        for start in alike:
            if list(start.model.names.rows()) == rows:
                return start.carried(model, problem, engine)
        return {}


def _apart(one: Floats, other: Floats) -> float:
    """Return the sum of relative differences; 1 where one of two is infinite."""
    at = np.flatnonzero(one != other)
    one, other = one[at], other[at]
    finite = np.isfinite(one) & np.isfinite(other)
    size = np.maximum(np.abs(one[finite]), np.abs(other[finite]))
    return float(np.sum(np.abs(one[finite] - other[finite]) / size) + np.sum(~finite))
