"""A basis as plain arrays, and what becomes of it at another point or in another problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from coprod.solve.problem import LinearProblem

__all__ = ["BASIC", "FREE", "LOWER", "UPPER", "Statuses"]

#: Where a column or row stands: in the basis, at a bound, at nothing (it has no bound).
LOWER, BASIC, UPPER, FREE = -1, 0, 1, 2


@dataclass(frozen=True, slots=True)
class Statuses:
    """
    Which columns and rows of a problem are in a basis, and at which bound the others are.

    Attributes
    ----------
    columns : (n,) int8
    rows : (m,) int8
        `LOWER`, `BASIC`, `UPPER` or `FREE`.
    """

    columns: NDArray[np.int8]
    rows: NDArray[np.int8]

    def at(
        self, x: NDArray[np.float64], activity: NDArray[np.float64], bounds: Sequence[NDArray[np.float64]]
    ) -> Statuses:
        """
        Return the same basis with all else at the bound that its point is at.

        A column that was fixed for a while may be called at its lower bound, whichever it was fixed at.

        Parameters
        ----------
        x
            The point, (n,).
        activity
            Of the rows there, (m,).
        bounds
            Lower and upper of the columns, then of the rows.
        """
        lower, upper, row_lower, row_upper = bounds
        return Statuses(
            _nearer(self.columns, lower, upper, x), _nearer(self.rows, row_lower, row_upper, activity)
        )

    def carried(self, problem: LinearProblem, columns: NDArray[np.int64]) -> Statuses:
        """
        Return the basis for another problem with the same rows.

        A row that a lost column was in takes its place. Whether the basis is one of the other problem, too,
        is for its solver to say.

        Parameters
        ----------
        problem
            Which this is a basis of.
        columns : (n,)
            For each column of the other problem its number in this one; -1 for a new one.
        """
        rows = self.rows.copy()
        lost = self.columns == BASIC
        lost[columns[columns >= 0]] = False
        for column in np.flatnonzero(lost):
            first, end = problem.matrix.indptr[column : column + 2]
            own = problem.matrix.indices[first:end]
            free = own[rows[own] != BASIC]
            if free.size:
                rows[free[0]] = BASIC
        return Statuses(np.where(columns >= 0, self.columns[columns], LOWER).astype(np.int8), rows)


def _nearer(
    statuses: NDArray[np.int8],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    x: NDArray[np.float64],
) -> NDArray[np.int8]:
    """Return statuses with what is not basic at the nearer of its bounds."""
    nearer = np.where(x - lower <= upper - x, LOWER, UPPER)
    nearer = np.where(np.isfinite(lower) | np.isfinite(upper), nearer, FREE)
    return np.where(statuses == BASIC, BASIC, nearer).astype(np.int8)
