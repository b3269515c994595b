"""A study as a folder: ``study.yaml`` for the settings, one CSV file per table."""

from __future__ import annotations

import csv
import io
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from coprod.errors import Cell
from coprod.study.limits import MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS
from coprod.study.names import table_named
from coprod.study.place import free_folder, keeping_others, written_aside
from coprod.study.problems import Problems, RefusedError, refuse, shown
from coprod.study.raw import RawStudy, RawTable, TableBuilder
from coprod.study.schema import tables as table_names
from coprod.study.settings import SETTINGS_FILE, read_settings, settings_text
from coprod.study.texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod.study.tables import Tables
    from coprod.study.texts import StudyTexts

__all__ = ["csv_text", "folder_files", "read_folder", "write_folder"]

_CHUNK = 512  # rows transposed at once: few, so that their lists are gone before the collector looks for them


def read_folder(path: Path, problems: Problems) -> RawStudy | None:
    """
    Read the files of a study folder as texts.

    Parameters
    ----------
    path
        The folder.
    problems
        Where problems are noted.

    Returns
    -------
    RawStudy or None
        None if it is no study folder.
    """
    settings_path = path / SETTINGS_FILE
    if not settings_path.is_file():
        found = f"a folder without {SETTINGS_FILE}"
        others = [p.name for p in sorted(path.glob("*.y*ml"))]
        needed = f"needs {SETTINGS_FILE} with the study's settings"
        problems.add("CP101", Cell(path.name), found, needed + (f"; there is {others[0]}" if others else ""))
        return None
    if not _inside(settings_path, path, problems):
        return None
    found_tables: dict[str, RawTable] = {}
    for entry in sorted(path.iterdir()):
        if entry.name == SETTINGS_FILE or entry.name.startswith(".") or entry.stem.upper() == "README":
            continue
        table = table_named(entry.stem) if entry.suffix.lower() == ".csv" else None
        if table is None or table == "study":
            _note_unknown(entry, problems)
        elif not _inside(entry, path, problems):
            continue
        elif table in found_tables:
            needed = f"needs one file for {table}; {found_tables[table].file} was read"
            problems.add("CP116", Cell(entry.name), "a second file for one table", needed, table)
        elif raw := read_csv(entry, table, problems):
            found_tables[table] = raw
    return RawStudy(read_settings(settings_path, problems), SETTINGS_FILE, found_tables)


def _note_unknown(entry: Path, problems: Problems) -> None:
    # A text file is meant to be a table only if it has the very name: notes.txt is not a misspelt sites.
    meant = entry.suffix.lower() == ".csv" or (
        entry.suffix.lower() in {".txt", ""} and table_named(entry.stem)
    )
    hint = problems.suggest(entry.stem, table_names()) if meant else ""
    code = "CP115" if hint else "CP114"
    kind = "a folder" if entry.is_dir() else "a file"
    problems.add(
        code, Cell(entry.name), f"{kind} that is no table of a study", f"it is left where it is.{hint}"
    )


def _inside(entry: Path, folder: Path, problems: Problems) -> bool:
    """Whether an entry is a file of the folder: no link out of it, no device, no folder."""
    try:
        target = entry.resolve(strict=True)
        inside = target.is_relative_to(folder.resolve())
        if inside and target.is_file():
            return True
        found = "something that is no file" if inside else "a link to a file outside the study's folder"
    except (OSError, RuntimeError):  # a link to nowhere, or in a circle
        found = "a link that leads nowhere"
    problems.add("CP126", Cell(entry.name), found, "needs the file itself; it was not read")
    return False


def read_csv(path: Path, table: str, problems: Problems) -> RawTable | None:
    """
    Read one CSV file as texts; None if it cannot be read at all.

    Parameters
    ----------
    path
        The file.
    table
        The table it holds.
    problems
        Where problems are noted.
    """
    try:
        return _read_csv(path, table, problems)
    except RefusedError as error:
        problems.add_refused(path.name, error, table)
        return None


def _read_csv(path: Path, table: str, problems: Problems) -> RawTable:
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        refuse("CP125", f"{size:,} bytes", f"needs at most {MAX_FILE_BYTES:,} bytes")
    with path.open("rb") as binary:
        start = binary.read(4096)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start:
        refuse("CP121", "UTF-16 or binary data", "needs CSV in UTF-8: save it as 'CSV UTF-8'")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _table(csv.reader(file, strict=True), path.name, table, problems)
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8 (0x{error.object[error.start]:02X})"
        line = _first_undecodable(path)
        refuse("CP121", found, "needs CSV in UTF-8: save it as 'CSV UTF-8'", line)
    except csv.Error as error:
        refuse("CP122", f"a file that is not well formed ({error})", "needs each quote closed")


def _first_undecodable(path: Path) -> int | None:
    """Return the line of the first byte that is not UTF-8."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return None


def _table(reader: Iterator[list[str]], file: str, table: str, problems: Problems) -> RawTable:
    """Return the table a reader gives row by row."""
    header = next(reader, [])
    if not any(title.strip() for title in header):
        refuse("CP124", "no header", "needs the names of the columns in row 1, or no such file", 1)
    if len(header) == 1 and (marks := [mark for mark in ";\t|" if mark in header[0]]):
        refuse("CP122", f"cells separated by {shown(marks[0])}", "needs commas between cells", 1)
    if len(header) > MAX_COLUMNS:
        refuse("CP125", f"{len(header):,} columns", f"needs at most {MAX_COLUMNS}", 1)
    builder = TableBuilder(table, file, header)
    ragged: list[tuple[int, int]] = []
    first = 2
    while rows := list(islice(reader, _CHUNK)):
        if set(map(len, rows)) != {len(header)}:
            ragged += [(first + n, have) for n, row in enumerate(rows) if (have := _ragged(row, len(header)))]
            rows = [(row + [""] * len(header))[: len(header)] for row in rows]
        builder.add(rows, first)
        first += len(rows)
        if first - 2 > MAX_ROWS:
            refuse("CP125", f"more than {MAX_ROWS:,} rows", f"needs at most {MAX_ROWS:,}", first)

    def note(n: int) -> None:
        row, have = ragged[n]
        found = f"{have} cell{'s' if have != 1 else ''} under a header of {len(header)}"
        needed = "needs as many commas as the header has; a text with a comma goes into quotes"
        problems.add("CP123", Cell(file, row), found, needed, table)

    problems.add_many(range(len(ragged)), note)
    return builder.finish()


def _ragged(row: list[str], width: int) -> int:
    """Return how many cells a row has where that is wrong, else 0: blank cells too many do no harm."""
    if len(row) > width and not any(cell.strip() for cell in row[width:]):
        return 0
    return 0 if len(row) == width or not any(cell.strip() for cell in row) else len(row)


def csv_text(header: list[str], columns: list[list[str]]) -> str:
    """
    Return the content of a table's CSV file.

    Parameters
    ----------
    header
        Names of the columns.
    columns
        Texts of each column's cells.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue()


def folder_files(texts: StudyTexts) -> Iterator[tuple[str, str]]:
    """
    Yield name and content of each file of a study folder; tables without rows have none.

    Parameters
    ----------
    texts
        The study's cells.
    """
    yield SETTINGS_FILE, settings_text(texts.settings)
    for name, columns in texts.tables.items():
        yield f"{name}.csv", csv_text(list(columns), list(columns.values()))


def write_folder(tables: Tables, path: Path | str) -> None:
    """
    Write a study as a folder; what `coprod.study.read` then returns equals it.

    The folder is written aside and takes its place when it is complete. A study that stands there is
    replaced; files in it that are no tables are kept.

    Parameters
    ----------
    tables
        The study.
    path
        The folder; new, empty, or a study's.

    Raises
    ------
    StudyError
        If something else stands there, or a value would not be read back as it is (nothing is written then).
    """
    path = Path(path)
    texts = texts_of(tables)
    free_folder(path, SETTINGS_FILE)
    with written_aside(path) as aside:
        aside.mkdir()
        for name, text in folder_files(texts):
            (aside / name).write_text(text, encoding="utf-8", newline="")
        keeping_others(path, aside, lambda entry: entry.name == SETTINGS_FILE or _is_table(entry))


def _is_table(entry: Path) -> bool:
    return entry.suffix.lower() == ".csv" and table_named(entry.stem) is not None
