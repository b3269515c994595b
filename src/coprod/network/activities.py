"""Processes, lanes and investments: lags, costs, and in which periods each may start."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coprod.network.network import Activities, Investments, SunkBuilds

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas._libs.tslibs.nattype import NaTType

    from coprod.network.parts import Parts

__all__ = ["activities", "after_office", "investments", "ramp_periods", "sunk_builds", "window", "yields"]


def window(parts: Parts, begin: pd.Timestamp | NaTType, end: pd.Timestamp | NaTType) -> NDArray[np.bool_]:
    """
    Return the periods from the one that contains `begin` to the last that ends by `end`; blanks do not
    bind. (T,)
    """
    t = np.arange(parts.periods.n)
    inside = np.ones(t.size, dtype=bool)
    if not pd.isna(begin):
        inside &= t >= parts.periods.containing(begin.date())
    if not pd.isna(end):
        inside &= t <= parts.periods.ending_by(end.date())
    return inside


def ramp_periods(parts: Parts, ramp_months: float) -> int:
    """Return the periods of a ramp, at least 1."""
    return max(1, int(np.ceil(ramp_months / parts.periods.months - 1e-9)))


def yields(parts: Parts) -> NDArray[np.float64]:
    """Return good units per unit started of every process, by period of the start, (P, T)."""
    return parts.figures.over_time(
        "processes", "yield_fraction", parts.processes, list(parts.processes["process"])
    )


def activities(parts: Parts) -> Activities:
    """
    Compile the activities.

    `allowed` holds dates, licences and the end of the horizon; gates and what inactive rows forbid are added
    by the blocks that know them, and the ALT by `after_office` when they have. `upper` is infinite until the
    bounds are known.
    """
    tables, periods, T = parts.tables, parts.periods, parts.periods.n
    P, flows, A = parts.n_processes, parts.n_flows, len(parts.keys)
    processes, lanes, builds = parts.processes, parts.lanes, parts.investments
    lead = np.concatenate(
        [
            tables.duration_days("processes", "lead_time", processes),
            tables.duration_days("lanes", "lead_time", lanes),
            tables.duration_days("investments", "lead_time", builds),
        ]
    )
    office = np.zeros(A)
    office[:P] = tables.duration_days("processes", "administrative_lead_time", processes)
    lag = np.array([periods.lag(days) for days in lead], dtype=np.int64)
    office_lag = np.array([periods.lag(days) for days in office], dtype=np.int64)

    t = np.arange(T)
    allowed = t + lag[:, None] < T
    cost = np.zeros((A, T))
    limit = np.full((A, T), np.inf)
    for table, rows, begin in (("processes", processes, 0), ("lanes", lanes, P)):
        keys = list(parts.keys[begin : begin + len(rows)])
        base = np.array([parts.money.to_base(1.0, currency) for currency in rows["currency"]])
        cost[begin : begin + len(rows)] = (
            parts.figures.over_time(table, "unit_cost", rows, keys) * base[:, None]
        )
    capacity = parts.figures.over_time("lanes", "capacity_per_month", lanes, list(parts.keys[P:flows]))
    limit[P:flows] = np.nan_to_num(capacity * periods.months, nan=np.inf)
    for number, (begin_day, end_day) in enumerate(
        zip(processes["available_from"], processes["available_to"], strict=True)
    ):
        allowed[number] &= window(parts, begin_day, end_day)

    licences = tables.active("licences")
    number_of = {name: number for number, name in enumerate(licences["licence"])}
    valid = [window(parts, a, b) for a, b in zip(licences["valid_from"], licences["valid_to"], strict=True)]
    licence = np.full(A, -1, dtype=np.int64)
    for number, name in enumerate([*processes["licence"], *lanes["licence"]]):
        if name in number_of:
            licence[number] = number_of[name]
            allowed[number] &= valid[number_of[name]]
        elif name:
            allowed[number] = False  # an inactive licence is no right

    for e, (capex, currency, earliest, start) in enumerate(
        zip(builds["capex"], builds["currency"], builds["earliest"], builds["start"], strict=True)
    ):
        own = flows + e
        cost[own] = parts.money.to_base(capex, currency)
        if not pd.isna(start):
            # A fixed build may complete after the horizon; a free one would be of no use.
            allowed[own] = t == periods.containing(start.date())
        else:
            allowed[own] &= window(parts, earliest, pd.NaT)

    party = dict(zip(tables.active("sites")["site"], tables.active("sites")["partner"], strict=True))
    node = np.full(A, -1, dtype=np.int64)
    node[:P] = [parts.nodes[key] for key in zip(processes["item"], processes["site"], strict=True)]
    node[P:flows] = [parts.nodes[key] for key in zip(lanes["item"], lanes["to_site"], strict=True)]
    return Activities(
        key=parts.keys,
        n_processes=P,
        n_lanes=flows - P,
        n_investments=A - flows,
        node=node,
        lag=lag,
        admin_lag=office_lag,
        lead_days=lead,
        admin_days=office,
        allowed=allowed,
        opens=np.zeros(A, dtype=np.int64),
        unit_cost=cost,
        licence=licence,
        party=(
            *(party[site] for site in processes["site"]),
            *(party[site] for site in lanes["from_site"]),
            *[""] * (A - flows),
        ),
        limit=limit,
        upper=np.full((A, T), np.inf),
    )


def after_office(found: Activities) -> Activities:
    """Return the activities with their ALT in `allowed`, and in `opens` what held without it."""
    T = found.allowed.shape[1]
    opens = np.where(found.allowed.any(axis=1), found.allowed.argmax(axis=1), T).astype(np.int64)
    return replace(found, allowed=found.allowed & (np.arange(T) >= found.admin_lag[:, None]), opens=opens)


def investments(parts: Parts, allowed: NDArray[np.bool_]) -> Investments:
    """
    Compile the builds the plan may choose.

    What a build requires of a sunk one only delays it, and an inactive requirement or a sunk exclusion
    forbids it: both are written into `allowed` (its investments' rows), in place.
    """
    builds = parts.investments
    number_of = {name: e for e, name in enumerate(builds["investment"])}
    sunk = dict(zip(parts.sunk["investment"], sunk_builds(parts).complete, strict=True))
    t = np.arange(parts.periods.n)
    fixed = np.full(len(builds), -1, dtype=np.int64)
    most = builds["max_builds"].to_numpy(dtype=float).astype(np.int64)
    requires: list[tuple[int, int]] = []
    excludes: list[tuple[int, int]] = []
    for e, (start, needs, bars) in enumerate(
        zip(builds["start"], builds["requires"], builds["excludes"], strict=True)
    ):
        own = allowed[parts.n_flows + e]
        if not pd.isna(start):
            fixed[e], most[e] = parts.periods.containing(start.date()), 1
        for name in needs:
            if name in number_of:
                requires.append((e, number_of[name]))
            elif name in sunk:
                own &= t >= sunk[name]
            else:
                own[:] = False
        for name in bars:
            if name in number_of:
                excludes.append((e, number_of[name]))
            elif name in sunk:
                own[:] = False
    # A sunk build bars what it excludes just the same.
    for bars in parts.sunk["excludes"]:
        for name in bars:
            if name in number_of:
                allowed[parts.n_flows + number_of[name]] = False
    return Investments(
        tuple(builds["investment"]),
        most,
        fixed,
        np.array(requires, dtype=np.int64).reshape(-1, 2),
        np.array(excludes, dtype=np.int64).reshape(-1, 2),
    )


def sunk_builds(parts: Parts) -> SunkBuilds:
    """Compile the builds that started before the study."""
    sunk = parts.sunk
    start = np.array([parts.periods.containing(day.date()) for day in sunk["start"]], dtype=np.int64)
    lead = parts.tables.duration_days("investments", "lead_time", sunk)
    lag = np.array([parts.periods.lag(days) for days in lead], dtype=np.int64)
    ramp = np.array([ramp_periods(parts, months) for months in sunk["ramp_months"]], dtype=np.int64)
    return SunkBuilds(tuple(sunk["investment"]), start, start + lag, start + lag + ramp - 1)
