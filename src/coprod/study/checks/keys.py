"""Keys: each names one row, and holds no character that keys are put together with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from coprod.study.schema import tables as schema_tables

if TYPE_CHECKING:
    from coprod.study.findings import Findings

__all__ = ["check_keys"]


def check_keys(findings: Findings) -> None:
    """Keys that are there twice, and names with ``/``, ``;`` or ``*``; in all rows, active or not."""
    for table in schema_tables().values():
        frame = findings.tables[table.name]
        if frame.empty:
            continue
        for column in table.columns.values():
            if column.type != "key":
                continue
            for row, name in frame.loc[frame[column.name].str.contains("[/;*]"), column.name].items():
                findings.add(
                    "CP203", table.name, row, column.name, f"'{name}'", "a name cannot hold / ; or *"
                )
        # Two profiles may name one figure by different keys; that check is with the profiles.
        if table.name != "profiles":
            _check_twice(findings, table.name)


def _check_twice(findings: Findings, table: str) -> None:
    frame = findings.tables[table]
    keys = pd.Series(findings.keys(table), frame.index, dtype=object)
    if table == "options":
        # A row may only name the option; sets of one cell are told apart where options are applied.
        keys = keys[~frame["action"].isin(["", "set"])]
    elif table == "uncertainties":
        keys = keys[frame["key"] != ""]
    keys = keys[keys.str.strip("/") != ""]
    if not keys.duplicated().any():
        return
    first = keys.drop_duplicates()
    row_of = pd.Series(first.index, first.to_numpy())
    for row, key in keys[keys.duplicated()].items():
        findings.add("CP202", table, row, None, f"'{key}'", f"row {row_of[key]} has this key already")
