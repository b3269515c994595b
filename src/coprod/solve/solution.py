"""What a solver hands back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Solution", "Status"]

Status = Literal["optimal", "infeasible", "unbounded", "time limit", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class Solution:
    """
    The outcome of one solve.

    Attributes
    ----------
    status
        ``optimal`` means within the gap asked for. On ``time limit`` or ``cancelled`` there is a point only
        where the solver keeps an incumbent that is feasible (mixed-integer problems).
    primal : (n,) or None
        A feasible point; None if there is none that can be trusted.
    column_dual, row_dual : (n,), (m,) or None
        Reduced costs and row duals at a vertex; None for mixed-integer problems.
    objective
        Objective of `primal`, offset included; None without one.
    bound
        Proven lower bound on the objective; None where there is none.
    gap
        ``(objective - bound) / max(1e-9, |objective|)`` for mixed-integer problems, 0 at an LP's optimum,
        None without a point.
    iterations, seconds
        Simplex, interior-point and crossover iterations together; wall time of the solve.
    """

    status: Status
    primal: NDArray[np.float64] | None
    column_dual: NDArray[np.float64] | None
    row_dual: NDArray[np.float64] | None
    objective: float | None
    bound: float | None
    gap: float | None
    iterations: int
    seconds: float
