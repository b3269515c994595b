"""The critical chain behind a lead time, step by step, and what each step is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coprod.leadtime.availability import Availability, Durations, availability

if TYPE_CHECKING:
    from coprod.network.network import Network

__all__ = ["Step", "critical_chain", "gains"]

#: Two chains this close (days) are equally critical.
TIE = 1e-6


@dataclass(frozen=True, slots=True)
class Step:
    """
    One link of a chain.

    Attributes
    ----------
    kind
        process, lane, gate, stock or date.
    name
        Process, lane key, investment, or the item and site of the stock.
    part
        administrative, production, transport, build; "" for stock and dates.
    activity
        Its column; -1 for stock.
    days
        Its length.
    """

    kind: str
    name: str
    part: str
    activity: int
    days: float


def critical_chain(network: Network, durations: Durations, found: Availability, node: int) -> list[Step]:
    """
    Return the chain that decides when a first unit is at a node, from the need backwards.

    Parameters
    ----------
    network, durations, found
        The network, its durations, and the availability computed from them.
    node
        Where the need is; its availability must be finite.
    """
    activities = network.activities
    flows = activities.n_processes + activities.n_lanes
    steps: list[Step] = []
    seen: set[int] = set()
    at: int | None = node
    while at is not None:
        label = f"{network.nodes.item[at]}/{network.nodes.site[at]}"
        if found.held[at] <= found.node[at] + TIE:
            steps.append(Step("stock", label, "", -1, float(found.held[at])))
            break
        makers = np.flatnonzero(activities.node[:flows] == at)
        arrival = found.start[makers] + durations.lead[makers]
        maker = int(makers[np.argmin(arrival)])
        if maker in seen:  # a circle of no length: the chain ends where it began
            break
        seen.add(maker)
        at = _before(network, durations, found, maker, steps)
    return [step for step in steps if step.days > TIE or step.kind == "stock"]


def _before(
    network: Network, durations: Durations, found: Availability, maker: int, steps: list[Step]
) -> int | None:
    """Add the steps of one process or lane, and return the node it waited for, if it was a node."""
    activities, material = network.activities, network.material
    flows = activities.n_processes + activities.n_lanes
    made = maker < activities.n_processes
    kind, part = ("process", "production") if made else ("lane", "transport")
    name, begin, lead = activities.key[maker], float(found.start[maker]), float(durations.lead[maker])
    own = np.flatnonzero((material.column == maker) & (material.coefficient < 0).any(axis=1))
    offset = np.minimum(material.lag_days[own], lead)
    waited = found.node[material.row[own]] - offset
    if own.size and waited.max() >= begin - TIE and begin > durations.office[maker] + TIE:
        last = int(np.argmax(waited))
        # The input is needed its offset after the start, so only what is left of the lead time follows it.
        steps.append(Step(kind, name, part, maker, lead - float(offset[last])))
        return int(material.row[own[last]])
    steps.append(Step(kind, name, part, maker, lead))
    gates = network.gates.investment[network.gates.column == maker] + flows
    done = found.start[gates] + durations.lead[gates]
    if gates.size and done.max() >= begin - TIE and begin > durations.office[maker] + TIE:
        _gate(network, durations, found, int(gates[np.argmax(done)]), steps)
    elif found.dated[maker] >= begin - TIE and begin > durations.office[maker] + TIE:
        steps.append(Step("date", name, "", maker, begin))
    elif durations.office[maker] > 0:
        steps.append(Step(kind, name, "administrative", maker, float(durations.office[maker])))
    elif own.size and waited.max() >= begin - TIE:
        return int(material.row[own[int(np.argmax(waited))]])
    return None


def _gate(network: Network, durations: Durations, found: Availability, build: int, steps: list[Step]) -> None:
    """Add the build a gate waits for, and what that requires."""
    flows = network.activities.n_processes + network.activities.n_lanes
    pairs = network.investments.requires
    while True:
        name = network.activities.key[build]
        steps.append(Step("gate", name, "build", build, float(durations.lead[build])))
        needs = pairs[pairs[:, 0] == build - flows][:, 1] + flows
        done = found.start[needs] + durations.lead[needs]
        if not needs.size or done.max() < found.start[build] - TIE:
            break
        build = int(needs[np.argmax(done)])
    if found.dated[build] > TIE:
        steps.append(Step("date", network.activities.key[build], "", build, float(found.dated[build])))


def gains(
    network: Network, durations: Durations, node: int, steps: list[Step], *, dates: bool
) -> list[float]:
    """
    Return the days a chain gains if a step takes no time: it stops at the slack of the next chain.

    Parameters
    ----------
    network, durations, node, dates
        As for the chain.
    steps
        Its steps; stock and dates gain nothing.
    """
    now = availability(network, durations, dates=dates).node[node]
    worth = []
    for step in steps:
        if step.kind in {"stock", "date"}:
            worth.append(0.0)
            continue
        shorter = durations.without(step.activity, step.part)
        worth.append(float(now - availability(network, shorter, dates=dates).node[node]))
    return worth
