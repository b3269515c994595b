"""A line's lots as orders: which are under contract at the book's date, who gets how many units and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.p21.book import lot_row
from coprod.p21.calendar import month_name, october

if TYPE_CHECKING:
    from coprod.p21.book import Lot, Place, Schedule
    from coprod.p21.reconcile import Line

__all__ = [
    "DEFAULT_LEAD_TIME",
    "DEFAULT_SPAN",
    "Assumption",
    "Order",
    "Share",
    "is_foreign",
    "lead_times",
    "orders_of",
    "start_of",
]

#: Production lead time in months where a line states none and its lots do not show one: the median of the
#: initial production lead times of 4,847 items in the budgets of 2013 to 2017.
DEFAULT_LEAD_TIME = 12.0
#: Months over which a lot without a month table is delivered, in equal parts from its first delivery on.
DEFAULT_SPAN = 12


@dataclass(frozen=True, slots=True)
class Assumption:
    """What the book does not say, and what was taken in its place."""

    place: Place
    missing: str
    taken: str


@dataclass(frozen=True, slots=True)
class Share:
    """What one customer gets of a lot: units by month."""

    customer: str
    months: dict[int, float]
    place: Place

    @property
    def units(self) -> float:
        """Units in all."""
        return sum(self.months.values())


@dataclass(frozen=True, slots=True)
class Order:
    """A lot with its award month and its customers' shares."""

    lot: Lot
    award: int
    under_contract: bool
    shares: tuple[Share, ...]

    @property
    def units(self) -> float:
        """Units over all customers."""
        return sum(share.units for share in self.shares)


def is_foreign(customer: str) -> bool:
    """Whether a customer's units are foreign orders (foreign military sales)."""
    words = customer.lower()
    return "foreign" in words or words.split(" ")[0] == "fms"


def start_of(line: Line) -> int:
    """Return the month of the study: that of the book's submission, else February before its budget year."""
    book = line.line.book
    if book.submission is not None:
        return book.submission
    return ((book.year or 2000) - 1) * 12 + 1


def lead_times(line: Line) -> tuple[float, float, list[Assumption]]:
    """
    Return administrative and production lead time in months, and what was assumed for them.

    Where no production lead time is printed: the longest time from award to first delivery of the line's own
    lots, else `DEFAULT_LEAD_TIME`. Where no administrative one is: 0.
    """
    assumed: list[Assumption] = []
    place = line.place().at("manufacturer", line.maker.name)
    stated, office = line.production_lead_time, line.administrative_lead_time
    if stated is not None:
        months = stated[0]
    else:
        spans = [
            lot.first - lot.award for lot in line.lots if lot.first is not None and lot.award is not None
        ]
        months = float(max(spans, default=0))
        taken = f"{months:g} months, the longest time from award to first delivery of the lots"
        if months <= 0:
            months = DEFAULT_LEAD_TIME
            taken = (
                f"{months:g} months (DEFAULT_LEAD_TIME: median of 4,847 items of the budgets 2013 to 2017)"
            )
        assumed.append(Assumption(place, "production lead time", taken))
    if office is None:
        assumed.append(Assumption(place, "administrative lead time after 1 October", "0 months"))
    return (office[0] if office else 0.0), months, assumed


def orders_of(line: Line) -> tuple[list[Order], list[Assumption]]:
    """
    Return a line's lots as orders in order of award, and what was assumed of them.

    A lot awarded in the month of the book's submission or before is under contract. Months stand as printed;
    a customer's quantity without months is spread over `DEFAULT_SPAN` months from the lot's first delivery.
    """
    office, production, _ = lead_times(line)
    orders: list[Order] = []
    assumed: list[Assumption] = []
    for lot in line.lots:
        where = line.place().at("lots", lot.name)
        award = lot.award
        if award is None and lot.fiscal_year is not None:
            award = october(lot.fiscal_year) + max(0, int(office) - 1)
            taken = f"{month_name(award)}: administrative lead time counted from October as month 1"
            assumed.append(Assumption(where, "award date", taken))
        if award is None:
            assumed.append(Assumption(where, "award date and fiscal year", "the lot is left out"))
            continue
        first = lot.first if lot.first is not None else award + int(production)
        shares = _shares(line, lot, max(first, award), assumed)
        if shares:
            orders.append(Order(lot, award, award <= start_of(line), shares))
        else:
            assumed.append(Assumption(where, "a quantity above 0", "the lot is left out"))
    return sorted(orders, key=lambda order: (order.award, order.lot.name)), assumed


def _shares(line: Line, lot: Lot, first: int, assumed: list[Assumption]) -> tuple[Share, ...]:
    """Return who gets what of a lot; several rows of one customer (base and OCO) are one share."""
    months_of: dict[str, dict[int, float]] = {}
    places: dict[str, Place] = {}
    for schedule in lot.schedules:
        months = {m: u for m, u in schedule.months if u > 0}
        left = schedule.quantity or 0.0
        if not months and left > 0 and not schedule.accepted:
            months = _evenly(line, lot, left, first, assumed, schedule)
        own = months_of.setdefault(schedule.customer, {})
        for month, units in months.items():
            own[month] = own.get(month, 0.0) + units
        places.setdefault(schedule.customer, line.place().at("monthly deliveries", lot_row(lot, schedule)))
    if not lot.schedules and lot.quantity:
        service = line.line.service
        months_of[service] = _evenly(line, lot, lot.quantity, first, assumed, None)
        places[service] = line.place().at("lots", lot.name)
    return tuple(Share(who, dict(sorted(m.items())), places[who]) for who, m in months_of.items() if m)


def _evenly(
    line: Line, lot: Lot, units: float, first: int, assumed: list[Assumption], schedule: Schedule | None
) -> dict[int, float]:
    where = line.place().at("monthly deliveries", lot_row(lot, schedule))
    taken = (
        f"{units:g} units in equal parts over {DEFAULT_SPAN} months from {month_name(first)} (DEFAULT_SPAN)"
    )
    assumed.append(Assumption(where, "months of delivery", taken))
    return {first + k: units / DEFAULT_SPAN for k in range(DEFAULT_SPAN)}
