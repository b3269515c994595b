"""Solvers by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod.errors import SettingsError

if TYPE_CHECKING:
    from coprod.solve.interface import Solver

__all__ = ["SOLVERS", "solver"]

SOLVERS = ("highs",)


def solver(name: str = "highs", *, threads: int = 1) -> Solver:
    """
    Return a solver by name.

    Parameters
    ----------
    name
        One of `SOLVERS`.
    threads
        Threads a solve may use.

    Raises
    ------
    SettingsError
        If there is no such solver.
    """
    if name == "highs":
        from coprod.solve.highs import HighsSolver

        return HighsSolver(threads=threads)
    msg = f"no solver named {name!r}; there is: {', '.join(SOLVERS)}"
    raise SettingsError(msg)
