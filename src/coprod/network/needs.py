"""What is wanted: orders by period, and stock objectives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coprod.network.network import Demands, Objectives

if TYPE_CHECKING:
    from coprod.network.parts import Parts

__all__ = ["demands", "objectives"]


def demands(parts: Parts, warnings: list[str]) -> Demands:
    """
    Compile the orders.

    With `until`, equal parts fall due in every period from the one that contains `due` to the last that ends
    by `until`. What is due before the study's start counts in its first period, and is told; beyond the
    horizon it is left out here, for the checks have refused such a study.
    """
    rows, periods = parts.tables.active("demands"), parts.periods
    due = np.zeros((len(rows), periods.n))
    for d, (name, quantity, first, until) in enumerate(
        zip(rows["demand"], rows["quantity"], rows["due"], rows["until"], strict=True)
    ):
        if pd.isna(until):
            spread = [periods.ending_by(first.date())]
        else:
            end = periods.ending_by(until.date())
            spread = list(range(min(periods.containing(first.date()), end), end + 1))
        if spread[0] < parts.before:
            warnings.append(
                f"order {name} is due before the study's start: that part counts in its first period"
            )
        for t in spread:
            if t < periods.n:
                due[d, max(t, parts.before)] += quantity / len(spread)
    return Demands(
        tuple(rows["demand"]),
        tuple(rows["customer"]),
        np.array([parts.nodes[key] for key in zip(rows["item"], rows["site"], strict=True)], dtype=np.int64),
        due,
        rows["priority"].to_numpy(dtype=float).astype(np.int64),
        rows["weight"].to_numpy(dtype=float),
    )


def objectives(parts: Parts) -> Objectives:
    """Compile the stock objectives; shortfall counts from the last period that ends by their date."""
    rows, periods = parts.tables.active("stock_objectives"), parts.periods
    by = [
        parts.before if pd.isna(day) else max(parts.before, periods.ending_by(day.date()))
        for day in rows["by"]
    ]
    return Objectives(
        tuple(rows["objective"]),
        np.array([parts.nodes[key] for key in zip(rows["item"], rows["site"], strict=True)], dtype=np.int64),
        rows["level"].to_numpy(dtype=float),
        np.array(by, dtype=np.int64),
        tuple("" if pd.isna(day) else day.date().isoformat() for day in rows["by"]),
        rows["priority"].to_numpy(dtype=float).astype(np.int64),
        rows["weight"].to_numpy(dtype=float),
    )
