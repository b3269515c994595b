"""A plan as lots of supply and uses of them, read from its tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from coprod.network.network import Network

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "BUILD",
    "DUST",
    "LEFT",
    "OBJECTIVE",
    "OPENING",
    "ORDER",
    "RECEIPT",
    "Lots",
    "Needs",
    "Uses",
    "own_levels",
    "read_plan",
]

#: A lot's activity where it is none: opening stock, and a receipt from the pipeline.
OPENING, RECEIPT = -1, -2
#: Kinds of need.
ORDER, OBJECTIVE, BUILD, LEFT = 0, 1, 2, 3
#: What a solver's tolerance may make late, in units.
DUST = 1e-6


@dataclass(frozen=True, slots=True)
class Lots:
    """
    What comes to a node at one time from one source; M of them.

    Attributes
    ----------
    activity : (M,) int
        Column of the process or lane; `OPENING` or `RECEIPT`.
    node : (M,) int
    start, arrival : (M,) int, periods
    started, output : (M,) units
        Units started (shipped), and good units that arrive of them.
    """

    activity: Ints
    node: Ints
    start: Ints
    arrival: Ints
    started: Floats
    output: Floats


@dataclass(frozen=True, slots=True)
class Needs:
    """
    What supply is for in the end; K of them.

    Attributes
    ----------
    kind : (K,) int
    index : (K,) int
        Order, objective, investment (from 0), or node for what is left over.
    node : (K,) int
    due : (K,) int, periods
        -1 where there is no date.
    met : (K,) int, periods
        When it is delivered, or in stock for good; T - 1 for what is left over.
    quantity : (K,) units
    """

    kind: Ints
    index: Ints
    node: Ints
    due: Ints
    met: Ints
    quantity: Floats


@dataclass(frozen=True, slots=True)
class Uses:
    """
    What takes from a node, in the order it takes within a period; U of them.

    Attributes
    ----------
    node, period : (U,) int
    quantity : (U,) units
    lot : (U,) int
        Lot it goes into; -1 where it serves a need.
    need : (U,) int
        Need it serves; -1 where it goes into a lot.
    """

    node: Ints
    period: Ints
    quantity: Floats
    lot: Ints
    need: Ints


def read_plan(network: Network, tables: Mapping[str, pd.DataFrame]) -> tuple[Lots, Needs, Uses]:
    """
    Return a plan's lots, its needs as far as they are met, and its uses.

    Parameters
    ----------
    network
        The study the plan is of.
    tables
        The plan's result tables ``starts``, ``shipments``, ``stock``, ``deliveries`` and ``builds``.

    Notes
    -----
    Within a period a node serves its orders by priority, then name, then due date; then what starts and
    leaves, in the order of the study; then its stock objectives, the lowest level first. What is left over
    stands last, one need a node, with no use of its own: it takes what the others leave.
    """
    lots = _lots(network, tables)
    needs = _needs(network, tables)
    served = np.flatnonzero(needs.kind != BUILD)
    served = served[needs.kind[served] != LEFT]
    lot, arc = _taken(network, lots)
    material = network.material
    builds = np.flatnonzero(needs.kind == BUILD)
    columns = (needs.node[served], material.row[arc], needs.node[builds])
    periods = (needs.met[served], lots.start[lot] + material.lag[arc], needs.met[builds])
    per = -material.coefficient[arc, lots.start[lot]]
    quantities = (needs.quantity[served], lots.started[lot] * per, needs.quantity[builds])
    no_lot, no_need = np.full(needs.kind.size, -1), np.full(lot.size, -1)
    rank = np.concatenate(
        [
            np.where(needs.kind[served] == ORDER, 0, 2),
            np.ones(lot.size, dtype=int),
            np.ones(builds.size, dtype=int),
        ]
    )
    node, period = np.concatenate(columns), np.concatenate(periods)
    order = np.lexsort((np.arange(node.size), rank, period, node))
    uses = Uses(
        node[order],
        period[order],
        np.concatenate(quantities)[order],
        np.concatenate([no_lot[served], lot, no_lot[builds]])[order],
        np.concatenate([served, no_need, builds])[order],
    )
    return lots, needs, uses


def _days(network: Network, days: pd.Series) -> Ints:
    """Return the periods that begin on these days."""
    number = {np.datetime64(day, "s"): t for t, day in enumerate(network.periods.first_days)}
    return np.array([number[day] for day in days.to_numpy().astype("datetime64[s]")], dtype=np.int64)


def _lots(network: Network, tables: Mapping[str, pd.DataFrame]) -> Lots:
    activities, nodes = network.activities, network.nodes
    column = {key: number for number, key in enumerate(activities.key)}
    starts, shipments = tables["starts"], tables["shipments"]
    keys = [*starts["process"]]
    sent = zip(shipments["item"], shipments["from_site"], shipments["to_site"], strict=True)
    keys += ["/".join(key) for key in sent]
    activity = np.array([column[key] for key in keys], dtype=np.int64)
    start = np.concatenate([_days(network, starts["period"]), _days(network, shipments["period"])])
    started = np.concatenate([starts["quantity"], shipments["quantity"]]).astype(float)
    # The material arcs begin with the outputs, in the order of the activities.
    good = started * network.material.coefficient[activity, start]
    opened = np.flatnonzero(nodes.opening > 0)
    received, due = np.nonzero(nodes.receipts > 0)
    stock = np.concatenate([nodes.opening[opened], nodes.receipts[received, due]])
    dated = np.concatenate([np.zeros(opened.size, dtype=np.int64), due])
    kinds = np.concatenate([np.full(opened.size, OPENING), np.full(received.size, RECEIPT)])
    node = np.concatenate([opened, received, activities.node[activity]])
    arrival = np.concatenate([dated, start + activities.lag[activity]])
    activity = np.concatenate([kinds, activity])
    # Opening stock, then receipts, then processes and lanes in the order of the study.
    source = np.where(activity < 0, -1 - activity, activity + 2)
    order = np.lexsort((source, arrival, node))
    return Lots(
        activity[order],
        node[order],
        np.concatenate([dated, start])[order],
        arrival[order],
        np.concatenate([stock, started])[order],
        np.concatenate([stock, good])[order],
    )


def _taken(network: Network, lots: Lots) -> tuple[Ints, Ints]:
    """Return every pair of a lot and a material arc that it takes an input by."""
    material, flows = network.material, network.activities.n_processes + network.activities.n_lanes
    arcs = np.arange(flows, material.row.size)
    arcs = arcs[np.argsort(material.column[arcs], kind="stable")]
    made = np.flatnonzero(lots.activity >= 0)
    first = np.searchsorted(material.column[arcs], lots.activity[made], side="left")
    count = np.searchsorted(material.column[arcs], lots.activity[made], side="right") - first
    lot = np.repeat(made, count)
    within = np.arange(lot.size) - np.repeat(np.cumsum(count) - count, count)
    return lot, arcs[np.repeat(first, count) + within]


def _needs(network: Network, tables: Mapping[str, pd.DataFrame]) -> Needs:
    blocks = [*_orders(network, tables["deliveries"]), *_objectives(network, tables["stock"])]
    blocks += _builds(network, tables["builds"])
    last = network.periods.n - 1
    blocks += [(LEFT, node, node, -1, last, 0.0) for node in range(len(network.nodes.item))]
    kind, index, node, due, met = np.array([block[:-1] for block in blocks], dtype=np.int64).T
    return Needs(kind, index, node, due, met, np.array([block[-1] for block in blocks]))


_Block = tuple[int, int, int, int, int, float]


def _orders(network: Network, deliveries: pd.DataFrame) -> list[_Block]:
    """Return what is delivered to each order, by due and delivery period: first due is first served."""
    demands = network.demands
    number = {name: d for d, name in enumerate(demands.name)}
    delivered = np.zeros_like(demands.due)
    rows = np.array([number[name] for name in deliveries["demand"]], dtype=np.int64)
    delivered[rows, _days(network, deliveries["period"])] = deliveries["quantity"]
    ranked = sorted(range(len(demands.name)), key=lambda d: (demands.priority[d], demands.name[d]))
    blocks: list[_Block] = []
    for d in ranked:
        due, done = np.cumsum(demands.due[d]), np.cumsum(delivered[d])
        # What is delivered never passes what is due; the solver's dust beyond it belongs to the last due.
        edges = np.union1d(np.minimum(due, done[-1]), done)
        edges = edges[edges > DUST]
        edges = edges[np.diff(edges, prepend=0.0) > DUST]
        low = np.append(0.0, edges[:-1])
        middle = (low + edges) / 2
        when_due = np.minimum(np.searchsorted(due, middle), due.size - 1)
        when_met = np.minimum(np.searchsorted(done, middle), due.size - 1)
        for t, s, amount in zip(when_due, np.maximum(when_met, when_due), edges - low, strict=True):
            blocks.append((ORDER, d, int(demands.node[d]), int(t), int(s), float(amount)))
    return blocks


def _objectives(network: Network, stock: pd.DataFrame) -> list[_Block]:
    """Return what comes into stock for good: from a period on to the horizon, up to the objective's level."""
    objectives, T = network.objectives, network.periods.n
    number = {key: n for n, key in enumerate(zip(network.nodes.item, network.nodes.site, strict=True))}
    held = np.zeros((len(number), T))
    rows = np.array([number[key] for key in zip(stock["item"], stock["site"], strict=True)], dtype=np.int64)
    held[rows, _days(network, stock["period"])] = stock["quantity"]
    lasting = np.minimum.accumulate(np.maximum(held, 0.0)[:, ::-1], axis=1)[:, ::-1]
    blocks: list[_Block] = []
    for g, low, high in own_levels(network):
        node = int(objectives.node[g])
        gained = np.diff(np.clip(lasting[node], low, high), prepend=low)
        due = int(objectives.by_period[g]) if objectives.by_date[g] else -1
        blocks += [(OBJECTIVE, g, node, due, int(t), float(gained[t])) for t in np.flatnonzero(gained > 0)]
    return blocks


def own_levels(network: Network) -> list[tuple[int, float, float]]:
    """Return each objective's own part of its node's stock: from the next lower level to its own."""
    objectives = network.objectives
    below: dict[int, float] = {}
    found = []
    for g in sorted(range(len(objectives.name)), key=lambda g: (objectives.level[g], objectives.name[g])):
        low = below.get(int(objectives.node[g]), 0.0)
        high = max(low, float(objectives.level[g]))
        found.append((g, low, high))
        below[int(objectives.node[g])] = high
    return found


def _builds(network: Network, builds: pd.DataFrame) -> list[_Block]:
    """Return what investments use up, such as qualification lots."""
    material, flows = network.material, network.activities.n_processes + network.activities.n_lanes
    number = {name: e for e, name in enumerate(network.investments.name)}
    own = builds[~builds["sunk"] & builds["investment"].isin(list(number))]
    blocks: list[_Block] = []
    for name, t, quantity in zip(
        own["investment"], _days(network, own["start"]), own["quantity"], strict=True
    ):
        for k in np.flatnonzero(material.column == flows + number[name]):
            period = int(t + material.lag[k])
            amount = -float(material.coefficient[k, t]) * float(quantity)
            if amount > 0 and period < network.periods.n:
                blocks.append((BUILD, number[name], int(material.row[k]), -1, period, amount))
    return blocks
