"""
Lots of the public budget exhibits (P-5a, P-21): what a lot's award, lead time, quantity and rate say of its
deliveries.

The prediction is coprod's own rule written out for one lot alone on a line that is loaded at completion:
started in the month of the award, the first units are there the production lead time (PLT) later, then a
month's rate every month until the lot is done. `lot_study` is the same as a study, for the plan.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from coprod.network.periods import MONTH_DAYS, Periods
from coprod.study.tables import Tables

if TYPE_CHECKING:
    from pathlib import Path

CUSTOMERS_TOTAL = "TOTAL"


def number(month: str) -> int:
    """A month such as 2016-10 as a count of months."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def name(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02d}"


@dataclass
class Lot:
    """One lot as published: months are counts, rates are per year; 0 where the exhibit states none."""

    lot: str
    programme: str
    fiscal_year: int
    award: int
    first: int
    quantity: float
    plt: dict[str, float]
    alt: dict[str, float]
    rates: dict[str, float]
    schedule: dict[int, float] = field(default_factory=dict)
    accepted_before: float = 0.0

    @property
    def last(self) -> int | None:
        months = [m for m, units in self.schedule.items() if units > 0]
        return max(months) if months else None

    @property
    def complete(self) -> bool:
        """Whether the month table holds every unit of the lot."""
        return (
            bool(self.schedule)
            and self.accepted_before == 0
            and abs(sum(self.schedule.values()) - self.quantity) < 0.5
        )


def read(folder: Path, name_of_file: str) -> list[dict[str, str]]:
    with (folder / name_of_file).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_lots(folder: Path) -> list[Lot]:
    """
    Every lot given, with its item's lead times and rates, and its deliveries summed over customers.

    Rates are made yearly as the exhibit says ("Monthly" times twelve; unspecified counts as yearly). A lot's
    quantity is what all customers procure in its month table, since they share the line; its own quantity
    where it has none.
    """
    rates = {row["item_id"]: row for row in read(folder, "p21_rates_leadtimes_selected.csv")}
    value = lambda row, column: float(row[column] or 0.0)  # noqa: E731
    schedules: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    procured: dict[str, dict[tuple[str, str], tuple[float, float]]] = defaultdict(dict)
    for row in read(folder, "p21_monthly_deliveries_selected.csv"):
        if row["customer"] == CUSTOMERS_TOTAL:
            continue
        schedules[row["lot_id"]][number(row["month"])] += float(row["amount"] or 0.0)
        who = (row["customer"], row["customer_suffix"])
        procured[row["lot_id"]][who] = (value(row, "proc_qty"), value(row, "accepted_before_oct1"))
    lots = []
    for row in read(folder, "p5a_lots_selected.csv"):
        item, lot = rates[row["item_id"]], row["lot_id"]
        per_year = 12.0 if item["rate_units"] == "Monthly" else 1.0
        shares = procured.get(lot, {})
        lots.append(
            Lot(
                lot=lot,
                programme=row["programme"],
                fiscal_year=int(row["lot_fy"]),
                award=number(row["award_date"]),
                first=number(row["first_delivery"]),
                quantity=sum(units for units, _ in shares.values()) or value(row, "quantity"),
                plt={kind: value(item, f"{kind}_plt_after_oct1") for kind in ("initial", "reorder")},
                alt={kind: value(item, f"{kind}_alt_after_oct1") for kind in ("initial", "reorder")},
                rates={
                    "1-8-5": per_year * value(item, "rate_1_8_5"),
                    "maximum": per_year * value(item, "max_rate"),
                },
                schedule=dict(schedules.get(lot, {})),
                accepted_before=sum(accepted for _, accepted in shares.values()),
            )
        )
    return lots


def stated_plt(lot: Lot, which: str) -> float | None:
    """
    The production lead time to predict with: ``initial``, ``reorder``, or one of two rules.

    ``usual`` is the reorder's where one is stated, else the initial one: these lines were running. ``nearer``
    is whichever is nearer to what happened, which knows the answer and flatters.
    """
    given = {kind: months for kind, months in lot.plt.items() if months > 0}
    if which == "usual":
        return given.get("reorder", given.get("initial"))
    if which == "nearer":
        return min(given.values(), key=lambda months: abs(lot.award + months - lot.first), default=None)
    return given.get(which)


def predicted(award: int, plt_months: float, quantity: float, per_month: float) -> dict[int, float]:
    """Deliveries by month of one lot alone: completions at the line's rate from award + PLT on."""
    calendar = Periods("month", date(award // 12, award % 12 + 1, 1), 1)
    first = award + calendar.lag(plt_months * MONTH_DAYS)
    months = max(1, math.ceil(quantity / per_month - 1e-9))
    return {first + k: min(per_month, quantity - k * per_month) for k in range(months)}


def lot_study(lots: list[Lot], per_month: float, plt: dict[str, float]) -> Tables:
    """
    Lots of one line as a study: each a process from its award on, a demand due when its first unit can be
    there.

    An earlier lot is a class of its own before a later one, so the line finishes lots in their order.
    """
    start = min(lot.award for lot in lots)
    ends = max(lot.award + plt[lot.lot] + lot.quantity / per_month for lot in lots)
    horizon = math.ceil(ends + sum(lot.quantity for lot in lots) / per_month) + 1
    return Tables.from_rows(
        {
            "title": f"Lots of {lots[0].programme}",
            "study_date": f"{name(start)}-01",
            "start": f"{name(start)}-01",
            "horizon": f"{name(horizon)}-01",
            "calm_allowance_fraction": 0.0,
        },
        items=[{"item": lot.lot, "kind": "end item"} for lot in lots],
        sites=[{"site": "plant"}],
        resources=[{"resource": "line", "site": "plant", "rate_per_month": per_month}],
        processes=[
            {
                "process": lot.lot,
                "site": "plant",
                "item": lot.lot,
                "lead_time_months": plt[lot.lot],
                "available_from": f"{name(lot.award)}-01",
                "resource": "line",
                "resource_at": "completion",
            }
            for lot in lots
        ],
        demands=[
            {
                "demand": lot.lot,
                "item": lot.lot,
                "site": "plant",
                "quantity": lot.quantity,
                "due": Periods("month", date(start // 12, start % 12 + 1, 1), 1).last_day(
                    lot.award - start + math.ceil(plt[lot.lot])
                ),
                "priority": float(k + 1),
            }
            for k, lot in enumerate(sorted(lots, key=lambda lot: lot.award))
        ],
    )


def curve_errors(lot: Lot, forecast: dict[int, float]) -> tuple[float, float]:
    """
    Largest gap between two cumulative curves as a share of the lot, and months between their mean deliveries.
    """
    months = range(min(*lot.schedule, *forecast), max(*lot.schedule, *forecast) + 1)
    gap = np.cumsum([forecast.get(m, 0.0) - lot.schedule.get(m, 0.0) for m in months]) / lot.quantity
    # Units that come a month late leave the curve lower for a month: the area between is the mean delay.
    return float(np.abs(gap).max()), float(-gap.sum())


def in_turn(lots: list[Lot], per_month: float, plt: dict[str, float]) -> dict[str, dict[int, float]]:
    """
    Deliveries by lot and month of lots that share a line: an earlier lot first, each from its award + PLT on.
    """
    used: dict[int, float] = defaultdict(float)
    deliveries: dict[str, dict[int, float]] = {}
    for lot in sorted(lots, key=lambda lot: lot.award):
        left, month = lot.quantity, lot.award + math.ceil(plt[lot.lot])
        deliveries[lot.lot] = {}
        while left > 1e-9:
            units = min(left, per_month - used[month])
            if units > 1e-9:
                deliveries[lot.lot][month] = units
                used[month] += units
                left -= units
            month += 1
    return deliveries


#: Complete month tables of three programmes in the budget of 2017: file, PLT in months and rates per year.
PROGRAMMES = {
    "AMRAAM": ("sample_p21_wide_amraam_usaf_pb2017.csv", 23.0, {"1-8-5": 400.0, "maximum": 700.0}),
    "PAC-3 MSE": ("sample_p21_wide_pac3_mse_army_pb2017.csv", 17.0, {"1-8-5": 240.0, "maximum": 360.0}),
    "JLTV": (
        "sample_p21_wide_jltv_general_purpose_army_pb2017.csv",
        10.0,
        {"1-8-5": 20.0, "maximum": 1000.0},
    ),
}


def read_programme(folder: Path, programme: str) -> list[Lot]:
    """Lots of one of the complete month tables, all customers together."""
    file, plt, rates = PROGRAMMES[programme]
    rows = read(folder, file)
    totals = [row for row in rows if row["customer"] == CUSTOMERS_TOTAL] or rows
    return [
        Lot(
            lot=row["lot_fy"],
            programme=programme,
            fiscal_year=int(row["lot_fy"]),
            award=number(row["award_date"]),
            first=number(row["first_delivery"]),
            quantity=float(row["proc_qty"]),
            plt={"initial": plt, "reorder": plt},
            alt={},
            rates=rates,
            schedule={number(c): float(v) for c, v in row.items() if c[:2] == "20" and v and float(v) > 0},
        )
        for row in totals
    ]


# ---------------------------------------------------------------------- the AMRAAM plan of budget year 2017


def amraam_due(folder: Path) -> dict[int, float]:
    """Scheduled deliveries of the budget year 2017 plan by month, all customers, from 2016-04 to 2024-01."""
    rows = [
        r for r in read(folder, "sample_p21_wide_amraam_usaf_pb2017.csv") if r["customer"] == CUSTOMERS_TOTAL
    ]
    due: dict[int, float] = defaultdict(float)
    for row in rows:
        for column, cell in row.items():
            if column[:2] == "20" and cell:
                due[number(column)] += float(cell)
    return dict(due)


def fiscal_year(month: int) -> int:
    """The US fiscal year begins in October and is called after its end."""
    return (month + 3) // 12


def amraam_study(
    due: dict[int, float],
    *,
    period: str,
    ahead: bool,
    first: str = "2016-10",
    maximum_per_year: float = 700.0,
) -> Tables:
    """
    The scheduled deliveries as orders on one line of 700 a year, loaded at completion.

    What is delivered in a month left the line in it, so lead times do not matter here: the lots are awarded,
    and the plan is judged by what the line can complete. `period` "month" gives the line a twelfth of its
    maximum every month. "year" lets it make the maximum at any time of a fiscal year: as periods of a year
    begin in January, every date is moved on by the three months between October and January. Without `ahead`
    nothing may wait in stock.
    """
    shift = 3 if period == "year" else 0
    begin = number(first)
    last = number("2023-09")
    quantity: dict[int, float] = defaultdict(float)
    for month, units in due.items():
        if begin <= month <= last and units:
            quantity[month] += units
    day = lambda month: Periods("month", date(2016, 1, 1), 1).last_day(month + shift - 2016 * 12)  # noqa: E731
    return Tables.from_rows(
        {
            "title": "AMRAAM, budget year 2017",
            "study_date": f"{name(begin + shift)}-01",
            "start": f"{name(begin + shift)}-01",
            "horizon": day(last),
            "period": period,
            "calm_allowance_fraction": 0.0,
        },
        items=[{"item": "round", "kind": "end item"}],
        sites=[{"site": "Tucson"}],
        resources=[{"resource": "line", "site": "Tucson", "maximum_rate_per_month": maximum_per_year / 12}],
        processes=[
            {
                "process": "complete",
                "site": "Tucson",
                "item": "round",
                "resource": "line",
                "resource_at": "completion",
            }
        ],
        stock_limits=[] if ahead else [{"item": "round", "site": "Tucson", "maximum": 0.0}],
        demands=[
            {
                "demand": name(month),
                "item": "round",
                "site": "Tucson",
                "quantity": units,
                # A need inside a period of a year would count a year early; it is due by the end of its
                # fiscal year.
                "due": day(month) if period == "month" else day(number(f"{fiscal_year(month)}-09")),
            }
            for month, units in sorted(quantity.items())
        ],
    )
