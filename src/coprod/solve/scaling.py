"""Rows and columns of a widely ranging problem in units of their own: a solver's tolerances are absolute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from coprod.solve.problem import LinearProblem

__all__ = ["WIDE_RANGE", "scales"]

Floats = NDArray[np.float64]

#: Largest over smallest coefficient above which a problem is scaled; below it nothing changes. Doses by the
#: hundred million beside builds counted one by one and money in euros ranged over 1e16: the solver gave up.
WIDE_RANGE = 1e9

_ROUNDS = 4


def scales(problem: LinearProblem) -> tuple[Floats, Floats]:
    """
    Return factors of the rows and columns that bring a problem's coefficients near 1.

    Each round divides every row, then every column, by the geometric mean of its smallest and largest
    coefficient [1]_. Factors are powers of two, so that scaling and unscaling are exact; whole columns keep
    their unit.

    Returns
    -------
    row_factor, (m,)
        A scaled row is the row times its factor.
    column_factor, (n,)
        A scaled column is the column times its factor; its value is the variable's over the factor.

    References
    ----------
    .. [1] Fourer, R. (1982). "Solving staircase linear programs by the simplex method, 1: Inversion".
       *Mathematical Programming* 23, 274-313, section on scaling.
    """
    m, n = problem.n_rows, problem.n_columns
    row_factor, column_factor = np.ones(m), np.ones(n)
    size = np.abs(problem.matrix.data)
    there = size > 0
    if not there.any() or size[there].max() / size[there].min() <= WIDE_RANGE:
        return row_factor, column_factor
    rows = problem.matrix.indices[there]
    columns = np.repeat(np.arange(n), np.diff(problem.matrix.indptr))[there]
    log = np.log2(size[there])
    # Bounds count as coefficients of a row and a column whose unit is fixed: values come near 1 as well.
    limits = _finite(problem.row_lower, problem.row_upper), _finite(problem.lower, problem.upper)
    row_limited, column_limited = (np.flatnonzero(limit > 0) for limit in limits)
    row_limit, column_limit = np.log2(limits[0][row_limited]), -np.log2(limits[1][column_limited])
    row_log, column_log = np.zeros(m), np.zeros(n)
    for _ in range(_ROUNDS):
        row_log = -_middle(
            np.concatenate([log + column_log[columns], row_limit]), np.concatenate([rows, row_limited]), m
        )
        column_log = -_middle(
            np.concatenate([log + row_log[rows], column_limit]), np.concatenate([columns, column_limited]), n
        )
        column_log[problem.integer] = 0.0
    return np.exp2(np.round(row_log)), np.exp2(np.round(column_log))


def _middle(log: Floats, groups: NDArray[np.int64], count: int) -> Floats:
    """Return the middle of each group's smallest and largest logarithm; 0 where a group is empty."""
    least, most = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(least, groups, log)
    np.maximum.at(most, groups, log)
    there = np.isfinite(least)
    return np.where(there, np.where(there, least, 0.0) + np.where(there, most, 0.0), 0.0) / 2


def _finite(lower: Floats, upper: Floats) -> Floats:
    """Return the larger size of each pair of limits, infinite ones apart; 0 where there is none."""
    sizes = [np.where(np.isfinite(limit), np.abs(limit), 0.0) for limit in (lower, upper)]
    return np.maximum(*sizes)
