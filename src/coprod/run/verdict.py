"""The report's first word: can it be made jointly, and in time?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.compare.options import Headline, headline_dates, months_between
from coprod.results.schema import result_schema
from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from coprod.study.tables import Tables

__all__ = ["chosen_builds", "lines_of", "partner_used", "verdict"]

#: A line this full of its capacity counts as full in a month.
BUSY = 0.97
#: At most this many builds are taken away one by one.
MOST_BUILDS = 8


def partner_used(starts: pd.DataFrame, tables: Tables, partners: Sequence[str], item: str) -> bool:
    """Whether an item, or anything that goes into it, is started at a site of a partner."""
    sites = tables["sites"]
    theirs = set(sites.loc[sites["partner"].isin(list(partners)), "site"])
    own = starts["process"].isin(_makers(tables, item)) & starts["site"].isin(theirs)
    return bool((own & (starts["quantity"] > 0)).any())


def chosen_builds(plan: Mapping[str, pd.DataFrame], tables: Tables) -> list[str]:
    """Return the investments the plan chose itself: not sunk, not fixed by a date."""
    fixed = tables["investments"].loc[tables["investments"]["start"].notna(), "investment"]
    builds = plan["builds"]
    free = builds[~builds["sunk"] & ~builds["investment"].isin(fixed)]
    return list(dict.fromkeys(free["investment"]))


def in_time(dates: Mapping[str, Any]) -> bool:
    """Whether a headline is full by its due date; with none, whether it is ever."""
    if pd.isna(dates["backfill_date"]):
        return False
    return bool(pd.isna(dates["due"]) or dates["backfill_date"] <= pd.Timestamp(dates["due"]))


def _makers(tables: Tables, item: str) -> set[str]:
    """Return the processes that make an item and all that goes into it."""
    processes, inputs = tables.active("processes"), tables.active("inputs")
    items = {item}
    while True:
        makers = set(processes.loc[processes["item"].isin(items), "process"])
        wider = items | set(inputs.loc[inputs["process"].isin(makers), "item"])
        if wider == items:
            return makers
        items = wider


def lines_of(tables: Tables, item: str) -> set[str]:
    """Return the lines that an item and all that goes into it may load."""
    processes, loads, makers = tables.active("processes"), tables.active("loads"), _makers(tables, item)
    own = processes.loc[processes["process"].isin(makers), "resource"]
    more = loads.loc[loads["process"].isin(makers), "resource"]
    return {line for line in (*own, *more) if line}


def _binding(plan: Mapping[str, pd.DataFrame], lines: set[str], until: Any) -> str:
    """Return which of the lines is full in most periods before the backfill; "" where none is ever full."""
    loads = plan["loads"]
    loads = loads[(loads["capacity"] > 0) & (loads["use"] > 0) & loads["resource"].isin(lines)]
    if not pd.isna(until):
        loads = loads[loads["period"] <= pd.Timestamp(until)]
    if loads.empty:
        return ""
    full = (loads["use"] >= BUSY * loads["capacity"]).groupby(loads["resource"]).agg(["sum", "mean"])
    full = full[full["sum"] > 0].sort_values(["sum", "mean"], ascending=False)
    return str(full.index[0]) if len(full) else ""


def verdict(
    option: str,
    plan: Mapping[str, pd.DataFrame],
    tables: Tables,
    found: Sequence[Headline],
    partners: Sequence[str],
    without: Callable[[str], Sequence[bool]],
) -> tuple[pd.DataFrame, list[str]]:
    """
    Judge the option under discussion, one row per headline.

    Parameters
    ----------
    option, plan, tables
        The option, its plan's tables and the study with the option applied.
    found
        The headlines.
    partners
        Parties that count as the partner's.
    without
        Tells of one investment whether each headline is in time without it; called only for builds of a plan
        that is in time.

    Returns
    -------
    verdict, notes
        The table ``verdict``, and what the reader should know of how it was found.
    """
    used = [partner_used(plan["starts"], tables, partners, headline.item) for headline in found]
    dates = [headline_dates(plan, headline) for headline in found]
    needed: list[list[str]] = [[] for _ in found]
    notes: list[str] = []
    builds = chosen_builds(plan, tables)
    if any(theirs and in_time(own) for theirs, own in zip(used, dates, strict=True)):
        if len(builds) > MOST_BUILDS:
            notes.append(f"only the first {MOST_BUILDS} of {len(builds)} builds were taken away one by one")
        for build in builds[:MOST_BUILDS]:
            other = without(build)
            for number in range(len(found)):
                if in_time(dates[number]) and not other[number]:
                    needed[number].append(build)
    rows: list[dict[str, Any]] = []
    for headline, own, theirs, builds_needed in zip(found, dates, used, needed, strict=True):
        rows.append(
            {
                "option": option,
                "objective": headline.objective,
                "item": headline.item,
                "site": headline.site,
                "verdict": _word(own, theirs, builds_needed),
                "only_with": "; ".join(builds_needed),
                "backfill_date": own["backfill_date"],
                "due": own["due"],
                "months_late": months_between(own["backfill_date"], own["due"]),
                "binding": _binding(plan, lines_of(tables, headline.item), own["backfill_date"]),
            }
        )
    names = result_schema()["verdict"]
    return make_table("verdict", {name: [row[name] for row in rows] for name in names}), notes


def _word(dates: Mapping[str, Any], used: bool, needed: Sequence[str]) -> str:
    if pd.isna(dates["backfill_date"]):
        return "no"
    if not used:
        return "yes-without-partner"
    if not in_time(dates):
        return "yes-late"
    return "only-with" if needed else "yes"
