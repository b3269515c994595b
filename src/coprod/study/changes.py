"""
One set of changes applied to a study's tables: set, scale, increase, include, exclude, in that order.

The order of the changes never matters: sets of one cell exclude each other, factors are multiplied and
increases added in the order of their size, and exclude comes after include.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from coprod.study.cells import check_range, needs, parse
from coprod.study.findings import Findings, plain
from coprod.study.patterns import matching
from coprod.study.schema import duration_columns, schema
from coprod.study.tables import DAYS_PER, default_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from coprod.errors import Cell
    from coprod.study.schema import Column
    from coprod.study.tables import Tables

__all__ = ["ACTIONS", "Change", "apply_changes"]

ACTIONS = ("set", "scale", "increase", "include", "exclude")


@dataclass(frozen=True, slots=True)
class Change:
    """
    One change, as written.

    Attributes
    ----------
    table, key, column, action, value
        As in the table ``options``; `value` is the text of a cell.
    row
        Row number in ``options``, None for a change from the command line.
    cell
        Where it is written, for messages; None where `row` says it.
    """

    table: str
    key: str
    column: str
    action: str
    value: str
    row: int | None = None
    cell: Cell | None = None


def apply_changes(tables: Tables, changes: Iterable[Change], findings: Findings) -> Tables:
    """
    Return the tables with the changes made; what is wrong is noted and left out.

    Parameters
    ----------
    tables
        The study.
    changes
        The changes of one option (of one command line), in any order.
    findings
        Where problems are noted.

    Returns
    -------
    Tables
        Rows keep their order. Tables that nothing changes are the same frames.
    """
    work = _Work(tables, findings)
    understood = sorted(
        (c for c in changes if work.understands(c)),
        # Equal texts mean equal changes, so this order does not depend on that of the rows.
        key=lambda c: (ACTIONS.index(c.action), c.table, c.column, c.value, c.key),
    )
    for change in understood:
        if change.action in {"include", "exclude"}:
            work.switch(change)
    for change in understood:
        if change.action not in {"include", "exclude"}:
            work.change(change)
    return work.result()


@dataclass(slots=True)
class _Factors:
    """What scale and increase do to one figure, row by row, for its profile."""

    factor: NDArray[np.float64]
    increase: NDArray[np.float64]


@dataclass(slots=True)
class _Work:
    """The tables while changes are made: columns are copied when they are first written."""

    tables: Tables
    findings: Findings
    settings: dict[str, Any] = field(default_factory=dict)
    columns: dict[tuple[str, str], NDArray[Any]] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=dict)
    set_by: dict[tuple[str, int, str], Change] = field(default_factory=dict)
    factors: dict[tuple[str, str], _Factors] = field(default_factory=dict)
    profiled: dict[tuple[str, str], NDArray[np.bool_]] = field(default_factory=dict)

    def note(self, code: str, change: Change, column: str | None, found: str, wanted: str) -> None:
        self.findings.add(code, "options", change.row, column, found, wanted, cell=change.cell)

    def understands(self, change: Change) -> bool:
        """Whether table, key, column and action make sense together; notes what does not."""
        known = [name for name in schema() if name != "options"]
        if change.table not in known:
            hint = self.findings.suggest(change.table, known)
            self.note("CP205", change, "table", f"'{change.table}'", f"no table that can be changed.{hint}")
            return False
        if change.action not in ACTIONS:
            found = f"'{change.action}'" if change.action else "nothing"
            self.note("CP223", change, "action", found, f"needs one of {', '.join(ACTIONS)}")
            return False
        switches = change.action in {"include", "exclude"}
        if switches and change.table == "study":
            self.note(
                "CP223", change, "action", f"'{change.action}'", "a setting can be set, scaled or increased"
            )
            return False
        if switches and change.column:
            wanted = f"{change.action} is for whole rows; leave the column blank"
            self.note("CP223", change, "column", f"'{change.column}'", wanted)
            return False
        if not switches and not self._understands_column(change):
            return False
        if change.table != "study" and not len(self.rows(change)):
            hint = self.findings.suggest(change.key, self._keys(change.table))
            wanted = f"no such key in {self.findings.tables.cell(change.table)}.{hint}"
            self.note("CP204", change, "key", f"'{change.key}'", wanted)
            return False
        return True

    def _understands_column(self, change: Change) -> bool:
        table = schema()[change.table]
        if change.column not in table.columns:
            hint = self.findings.suggest(change.column, table.columns)
            found = f"'{change.column}'" if change.column else "nothing"
            self.note("CP206", change, "column", found, f"no such column in {change.table}.{hint}")
            return False
        if change.column in table.key or change.column == "schema_version":
            wanted = "a key cannot be changed; exclude the row and include another"
            self.note("CP223", change, "column", f"'{change.column}'", wanted)
            return False
        if change.action != "set" and table.columns[change.column].type not in {"number", "integer"}:
            wanted = f"only numbers can be changed by {change.action}; use set"
            self.note("CP223", change, "column", f"'{change.column}'", wanted)
            return False
        return True

    def _keys(self, table: str) -> list[str]:
        if table not in self.keys:
            self.keys[table] = self.tables.keys(table)
        return self.keys[table]

    def rows(self, change: Change) -> NDArray[np.int64]:
        """Return the positions of the rows a change is for."""
        return matching(change.key, self._keys(change.table))

    def _values(self, table: str, column: str) -> NDArray[Any]:
        """Return a column to write into."""
        if (table, column) not in self.columns:
            self.columns[table, column] = self.tables[table][column].to_numpy(copy=True)
        return self.columns[table, column]

    def switch(self, change: Change) -> None:
        self._values(change.table, "active")[self.rows(change)] = change.action == "include"

    def change(self, change: Change) -> None:
        column = schema()[change.table].columns[change.column]
        value = self._read(change, column)
        if value is None:
            return
        if change.table == "study":
            self._change_setting(change, column, value)
        elif change.action == "set":
            self._set(change, column, value)
        else:
            self._calculate(change, column, value)

    def _read(self, change: Change, column: Column) -> Any:  # a cell of any type
        """Return the value of a change; None, and a note, where it cannot be read."""
        text = change.value.strip()
        if change.action != "set":
            try:
                number = parse(replace(column, type="number"), text)
            except ValueError:
                self.note(
                    "CP227", change, "value", f"'{change.value}'", f"needs a number to {change.action} by"
                )
                return None
            return number
        if not text:
            if column.required or column.type == "boolean":
                self.note("CP227", change, "value", "nothing", f"{column.name} cannot be blank")
                return None
            return default_value(column)
        try:
            value = parse(column, text)
        except ValueError as error:
            self.note("CP227", change, "value", f"'{change.value}'", str(error))
            return None
        if column.type in {"number", "integer"} and not self._allowed(change, column, value):
            return None
        return value

    def _allowed(self, change: Change, column: Column, value: float) -> bool:
        """Whether a number, read or calculated, lies within the column's range."""
        try:
            check_range(column, value)
            if column.type == "number" or value == round(value):
                return True
        except ValueError:
            pass
        found = f"'{change.value}'"
        if change.action != "set":
            found += f", which makes {column.name} {plain(value)}"
        self.note("CP227", change, "value", found, f"{column.name} {needs(column)}")
        return False

    def _change_setting(self, change: Change, column: Column, value: Any) -> None:
        if change.action == "set":
            if self._taken(change, np.zeros(1, dtype=np.int64), column.name):
                return
            self.settings[column.name] = value
            return
        old = self.settings.get(column.name, self.tables.settings[column.name])
        if np.isnan(old):
            self.note("CP226", change, "column", f"'{column.name}'", "the setting is blank; set it instead")
            return
        new = old * value if change.action == "scale" else old + value
        if self._allowed(change, column, new):
            self.settings[column.name] = new

    def _taken(self, change: Change, rows: NDArray[np.int64], name: str) -> bool:
        """Whether another set of the same changes was at one of the cells first; notes it."""
        others = ((row, self.set_by.setdefault((change.table, int(row), name), change)) for row in rows)
        row, first = next(((row, other) for row, other in others if other is not change), (0, change))
        if first is change:
            return False
        place = "" if change.table == "study" else f" of {self._keys(change.table)[row]}"
        where = f"row {first.row}" if first.row is not None else str(first.cell)
        wanted = f"{change.column}{place} is already set by {where} of the same option"
        self.note("CP224", change, "value", f"'{change.value}'", wanted)
        return True

    def _set(self, change: Change, column: Column, value: Any) -> None:
        rows = self.rows(change)
        if column.profile and (on_profile := rows[self._profiled(change.table, column.name)[rows]]).size:
            key = self._keys(change.table)[on_profile[0]]
            wanted = f"{key} has a profile for it; set the profile's value, or exclude the profile"
            self.note("CP225", change, "column", f"'{change.column}'", wanted)
            return
        if self._taken(change, rows, column.group or column.name):
            return
        for twin in duration_columns(change.table, column.group) if column.group else ():
            self._values(change.table, twin)[rows] = np.nan
        values = self._values(change.table, column.name)
        if column.type == "list":
            for position in rows:  # a tuple would be spread over the rows
                values[position] = value
        else:
            # A blank date is read as NaN, which no datetime64 takes.
            values[rows] = pd.Timestamp(value).to_datetime64() if column.type == "date" else value

    def _calculate(self, change: Change, column: Column, value: float) -> None:
        rows = self.rows(change)
        combine: Callable[[Any, float], Any] = np.multiply if change.action == "scale" else np.add
        old = self._in_unit(change, column, rows)
        profiled = (
            self._profiled(change.table, column.name)[rows]
            if column.profile
            else np.zeros(len(rows), dtype=bool)
        )
        # A cell may be empty where its profile says it all; everywhere else there is nothing to scale.
        empty = np.isnan(old) & ~profiled
        if empty.any():
            key = self._keys(change.table)[rows[empty.argmax()]]
            wanted = f"{column.name} of {key} is empty; there is nothing to {change.action}"
            self.note("CP226", change, "column", f"'{change.column}'", wanted)
            return
        new = combine(old, value)
        for result in new[~np.isnan(new)]:
            if not self._allowed(change, column, float(result)):
                return
        if column.group:
            for twin in duration_columns(change.table, column.group):
                self._values(change.table, twin)[rows] = np.nan
        self._values(change.table, column.name)[rows] = new
        if profiled.any():
            blank = _Factors(
                np.ones(len(self.tables[change.table])), np.zeros(len(self.tables[change.table]))
            )
            kept = self.factors.setdefault((change.table, column.name), blank)
            array = kept.factor if change.action == "scale" else kept.increase
            array[rows] = combine(array[rows], value)

    def _in_unit(self, change: Change, column: Column, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the figures as they are, durations converted to the unit of the column."""
        own: NDArray[np.float64] = self._values(change.table, column.name)[rows].astype(np.float64)
        if not column.group:
            return own
        for twin in duration_columns(change.table, column.group):
            if twin != column.name:
                ratio = DAYS_PER[twin.rsplit("_", 1)[1]] / DAYS_PER[column.name.rsplit("_", 1)[1]]
                own = np.where(np.isnan(own), self._values(change.table, twin)[rows] * ratio, own)
        # A blank duration means 0, so it can be increased; scaling it is as empty as any other cell.
        return np.nan_to_num(own) if change.action == "increase" else own

    def _profiled(self, table: str, column: str) -> NDArray[np.bool_]:
        """Return which rows of a table have a profile for a column, after include and exclude."""
        if (table, column) not in self.profiled:
            found = np.zeros(len(self.tables[table]), dtype=bool)
            for position in self._profile_rows(table, column):
                found[matching(self.tables["profiles"]["key"].iloc[position], self._keys(table))] = True
            self.profiled[table, column] = found
        return self.profiled[table, column]

    def _profile_rows(self, table: str, column: str) -> NDArray[np.int64]:
        frame = self.tables["profiles"]
        active = self.columns.get(("profiles", "active"), frame["active"].to_numpy())
        return np.flatnonzero(active & (frame["table"] == table) & (frame["column"] == column))

    def _profiles(self, frame: pd.DataFrame) -> pd.DataFrame:
        """
        Return the profiles with scale and increase of their figures worked into their values.

        A profile row with a wildcard whose rows are no longer changed alike is written out, one row per
        key, in its place.
        """
        replaced: dict[int, list[tuple[str, float]]] = {}
        for (table, column), change in self.factors.items():
            for position in self._profile_rows(table, column):
                rows = matching(frame["key"].iloc[position], self._keys(table))
                value = float(frame["value"].iloc[position])
                new = value * change.factor[rows] + change.increase[rows]
                if len(rows) and (new == new[0]).all():
                    replaced[int(position)] = [(frame["key"].iloc[position], float(new[0]))]
                else:
                    keys = [self._keys(table)[row] for row in rows]
                    replaced[int(position)] = list(zip(keys, new.tolist(), strict=True))
        if not replaced:
            return frame
        new_rows = [
            replaced.get(n, [(frame["key"].iloc[n], frame["value"].iloc[n])]) for n in range(len(frame))
        ]
        written = frame.iloc[np.repeat(np.arange(len(frame)), [len(rows) for rows in new_rows])].copy()
        written["key"] = pd.Series([key for rows in new_rows for key, _ in rows], written.index, dtype=object)
        written["value"] = np.array([value for rows in new_rows for _, value in rows], dtype=np.float64)
        return written

    def result(self) -> Tables:
        tables = self.tables
        touched = {table for table, _ in self.columns} | ({"profiles"} if self.factors else set())
        for table in touched:
            frame = self.tables[table].copy()
            for (name, column), values in self.columns.items():
                if name == table:
                    dtype = object if values.dtype == object else None
                    frame[column] = pd.Series(values, index=frame.index, dtype=dtype)
            if table == "profiles":
                frame = self._profiles(frame)
            tables = tables.replace(table, frame)
        return tables.with_settings(**self.settings) if self.settings else tables
