"""The annex: a law's list of questions, each element answered, or with what the study lacks for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from coprod.report.annex import statutory_list
from coprod.report.chapters.elements import ANSWERS
from coprod.report.parts import Cell, Chapter, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Hashable

    from coprod.report.annex import Element
    from coprod.report.chapters.elements import Answered
    from coprod.report.material import Material

__all__ = ["Reply", "chapter", "replies"]

NUMBER = 11
MOST_LINES = 25
MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Reply:
    """An element and what the run says to it."""

    element: Element
    answered: Answered

    @property
    def said(self) -> Markup:
        """The answer as one text."""
        return Markup(" ").join(self.answered.said)

    @property
    def lacks(self) -> Markup:
        """What the study lacks, as one text."""
        return Markup(" ").join(self.answered.lacks)


def replies(material: Material) -> list[Reply]:
    """Return the elements of the list the study asks for, with their answers; none where it asks for none."""
    name = str(material.study.settings["annex"])
    if not name:
        return []
    elements = statutory_list(name, material.text.language).elements
    return [Reply(element, ANSWERS[element.answer](material)) for element in elements]


def chapter(material: Material) -> Chapter | None:
    """Return the annex; None where the study asks for none."""
    found = replies(material)
    if not found:
        return None
    text = material.text
    asked = statutory_list(str(material.study.settings["annex"]), text.language)
    first = text.word("c11.about").format(citation=asked.citation, title=asked.title)
    counts = [_numbers(material, found, state) for state in ("whole", "part", "none")]
    keys = ("c11.whole", "c11.part", "c11.none")
    second = " ".join(
        text.word(key).format(numbers=numbers) for key, numbers in zip(keys, counts, strict=True) if numbers
    )
    parts = [_table(material, found)]
    if {"sustaining_rates", "maximum_rates"} & {own.element.answer for own in found}:
        parts += _rates(material)
    paragraphs = [first, second, text.word("c11.caution")]
    return Chapter(NUMBER, text.word("c11.question"), paragraphs, parts, first, label=text.word("c11.label"))


def _numbers(material: Material, found: list[Reply], state: str) -> str:
    return material.formats.join([own.element.number for own in found if own.answered.state == state])


def _table(material: Material, found: list[Reply]) -> Table:
    text = material.text
    none = text.word("words.none")
    rows = [
        Row(
            [
                Cell(own.element.number, own.element.text),
                text.word(f"c11.state_{own.answered.state}"),
                Cell(own.said or none, _source(material, own)),
                own.lacks or none,
            ]
        )
        for own in found
    ]
    columns = [Column(name, "nw" if place == 1 else "") for place, name in enumerate(text.words("c11.head"))]
    subtitle = text.say("c11.table_subtitle", letter=material.discussed.letter)
    return Table("statutory", text.word("c11.table"), subtitle, columns, rows)


def _source(material: Material, own: Reply) -> str:
    if not own.answered.said:
        return ""
    return material.text.word("c11.source").format(tables=", ".join(own.answered.tables))


def _rates(material: Material) -> list[Table]:
    """Return the lines' rates as the study states them; nothing where it has no lines."""
    text = material.text
    frame = material.given("resources").here()
    if frame.empty:
        return []
    rows = [_line(material, row) for row in frame.to_dict("records")]
    note = text.note("words.more_rows", len(rows) - MOST_LINES) if len(rows) > MOST_LINES else ""
    columns = [
        Column(name, "r" if place > 1 else "") for place, name in enumerate(text.words("c11.rates_head"))
    ]
    about = text.word("c11.rates_subtitle")
    return [Table("rates", text.word("c11.rates"), about, columns, rows[:MOST_LINES], note=note)]


def _line(material: Material, row: dict[Hashable, Any]) -> Row:
    text, number = material.text, material.formats.number
    none = text.word("words.none")
    least = row["minimum_sustaining_rate_per_month"] or float("nan")
    stated = not pd.isna(row["maximum_rate_per_month"])
    most = row["maximum_rate_per_month"] if stated else row["rate_per_month"]
    small = "" if stated or pd.isna(most) else text.word("c11.planned_rate")

    def both(rate: float, small: str = "") -> list[str | Cell]:
        if math.isnan(rate):
            return [none, none]
        return [Cell(number(rate), small), number(rate * MONTHS_A_YEAR)]

    economic = row["economic_rate_per_month"]
    shown = none if pd.isna(economic) else number(economic)
    return Row([row["resource"], row["site"], *both(least), shown, *both(most, small)])
