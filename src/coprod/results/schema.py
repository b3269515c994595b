"""Every result column, loaded from the CSV file beside this module: table, type, unit, meaning."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

__all__ = ["ResultColumn", "result_schema"]


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column of a result table; `type` is text, number, integer, boolean or date."""

    table: str
    name: str
    type: Literal["text", "number", "integer", "boolean", "date"]
    unit: str
    description: str

    @property
    def header(self) -> str:
        """The column's name with its unit in brackets, as people read it."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@cache
def result_schema() -> dict[str, dict[str, ResultColumn]]:
    """Return the columns of every result table, in order."""
    text = files("coprod.results").joinpath("columns.csv").read_text(encoding="utf-8")
    found: dict[str, dict[str, ResultColumn]] = {}
    for row in csv.DictReader(text.splitlines()):
        column = ResultColumn(row["table"], row["column"], row["type"], row["unit"], row["description"])  # type: ignore[arg-type]
        found.setdefault(column.table, {})[column.name] = column
    return found
