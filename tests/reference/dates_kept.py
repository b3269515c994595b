"""
Whether a study's dates can all be kept, asked of the naive model; and studies with limits dropped or eased.

Changes are written into the tables, as somebody would who edits the study; only the limits that are times are
changed by coprod's own functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from tests.reference.naive_plan import naive_plan

from coprod.explain.limits import Limit, lift, moved
from coprod.study.tables import Tables, frame_from_rows

if TYPE_CHECKING:
    from coprod.network import Network

#: A budget as good as none, and more of a material than a generated study can use.
FREE, PLENTY = 1e6, 300.0


def dated(tables: Tables) -> Tables:
    """Return a study whose objectives all have a date: the others are no promise."""
    frame = tables["stock_objectives"]
    return tables.replace("stock_objectives", frame[frame["by"].notna()])


def kept(tables: Tables) -> bool:
    """Whether no limit is broken and nothing is late in the naive model's best plan."""
    found = naive_plan(tables.with_settings(objective_order=("demands", "objectives")), solver="highs")
    assert found.status == "optimal"
    return all(value < 1e-5 for _, value in found.stages)


def unbroken(tables: Tables) -> bool:
    """Whether the naive model's best plan breaks no limit, however late it is."""
    found = naive_plan(tables.with_settings(objective_order=("demands",)), solver="highs")
    assert found.status == "optimal"
    return all(value < 1e-6 for name, value in found.stages if name == "breach")


def _add(tables: Tables, table: str, key: str, column: str, by: float) -> Tables:
    """Add to a figure, and to the profile on it."""
    frame, profiles = tables[table].copy(), tables["profiles"].copy()
    frame.loc[[own == key for own in tables.keys(table)], column] += by
    own = (profiles["table"] == table) & (profiles["key"] == key) & (profiles["column"] == column)
    profiles.loc[own, "value"] += by
    return tables.replace(table, frame).replace("profiles", profiles)


def eased(tables: Tables, network: Network, change: dict[str, Any], share: float = 1.0) -> Tables | None:
    """
    Return a study with one change of a cure made (or a share of it), for the whole plan; None where tables
    cannot say it.

    Parameters
    ----------
    tables, network
        The study, its horizon fixed, and the same compiled.
    change
        Row of the table ``cures``.
    share
        How much of the change is made.
    """
    kind, name, by = change["kind"], change["name"], change["by"] * share
    periods = network.periods
    if kind == "line rate":
        tables = _add(tables, "resources", name, "maximum_rate_per_month", by)
        return _add(tables, "resources", name, "rate_per_month", by)
    if kind == "licence cap":
        return None if "/" in name else _add(tables, "licences", name, "quantity_cap", by)
    simple = {
        "minimum rate": ("resources", "minimum_sustaining_rate_per_month"),
        "lane capacity": ("lanes", "capacity_per_month"),
        "stock floor": ("stock_limits", "minimum"),
        "stock ceiling": ("stock_limits", "maximum"),
    }
    if kind in simple:
        return _add(tables, simple[kind][0], name, simple[kind][1], by)
    if kind == "material":
        item, site = name.split("/")
        row = {"item": item, "site": site, "quantity": by, "due": change["last"]}
        added = frame_from_rows("stock", [row], [-1])
        return tables.replace("stock", pd.concat([tables["stock"], added]))
    if kind == "budget":
        return _budget(tables, name, by)
    if kind == "investment":
        frame = tables["investments"].copy()
        frame.loc[frame["investment"] == name, "active"] = True
        return tables.replace("investments", frame)
    if kind in ("due date", "objective's date"):
        return _later(tables, network, kind, name, round(by))
    if kind == "work share":
        frame = tables["licences"].copy()
        frame.loc[frame["licence"] == name, "minimum_work_share"] += by
        return tables.replace("licences", frame)
    sign = -1 if kind in ("lead time", "opening date", "transport time", "build time") else 1
    return moved(tables, Limit(kind, name), periods, sign * round(by))


def _budget(tables: Tables, name: str, by: float) -> Tables:
    payer, year, *category = name.split("/")
    frame = tables["budgets"].copy()
    if category and not category[0].isalpha():
        category = [("production", "transport", "holding", "fixed", "investment")[int(category[0])]]
    kind = category[0] if category else ""
    own = (frame["payer"] == payer) & (frame["fiscal_year"] == int(year)) & (frame["category"] == kind)
    if own.any():
        frame.loc[own, "amount"] += by
        return tables.replace("budgets", frame)
    row = {"payer": payer, "fiscal_year": int(year), "amount": by, "category": kind}
    return tables.replace("budgets", pd.concat([frame, frame_from_rows("budgets", [row], [-1])]))


def _later(tables: Tables, network: Network, kind: str, name: str, by: int) -> Tables | None:
    periods = network.periods
    if kind == "objective's date":
        frame = tables["stock_objectives"].copy()
        own = frame["objective"] == name
        t = max(0, periods.ending_by(frame.loc[own, "by"].iloc[0].date()))
        frame.loc[own, "by"] = pd.Timestamp(periods.last_day(t + by))
        return tables.replace("stock_objectives", frame)
    frame = tables["demands"].copy()
    own = frame["demand"] == name
    due, until = frame.loc[own, "due"].iloc[0], frame.loc[own, "until"].iloc[0]
    if pd.isna(until):
        t = max(0, periods.ending_by(due.date()))
        frame.loc[own, "due"] = pd.Timestamp(periods.last_day(t + by))
        return tables.replace("demands", frame)
    t, last = periods.containing(due.date()), periods.ending_by(until.date())
    if t < 0 or last < t:
        return None
    frame.loc[own, "due"] = pd.Timestamp(periods.first_day(t + by))
    frame.loc[own, "until"] = pd.Timestamp(periods.last_day(last + by))
    return tables.replace("demands", frame)


def holding(tables: Tables, every: list[Limit], held: set[Limit]) -> Tables:
    """
    Return a study in which only some limits and needs hold.

    Parameters
    ----------
    tables
        The study, its horizon fixed; without dated builds, which no table can make optional.
    every
        All its limits and needs, as the sets name them.
    held
        Those that hold.
    """
    gone = [limit for limit in every if limit not in held]
    for table, kind, column in (
        ("demands", "due date", "demand"),
        ("stock_objectives", "objective's date", "objective"),
    ):
        names = {limit.name for limit in gone if limit.kind == kind}
        frame = tables[table]
        tables = tables.replace(table, frame[~frame[column].isin(names)])
    for limit in gone:
        if limit.kind == "budget":
            tables = _budget(tables, limit.name, FREE)
        elif limit.kind == "stock floor":
            tables = _cleared(tables, "stock_limits", limit.name, "minimum")
        elif limit.kind == "licence cap":
            column = "cap_per_year" if "/" in limit.name else "quantity_cap"
            tables = _cleared(tables, "licences", limit.name.split("/")[0], column)
        elif limit.kind == "material":
            item, site = limit.name.split("/")
            row = {"item": item, "site": site, "quantity": PLENTY}
            added = frame_from_rows("stock", [row], [-1])
            tables = tables.replace("stock", pd.concat([tables["stock"], added]))
    others = ("due date", "objective's date", "budget", "stock floor", "licence cap", "material")
    return lift(tables, [limit for limit in gone if limit.kind not in others], {})


def _cleared(tables: Tables, table: str, key: str, column: str) -> Tables:
    frame, profiles = tables[table].copy(), tables["profiles"]
    frame.loc[[own == key for own in tables.keys(table)], column] = float("nan")
    own = (profiles["table"] == table) & (profiles["key"] == key) & (profiles["column"] == column)
    return tables.replace(table, frame).replace("profiles", profiles[~own])
