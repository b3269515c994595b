"""The lead-time pass, a second time: first possible starts, and until when a unit is of use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.verify.case import blank

if TYPE_CHECKING:
    import pandas as pd

    from coprod.verify.case import Case

__all__ = ["dates_allow", "first_starts", "gates_of", "last_useful"]


def dates_allow(case: Case, name: str) -> np.ndarray:
    """
    Return in which periods dates, ALT, licences, inactive rows and the horizon let an activity start,
    (T,) bool.
    """
    t = np.arange(case.T)
    row = case.processes.get(name) or case.lanes[name]
    allowed = t + case.grid.lag(row["lead_time"]) < case.T
    if name in case.processes:
        allowed &= t >= case.grid.lag(row["administrative_lead_time"])
        allowed &= _between(case, row["available_from"], row["available_to"])
        items, lines = case.items_of.get(name, set()), case.lines_of.get(name, set())
        if not (items <= case.items.keys() and lines <= case.resources.keys()):
            allowed[:] = False
    if row["licence"]:
        licence = case.licences.get(row["licence"])
        allowed &= _between(case, licence["valid_from"], licence["valid_to"]) if licence else False
    return allowed


def _between(case: Case, begin: pd.Timestamp, end: pd.Timestamp) -> np.ndarray:
    t = np.arange(case.T)
    inside = np.ones(case.T, dtype=bool)
    if not blank(begin):
        inside &= t >= case.grid.containing(begin.date())
    if not blank(end):
        inside &= t <= case.grid.ending_by(end.date())
    return inside


def gates_of(case: Case, name: str) -> list[str]:
    """Return the investments, inactive ones too, that must be complete before an activity starts."""
    row = case.processes.get(name) or case.lanes[name]
    behind = {name, row["licence"]} - {""}
    behind |= case.lines_of.get(name, set())
    return [investment for investment, targets in case.enabled if behind & targets]


def _first_build(case: Case, name: str, ready: float) -> float:
    """Return in which period a build starts at the earliest, its needs there from one on; inf if never."""
    row = case.investments[name]
    if not blank(row["start"]):
        return case.grid.containing(row["start"].date())
    begun = {
        other
        for other, its in case.investments.items()
        if not blank(its["start"]) and case.grid.containing(its["start"].date()) < 0
    }
    if any(other in row["excludes"] or name in case.investments[other]["excludes"] for other in begun):
        return np.inf
    first = 0 if blank(row["earliest"]) else case.grid.containing(row["earliest"].date())
    begin = max(ready, first, 0)
    return begin if begin + case.grid.lag(row["lead_time"]) < case.T else np.inf


def first_starts(case: Case) -> dict[str, int]:
    """Return the first period in which each process and lane can start; T where never."""
    at: dict[tuple[str, str], float] = {}
    for row in case.rows("stock"):
        key = (row["item"], row["site"])
        t = 0 if blank(row["due"]) else max(0, case.grid.containing(row["due"].date()))
        if row["quantity"] > 0 and t < case.T:
            at[key] = min(at.get(key, np.inf), t)
    allowed = {name: dates_allow(case, name) for name in (*case.processes, *case.lanes)}
    gates = {name: gates_of(case, name) for name in allowed}
    needs: dict[str, list[tuple[tuple[str, str], int]]] = {}
    for user, item, site, per, after in case.inputs:
        if per > 0:
            needs.setdefault(user, []).append(((item, site), after))
    built: dict[str, float] = {}  # when each investment is complete at the earliest
    found: dict[str, int] = {}
    changed = True
    while changed:
        changed = False
        for name, row in case.investments.items():
            waits = [built.get(other, np.inf) for other in row["requires"]]
            waits += [at.get(source, np.inf) - after for source, after in needs.get(name, [])]
            complete = _first_build(case, name, max([0.0, *waits])) + case.grid.lag(row["lead_time"])
            if complete < built.get(name, np.inf):
                built[name], changed = complete, True
        for name, periods in allowed.items():
            row = case.processes.get(name) or case.lanes[name]
            if name in case.processes:
                sources, target = needs.get(name, []), (row["item"], row["site"])
            else:
                sources, target = [((row["item"], row["from_site"]), 0)], (row["item"], row["to_site"])
            waits = [built.get(gate, np.inf) for gate in gates[name]]
            waits += [at.get(source, np.inf) - after for source, after in sources]
            later = np.flatnonzero(periods & (np.arange(case.T) >= max([0.0, *waits])))
            if not later.size:
                continue
            first = int(later[0])
            if first < found.get(name, case.T):
                found[name], changed = first, True
            arrival = first + case.grid.lag(row["lead_time"])
            if arrival < at.get(target, np.inf):
                at[target], changed = arrival, True
    return {name: found.get(name, case.T) for name in allowed}


def last_useful(case: Case) -> dict[tuple[str, str], int]:
    """Return the last period in which a unit at a node can still reach a need."""
    found = {
        (row["item"], row["site"]): case.T - 1
        for table in ("demands", "stock_objectives")
        for row in case.rows(table)
    }
    usable = {name for name in (*case.processes, *case.lanes) if _possible(case, name)}
    links = [
        (
            (item, site),
            (case.processes[user]["item"], case.processes[user]["site"]),
            case.grid.lag(case.processes[user]["lead_time"]) - after,
        )
        for user, item, site, per, after in case.inputs
        if user in usable and per > 0
    ]
    links += [
        ((row["item"], row["from_site"]), (row["item"], row["to_site"]), case.grid.lag(row["lead_time"]))
        for name, row in case.lanes.items()
        if name in usable
    ]
    changed = True
    while changed:
        changed = False
        for source, target, lag in links:
            if target in found and found[target] - lag > found.get(source, -1):
                found[source], changed = found[target] - lag, True
    return found


def _possible(case: Case, name: str) -> bool:
    """Whether an activity may start in any period: dates, and gates that are not shut for good."""
    if not all(gate in case.investments for gate in gates_of(case, name)):
        return False
    return bool(dates_allow(case, name).any())
