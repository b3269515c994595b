"""Needs: deliveries only grow, and what an objective misses counts as short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.rows.block import RowBlock

if TYPE_CHECKING:
    from coprod.network.network import Network
    from coprod.plan.variables import Columns

__all__ = ["deliveries", "shortfall"]


def deliveries(network: Network, columns: Columns) -> RowBlock:
    """
    Nothing delivered comes back: ``Q[d,t] - Q[d,t-1] >= 0``.

    With ``Q[d,t] <= due up to t`` as a bound, this is the backlog balance ``b[d,t] = b[d,t-1] + due[d,t] -
    q[d,t] >= 0`` with ``q`` and ``b`` taken out: half the columns.
    """
    d, t = np.nonzero((columns.delivered[:, 1:] >= 0) & (columns.delivered[:, :-1] >= 0))
    names = [network.demands.name[i] for i in d]
    block = RowBlock("deliveries", names, t + 1, np.zeros(d.size), np.full(d.size, np.inf))
    rows = np.arange(d.size)
    block.add(rows, columns.delivered[d, t + 1], 1.0)
    block.add(rows, columns.delivered[d, t], -1.0)
    return block


def shortfall(network: Network, columns: Columns) -> RowBlock:
    """Shortfall of objective g in period t: ``s[g,t] + I[n,t] >= level``."""
    G, T = columns.short.shape
    level = np.repeat(network.objectives.level, T)
    names = [name for name in network.objectives.name for _ in range(T)]
    block = RowBlock("shortfall", names, np.tile(np.arange(T), G), level, np.full(G * T, np.inf))
    rows = np.arange(G * T).reshape(G, T)
    block.add(rows, columns.short, 1.0)
    block.add(rows, columns.stock[network.objectives.node], 1.0)
    return block
