"""What chapters are made of: figures, tables and paragraphs, before any HTML."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Cell",
    "Chapter",
    "Column",
    "DataTable",
    "Drawing",
    "Figure",
    "Panel",
    "Row",
    "Series",
    "Table",
    "numbered",
]


@dataclass(frozen=True, slots=True)
class Series:
    """What the crosshair of a time chart reads: positions, labels, and values per series."""

    domain: tuple[float, float]
    x: Sequence[float]
    label: Sequence[str]
    series: Sequence[Mapping[str, Any]]

    def data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"domain": self.domain, "x": self.x, "label": self.label, "series": list(self.series)}


@dataclass(frozen=True, slots=True)
class Drawing:
    """
    One chart: its Vega-Lite specification drawn wide and narrow.

    Attributes
    ----------
    name
        Unique on the page.
    wide, narrow
        Specifications; without `wide` the narrow one serves for both.
    alt
        What it shows, in words.
    series
        For the crosshair; None where there is none.
    """

    name: str
    wide: Mapping[str, Any] | None
    narrow: Mapping[str, Any]
    alt: str
    series: Series | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A drawing with a heading of its own, among others of one figure."""

    title: str
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class DataTable:
    """The numbers of a chart; the first column heads the rows."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: title (a finding), subtitle (what is drawn, unit, option), drawings, note and data."""

    name: str
    title: str
    subtitle: str
    drawings: Sequence[Drawing] = ()
    panels: Sequence[Panel] = ()
    data: DataTable | None = None
    key: Sequence[tuple[str, str]] = ()
    note: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column: its head; `style` r is right-aligned, nw does not wrap."""

    head: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with a second line, a colour chip, a bar, dots of confidence or the accent."""

    text: str
    small: str = ""
    chip: str = ""
    late: bool = False
    strong: bool = False
    dots: int | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row; `style` pick is the option under discussion, low an assumption, total a sum."""

    cells: Sequence[str | Cell]
    style: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table of the page.

    Attributes
    ----------
    kind
        ``register``: cards on a phone; ``compare``: transposed there, the rows as columns.
    """

    name: str
    caption: str
    subtitle: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    kind: str = "register"
    note: str = ""
    short: Sequence[str] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: question, paragraphs, one thing to do at most, figures, tables; an annex has a `label`."""

    number: int
    question: str
    paragraphs: Sequence[str]
    parts: Sequence[Figure | Table]
    summary: str
    todo: str = ""
    also: Sequence[str] = field(default_factory=tuple)
    label: str = ""

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return f"c{self.number}"


def numbered(groups: Sequence[Sequence[Figure | Table]]) -> list[list[Figure | Table]]:
    """Number figures and tables through the page, each on its own."""
    figures = tables = 0
    found: list[list[Figure | Table]] = []
    for group in groups:
        own: list[Figure | Table] = []
        for part in group:
            if isinstance(part, Figure):
                figures += 1
                own.append(replace(part, number=figures))
            else:
                tables += 1
                own.append(replace(part, number=tables))
        found.append(own)
    return found


def plain(text: str | Cell) -> str:
    """Return a cell's text without markup."""
    return Markup(str(text)).striptags()  # only to take the tags out
