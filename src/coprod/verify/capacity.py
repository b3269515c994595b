"""Lines and lanes: use, capacity with builds and ramps, and minimum sustaining rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.verify.balance import ROW
from coprod.verify.case import Case, joined, shifted
from coprod.verify.reach import first_starts, last_useful

if TYPE_CHECKING:
    from coprod.verify.result import Ledger

__all__ = ["check_capacity", "check_lanes", "check_sustaining"]


def _ramp(case: Case, months: float) -> int:
    return max(1, int(np.ceil(months / case.grid.months - 1e-9)))


def line_use(case: Case) -> dict[str, np.ndarray]:
    """Return the use of every line by period."""
    use = {name: np.zeros(case.T) for name in case.resources}
    for user, resource, per, after in case.loads:
        if resource in use:
            use[resource] = use[resource] + per * shifted(case.quantity(user), after)
    return use


def line_capacity(case: Case, name: str) -> np.ndarray:
    """Return a line's capacity by period, builds and their ramps included; inf where unlimited."""
    row = case.resources[name]
    rate = case.figure("resources", name, "rate_per_month", row["rate_per_month"])
    most = case.figure("resources", name, "maximum_rate_per_month", row["maximum_rate_per_month"])
    capacity = np.nan_to_num(np.fmin(rate, most) * case.grid.months, nan=np.inf)
    for investment, build in case.investments.items():
        if name not in build["resource"]:
            continue
        steps, lag = _ramp(case, build["ramp_months"]), case.grid.lag(build["lead_time"])
        for start, count in case.begun(investment):
            grown = np.clip((np.arange(case.T) - (start + lag) + 1) / steps, 0.0, 1.0)
            capacity = capacity + count * build["adds_rate_per_month"] * case.grid.months * grown
    return capacity


def check_capacity(case: Case, ledger: Ledger) -> None:
    """
    Use stays within capacity, and both are what the plan publishes; a line that must not exist is not
    loaded.
    """
    published_use = case.vector("loads", ["resource"], "use")
    frame = case.published["loads"]
    limit: dict[str, np.ndarray] = {}
    for name, day, capacity in zip(frame["resource"], frame["period"], frame["capacity"], strict=True):
        t = case.grid.containing(day.date())
        if 0 <= t < case.T:
            limit.setdefault(name, np.full(case.T, np.nan))[t] = capacity
    over, said, wide, forgiven, where = [], [], [], [], []
    for name, use in line_use(case).items():
        capacity = line_capacity(case, name)
        over.append(np.where(np.isfinite(capacity), use - capacity, 0.0))
        said.append(np.abs(use - published_use.get(name, np.zeros(case.T))))
        told = limit.get(name, np.full(case.T, np.nan))
        both = np.isfinite(capacity) | np.isfinite(told)
        with np.errstate(invalid="ignore"):
            apart = np.abs(np.nan_to_num(told, nan=np.inf) - capacity)
        wide.append(np.where(both, apart, 0.0))
        forgiven.append(ROW * (1.0 + np.where(np.isfinite(capacity), capacity, use)))
        where += [f"{name}, {case.label(t)}" for t in range(case.T)]
    ledger.note("capacity", joined(over), joined(forgiven), where, "resource units", "use exceeds capacity")
    ledger.note(
        "published use",
        joined(said),
        joined(forgiven),
        where,
        "resource units",
        "published use is not what is started",
    )
    with np.errstate(invalid="ignore"):
        ledger.note(
            "published capacity",
            joined(wide),
            joined(forgiven),
            where,
            "resource units",
            "published capacity is not the study's",
        )
    stray = [
        (user, resource)
        for user, resource, _, _ in case.loads
        if resource not in case.resources and case.quantity(user).any()
    ]
    ledger.note(
        "missing lines",
        [float(len(stray))],
        0.5,
        [f"{u} on {r}" for u, r in stray] or [""],
        "loads",
        "loads a line that is not active",
    )


def check_lanes(case: Case, ledger: Ledger) -> None:
    """No lane carries more than its capacity."""
    wrong, forgiven, where = [], [], []
    for key, shipped in case.shipments.items():
        if key in case.lanes:
            most = (
                case.figure("lanes", key, "capacity_per_month", case.lanes[key]["capacity_per_month"])
                * case.grid.months
            )
            wrong.append(np.where(np.isnan(most), 0.0, shipped - np.nan_to_num(most)))
            forgiven.append(ROW * (1.0 + np.nan_to_num(most)))
            where += [f"{key}, {case.label(t)}" for t in range(case.T)]
    ledger.note(
        "lane capacity",
        np.concatenate(wrong) if wrong else [],
        np.concatenate(forgiven) if forgiven else [],
        where,
        "units",
        "shipped above the lane's capacity",
    )


def check_sustaining(case: Case, ledger: Ledger) -> None:
    """
    A line below its minimum sustaining rate is closed, stays closed until a build on it completes, and
    makes nothing.
    """
    use = line_use(case)
    opened = case.vector("loads", ["resource"], "open")
    begins, useful = first_starts(case), last_useful(case)
    low, idle, again, where = [], [], [], []
    for name, row in case.resources.items():
        rate = case.figure(
            "resources", name, "minimum_sustaining_rate_per_month", row["minimum_sustaining_rate_per_month"]
        )
        rate = rate * case.grid.months
        if not (rate > 0).any():
            continue
        own = [
            (p, after)
            for p, resource, per, after in case.loads
            if resource == name and per > 0 and p in case.processes
        ]
        own = [(p, after) for p, after in own if begins.get(p, case.T) < case.T]
        first = min((begins[p] + after for p, after in own), default=case.T)
        last = max(
            (
                useful.get((case.processes[p]["item"], case.processes[p]["site"]), -1)
                - case.grid.lag(case.processes[p]["lead_time"])
                + after
                for p, after in own
            ),
            default=-1,
        )
        t = np.arange(case.T)
        held = (t >= first) & (t <= last)
        completes = np.zeros(case.T)
        for investment, build in case.investments.items():
            if name in build["resource"] and build["adds_rate_per_month"] > 0:
                lag, steps = case.grid.lag(build["lead_time"]), _ramp(case, build["ramp_months"])
                for start, count in case.begun(investment):
                    held &= ~((t >= start + lag) & (t < start + lag + steps))
                    if 0 <= start + lag < case.T:
                        completes[start + lag] += count
        state = np.round(opened.get(name, np.ones(case.T)))
        low.append(np.where(held & (state > 0), rate - use[name], 0.0))
        idle.append(np.where(state > 0, 0.0, use[name]))
        before = np.concatenate([[1.0], state[:-1]])
        window = (t >= first) & (t <= last)
        reopened = np.maximum(state - before - completes, 0.0)
        shut = np.where(window, 0.0, np.maximum(before - state, 0.0))
        again.append(reopened + shut)
        where += [f"{name}, {case.label(i)}" for i in range(case.T)]
    size = 1e-6 * (1.0 + max((float(np.max(v, initial=0.0)) for v in use.values()), default=0.0))
    ledger.note(
        "minimum sustaining rate",
        joined(low),
        size,
        where,
        "resource units",
        "an open line runs below its minimum sustaining rate",
    )
    ledger.note("closed lines", joined(idle), size, where, "resource units", "a closed line is used")
    ledger.note(
        "line states",
        joined(again),
        0.5,
        where,
        "lines",
        "opens without a build, or closes outside its window",
    )
