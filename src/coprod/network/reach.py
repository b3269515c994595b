"""The lead-time pass: when a first unit can be anywhere, and until when one can still be of use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.network.longest import longest_back

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.network.network import Network

    Ints = NDArray[np.int64]

__all__ = ["earliest", "earliest_start", "latest_useful", "longest_lead", "reach"]


def reach(network: Network) -> tuple[Ints, Ints]:
    """
    Return when a first unit can be at each node, and when each activity can first start.

    A node with opening stock is there in period 0, one with a receipt in its period; else the least over what
    makes or ships it, which needs its inputs, its ALT and dates, and its gates built as early as they can be.
    Label-correcting passes, so circles with lags are no trouble.

    Returns
    -------
    available : (N,) int
        Period; T if never.
    start : (A,) int
        Period; T if never.
    """
    T, activities, material = network.periods.n, network.activities, network.material
    N, A = len(network.nodes.item), len(activities.key)
    flows = activities.n_processes + activities.n_lanes
    stocked = network.nodes.receipts > 0
    available = np.where(stocked.any(axis=1), stocked.argmax(axis=1), T).astype(np.int64)
    available[network.nodes.opening > 0] = 0
    inputs = (material.coefficient < 0).any(axis=1)
    row, column, offset = material.row[inputs], material.column[inputs], material.lag[inputs]
    builds = flows + np.arange(activities.n_investments)
    waits = [
        (network.gates.column, builds[network.gates.investment]),
        (builds[network.investments.requires[:, 0]], builds[network.investments.requires[:, 1]]),
    ]
    follower = np.concatenate([pair[0] for pair in waits]).astype(np.int64)
    leader = np.concatenate([pair[1] for pair in waits]).astype(np.int64)
    first_allowed = _next_allowed(activities.allowed)
    start = np.full(A, T, dtype=np.int64)
    for _ in range(N + A + 1):
        ready = np.zeros(A, dtype=np.int64)
        np.maximum.at(ready, column, np.where(available[row] < T, available[row] - offset, T))
        done = np.where(start[leader] < T, start[leader] + activities.lag[leader], T)
        np.maximum.at(ready, follower, done)
        now = first_allowed[np.arange(A), np.clip(ready, 0, T)]
        arrival = np.where(now[:flows] < T, now[:flows] + activities.lag[:flows], T)
        sooner = available.copy()
        np.minimum.at(sooner, activities.node[:flows], np.minimum(arrival, T))
        if np.array_equal(sooner, available) and np.array_equal(now, start):
            break
        available, start = sooner, now
    return available, start


def _next_allowed(allowed: NDArray[np.bool_]) -> Ints:
    """Return the first allowed period at or after each period, T where there is none; shape (A, T + 1)."""
    A, T = allowed.shape
    following = np.full((A, T + 1), T, dtype=np.int64)
    for t in range(T - 1, -1, -1):
        following[:, t] = np.where(allowed[:, t], t, following[:, t + 1])
    return following


def earliest(network: Network) -> Ints:
    """Return the first period in which a unit can be at each node, (N,); T if never."""
    return reach(network)[0]


def earliest_start(network: Network) -> Ints:
    """Return the first period in which each activity can start, (A,); T if never."""
    return reach(network)[1]


def latest_useful(network: Network) -> Ints:
    """
    Return the last period in which a unit arriving at each node can still reach a need, (N,); -1 if
    none.
    """
    T, activities, material = network.periods.n, network.activities, network.material
    flows = activities.n_processes + activities.n_lanes
    useful = np.full(len(network.nodes.item), -1, dtype=np.int64)
    useful[network.demands.node] = T - 1
    useful[network.objectives.node] = T - 1
    usable = (material.coefficient < 0).any(axis=1) & (material.column < flows)
    usable[usable] &= activities.allowed[material.column[usable]].any(axis=1)
    row, column, offset = material.row[usable], material.column[usable], material.lag[usable]
    node, lag = activities.node[column], activities.lag[column]
    for _ in range(useful.size + 1):
        later = useful.copy()
        np.maximum.at(later, row, np.where(useful[node] >= 0, useful[node] - lag + offset, -1))
        if np.array_equal(later, useful):
            break
        useful = later
    return useful


def longest_lead(network: Network) -> int:
    """
    Return the longest chain of lags that ends at a need, in periods, order and start included: how far
    back a plan may reach.
    """
    activities, material = network.activities, network.material
    flows = activities.n_processes + activities.n_lanes
    inputs = (material.coefficient < 0).any(axis=1) & (material.column < flows)
    column = material.column[inputs]
    ahead = longest_back(
        len(network.nodes.item),
        np.concatenate([network.demands.node, network.objectives.node]),
        activities.node[column],
        material.row[inputs],
        (activities.lag[column] - material.lag[inputs]).astype(float),
    )
    reached = ahead[activities.node[:flows]] + activities.lag[:flows] + activities.admin_lag[:flows]
    return int(reached.max(initial=0))
