"""
Figures of a book that contradict each other, both places named, and the rule that resolves each.

Nothing is averaged: one of the two figures is taken as it stands, or one is left out. The rules:

- unit of rates: what the exhibit says, per month or per year. "Monthly" is read as yearly where another
  budget year prints the same numbers for the line as yearly, or where twelve times the maximum is more than
  ten times the largest twelve months of deliveries; but not where those are more than twice the yearly
  reading. Where no unit is printed (the books of 2014) it is yearly, unless the deliveries of one of the
  line item's items are more than twice that.
- months against quantity: the month table says when, and so how many have a date; what it holds more or less
  than the procured quantity is left out.
- first delivery: the first month with units, not the date stated beside the lot.
- delivery before award: nothing may be delivered before its award; such a need stays due and is late.
- rates out of order, peaks above the maximum: the rates stand, and the plan shows what follows.
- total lead time: the two parts, not the total.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coprod.p21.book import lot_row
from coprod.p21.calendar import month_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coprod.p21.book import Item, LineItem, Lot, Maker, Place, Schedule

__all__ = ["KINDS", "Contradiction", "Line", "Rates", "lines_of", "peak_of_twelve"]

#: A maximum rate of more than this many times the largest twelve months is reported.
FAR_ABOVE_PEAK = 50.0
#: A "monthly" rate this many times the largest twelve months is read as yearly, if that still covers them.
MONTHLY_ABOVE_PEAK = 10.0
#: Deliveries of a year above this many times a maximum rate show that the rate is no yearly one.
NOT_YEARLY = 2.0
_UNITS = 0.5  # whole units are printed: half of one is no difference

#: Kinds of contradictions, as tables show them.
KINDS = {
    "months against quantity": "the months stand; what they hold more or less than the quantity is left out",
    "total row against customers": "the customers' rows stand; the total row is only compared",
    "customers against lot": "the customers' rows stand; the lot's own quantity is only compared",
    "first delivery against months": "the first month with units stands",
    "delivery before award": "nothing is delivered before its award: the need stays due, and is late",
    "first delivery before award": "the award stands; the stated first delivery is not used",
    "peak above maximum": "both stand: the plan shows how late the line's maximum rate makes the deliveries",
    "maximum far above peak": "the maximum stands, with low confidence",
    "monthly rate read as yearly": "the same numbers per year",
    "rates out of order": "each rate stands as printed; a sustaining rate above the maximum is left out",
    "total lead time against its parts": "its parts stand; the total is only compared",
    "negative figure": "left out",
}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two figures that cannot both be right: where each stands, what it says, and what was done."""

    kind: str
    first_place: Place
    first: str
    second_place: Place
    second: str
    amount: float | None = None

    @property
    def rule(self) -> str:
        """What was done."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates in units a year; None: not stated, or 0."""

    minimum: float | None
    economic: float | None
    maximum: float | None
    stated_unit: str
    unit: str


@dataclass(frozen=True, slots=True)
class Line:
    """
    One production line: an item at one maker, its figures made consistent.

    Attributes
    ----------
    line, item, maker
        What the book says.
    lots
        Its lots, negative figures left out.
    rates
        Per year.
    contradictions
        Everything found.
    """

    line: LineItem
    item: Item
    maker: Maker
    lots: tuple[Lot, ...]
    rates: Rates
    contradictions: tuple[Contradiction, ...]

    @property
    def name(self) -> str:
        """The item's name, with the maker's number where it has several."""
        several = len(self.item.makers) > 1
        return f"{self.item.name} ({self.maker.name} {self.maker.number})" if several else self.item.name

    def place(self, exhibit: str = "") -> Place:
        """Return where the line stands."""
        return self.line.place(exhibit or self.item.exhibit, self.item.name)

    @property
    def production_lead_time(self) -> tuple[float, str] | None:
        """
        Production lead time in months, and which: the reorder's where one is stated, else the initial one.

        Lines in a book were running, mostly; a 0 is how the exhibits leave a lead time blank.
        """
        for kind, times in (("reorder", self.maker.reorder), ("initial", self.maker.initial)):
            if times.production:
                return times.production, kind
        return None

    @property
    def administrative_lead_time(self) -> tuple[float, str] | None:
        """Administrative lead time after 1 October, in months, of the row of the production lead time."""
        kind = self.production_lead_time[1] if self.production_lead_time else ""
        for own, times in (("reorder", self.maker.reorder), ("initial", self.maker.initial)):
            if times.after and own == (kind or own):
                return times.after, own
        return None

    @property
    def deliveries(self) -> dict[int, float]:
        """Units by month over all lots and customers."""
        months: dict[int, float] = {}
        for lot in self.lots:
            for month, units in lot.deliveries.items():
                months[month] = months.get(month, 0.0) + units
        return dict(sorted(months.items()))


def lines_of(items: Sequence[LineItem]) -> list[Line]:
    """
    Return every production line of some line items, its figures compared and made consistent.

    Parameters
    ----------
    items
        Line items; those of other budget years settle the unit of rates too.
    """
    found = [_line(line, item, maker) for line in items for item in line.items for maker in item.makers]
    yearly = {(*_rate_key(own), own.line.year) for own in found if own.rates.stated_unit == "Yearly"}
    monthly = {id(own.line) for own in found if not own.rates.stated_unit and not _could_be_yearly(own)}
    return [_with_unit(own, yearly, monthly=id(own.line) in monthly) for own in found]


def _could_be_yearly(own: Line) -> bool:
    return not own.maker.maximum or peak_of_twelve(own.deliveries) <= NOT_YEARLY * own.maker.maximum


def _rate_key(own: Line) -> tuple[object, ...]:
    maker = own.maker
    return own.line.service, own.line.number, own.maker.name, maker.minimum, maker.economic, maker.maximum


def peak_of_twelve(deliveries: dict[int, float]) -> float:
    """Return the most units in any twelve months on end."""
    twelve = lambda first: sum(units for m, units in deliveries.items() if first <= m < first + 12)  # noqa: E731
    return max(map(twelve, deliveries), default=0.0)


def _line(line: LineItem, item: Item, maker: Maker) -> Line:
    place = line.place(item.exhibit, item.name)
    found: list[Contradiction] = []
    lots = tuple(_without_negatives(lot, place, found) for lot in maker.lots)
    for lot in lots:
        found += _of_lot(lot, line, place)
    for kind, times in (("initial", maker.initial), ("reorder", maker.reorder)):
        parts = (times.after or 0.0) + (times.production or 0.0)
        if times.total is not None and abs(times.total - parts) > 1e-6:
            at = place.at("manufacturer", f"{maker.name} {kind}")
            text = f"{times.after or 0:g} + {times.production or 0:g} = {parts:g} months"
            found.append(
                Contradiction("total lead time against its parts", at, text, at, f"total {times.total:g}")
            )
    return Line(
        line, item, maker, lots, Rates(None, None, None, line.rate_unit, line.rate_unit), tuple(found)
    )


def _with_unit(own: Line, yearly: set[tuple[object, ...]], *, monthly: bool) -> Line:
    """Settle the unit of the rates, then compare them with each other and with the deliveries."""
    maker, found = own.maker, list(own.contradictions)
    at = own.place("P-21").at("manufacturer", maker.name)
    months = own.place("P-21").at("monthly deliveries", "any twelve months")
    peak, stated = peak_of_twelve(own.deliveries), own.rates.stated_unit
    unit = stated or ("Monthly" if monthly else "Yearly")
    if stated == "Monthly" and maker.maximum and _could_be_yearly(own):
        others = [y for *key, y in yearly if tuple(key) == _rate_key(own) and y != own.line.year]
        second, said = months, f"at most {peak:g} units a year"
        if others:
            second, said = (
                replace(at, book=f"budget year {max(map(str, others))}"),
                "the same numbers, Yearly",
            )
        if others or (peak and 12 * maker.maximum > MONTHLY_ABOVE_PEAK * peak):
            unit = "Yearly"
            first = f"maximum {maker.maximum:g}, Monthly"
            found.append(Contradiction("monthly rate read as yearly", at, first, second, said))
    factor = 12.0 if unit == "Monthly" else 1.0
    in_year = [factor * rate if rate else None for rate in (maker.minimum, maker.economic, maker.maximum)]
    rates = Rates(in_year[0], in_year[1], in_year[2], stated, unit)
    most = rates.maximum
    if most and peak > most + _UNITS:
        found.append(
            Contradiction(
                "peak above maximum", at, f"maximum {most:g} a year", months, f"{peak:g} units", peak - most
            )
        )
    # Compared as printed, before the unit was settled: so the exhibit stands there.
    printed = (maker.maximum or 0.0) * (12.0 if stated == "Monthly" else 1.0)
    if peak and printed > FAR_ABOVE_PEAK * peak:
        said = f"maximum {printed:g} a year as printed"
        found.append(
            Contradiction("maximum far above peak", at, said, months, f"{peak:g} units", printed / peak)
        )
    order = [r for r in (rates.minimum, rates.economic, rates.maximum) if r]
    if order != sorted(order):
        words = ", ".join(f"{r:g}" if r else "-" for r in (rates.minimum, rates.economic, rates.maximum))
        said = f"minimum, economic, maximum: {words}"
        found.append(Contradiction("rates out of order", at, said, at, "needs to rise"))
    if rates.minimum and most and rates.minimum > most:
        rates = replace(rates, minimum=None)
    return replace(own, rates=rates, contradictions=tuple(found))


def _without_negatives(lot: Lot, place: Place, found: list[Contradiction]) -> Lot:
    """Leave out quantities below zero, which are corrections of earlier books."""

    def dropped(schedule: Schedule) -> Schedule:
        kept = tuple((month, units) for month, units in schedule.months if units >= 0)
        for month, units in schedule.months:
            if units < 0:
                at = place.at("monthly deliveries", lot_row(lot, schedule, month))
                found.append(
                    Contradiction("negative figure", at, f"{units:g} units", at, "at least 0", units)
                )
        return replace(schedule, months=kept)

    quantity = lot.quantity
    if quantity is not None and quantity < 0:
        at = place.at("lots", lot.name)
        found.append(Contradiction("negative figure", at, f"{quantity:g} units", at, "at least 0", quantity))
        quantity = None
    return replace(lot, quantity=quantity, schedules=tuple(map(dropped, lot.schedules)))


def _of_lot(lot: Lot, line: LineItem, place: Place) -> Iterator[Contradiction]:
    """Compare a lot's figures with each other."""
    where = place.at("lots", lot.name)
    for schedule in lot.schedules:
        yield from _sums(lot, schedule, place)
    if lot.total is not None:
        yield from _sums(lot, lot.total, place)
        stated = lot.total.quantity
        rows = sum(s.quantity or 0.0 for s in lot.schedules)
        if stated is not None and abs(stated - rows) > _UNITS:
            at = place.at("monthly deliveries", f"{lot.name} total")
            second = place.at("monthly deliveries", lot.name)
            yield Contradiction(
                "total row against customers", at, f"{stated:g}", second, f"{rows:g}", rows - stated
            )
    own = [s.quantity for s in lot.schedules if s.customer == line.service and s.quantity is not None]
    if own and lot.quantity is not None and abs(sum(own) - lot.quantity) > _UNITS:
        at = place.at("monthly deliveries", f"{lot.name} {line.service}")
        more = sum(own) - lot.quantity
        yield Contradiction(
            "customers against lot", at, f"{sum(own):g}", where, f"quantity {lot.quantity:g}", more
        )
    deliveries = lot.deliveries
    if lot.award is not None and lot.first is not None and lot.first < lot.award:
        text, months = f"award {month_name(lot.award)}", f"first delivery {month_name(lot.first)}"
        yield Contradiction("first delivery before award", where, text, where, months, lot.first - lot.award)
    if not deliveries:
        return
    first = min(deliveries)
    at = place.at("monthly deliveries", lot_row(lot, None, first))
    if lot.award is not None and first < lot.award:
        units = sum(u for m, u in deliveries.items() if m < lot.award)
        early = f"{units:g} units from {month_name(first)}"
        yield Contradiction(
            "delivery before award", at, early, where, f"award {month_name(lot.award)}", first - lot.award
        )
    if lot.first is not None and lot.first != first and not any(s.accepted for s in lot.schedules):
        text = f"first units {month_name(first)}"
        stated_first = f"first delivery {month_name(lot.first)}"
        yield Contradiction("first delivery against months", at, text, where, stated_first, first - lot.first)


def _sums(lot: Lot, schedule: Schedule, place: Place) -> Iterator[Contradiction]:
    if schedule.quantity is None or not schedule.months:
        return
    counted = schedule.delivered + (schedule.accepted or 0.0)
    if abs(counted - schedule.quantity) > _UNITS:
        name = schedule.who or "total"
        at = place.at("monthly deliveries", f"{lot.name} {name}")
        text = f"months {schedule.delivered:g} + accepted {schedule.accepted or 0:g}"
        more = counted - schedule.quantity
        yield Contradiction("months against quantity", at, text, at, f"procured {schedule.quantity:g}", more)
