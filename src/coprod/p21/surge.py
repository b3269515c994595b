"""Which lines could surge, and how soon: months to replace units, and whether a plan fits its line."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.p21.calendar import month_name
from coprod.p21.orders import orders_of, start_of
from coprod.p21.reconcile import peak_of_twelve
from coprod.p21.tables import left_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod.p21.reconcile import Line

__all__ = ["Fit", "fit_of", "surge_table"]

_NUMBERS = 1e-9
_HALF = 0.5  # whole units are printed


#: A first delivery this many months sooner than award + lead time is a way of counting months, no conflict.
COUNTING = 1


@dataclass(frozen=True, slots=True)
class Fit:
    """
    How the book's own monthly plan fits the line's own maximum rate and lead time.

    Attributes
    ----------
    over
        Units by which the largest twelve months exceed the maximum rate of a year; 0 if they do not.
    late_units
        Units not delivered at the end of the plan's last month by a line that delivers no more than its
        maximum in any twelve months, and nothing ahead of the plan.
    late_months
        Months after that until they are.
    early_months
        Months by which the book's first delivery of a lot that is not under contract yet comes before its
        award + production lead time, at most over the lots.
    """

    over: float
    late_units: float
    late_months: int
    early_months: int

    @property
    def fits(self) -> bool:
        """Whether the plan fits both; one month is how months are counted."""
        return not self.over and self.early_months <= COUNTING


def fit_of(line: Line) -> Fit | None:
    """Return how a line's plan fits it; None where no maximum rate or no month is printed."""
    orders, _ = orders_of(line)
    deliveries, most = line.deliveries, line.rates.maximum
    if not most or not deliveries or not orders:
        return None
    early = 0
    for order in orders:
        if line.production_lead_time is not None and not order.under_contract:
            ready = order.award + ceil(line.production_lead_time[0] - _NUMBERS)
            early = max(early, ready - min(month for share in order.shares for month in share.months))
    over = peak_of_twelve(deliveries) - most
    if over <= _HALF:
        return Fit(0.0, 0.0, 0, early)
    late, months = _late(deliveries, most)
    return Fit(over, late, months, early)


def _late(deliveries: Mapping[int, float], most: float) -> tuple[float, int]:
    """Return units late after the last month of a plan, and months until they are delivered."""
    month, last = min(deliveries), max(deliveries)
    made: list[float] = []
    late = at_end = 0.0
    skipped = 0
    while month <= last or late > _NUMBERS:
        late += deliveries.get(month, 0.0)
        made.append(min(late, max(0.0, most - sum(made[-11:]))))
        late -= made[-1]
        if month == last:
            at_end = late
            # While units are late every twelve months make the maximum, and the year repeats itself.
            years = max(0, int(late // most) - 1)
            late, skipped = late - years * most, 12 * years
        month += 1
    return at_end, month - 1 - last + skipped


def surge_table(
    lines: Sequence[Line], *, units: float | None = None, studies: Mapping[int, str] | None = None
) -> pd.DataFrame:
    """
    Return one row a line: rates, lead times, months to replace units, and how its plan fits it.

    Parameters
    ----------
    lines
        Lines of one or several books.
    units
        Units to replace; default: the deliveries of the twelve months before the book's date, or else of the
        twelve from it on (column `basis` says which).
    studies
        Folder of the study made of a line, or why there is none, by the line's place in `lines`.

    Returns
    -------
    DataFrame
        Months to replace N units at a rate of R a year are ``12 N / R``; with the lead time before the first
        of them ``administrative + production lead time + 12 N / R``. Blank: the book does not say.
    """
    rows = [_row(line, units) for line in lines]
    for number, row in enumerate(rows):
        row["study"] = (studies or {}).get(number, "")
    return pd.DataFrame(rows)


def _row(line: Line, units: float | None) -> dict[str, Any]:
    book, rates = line.line.book, line.rates
    office, production = line.administrative_lead_time, line.production_lead_time
    lead = production[0] + (office[0] if office else 0.0) if production else None
    words = (("minimum", rates.minimum), ("economic", rates.economic), ("maximum", rates.maximum))
    replace, basis = _units(line, units)
    making = {name: 12 * replace / rate if rate and replace else None for name, rate in words}
    peak = peak_of_twelve(line.deliveries)
    fit = fit_of(line)
    cost = next((lot.unit_cost for lot in reversed(line.lots) if lot.unit_cost), None)
    return {
        "budget_year": book.year,
        "service": line.line.service,
        "line_item": line.line.number,
        "title": line.line.title,
        "exhibit": line.item.exhibit,
        "item": line.item.name,
        "maker": line.maker.name,
        "location": line.maker.location,
        "minimum_per_year": rates.minimum,
        "economic_per_year": rates.economic,
        "maximum_per_year": rates.maximum,
        "rates_printed": rates.stated_unit or "no unit",
        "administrative_months": office[0] if office else None,
        "production_months": production[0] if production else None,
        "order_to_first_delivery_months": lead,
        "replace_units": replace,
        "basis": basis,
        **{f"months_at_{name}": months for name, months in making.items()},
        **{
            f"replaced_after_{name}": months + lead if months is not None and lead is not None else None
            for name, months in making.items()
        },
        "peak_12_months": peak or None,
        "spare_per_year": max(0.0, rates.maximum - peak) if rates.maximum and peak else None,
        "plan_fits": "" if fit is None else "yes" if fit.fits else "no",
        "over_maximum_units": fit.over if fit else None,
        "late_units": fit.late_units if fit else None,
        "late_months": fit.late_months if fit else None,
        "early_months": fit.early_months if fit else None,
        "last_unit_cost": cost,
        "unit_cost_unit": line.line.unit_cost_unit if cost else "",
        "contradictions": len(line.contradictions),
        "no_study_because": left_out(line),
    }


def _units(line: Line, units: float | None) -> tuple[float | None, str]:
    if units is not None:
        return units, "as asked"
    start, deliveries = start_of(line), line.deliveries
    for first, word in ((start - 12, "last"), (start, "next")):
        found = sum(n for month, n in deliveries.items() if first <= month < first + 12)
        if found > 0:
            return found, f"{word} 12 months, {month_name(first)} to {month_name(first + 11)}"
    return None, ""
