"""Latest order dates: backwards from a need, through every way it can be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coprod.network.longest import longest_back

if TYPE_CHECKING:
    from coprod.leadtime.availability import Durations
    from coprod.network.network import Network

__all__ = ["LatestOrder", "latest_orders"]


@dataclass(frozen=True, slots=True)
class LatestOrder:
    """Latest order and start of one process, in days before the need."""

    process: int
    order_days: float
    start_days: float


def latest_orders(
    network: Network, durations: Durations, node: int, long_lead_days: float
) -> list[LatestOrder]:
    """
    Return the latest order of every long-lead process that can serve a need, in days before it.

    Of several ways from a process to the need the longest counts (none passes an item at a site twice); of
    several processes that make the same item each is listed, as if it were the one used.

    Parameters
    ----------
    network, durations
        The network and its durations.
    node
        Where the need is.
    long_lead_days
        Processes shorter than this, administrative lead time included, are left out.
    """
    activities, material = network.activities, network.material
    P = activities.n_processes
    flows = P + activities.n_lanes
    inputs = (material.coefficient < 0).any(axis=1) & (material.column < flows)
    usable = np.atleast_1d(activities.allowed[:flows].any(axis=1))
    inputs[inputs] = usable[material.column[inputs]]
    column = material.column[inputs]
    rest = durations.lead[column] - np.minimum(material.lag_days[inputs], durations.lead[column])
    ahead = longest_back(
        len(network.nodes.item), np.array([node]), activities.node[column], material.row[inputs], rest
    )
    found = []
    for process in range(P):
        out = ahead[activities.node[process]]
        total = float(durations.lead[process] + durations.office[process])
        if usable[process] and np.isfinite(out) and total >= long_lead_days - 1e-9:
            start = float(out + durations.lead[process])
            found.append(LatestOrder(process, start + float(durations.office[process]), start))
    return sorted(found, key=lambda order: -order.order_days)
