"""The limits of a study in the study's own terms, and the study with some of them lifted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from coprod.study.schema import duration_columns
from coprod.study.tables import frame_from_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from numpy.typing import NDArray

    from coprod.network import Network
    from coprod.study import Tables

    Mask = NDArray[np.bool_]

__all__ = ["KINDS", "Limit", "lift", "limits_of"]


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """
    One limit.

    Attributes
    ----------
    kind
        One of `KINDS`.
    name
        What it limits: a line, process, lane, licence, investment or payer by its name, a stock as item/site;
        transport times by the item moved.
    """

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} of {self.name}"


#: What a plan can run into, and what lifting it means.
KINDS = {
    "line rate": "the line's rate is unlimited",
    "minimum rate": "the line may run at any rate, and never has to close",
    "lead time": "the process takes no time, nor does ordering it",
    "opening date": "the process may start from the first period on",
    "transport time": "no lane of the item takes time",
    "lane capacity": "the lane carries any quantity",
    "licence cap": "the licence allows any quantity",
    "licence dates": "the licence holds for the whole plan",
    "work share": "no least share of the work is asked for",
    "build time": "the investment works as soon as it is decided, from the first period on, without a ramp",
    "budget": "the payer may spend any amount in any year",
    "stock ceiling": "the site stores any quantity",
    "material": "of an item that nothing makes, as much is in stock from the first period on as can be used",
}


def _present(frame: pd.DataFrame, column: str) -> Mask:
    return frame[column].notna().to_numpy()


def _profiled(tables: Tables, table: str, column: str) -> set[str]:
    rows = tables.active("profiles")
    return set(rows.loc[(rows["table"] == table) & (rows["column"] == column), "key"])


def _timed(tables: Tables, table: str, *stems: str) -> Mask:
    rows = tables.active(table)
    timed: Mask = np.any([tables.duration_days(table, stem, rows) > 0 for stem in stems], axis=0)
    return timed


def _names(tables: Tables, table: str) -> NDArray[np.object_]:
    names: NDArray[np.object_] = np.array(tables.keys(table), dtype=object)
    active: Mask = tables[table]["active"].to_numpy(dtype=bool)
    return np.asarray(names[active])


def _lines(tables: Tables) -> tuple[Mask, Mask]:
    """Return which active lines have a rate, and which a minimum rate."""
    rows, names = tables.active("resources"), _names(tables, "resources")
    rate = _present(rows, "rate_per_month") | _present(rows, "maximum_rate_per_month")
    least = (rows["minimum_sustaining_rate_per_month"] > 0).to_numpy()
    return (
        rate | np.isin(names, list(_profiled(tables, "resources", "rate_per_month"))),
        least | np.isin(names, list(_profiled(tables, "resources", "minimum_sustaining_rate_per_month"))),
    )


def limits_of(tables: Tables, network: Network) -> tuple[Limit, ...]:
    """
    Return every limit of a study with an option applied that a plan of it can run into.

    Parameters
    ----------
    tables
        The study, the option applied.
    network
        The same, compiled: it knows what can never be made or sent.
    """

    def found() -> Iterator[tuple[str, NDArray[np.object_], Mask]]:
        rate, least = _lines(tables)
        processes, lanes = tables.active("processes"), tables.active("lanes")
        licences, builds = tables.active("licences"), tables.active("investments")
        yield "line rate", _names(tables, "resources"), rate
        yield "minimum rate", _names(tables, "resources"), least
        own = _names(tables, "processes")
        yield "lead time", own, _timed(tables, "processes", "lead_time", "administrative_lead_time")
        yield "opening date", own, _present(processes, "available_from")
        yield "transport time", *_all(lanes.loc[_timed(tables, "lanes", "lead_time"), "item"])
        own = _names(tables, "lanes")
        capped = np.isin(own, list(_profiled(tables, "lanes", "capacity_per_month")))
        yield "lane capacity", own, _present(lanes, "capacity_per_month") | capped
        own = _names(tables, "licences")
        capped = _present(licences, "quantity_cap") | _present(licences, "cap_per_year")
        yield "licence cap", own, capped
        yield "licence dates", own, _present(licences, "valid_from") | _present(licences, "valid_to")
        yield "work share", own, (licences["minimum_work_share"] > 0).to_numpy()
        own, free = _names(tables, "investments"), builds["start"].isna().to_numpy()
        slow = _timed(tables, "investments", "lead_time") | _present(builds, "earliest")
        yield "build time", own, free & (slow | (builds["ramp_months"] > 0).to_numpy())
        yield "budget", *_all(tables.active("budgets")["payer"])
        own = _names(tables, "stock_limits")
        capped = np.isin(own, list(_profiled(tables, "stock_limits", "maximum")))
        yield "stock ceiling", own, _present(tables.active("stock_limits"), "maximum") | capped
        yield "material", *_unmade(tables, network)

    return tuple(
        Limit(kind, str(name)) for kind, names, own in found() for name in names[np.asarray(own, dtype=bool)]
    )


def _all(names: pd.Series[str]) -> tuple[NDArray[np.object_], Mask]:
    """Return each name once, all of them meant."""
    once = np.array(list(dict.fromkeys(names)), dtype=object)
    return once, np.ones(once.size, dtype=bool)


def _unmade(tables: Tables, network: Network) -> tuple[NDArray[np.object_], Mask]:
    """Return the nodes, and which of them are used, hold what no process makes, and are sent none."""
    activities, material = network.activities, network.material
    made = np.isin(np.array(network.nodes.item, dtype=object), list(tables["processes"]["item"]))
    made[activities.node[activities.lanes]] = True
    used = np.zeros_like(made)
    takes = (material.coefficient < 0).any(axis=1)
    used[material.row[takes]] = True
    used[network.demands.node] = True
    used[network.objectives.node] = True
    names = [f"{item}/{site}" for item, site in zip(network.nodes.item, network.nodes.site, strict=True)]
    return np.array(names, dtype=object), used & ~made


def _blank(frame: pd.DataFrame, rows: Mask, columns: Collection[str], value: Any = np.nan) -> pd.DataFrame:
    changed = frame.copy()
    for column in columns:
        changed.loc[rows, column] = value
    return changed


def _without_profiles(tables: Tables, table: str, names: set[str], columns: Collection[str]) -> Tables:
    frame = tables["profiles"]
    gone = (frame["table"] == table) & frame["key"].isin(names) & frame["column"].isin(columns)
    return tables.replace("profiles", frame[~gone]) if gone.any() else tables


def _clear(table: str, *columns: str, value: Any = np.nan) -> Callable[[Tables, set[str]], Tables]:
    """Return what blanks columns of the named rows, and the profiles on them."""

    def lifted(tables: Tables, names: set[str]) -> Tables:
        rows = np.isin(np.array(tables.keys(table), dtype=object), list(names))
        tables = _without_profiles(tables, table, names, columns)
        return tables.replace(table, _blank(tables[table], rows, columns, value))

    return lifted


def _no_time(table: str, *stems: str) -> Callable[[Tables, set[str]], Tables]:
    """Return what takes the durations of the named rows away."""
    columns = [name for stem in stems for name in duration_columns(table, stem)]
    return _clear(table, *columns)


def _no_transport_time(tables: Tables, items: set[str]) -> Tables:
    frame = tables["lanes"]
    rows = frame["item"].isin(items).to_numpy()
    return tables.replace("lanes", _blank(frame, rows, duration_columns("lanes", "lead_time")))


def _no_lead_time(tables: Tables, names: set[str]) -> Tables:
    """Take a process's time away, and with it the offsets inside that time."""
    tables = _no_time("processes", "lead_time", "administrative_lead_time")(tables, names)
    for table in ("inputs", "loads"):
        frame = tables[table]
        rows = frame["process"].isin(names).to_numpy()
        tables = tables.replace(table, _blank(frame, rows, duration_columns(table, "offset")))
    return tables


def _built_at_once(tables: Tables, names: set[str]) -> Tables:
    tables = _no_time("investments", "lead_time")(tables, names)
    tables = _clear("investments", "ramp_months", value=0.0)(tables, names)
    return _clear("investments", "earliest", value=pd.NaT)(tables, names)


def _no_budget(tables: Tables, names: set[str]) -> Tables:
    frame = tables["budgets"]
    return tables.replace("budgets", frame[~frame["payer"].isin(names)])


def _in_stock(tables: Tables, names: set[str], most: dict[str, float]) -> Tables:
    """Add stock in such quantity that it can never run out."""
    tables = _clear("stock_limits", "maximum")(tables, names)
    rows = [
        {"item": item, "site": site, "quantity": most[f"{item}/{site}"]}
        for item, site in (name.split("/") for name in sorted(names))
    ]
    frame = tables["stock"]
    stocked = frame[frame["due"].isna() & (frame["item"] + "/" + frame["site"]).isin(names)]
    kept = frame.drop(index=stocked.index)
    added = frame_from_rows("stock", rows, list(range(-len(rows), 0)))
    return tables.replace("stock", pd.concat([kept, added]))


_LIFTS: dict[str, Callable[[Tables, set[str]], Tables]] = {
    "line rate": _clear("resources", "rate_per_month", "maximum_rate_per_month"),
    "minimum rate": _clear("resources", "minimum_sustaining_rate_per_month", value=0.0),
    "lead time": _no_lead_time,
    "opening date": _clear("processes", "available_from", value=pd.NaT),
    "transport time": _no_transport_time,
    "lane capacity": _clear("lanes", "capacity_per_month"),
    "licence cap": _clear("licences", "quantity_cap", "cap_per_year"),
    "licence dates": _clear("licences", "valid_from", "valid_to", value=pd.NaT),
    "work share": _clear("licences", "minimum_work_share"),
    "build time": _built_at_once,
    "budget": _no_budget,
    "stock ceiling": _clear("stock_limits", "maximum"),
}


def lift(tables: Tables, limits: Collection[Limit], most: dict[str, float]) -> Tables:
    """
    Return a study with some limits lifted, each as `KINDS` says.

    Parameters
    ----------
    tables
        The study, an option applied.
    limits
        What to lift.
    most : dict of item/site to units
        How much of a material can ever be used; needed for limits of the kind ``material``.
    """
    for kind, lifted in _LIFTS.items():
        names = {limit.name for limit in limits if limit.kind == kind}
        if names:
            tables = lifted(tables, names)
    names = {limit.name for limit in limits if limit.kind == "material"}
    return _in_stock(tables, names, most) if names else tables
