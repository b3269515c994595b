"""What flows in the busy year: between sites, and from each maker to each user, in end-item sets a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod.report.chapters.sets import sets_of

if TYPE_CHECKING:
    import pandas as pd

    from coprod.report.chapters.busyyear import BusyYear
    from coprod.report.chapters.sets import Sets
    from coprod.report.material import Material

__all__ = ["Flows", "Place", "flows"]

#: An item at a site: what is made there, or stocked.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Flows:
    """
    Flows of the option under discussion, all a month.

    Attributes
    ----------
    sets
        What one set is.
    made
        Good units completed of each item at each site.
    shipped
        Units by (item, from site, to site).
    between
        Sets by (maker, user); a maker is an item at a site. A user is one too, or the stock of an end item:
        its item is "" then, and its site where the stock is.
    untold
        Share of all use that no maker of the year covers: opening stock, and receipts under way.
    """

    sets: Sets
    made: dict[Place, float]
    shipped: dict[tuple[str, str, str], float]
    between: dict[tuple[Place, Place], float]
    untold: float


def flows(material: Material, year: BusyYear) -> Flows:
    """Return what flows in a year."""
    sets = sets_of(material)
    starts = material.own("starts").here()
    made = _by(starts[year.holds(starts["complete"])], ["item", "site"], "good_quantity", year.months)
    ships = material.own("shipments").here()
    shipped = _by(
        ships[year.holds(ships["period"])], ["item", "from_site", "to_site"], "quantity", year.months
    )
    used: dict[tuple[str, str, str], float] = {}  # (item, site, item made of it)
    begun = _by(starts[year.holds(starts["period"])], ["process", "item", "site"], "quantity", year.months)
    for (process, item, site), quantity in begun.items():
        for part, per in sets.inputs.get(process, []):
            used[part, site, item] = used.get((part, site, item), 0.0) + quantity * per
    between: dict[tuple[Place, Place], float] = {}
    told = whole = 0.0
    for item in sets.steps:
        uses: dict[str, float] = {}
        for (part, site, _), quantity in used.items():
            if part == item:
                uses[site] = uses.get(site, 0.0) + quantity
        mixes = _mixes(item, made, shipped, uses)
        for (part, site, into), quantity in used.items():
            if part != item:
                continue
            whole += sets.of(item, quantity)
            for maker, share in mixes.get(site, {}).items():
                flow = sets.of(item, quantity * share)
                told += flow
                between[(item, maker), (into, site)] = flow
        if sets.steps[item] == 0:
            for site, arrived in _kept(item, made, shipped).items():
                for maker, share in mixes.get(site, {}).items():
                    between[(item, maker), ("", site)] = (
                        between.get(((item, maker), ("", site)), 0.0) + arrived * share
                    )
    return Flows(
        sets,
        made,
        shipped,
        {pair: flow for pair, flow in between.items() if flow > 1e-6},
        max(0.0, 1 - told / whole) if whole > 0 else 0.0,
    )


def _by(frame: pd.DataFrame, columns: list[str], value: str, months: float) -> dict[Any, float]:
    """Return sums a month by some columns; what is nothing but the solver's dust is left out."""
    sums = frame.groupby(columns, sort=False)[value].sum() / months
    return {key: float(total) for key, total in sums.items() if total > 1e-6}


def _mixes(
    item: str,
    made: dict[Place, float],
    shipped: dict[tuple[str, str, str], float],
    uses: dict[str, float],
) -> dict[str, dict[str, float]]:
    """
    Return of what comes to each site the shares of the makers' sites: goods mix where they meet.

    x[t] = (made[t] + sum over s of shipped[s, t] x[s]) / max(what comes to t, what leaves it or is used
    there); the rest, to 1, comes from stock.
    """
    lanes = {(start, end): q for (name, start, end), q in shipped.items() if name == item}
    makers = [site for name, site in made if name == item]
    sites = list(dict.fromkeys([*makers, *(site for lane in lanes for site in lane)]))
    at = {site: n for n, site in enumerate(sites)}
    into, source = np.zeros((len(sites), len(sites))), np.zeros((len(sites), len(makers)))
    for (start, end), quantity in lanes.items():
        into[at[end], at[start]] += quantity
    for n, site in enumerate(makers):
        source[at[site], n] = made[item, site]
    gone = into.sum(axis=0) + np.array([uses.get(site, 0.0) for site in sites])
    through = np.maximum(into.sum(axis=1) + source.sum(axis=1), gone)
    through[through <= 0] = 1.0
    # A loop of lanes that nothing enters leaves the matrix singular: its goods have no maker.
    mix = np.linalg.lstsq(np.diag(through) - into, source, rcond=None)[0] if len(sites) else source
    return {
        site: {maker: float(mix[at[site], n]) for n, maker in enumerate(makers) if mix[at[site], n] > 1e-9}
        for site in sites
    }


def _kept(
    item: str, made: dict[Place, float], shipped: dict[tuple[str, str, str], float]
) -> dict[str, float]:
    """Return what comes to each site and is not sent on."""
    net = {site: quantity for (name, site), quantity in made.items() if name == item}
    for (name, start, end), quantity in shipped.items():
        if name == item:
            net[end] = net.get(end, 0.0) + quantity
            net[start] = net.get(start, 0.0) - quantity
    return {site: quantity for site, quantity in net.items() if quantity > 1e-6}
