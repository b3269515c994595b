"""A study as the texts of its cells: what both ways out write and what the study's hash is taken over."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod.errors import Cell, Problem, StudyError
from coprod.study.cells import CellError, to_text
from coprod.study.codes import codes
from coprod.study.problems import shown
from coprod.study.schema import Column, schema
from coprod.study.schema import tables as table_names

if TYPE_CHECKING:
    import pandas as pd

    from coprod.study.tables import Tables

__all__ = ["StudyTexts", "tables_hash", "texts_of"]


@dataclass(frozen=True, slots=True)
class StudyTexts:
    """
    Texts of a study.

    Attributes
    ----------
    settings
        Settings that differ from their defaults, and the schema version.
    tables
        For each table with rows, the texts of each column that is required or differs from its default
        somewhere; a blank text stands for the default.
    """

    settings: dict[str, str]
    tables: dict[str, dict[str, list[str]]]


def texts_of(tables: Tables) -> StudyTexts:
    """
    Return a study's cells as texts.

    Parameters
    ----------
    tables
        The study.

    Raises
    ------
    StudyError
        If a value would not be read back as it is: a text with spaces around it, or a list entry with a
        semicolon, as only Python can make them.
    """
    problems: list[Problem] = []
    settings: dict[str, str] = {}
    for name, column in schema()["study"].columns.items():
        value = tables.settings[name]
        # Always written: a file without a version would be taken for one of version 1.
        text = (
            str(int(value))
            if name == "schema_version"
            else _text(column, value, tables.cell("study", None, name), problems)
        )
        if text:
            settings[name] = text
    found: dict[str, dict[str, list[str]]] = {}
    for name, table in table_names().items():
        frame = tables[name]
        if not len(frame):
            continue
        columns = found[name] = {}
        for column in table.columns.values():
            texts = _column_texts(column, frame[column.name], tables.cell(name, None, column.name), problems)
            if column.required or any(texts):
                columns[column.name] = texts
            if column.required and column.name in table.key and not all(texts):
                row = frame.index[texts.index("")]
                error = CellError("CP162", "needs a value here: it is part of the row's key")
                problems.append(
                    _problem(error, tables.cell(name, int(row), column.name), "a blank cell", name)
                )
    if problems:
        raise StudyError(problems)
    return StudyTexts(settings, found)


def _problem(error: CellError, cell: Cell, found: str, table: str) -> Problem:
    return Problem(error.code, codes()[error.code].severity, cell, found, str(error), table)


def _text(column: Column, value: Any, cell: Cell, problems: list[Problem]) -> str:
    try:
        return to_text(column, value)
    except CellError as error:
        problems.append(_problem(error, cell, shown(str(value)), column.table))
        return ""


def _column_texts(column: Column, values: pd.Series[Any], cell: Cell, problems: list[Problem]) -> list[str]:
    """Return the text of each cell; each distinct value is turned into text once."""
    array = values.to_numpy()
    places: Any
    if array.dtype == object:
        listed = array.tolist()
        distinct = list(dict.fromkeys(listed))
        numbers = {value: n for n, value in enumerate(distinct)}
        places = [numbers[value] for value in listed]
    else:
        unique, inverse = np.unique(array, return_inverse=True)
        distinct, places = list(unique), inverse.tolist()
    texts = [_text(column, value, cell, problems) for value in distinct]
    return [texts[n] for n in places]


def tables_hash(tables: Tables) -> str:
    """
    Return the SHA-256 of a study's content.

    It depends on every setting and cell and on the order of rows; not on the way in (folder, workbook,
    Python), the names of files, columns left at their defaults, or how a figure was written.

    Parameters
    ----------
    tables
        The study.

    Raises
    ------
    StudyError
        If a value has no text; see `texts_of`.
    """
    texts = texts_of(tables)
    digest = hashlib.sha256()

    def feed(*parts: str) -> None:
        for part in parts:
            data = part.encode()
            digest.update(f"{len(data)}:".encode() + data)  # lengths, so that no two lists run together alike

    for name, text in texts.settings.items():
        feed("study", name, text)
    for name, columns in texts.tables.items():
        for column, cells in columns.items():
            feed(name, column, str(len(cells)), *cells)
    return digest.hexdigest()
