"""Late units: when they were due, when they came, and where on their chain the time went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod.pegging.evidence import NEVER, Full
from coprod.pegging.flows import DUST, OBJECTIVE, OPENING, ORDER, RECEIPT, own_levels
from coprod.results.schema import result_schema
from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from coprod.network.network import Network
    from coprod.pegging.evidence import Evidence
    from coprod.pegging.flows import Lots, Needs
    from coprod.pegging.walk import Link, Walker

__all__ = ["Limit", "due_period", "late_units", "limit_of"]


@dataclass(frozen=True, slots=True)
class Limit:
    """
    Where the time of a late unit went.

    Attributes
    ----------
    kind
        line, lane, build, receipt, lead time; "" where nothing is seen.
    name
        Which.
    activity
        The process or lane of the chain that it held up; -1 for none.
    periods
        How many of the late periods it accounts for.
    full
        The full periods of a line or lane.
    """

    kind: str
    name: str
    activity: int
    periods: int
    full: Full = NEVER


NOTHING = Limit("", "", -1, 0)


def due_period(network: Network, needs: Needs, need: int) -> int:
    """Return the period a need counts from: its due date, or the start where it has none."""
    if needs.due[need] >= 0 or needs.kind[need] != OBJECTIVE:
        return int(needs.due[need])
    return int(network.objectives.by_period[needs.index[need]])


def limit_of(network: Network, lots: Lots, found: Evidence, links: Sequence[Link], late: int) -> Limit:
    """
    Return the limit that accounts for most of a unit's late periods.

    To come in time the chain would have had to start `late` periods sooner, less what its units lie in stock
    further down. For each lot of it those periods are looked at: was the line full, was the build that opens
    the activity not complete, or could nothing have started yet?

    Parameters
    ----------
    network, lots, found
        The plan and what its tables tell.
    links
        The unit's chain, from the need upstream.
    late
        Periods.
    """
    activities = network.activities
    limits, lead = [NOTHING], NOTHING
    longest: tuple[float, int] = (-1.0, -1)
    for link in links:
        late -= link.wait
        if late <= 0:
            break
        activity, start = int(lots.activity[link.lot]), int(lots.start[link.lot])
        if activity == OPENING:
            break
        if activity == RECEIPT:
            node = int(lots.node[link.lot])
            name = f"{network.nodes.item[node]}/{network.nodes.site[node]}"
            limits.append(Limit("receipt", name, -1, late))
            break
        days = float(activities.lead_days[activity] + activities.admin_days[activity])
        longest = max(longest, (days, activity), key=lambda pair: pair[0])
        low, first, gate = start - late, int(found.earliest[activity]), int(found.gate[activity])
        full = found.between(activity, max(low, first, gate), start)
        kind = "line" if activity < activities.n_processes else "lane"
        limits.append(Limit(kind, full.name, activity, full.count, full))
        if max(first, gate) > low:
            shut, slowest = min(start, max(first, gate)) - low, longest[1]
            if gate and gate >= first:
                # The lead-time pass takes a build as early as it can be: then both are the build's doing.
                limits.append(Limit("build", found.opener[activity], activity, shut))
            elif shut >= lead.periods:  # further up, the longest of more steps is known
                lead = Limit("lead time", activities.key[slowest], slowest, shut)
    best = max([*limits, lead], key=lambda one: one.periods)
    return best if best.periods > 0 else NOTHING


def late_units(
    network: Network, tables: Mapping[str, pd.DataFrame], needs: Needs, walker: Walker, found: Evidence
) -> pd.DataFrame:
    """Return the table ``late_units``: units of one due and one delivery period, and the evidence."""
    use_of = {int(need): use for use, need in enumerate(walker.uses.need) if need >= 0}
    rows: list[dict[str, Any]] = []
    last: dict[tuple[int, int], tuple[int, Limit]] = {}
    for need in np.flatnonzero((needs.kind == ORDER) | (needs.kind == OBJECTIVE)).tolist():
        due, met = due_period(network, needs, need), int(needs.met[need])
        key = (int(needs.kind[need]), int(needs.index[need]))
        if met <= due:
            continue
        use = use_of[need]
        links = walker.chain(use, walker.last_unit(use))
        limit = limit_of(network, walker.lots, found, links, met - due)
        if key not in last or met >= last[key][0]:
            last[key] = (met, limit)
        rows.append(_row(network, needs, need, met, float(needs.quantity[need]), limit))
    rows += _never(network, tables, needs, last)
    names = result_schema()["late_units"]
    return make_table("late_units", {name: [row[name] for row in rows] for name in names})


def _row(
    network: Network, needs: Needs, need: int, met: int, quantity: float, limit: Limit
) -> dict[str, Any]:
    due = due_period(network, needs, need)
    return _told(
        network,
        int(needs.kind[need]),
        int(needs.index[need]),
        int(needs.due[need]),
        due,
        met,
        quantity,
        limit,
    )


def _told(
    network: Network, kind: int, index: int, dated: int, due: int, met: int, quantity: float, limit: Limit
) -> dict[str, Any]:
    periods = network.periods
    own = network.demands if kind == ORDER else network.objectives
    node = int(own.node[index])
    never = met >= periods.n
    full = limit.full
    return {
        "need_kind": "order" if kind == ORDER else "objective",
        "need": own.name[index],
        "item": network.nodes.item[node],
        "site": network.nodes.site[node],
        "due": periods.last_day(dated) if dated >= 0 else None,
        "met": None if never else periods.first_day(met),
        "quantity": quantity,
        "months_late": (met - due) * periods.months,
        "limit_kind": limit.kind,
        "limit": limit.name,
        "activity": network.activities.key[limit.activity] if limit.activity >= 0 else "",
        "limit_months": limit.periods * periods.months,
        "first_full": periods.first_day(full.first) if full.count else None,
        "last_full": periods.first_day(full.last) if full.count else None,
        "full_months": full.count * periods.months,
    }


def _never(
    network: Network,
    tables: Mapping[str, pd.DataFrame],
    needs: Needs,
    last: Mapping[tuple[int, int], tuple[int, Limit]],
) -> list[dict[str, Any]]:
    """Return the rows of what is never delivered: what held up the last unit held them up as well."""
    rows = []
    T, objectives = network.periods.n, network.objectives
    for d, missing in enumerate(tables["demand_summary"]["never_delivered"]):
        if missing > DUST:
            limit = last.get((ORDER, d), (0, NOTHING))[1]
            # First due is first served, so what is missing was due last.
            due = network.demands.due[d].cumsum()
            parts = np.diff(np.maximum(due - (due[-1] - missing), 0.0), prepend=0.0)
            rows += [
                _told(network, ORDER, d, t, t, T, float(parts[t]), limit)
                for t in np.flatnonzero(parts > DUST).tolist()
            ]
    for g, low, high in own_levels(network):
        met = needs.quantity[(needs.kind == OBJECTIVE) & (needs.index == g)].sum()
        if high - low - met > DUST:
            due = int(objectives.by_period[g])
            limit = last.get((OBJECTIVE, g), (0, NOTHING))[1]
            dated = due if objectives.by_date[g] else -1
            rows.append(_told(network, OBJECTIVE, g, dated, due, T, float(high - low - met), limit))
    return rows
