"""Plans that cost hardly more, in chapter 9: how many, what they all share, what is free to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from coprod.report.chapters.keys import partner_names
from coprod.report.parts import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Hashable

    from coprod.report.facts import Cells
    from coprod.report.material import Material

__all__ = ["nearby_tables", "nearby_text"]

MOST_ROWS = 25
#: Names in a sentence at most.
MOST_NAMES = 6
#: Columns of a plan's differences from the cheapest, and the text each is told with.
_DIFFERENCES = {
    "builds_added": "c9.builds_too",
    "builds_left_out": "c9.builds_not",
    "activities_added": "c9.uses_too",
    "activities_left_out": "c9.uses_not",
}


def _own(material: Material, table: str) -> Cells:
    return material.cells(table).having(option=material.option)


def nearby_text(material: Material) -> list[Markup]:
    """Return how many plans cost hardly more, what all share and what is free; nothing without the table."""
    say, plans = material.text.say, _own(material, "alternatives")
    if not len(plans):
        return []
    others = plans.where(plans.frame["plan"] > 1)
    if not len(others):
        return [say("c9.near_none")]
    said = [say("c9.near", count=others.of("plan", "count"), most=others.of("extra", "max"))]
    for state, key in (("must", "c9.near_share"), ("may", "c9.near_free")):
        names = _names(material, state)
        if names:
            said.append(say(key, names=material.text.list_of(names, MOST_NAMES)))
    return [Markup(" ").join(said)]


def _names(material: Material, state: str) -> list[str]:
    """Return the investments and activities that every plan has, or some have."""
    rows = _own(material, "leeway").having(state=state).here()
    return list(rows.loc[rows["kind"].isin(["investment", "activity"]), "name"])


def nearby_tables(material: Material) -> list[Table]:
    """Return the plans, and every decision's leeway; nothing where the cheapest plan stands alone."""
    found = []
    if len(_own(material, "alternatives")) > 1:
        found.append(_plans(material))
    if len(_own(material, "leeway")):
        found.append(_leeway(material))
    return found


def _plans(material: Material) -> Table:
    text, formats = material.text, material.formats
    rows = []
    for row in _own(material, "alternatives").here().to_dict("records"):
        cheapest = row["plan"] == 1
        differs = [
            text.word(key).format(names=row[column].replace("; ", ", "))
            for column, key in _DIFFERENCES.items()
            if row[column]
        ]
        rows.append(
            Row(
                [
                    formats.whole(row["plan"]),
                    text.word("c9.cheapest_plan") if cheapest else _more(material, row["extra_cost"]),
                    text.word("words.apart").join(differs) or text.word("words.none"),
                    formats.month(row["full_from"]),
                    formats.percent(row["partner_share"]),
                ],
                "pick" if cheapest else "",
            )
        )
    party = partner_names(material, first=True)
    heads = [head.format(party=party) for head in text.words("c9.plans_head")]
    columns = [Column(head, "r" if place in {1, 4} else "") for place, head in enumerate(heads)]
    caption, under = text.word("c9.plans"), text.say("c9.plans_subtitle", letter=material.discussed.letter)
    return Table("plans", caption, under, columns, rows[:MOST_ROWS], note=_note(material, rows))


def _more(material: Material, cost: float) -> str:
    return f"+{material.money(cost)}" if cost >= 0.5 else material.money(cost)


def _leeway(material: Material) -> Table:
    text = material.text
    order = {"may": 0, "must": 1, "never": 2}
    found = _own(material, "leeway").here().to_dict("records")
    rows = [
        Row(
            [
                Cell(row["name"], row["item"] if row["item"] not in row["name"] else ""),
                text.word(f"c9.kind_{row['kind'].split(' ')[0]}"),
                text.word(f"c9.state_{row['state']}"),
                *(_figure(material, row, column) for column in ("chosen", "least", "most")),
                text.word("words.none")
                if pd.isna(row["turned_cost"])
                else _more(material, row["turned_cost"]),
            ]
        )
        for row in sorted(found, key=lambda row: order[row["state"]])
    ]
    columns = [
        Column(head, "r" if place > 2 else "") for place, head in enumerate(text.words("c9.leeway_head"))
    ]
    caption, under = text.word("c9.leeway"), text.say("c9.leeway_subtitle", letter=material.discussed.letter)
    return Table("leeway", caption, under, columns, rows[:MOST_ROWS], note=_note(material, rows))


def _figure(material: Material, row: dict[Hashable, Any], column: str) -> str:
    formats = material.formats
    return formats.percent(row[column]) if row["kind"].startswith("share") else formats.number(row[column])


def _note(material: Material, rows: list[Row]) -> str:
    return material.text.note("words.more_rows", len(rows) - MOST_ROWS) if len(rows) > MOST_ROWS else ""
