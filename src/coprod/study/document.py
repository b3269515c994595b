"""The pages of the documentation that are rendered from data: tables and columns, terms, and problems."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from coprod.study.codes import codes
from coprod.study.names import aliases
from coprod.study.schema import SCHEMA_VERSION, schema

if TYPE_CHECKING:
    from coprod.study.schema import Column, Table

__all__ = ["Term", "column_facts", "problems_page", "tables_page", "terms"]

_INTRODUCTION = f"""\
# Tables of a study

A study is a folder with `study.yaml` for the settings and one CSV file per table, or one Excel workbook
with a sheet `study` (setting and value in two columns) and one sheet per table. Both hold the same
study. This page is rendered from the schema that also checks, documents and makes studies (version
{SCHEMA_VERSION}).

- Only tables that have rows, and columns that differ from their default, need be there. A blank cell
  means the default. A file or sheet that is no table is left where it is; a column that the table does
  not have is an error, unless its name begins with `_` or `#`.
- **Numbers** are plain digits with a point before the decimals; the unit is in the column's name.
- **Durations** are given in exactly one of `_days`, `_weeks`, `_months`; a month is 365.25/12 days.
- **Dates** are `2027-03-15`. A bare month or year (`2027-03`, `2027`) means its first or its last day,
  as each column says. A spreadsheet turns a month typed as `2027-12` into the first of December, unless
  the cell is formatted as text; the workbooks written here are.
- **Lists** are separated by `;`. **True** and **false** may be written yes and no, 1 and 0.
- **Texts** lose the spaces around them. Upper and lower case are different names.
- A **key** is the row's key columns joined by `/` in the order below, such as
  `seeker-kit/plant-us/plant-jp` for a lane; `*` stands for any text. Names that are part of keys hold no
  `/`, `;` and `*`.
- CSV files are UTF-8 with commas. Formulas in a workbook give the values saved with it; macros are not
  run.
"""

_PROBLEMS = """\
# Problems in a study

Every problem names the place, what was found and what would be right, and has a code. An **error** stops
the run, a **warning** is repeated in the report, a **notice** is only printed. CP1xx is found while files
are read, CP2xx speaks of names and options, CP3xx of figures, CP4xx of what only the network shows.
"""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the glossary."""

    term: str
    abbreviation: str
    definition: str
    note: str


@cache
def terms() -> tuple[Term, ...]:
    """Return the glossary in alphabetical order."""
    text = files("coprod.study").joinpath("terms.csv").read_text(encoding="utf-8")
    found = [
        Term(row["term"], row["abbreviation"], row["definition"], row["note"])
        for row in csv.DictReader(text.splitlines())
    ]
    return tuple(sorted(found, key=lambda term: term.term.lower()))


def column_facts(column: Column) -> str:
    """
    Return type, range and default of a column in words.

    Parameters
    ----------
    column
        The column.

    Examples
    --------
    >>> column_facts(schema()["processes"].columns["yield_fraction"])
    'number from 0 to 1; default 1; may change with time'
    """
    kind = {"key": "name", "integer": "whole number", "choice": "one of", "boolean": "true or false"}
    facts = kind.get(column.type, column.type)
    if column.choices:
        facts += " " + ", ".join(f"`{choice}`" for choice in column.choices)
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        facts += f" from {low:g} to {high:g}"
    elif low is not None:
        facts += f" >= {low:g}"
    elif high is not None:
        facts += f" <= {high:g}"
    if column.dated:
        facts += f" (bare month or year: its {column.dated} day)"
    if column.references:
        facts += " of names" if column.type == "list" else ""
        facts += " in " + " or ".join(f"`{table}`" for table in column.references)
    more = ["required"] if column.required else []
    more += [f"default {column.default}"] if column.default else []
    more += ["may change with time"] if column.profile else []
    return "; ".join([facts, *more])


def tables_page() -> str:
    """Return the page of all tables, columns, accepted other names and terms, as Markdown."""
    parts = [_INTRODUCTION]
    parts += [_table(table) for table in schema().values()]
    others = [
        f"| {f'`{table}`' if table else 'tables'} | `{alias}` | `{name}` |"
        for table, names in aliases().items()
        for alias, name in names.items()
    ]
    heads = ["## Other names accepted", "", "| in | written | read as |", "| --- | --- | --- |"]
    parts.append("\n".join([*heads, *others, ""]))
    heads = ["## Terms", "", "| term | meaning | note |", "| --- | --- | --- |"]
    parts.append("\n".join([*heads, *map(_term, terms()), ""]))
    return "\n".join(parts)


def _term(term: Term) -> str:
    name = f"{term.term} ({term.abbreviation})" if term.abbreviation else term.term
    return f"| {name} | {_cell(term.definition)} | {_cell(term.note)} |"


def _table(table: Table) -> str:
    title = "`study` (settings)" if table.name == "study" else f"`{table.name}`"
    lines = [f"## {title}", "", table.description]
    if table.key:
        lines[-1] += f" Key: {', '.join(f'`{name}`' for name in table.key)}."
    if table.used_by.startswith("later"):
        lines[-1] += f" Read and checked now; used by an engine to come ({table.used_by.split(': ')[1]})."
    first = "setting" if table.name == "study" else "column"
    lines += ["", f"| {first} | unit | what it holds | meaning |", "| --- | --- | --- | --- |"]
    lines += [
        f"| `{column.name}` | {column.unit} | {_cell(column_facts(column))} | {_cell(column.description)} |"
        for column in table.columns.values()
    ]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")


def problems_page() -> str:
    """Return the page of all problem codes, as Markdown."""
    lines = [_PROBLEMS]
    for code in codes().values():
        lines += [f"## {code.code}", "", f"**{code.title}** ({code.severity}). {_cell(code.cure)}", ""]
    return "\n".join(lines)
