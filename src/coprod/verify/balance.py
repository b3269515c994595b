"""Material: what is published as stock is what was there, came and went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coprod.verify.case import Case, blank, joined, shifted

if TYPE_CHECKING:
    from coprod.verify.result import Ledger

__all__ = ["check_balance", "check_form", "check_stock_limits"]

#: Share of a node's largest throughput in a period that a solver's feasibility tolerance may leave: it scales
#: rows by their coefficients, so a month with little in it is held no tighter than a busy one.
ROW = 1e-6
VALUES = {
    "starts": ("quantity", "good_quantity"),
    "shipments": ("quantity",),
    "stock": ("quantity", "receipts"),
    "deliveries": ("due", "quantity", "backlog"),
    "builds": ("quantity", "capex"),
}


def check_form(case: Case, ledger: Ledger) -> None:
    """
    The tables can be read: periods are the study's own, every node has every period once, numbers are
    numbers.
    """
    own = [case.grid.first(t) for t in range(case.T)]
    wrong = [float(a != b) for a, b in zip(own, case.published_periods, strict=True)]
    ledger.note(
        "periods",
        wrong,
        0.5,
        [str(day) for day in case.published_periods],
        "periods",
        "not a period of the study",
    )
    horizon, start = case.settings["horizon"], case.settings["start"]
    if not blank(horizon) and case.T:
        late = abs(case.T - 1 - case.grid.containing(horizon.date()))
        ledger.note(
            "horizon",
            [float(late)],
            0.5,
            [str(horizon.date())],
            "periods",
            "the plan does not end at the horizon",
        )
    if not blank(start) and case.T:
        ledger.note(
            "start",
            [float(own[0] != start.date())],
            0.5,
            [str(start.date())],
            "",
            "the plan does not begin at the start",
        )
    stock = case.published["stock"]
    counts = stock.groupby(["item", "site"]).size() if len(stock) else pd.Series(dtype=int)
    doubled = stock.duplicated(["item", "site", "period"]).groupby([stock["item"], stock["site"]]).sum()
    bad = (counts - case.T).abs() + doubled.reindex(counts.index, fill_value=0)
    ledger.note(
        "stock rows",
        bad.to_numpy(dtype=float),
        0.5,
        ["/".join(key) for key in counts.index],
        "rows",
        "missing or doubled",
    )
    values, places = [], []
    for table, columns in VALUES.items():
        for column in columns:
            numbers = case.published[table][column].to_numpy(dtype=float)
            values.append(float((~np.isfinite(numbers)).sum() + (numbers < -1e-6).sum()))
            places.append(f"{table}.{column}")
    ledger.note("numbers", values, 0.5, places, "cells", "not a number, or negative")
    known: list[tuple[str, set[str], list[str]]] = [
        ("starts", set(case.processes), ["process"]),
        ("shipments", set(case.lanes), ["item", "from_site", "to_site"]),
        ("builds", set(case.investments), ["investment"]),
        ("deliveries", {row["demand"] for row in case.rows("demands")}, ["demand"]),
    ]
    strange, names = [], []
    for table, keys, key_columns in known:
        frame = case.published[table]
        found = {"/".join(name) for name in zip(*(frame[column] for column in key_columns), strict=True)}
        strange.append(float(len(found - keys)))
        names.append(f"{table}: {', '.join(sorted(found - keys)[:3])}")
    ledger.note("names", strange, 0.5, names, "names", "not active in the study")


def check_balance(case: Case, ledger: Ledger) -> None:
    """
    Stock = previous stock + receipts + good completions + arrivals − inputs − shipments − deliveries,
    everywhere.
    """
    flow: dict[str, np.ndarray] = {}
    size: dict[str, np.ndarray] = {}

    def add(item: str, site: str, vector: np.ndarray) -> None:
        key = f"{item}/{site}"
        flow[key] = flow.get(key, np.zeros(case.T)) + vector
        size[key] = size.get(key, np.zeros(case.T)) + np.abs(vector)

    for row in case.rows("stock"):
        t = 0 if blank(row["due"]) else max(0, case.grid.containing(row["due"].date()))
        if t < case.T:
            arrived = np.zeros(case.T)
            arrived[t] = row["quantity"]
            add(row["item"], row["site"], arrived)
    for name, started in case.starts.items():
        process = case.processes.get(name)
        if process is not None:
            good = started * case.figure("processes", name, "yield_fraction", process["yield_fraction"])
            add(process["item"], process["site"], shifted(good, case.grid.lag(process["lead_time"])))
    for name, shipped in case.shipments.items():
        lane = case.lanes.get(name)
        if lane is not None:
            add(lane["item"], lane["from_site"], -shipped)
            add(lane["item"], lane["to_site"], shifted(shipped, case.grid.lag(lane["lead_time"])))
    for user, item, site, per, after in case.inputs:
        add(item, site, -per * shifted(case.quantity(user), after))
    for name, delivered in case.vector("deliveries", ["demand"], "quantity").items():
        order = next((row for row in case.rows("demands") if row["demand"] == name), None)
        if order is not None:
            add(order["item"], order["site"], -delivered)
    stock = case.vector("stock", ["item", "site"], "quantity")
    wrong, forgiven, where = [], [], []
    for key in dict.fromkeys([*stock, *flow]):
        held = stock.get(key, np.zeros(case.T))
        change = np.diff(held, prepend=0.0)
        wrong.append(np.abs(change - flow.get(key, np.zeros(case.T))))
        largest = float(np.max(size.get(key, np.zeros(case.T)) + np.abs(held), initial=0.0))
        forgiven.append(np.full(case.T, ROW * (1.0 + largest)))
        where += [f"{key}, {case.label(t)}" for t in range(case.T)]
    ledger.note(
        "material balance",
        joined(wrong),
        joined(forgiven),
        where,
        "units",
        "stock does not follow from what came and went",
    )


def check_stock_limits(case: Case, ledger: Ledger) -> None:
    """
    Stock is not negative and keeps to its floor and ceiling, but for the breaches the plan itself
    publishes.
    """
    stock = case.vector("stock", ["item", "site"], "quantity")
    breaches = case.published["breaches"]
    told: dict[tuple[str, str, int], float] = {}
    for kind, name, day, quantity in zip(
        breaches["kind"], breaches["name"], breaches["period"], breaches["quantity"], strict=True
    ):
        if not blank(day):
            told[kind, name, case.grid.containing(day.date())] = quantity
    wrong, forgiven, where = [], [], []
    limits = {f"{row['item']}/{row['site']}": row for row in case.rows("stock_limits")}
    for key, held in stock.items():
        floor, ceiling = np.zeros(case.T), np.full(case.T, np.inf)
        if key in limits:
            row = limits[key]
            floor = case.figure("stock_limits", key, "minimum", row["minimum"])
            ceiling = np.nan_to_num(case.figure("stock_limits", key, "maximum", row["maximum"]), nan=np.inf)
        below = np.array([told.get(("stock floor", key, t), 0.0) for t in range(case.T)])
        above = np.array([told.get(("stock ceiling", key, t), 0.0) for t in range(case.T)])
        wrong.append(np.maximum(np.maximum(floor - below - held, held - above - ceiling), -held))
        forgiven.append(ROW * (1.0 + np.abs(held)))
        where += [f"{key}, {case.label(t)}" for t in range(case.T)]
    ledger.note(
        "stock limits",
        joined(wrong),
        joined(forgiven),
        where,
        "units",
        "below its floor or above its ceiling",
    )
