"""A table of texts to its typed frame; every cell that is not right is noted and left at its default."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from coprod.errors import Cell
from coprod.study.cells import CellError, check_range, needs, parse
from coprod.study.limits import MAX_COLUMNS
from coprod.study.names import column_named
from coprod.study.problems import Problems, shown
from coprod.study.schema import Column, duration_columns, schema
from coprod.study.tables import default_value, empty_frame, key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from coprod.study.raw import Coded, RawTable

__all__ = ["frame_of", "typed_array"]


def frame_of(raw: RawTable, problems: Problems) -> pd.DataFrame:
    """
    Return the frame of a table that was read.

    A cell with an error is left at its column's default. A row without its key is left out, since nothing
    further could be said about it.

    Parameters
    ----------
    raw
        The table as its file holds it.
    problems
        Where problems are noted, each with its row and, where it can be told, the row's key.
    """
    return _Reading(raw, problems).frame()


def typed_array(column: Column, values: list[Any]) -> NDArray[Any]:
    """
    Return values as an array of the column's type: float64, bool, datetime64[s] or object.

    Parameters
    ----------
    column
        The column.
    values
        Values as `coprod.study.cells.parse` returns them, or defaults.
    """
    match column.type:
        case "number" | "integer":
            return np.array(values, dtype=np.float64)
        case "boolean":
            return np.array(values, dtype=bool)
        case "date":
            return np.array([pd.Timestamp(value).to_datetime64() for value in values], dtype="datetime64[s]")
        case _:
            # Not np.array: tuples of one length would make a second axis.
            return np.fromiter(values, dtype=object, count=len(values))


class _Reading:
    """One table on its way from texts to a frame."""

    def __init__(self, raw: RawTable, problems: Problems) -> None:
        self.raw, self.problems = raw, problems
        self.table = schema()[raw.name]
        self.first_new = len(problems.found)
        self.given = self._columns()
        self.filled = {name: _filled(coded) for name, coded in self.given.items()}

    def frame(self) -> pd.DataFrame:
        if not self.given and not len(self.raw.rows):
            return empty_frame(self.raw.name)
        data = {name: self._column(column) for name, column in self.table.columns.items()}
        for stem in dict.fromkeys(c.group for c in self.table.columns.values() if c.group):
            self._one_duration(stem, data)
        # All arrays are new and typed: a copy would double the memory of a large table for nothing.
        frame = pd.DataFrame(
            {name: pd.Series(values, dtype=values.dtype, copy=False) for name, values in data.items()},
            copy=False,
        )
        frame.index = pd.Index(self.raw.rows, dtype="int64")
        complete = np.ones(len(frame), dtype=bool)
        for name in self.table.key:
            if self.table.columns[name].required:
                complete &= self.filled.get(name, np.zeros(len(frame), dtype=bool))
        self._name_keys(frame)
        return frame if complete.all() else frame[complete]

    # ------------------------------------------------------------------ columns

    def _columns(self) -> dict[str, Coded]:
        """Return the columns of the schema that the header names, by name."""
        given: dict[str, Coded] = {}
        if len(self.raw.header) > MAX_COLUMNS:
            found = f"{len(self.raw.header):,} columns"
            self._note("CP125", 1, None, found, f"needs at most {MAX_COLUMNS}; nothing of it was read")
            return given
        for title, coded in zip(self.raw.header, self.raw.columns, strict=True):
            name = title.strip()
            if name.startswith(("_", "#")):
                self._note("CP113", 1, None, f"column {shown(name)}", "it is left where it is")
                continue
            known = column_named(self.raw.name, name)
            if not name:
                self._note(
                    "CP111", 1, None, "a column without a name", "needs a column of the schema at its top"
                )
            elif known is None:
                hint = self.problems.suggest(name, self.table.columns)
                self._note(
                    "CP111",
                    1,
                    None,
                    f"column {shown(name)}",
                    f"there is no such column in {self.raw.name}.{hint}",
                )
            elif known in given:
                self._note(
                    "CP112",
                    1,
                    known,
                    "the column a second time",
                    "needs each column once; the first was read",
                )
            else:
                given[known] = coded
        if len(self.raw.rows):
            for column in self.table.columns.values():
                if column.required and column.name not in given:
                    self._note("CP110", 1, column.name, "no such column", f"each row {needs(column)} here")
        return given

    def _column(self, column: Column) -> NDArray[Any]:
        """Return the values of a column, one per row."""
        default = default_value(column)
        coded = self.given.get(column.name)
        if coded is None:
            return np.repeat(typed_array(column, [default]), len(self.raw.rows))
        values: list[Any] = []
        wrong: dict[int, CellError] = {}
        trimmed: list[int] = []
        number = column.type in {"number", "integer"}
        for n, text in enumerate(coded.texts):
            bare = text.strip()
            if bare != text:
                trimmed.append(n)
            if "\r" in bare:
                bare = bare.replace("\r\n", "\n").replace("\r", "\n")
            if not bare:
                values.append(default)
                continue
            try:
                value = parse(column, bare)
                if number:
                    check_range(column, value)
            except CellError as error:
                wrong[n] = error
                value = default
            values.append(value)
        if trimmed:
            self._for_cells(
                column,
                np.isin(coded.codes, trimmed),
                lambda row: (
                    "CP117",
                    f"{shown(coded[row])} with spaces around it",
                    "it was read without them",
                ),
            )
        if wrong:
            self._for_cells(
                column,
                np.isin(coded.codes, list(wrong)),
                lambda row: _told(wrong[int(coded.codes[row])], coded[row].strip()),
            )
        if column.required:
            blank = ~self.filled[column.name]
            self._for_cells(column, blank, lambda _: ("CP108", "a blank cell", needs(column)))
        return typed_array(column, values)[coded.codes]

    def _one_duration(self, stem: str, data: dict[str, NDArray[Any]]) -> None:
        """Note rows that give a duration in more than one unit, and keep the first."""
        filled = self.filled
        names = [name for name in duration_columns(self.raw.name, stem) if name in filled]
        count = np.sum([filled[name] for name in names], axis=0) if names else np.zeros(0)
        several = np.flatnonzero(count > 1)
        if not len(several):
            return

        def note(row: int) -> None:
            both = [name for name in names if filled[name][row]]
            self._note(
                "CP109", int(self.raw.rows[row]), stem, " and ".join(both), "needs exactly one of them"
            )

        self.problems.add_many([int(row) for row in several], note)
        taken = np.zeros(len(self.raw.rows), dtype=bool)
        for name in names:
            data[name][taken & filled[name]] = np.nan
            taken |= filled[name]

    # ------------------------------------------------------------------ problems

    def _note(self, code: str, row: int, column: str | None, found: str, needed: str) -> None:
        self.problems.add(code, Cell(self.raw.file, row, column), found, needed, self.raw.name)

    def _for_cells(
        self, column: Column, where: NDArray[np.bool_], told: Callable[[int], tuple[str, str, str]]
    ) -> None:
        def note(row: int) -> None:
            code, found, needed = told(row)
            self._note(code, int(self.raw.rows[row]), column.name, found, needed)

        self.problems.add_many([int(row) for row in np.flatnonzero(where)], note)

    def _name_keys(self, frame: pd.DataFrame) -> None:
        """Add the row's key to the problems of this table."""
        if len(self.problems.found) == self.first_new:
            return
        keys = list(self.table.key)
        positions = {int(row): n for n, row in enumerate(self.raw.rows)}
        for n, problem in enumerate(self.problems.found[self.first_new :], self.first_new):
            position = positions.get(problem.cell.row or 0)
            if position is not None:
                values = dict(zip(keys, frame[keys].iloc[position], strict=True))
                self.problems.found[n] = replace(problem, key=key_of(self.raw.name, values))


def _filled(coded: Coded) -> NDArray[np.bool_]:
    return np.array([bool(text.strip()) for text in coded.texts], dtype=bool)[coded.codes]


def _told(error: CellError, text: str) -> tuple[str, str, str]:
    return error.code, shown(text), str(error)
