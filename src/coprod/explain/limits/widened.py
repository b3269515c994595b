"""A network with one of its quantities eased from a period on: a rate, a cap, a budget or a stock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from coprod.network.bounds import upper_bounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from coprod.explain.limits.lifted import Limit
    from coprod.network import Network

    Floats = NDArray[np.float64]

__all__ = ["QUANTITIES", "size_of", "unit_of", "widened"]


def _node(network: Network, name: str) -> int:
    names = zip(network.nodes.item, network.nodes.site, strict=True)
    return [f"{item}/{site}" for item, site in names].index(name)


def _rate(network: Network, name: str, by: float, first: int) -> Network:
    capacity = network.resources.capacity.copy()
    capacity[network.resources.name.index(name), first:] += by * network.periods.months
    return replace(network, resources=replace(network.resources, capacity=capacity))


def _least_rate(network: Network, name: str, by: float, first: int) -> Network:
    sustaining, r = network.resources.sustaining.copy(), network.resources.name.index(name)
    sustaining[r, first:] = np.maximum(sustaining[r, first:] - by * network.periods.months, 0.0)
    return replace(network, resources=replace(network.resources, sustaining=sustaining))


def _lane(network: Network, name: str, by: float, first: int) -> Network:
    limit = network.activities.limit.copy()
    limit[network.activities.key.index(name), first:] += by * network.periods.months
    return replace(network, activities=replace(network.activities, limit=limit))


def _own_caps(network: Network, name: str) -> NDArray[np.bool_]:
    return np.array([network.licences[number] == name for number in network.caps.licence], dtype=bool)


def _cap(network: Network, name: str, by: float, first: int) -> Network:
    upper = np.where(_own_caps(network, name), network.caps.upper + by, network.caps.upper)
    return replace(network, caps=replace(network.caps, upper=upper))


def _budget(network: Network, name: str, by: float, first: int) -> Network:
    payer, budgets, spending = network.payers.index(name), network.budgets, network.spending
    years = spending.year[spending.payer == payer, first:]
    begin = int(years.min()) if years.size else 0
    own = (budgets.payer == payer) & (budgets.year >= begin)
    amount = np.where(own, budgets.amount + by, budgets.amount)
    return replace(network, budgets=replace(budgets, amount=amount))


def _ceiling(network: Network, name: str, by: float, first: int) -> Network:
    maximum = network.nodes.maximum.copy()
    maximum[_node(network, name), first:] += by
    return replace(network, nodes=replace(network.nodes, maximum=maximum))


def _stock(network: Network, name: str, by: float, first: int) -> Network:
    receipts = network.nodes.receipts.copy()
    receipts[_node(network, name), first] += by
    return replace(network, nodes=replace(network.nodes, receipts=receipts))


#: Kinds of limits that are quantities.
QUANTITIES: dict[str, Callable[[Network, str, float, int], Network]] = {
    "line rate": _rate,
    "minimum rate": _least_rate,
    "lane capacity": _lane,
    "licence cap": _cap,
    "budget": _budget,
    "stock ceiling": _ceiling,
    "material": _stock,
}


def widened(network: Network, limit: Limit, by: float, first: int = 0) -> Network:
    """
    Return a network with a quantity eased by so much from a period on.

    A licence's caps, over its life and by year, are eased each by as much, and so is every budget of a payer
    from the fiscal year of the period on; of a material, so much more comes in the period.

    Parameters
    ----------
    network
        Compiled study.
    limit
        Of a kind in `QUANTITIES`.
    by
        In `unit_of` it: more, or of a least rate less.
    first
        The period.
    """
    eased = QUANTITIES[limit.kind](network, limit.name, by, first)
    if limit.kind not in ("line rate", "lane capacity"):
        return eased
    # What can be needed of an activity follows from these, and the rows that switch one on from that. Without
    # the limit it is as much however far the limit is eased, so that only the model's bounds change.
    free = QUANTITIES[limit.kind](network, limit.name, np.inf, first)
    upper = upper_bounds(
        free.activities,
        free.material,
        free.loads,
        free.nodes,
        free.resources,
        free.expansions,
        free.investments,
        free.demands,
        free.objectives,
        network.work_shares,
    )
    # What a work share asks for beyond need, and the like, is as much as before.
    upper = np.maximum(upper, network.activities.upper)
    return replace(eased, activities=replace(eased.activities, upper=upper))


def size_of(network: Network, limit: Limit) -> float:
    """Return how large a quantity is, in `unit_of` it: its largest over time; 0 where it is none."""

    def largest(values: Floats) -> float:
        return float(values[np.isfinite(values)].max(initial=0.0))

    months = network.periods.months
    match limit.kind:
        case "line rate":
            return largest(network.resources.capacity[network.resources.name.index(limit.name)]) / months
        case "minimum rate":
            return largest(network.resources.sustaining[network.resources.name.index(limit.name)]) / months
        case "lane capacity":
            return largest(network.activities.limit[network.activities.key.index(limit.name)]) / months
        case "licence cap":
            return largest(network.caps.upper[_own_caps(network, limit.name)])
        case "budget":
            own = network.budgets.payer == network.payers.index(limit.name)
            return largest(network.budgets.amount[own])
        case "stock ceiling":
            return largest(network.nodes.maximum[_node(network, limit.name)])
        case _:
            node = _node(network, limit.name)
            return float(network.nodes.opening[node] + network.nodes.receipts[node].sum())


def unit_of(network: Network, limit: Limit) -> str:
    """Return the unit in which a limit is eased."""
    if limit.kind in ("line rate", "minimum rate", "lane capacity"):
        return "units a month"
    if limit.kind == "budget":
        return f"{network.payer_currency[network.payers.index(limit.name)]} a year"
    return "units" if limit.kind in QUANTITIES else "months"
