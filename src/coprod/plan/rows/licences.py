"""Licences: caps on good units, and minimum work shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.rows.block import RowBlock

if TYPE_CHECKING:
    from coprod.network.network import Network
    from coprod.plan.variables import Columns

__all__ = ["caps", "licence_in_use", "work_share"]


def caps(network: Network, columns: Columns) -> RowBlock:
    """Licence cap: ``sum yield*x[p,t] <= cap - already_used``, over its life and in each licence year."""
    found = network.caps
    size = len(found.name)
    block = RowBlock(
        "licence caps", found.name, np.full(size, -1), np.full(size, -np.inf), found.upper.copy()
    )
    block.add(found.row, columns.start[found.column, found.period], found.coefficient)
    return block


def licence_in_use(network: Network, columns: Columns) -> RowBlock:
    """The work share binds once anything is started under the licence: ``sum x[p,t] <= M*w``."""
    shares = network.work_shares
    P = network.activities.n_processes
    labels = [network.licences[i] for i in shares.licence]
    size = len(labels)
    block = RowBlock("licence in use", labels, np.full(size, -1), np.full(size, -np.inf), np.zeros(size))
    for w in range(size):
        numbers = columns.start[:P][shares.licensed[w]]
        largest = np.where(numbers >= 0, network.activities.upper[:P][shares.licensed[w]], 0.0).sum()
        block.add(np.full(numbers.size, w), numbers.ravel(), 1.0)
        block.add(np.array([w]), columns.licensed[w : w + 1], -max(largest, 1.0))
    return block


def work_share(network: Network, columns: Columns) -> RowBlock:
    """
    Minimum work share: ``sum_party unit_cost*x - share*sum_scope unit_cost*x >= -M*(1 - w)``.

    Base currency at price-year prices, whole horizon.
    """
    shares, activities = network.work_shares, network.activities
    P = activities.n_processes
    labels = [
        f"{network.licences[i]} for {party}" for i, party in zip(shares.licence, shares.party, strict=True)
    ]
    size = len(labels)
    block = RowBlock("work share", labels, np.full(size, -1), np.zeros(size), np.full(size, np.inf))
    for w in range(size):
        weight = shares.of_party[w].astype(float) - shares.share[w] * shares.in_scope[w]
        values = weight[:, None] * activities.unit_cost[:P]
        numbers = columns.start[:P]
        worst = np.where(numbers >= 0, np.minimum(values, 0.0) * activities.upper[:P], 0.0).sum()
        block.add(np.full(numbers.size, w), numbers.ravel(), values.ravel())
        block.add(np.array([w]), columns.licensed[w : w + 1], worst)
        block.lower[w] = worst
    return block
