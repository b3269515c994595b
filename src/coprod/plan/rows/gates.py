"""Builds and what they open: whole builds in order, gates, requirements, exclusions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.rows.block import RowBlock

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.network.network import Network
    from coprod.plan.variables import Columns

__all__ = ["builds", "excludes", "gates", "line_cost", "requires"]


def builds(network: Network, columns: Columns) -> RowBlock:
    """Builds only add up: ``Y[e,t] - Y[e,t-1] = y[e,t] >= 0``, and ``= 0`` where a build may not start."""
    E, T = columns.built.shape
    allowed = network.activities.allowed[network.activities.investments]
    names = [name for name in network.investments.name for _ in range(T)]
    upper = np.where(allowed, np.inf, 0.0).ravel()
    block = RowBlock("builds", names, np.tile(np.arange(T), E), np.zeros(E * T), upper)
    rows = np.arange(E * T).reshape(E, T)
    block.add(rows, columns.built, 1.0)
    block.add(rows[:, 1:], columns.built[:, :-1], -1.0)
    return block


def _complete(network: Network, columns: Columns, investment: int, t: np.ndarray) -> np.ndarray:
    """Columns of ``Y[e, t - L_e]``; absent before a build can be complete."""
    lag = int(network.activities.lag[network.activities.investments][investment])
    found = np.full(t.shape, -1, dtype=np.int64)
    reached = t >= lag
    found[reached] = columns.built[investment, t[reached] - lag]
    return found


def gates(network: Network, columns: Columns) -> RowBlock:
    """
    A gate stays shut until its build is complete: ``x[p,t] <= upper[p,t] * Y[e,t-L_e]`` for each gate
    of p.
    """
    labels: list[str] = []
    periods: list[NDArray[np.int64]] = []
    block = RowBlock("gates", labels, np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    size = 0
    for column, investment in zip(network.gates.column, network.gates.investment, strict=True):
        t = np.flatnonzero(columns.start[column] >= 0)
        rows = size + np.arange(t.size)
        block.add(rows, columns.start[column, t], 1.0)
        block.add(rows, _complete(network, columns, int(investment), t), -network.activities.upper[column, t])
        labels += [f"{network.activities.key[column]} by {network.investments.name[investment]}"] * t.size
        periods.append(t)
        size += t.size
    block.periods = np.concatenate([np.empty(0, dtype=np.int64), *periods])
    block.lower, block.upper = np.full(size, -np.inf), np.zeros(size)
    return block


def requires(network: Network, columns: Columns) -> RowBlock:
    """What a build needs must be complete before it starts: ``Y[e,t] <= max_builds[e] * Y[f,t-L_f]``."""
    T = columns.built.shape[1]
    pairs = network.investments.requires
    names = network.investments.name
    labels = [f"{names[e]} needs {names[f]}" for e, f in pairs for _ in range(T)]
    size = len(pairs) * T
    block = RowBlock(
        "requires", labels, np.tile(np.arange(T), len(pairs)), np.full(size, -np.inf), np.zeros(size)
    )
    for k, (e, f) in enumerate(pairs):
        rows = k * T + np.arange(T)
        block.add(rows, columns.built[e], 1.0)
        limit = float(network.investments.max_builds[e])
        block.add(rows, _complete(network, columns, int(f), np.arange(T)), -limit)
    return block


def excludes(network: Network, columns: Columns) -> RowBlock:
    """
    Not both: ``Y[e,T-1] <= max_builds[e]*v[e]`` for every e that excludes or is excluded, ``v[e] +
    v[f] <= 1``.
    """
    chosen = np.flatnonzero(columns.chosen >= 0)
    pairs = network.investments.excludes
    names = network.investments.name
    labels = [names[e] for e in chosen] + [f"{names[e]} or {names[f]}" for e, f in pairs]
    upper = np.concatenate([np.zeros(chosen.size), np.ones(len(pairs))])
    block = RowBlock("excludes", labels, np.full(upper.size, -1), np.full(upper.size, -np.inf), upper)
    rows = np.arange(chosen.size)
    block.add(rows, columns.built[chosen, -1], 1.0)
    block.add(rows, columns.chosen[chosen], -network.investments.max_builds[chosen].astype(float))
    for k, (e, f) in enumerate(pairs):
        block.add(np.full(2, chosen.size + k), columns.chosen[[e, f]], 1.0)
    return block


def line_cost(network: Network, columns: Columns) -> RowBlock:
    """
    A gated line's fixed cost is due while the line is open and all its gates are: ``h[r,t] >= z[r,t] +
    sum_k (Y_k[t-L_k] - 1)``.

    ``z`` is 1 for a line without a minimum sustaining rate.
    """
    r, t = np.nonzero(columns.paid >= 0)
    rows = np.full(columns.paid.shape, -1, dtype=np.int64)
    rows[r, t] = np.arange(r.size)
    kept_open = columns.open[r, t] >= 0
    lower = np.where(kept_open, 0.0, 1.0)
    block = RowBlock("line cost", [network.resources.name[i] for i in r], t, lower, np.full(r.size, np.inf))
    block.add(rows[r, t], columns.paid[r, t], 1.0)
    block.add(rows[r, t], columns.open[r, t], -1.0)
    periods = np.arange(columns.paid.shape[1])
    for resource, investment in zip(
        network.resource_gates.resource, network.resource_gates.investment, strict=True
    ):
        own = rows[resource]
        np.subtract.at(block.lower, own[own >= 0], 1.0)
        block.add(own, _complete(network, columns, int(investment), periods), -1.0)
    return block
