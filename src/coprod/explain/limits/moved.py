"""A study with one of its times shorter, sooner or later by some periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coprod.study.schema import duration_columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from coprod.explain.limits.lifted import Limit
    from coprod.network import Periods
    from coprod.study import Tables

    Mask = NDArray[np.bool_]

__all__ = ["TIMES", "moved", "time_of"]

#: Kinds of limits that are times.
TIMES = ("lead time", "opening date", "transport time", "licence dates", "build time")


def _rows(tables: Tables, limit: Limit) -> tuple[str, Mask]:
    """Return the table of a limit and its rows."""
    if limit.kind == "transport time":
        return "lanes", (tables["lanes"]["item"] == limit.name).to_numpy()
    table = {"lead time": "processes", "opening date": "processes", "licence dates": "licences"}
    own = table.get(limit.kind, "investments")
    return own, np.array([key == limit.name for key in tables.keys(own)])


def _stems(limit: Limit) -> tuple[str, ...]:
    stems = ("lead_time", "administrative_lead_time")
    return stems if limit.kind == "lead time" else stems[:1]


def time_of(tables: Tables, limit: Limit) -> float:
    """Return the longest duration behind a limit that is one, in days; 0 for a date."""
    if limit.kind not in ("lead time", "transport time", "build time"):
        return 0.0
    table, own = _rows(tables, limit)
    rows = tables[table][own]
    days = sum(tables.duration_days(table, stem, rows) for stem in _stems(limit))
    return float(np.max(days, initial=0.0))


def _shorter(tables: Tables, limit: Limit, days: float) -> Tables:
    """Take days off a duration; off the lead time first, off the administrative one what is left."""
    table, own = _rows(tables, limit)
    left = np.full(int(own.sum()), days)
    for stem in _stems(limit):
        frame = tables[table].copy()
        now = tables.duration_days(table, stem, frame[own])
        then = np.maximum(now - left, 0.0)
        left = left - (now - then)
        for name in duration_columns(table, stem):
            frame.loc[own, name] = then if name.endswith("_days") else np.nan
        tables = tables.replace(table, frame)
    if limit.kind == "lead time":
        # An offset inside a lead time ends with it.
        whole = float(
            tables.duration_days("processes", "lead_time", tables["processes"][own]).max(initial=0.0)
        )
        for inner in ("inputs", "loads"):
            frame = tables[inner].copy()
            later = tables.duration_days(inner, "offset") > whole
            inside = (frame["process"] == limit.name).to_numpy() & later
            for name in duration_columns(inner, "offset"):
                frame.loc[inside, name] = whole if name.endswith("_days") else np.nan
            tables = tables.replace(inner, frame)
    return tables


def _dated(tables: Tables, limit: Limit, columns: dict[str, int], periods: Periods, by: int) -> Tables:
    """Move dates by some periods, each in its own direction."""
    table, own = _rows(tables, limit)
    frame = tables[table].copy()
    for name, sign in columns.items():
        day = frame.loc[own, name].iloc[0]
        if not pd.isna(day):
            t = periods.containing(day.date())
            offset = day.date() - periods.first_day(t)
            frame.loc[own, name] = pd.Timestamp(periods.first_day(t + sign * by) + offset)
    return tables.replace(table, frame)


def moved(tables: Tables, limit: Limit, periods: Periods, by: int) -> Tables:
    """
    Return a study with a limit that is a time less tight by some periods.

    A duration is that much shorter, an opening date that much earlier, a licence valid that much longer at
    both ends, a dated build that much later (earlier where `by` is negative).

    Parameters
    ----------
    tables
        The study, an option applied.
    limit
        A limit of a kind in `TIMES`, or a ``build date``.
    periods
        The plan's calendar.
    by
        How many periods.
    """
    dates: dict[str, Callable[[], Tables]] = {
        "opening date": lambda: _dated(tables, limit, {"available_from": -1}, periods, by),
        "licence dates": lambda: _dated(tables, limit, {"valid_from": -1, "valid_to": 1}, periods, by),
        "build date": lambda: _dated(tables, limit, {"start": 1}, periods, by),
    }
    if limit.kind in dates:
        return dates[limit.kind]()
    shorter = _shorter(tables, limit, by * periods.days)
    if limit.kind == "build time":
        left = by - periods.lag(time_of(tables, limit))
        if left > 0:
            shorter = _dated(shorter, limit, {"earliest": -1}, periods, left)
    return shorter
