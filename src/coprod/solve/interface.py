"""The one small interface behind which solvers stand: arrays in, arrays out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from coprod.solve.basis import Statuses
    from coprod.solve.problem import LinearProblem
    from coprod.solve.solution import Solution

__all__ = ["Method", "Solver"]

Method = Literal["choose", "dual", "primal", "ipm"]


class Solver(Protocol):
    """
    A live model: load it once, change figures in place, solve again from where the last solve ended.

    Attributes
    ----------
    name, version
        As printed in manifests.
    supports_duals, supports_warm_start
        Whether solutions carry duals, and whether a solve starts from the last basis.
    """

    name: str
    version: str
    supports_duals: bool
    supports_warm_start: bool

    def load(self, problem: LinearProblem) -> None:
        """Take a problem; what was loaded before is forgotten."""

    def set_costs(self, cost: NDArray[np.float64], offset: float = 0.0) -> None:
        """Replace the objective; `cost` has shape (n,)."""

    def set_column_bounds(
        self, columns: NDArray[np.int64], lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> None:
        """Replace the bounds of some columns."""

    def set_row_bounds(
        self, rows: NDArray[np.int64], lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> None:
        """Replace the bounds of some rows."""

    def relax_integers(self, relaxed: bool) -> None:
        """Treat integer columns as continuous, or as integers again."""

    def start_from(self, primal: NDArray[np.float64]) -> None:
        """Offer a feasible point to the next mixed-integer solve."""

    def basis(self) -> object | None:
        """Return the basis of the last vertex, for `start_from_basis`; None if there is none."""
        ...

    def start_from_basis(self, basis: object | None) -> None:
        """
        Let the next simplex solve begin at a basis of this problem, under other bounds or costs, or at none.

        No work goes into weighing its pivots beforehand: the weights of a large basis take longer than most
        of what is begun there.
        """

    def statuses(self, basis: object) -> Statuses:
        """Return what a basis says of each column and row."""
        ...

    def basis_of(self, statuses: Statuses) -> object:
        """Return the basis that statuses describe, for `start_from_basis`, which mends a singular one."""
        ...

    def solve(
        self,
        method: Method = "choose",
        *,
        gap: float = 0.0,
        time_limit: float | None = None,
        cancelled: Callable[[], bool] | None = None,
        nodes: int | None = None,
        pivots: int | None = None,
    ) -> Solution:
        """
        Solve the model as it stands.

        Parameters
        ----------
        method
            ``dual`` and ``primal`` simplex go on from the last basis, ``ipm`` is interior point with
            crossover, ``choose`` leaves it to the size of the model. Ignored for mixed-integer problems.
        gap
            Relative gap at which a mixed-integer solve may stop.
        time_limit
            Wall seconds; None for no limit.
        cancelled
            Asked now and then; True stops the solve.
        nodes
            Branch-and-bound nodes after which a mixed-integer solve gives up as ``failed``: the same ones on
            every machine, which a time limit's are not. None for no limit.
        pivots
            The same for simplex iterations of a continuous solve.
        """
        ...
