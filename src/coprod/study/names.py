"""Names of tables and columns as files write them: accepted aliases, and which table a file or sheet is."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from coprod.study.schema import schema

__all__ = ["aliases", "column_named", "table_named"]


@cache
def aliases() -> dict[str, dict[str, str]]:
    """Return accepted other names by table (``""`` for tables themselves): alias to name."""
    text = files("coprod.study").joinpath("aliases.csv").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["table"], {})[row["alias"]] = row["name"]
    return found


def table_named(name: str) -> str | None:
    """
    Return the table a file (without ``.csv``) or sheet holds, or None.

    Case does not count, as it does not for sheets in a workbook and for files on many systems.

    Parameters
    ----------
    name
        Name of the file or sheet.

    Examples
    --------
    >>> table_named("Items"), table_named("licenses"), table_named("notes")
    ('items', 'licences', None)
    """
    lower = name.strip().lower()
    lower = aliases()[""].get(lower, lower)
    return lower if lower in schema() else None


def column_named(table: str, name: str) -> str | None:
    """
    Return the column of a table (``study``: the setting) that a header names, or None; case counts.

    Parameters
    ----------
    table
        Name of the table.
    name
        The header, without spaces around it.
    """
    name = aliases().get(table, {}).get(name, name)
    return name if name in schema()[table].columns else None
