"""Collects the problems found while a study is read: all in one go, each kind listed only so often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from coprod.errors import Cell, Problem
from coprod.study.codes import codes
from coprod.study.limits import MOST_LISTED
from coprod.study.schema import schema
from coprod.study.suggest import Suggestions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Problems", "RefusedError", "refuse", "shown"]


class RefusedError(Exception):
    """
    A file that cannot be read at all; caught where the file's name is known.

    Parameters
    ----------
    code, found, needs
        As in `coprod.errors.Problem`.
    row, column
        Where in the file, if that is known.
    """

    def __init__(self, code: str, found: str, needs: str, row: int | None, column: str | None) -> None:
        self.code, self.found, self.needs, self.row, self.column = code, found, needs, row, column
        super().__init__(found)


def refuse(code: str, found: str, needs: str, row: int | None = None, column: str | None = None) -> NoReturn:
    """
    Give up a file.

    Parameters
    ----------
    code, found, needs, row, column
        As in `RefusedError`.

    Raises
    ------
    RefusedError
        Always.
    """
    raise RefusedError(code, found, needs, row, column)


def shown(text: str, most: int = 60) -> str:
    r"""
    Return a text from a file in quotes, cut and with control characters escaped, fit for one line.

    Parameters
    ----------
    text
        The text.
    most
        Characters shown.

    Examples
    --------
    >>> print(shown("1,200"), shown("two" + chr(10) + "lines"))
    '1,200' 'two\nlines'
    """
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "'" + "".join(c if c.isprintable() else repr(c)[1:-1] for c in cut) + "'"


@dataclass(slots=True)
class Problems:
    """
    The problems of one reading, in the order they were found.

    Attributes
    ----------
    found
        What was found.
    suggest
        The nearest name, for as long as its budget lasts.
    """

    found: list[Problem] = field(default_factory=list)
    suggest: Suggestions = field(default_factory=Suggestions)

    def add(
        self, code: str, cell: Cell, found: str, needs: str, table: str | None = None, key: str | None = None
    ) -> None:
        """
        Note one problem; its severity follows from its code.

        Parameters
        ----------
        code, cell, found, needs, table, key
            As in `coprod.errors.Problem`.
        """
        self.found.append(Problem(code, codes()[code].severity, cell, found, needs, table, key))

    def add_refused(self, file: str, error: RefusedError, table: str | None = None) -> None:
        """
        Note a file that was given up.

        Parameters
        ----------
        file
            Its name.
        error
            Why.
        table
            The table it holds, if it holds one.
        """
        cell = Cell(file, error.row, error.column)
        self.add(error.code, cell, error.found, f"{error.needs}; nothing of it was read", table)

    def add_many(self, rows: Sequence[int], note: Callable[[int], None]) -> None:
        """
        Note the same kind of problem for many rows: the first few one by one, then how many more there are.

        Parameters
        ----------
        rows
            Positions, handed to `note` one at a time.
        note
            Adds the problem of one row.
        """
        for row in rows[:MOST_LISTED]:
            note(row)
        more = len(rows) - MOST_LISTED
        if more > 0:
            last = self.found[-1]
            cell = Cell(last.cell.file, None, last.cell.column)
            verb = "are" if more > 1 else "is"
            self.add(
                last.code, cell, f"{more:,} more like this", f"they {verb} not listed one by one", last.table
            )

    def in_order(self) -> list[Problem]:
        """Return the problems in the order of the study: settings, then tables, then rows."""
        places = {name: n for n, name in enumerate(schema())}
        return sorted(
            self.found,
            key=lambda p: (places.get(p.table or "", -1), p.cell.row is None, p.cell.row or 0),
        )
