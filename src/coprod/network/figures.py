"""Figures that may change with time: the cell, and from its dates on the values of its profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.study.patterns import matching
from coprod.study.schema import schema
from coprod.study.tables import key_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from coprod.network.periods import Periods
    from coprod.study.tables import Tables

__all__ = ["Figures"]


class Figures:
    """
    A study's figures by period.

    Parameters
    ----------
    tables
        The study.
    periods
        The calendar.
    """

    def __init__(self, tables: Tables, periods: Periods) -> None:
        self._tables = tables
        self._periods = periods
        profiles = tables.active("profiles")
        self._profiles: dict[tuple[str, str], list[tuple[str, int, float]]] = {}
        for table, key, column, day, value in zip(
            *(profiles[name] for name in ("table", "key", "column", "from", "value")), strict=True
        ):
            begin = max(0, periods.containing(day.date()))
            self._profiles.setdefault((table, column), []).append((key, begin, float(value)))

    def over_time(
        self, table: str, column: str, rows: pd.DataFrame, keys: list[str] | None = None
    ) -> NDArray[np.float64]:
        """
        Return a column's figures by period; NaN where blank.

        Parameters
        ----------
        table, column
            Which figure.
        rows
            Rows of the table, K of them.
        keys
            Their keys, where the caller has them.

        Returns
        -------
        ndarray, shape (K, T)
            A view that repeats each figure where no profile changes it: do not write to it.
        """
        T = self._periods.n
        values = rows[column].to_numpy(dtype=float)
        changes = self._profiles.get((table, column))
        if not changes:
            return np.broadcast_to(values[:, None], (values.size, T))
        found = np.repeat(values[:, None], T, axis=1)
        names = keys if keys is not None else row_keys(table, rows)
        for key, begin, value in sorted(changes, key=lambda change: change[1]):
            found[matching(key, names), begin:] = value
        return found


def row_keys(table: str, rows: pd.DataFrame) -> list[str]:
    """Return the keys of some rows."""
    names = schema()[table].key
    columns = [rows[name] for name in names]
    return [key_of(table, dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]
