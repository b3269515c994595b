"""Where figures come from, and how far they can be trusted: one problem per table, not one per figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coprod.study.findings import listing
from coprod.study.patterns import matching
from coprod.study.schema import tables as schema_tables

if TYPE_CHECKING:
    from coprod.study.findings import Findings
    from coprod.study.schema import Table
    from coprod.study.tables import Tables

__all__ = ["check_evidence"]

# Not evidence themselves: what-ifs, the evidence, and links between rows.
_LEFT_OUT = {"options", "sources", "provenance", "activities", "funding"}


def check_evidence(findings: Findings) -> None:
    """Active rows with figures the plan uses that name no source, or that are trusted little."""
    tables = findings.tables
    for table in schema_tables().values():
        if table.used_by != "plan" or table.name in _LEFT_OUT:
            continue
        frame = findings.active(table.name)
        if frame.empty:
            continue
        keys = pd.Series(findings.keys(table.name), tables[table.name].index, dtype=object)
        keys = keys[tables[table.name]["active"].to_numpy()]
        filled = _has_figures(table, frame)
        known = _covered(tables, table.name, keys.to_list())
        bare = filled & (frame["source"] == "").to_numpy() & ~known
        weak = filled & frame["confidence"].isin(["low", "assumption"]).to_numpy()
        for code, rows, what in (
            ("CP391", bare, "without a source"),
            ("CP392", weak, "of low confidence or assumed"),
        ):
            if rows.any():
                found = f"{rows.sum()} of {filled.sum()} rows with figures {what}"
                findings.add(code, table.name, None, None, found, f"they are {listing(keys[rows])}")


def _has_figures(table: Table, frame: pd.DataFrame) -> np.ndarray:
    """Whether a row holds a number that differs from its column's default."""
    filled = np.zeros(len(frame), dtype=bool)
    for column in table.columns.values():
        if column.type in {"number", "integer"} and column.used_by == "plan":
            values = frame[column.name].to_numpy(dtype=float)
            default = float(column.default) if column.default is not None else np.nan
            filled |= ~np.isnan(values) & (values != default)
    return filled


def _covered(tables: Tables, table: str, keys: list[str]) -> np.ndarray:
    """Whether provenance names a source for some figure of a row."""
    found = np.zeros(len(keys), dtype=bool)
    rows = tables.active("provenance")
    for pattern in rows.loc[(rows["table"] == table) & (rows["source"] != ""), "key"]:
        found[matching(pattern, keys)] = True
    return found
