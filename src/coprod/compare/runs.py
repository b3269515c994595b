"""Two runs side by side: what changed in the study, cell by cell, and in the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from coprod.study.schema import schema, tables

if TYPE_CHECKING:
    from coprod.results.run_folder import Run
    from coprod.study.tables import Tables

__all__ = ["answer_changes", "study_changes"]

#: Numbers this close are the same answer: solvers' tolerances, not changes.
SAME = 1e-6


def _same(one: Any, two: Any) -> bool:
    if isinstance(one, tuple) or isinstance(two, tuple) or isinstance(one, str) or isinstance(two, str):
        return bool(one == two)
    if pd.isna(one) or pd.isna(two):
        return bool(pd.isna(one) and pd.isna(two))
    return bool(one == two)


def study_changes(before: Tables, after: Tables) -> pd.DataFrame:
    """
    Return every cell of a study that changed.

    Returns
    -------
    DataFrame
        Columns table, key, column, before, after; a row that came or went has column ``(row)``.
    """
    found: list[tuple[str, str, str, str, str]] = []
    for name in schema()["study"].columns:
        one, two = before.settings[name], after.settings[name]
        if not _same(one, two):
            found.append(("study", "", name, _text(one), _text(two)))
    for table in tables():
        rows = [
            dict(zip(study.keys(table), study[table].to_dict("records"), strict=True))
            for study in (before, after)
        ]
        for key in [*rows[0], *(key for key in rows[1] if key not in rows[0])]:
            if key not in rows[0] or key not in rows[1]:
                there = key in rows[0]
                found.append((table, key, "(row)", "there" if there else "–", "–" if there else "there"))
                continue
            for column in schema()[table].columns:
                one, two = rows[0][key][column], rows[1][key][column]
                if not _same(one, two):
                    found.append((table, key, column, _text(one), _text(two)))
    return pd.DataFrame(found, columns=["table", "key", "column", "before", "after"])


def answer_changes(before: Run, after: Run) -> pd.DataFrame:
    """
    Return what changed in the comparison of options.

    Returns
    -------
    DataFrame
        Columns option, objective, figure, before, after, difference (numbers only).
    """
    keys = ["option", "objective"]
    one, two = (run.table("comparison").set_index(keys) for run in (before, after))
    found: list[tuple[str, str, str, str, str, float]] = []
    for option, objective in dict.fromkeys([*one.index, *two.index]):
        for column in one.columns:
            values: list[Any] = [
                frame.loc[(option, objective), column] if (option, objective) in frame.index else None
                for frame in (one, two)
            ]
            numbers = all(isinstance(value, float) for value in values)
            if numbers and np.isclose(values[0], values[1], rtol=SAME, atol=SAME, equal_nan=True):
                continue
            if not numbers and _same(values[0], values[1]):
                continue
            difference = float(values[1] - values[0]) if numbers else float("nan")
            found.append((option, objective, column, _text(values[0]), _text(values[1]), difference))
    return pd.DataFrame(found, columns=[*keys, "figure", "before", "after", "difference"])


def _text(value: Any) -> str:
    if value is None or (not isinstance(value, (str, tuple)) and pd.isna(value)):
        return "–"
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)
