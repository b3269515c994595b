"""What stands beside a study made from a book: its items, assumptions and contradictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.p21.book import COLUMNS
from coprod.p21.orders import orders_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coprod.p21.reconcile import Line
    from coprod.p21.tables import Imported

__all__ = ["findings_table", "readme"]

_HEAD = """\
# {title}

Made by `coprod import p21` from {books}. Every row of the tables names its exhibit in `source` and the table
and row in `note`; a figure that stands elsewhere than its row has a row in `provenance`.

A lot awarded by the book's date is under contract: what it still delivers arrives as receipts, which occupy
the line. A planned lot is a process from its award on, with a contract (a licence) that caps it at its units.
Foreign orders are demands and come before own refill, an objective that rises lot by lot. Own months inside a
lot do not count: its objective is due in its last printed month.
"""


def readme(made: Imported) -> str:
    """Return the README of a study made from a book, in Markdown."""
    books = dict.fromkeys(f"{line.line.book.label} (`{line.line.book.file}`)" for line in made.lines)
    parts = [_HEAD.format(title=made.tables.settings["title"], books=", ".join(books))]
    parts.append("## Items\n")
    parts += [_item(line) for line in made.lines]
    parts.append("## What the book does not say, and what was taken in its place\n")
    rows = [(str(own.place), own.missing, own.taken) for own in made.assumptions]
    parts.append(_table(("where", "not said", "taken"), rows))
    parts.append("## Figures that contradict each other\n")
    if made.contradictions:
        found = [
            (c.kind, f"{c.first} ({c.first_place})", f"{c.second} ({c.second_place})", c.rule)
            for c in made.contradictions
        ]
        parts.append(_table(("what", "one place", "the other", "rule"), found))
    else:
        parts.append("None found.\n")
    if made.remarks:
        parts.append("## Figures left out\n")
        parts.append(_table(("where", "what"), [(str(r.place), r.text) for r in made.remarks]))
    return "\n".join(parts)


def _item(line: Line) -> str:
    """Return one item: its lots, and what the book gives for it by fiscal year."""
    orders, _ = orders_of(line)
    contract = [order.lot.name for order in orders if order.under_contract]
    planned = [order.lot.name for order in orders if not order.under_contract]
    text = (
        f"### {line.name}\n\n{line.line.number} {line.line.title}, {line.maker.name}, {line.maker.location}. "
    )
    text += f"Under contract: {', '.join(contract) or 'none'}. Planned: {', '.join(planned) or 'none'}.\n"
    cost = line.item.cost
    rows = []
    years = {c: f"FY{line.line.year + after}" for c, after in COLUMNS.items() if line.line.year is not None}
    columns = {"AllPriorYears": "all prior years", **years}
    for column, name in (columns | {"ToComplete": "to complete", "Total": "total"}).items():
        figures = [cost.get(measure, {}).get(column) for measure in ("Quantity", "TotalCost", "UnitCost")]
        if any(value is not None for value in figures):
            rows.append((name, *("" if value is None else f"{value:,.10g}" for value in figures)))
    heads = (
        "year",
        "quantity",
        f"total cost ({line.line.total_cost_unit or 'unit not said'})",
        f"unit cost ({line.line.unit_cost_unit or 'unit not said'})",
    )
    notes = "".join(f"\nFootnote of the exhibit: {note}\n" for note in line.maker.footnotes)
    return f"{text}\n{_table(heads, rows)}{notes}" if rows else text + notes


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    lines += [
        f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in row)} |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def findings_table(lines: Sequence[Line], assumptions: Sequence[Any] = ()) -> pd.DataFrame:
    """Return every contradiction, figure left out and assumption of some lines, one row each."""
    rows: list[dict[str, Any]] = []
    for line in lines:
        about: dict[str, Any] = {
            "budget_year": line.line.year,
            "line_item": line.line.number,
            "item": line.name,
        }
        rows += [
            about
            | {
                "kind": c.kind,
                "place": str(c.first_place),
                "found": c.first,
                "other_place": str(c.second_place),
                "other_found": c.second,
                "amount": c.amount,
                "rule": c.rule,
            }
            for c in line.contradictions
        ]
    seen = {id(line.line): line.line for line in lines}
    for item in seen.values():
        about = {"budget_year": item.year, "line_item": item.number, "item": ""}
        rows += [
            about | {"kind": "left out", "place": str(r.place), "found": r.text, "rule": "left out"}
            for r in item.remarks
        ]
    for own in assumptions:
        rows.append({"kind": "not said", "place": str(own.place), "found": own.missing, "rule": own.taken})
    heads = [
        "budget_year",
        "line_item",
        "item",
        "kind",
        "place",
        "found",
        "other_place",
        "other_found",
        "amount",
    ]
    return pd.DataFrame(rows, columns=[*heads, "rule"])
