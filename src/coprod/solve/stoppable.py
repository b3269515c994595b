"""A solve that the caller may stop: the one way a wish to stop reaches a solver and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coprod.progress import Progress
    from coprod.solve.interface import Method, Solver
    from coprod.solve.solution import Solution

__all__ = ["solve_or_stop"]


def solve_or_stop(
    solver: Solver,
    method: Method,
    progress: Progress,
    *,
    gap: float = 0.0,
    time_limit: float | None = None,
    nodes: int | None = None,
    pivots: int | None = None,
) -> Solution:
    """
    Solve a model as it stands, unless the caller wants to stop, before or meanwhile.

    Parameters
    ----------
    solver
        The live model.
    progress
        Asked now and then whether to stop.
    method, gap, time_limit, nodes, pivots
        See `coprod.solve.interface.Solver.solve`.

    Raises
    ------
    KeyboardInterrupt
        If the caller cancels.
    """
    if progress.cancelled():
        raise KeyboardInterrupt
    solution = solver.solve(
        method, gap=gap, time_limit=time_limit, cancelled=progress.cancelled, nodes=nodes, pivots=pivots
    )
    if solution.status == "cancelled":
        raise KeyboardInterrupt
    return solution
