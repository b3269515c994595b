"""A study as its files hold it: texts only, each column as its distinct texts and their places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["Coded", "RawSetting", "RawStudy", "RawTable", "TableBuilder"]


@dataclass(frozen=True, slots=True)
class Coded:
    """
    A column of texts: row n holds ``texts[codes[n]]``.

    A million rows hold a few thousand distinct names, so a cell's text is parsed once for all rows that
    repeat it.
    """

    codes: NDArray[np.int32]
    texts: list[str]

    def __getitem__(self, row: int) -> str:
        """Return the text of one row, by position."""
        return self.texts[int(self.codes[row])]


@dataclass(frozen=True, slots=True)
class RawTable:
    """
    One table as read.

    Attributes
    ----------
    name
        Table it is meant to be.
    file
        File or sheet it came from, for messages.
    header
        Texts of the header row.
    columns
        One per header cell; rows that are wholly blank are left out.
    rows
        Row number of each row in the file or sheet; the header is row 1.
    """

    name: str
    file: str
    header: list[str]
    columns: list[Coded]
    rows: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RawSetting:
    """A setting as written, and the line or row it stands in."""

    name: str
    text: str
    row: int


@dataclass(frozen=True, slots=True)
class RawStudy:
    """
    A study as read.

    Attributes
    ----------
    settings
        In file order; None if they could not be understood.
    settings_file
        File or sheet they came from, for messages.
    tables
        By name.
    """

    settings: list[RawSetting] | None
    settings_file: str
    tables: dict[str, RawTable] = field(default_factory=dict)


class _Index(dict[str, int]):
    """Numbers texts in the order they are first asked for."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


class TableBuilder:
    """
    Takes rows of texts in chunks and gives a `RawTable`.

    Parameters
    ----------
    name, file, header
        As in `RawTable`.
    """

    def __init__(self, name: str, file: str, header: list[str]) -> None:
        self.name, self.file, self.header = name, file, header
        self._indexes = [_Index() for _ in header]
        self._codes: list[list[NDArray[np.int32]]] = [[] for _ in header]
        self._rows: list[NDArray[np.int64]] = []

    def add(self, rows: Sequence[Sequence[str]], first_row: int) -> None:
        """
        Take a chunk of consecutive rows, each as long as the header.

        Parameters
        ----------
        rows
            Texts of the rows' cells.
        first_row
            Row number of the first of them.
        """
        for index, codes, cells in zip(self._indexes, self._codes, zip(*rows, strict=True), strict=True):
            codes.append(np.fromiter(map(index.__getitem__, cells), dtype=np.int32, count=len(cells)))
        self._rows.append(np.arange(first_row, first_row + len(rows), dtype=np.int64))

    def finish(self) -> RawTable:
        """Return the table, without rows that are wholly blank and without nameless columns that are."""
        numbers = np.concatenate(self._rows) if self._rows else np.zeros(0, dtype=np.int64)
        columns = [
            Coded(np.concatenate(codes) if codes else np.zeros(0, dtype=np.int32), list(index))
            for codes, index in zip(self._codes, self._indexes, strict=True)
        ]
        filled = np.zeros(len(numbers), dtype=bool)
        named = []
        for title, column in zip(self.header, columns, strict=True):
            has_text = _has_text(column.texts)
            filled |= has_text[column.codes]
            named.append(bool(title.strip()) or has_text.any())
        if not filled.all():
            columns = [Coded(column.codes[filled], column.texts) for column in columns]
            numbers = numbers[filled]
        keep = [n for n, wanted in enumerate(named) if wanted]
        return RawTable(
            self.name, self.file, [self.header[n] for n in keep], [columns[n] for n in keep], numbers
        )


def _has_text(texts: Iterable[str]) -> NDArray[np.bool_]:
    return np.array([bool(text) and not text.isspace() for text in texts], dtype=bool)
