"""What easing a limit by a little is worth, in chapter 3: found by planning again, the most first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from coprod.report.chapters.amounts import amount
from coprod.report.chapters.causes import limit_name
from coprod.report.parts import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Hashable

    from coprod.report.material import Material

__all__ = ["worth_tables", "worth_text"]

MOST_ROWS = 12
#: Units of an easing that have a sentence of their own; any other is a currency's code and a year.
_FORMS = {"units a month": "rate", "units": "units", "months": "time"}


def worth_text(material: Material) -> list[Markup]:
    """Return what the first limit is worth, how far that holds, and in end items; nothing without it."""
    say, rows = material.text.say, material.cells("worth")
    rows = rows.where(rows.frame["gain"] > 0)
    if not len(rows):
        return []
    first = rows.first("rank")
    unit, row = first.text("unit"), first.here().iloc[0]
    form, names = _FORMS.get(unit, "money"), {"limit": limit_name(material, row["kind"], row["name"])}
    names |= {"currency": unit.split(" ")[0]} if form == "money" else {}
    since = {} if form == "time" else {"since": first.cell("from")}
    gain, share, step = first.cell("gain"), first.cell("share"), first.cell("step")
    said = say(f"c3.worth_{form}", gain=gain, share=share, step=step, **since, **names)
    held = first.cell("up_to")
    if held and held.value > step.value * 1.05:
        names.pop("limit")
        said += Markup(" ") + say(f"c3.worth_{form}_to", held=held, **names)
    start, last = first.cell("rate_from"), first.cell("rate_to")
    if first.text("end_item") and row["rate"] > 0 and _months(material, row)[0] != _months(material, row)[1]:
        more = {"rate": first.cell("rate"), "item": first.text("end_item")}
        said += Markup(" ") + say("c3.worth_item", start=start, last=last, **more)
    return [said]


def worth_tables(material: Material) -> list[Table]:
    """Return the table of what each limit is worth; none where a run has none."""
    text, rows = material.text, material.cells("worth")
    if not len(rows):
        return []
    made = [_row(material, row) for row in rows.here().to_dict("records")]
    columns = [
        Column(name, "r" if place in {1, 3, 4, 5, 6} else "nw" if place == 2 else "")
        for place, name in enumerate(text.words("c3.worth_head"))
    ]
    name = rows.text("option")
    letter = next((option.letter for option in material.options if option.name == name), name)
    subtitle = text.word("c3.worth_whole" if rows.frame["whole"].any() else "c3.worth_subtitle")
    note = text.note("words.more_rows", len(made) - MOST_ROWS) if len(made) > MOST_ROWS else ""
    caption = text.say("c3.worth_table", letter=letter)
    return [Table("worth", caption, subtitle, columns, made[:MOST_ROWS], note=note)]


def _row(material: Material, row: dict[Hashable, Any]) -> Row:
    text, formats, none = material.text, material.formats, material.text.word("words.none")
    items = none
    if row["end_item"] and row["rate"] > 0:
        start, last = _months(material, row)
        span = start if start == last else formats.span(row["rate_from"], row["rate_to"])
        items = text.word("c3.worth_more").format(
            rate=formats.number(row["rate"]), item=row["end_item"], span=span
        )
    return Row(
        [
            Cell(limit_name(material, row["kind"], row["name"])),
            _eased(material, row["step"], row["unit"]),
            formats.month(row["from"]),
            formats.number(row["gain"]),
            formats.percent(row["share"]),
            _eased(material, row["up_to"], row["unit"]),
            _eased(material, row["most"], row["unit"]),
            items,
        ]
    )


def _months(material: Material, row: Any) -> tuple[str, str]:
    """Return the first and the last month in which more end items are there."""
    return material.formats.month(row["rate_from"]), material.formats.month(row["rate_to"])


def _eased(material: Material, value: float, unit: str) -> str:
    """Return how far a limit is eased; a budget's easing is money a year."""
    if unit in _FORMS or math.isnan(value):
        return amount(material, value, unit)
    yearly = amount(material, value, unit.split(" ")[0])
    return material.text.word("c3.worth_a_year").format(amount=yearly)
