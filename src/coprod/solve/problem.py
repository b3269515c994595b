"""A linear or mixed-integer problem as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csc_array, vstack

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LinearProblem"]


@dataclass(frozen=True, slots=True)
class LinearProblem:
    """
    Minimise ``cost @ x + offset`` subject to ``row_lower <= matrix @ x <= row_upper``, ``lower <= x <=
    upper``.

    Attributes
    ----------
    cost : (n,)
    lower, upper : (n,)
        Column bounds; ``-inf`` and ``inf`` where there is none.
    integer : (n,) bool
    matrix : (m, n) compressed sparse columns
        Duplicates summed, no explicit zeros, row numbers sorted.
    row_lower, row_upper : (m,)
    offset
        Constant of the objective.
    """

    cost: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    integer: NDArray[np.bool_]
    matrix: csc_array
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    offset: float = 0.0

    def __post_init__(self) -> None:
        m, n = self.matrix.shape
        assert self.cost.shape == self.lower.shape == self.upper.shape == self.integer.shape == (n,)
        assert self.row_lower.shape == self.row_upper.shape == (m,)

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return int(self.cost.size)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.row_lower.size)

    def same_matrix(self, other: LinearProblem) -> bool:
        """Whether another problem differs in bounds and costs only."""
        one, two = self.matrix, other.matrix
        return (
            one.shape == two.shape
            and one.nnz == two.nnz
            and np.array_equal(one.indptr, two.indptr)
            and np.array_equal(one.indices, two.indices)
            and np.array_equal(one.data, two.data)
            and np.array_equal(self.integer, other.integer)
        )

    def with_rows(
        self, rows: NDArray[np.float64] | coo_array, lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> LinearProblem:
        """Return the problem with rows added at its end; `rows` has shape (k, n)."""
        matrix = csc_array(vstack([self.matrix, coo_array(rows)], format="csc"))
        return replace(
            self,
            matrix=matrix,
            row_lower=np.concatenate([self.row_lower, lower]),
            row_upper=np.concatenate([self.row_upper, upper]),
        )

    def with_columns(self, count: int) -> LinearProblem:
        """Return the problem with continuous columns >= 0 added at its end, in no row and at no cost."""
        m, n = self.matrix.shape
        matrix = csc_array(
            (self.matrix.data, self.matrix.indices, np.pad(self.matrix.indptr, (0, count), mode="edge")),
            shape=(m, n + count),
        )
        return replace(
            self,
            cost=np.pad(self.cost, (0, count)),
            lower=np.pad(self.lower, (0, count)),
            upper=np.pad(self.upper, (0, count), constant_values=np.inf),
            integer=np.pad(self.integer, (0, count)),
            matrix=matrix,
        )

    def violation(self, x: NDArray[np.float64]) -> float:
        """Return the largest violation of a row or bound at a point, in the row's own units."""
        activity = self.matrix @ x
        excess = [
            np.max(self.row_lower - activity, initial=0.0),
            np.max(activity - self.row_upper, initial=0.0),
            np.max(self.lower - x, initial=0.0),
            np.max(x - self.upper, initial=0.0),
        ]
        return float(max(excess))
