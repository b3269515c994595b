"""Stocks that a plan can do without: of items where all that is done with them is to ship them on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.network.network import Network
    from coprod.plan.variables import Columns

__all__ = ["passing_stock"]


def passing_stock(network: Network, columns: Columns) -> NDArray[np.int64]:
    """
    Return the stocks that could as well have been shipped: (n,) columns.

    At a node that nothing is made from, no order is delivered from and no objective or floor holds stock at,
    in the periods in which a lane without a limit leaves it. As far as needs go, what waits there may wait at
    the lane's other end: no plan is worse for it, unless that end has a ceiling, or the lane a cost that a
    budget cannot bear as early. So this is a guess to begin with, which is to be proved.
    """
    material, nodes, flows = network.material, network.nodes, columns.start.shape[0]
    taken = (material.coefficient < 0).any(axis=1)
    row, column = material.row[taken], material.column[taken]
    wanted: NDArray[np.bool_] = np.any(nodes.minimum > 0, axis=1)
    lanes = (column >= network.activities.n_processes) & (column < flows)
    wanted[row[~lanes]] = True
    wanted[network.demands.node] = True
    wanted[network.objectives.node] = True
    leaves = np.zeros(columns.stock.shape, dtype=bool)
    ships = (columns.start >= 0) & np.isinf(network.activities.limit[:flows])
    np.logical_or.at(leaves, row[lanes], ships[column[lanes]])
    leaves[wanted] = False
    return columns.stock[leaves]
