"""Items at sites: opening stock, receipts, limits, holding cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coprod.network.network import Nodes

if TYPE_CHECKING:
    from coprod.network.parts import Parts

__all__ = ["nodes"]


def nodes(parts: Parts, warnings: list[str]) -> Nodes:
    """
    Compile the nodes.

    Opening stock enters in the study's first period, which is not period 0 where periods lie in front of it.
    A receipt before the study's start counts there as well; one after the horizon is left out. Both are told.
    """
    tables, periods, T = parts.tables, parts.periods, parts.periods.n
    N = len(parts.nodes)
    opening, receipts = np.zeros(N), np.zeros((N, T))
    stock = tables.active("stock")
    for item, site, quantity, due in zip(
        stock["item"], stock["site"], stock["quantity"], stock["due"], strict=True
    ):
        node = parts.nodes[item, site]
        if pd.isna(due):
            if parts.before:
                receipts[node, parts.before] += quantity
            else:
                opening[node] += quantity
            continue
        t = periods.containing(due.date())
        receipt = f"receipt of {quantity:g} {item} at {site} on {due.date()}"
        if t >= T:
            warnings.append(f"{receipt} lies beyond the horizon: left out")
            continue
        if t < parts.before:
            warnings.append(f"{receipt} lies before the start: counted in its first period")
        receipts[node, max(t, parts.before)] += quantity

    minimum, maximum = np.zeros((N, T)), np.full((N, T), np.inf)
    limits = tables.active("stock_limits")
    floor = parts.figures.over_time("stock_limits", "minimum", limits)
    ceiling = parts.figures.over_time("stock_limits", "maximum", limits)
    for row, key in enumerate(zip(limits["item"], limits["site"], strict=True)):
        n = parts.nodes[key]
        minimum[n] = np.maximum(minimum[n], floor[row])
        maximum[n] = np.fmin(maximum[n], np.nan_to_num(ceiling[row], nan=np.inf))
    minimum[:, : parts.before] = 0.0

    items = tables.active("items")
    row_of = {item: row for row, item in enumerate(items["item"])}
    base = np.array([parts.money.to_base(1.0, currency) for currency in items["currency"]])
    holding = parts.figures.over_time("items", "holding_cost_per_month", items)
    value = np.nan_to_num(items["unit_value"].to_numpy(dtype=float)) * base
    rows = np.array([row_of.get(item, -1) for item, _ in parts.nodes], dtype=np.int64)
    known = rows >= 0
    holding_cost, unit_value = np.zeros((N, T)), np.zeros(N)
    holding_cost[known] = holding[rows[known]] * base[rows[known], None] * periods.months
    unit_value[known] = value[rows[known]]
    names = list(parts.nodes)
    return Nodes(
        tuple(item for item, _ in names),
        tuple(site for _, site in names),
        opening,
        receipts,
        minimum,
        maximum,
        holding_cost,
        unit_value,
    )
