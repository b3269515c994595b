"""The tables of a study in memory: one frame per table, typed by the schema; never changed in place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from coprod.errors import Cell, Problem, StudyError
from coprod.study.schema import Column, duration_columns, schema, tables
from coprod.study.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from numpy.typing import NDArray

__all__ = ["DAYS_PER", "Tables", "empty_frame", "frame_from_rows", "key_of"]

#: Days per unit of a duration column; a month is 365.25 / 12 days by convention.
DAYS_PER = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12.0}


def default_value(column: Column) -> Any:
    """Return the value of a blank cell: NaN, NaT, ``""`` or ``()`` where the schema has no default."""
    text = column.default
    match column.type:
        case "number" | "integer":
            return float(text) if text is not None else np.nan
        case "boolean":
            return text == "true"
        case "date":
            return pd.Timestamp(text) if text is not None else pd.NaT
        case "list":
            return tuple(text.split(";")) if text is not None else ()
        case _:
            return text or ""


def _typed(column: Column, values: list[Any]) -> pd.Series[Any]:
    match column.type:
        case "number" | "integer":
            return pd.Series(np.array(values, dtype=np.float64))
        case "boolean":
            return pd.Series(np.array(values, dtype=bool))
        case "date":
            return pd.Series(
                pd.to_datetime(pd.Series(values, dtype=object), format="ISO8601").astype("datetime64[s]")
            )
        case _:
            return pd.Series(values, dtype=object)


def frame_from_rows(table: str, rows: list[dict[str, Any]], index: list[int] | None = None) -> pd.DataFrame:
    """
    Build a table's frame from rows that hold Python values; what a row leaves out gets its default.

    Parameters
    ----------
    table
        Name of the table.
    rows
        One dict per row: numbers, bools, dates (anything `pandas.Timestamp` takes), texts, tuples of text.
    index
        Row numbers in the file, for messages; default counts from 2, as a file with a header would.

    Returns
    -------
    DataFrame
        All columns of the schema, in its order: float64 for numbers (NaN is blank), bool, datetime64[s]
        (NaT is blank), object for texts (``""`` is blank) and lists (tuples; ``()`` is blank).

    Raises
    ------
    StudyError
        If a row has a column that the table does not have, or a value that its column cannot hold.
    """
    columns = schema()[table].columns
    _refuse_unknown("CP111", "column", dict.fromkeys(name for row in rows for name in row), columns, table)
    data = {}
    for name, column in columns.items():
        values = [row.get(name, default_value(column)) for row in rows]
        try:
            data[name] = _typed(column, values)
        except (TypeError, ValueError) as error:
            cell = Cell(f"{table}.csv", None, name)
            code, kind = ("CP105", "dates") if column.type == "date" else ("CP103", "numbers")
            found = str(error).splitlines()[0]
            raise StudyError([Problem(code, "error", cell, found, f"needs {kind}", table)]) from error
    frame = pd.DataFrame(data, columns=list(columns))
    frame.index = pd.Index(index if index is not None else range(2, len(rows) + 2), dtype="int64")
    return frame


def _refuse_unknown(code: str, kind: str, names: Iterable[str], known: Collection[str], file: str) -> None:
    """
    Refuse names that are not known: what was silently ignored would silently not count.

    Raises
    ------
    StudyError
        With all of them.
    """
    problems = [
        Problem(
            code,
            "error",
            Cell(file),
            f"{kind} {str(name)!r}",
            f"there is no such {kind}.{did_you_mean(str(name), known)}",
        )
        for name in names
        if name not in known
    ]
    if problems:
        raise StudyError(problems)


def empty_frame(table: str) -> pd.DataFrame:
    """Return a table without rows."""
    return frame_from_rows(table, [])


def key_of(table: str, row: Mapping[str, Any]) -> str:
    """Return a row's key: its key columns joined by ``/`` in schema order; blank dates are left empty."""
    parts = []
    for name in schema()[table].key:
        value = row[name]
        if isinstance(value, pd.Timestamp):
            parts.append(value.date().isoformat())
        elif value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
            parts.append("")
        elif isinstance(value, float):
            parts.append(f"{value:g}")
        else:
            parts.append(str(value))
    return "/".join(parts)


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """
    A study's settings and tables, as read (or changed by an option).

    Attributes
    ----------
    settings
        Value of each setting by name; defaults filled in, blanks as in `default_value`.
    frames
        One frame per table of the schema, in schema order, empty tables included.
    files
        File or sheet each table came from, for messages; ``study`` included.
    """

    settings: Mapping[str, Any]
    frames: Mapping[str, pd.DataFrame]
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_rows(cls, settings: Mapping[str, Any], **rows: list[dict[str, Any]]) -> Tables:
        """
        Build from Python values; see `frame_from_rows`.

        Parameters
        ----------
        settings
            Values of settings by name; the rest get their defaults.
        **rows
            Rows of each table by its name.

        Raises
        ------
        StudyError
            If there is no such setting, table or column, or a column cannot hold a value.
        """
        _refuse_unknown("CP133", "setting", settings, schema()["study"].columns, "study")
        _refuse_unknown("CP205", "table", rows, tables(), "study")
        filled = {
            name: settings.get(name, default_value(column))
            for name, column in schema()["study"].columns.items()
        }
        for name, column in schema()["study"].columns.items():
            if column.type == "date":
                filled[name] = pd.Timestamp(filled[name]) if not pd.isna(filled[name]) else pd.NaT
        frames = {name: frame_from_rows(name, rows.get(name, [])) for name in tables()}
        return cls(filled, frames)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Return a table's frame, inactive rows included."""
        return self.frames[table]

    def active(self, table: str) -> pd.DataFrame:
        """Return the rows of a table that take part; not to be written to."""
        frame = self.frames[table]
        taking_part = frame["active"].to_numpy(dtype=bool)
        return frame if taking_part.all() else frame[taking_part]

    def keys(self, table: str) -> list[str]:
        """Return the key of every row of a table, inactive rows included, in row order."""
        frame = self.frames[table]
        if frame.empty:
            return []
        # Column by column: row by row takes ten times as long, and every check asks for keys.
        parts = []
        for name in schema()[table].key:
            values = frame[name].to_numpy()
            if values.dtype.kind == "M":
                parts.append(
                    ["" if v == "NaT" else v for v in np.datetime_as_string(values, unit="D").tolist()]
                )
            elif values.dtype.kind == "f":
                parts.append(["" if v != v else f"{v:g}" for v in values.tolist()])
            else:
                parts.append([str(v) for v in values.tolist()])
        return parts[0] if len(parts) == 1 else list(map("/".join, zip(*parts, strict=True)))

    def duration_days(self, table: str, stem: str, rows: pd.DataFrame | None = None) -> NDArray[np.float64]:
        """Return a duration in days for each row, from whichever of its three columns is given; 0 if none."""
        frame = self.frames[table] if rows is None else rows
        total = np.zeros(len(frame))
        for name in duration_columns(table, stem):
            total += np.nan_to_num(frame[name].to_numpy(dtype=float)) * DAYS_PER[name.rsplit("_", 1)[1]]
        return total

    def cell(self, table: str, row: int | None = None, column: str | None = None) -> Cell:
        """Return the place of a cell for a message; `row` is the frame's index label."""
        return Cell(self.files.get(table, f"{table}.csv"), row, column)

    def replace(self, table: str, frame: pd.DataFrame) -> Tables:
        """Return a copy with one table replaced."""
        return Tables(self.settings, {**self.frames, table: frame}, self.files)

    def with_settings(self, **changes: Any) -> Tables:
        """Return a copy with settings replaced."""
        return Tables({**self.settings, **changes}, self.frames, self.files)

    def __eq__(self, other: object) -> bool:
        """Whether all settings and all cells are equal; row numbers and file names do not count."""
        if not isinstance(other, Tables):
            return NotImplemented
        same_settings = all(
            self.settings[k] == other.settings[k]
            or (pd.isna(self.settings[k]) and pd.isna(other.settings[k]))
            if not isinstance(self.settings[k], tuple)
            else self.settings[k] == other.settings[k]
            for k in schema()["study"].columns
        )
        return same_settings and all(
            self.frames[name].reset_index(drop=True).equals(other.frames[name].reset_index(drop=True))
            for name in tables()
        )

    __hash__ = None  # type: ignore[assignment]  # frames are not hashable

    def __repr__(self) -> str:
        filled = ", ".join(f"{name} {len(frame)}" for name, frame in self.frames.items() if len(frame))
        return f"Tables({self.settings.get('title', '')!r}: {filled})"
