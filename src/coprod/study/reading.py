"""The one way in: a folder or a workbook to `Tables` and all its problems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coprod.errors import Cell
from coprod.study.assemble import assemble, empty_tables
from coprod.study.folder import read_folder
from coprod.study.problems import Problems
from coprod.study.settings import SETTINGS_FILE
from coprod.study.workbook import WORKBOOK_SUFFIXES, read_workbook

if TYPE_CHECKING:
    from coprod.errors import Problem
    from coprod.study.tables import Tables

__all__ = ["read"]


def read(path: Path | str) -> tuple[Tables, list[Problem]]:
    """
    Read a study and check every cell on its own; what cells say together is left to `check_tables`.

    Nothing in the files can make this raise: whatever is wrong is among the problems. A cell with an error
    is left at its default, a row without its key is left out.

    Parameters
    ----------
    path
        A study folder (or its ``study.yaml``), or a workbook (``.xlsx``, or ``.xlsm``, whose macros are not
        run).

    Returns
    -------
    Tables
        The study; without rows if it could not be read.
    list of Problem
        All problems found, in the order of the study.
    """
    path, problems = Path(path), Problems()
    if path.name == SETTINGS_FILE and path.is_file():
        path = path.absolute().parent
    try:
        if path.is_dir():
            raw = read_folder(path, problems)
        elif path.is_file() and path.suffix.lower() in WORKBOOK_SUFFIXES:
            raw = read_workbook(path, problems)
        else:
            raw = None
            found = f"a file {path.suffix or 'of no kind'}" if path.exists() else "nothing there"
            needed = f"needs a folder with {SETTINGS_FILE}, or a workbook (.xlsx)"
            problems.add("CP101", Cell(path.name or str(path)), found, needed)
    except OSError as error:
        raw = None
        needed = "needs files that may be read"
        problems.add("CP101", Cell(path.name), f"a file that cannot be read ({error.strerror})", needed)
    tables = assemble(raw, problems) if raw else empty_tables()
    return tables, problems.in_order()
