"""How far the figures can be trusted: every row with its source and confidence, least certain first."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.study.schema import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.facts import Fact
    from coprod.report.material import Material

__all__ = ["Evidence", "evidence", "evidence_counts", "merged"]

#: Tables without figures of their own.
_OTHER = {"study", "options", "sources", "provenance"}
_ORDER = {"assumption": 0, "low": 1, "": 2, "medium": 3, "high": 4}
MOST_FIGURES = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row of figures (or one figure of it), and what stands behind it."""

    table: str
    row: str
    figures: str
    confidence: str
    source: str
    note: str
    count: int = 1


def _tables(material: Material) -> list[str]:
    return [
        name
        for name, table in schema().items()
        if name not in _OTHER
        and not table.used_by.startswith("later")
        and len(material.applied(material.option).active(name))
    ]


def evidence(material: Material) -> list[Evidence]:
    """Return every row that says something under the option under discussion, least certain first."""
    tables = material.applied(material.option)
    found: list[Evidence] = []
    for _, row in tables.active("provenance").iterrows():
        name = f"{row['table']}, {row['key']}" if row["key"] != "*" else row["table"]
        figure = row["column"].replace("_", " ")
        found.append(Evidence(name, name, figure, row["confidence"], row["source"], row["note"]))
    for table in _tables(material):
        keys = tables.keys(table)
        frame = tables[table]
        for key, (_, row) in zip(keys, frame.iterrows(), strict=True):
            if row["active"] and (row["confidence"] or row["source"] or row["note"]):
                found.append(
                    Evidence(
                        table,
                        ", ".join(part for part in key.split("/") if part),
                        _figures(material, table, row),
                        row["confidence"],
                        row["source"],
                        row["note"],
                    )
                )
    return sorted(found, key=lambda item: (_ORDER.get(item.confidence, 2), item.table))


def merged(found: Sequence[Evidence]) -> list[Evidence]:
    """Return the rows with those that say the same put together, such as the years of a budget."""
    return [_one(list(rows)) for _, rows in itertools.groupby(found, key=_alike)]


def _alike(row: Evidence) -> tuple[str, ...]:
    whole, _, last = row.row.rpartition(", ")
    series = whole and last[:1].isdigit()  # years, periods: the rest of the key names what it is about
    return (row.table, whole if series else row.row, row.confidence, row.source, row.note)


def _one(rows: Sequence[Evidence]) -> Evidence:
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        return first
    figures = first.figures if first.figures == last.figures else f"{first.figures} … {last.figures}"
    name = f"{first.row} … {last.row.rpartition(', ')[2]}"
    return replace(first, row=name, figures=figures, count=len(rows))


def _figures(material: Material, table: str, row: pd.Series) -> str:
    """Return the row's first figures in words: numbers and dates that differ from their default."""
    said = []
    for column in schema()[table].columns.values():
        value: Any = row[column.name]
        skipped = column.name in schema()[table].key or column.type not in {"number", "integer", "date"}
        if skipped or pd.isna(value):
            continue
        if column.type == "date":
            said.append(f"{column.name.replace('_', ' ')} {material.formats.month(value)}")
        elif column.default is None or float(column.default) != value:
            said.append(_worded(column.name, material.formats.large(value)))
    return "; ".join(said[:MOST_FIGURES]) + ("; …" if len(said) > MOST_FIGURES else "")


def _worded(column: str, number: str) -> str:
    """Return a figure with its unit behind it, where the column's name ends in one."""
    for unit in ("days", "weeks", "months", "per_month", "per_year"):
        if column.endswith(f"_{unit}"):
            return f"{column.removesuffix(f'_{unit}').replace('_', ' ')} {number} {unit.replace('_', ' ')}"
    return f"{column.replace('_', ' ')} {number}"


def evidence_counts(material: Material) -> dict[str, list[Fact]]:
    """Return, per table, how many rows there are, assumed, of low confidence, and silent on it."""
    counts: dict[str, list[Fact]] = {"all": [], "assumed": [], "low": [], "silent": []}
    for table in _tables(material):
        cells = material.given(table)
        if not len(cells):
            continue
        first = next(iter(schema()[table].columns))
        counts["all"].append(cells.of(first, "count"))
        for name, word in (("assumed", "assumption"), ("low", "low"), ("silent", "")):
            counts[name].append(cells.having(confidence=word).of(first, "count"))
    return counts
