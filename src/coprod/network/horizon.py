"""The plan's calendar from a study: where it begins, and how far it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coprod.network.longest import longest_back
from coprod.network.periods import Periods, first_period_start

if TYPE_CHECKING:
    from datetime import date

    from coprod.study.tables import Tables

__all__ = ["study_periods", "study_start"]

#: A study without a horizon looks at least this far.
LEAST_DAYS = 365.25


def study_start(tables: Tables) -> date:
    """
    Return the first day of period 0: the setting, or the first period that begins on or after
    study_date.
    """
    start = tables.settings["start"]
    if not pd.isna(start):
        return pd.Timestamp(start).date()
    return first_period_start(tables.settings["period"], tables.settings["study_date"].date())


def study_periods(tables: Tables, before: int = 0) -> Periods:
    """
    Return the calendar of a study.

    Parameters
    ----------
    tables
        The study.
    before
        Periods added in front of the start.
    """
    grid = Periods(tables.settings["period"], study_start(tables), 1)
    horizon = tables.settings["horizon"]
    if pd.isna(horizon):
        last = max(_last_need(tables, grid) + _longest_chain(tables, grid), grid.lag(LEAST_DAYS) - 1)
    else:
        last = grid.containing(horizon.date())
    return Periods(grid.kind, grid.first_day(-before), last + 1 + before)


def _last_need(tables: Tables, grid: Periods) -> int:
    dates = [
        tables.active(table)[column].dropna()
        for table, column in (("demands", "due"), ("demands", "until"), ("stock_objectives", "by"))
    ]
    return max((grid.containing(day.date()) for column in dates for day in column), default=0)


def _longest_chain(tables: Tables, grid: Periods) -> int:
    """
    Return the longest chain of lead times that leads to a need, in periods, administrative lead time
    included; no item at a site is passed twice.
    """
    processes, lanes, inputs = tables.active("processes"), tables.active("lanes"), tables.active("inputs")
    number: dict[tuple[str, str], int] = {}

    def node(item: str, site: str) -> int:
        return number.setdefault((item, site), len(number))

    needs = [
        node(item, site)
        for table in ("demands", "stock_objectives")
        for item, site in zip(tables.active(table)["item"], tables.active(table)["site"], strict=True)
    ]
    site_of = dict(zip(processes["process"], processes["site"], strict=True))
    made = {
        name: (node(item, site), grid.lag(days), grid.lag(office))
        for name, item, site, days, office in zip(
            processes["process"],
            processes["item"],
            processes["site"],
            tables.duration_days("processes", "lead_time", processes),
            tables.duration_days("processes", "administrative_lead_time", processes),
            strict=True,
        )
    }
    sent = zip(lanes["item"], lanes["from_site"], lanes["to_site"], strict=True)
    arcs = [
        (node(item, receiver), node(item, sender), grid.lag(days))
        for (item, sender, receiver), days in zip(
            sent, tables.duration_days("lanes", "lead_time", lanes), strict=True
        )
    ]
    ends = [(to, lag) for to, _, lag in arcs] + [(to, lag + office) for to, lag, office in made.values()]
    for name, item, site in zip(inputs["process"], inputs["item"], inputs["site"], strict=True):
        if name in made:
            arcs.append((made[name][0], node(item, site or site_of[name]), made[name][1]))
    table = np.array(arcs, dtype=np.int64).reshape(-1, 3)
    ahead = longest_back(
        len(number), np.array(needs, dtype=np.int64), table[:, 0], table[:, 1], table[:, 2].astype(float)
    )
    return int(max([0.0, *(ahead[to] + lag for to, lag in ends)]))
