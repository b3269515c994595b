"""The schema of a study, loaded from the three CSV files beside this module; their only reader."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

__all__ = ["SCHEMA_VERSION", "Column", "ColumnType", "Table", "duration_columns", "schema", "tables"]

SCHEMA_VERSION = 1

ColumnType = Literal["key", "text", "number", "integer", "boolean", "date", "choice", "list"]


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a study table.

    Attributes
    ----------
    table, name
        Where it is; table ``study`` holds the settings.
    type
        ``key`` (a name without ``/ ; *``), ``text``, ``number``, ``integer``, ``boolean``, ``date``,
        ``choice`` (one of `choices`) or ``list`` (texts separated by ``;``).
    unit
        Unit in words; empty for pure numbers and texts.
    default
        Text of the default, as it would stand in a cell; None where a blank stays blank.
    required
        Whether a blank cell is an error.
    minimum, maximum
        Inclusive range of a number.
    choices, references
        Allowed values; tables whose keys the value (or each value of a list) must name.
    dated
        ``first`` or ``last``: which day a bare month or year means.
    profile
        Whether the figure may change with time (table ``profiles``).
    group
        Stem of the duration the column gives in one of three units, such as ``lead_time``.
    used_by
        ``plan``, ``report``, ``all``, or ``later: ENGINE`` for what no engine uses yet.
    """

    table: str
    name: str
    type: ColumnType
    unit: str
    default: str | None
    required: bool
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    references: tuple[str, ...]
    dated: Literal["first", "last"] | None
    profile: bool
    group: str | None
    used_by: str
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a study: its key columns in order, and its columns by name in schema order."""

    name: str
    key: tuple[str, ...]
    used_by: str
    description: str
    columns: dict[str, Column]


def _rows(name: str) -> list[dict[str, str]]:
    text = files("coprod.study").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _parts(cell: str, separator: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(separator) if part)


def _column(row: dict[str, str]) -> Column:
    return Column(
        table=row["table"],
        name=row["column"],
        type=row["type"],  # type: ignore[arg-type]  # checked by a test over the whole file
        unit=row["unit"],
        default=row["default"] or None,
        required=row["required"] == "yes",
        minimum=float(row["minimum"]) if row["minimum"] else None,
        maximum=float(row["maximum"]) if row["maximum"] else None,
        choices=_parts(row["choices"], ";"),
        references=_parts(row["references"], "|"),
        dated=row["dated"] or None,  # type: ignore[arg-type]
        profile=row["profile"] == "yes",
        group=row["group"] or None,
        used_by=row["used_by"],
        description=row["description"],
    )


@cache
def schema() -> dict[str, Table]:
    """Return every table by name, ``study`` (the settings) first, in schema order."""
    columns: dict[str, dict[str, Column]] = {}
    for row in _rows("columns.csv"):
        columns.setdefault(row["table"], {})[row["column"]] = _column(row)
    found = {"study": Table("study", (), "all", "The study's settings.", columns["study"])}
    for row in _rows("tables.csv"):
        name = row["table"]
        found[name] = Table(name, _parts(row["key"], ";"), row["used_by"], row["description"], columns[name])
    return found


def tables() -> dict[str, Table]:
    """Return the tables without the settings."""
    return {name: table for name, table in schema().items() if name != "study"}


def duration_columns(table: str, stem: str) -> tuple[str, str, str]:
    """Return the three columns that give a duration: days, weeks, months."""
    assert f"{stem}_days" in schema()[table].columns, (table, stem)
    return f"{stem}_days", f"{stem}_weeks", f"{stem}_months"
