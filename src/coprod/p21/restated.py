"""One line followed over the budget years of several books: what each year's book restated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.p21.book import COLUMNS, MONEY
from coprod.p21.calendar import first_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.p21.book import LineItem
    from coprod.p21.reconcile import Line

__all__ = ["item_key", "restated_budgets", "restated_lots"]

#: Numbering before an item's name, such as "1.1.4) " or "-- ".
_NUMBERING = re.compile(r"^\s*(?:[\d.]+[).]?\s+|-+\s*)+(?=\S)")


def item_key(name: str) -> str:
    """
    Return an item's name for comparison: without numbering, signs and case.

    >>> item_key("1. AIM-120 Missile All Up Round (AUR)")
    'aim 120 missile all up round aur'
    """
    return " ".join(re.findall(r"[a-z0-9]+", _NUMBERING.sub("", name).lower()))


def _same_items(lines: Sequence[Line]) -> dict[int, tuple[str, str, str]]:
    """
    Return what names each line's item over the years, by the line's place.

    A letter after a designator's digits (AIM-120D) is left off where that leaves every item of every book its
    own name: makers' variants follow each other under it.
    """
    exact = {n: item_key(line.item.name) for n, line in enumerate(lines)}
    loose = {n: re.sub(r"\b(\d{2,})[a-z]\b", r"\1", key) for n, key in exact.items()}

    def of(n: int) -> tuple[str, str]:
        return lines[n].line.service, lines[n].line.number

    names: dict[tuple[Any, ...], set[str]] = {}
    for n, line in enumerate(lines):
        names.setdefault((*of(n), line.line.year, loose[n]), set()).add(exact[n])
    mixed = {(*key[:2], key[3]) for key, own in names.items() if len(own) > 1}
    return {n: (*of(n), exact[n] if (*of(n), loose[n]) in mixed else loose[n]) for n in exact}


def restated_lots(lines: Sequence[Line]) -> pd.DataFrame:
    """
    Return lots that several budget years print, one row a lot and budget year.

    A lot is the same in two books if service, line item, the item's name (without numbering, signs and a
    variant's letter), the lot's name
    (fiscal year, OCO, its place among several) and, where an item has several makers, the maker agree. A
    renamed item begins anew.

    Returns
    -------
    DataFrame
        `slip_months` and `award_slip_months` against the first book that gives the lot;
        `unit_cost_growth_percent` and `quantity_change` likewise; money in dollars as printed (then-year).
    """
    found: dict[tuple[Any, ...], dict[int, dict[str, Any]]] = {}
    same = _same_items(lines)
    for number, line in enumerate(lines):
        year = line.line.year
        if year is None or line.item.exhibit == "P-10":
            continue
        maker = item_key(line.maker.name) if len(line.item.makers) > 1 else ""
        money = MONEY.get(line.line.unit_cost_unit, MONEY["Millions"])
        for lot in line.lots:
            if lot.fiscal_year is None:
                continue
            key = (*same[number], maker, lot.name)
            row = {
                "service": line.line.service,
                "line_item": line.line.number,
                "title": line.line.title,
                "item": line.item.name,
                "maker": line.maker.name,
                "lot": lot.name,
                "fiscal_year": lot.fiscal_year,
                "budget_year": year,
                "quantity": lot.quantity,
                "unit_cost": round(lot.unit_cost * money, 2) if lot.unit_cost else None,
                "award": lot.award,
                "first_delivery": lot.first,
            }
            found.setdefault(key, {}).setdefault(year, row)
    rows: list[dict[str, Any]] = []
    for by_year in found.values():
        if len(by_year) < 2:
            continue
        first = by_year[min(by_year)]
        for year in sorted(by_year):
            row = by_year[year]
            rows.append(row | _against(row, first))
    frame = pd.DataFrame(rows, columns=[*_LOT_COLUMNS])
    for column in ("award", "first_delivery"):
        frame[column] = pd.Series([_day(month) for month in frame[column]], dtype="datetime64[s]")
    return frame


_LOT_COLUMNS = (
    "service",
    "line_item",
    "title",
    "item",
    "maker",
    "lot",
    "fiscal_year",
    "budget_year",
    "quantity",
    "unit_cost",
    "award",
    "first_delivery",
    "award_slip_months",
    "slip_months",
    "quantity_change",
    "unit_cost_growth_percent",
)


def _day(month: float | None) -> Any:
    return pd.NaT if month is None or pd.isna(month) else pd.Timestamp(first_day(int(month)))


def _against(row: dict[str, Any], first: dict[str, Any]) -> dict[str, Any]:
    def less(name: str) -> float | None:
        return None if row[name] is None or first[name] is None else row[name] - first[name]

    growth = None
    if row["unit_cost"] and first["unit_cost"]:
        growth = round(100 * (row["unit_cost"] / first["unit_cost"] - 1), 2)
    return {
        "award_slip_months": less("award"),
        "slip_months": less("first_delivery"),
        "quantity_change": less("quantity"),
        "unit_cost_growth_percent": growth,
    }


def restated_budgets(items: Sequence[LineItem]) -> pd.DataFrame:
    """
    Return what each budget year says of a line item's fiscal years (P-40): quantity, total and unit cost.

    Returns
    -------
    DataFrame
        One row a line item, fiscal year and budget year; money in dollars as printed; `quantity_change` and
        `unit_cost_growth_percent` against the first book that gives the fiscal year.
    """
    rows: list[dict[str, Any]] = []
    first: dict[tuple[str, str, int], dict[str, Any]] = {}
    for line in sorted(items, key=lambda own: (own.service, own.number, own.year or 0)):
        if line.year is None:
            continue
        total = MONEY.get(line.total_cost_unit, MONEY["Millions"])
        unit = MONEY.get(line.unit_cost_unit, MONEY["Millions"])
        summary = line.summary
        costs = summary.get("TotalCost") or summary.get("GrossWeaponSystemCost") or {}
        per_unit = summary.get("UnitCost") or summary.get("GrossWeaponSystemUnitCost") or {}
        for column, after in COLUMNS.items():
            figures = {
                "quantity": summary.get("Quantity", {}).get(column),
                "total_cost": _times(costs.get(column), total),
                "unit_cost": _times(per_unit.get(column), unit),
            }
            if all(value is None for value in figures.values()):
                continue
            row: dict[str, Any] = {"service": line.service, "line_item": line.number, "title": line.title}
            row |= {"fiscal_year": line.year + after, "budget_year": line.year} | figures
            before = first.setdefault((line.service, line.number, line.year + after), row)
            growth, change = None, None
            if row["unit_cost"] and before["unit_cost"]:
                growth = round(100 * (row["unit_cost"] / before["unit_cost"] - 1), 2)
            if row["quantity"] is not None and before["quantity"] is not None:
                change = row["quantity"] - before["quantity"]
            rows.append(row | {"quantity_change": change, "unit_cost_growth_percent": growth})
    order = ["service", "line_item", "fiscal_year", "budget_year"]
    frame = pd.DataFrame(rows)
    return frame.sort_values(order, ignore_index=True) if rows else frame


def _times(value: float | None, unit: float) -> float | None:
    return None if value is None else round(value * unit, 2)
