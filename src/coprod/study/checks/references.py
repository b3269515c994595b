"""Names that must be those of rows in other tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod.study.schema import schema

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    import pandas as pd

    from coprod.study.findings import Findings
    from coprod.study.tables import Tables

__all__ = ["check_name", "check_references", "known_names", "words_for"]

_ONE_OF = {
    "items": "item",
    "sites": "site",
    "processes": "process",
    "resources": "resource",
    "lanes": "lane",
    "licences": "licence",
    "investments": "investment",
    "activities": "activity",
    "payers": "payer",
    "options": "option",
}

# A source may be words instead of a name; parents of options are looked at where options are applied.
_FREE = {("options", "based_on")}


def known_names(findings: Findings, table: str) -> set[str]:
    """Return the names (for lanes: the keys) of a table, inactive rows included."""
    if table == "options":
        return {"base", *findings.active("options")["option"]}
    return set(findings.keys(table))


def words_for(tables: Tables, names: Iterable[str]) -> str:
    """Return what is missing, such as ``process or investment in processes.csv or investments.csv``."""
    names = list(names)
    kinds = " or ".join(_ONE_OF[name] for name in names)
    return f"{kinds} in {' or '.join(tables.cell(name).file for name in names)}"


def check_references(findings: Findings) -> None:
    """Every name in a column that refers to other tables, in all rows, active or not."""
    tables = findings.tables
    known = {name: known_names(findings, name) for name in _ONE_OF}
    for table in schema().values():
        for column in table.columns.values():
            if (
                not column.references
                or column.references == ("sources",)
                or (table.name, column.name) in _FREE
            ):
                continue
            if table.name == "study":
                cell = tables.settings[column.name]
                rows: Iterable[tuple[int | None, object]] = [(None, cell)]
            else:
                series: pd.Series[str] = tables[table.name][column.name]
                rows = zip(series.index, series, strict=True)
            homes = [known[reference] for reference in column.references]
            for row, cell in rows:
                for name in cell if isinstance(cell, tuple) else (cell,) if cell else ():
                    if len(homes) > 1 or name not in homes[0]:
                        check_name(findings, table.name, row, column.name, name, column.references, known)


def check_name(
    findings: Findings,
    table: str,
    row: Hashable | None,
    column: str,
    name: str,
    references: tuple[str, ...],
    known: dict[str, set[str]],
) -> None:
    """
    Note a name that none of some tables has, or that two of them have.

    Parameters
    ----------
    findings
        Where it is noted.
    table, row, column
        Where the name stands.
    name
        The name.
    references
        Tables it may be in.
    known
        Names by table.
    """
    homes = [reference for reference in references if name in known[reference]]
    if len(homes) == 1:
        return
    if homes:
        files = " and ".join(findings.tables.cell(home).file for home in homes)
        findings.add(
            "CP208", table, row, column, f"'{name}'", f"there is one in {files}; rename one of the two"
        )
        return
    names = sorted(set().union(*(known[reference] for reference in references)))
    hint = findings.suggest(name, names)
    words = words_for(findings.tables, references)
    findings.add("CP201", table, row, column, f"'{name}'", f"no such {words}.{hint}")
