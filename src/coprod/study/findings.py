"""Collects the problems that checks find, with the place, the severity and the nearest name filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.errors import Cell, Problem
from coprod.study.codes import codes
from coprod.study.limits import MOST_LISTED
from coprod.study.schema import schema
from coprod.study.suggest import Suggestions
from coprod.study.tables import key_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from coprod.study.tables import Tables

__all__ = ["Findings", "limited", "listing", "plain"]


def plain(value: float) -> str:
    """Return a number as a reader would write it: without a trailing ``.0``, at most 12 digits."""
    return f"{value:.12g}"


def listing(names: Iterable[str], most: int = 3) -> str:
    """Return the first few names, and how many more there are."""
    texts = list(names)
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


def limited(problems: Iterable[Problem]) -> list[Problem]:
    """
    Return problems without long rows of one kind: the first few of a code and column, then how many more.

    Parameters
    ----------
    problems
        The problems, in any order; it is kept.
    """
    kept: list[Problem] = []
    count: dict[tuple[str, str, str | None], int] = {}
    last: dict[tuple[str, str, str | None], int] = {}
    for problem in problems:
        kind = (problem.code, problem.cell.file, problem.cell.column)
        count[kind] = count.get(kind, 0) + 1
        if count[kind] <= MOST_LISTED:
            last[kind] = len(kept)
            kept.append(problem)
    added = 0
    for kind in sorted(last, key=lambda kind: last[kind]):
        if (more := count[kind] - MOST_LISTED) > 0:
            example = kept[last[kind] + added]
            needs = f"{'they are' if more > 1 else 'it is'} not listed one by one"
            cell = Cell(example.cell.file, None, example.cell.column)
            rest = Problem(
                example.code, example.severity, cell, f"{more:,} more like this", needs, example.table
            )
            added += 1
            kept.insert(last[kind] + added, rest)
    return kept


@dataclass(slots=True)
class Findings:
    """
    The problems of one study, in the order they were found.

    Attributes
    ----------
    tables
        The study; gives the file, row and key of each place.
    problems
        What was found.
    suggest
        The nearest name, for as long as its budget lasts.
    """

    tables: Tables
    problems: list[Problem] = field(default_factory=list)
    suggest: Suggestions = field(default_factory=Suggestions)
    _keys: dict[str, list[str]] = field(default_factory=dict)
    _active: dict[str, pd.DataFrame] = field(default_factory=dict)

    def within(self, tables: Tables) -> Findings:
        """Return an empty collector for the study with an option applied; keeps what did not change."""
        same = {name for name, frame in tables.frames.items() if frame is self.tables.frames[name]}
        return Findings(
            tables,
            suggest=self.suggest,
            _keys={name: keys for name, keys in self._keys.items() if name in same},
            _active={name: frame for name, frame in self._active.items() if name in same},
        )

    def keys(self, table: str) -> list[str]:
        """Return the keys of a table, as `Tables.keys`, found once."""
        if table not in self._keys:
            self._keys[table] = self.tables.keys(table)
        return self._keys[table]

    def active(self, table: str) -> pd.DataFrame:
        """Return the active rows of a table, as `Tables.active`, found once."""
        if table not in self._active:
            frame = self.tables[table]
            self._active[table] = frame if frame["active"].all() else self.tables.active(table)
        return self._active[table]

    def add(
        self,
        code: str,
        table: str,
        row: Hashable | None,
        column: str | None,
        found: str,
        needs: str,
        *,
        cell: Cell | None = None,
    ) -> None:
        """
        Note one problem.

        Parameters
        ----------
        code
            Its code; decides the severity.
        table
            Table it is in; ``study`` for a setting.
        row
            Index label of the row, or None for the table as a whole (or a setting).
        column
            Column, or None for the row as a whole.
        found, needs
            As in `coprod.errors.Problem`; a full stop at the end of `needs` is taken off.
        cell
            The place, where it is not a cell of the table's file.
        """
        number = None if row is None else int(str(row))
        key = None if number is None or table == "study" else self.key(table, number)
        if cell is None and table == "study":
            cell = Cell(self.tables.files.get("study", "study.yaml"), None, column)
        place = cell or self.tables.cell(table, number, column)
        self.problems.append(
            Problem(code, codes()[code].severity, place, found, needs.removesuffix("."), table, key)
        )

    def key(self, table: str, row: int) -> str | None:
        """Return the key of the row with an index label; None if the label does not name one row."""
        frame = self.tables[table]
        positions = frame.index.get_indexer_for(pd.Index([row]))
        if len(positions) != 1 or positions[0] < 0:
            return None
        values: dict[str, Any] = {name: frame[name].iloc[positions[0]] for name in schema()[table].key}
        return key_of(table, values)
