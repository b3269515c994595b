"""A live model narrowed step by step to the plans that are best for the goals pursued so far."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from coprod.plan.vertex import Vertex
    from coprod.solve import LinearProblem, Solution, Solver

__all__ = ["TIED", "Face", "replace_bounds"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Of columns, lower and upper, and of rows.
Bounds = tuple[Floats, Floats, Floats, Floats]

#: A dual this large (times the largest cost) ties its column or row to its bound. Measured: with vertex duals
#: this fixes the optimal face exactly; with interior-point duals, small everywhere, it does not, so vertices
#: only.
TIED = 1e-9


class Face:
    """
    Bounds of a loaded problem, changed in place and restored at will.

    Fixing the face by duals keeps a goal's value exactly. A row ``goal <= best`` does not: what its tolerance
    lets through is traded for cost at the price of its dual (1e-4 of backlog bought 0.6 % of cost where this
    was measured).
    """

    def __init__(self, solver: Solver, problem: LinearProblem, passing: Ints | None = None) -> None:
        self.solver = solver
        self.problem = problem
        #: Stocks that no plan has to keep, see `coprod.plan.passing`.
        self.passing = np.empty(0, dtype=np.int64) if passing is None else passing
        self.lower, self.upper = problem.lower.copy(), problem.upper.copy()
        self.row_lower, self.row_upper = problem.row_lower.copy(), problem.row_upper.copy()
        #: Where a plan before ended, if one did.
        self.start: Vertex | None = None
        #: Goals that a weighted sum gave too little weight: solved by themselves from then on.
        self.alone: set[str] = set()

    def columns(self, numbers: NDArray[np.int64], lower: Floats, upper: Floats) -> None:
        """Set the bounds of some columns."""
        self.lower[numbers], self.upper[numbers] = lower, upper
        self.solver.set_column_bounds(numbers, lower, upper)

    def rows(self, numbers: NDArray[np.int64], lower: Floats, upper: Floats) -> None:
        """Set the bounds of some rows."""
        self.row_lower[numbers], self.row_upper[numbers] = lower, upper
        self.solver.set_row_bounds(numbers, lower, upper)

    def at_most(self, row: int, most: float) -> None:
        """Bound one row from above alone: it holds a goal, see `Goal.ceiling`."""
        self.rows(np.array([row]), np.array([-np.inf]), np.array([most]))

    def free_rows(self, numbers: Ints) -> None:
        """Let some rows, such as those that held goals, bind nothing."""
        self.rows(numbers, np.full(numbers.size, -np.inf), np.full(numbers.size, np.inf))

    @property
    def free_integers(self) -> Ints:
        """The integer columns whose value is still to be found."""
        return np.flatnonzero(self.problem.integer & (self.lower < self.upper))

    def bounds(self) -> Bounds:
        """Return a copy of the bounds as they stand, for `put_back`."""
        return self.lower.copy(), self.upper.copy(), self.row_lower.copy(), self.row_upper.copy()

    def put_back(self, bounds: Bounds) -> None:
        """Set the bounds to what they were."""
        lower, upper, row_lower, row_upper = bounds
        changed = np.flatnonzero((self.lower != lower) | (self.upper != upper))
        self.columns(changed, lower[changed], upper[changed])
        changed = np.flatnonzero((self.row_lower != row_lower) | (self.row_upper != row_upper))
        self.rows(changed, row_lower[changed], row_upper[changed])

    def restore(self) -> None:
        """Take every narrowing back."""
        problem = self.problem
        self.put_back((problem.lower, problem.upper, problem.row_lower, problem.row_upper))

    def empty(self, numbers: Ints) -> None:
        """Fix columns at 0 where that is in their bounds; `reopen` gives them those bounds back."""
        numbers = numbers[self.lower[numbers] <= 0]
        nothing = np.zeros(numbers.size)
        self.solver.set_column_bounds(numbers, nothing, nothing)

    def reopen(self, numbers: Ints) -> None:
        """Give columns that were emptied the bounds they have on this face."""
        self.solver.set_column_bounds(numbers, self.lower[numbers], self.upper[numbers])

    def fix_integers(self, x: Floats) -> None:
        """Fix every integer column at its rounded value, and treat the model as continuous from here on."""
        numbers = np.flatnonzero(self.problem.integer)
        values = np.round(x[numbers])
        self.columns(numbers, values, values)
        self.solver.relax_integers(True)

    def fix(self, solution: Solution, largest_cost: float) -> None:
        """Narrow to the optimal face of a goal, by the duals of its vertex under costs of that size."""
        assert solution.primal is not None
        assert solution.column_dual is not None
        assert solution.row_dual is not None
        tied = TIED * largest_cost
        x, dual = solution.primal, solution.column_dual
        movable = self.lower < self.upper
        at = np.flatnonzero(movable & (np.abs(dual) > tied))
        value = np.where(dual[at] > 0, self.lower[at], self.upper[at])
        value = np.where(np.isfinite(value), value, x[at])
        self.columns(at, value, value)
        dual = solution.row_dual
        at = np.flatnonzero((self.row_lower < self.row_upper) & (np.abs(dual) > tied))
        value = np.where(dual[at] > 0, self.row_lower[at], self.row_upper[at])
        finite = np.isfinite(value)
        self.rows(at[finite], value[finite], value[finite])


def replace_bounds(problem: LinearProblem, face: Face, numbers: NDArray[np.int64]) -> LinearProblem:
    """Return the problem with some columns' bounds as they stand on a face."""
    lower, upper = problem.lower.copy(), problem.upper.copy()
    lower[numbers], upper[numbers] = face.lower[numbers], face.upper[numbers]
    return replace(problem, lower=lower, upper=upper)
