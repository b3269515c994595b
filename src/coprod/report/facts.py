"""
Numbers in sentences, each with the cells it comes from.

A sentence takes no bare number: it takes a `Fact`, which remembers table, column, rows and how the cells were
put together, so that a test (or a doubting reader) can work every one out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Cells", "Fact", "How", "derived", "resolve"]

How = Literal[
    "cell", "sum", "min", "max", "count", "distinct", "last", "months", "difference", "share", "total"
]

MONTH_DAYS = 365.25 / 12.0


@dataclass(frozen=True, slots=True)
class Fact:
    """
    A value and where it comes from.

    Attributes
    ----------
    value
        The number or date (a Timestamp, NaT for none).
    table, column
        Of the results, or of the study where `source` says so; "" for a value made of other facts.
    rows
        Positions of the rows in the table.
    how
        How the cells (or `parts`) were put together.
    option
        Whose table; None for a table of the whole run.
    parts
        The facts a derived value is made of.
    source
        ``results`` or ``study``: as the study was, the option in `option` applied.
    """

    value: Any
    table: str
    column: str
    rows: tuple[int, ...]
    how: How = "cell"
    option: str | None = None
    parts: tuple[Fact, ...] = ()
    source: Literal["results", "study"] = "results"

    def __bool__(self) -> bool:
        """Whether there is a value at all (0 is one)."""
        return not pd.isna(self.value)


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows of one table, from which facts are taken."""

    table: str
    frame: pd.DataFrame
    rows: tuple[int, ...]
    option: str | None = None
    source: Literal["results", "study"] = "results"

    def where(self, mask: Any) -> Cells:
        """Return the rows among these for which a mask over the whole table holds."""
        values = pd.Series(mask).to_numpy(dtype=bool)
        rows = tuple(row for row in self.rows if values[row])
        return Cells(self.table, self.frame, rows, self.option, self.source)

    def having(self, **equal: Any) -> Cells:
        """Return the rows whose columns equal the values given."""
        found = self
        for column, value in equal.items():
            found = found.where(self.frame[column] == value)
        return found

    def first(self, by: str) -> Cells:
        """Return the one row (or none) with the least value of a column; blanks do not count."""
        values = self.frame[by].iloc[list(self.rows)]
        known = [row for row, value in zip(self.rows, values, strict=True) if not pd.isna(value)]
        best = min(known, key=lambda row: self.frame[by].iloc[row], default=None)
        return Cells(self.table, self.frame, () if best is None else (best,), self.option, self.source)

    def here(self) -> pd.DataFrame:
        """Return the rows as a frame."""
        return self.frame.iloc[list(self.rows)]

    def cell(self, column: str) -> Fact:
        """Return the value of the first row."""
        return self._fact(column, "cell", self.rows[:1])

    def text(self, column: str) -> str:
        """Return the words of the first row; "" without one."""
        return str(self.frame[column].iloc[self.rows[0]]) if self.rows else ""

    def of(self, column: str, how: How) -> Fact:
        """Return a column's cells put together."""
        return self._fact(column, how, self.rows)

    def _fact(self, column: str, how: How, rows: tuple[int, ...]) -> Fact:
        value = _together(self.frame[column].iloc[list(rows)], how)
        return Fact(value, self.table, column, rows, how, self.option, (), self.source)

    def __len__(self) -> int:
        return len(self.rows)


def _together(values: pd.Series[Any], how: str) -> Any:
    known = values.dropna()
    match how:
        case "count":
            return len(values)
        case "distinct":
            return int(known.nunique())
        case "sum":
            return float(known.sum())
        case "min":
            return known.min() if len(known) else float("nan")
        case "max":
            return known.max() if len(known) else float("nan")
        case "last":
            return values.iloc[-1] if len(values) else float("nan")
        case _:
            return values.iloc[0] if len(values) else float("nan")


def derived(how: Literal["months", "difference", "share", "total"], *parts: Fact) -> Fact:
    """
    Return a fact made of others.

    Parameters
    ----------
    how
        ``months`` from the second date to the first, ``difference`` first less second, ``share`` first over
        second, ``total`` of all.
    parts
        The facts.
    """
    return Fact(_derive(how, [part.value for part in parts]), "", "", (), how, None, parts)


def _derive(how: str, values: Sequence[Any]) -> Any:
    if how == "total":
        return float(sum(values))
    first, second = values
    if pd.isna(first) or pd.isna(second):
        return float("nan")
    if how == "months":
        return float((pd.Timestamp(first) - pd.Timestamp(second)).days / MONTH_DAYS)
    if how == "difference":
        return float(first - second)
    return float(first / second) if second else float("nan")


def resolve(fact: Fact, table: Callable[[str, str | None, str], pd.DataFrame]) -> Any:
    """
    Work a fact's value out again from the tables.

    Parameters
    ----------
    fact
        The fact.
    table
        Returns a table by name, option and source.
    """
    if not fact.table:
        return _derive(fact.how, [resolve(part, table) for part in fact.parts])
    frame = table(fact.table, fact.option, fact.source)
    return _together(frame[fact.column].iloc[list(fact.rows)], fact.how)
