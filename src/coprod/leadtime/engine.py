"""Lead times of a network: the public function of the engine."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod.leadtime.availability import Durations, availability, from_empty_stock
from coprod.leadtime.chains import critical_chain, gains
from coprod.leadtime.orders import latest_orders
from coprod.leadtime.result import LeadtimeResult
from coprod.leadtime.settings import LeadtimeSettings
from coprod.network.periods import MONTH_DAYS
from coprod.network.reach import earliest
from coprod.results.schema import result_schema
from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.network.network import Network

__all__ = ["leadtime"]

EMPTY, TODAY = "empty stock", "today's stock"


def leadtime(network: Network, settings: LeadtimeSettings | None = None) -> LeadtimeResult:
    """
    Return the necessary lead times of a network's needs, for the first unit.

    Parameters
    ----------
    network
        Compiled study.
    settings
        What counts as long lead.

    Returns
    -------
    LeadtimeResult
        Every node with an order or an objective, in order of first appearance.
    """
    asked = settings or LeadtimeSettings()
    needs = list(dict.fromkeys([*network.objectives.node.tolist(), *network.demands.node.tolist()]))
    times: list[dict[str, Any]] = []
    chains: list[dict[str, Any]] = []
    orders: list[dict[str, Any]] = []
    notes: list[str] = []
    durations = Durations.of(network)
    critical: dict[int, set[int]] = {}
    for basis, own, dates in ((EMPTY, from_empty_stock(network), False), (TODAY, network, True)):
        found = availability(own, durations, dates=dates)
        periods = earliest(own)
        for node in needs:
            item, site = network.nodes.item[node], network.nodes.site[node]
            days = float(found.node[node])
            there = np.isfinite(days) and periods[node] < network.periods.n
            times.append(
                {
                    "item": item,
                    "site": site,
                    "basis": basis,
                    "cumulative_days": days if np.isfinite(days) else np.nan,
                    "cumulative_months": days / MONTH_DAYS if np.isfinite(days) else np.nan,
                    "cumulative_periods": int(periods[node]) if there else -1,
                    "earliest": network.periods.last_day(int(periods[node])) if there else None,
                }
            )
            if not np.isfinite(days):
                notes.append(f"{item} at {site} can never be there: nothing that may start makes or ships it")
                continue
            _note_rounding(network, notes, basis, node, days, int(periods[node]))
            steps = critical_chain(own, durations, found, node)
            if basis == EMPTY:
                critical[node] = {step.activity for step in steps}
            worth = gains(own, durations, node, steps, dates=dates)
            end = 0.0
            for number, (step, gain) in enumerate(zip(steps, worth, strict=True), 1):
                chains.append(
                    {
                        "item": item,
                        "site": site,
                        "basis": basis,
                        "step": number,
                        "kind": step.kind,
                        "name": step.name,
                        "part": step.part,
                        "from_days": end + step.days,
                        "to_days": end,
                        "months": step.days / MONTH_DAYS,
                        "gain_months": max(0.0, gain) / MONTH_DAYS,
                    }
                )
                end += step.days
    for node in needs:
        orders += _orders(network, durations, node, critical.get(node, set()), asked)
    return LeadtimeResult(
        _table("lead_times", times),
        _table("chains", chains),
        _table("latest_orders", orders),
        tuple(dict.fromkeys(notes)),
    )


def _table(name: str, rows: Sequence[dict[str, Any]]) -> Any:
    return make_table(name, {column: [row[column] for row in rows] for column in result_schema()[name]})


def _note_rounding(
    network: Network, notes: list[str], basis: str, node: int, days: float, periods: int
) -> None:
    lost = periods - days / network.periods.days
    if periods < network.periods.n and lost >= 1.0:
        item, site = network.nodes.item[node], network.nodes.site[node]
        notes.append(
            f"{item} at {site}, {basis}: rounding each step up to whole periods adds {lost:.1f} of the "
            f"plan's {periods} periods"
        )


def _need_date(network: Network, node: int) -> date:
    """
    Return the first date a node's needs ask for: its dated needs, else the earliest a unit can be
    there.
    """
    dates = [
        date.fromisoformat(text)
        for own, text in zip(network.objectives.node, network.objectives.by_date, strict=True)
        if own == node and text
    ]
    for own, due in zip(network.demands.node, network.demands.due, strict=True):
        if own == node and (due > 0).any():
            dates.append(network.periods.last_day(int(np.flatnonzero(due > 0)[0])))
    if dates:
        return min(dates)
    return network.periods.last_day(min(int(earliest(network)[node]), network.periods.n - 1))


def _orders(
    network: Network, durations: Durations, node: int, critical: set[int], settings: LeadtimeSettings
) -> list[dict[str, Any]]:
    need = _need_date(network, node)
    rows = []
    for order in latest_orders(network, durations, node, settings.long_lead_months * MONTH_DAYS):
        made = network.activities.node[order.process]
        latest = need - timedelta(days=int(np.ceil(order.order_days - 1e-9)))
        rows.append(
            {
                "item": network.nodes.item[made],
                "site": network.nodes.site[made],
                "process": network.activities.key[order.process],
                "for_item": network.nodes.item[node],
                "for_site": network.nodes.site[node],
                "need_date": need,
                "latest_order": latest,
                "latest_start": need - timedelta(days=int(np.ceil(order.start_days - 1e-9))),
                "months_before_need": order.order_days / MONTH_DAYS,
                "slack_months": (latest - network.study_date).days / MONTH_DAYS,
                "critical": order.process in critical,
            }
        )
    return rows
