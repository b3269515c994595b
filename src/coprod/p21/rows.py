"""The rows of a study as they are made from a book, each with the place its figures stand in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coprod.p21.calendar import first_day
from coprod.p21.orders import Assumption, is_foreign, start_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.p21.book import Place
    from coprod.p21.reconcile import Line

__all__ = ["ASSUMED", "Rows", "as_name"]

ASSUMED = "assumed"
_KEY_SIGNS = re.compile(r"[/;*]")


def as_name(text: str) -> str:
    """Return a text as a name of a study: without the signs that keys use."""
    return " ".join(_KEY_SIGNS.sub("-", text).split()) or "not named"


@dataclass
class Rows:
    """
    Rows by table, the assumptions they rest on, and the names taken.

    Attributes
    ----------
    lines
        The production lines the study is made of.
    rows
        Rows by table.
    assumptions
        What the book does not say.
    """

    lines: Sequence[Line]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    assumptions: list[Assumption] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    keys: set[tuple[str, str]] = field(default_factory=set)

    @property
    def start(self) -> int:
        """The study's first month."""
        return min(start_of(line) for line in self.lines)

    def add(self, table: str, place: Place | None, /, **row: Any) -> None:
        """Add a row with its source: a place in the book, or assumed."""
        if place is not None:
            row |= {"source": self.source(place), "confidence": row.get("confidence", "high")}
            where = ", ".join(part for part in (place.item, place.table, place.row) if part)
            row["note"] = "; ".join(part for part in (where, row.get("note", "")) if part)
        else:
            row |= {"source": ASSUMED, "confidence": "assumption"}
            self.once(
                "sources",
                ASSUMED,
                citation="Not in the book: assumed, the default is named in the row's note",
            )
        self.rows.setdefault(table, []).append({k: v for k, v in row.items() if v is not None})

    def once(self, table: str, key: str, /, **row: Any) -> None:
        """Add a row of `sources` unless it is there."""
        if (table, key) not in self.keys:
            self.keys.add((table, key))
            self.rows.setdefault(table, []).append({"source": key} | row)

    def source(self, place: Place) -> str:
        """Return the name of a place's exhibit among the sources."""
        book = next(line.line.book for line in self.lines if line.line.book.label == place.book)
        name = as_name(" ".join(f"{place.book} {place.line_item.split(' ')[0]} {place.exhibit}".split()))
        where = f"{place.book}, line item {place.line_item}, exhibit {place.exhibit}"
        citation = f"US Department of Defense budget of {book.year}, {where}"
        date = {"date": first_day(book.submission)} if book.submission is not None else {}
        self.once("sources", name, citation=citation, note=f"file {book.file}", **date)
        return name

    def assume(self, place: Place, missing: str, taken: str) -> None:
        """Note what the book does not say, and what is taken in its place."""
        self.assumptions.append(Assumption(place, missing, taken))

    def provenance(self, table: str, key: str, column: str, place: Place) -> None:
        """Add the place of one figure that stands elsewhere than the rest of its row."""
        where = ", ".join(part for part in (place.item, place.table, place.row) if part)
        source = self.source(place)
        row = {
            "table": table,
            "key": key,
            "column": column,
            "source": source,
            "confidence": "high",
            "note": where,
        }
        self.rows.setdefault("provenance", []).append(row)

    def name(self, text: str, more: str) -> str:
        """Return a name that no other item has."""
        name = as_name(text)
        if name in self.names:
            name = f"{name} ({as_name(more)})"
        number, first = 2, name
        while name in self.names:
            name, number = f"{first} {number}", number + 1
        self.names.add(name)
        return name

    def site(self, name: str, place: Place, **row: Any) -> None:
        """Add a site unless it is there."""
        if ("sites", name) not in self.keys:
            self.keys.add(("sites", name))
            self.add("sites", place, site=name, **row)

    def payer(self, customer: str, place: Place) -> None:
        """Add a customer as a payer unless it is there."""
        if ("payers", customer) not in self.keys:
            self.keys.add(("payers", customer))
            country = None if is_foreign(customer) else "United States"
            self.add("payers", place, payer=customer, country=country, currency="USD", fiscal_year_start=10)
