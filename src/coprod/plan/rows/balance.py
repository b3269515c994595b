"""Material: what is there, what comes and what goes, at every node in every period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.rows.block import RowBlock, expand

if TYPE_CHECKING:
    from coprod.network.network import Network
    from coprod.plan.variables import Columns

__all__ = ["balance", "stock_limits"]


def balance(network: Network, columns: Columns) -> RowBlock:
    """
    Material balance of node n in period t.

    ``I[n,t] - I[n,t-1] - sum_p yield*x[p,t-L_p] - sum_l f[l,t-L_l] + sum_p a[p,n]*x[p,t-o_pn] + sum_l f[l,t]
    + sum_d (Q[d,t] - Q[d,t-1]) = receipts[n,t]``, opening stock counted among the receipts of period 0.
    """
    N, T = columns.stock.shape
    supply = network.nodes.receipts.copy()
    supply[:, 0] += network.nodes.opening
    nodes = zip(network.nodes.item, network.nodes.site, strict=True)
    names = [name for name in (f"{item}/{site}" for item, site in nodes) for _ in range(T)]
    block = RowBlock(
        "balance", names, np.tile(np.arange(T), N), lower=supply.ravel(), upper=supply.ravel().copy()
    )
    rows = np.arange(N * T).reshape(N, T)
    block.add(rows, columns.stock, 1.0)
    block.add(rows[:, 1:], columns.stock[:, :-1], -1.0)
    activities = network.activities
    terms = expand(network.material, columns, activities.n_processes + activities.n_lanes, T)
    block.add(rows[terms.row, terms.time], terms.column, -terms.value)
    at = rows[network.demands.node]
    block.add(at, columns.delivered, 1.0)
    block.add(at[:, 1:], columns.delivered[:, :-1], -1.0)
    return block


def stock_limits(network: Network, columns: Columns) -> RowBlock:
    """
    Floor and ceiling of a stock: ``I[n,t] + below[n,t] >= minimum``, ``I[n,t] - above[n,t] <= maximum``.

    The two breach columns are fixed at 0 unless stage 0 has to release them.
    """
    nodes = network.nodes
    n, t = np.nonzero((columns.below >= 0) | (columns.above >= 0))
    names = [f"{nodes.item[i]}/{nodes.site[i]}" for i in n]
    lower = np.where(columns.below[n, t] >= 0, nodes.minimum[n, t], -np.inf)
    block = RowBlock("stock limits", names, t, lower, nodes.maximum[n, t].copy())
    rows = np.arange(n.size)
    block.add(rows, columns.stock[n, t], 1.0)
    block.add(rows, columns.below[n, t], 1.0)
    block.add(rows, columns.above[n, t], -1.0)
    return block
