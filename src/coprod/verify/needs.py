"""Orders and objectives: deliveries, backlog, shortfall, dates, and the value of each goal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coprod.verify.balance import ROW
from coprod.verify.case import blank, joined

if TYPE_CHECKING:
    import pandas as pd

    from coprod.verify.case import Case
    from coprod.verify.result import Ledger

__all__ = ["backlogs", "check_backfills", "check_deliveries", "check_need_goals", "shortfalls"]

#: A stock this close below its level is full.
FULL = 1e-4


def due(case: Case, row: dict[str, Any]) -> np.ndarray:
    """Return what of an order falls due in each period."""
    found = np.zeros(case.T)
    if blank(row["until"]):
        parts = [case.grid.ending_by(row["due"].date())]
    else:
        last = case.grid.ending_by(row["until"].date())
        parts = list(range(min(case.grid.containing(row["due"].date()), last), last + 1))
    for t in parts:
        if t < case.T:
            found[max(t, 0)] += row["quantity"] / len(parts)
    return found


def backlogs(case: Case) -> dict[str, np.ndarray]:
    """Return every order's backlog by period, from what is due and what the plan says is delivered."""
    delivered = case.vector("deliveries", ["demand"], "quantity")
    return {
        row["demand"]: np.cumsum(due(case, row)) - np.cumsum(delivered.get(row["demand"], np.zeros(case.T)))
        for row in case.rows("demands")
    }


def shortfalls(case: Case) -> dict[str, np.ndarray]:
    """Return every objective's shortfall by period, from the first that counts."""
    stock = case.vector("stock", ["item", "site"], "quantity")
    found = {}
    for row in case.rows("stock_objectives"):
        held = stock.get(f"{row['item']}/{row['site']}", np.zeros(case.T))
        begin = 0 if blank(row["by"]) else max(0, case.grid.ending_by(row["by"].date()))
        found[row["objective"]] = np.where(
            np.arange(case.T) >= begin, np.maximum(row["level"] - held, 0.0), 0.0
        )
    return found


def check_deliveries(case: Case, ledger: Ledger) -> None:
    """
    Nothing is delivered ahead of its due date or beyond its order, and backlogs are published as they
    are.
    """
    ahead, said, forgiven, where = [], [], [], []
    published = case.vector("deliveries", ["demand"], "backlog")
    quantity = {row["demand"]: row["quantity"] for row in case.rows("demands")}
    behind = backlogs(case)
    for name, backlog in behind.items():
        ahead.append(-backlog)
        said.append(np.abs(np.maximum(backlog, 0.0) - published.get(name, np.zeros(case.T))))
        forgiven.append(np.full(case.T, ROW * (1.0 + quantity[name])))
        where += [f"{name}, {case.label(t)}" for t in range(case.T)]
    ledger.note(
        "deliveries",
        joined(ahead),
        joined(forgiven),
        where,
        "units",
        "delivered ahead of its due date or beyond the order",
    )
    ledger.note(
        "published backlog",
        joined(said),
        joined(forgiven),
        where,
        "units",
        "published backlog is not due less delivered",
    )
    summary, wrong, places = case.published["demand_summary"], [], []
    for name, never, total in zip(
        summary["demand"], summary["never_delivered"], summary["quantity"], strict=True
    ):
        end = behind.get(name, np.zeros(max(case.T, 1)))
        wrong.append(
            max(abs(max(end[-1], 0.0) - never), abs(total - quantity.get(name, np.nan)))
            / (1.0 + quantity.get(name, 0.0))
        )
        places.append(name)
    ledger.note(
        "order summary", wrong, ROW, places, "share of the order", "published totals are not the order's"
    )


def check_backfills(case: Case, ledger: Ledger) -> None:
    """Published shortfalls, backfill dates and first touches follow from the stock."""
    stock = case.vector("stock", ["item", "site"], "quantity")
    published = case.vector("shortfalls", ["objective"], "shortfall")
    level = {row["objective"]: row["level"] for row in case.rows("stock_objectives")}
    wrong, forgiven, where = [], [], []
    for name, missing in shortfalls(case).items():
        wrong.append(np.abs(missing - published.get(name, np.full(case.T, np.nan))))
        forgiven.append(np.full(case.T, ROW * (1.0 + level[name])))
        where += [f"{name}, {case.label(t)}" for t in range(case.T)]
    ledger.note(
        "shortfalls",
        joined(wrong),
        joined(forgiven),
        where,
        "units",
        "published shortfall is not level less stock",
    )
    days, touches, names = [], [], []
    rows = {row["objective"]: row for row in case.rows("stock_objectives")}
    frame = case.published["backfills"]
    for name, backfill, touch in zip(
        frame["objective"], frame["backfill_date"], frame["first_touch"], strict=True
    ):
        row = rows[name]
        full = stock.get(f"{row['item']}/{row['site']}", np.zeros(case.T)) >= row["level"] - FULL
        short = np.flatnonzero(~full)
        first = int(short[-1]) + 1 if short.size else 0
        days.append(_apart(case, backfill, first if first < case.T else None))
        touches.append(_apart(case, touch, int(np.argmax(full)) if full.any() else None))
        names.append(name)
    ledger.note("backfill dates", days, 0.5, names, "days", "published backfill date is not the stock's")
    ledger.note("first touches", touches, 0.5, names, "days", "published first touch is not the stock's")


def _apart(case: Case, published: pd.Timestamp, t: int | None) -> float:
    if t is None or blank(published):
        return 0.0 if t is None and blank(published) else float("nan")
    return float(abs((published.date() - case.grid.last(t)).days))


def check_need_goals(case: Case, ledger: Ledger) -> None:
    """The published value of every demand and objective goal follows from the plan."""
    value: dict[str, float] = {}
    behind, missing = backlogs(case), shortfalls(case)
    for row in case.rows("demands"):
        name = f"demands {int(row['priority'])}"
        value[name] = (
            value.get(name, 0.0) + row["weight"] * float(behind[row["demand"]].sum()) * case.grid.months
        )
    for row in case.rows("stock_objectives"):
        name = f"objectives {int(row['priority'])}"
        value[name] = (
            value.get(name, 0.0) + row["weight"] * float(missing[row["objective"]].sum()) * case.grid.months
        )
    stages = case.published["stages"]
    told = dict(zip(stages["stage"], stages["value"], strict=True))
    wrong = [abs(told.get(name, np.nan) - own) for name, own in value.items()]
    size = [ROW * (1.0 + abs(own)) * 10 for own in value.values()]
    ledger.note(
        "goals of needs", wrong, size or 1.0, list(value), "unit-months", "published value is not the plan's"
    )
