"""Value added along the bill of materials: what part of an end item an activity would make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from coprod.network import Network

__all__ = ["ValueChain"]


class ValueChain:
    """
    What goes into each item, by the activities that add least, wherever they are.

    Sites, times and capacities are left aside: it is the part of the work an activity stands for, not a plan.

    Parameters
    ----------
    network
        Compiled study.

    Attributes
    ----------
    least : dict of str to float
        Least cost added in all for one good unit of each item; inf where nothing can make it. What no
        activity makes costs nothing.
    """

    def __init__(self, network: Network) -> None:
        activities, nodes, material = network.activities, network.nodes, network.material
        count = activities.n_processes
        self.items = [nodes.item[int(n)] for n in activities.node[:count]]
        self.cost = activities.unit_cost[:count, 0]
        self.good = np.ones(count)
        self.inputs: list[list[tuple[str, float]]] = [[] for _ in range(count)]
        for row, column, amount in zip(
            material.row, material.column, material.coefficient[:, 0], strict=True
        ):
            if column >= count:
                continue
            if amount > 0 and row == activities.node[column]:
                self.good[column] = amount
            elif amount < 0:
                self.inputs[column].append((nodes.item[int(row)], -float(amount)))
        self.least = dict.fromkeys(nodes.item, 0.0) | dict.fromkeys(self.items, np.inf)
        self._chosen: dict[str, int] = {}
        # A chain is no longer than there are items; a circle of repair only ever adds cost.
        for _ in self.least:
            for p, item in enumerate(self.items):
                cost = self._cost(p)
                if cost < self.least[item] * (1.0 - 1e-12):
                    self.least[item], self._chosen[item] = cost, p

    def _cost(self, p: int) -> float:
        """Return what is added in all for one good unit made by an activity."""
        used = sum(amount * self.least[item] for item, amount in self.inputs[p])
        return float((self.cost[p] + used) / self.good[p])

    def share(self, p: int, ends: Collection[str]) -> float:
        """
        Return the part of the value added in an end item that an activity adds where it makes its item.

        Parameters
        ----------
        p
            The activity.
        ends
            End items; of several that it goes into, the one it is the largest part of counts, and where it
            goes into none, its own item.

        Returns
        -------
        float
            NaN where nothing is added, or something that goes into it cannot be made.
        """
        found = [self._share_in(end, p) for end in ends]
        found = [share for share in found if share > 0] or [self._share_in(self.items[p], p)]
        return max(found)

    def _share_in(self, end: str, p: int) -> float:
        """Return its part of one end item; 0 where it does not go into it."""
        added, own = 0.0, 0.0
        open_items = [(end, 1.0, 0)]
        while open_items:
            item, units, depth = open_items.pop()
            maker = p if item == self.items[p] else self._chosen.get(item)
            if maker is None or depth > len(self.least):
                if np.isinf(self.least[item]):
                    return float("nan")
                continue
            starts = units / float(self.good[maker])
            added += starts * float(self.cost[maker])
            own += starts * float(self.cost[maker]) if maker == p else 0.0
            open_items += [(name, starts * amount, depth + 1) for name, amount in self.inputs[maker]]
        return own / added if added > 0 else float("nan")
