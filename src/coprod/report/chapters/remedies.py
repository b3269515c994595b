"""What it would take to keep every date, in chapter 3: what contradicts each other, and the cures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.report.chapters.amounts import amount, change
from coprod.report.chapters.causes import limit_name
from coprod.report.parts import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Hashable

    from markupsafe import Markup

    from coprod.report.facts import Cells
    from coprod.report.material import Material

__all__ = ["contradiction_text", "cure_text", "remedy_tables", "remedy_text"]

MOST_ROWS = 14


def _letter(material: Material, rows: Cells) -> str:
    """Return the letter of the option that rows are about; its name where the run has no such option."""
    name = rows.text("option")
    return next((option.letter for option in material.options if option.name == name), name)


def remedy_text(material: Material) -> list[Markup]:
    """Return how many sets contradict each other, and the first cure; nothing where a run has neither."""
    return [*contradiction_text(material), *cure_text(material)]


def contradiction_text(material: Material) -> list[Markup]:
    """Return how many sets of limits and dates contradict each other; nothing where a run has none."""
    sets = material.cells("conflicts")
    if not len(sets):
        return []
    key = "c3.conflicts" if sets.text("about") == "due dates" else "c3.contradiction"
    count = sets.of("conflict", "max")
    return [material.text.say(key, letter=_letter(material, sets), count=count)]


def cure_text(material: Material) -> list[Markup]:
    """Return the first cure: the cheapest that the study prices, else the smallest; nothing without cures."""
    say, cures = material.text.say, material.cells("cures")
    if not len(cures):
        return []
    first = cures.having(cure=cures.of("cure", "min").value)
    named = [_changed(material, row) for row in first.here().to_dict("records")]
    what, cost = material.text.list_of(list(dict.fromkeys(named))), first.cell("cost")
    own = {"what": what, "letter": _letter(material, cures)}
    return [say("c3.cure", cost=cost, **own) if cost else say("c3.cure_unpriced", **own)]


def _changed(material: Material, row: dict[Hashable, Any]) -> str:
    """Return what a cure changes: a limit, an investment made, or a dated one left out."""
    if row["kind"] != "investment":
        return limit_name(material, row["kind"], row["name"])
    name = str(row["name"])
    return name if row["by"] > 0 else material.text.word("c3.cure_without").format(name=name)


def remedy_tables(material: Material) -> list[Table]:
    """Return the tables of cures and of what contradicts each other; none where a run has none."""
    found = []
    if len(material.cells("cures")):
        found.append(_cures(material, material.cells("cures")))
    if len(material.cells("conflicts")):
        found.append(_conflicts(material, material.cells("conflicts")))
    return found


def _span(material: Material, row: dict[Hashable, Any]) -> str:
    """Return the periods of a row: from and to, a single date, or – where it is for good."""
    first, last = row["first"], row["last"]
    if pd.isna(first) and pd.isna(last):
        return material.text.word("words.none")
    known = [day for day in (first, last) if not pd.isna(day)]
    ends = [material.formats.month(day) for day in known]
    return ends[0] if ends[0] == ends[-1] else material.formats.span(*known)


def _table(material: Material, key: str, rows: list[Row], letter: str, right: set[int]) -> Table:
    text = material.text
    columns = [
        Column(name, "r" if place in right else "") for place, name in enumerate(text.words(f"c3.{key}_head"))
    ]
    note = text.note("words.more_rows", len(rows) - MOST_ROWS) if len(rows) > MOST_ROWS else ""
    caption, under = text.say(f"c3.{key}_table", letter=letter), text.word(f"c3.{key}_subtitle")
    return Table(key, caption, under, columns, rows[:MOST_ROWS], note=note)


def _cures(material: Material, cures: Cells) -> Table:
    """Return a row for each change; changes of one cure follow each other, its cost is on the first."""
    formats, none = material.formats, material.text.word("words.none")
    rows, before = [], None
    for row in cures.here().to_dict("records"):
        first, before = row["cure"] != before, row["cure"]
        cost = material.money(row["cost"]) if first and not math.isnan(row["cost"]) else none
        rows.append(
            Row(
                [
                    Cell(_changed(material, row), strong=first),
                    formats.whole(row["cure"]),
                    change(material, row["by"], row["unit"]),
                    amount(material, row["now"], row["unit"]),
                    _span(material, row),
                    cost,
                ]
            )
        )
    return _table(material, "cures", rows, _letter(material, cures), {1, 2, 3, 5})


def _conflicts(material: Material, sets: Cells) -> Table:
    rows = [
        Row(
            [
                limit_name(material, row["kind"], row["name"]),
                material.formats.whole(row["conflict"]),
                amount(material, row["limit"], row["unit"]),
                _span(material, row),
            ]
        )
        for row in sets.here().to_dict("records")
    ]
    return _table(material, "conflicts", rows, _letter(material, sets), {1, 2})
