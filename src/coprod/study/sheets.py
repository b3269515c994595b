"""The cells of a sheet, as a spreadsheet library hands them over, to texts."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from coprod.errors import Cell
from coprod.study.problems import Problems, shown
from coprod.study.raw import RawSetting, RawTable, TableBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.study.archive import SheetFacts

__all__ = ["cell_text", "note_formulas", "sheet_settings", "sheet_table"]

_CHUNK = 1 << 16


def cell_text(value: Any) -> str:
    """
    Return the text of a cell, as the same figure stands in a CSV file.

    Parameters
    ----------
    value
        A text, number, bool, date or time.

    Examples
    --------
    >>> cell_text(12.0), cell_text(0.1), cell_text(date(2027, 3, 1)), cell_text(True)
    ('12', '0.1', '2027-03-01', 'TRUE')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def sheet_table(
    rows: Sequence[Sequence[Any]], file: str, table: str, facts: SheetFacts, problems: Problems
) -> RawTable | None:
    """
    Return the table on a sheet; None if the sheet is empty.

    Parameters
    ----------
    rows
        Every row from the sheet's first, each as wide as the sheet.
    file
        The sheet, for messages.
    table
        The table it holds.
    facts
        What the sheet's XML says of formulas.
    problems
        Where problems are noted.
    """
    header = [cell_text(value) for value in rows[0]] if rows else []
    if not any(title.strip() for title in header):
        needed = "needs the names of the columns in row 1, or no such sheet; nothing of it was read"
        problems.add("CP124", Cell(file, 1), "no header", needed, table)
        return None
    note_formulas(facts, file, table, header, problems)
    builder = TableBuilder(table, file, header)
    for first in range(1, len(rows), _CHUNK):
        chunk = [[v if type(v) is str else cell_text(v) for v in row] for row in rows[first : first + _CHUNK]]
        builder.add(chunk, first + 1)
    return builder.finish()


def note_formulas(
    facts: SheetFacts, file: str, table: str, header: Sequence[str], problems: Problems
) -> None:
    """
    Note formulas of a sheet: those that failed or have no saved value are errors.

    Parameters
    ----------
    facts
        What the sheet's XML says.
    file, table, problems
        As in `sheet_table`.
    header
        Names of the columns.
    """
    titles = dict(enumerate(header, 1))

    def note_unsaved(n: int) -> None:
        row, column = facts.unsaved[n]
        needed = "needs a saved value: open the workbook in a spreadsheet program and save it"
        cell = Cell(file, row, titles.get(column))
        problems.add("CP143", cell, "a formula that was never worked out", needed, table)

    def note_failed(n: int) -> None:
        row, column, text = facts.failed[n]
        needed = "needs a value; mend the formula, or write the figure"
        problems.add("CP144", Cell(file, row, titles.get(column)), shown(text), needed, table)

    problems.add_many(range(len(facts.unsaved)), note_unsaved)
    problems.add_many(range(len(facts.failed)), note_failed)
    if facts.formulas:
        found = f"{facts.formulas:,} formula{'s' if facts.formulas > 1 else ''}"
        problems.add("CP145", Cell(file), found, "the values saved with the workbook were read", table)


def sheet_settings(
    rows: Sequence[Sequence[Any]], file: str, facts: SheetFacts, problems: Problems
) -> list[RawSetting]:
    """
    Return the settings on a sheet of two columns: setting and value, with or without a header.

    Parameters
    ----------
    rows, file, facts, problems
        As in `sheet_table`.
    """
    note_formulas(facts, file, "study", ["setting", "value"], problems)
    settings = []
    for number, row in enumerate(rows, 1):
        texts = [cell_text(value) for value in row]
        name, value = texts[0].strip(), texts[1] if len(texts) > 1 else ""
        if number == 1 and name.lower() in {"setting", "settings"}:
            continue
        if not name and not value.strip():
            continue
        settings.append(RawSetting(name, value, number))
        if any(text.strip() for text in texts[2:]):
            found, needed = "text beside the value", "needs two columns: the setting and its value"
            problems.add("CP123", Cell(file, number, name or None), found, needed, "study")
    return settings
