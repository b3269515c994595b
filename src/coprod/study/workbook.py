"""A study as an Excel workbook: a two-column sheet ``study`` for the settings, one sheet per table."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coprod.errors import Cell
from coprod.study.archive import Archive, inspect, sheet_names, unopened
from coprod.study.cells import parse
from coprod.study.limits import MAX_COLUMNS, MAX_SHEET_AREA
from coprod.study.names import table_named
from coprod.study.place import no_place, written_aside
from coprod.study.problems import Problems, RefusedError, refuse
from coprod.study.raw import RawSetting, RawStudy, RawTable
from coprod.study.schema import Column, schema
from coprod.study.schema import tables as table_names
from coprod.study.sheets import sheet_settings, sheet_table
from coprod.study.texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from coprod.study.tables import Tables

__all__ = [
    "SETTINGS_SHEET",
    "WORKBOOK_SUFFIXES",
    "free_workbook",
    "read_workbook",
    "save_workbook",
    "write_workbook",
]

SETTINGS_SHEET = "study"
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm")

_ROWS_OF_A_SHEET = 1_048_576
_FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets disagree on how days are counted


# ------------------------------------------------------------------------------------------ in


def read_workbook(path: Path, problems: Problems) -> RawStudy | None:
    """
    Read the sheets of a study workbook as texts.

    Formulas give the values saved with them; macros, links and charts are not looked at.

    Parameters
    ----------
    path
        The workbook.
    problems
        Where problems are noted.

    Returns
    -------
    RawStudy or None
        None if it is no study workbook, or is not opened for safety's sake.
    """
    try:
        archive = inspect(path, {name for name in sheet_names(path) if table_named(name)})
        for name, facts in archive.sheets.items():
            if facts.width > MAX_COLUMNS or facts.height * facts.width > MAX_SHEET_AREA:
                found = f"sheet {name} in use down to row {facts.height:,} and out to column {facts.width:,}"
                needed = f"needs at most {MAX_COLUMNS} columns and {MAX_SHEET_AREA:,} cells"
                refuse("CP125", found, needed)
        return _study(path, archive, problems)
    except RefusedError as error:
        problems.add_refused(path.name, error)
        return None


def _study(path: Path, archive: Archive, problems: Problems) -> RawStudy | None:
    cell = Cell(path.name)
    if archive.macros:
        problems.add("CP146", cell, "macros", "they were not run; only saved values were read")
    if archive.links:
        problems.add(
            "CP147", cell, "links to other workbooks", "they were not followed; saved values were read"
        )
    contents = _contents(path, archive)
    settings: list[RawSetting] | None = None
    found: dict[str, RawTable] = {}
    for name, rows in contents.items():
        table, file = table_named(name), f"sheet {name}"
        if table is None or rows is None:
            if name.strip().upper() != "README":
                hint = problems.suggest(name, schema())
                needed = f"it is left where it is.{hint}"
                problems.add(
                    "CP115" if hint else "CP114", Cell(file), "a sheet that is no table of a study", needed
                )
        elif table == SETTINGS_SHEET:
            settings = sheet_settings(rows, file, archive.sheets[name], problems)
        elif table in found:
            needed = f"needs one sheet for {table}; {found[table].file} was read"
            problems.add("CP116", Cell(file), "a second sheet for one table", needed, table)
        elif raw := sheet_table(rows, file, table, archive.sheets[name], problems):
            found[table] = raw
    if settings is None:
        needed = "needs a sheet study with the study's settings: setting and value in two columns"
        problems.add("CP101", cell, "a workbook without a sheet study", needed)
        return None
    return RawStudy(settings, f"sheet {SETTINGS_SHEET}", found)


def _contents(path: Path, archive: Archive) -> dict[str, list[list[Any]] | None]:
    """Return the rows of each sheet that was looked through, and None for every other sheet."""
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            return {
                name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                if name in archive.sheets
                else None
                for name in book.sheet_names
            }
    except BaseException as error:
        # The library's own panic on a damaged file is no Exception, and has no name to import.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        unopened(error)


# ------------------------------------------------------------------------------------------ out


def write_workbook(tables: Tables, path: Path | str) -> None:
    """
    Write a study as a workbook; what `coprod.study.read` then returns equals it.

    Parameters
    ----------
    tables
        The study.
    path
        The file, ending in ``.xlsx``; new, or a study's workbook, which is replaced.

    Raises
    ------
    StudyError
        If something else stands there, a sheet of it is no table of a study, a table has more rows than a
        sheet can hold, or a value would not be read back as it is. Nothing is written then.
    """
    texts = texts_of(tables)
    for name, columns in texts.tables.items():
        rows = len(next(iter(columns.values())))
        if rows >= _ROWS_OF_A_SHEET:
            no_place(
                "CP162", name, f"{rows:,} rows", f"needs fewer than {_ROWS_OF_A_SHEET:,}, or a folder of CSV"
            )
    free_workbook(Path(path))
    save_workbook(Path(path), texts.settings, texts.tables)


def save_workbook(
    path: Path,
    settings: Mapping[str, str],
    columns: Mapping[str, Mapping[str, list[str]]],
    readme: Sequence[Sequence[str]] = (),
) -> None:
    """
    Save settings and tables as a workbook: typed cells, a comment on each header, nothing to be calculated.

    Parameters
    ----------
    path
        The file; what stands there is replaced (see `free_workbook`).
    settings
        Text of each setting.
    columns
        Texts of each column's cells, by table; a column may be empty.
    readme
        Rows of a sheet README that goes first; none without rows.
    """
    import xlsxwriter

    with written_aside(path) as aside, xlsxwriter.Workbook(str(aside)) as book:
        # The clock is no part of a study: equal studies give equal files.
        book.set_properties({"created": datetime(2000, 1, 1)})
        writer = _Writer(book)
        if readme:
            writer.readme(readme)
        writer.settings(settings)
        for name, cells in columns.items():
            writer.table(name, cells)


def free_workbook(path: Path, *, replace: bool = True) -> None:
    """
    Check that a workbook may be written at a path.

    Parameters
    ----------
    path
        The file.
    replace
        Whether a workbook may stand there that holds a study and nothing else.

    Raises
    ------
    StudyError
        If its name does not end in ``.xlsx``, or something else is there.
    """
    needed = "needs a new name; nothing was written"
    if path.suffix.lower() != ".xlsx":
        no_place(
            "CP161",
            path.name,
            "a name that does not end in .xlsx",
            "needs one that does; nothing was written",
        )
    if not path.exists() and not path.is_symlink():
        return
    names = sheet_names(path) if path.is_file() and not path.is_symlink() else []
    if not replace or SETTINGS_SHEET not in names:
        no_place("CP161", path.name, "a file or folder of that name", needed)
    others = [name for name in names if table_named(name) is None and name != "README"]
    if others:
        no_place("CP161", path.name, f"a study with other sheets in it ({', '.join(others[:3])})", needed)


class _Writer:
    """Sheets of a study in a workbook of the writing library."""

    def __init__(self, book: Any) -> None:
        from xlsxwriter.worksheet import Worksheet

        class ExactNumbers(Worksheet):  # type: ignore[misc]  # the library is untyped
            """A sheet whose numbers keep all their digits; the library stops at 16, and some need 17."""

            def _xml_number_element(self, number: float, attributes: Any = ()) -> None:
                pairs = "".join(f' {name}="{value}"' for name, value in attributes)
                self.fh.write(f"<c{pairs}><v>{float(number)!r}</v></c>")

        self.book, self.sheet_class = book, ExactNumbers
        self.header = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        # As text, 2027-12 stays a month; a spreadsheet would make it the first of December.
        self.text = book.add_format({"num_format": "@"})

    def readme(self, rows: Sequence[Sequence[str]]) -> None:
        sheet = self.book.add_worksheet("README", worksheet_class=self.sheet_class)
        for n, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(n, column, text, self.header if n == 0 else self.wrapped)
        for column, width in enumerate((18, 34, 12, 30, 14, 90)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)

    def settings(self, settings: Mapping[str, str]) -> None:
        sheet = self.book.add_worksheet(SETTINGS_SHEET, worksheet_class=self.sheet_class)
        sheet.write_string(0, 0, "setting", self.header)
        sheet.write_string(0, 1, "value", self.header)
        columns = schema()["study"].columns
        for row, (name, text) in enumerate(settings.items(), 1):
            sheet.write_string(row, 0, name)
            sheet.write_comment(row, 0, _help(columns[name]), {"x_scale": 2.5})
            self._cell(sheet, row, 1, columns[name], text)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 60, self.text)
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A1:B200"})

    def table(self, name: str, cells: Mapping[str, list[str]]) -> None:
        sheet = self.book.add_worksheet(name, worksheet_class=self.sheet_class)
        for n, (title, texts) in enumerate(cells.items()):
            column = schema()[name].columns[title]
            sheet.write_string(0, n, title, self.header)
            sheet.write_comment(0, n, _help(column), {"x_scale": 2.5, "y_scale": 1.4})
            for row, text in enumerate(texts, 1):
                self._cell(sheet, row, n, column, text)
            longest = max((len(text) for text in texts[:1000]), default=0)
            typed = column.type in {"number", "integer", "boolean"}
            sheet.set_column(n, n, max(len(title) + 2, min(longest + 1, 50)), None if typed else self.text)
        sheet.freeze_panes(1, len(table_names()[name].key))
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def _cell(self, sheet: Any, row: int, place: int, column: Column, text: str) -> None:
        if not text:
            return
        match column.type:
            case "number" | "integer":
                sheet.write_number(row, place, float(text))
            case "boolean":
                sheet.write_boolean(row, place, text == "true")
            case "date":
                day: pd.Timestamp = parse(column, text)
                if day.date() < _FIRST_DAY:
                    sheet.write_string(row, place, text, self.text)
                else:
                    sheet.write_datetime(row, place, day.to_pydatetime(), self.date)
            case _:
                sheet.write_string(row, place, text, self.text)


def _help(column: Column) -> str:
    """Return what the comment on a header says: unit, default and meaning."""
    facts = [f"[{column.unit}]" if column.unit else "", "required" if column.required else ""]
    facts += [f"default {column.default}" if column.default else ""]
    facts += [f"one of {', '.join(column.choices)}" if column.choices else ""]
    line = "; ".join(fact for fact in facts if fact)
    return f"{line}\n{column.description}" if line else column.description
