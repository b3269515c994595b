"""What a procurement justification book says: line items, items, makers, lots and months, as printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from coprod.p21.calendar import month_name

__all__ = [
    "COLUMNS",
    "MONEY",
    "Book",
    "Columns",
    "Item",
    "LeadTimes",
    "LineItem",
    "Lot",
    "Maker",
    "Place",
    "Remark",
    "Schedule",
    "lot_row",
]

#: Budget columns that are one fiscal year: years after the budget year.
COLUMNS = {
    "PriorYear": -2,
    "CurrentYear": -1,
    "BudgetYearOne": 0,
    "BudgetYearTwo": 1,
    "BudgetYearThree": 2,
    "BudgetYearFour": 3,
    "BudgetYearFive": 4,
}
#: Dollars in a unit of money, as the attributes name it.
MONEY = {"Dollars": 1.0, "Thousands": 1e3, "Millions": 1e6, "Billions": 1e9}

#: The exhibit that prints a table, whatever exhibit its item belongs to.
_EXHIBITS = {
    "lots": "P-5a",
    "monthly deliveries": "P-21",
    "manufacturer": "P-21",
    "resource summary": "P-40",
}

#: A measure (Quantity, TotalCost, UnitCost …) and its figure by budget column, in the book's units.
Columns = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands: book, line item, exhibit (with the item in it), table and row."""

    book: str
    line_item: str = ""
    exhibit: str = ""
    item: str = ""
    table: str = ""
    row: str = ""

    def at(self, table: str, row: str = "") -> Place:
        """Return a place in one of the tables, in the exhibit that prints it."""
        return replace(self, exhibit=_EXHIBITS.get(table, self.exhibit), table=table, row=row)

    def __str__(self) -> str:
        parts = (self.book, self.line_item, self.exhibit, self.item, self.table, self.row)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Remark:
    """A figure that was not taken as it stands, or left out, and why."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class LeadTimes:
    """Lead times in months: administrative before and after 1 October, production, total; None: not there."""

    before: float | None = None
    after: float | None = None
    production: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """One customer's monthly deliveries of a lot; months as counts, in the book's order."""

    customer: str
    suffix: str
    quantity: float | None
    accepted: float | None
    months: tuple[tuple[int, float], ...]

    @property
    def who(self) -> str:
        """Customer and suffix (such as OCO)."""
        return f"{self.customer} {self.suffix}".strip()

    @property
    def delivered(self) -> float:
        """Units in the months listed."""
        return sum(units for _, units in self.months)


@dataclass(frozen=True, slots=True)
class Lot:
    """One contract lot (P-5a) with its monthly deliveries (P-21). Unit cost is in the line item's unit."""

    fiscal_year: int | None
    oco: bool
    quantity: float | None
    unit_cost: float | None
    award: int | None
    first: int | None
    method: str
    kind: str
    rfp: int | None
    vehicle: str
    schedules: tuple[Schedule, ...]
    total: Schedule | None
    footnote: str = ""
    number: int = 1

    @property
    def name(self) -> str:
        """Name of the lot among its maker's: FY2017, FY2017 OCO, FY2017 (2)."""
        year = f"FY{self.fiscal_year}" if self.fiscal_year is not None else "lot"
        return f"{year}{' OCO' if self.oco else ''}{f' ({self.number})' if self.number > 1 else ''}"

    @property
    def deliveries(self) -> dict[int, float]:
        """Units by month over all customers (the stated total is not used)."""
        months: dict[int, float] = {}
        for schedule in self.schedules:
            for month, units in schedule.months:
                months[month] = months.get(month, 0.0) + units
        return {month: units for month, units in sorted(months.items()) if units > 0}


@dataclass(frozen=True, slots=True)
class Maker:
    """One manufacturer of an item; rates are in the line item's unit. Exhibits print 0 for a blank."""

    name: str
    location: str
    minimum: float | None
    economic: float | None
    maximum: float | None
    initial: LeadTimes
    reorder: LeadTimes
    lots: tuple[Lot, ...]
    footnotes: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Item:
    """An item with its own makers: a cost element of a P-5, an item of a P-40A, an element of a P-10."""

    exhibit: str
    end_item: str
    name: str
    cost: Columns
    makers: tuple[Maker, ...]
    prior_deliveries: float | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """A book's own data: file, budget year and cycle, service, appropriation."""

    file: str
    year: int | None
    cycle: str
    service: str
    appropriation: str
    submission: int | None

    @property
    def label(self) -> str:
        """Short name, such as ``PB2017 Air Force 3020F``."""
        return " ".join(
            part for part in (f"{self.cycle}{self.year or ''}", self.service, self.appropriation) if part
        )


@dataclass(frozen=True, slots=True)
class LineItem:
    """One line of the budget: what the exhibit P-40 says of it, and its items."""

    book: Book
    number: str
    title: str
    service: str
    quantity_unit: str
    unit_cost_unit: str
    total_cost_unit: str
    rate_unit: str
    summary: Columns
    items: tuple[Item, ...]
    remarks: tuple[Remark, ...]

    @property
    def year(self) -> int | None:
        """Budget year."""
        return self.book.year

    def place(self, exhibit: str = "", item: str = "") -> Place:
        """Return where the line item, or an exhibit of it, stands."""
        return Place(self.book.label, f"{self.number} {self.title}".strip(), exhibit, item)


def lot_row(lot: Lot, schedule: Schedule | None = None, month: int | None = None) -> str:
    """Return the row of a lot's table in words."""
    when = month_name(month) if month is not None else ""
    return " ".join(part for part in (lot.name, schedule.who if schedule else "", when) if part)
