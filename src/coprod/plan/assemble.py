"""Columns and row blocks put together: the plan as one linear problem, and the names beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from coprod.plan.names import Names
from coprod.plan.rows import FAMILIES, UNCONSTRAINED, RowBlock
from coprod.plan.variables import Columns, lay_out
from coprod.solve import LinearProblem

if TYPE_CHECKING:
    from coprod.network.network import Network
    from coprod.plan.settings import Kind

__all__ = ["Model", "assemble"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """
    A network's plan as a linear problem.

    Attributes
    ----------
    network
        What was planned.
    columns
        Which column stands for which decision.
    problem
        The arrays, without an objective (goals bring their own).
    names
        What each row and column is called.
    """

    network: Network
    columns: Columns
    problem: LinearProblem
    names: Names


def _column_bounds(network: Network, columns: Columns, kind: Kind) -> tuple[Floats, Floats]:
    lower, upper = np.zeros(columns.n), np.full(columns.n, np.inf)

    def bound(numbers: NDArray[np.int64], least: Floats | float, most: Floats | float) -> None:
        there = numbers >= 0
        lower[numbers[there]] = np.broadcast_to(least, numbers.shape)[there]
        upper[numbers[there]] = np.broadcast_to(most, numbers.shape)[there]

    investments = network.investments
    T = network.periods.n
    if kind != "unconstrained":
        bound(columns.start, 0.0, network.activities.limit[: columns.start.shape[0]])
    least, most = (
        np.zeros(columns.built.shape),
        np.repeat(investments.max_builds[:, None].astype(float), T, axis=1),
    )
    for e in np.flatnonzero(investments.fixed_start >= 0):
        # One build, at the given period: Y steps from 0 to 1 there.
        least[e] = most[e] = np.arange(T) >= investments.fixed_start[e]
    if kind == "unconstrained":
        least, most = np.zeros_like(least), np.zeros_like(most)
    bound(columns.built, least, most)
    bound(columns.delivered, 0.0, np.cumsum(network.demands.due, axis=1))
    bound(columns.short, 0.0, np.inf)
    # An unconstrained plan closes no line.
    bound(columns.open, 1.0 if kind == "unconstrained" else 0.0, 1.0)
    for numbers in (columns.paid, columns.licensed, columns.chosen):
        bound(numbers, 0.0, 1.0)
    # Breaches stay shut until stage 0 says a plan needs them.
    for numbers in (columns.below, columns.above, columns.overspent):
        bound(numbers, 0.0, 0.0)
    return lower, upper


def _relax(network: Network, columns: Columns, blocks: list[RowBlock]) -> None:
    """
    Give every limit a relative slack: ``... <= limit * (1 + slack)``; of a limit of 0 the slack is
    absolute.
    """
    R, M = len(network.resources.name), len(network.caps.name)
    families = {block.family: block for block in blocks}
    line = families["capacity"]
    limited, _ = np.nonzero(np.isfinite(network.resources.capacity))
    largest = np.where(np.isfinite(network.resources.capacity), network.resources.capacity, 0.0).max(
        axis=1, initial=0.0
    )
    size = np.where(line.upper > 0, line.upper, np.where(largest[limited] > 0, largest[limited], 1.0))
    line.add(np.arange(limited.size), columns.relaxed[limited], -size)
    kept, _ = np.nonzero(columns.open >= 0)
    families["line is open"].add(np.arange(kept.size), columns.relaxed[kept], -np.maximum(largest[kept], 1.0))
    for family, begin in (("licence caps", R), ("budget", R + M)):
        block = families[family]
        rows = np.arange(block.upper.size)
        block.add(rows, columns.relaxed[begin + rows], -np.where(block.upper > 0, block.upper, 1.0))


def assemble(network: Network, kind: Kind = "constrained") -> Model:
    """
    Assemble the plan of a network.

    Parameters
    ----------
    network
        Compiled study.
    kind
        Kind of plan.

    Returns
    -------
    Model
        The problem has no objective; `coprod.plan.objective.goals` gives one per stage.
    """
    columns = lay_out(network, kind)
    blocks = [family(network, columns) for family in (UNCONSTRAINED if kind == "unconstrained" else FAMILIES)]
    if kind == "minimal-relaxation":
        _relax(network, columns, blocks)
    rows, numbers, values, size = [], [], [], 0
    for block in blocks:
        for own, column, value in block.terms:
            rows.append(own + size)
            numbers.append(column)
            values.append(value)
        size += block.lower.size
    matrix = coo_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(numbers))), shape=(size, columns.n)
    ).tocsc()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    lower, upper = _column_bounds(network, columns, kind)
    integer = np.zeros(columns.n, dtype=bool)
    if kind != "unconstrained":
        for block_numbers in (columns.built, columns.open, columns.licensed, columns.chosen):
            integer[block_numbers[block_numbers >= 0]] = True
    problem = LinearProblem(
        cost=np.zeros(columns.n),
        lower=lower,
        upper=upper,
        integer=integer,
        matrix=matrix,
        row_lower=np.concatenate([block.lower for block in blocks]).astype(float),
        row_upper=np.concatenate([block.upper for block in blocks]).astype(float),
    )
    return Model(network, columns, problem, Names(network, columns, blocks))
