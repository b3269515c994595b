"""Several books together: read, searched, made into studies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.errors import BookError
from coprod.p21.reading import read_book
from coprod.p21.reconcile import lines_of
from coprod.p21.tables import left_out, study_of
from coprod.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coprod.p21.book import LineItem
    from coprod.p21.reconcile import Line
    from coprod.p21.tables import Imported

__all__ = ["Books", "folder_name", "read_books"]

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Books:
    """
    What was read of one or several books.

    Attributes
    ----------
    items
        Line items in the order of the books.
    lines
        Their production lines, figures made consistent over all books.
    faults
        Why a book, or the rest of it, could not be read.
    """

    items: tuple[LineItem, ...]
    lines: tuple[Line, ...]
    faults: tuple[str, ...]

    def select(self, line_items: Sequence[str] = (), year: int | None = None) -> list[Line]:
        """
        Return the lines of some line items.

        Parameters
        ----------
        line_items
            Each a line item's number, or part of its title or of an item's name, case apart; none: all.
        year
            Budget year; None: all.

        Raises
        ------
        BookError
            If something asked for is in no book: with the nearest that are.
        """
        lines = [line for line in self.lines if year in {None, line.line.year}]
        if not line_items:
            return lines
        chosen: dict[int, Line] = {}
        for asked in line_items:
            words = asked.casefold()
            exact = [n for n, line in enumerate(lines) if line.line.number.casefold() == words]
            found = exact or [
                n
                for n, line in enumerate(lines)
                if words in line.line.title.casefold() or words in line.item.name.casefold()
            ]
            if not found:
                raise BookError(_nothing(asked, self.items, lines))
            chosen |= {n: lines[n] for n in found}
        return [chosen[n] for n in sorted(chosen)]

    def study(self, line_items: Sequence[str] = (), year: int | None = None) -> Imported:
        """
        Make one study of some line items: of every line of theirs of which one can be made.

        Parameters
        ----------
        line_items, year
            As for `select`.

        Raises
        ------
        BookError
            If nothing is found, no study can be made of any of it, or it is of several budget years.
        """
        found = self.select(line_items, year)
        usable = [line for line in found if not left_out(line)]
        if found and not usable:
            reasons = "; ".join(dict.fromkeys(f"{line.name}: {left_out(line)}" for line in found[:5]))
            msg = f"no study can be made of what was asked for ({reasons})"
            raise BookError(msg)
        return study_of(usable)


def _nothing(asked: str, items: Sequence[LineItem], lines: Sequence[Line]) -> str:
    """Return what to say where something asked for is not there."""
    from difflib import get_close_matches

    if not lines:
        files = ", ".join(dict.fromkeys(item.book.file for item in items))
        return f"{files}: none of {len(items)} line items has makers, or none in that year"
    known = {item.number: item.title for item in items}
    if any(item.number.casefold() == asked.casefold() for item in items):
        return f"line item {asked!r}: it has no makers with lots or rates, or none in that year"
    names = {name.casefold(): number for number, title in known.items() for name in (number, title)}
    near = [names[name] for name in get_close_matches(asked.casefold(), names, 3, 0.5)]
    hint = f" Did you mean {', '.join(f'{n} ({known[n]})' for n in dict.fromkeys(near))}?" if near else ""
    return f"line item {asked!r}: none of {len({line.line.number for line in lines})} with makers.{hint}"


def read_books(paths: Sequence[Path | str], *, progress: Progress | None = None) -> Books:
    """
    Read books; one that cannot be read does not stop the others.

    Parameters
    ----------
    paths
        XML files.
    progress
        Told which book is read and how far it is.

    Raises
    ------
    BookError
        If nothing could be read at all.
    OSError
        If a file cannot be opened.
    """
    told = progress or Progress()
    items: list[LineItem] = []
    faults: list[str] = []
    for path in paths:
        told.phase(f"reading {path}")
        try:
            # One after the other, so that what stands before a fault is kept.
            for item in read_book(path, progress=told):
                items.append(item)  # noqa: PERF402
        except BookError as error:
            faults.append(str(error))
    if not items:
        raise BookError("\n".join(faults) or "no book was given")
    return Books(tuple(items), tuple(lines_of(items)), tuple(faults))


def folder_name(line: Line) -> str:
    """Return a folder's name for a line's study, such as ``pb2017-mamra0-aim-120-missile``."""
    book = line.line.book
    words = f"{book.cycle}{book.year or ''} {line.line.number} {line.name}".lower()
    return _NOT_PLAIN.sub("-", words).strip("-")[:80].strip("-")
