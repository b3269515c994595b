"""Tables that speak of figures in other tables: profiles, uncertainties, provenance and funding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.study.findings import plain
from coprod.study.patterns import matching
from coprod.study.schema import schema
from coprod.study.schema import tables as schema_tables

if TYPE_CHECKING:
    from coprod.study.findings import Findings

__all__ = ["check_figures"]

#: Tables whose rows cost money and so can be funded.
_FUNDED = ("processes", "lanes", "items", "resources", "investments")


def check_figures(findings: Findings) -> None:
    """Table, column and key of each row exist; profiles give one value per figure and date."""
    keys = {name: findings.keys(name) for name in schema_tables()}
    for table in ("profiles", "uncertainties", "provenance", "funding"):
        frame = findings.tables[table]
        columns = frame["column"] if table != "funding" else frame["payer"]
        for row, name, key, column in zip(frame.index, frame["table"], frame["key"], columns, strict=True):
            if table == "funding":
                _check_funding(findings, int(row), name, key, keys)
            elif table == "uncertainties" and not key and not column:
                continue  # a driver of its own
            elif _check_column(findings, table, int(row), name, column) and name != "study":
                _check_key(findings, table, int(row), [name], key, keys)
    _check_profiles(findings, keys)


def _check_column(findings: Findings, table: str, row: int, name: str, column: str) -> bool:
    """Whether there is such a table and column; notes it if not."""
    known = list(schema()) if table != "profiles" else [t.name for t in _with_profiles()]
    if name not in known:
        hint = findings.suggest(name, known)
        what = "no such table" if table != "profiles" else "no table with figures that may change with time"
        findings.add("CP205", table, row, "table", f"'{name}'", f"{what}.{hint}")
        return False
    columns = schema()[name].columns
    if column not in columns:
        hint = findings.suggest(column, columns)
        findings.add("CP206", table, row, "column", f"'{column}'", f"no such column in {name}.{hint}")
        return False
    if table == "profiles" and not columns[column].profile:
        may = ", ".join(c.name for c in columns.values() if c.profile)
        needs = f"it may not change with time; in {name} only {may} may"
        findings.add("CP207", table, row, "column", f"'{column}'", needs)
        return False
    if table == "uncertainties" and columns[column].type not in {"number", "integer"}:
        findings.add("CP383", table, row, "column", f"'{column}'", "needs a column that holds numbers")
        return False
    return True


def _with_profiles() -> list:  # type: ignore[type-arg]
    return [t for t in schema_tables().values() if any(c.profile for c in t.columns.values())]


def _check_funding(findings: Findings, row: int, name: str, key: str, keys: dict[str, list[str]]) -> None:
    if name in {"*", *_FUNDED}:
        _check_key(findings, "funding", row, list(_FUNDED) if name == "*" else [name], key, keys)


def _check_key(
    findings: Findings, table: str, row: int, names: list[str], key: str, keys: dict[str, list[str]]
) -> None:
    """Note a key that matches no row of any of some tables; ``*`` may stand for none."""
    if key == "*" or any(len(matching(key, keys[name])) for name in names):
        return
    hint = findings.suggest(key, [known for name in names for known in keys[name]]) if key else ""
    files = " or ".join(findings.tables.cell(name).file for name in names)
    findings.add("CP204", table, row, "key", f"'{key}'", f"no such key in {files}.{hint}")


def _check_profiles(findings: Findings, keys: dict[str, list[str]]) -> None:
    """Active profiles: values within their column's range, and one per figure and date."""
    frame = findings.active("profiles")
    seen: dict[tuple[str, str, str, object], int] = {}
    columns = [frame[name] for name in ("table", "key", "column", "from", "value")]
    for row, table, key, column, first, value in zip(frame.index, *columns, strict=True):
        about = schema()[table].columns.get(column) if table in keys else None
        if about is None or not about.profile:
            continue
        low = -np.inf if about.minimum is None else about.minimum
        high = np.inf if about.maximum is None else about.maximum
        if value < low or value > high:
            limits = " and ".join(
                [f">= {plain(low)}"] * bool(np.isfinite(low))
                + [f"<= {plain(high)}"] * bool(np.isfinite(high))
            )
            needs = f"{column} needs a number {limits}"
            findings.add("CP306", "profiles", int(row), "value", f"'{plain(value)}'", needs)
        for position in matching(key, keys[table]):
            name = keys[table][position]
            other = seen.setdefault((table, name, column, first), int(row))
            if other != row:
                needs = f"row {other} gives {column} of {name} from this date already"
                findings.add("CP212", "profiles", int(row), "from", f"'{first:%Y-%m-%d}'", needs)
                break
