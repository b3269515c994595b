"""
Reads the XML of procurement justification books, one line item at a time.

Elements are known by their local names, so that a namespace or schema version other than the published ones
is read as well; what an element does not have is None. Only one line item is in memory: a book's size does
not matter, its largest line item does. Entities, external references and document types are refused
(defusedxml), for a book has none.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coprod.errors import BookError
from coprod.p21.book import Book, Item, LeadTimes, LineItem, Lot, Maker, Place, Remark, Schedule
from coprod.p21.calendar import parse_month
from coprod.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from coprod.p21.book import Columns

__all__ = ["MOST_DEPTH", "MOST_ELEMENTS", "MOST_LEAD_TIME", "MOST_YEARS", "read_book"]

#: Limits of one line item: the largest published ones have 15,000 elements and a depth of 21.
MOST_ELEMENTS = 1_000_000
MOST_DEPTH = 100
#: Years from the budget year, and months of a lead time, beyond which a figure is a slip of the pen.
MOST_YEARS = 30
MOST_LEAD_TIME = 180.0

#: What makes an item: its element and the exhibit that element belongs to.
_ITEMS = {"CostElement": "P-5", "Item": "P-40A", "APCostElement": "P-10"}
_MAKERS = {"Manufacturer", "P10Manufacturer"}
#: First bytes of files given by mistake, and what they are.
_MISTAKES = (
    (b"%PDF", "a PDF", "the book's XML is a file of its own, or attached to the PDF"),
    (b"PK\x03\x04", "a zip archive or an Office file", "unpack it and give the XML in it"),
    (b"\x1f\x8b", "a gzip archive", "unpack it and give the XML in it"),
    (b"\xd0\xcf\x11\xe0", "an old Office file", "give the book's XML"),
    (b"<!doctype html", "an HTML page", "give the book's XML itself, not the page that links to it"),
    (b"<html", "an HTML page", "give the book's XML itself, not the page that links to it"),
)


def _local(tag: Any) -> str:
    """Return an element's name without its namespace; comments have none."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def read_book(path: Path | str, *, progress: Progress | None = None) -> Iterator[LineItem]:
    """
    Read a book's line items in their order.

    Parameters
    ----------
    path
        The book's XML file.
    progress
        Told how many bytes are read.

    Yields
    ------
    LineItem
        Each as soon as it is read.

    Raises
    ------
    BookError
        If the file is no such XML, or is not well formed: the line items before the fault are yielded first.
    """
    from xml.etree.ElementTree import ParseError
    from xml.parsers.expat import ErrorString

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    path = Path(path)
    told = progress or Progress()
    with path.open("rb") as file:
        _refuse_mistakes(path.name, file.read(512))
        file.seek(0)
        size = path.stat().st_size
        reader = _Reader(path.name)
        try:
            # A document type is refused even without entities: no book has one.
            events = iterparse(file, events=("start", "end"), forbid_dtd=True)
            for event, element in events:
                if event == "start":
                    reader.start(element)
                elif (found := reader.end(element)) is not None:
                    yield found
                    told.step(file.tell(), size)
        except ParseError as error:
            line, column = error.position
            where = f"{path.name}, line {line}, column {column}"
            msg = f"{where}: XML that is not well formed ({ErrorString(error.code)}); {reader.so_far()}"
            raise BookError(msg) from error
        except DefusedXmlException as error:
            what = "a document type, an entity or an external reference"
            msg = f"{path.name}: {what}; a book has none, and they can do harm; {reader.so_far()}"
            raise BookError(msg) from error
    if not reader.count:
        msg = f"{path.name}: XML without a LineItem; needs a procurement justification book"
        raise BookError(msg)


def _refuse_mistakes(name: str, start: bytes) -> None:
    """
    Refuse what is no XML by its first bytes.

    Raises
    ------
    BookError
        With what it is, and what to give in its place.
    """
    plain = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, what, cure in _MISTAKES:
        if plain[: len(mark)].lower() == mark.lower():
            msg = f"{name}: {what}, no XML; {cure}"
            raise BookError(msg)
    utf16 = start[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if not plain:
        msg = f"{name}: an empty file; needs a book's XML"
        raise BookError(msg)
    if not utf16 and not plain.startswith(b"<"):
        msg = f"{name}: no XML (it does not begin with '<'); needs a book's XML"
        raise BookError(msg)


@dataclass
class _Reader:
    """Follows the parser: the way down to where it is, and the book's own data on it."""

    file: str
    way: list[Element] = field(default_factory=list)
    header: dict[str, str] = field(default_factory=dict)
    count: int = 0
    inside: int = 0  # depth of the line item that is being read, 0 outside
    elements: int = 0

    def so_far(self) -> str:
        return f"{self.count} line item{'s' if self.count != 1 else ''} before it were read"

    def start(self, element: Element) -> None:
        self.way.append(element)
        if len(self.way) > MOST_DEPTH:
            msg = f"{self.file}: elements nested more than {MOST_DEPTH} deep; {self.so_far()}"
            raise BookError(msg)
        if self.inside:
            self.elements += 1
            if self.elements > MOST_ELEMENTS:
                msg = f"{self.file}: a line item of more than {MOST_ELEMENTS:,} elements; {self.so_far()}"
                raise BookError(msg)
        elif _local(element.tag) == "LineItem":
            self.inside, self.elements = len(self.way), 0

    def end(self, element: Element) -> LineItem | None:
        depth = len(self.way)
        self.way.pop()
        if self.inside and depth > self.inside:
            return None
        found = None
        if self.inside:
            self.inside = 0
            self.count += 1
            found = _LineItemReader(self._book(element), element).read()
        elif self.way and _local(self.way[-1].tag) == "JustificationBook":
            self.header[_local(element.tag)] = (element.text or "").strip()
        # What is done with leaves the tree, or the whole book would stay in memory.
        if self.way:
            self.way[-1].remove(element)
        return found

    def _book(self, line: Element) -> Book:
        own = {_local(child.tag): (child.text or "").strip() for child in line}

        def value(*names: str) -> str:
            return next((v for name in names for v in (own.get(name), self.header.get(name)) if v), "")

        year = value("BudgetYear")
        return Book(
            file=self.file,
            year=int(year) if year.isdecimal() and len(year) == 4 else None,
            cycle=value("BudgetCycle") or "budget ",
            service=value("ServiceAgencyName"),
            appropriation=value("AppropriationNumber", "AppropriationCode"),
            submission=parse_month(value("SubmissionDate")),
        )


@dataclass
class _LineItemReader:
    """Turns one line item's element into the model, noting every figure that cannot be read."""

    book: Book
    element: Element
    remarks: list[Remark] = field(default_factory=list)
    place: Place = field(init=False)

    def read(self) -> LineItem:
        own = self.element
        number, title = _text(own, "LineItemNumber"), _text(own, "LineItemTitle")
        self.place = Place(self.book.label, f"{number} {title}".strip())
        summary = _child(own, "ResourceSummary")
        line = LineItem(
            book=self.book,
            number=number,
            title=title,
            service=_text(own, "ServiceAgencyName") or self.book.service,
            quantity_unit=own.get("quantityUnitName") or own.get("quantityUnits") or "",
            unit_cost_unit=own.get("unitCostUnits") or "",
            total_cost_unit=own.get("totalCostUnits") or "",
            rate_unit=own.get("manufacturerRateUnits") or "",
            summary=self._columns(summary, self.place.at("resource summary")) if summary is not None else {},
            items=tuple(self._items()),
            remarks=(),
        )
        return replace(line, remarks=tuple(self.remarks))

    def _items(self) -> Iterator[Item]:
        for element, end_item in _item_elements(self.element, ""):
            exhibit = _ITEMS[_local(element.tag)]
            name = _text(element, "Name") or _text(element, "Title") or end_item
            place = replace(self.place, exhibit=exhibit, item=name)
            lists = [e for e in element.iter() if _local(e.tag) in _MAKERS]
            makers = tuple(self._maker(maker, n, place) for n, maker in enumerate(lists, 1))
            if not makers:
                continue
            cost = next(
                (c for c in (_child(element, "Cost"), _child(element, "ResourceSummary")) if c is not None),
                None,
            )
            yield Item(
                exhibit=exhibit,
                end_item=end_item,
                name=name,
                cost=self._columns(cost, place.at("cost")) if cost is not None else {},
                makers=makers,
                prior_deliveries=self._number(element, "AllPriorYearsDeliveries", place.at("cost")),
            )

    def _maker(self, element: Element, number: int, place: Place) -> Maker:
        name = _text(element, "Name")
        at = place.at("manufacturer", name)
        lots: list[Lot] = []
        seen: Counter[str] = Counter()
        for history in _children(_child(element, "HistoryPlanningList")):
            lot = self._lot(history, place, name)
            seen[lot.name] += 1
            lots.append(replace(lot, number=seen[lot.name]))
        return Maker(
            name=name,
            location=_text(element, "Location"),
            minimum=self._rate(element, "MinimumSustainingRate", at),
            economic=self._rate(element, "Rate185", at),
            maximum=self._rate(element, "MaximumProductionRate", at),
            initial=self._lead_times(_child(element, "InitialQuantity"), at),
            reorder=self._lead_times(_child(element, "ReorderQuantity"), at),
            lots=tuple(lots),
            footnotes=tuple(dict.fromkeys(note for e in element for note in (e.get("footnote"),) if note)),
            number=number,
        )

    def _rate(self, element: Element, name: str, place: Place) -> float | None:
        value = self._number(element, name, place)
        if value is None or value >= 0:
            return value
        self.remarks.append(Remark(place, f"{name} {value:g} is below zero; it was left out"))
        return None

    def _lead_times(self, element: Element | None, place: Place) -> LeadTimes:
        if element is None:
            return LeadTimes()

        def months(name: str) -> float | None:
            value = self._number(element, name, place)
            if value is None or 0 <= value <= MOST_LEAD_TIME:
                return value
            text = f"{name} {value:g} is not between 0 and {MOST_LEAD_TIME:g} months; it was left out"
            self.remarks.append(Remark(place, text))
            return None

        return LeadTimes(
            before=months("AdminLeadTimeBeforeOct1InMonths"),
            after=months("AdminLeadTimeAfterOct1InMonths"),
            production=months("ProductionLeadTimeAfterOct1InMonths"),
            total=months("TotalLeadTimeAfterOct1InMonths"),
        )

    def _lot(self, element: Element, place: Place, maker: str) -> Lot:
        year = _text(element, "FiscalYear")
        at = place.at("lots", f"{maker} FY{year}")
        lists = _children(_child(element, "MonthlyDeliveryScheduleList"))
        total = _child(element, "MonthlyDeliveryScheduleTotal")
        known = year.isdecimal() and len(year) == 4 and self._near(int(year))
        if year and not known:
            self.remarks.append(Remark(at, f"fiscal year {year!r} is none of about then; it was left out"))
        named = _child(element, "FiscalYear")
        return Lot(
            fiscal_year=int(year) if known else None,
            oco=_text(element, "OCO").lower() == "true",
            quantity=self._number(element, "Quantity", at),
            unit_cost=self._number(element, "UnitCost", at),
            award=self._month(element, "AwardDate", at),
            first=self._month(element, "FirstDeliveryDate", at),
            method=_text(element, "ContractMethod"),
            kind=_text(element, "ContractType"),
            rfp=self._month(element, "RFPIssueDate", at),
            vehicle=_text(element, "FundingVehicle"),
            schedules=tuple(self._schedule(e, at) for e in lists),
            total=self._schedule(total, at) if total is not None else None,
            footnote=(named.get("footnote") or "") if named is not None else "",
        )

    def _schedule(self, element: Element, place: Place) -> Schedule:
        customer = _text(element, "ServiceAgencyName")
        at = place.at("monthly deliveries", f"{place.row} {customer or 'total'}")
        months: list[tuple[int, float]] = []
        for cell in _children(_child(element, "MonthlyDeliveryList")):
            month = self._month(cell, "Month", at)
            units = self._number(cell, "Amount", at)
            if month is not None and units is not None:
                months.append((month, units))
        return Schedule(
            customer=customer,
            suffix=_text(element, "ServiceAgencySuffix"),
            quantity=self._number(element, "ProcQuantity", at),
            accepted=self._number(element, "AcceptedBeforeOct1", at),
            months=tuple(months),
        )

    def _columns(self, element: Element, place: Place) -> Columns:
        """Return figures by measure and column; the exhibits nest them either way round."""
        table: dict[str, dict[str, float]] = {}
        for outer in element:
            for inner in outer:
                one, other = _local(outer.tag), _local(inner.tag)
                measure, column = (other, one) if _is_column(one) else (one, other)
                if not _is_column(column) or len(inner):
                    continue
                value = self._value((inner.text or "").strip(), column, place.at(place.table, measure))
                if value is not None:
                    table.setdefault(measure, {})[column] = value
        return table

    def _number(self, element: Element, name: str, place: Place) -> float | None:
        return self._value(_text(element, name), name, place)

    def _value(self, text: str, name: str, place: Place) -> float | None:
        if not text:
            return None
        try:
            value = float(text.replace(",", "").removeprefix("$"))
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or "_" in text:
            self.remarks.append(Remark(place, f"{name} {text[:40]!r} is no number; it was left out"))
            return None
        return value

    def _month(self, element: Element, name: str, place: Place) -> int | None:
        text = _text(element, name)
        month = parse_month(text) if text else None
        if text and month is None:
            self.remarks.append(Remark(place, f"{name} {text[:40]!r} is no month; it was left out"))
        if month is None or self._near(month // 12):
            return month
        far = f"{name} {text[:40]!r} is more than {MOST_YEARS} years from the budget year; it was left out"
        self.remarks.append(Remark(place, far))
        return None

    def _near(self, year: int) -> bool:
        return self.book.year is None or abs(year - self.book.year) <= MOST_YEARS


def _is_column(name: str) -> bool:
    return name in {"AllPriorYears", "ToComplete", "Total", "PriorYear", "CurrentYear"} or name.startswith(
        "BudgetYear"
    )


def _item_elements(element: Element, end_item: str) -> Iterator[tuple[Element, str]]:
    """Yield the innermost elements that hold makers as an item, each with the end item's name around it."""
    for child in element:
        name = _local(child.tag)
        if name in _ITEMS:
            yield child, end_item
            continue
        below = _text(child, "Name") if name == "P5Item" else end_item
        yield from _item_elements(child, below)


def _children(element: Element | None) -> list[Element]:
    return list(element) if element is not None else []


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if _local(child.tag) == name), None)


def _text(element: Element, name: str) -> str:
    child = _child(element, name)
    return " ".join((child.text or "").split()) if child is not None else ""
