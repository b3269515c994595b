"""When a first unit can be at each node, in exact days: longest over inputs, shortest over alternatives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.network.network import Network

    Floats = NDArray[np.float64]

__all__ = ["Availability", "Durations", "availability", "from_empty_stock"]


@dataclass(frozen=True, slots=True)
class Durations:
    """
    Durations a chain is made of, in days; change one to see what it is worth.

    Attributes
    ----------
    lead : (A,)
        Lead time of every activity.
    office : (A,)
        Administrative lead time.
    """

    lead: Floats
    office: Floats

    @classmethod
    def of(cls, network: Network) -> Durations:
        """Return a network's own durations."""
        return cls(network.activities.lead_days, network.activities.admin_days)

    def without(self, activity: int, part: str) -> Durations:
        """
        Return the durations with one part of one activity taking no time; `part` is administrative or
        another.
        """
        if part == "administrative":
            office = self.office.copy()
            office[activity] = 0.0
            return replace(self, office=office)
        lead = self.lead.copy()
        lead[activity] = 0.0
        return replace(self, lead=lead)


@dataclass(frozen=True, slots=True)
class Availability:
    """
    First availability, in days from the study's start; inf where never.

    Attributes
    ----------
    node : (N,)
        First unit at the node.
    start : (A,)
        First start of the activity.
    dated : (A,)
        Day before which dates alone forbid a start.
    held : (N,)
        Day from which stock or a receipt is there without anything being made.
    """

    node: Floats
    start: Floats
    dated: Floats
    held: Floats


def from_empty_stock(network: Network) -> Network:
    """Return the network with no opening stock, no pipeline and no date before which nothing may start."""
    nodes, activities = network.nodes, network.activities
    possible = np.atleast_1d(activities.allowed.any(axis=1))
    t = np.arange(network.periods.n)
    allowed = possible[:, None] & (t >= activities.admin_lag[:, None])
    return replace(
        network,
        activities=replace(activities, allowed=allowed, opens=np.where(possible, 0, network.periods.n)),
        nodes=replace(nodes, opening=np.zeros_like(nodes.opening), receipts=np.zeros_like(nodes.receipts)),
    )


def availability(network: Network, durations: Durations, *, dates: bool) -> Availability:
    """
    Return when a first unit can be at each node.

    A process waits for its administrative lead time, its inputs (each needed its offset after the start) and
    its gates; a gate waits for its investment, and that for what it requires. Of alternatives the quickest
    counts. Circles with lags are no trouble: the passes only ever make a node earlier.

    Parameters
    ----------
    network
        With stock and pipeline (today's), or without (`from_empty_stock`).
    durations
        In days.
    dates
        Whether dates of availability and validity count: not for a lead time, which has no date.
    """
    activities, material, periods = network.activities, network.material, network.periods
    N, A = len(network.nodes.item), len(activities.key)
    flows = activities.n_processes + activities.n_lanes
    receipts = network.nodes.receipts > 0
    days = np.array([(day - periods.start).days for day in periods.first_days], dtype=float)
    held = np.where(receipts.any(axis=1), days[receipts.argmax(axis=1)], np.inf)
    held[network.nodes.opening > 0] = 0.0

    possible = np.atleast_1d(activities.allowed.any(axis=1))
    dated = np.where(possible, 0.0, np.inf)
    if dates:
        dated[possible] = days[activities.opens[possible]]

    inputs = (material.coefficient < 0).any(axis=1)
    row, column = material.row[inputs], material.column[inputs]
    offset = np.minimum(material.lag_days[inputs], durations.lead[column])
    builds = flows + np.arange(activities.n_investments)
    requires = network.investments.requires
    follower = np.concatenate([network.gates.column, builds[requires[:, 0]]]).astype(np.int64)
    leader = np.concatenate([builds[network.gates.investment], builds[requires[:, 1]]]).astype(np.int64)

    node, start = held.copy(), np.full(A, np.inf)
    for _ in range(N + A + 1):
        ready = np.maximum(durations.office, dated)
        np.maximum.at(ready, column, node[row] - offset)
        np.maximum.at(ready, follower, start[leader] + durations.lead[leader])
        sooner = node.copy()
        np.minimum.at(sooner, activities.node[:flows], ready[:flows] + durations.lead[:flows])
        if np.array_equal(sooner, node) and np.array_equal(ready, start):
            break
        node, start = sooner, ready
    return Availability(node, start, dated, held)
