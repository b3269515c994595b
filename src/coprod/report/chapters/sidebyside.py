"""Table 1: the options side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from coprod.report.chapters.busy import busiest
from coprod.report.chapters.doubts import wrong
from coprod.report.chapters.keys import partner_names
from coprod.report.facts import derived
from coprod.report.parts import Cell, Column, Row, Table

if TYPE_CHECKING:
    from coprod.report.facts import Cells
    from coprod.report.material import Headline, Material, Option

__all__ = ["COMPARED", "options_table"]

#: Up to this many options stand side by side on a phone; more become cards.
COMPARED = 3


def options_table(material: Material) -> Table | None:
    """Return the table; None where the run compares nothing."""
    compared = material.cells("comparison")
    if not len(compared):
        return None
    text, say = material.text, material.text.say
    columns = [Column(text.word("words.option"))]
    headlines = material.headlines or []
    for headline in headlines:
        columns.append(Column(say("options_table.full", item=headline.item), "nw"))
        if len(headlines) == 1 and headline.due:
            columns.append(Column(text.word("options_table.against"), "nw"))
    columns += [
        Column(text.word("options_table.cost"), "r"),
        Column(text.word("options_table.capex"), "r"),
        Column(say("options_table.share", party=partner_names(material, first=True)), "r"),
        Column(text.word("options_table.held")),
    ]
    rows = [
        _row(material, option, compared.having(option=option.name), headlines) for option in material.options
    ]
    subtitle = say(
        "options_table.subtitle",
        letter=material.discussed.letter,
        base=material.options[0].letter,
        currency=str(material.study.settings["base_currency"]),
        year=material.prices,
    )
    unsolved = [o.letter for o in material.options if o.status not in {"optimal", "within gap", ""}]
    note = say("options_table.status", names=text.list_of(unsolved, 6)) if unsolved else ""
    kind = "compare" if len(rows) <= COMPARED else "register"
    return Table(
        "options",
        text.word("options_table.caption"),
        subtitle,
        columns,
        rows,
        kind,
        note,
        short=[option.letter for option in material.options],
    )


def _row(material: Material, option: Option, own: Cells, headlines: list[Headline]) -> Row:
    text = material.text
    doubt = text.word("options_table.wrong") if wrong(material, option) else ""
    cells: list[str | Cell] = [Cell(f"{option.letter}\u2002{option.title}", doubt, option.token)]
    for headline in headlines:
        row = own.having(objective=headline.name)
        cells.append(_when(material, option, row, headline))
        if len(headlines) == 1 and headline.due:
            cells.append(_against(material, row, headline))
    base = material.options[0].name == option.name
    added = own.cell("cost_against_base")
    cells.append(text.word("words.none") if base else material.money(added.value))
    cells.append(material.money(own.cell("capex").value))
    cells.append(material.formats.percent(own.cell("partner_share").value))
    longest = next((line.name for line in busiest(material, option.name) if len(line.full)), "")
    cells.append(longest or text.word("words.none"))
    return Row(cells, "pick" if option.discussed else "")


def _when(material: Material, option: Option, row: Cells, headline: Headline) -> Cell:
    say = material.text.say
    when = row.cell("backfill_date")
    if when:
        late = bool(headline.due) and when.value > headline.due.value
        return Cell(material.formats.month(when.value), late=late)
    shortfalls = material.cells("shortfalls", option.name)
    rows = (
        shortfalls.having(objective=headline.objective)
        if headline.objective
        else shortfalls.where(pd.Series(data=False, index=shortfalls.frame.index))
    )
    if not len(rows):
        return Cell(say("options_table.not_by", end=material.own("stock").of("period", "max")), late=True)
    short = derived("difference", rows.of("level", "last"), rows.of("stock", "last"))
    missing = say("options_table.missing", short=short, unit=material.unit(headline.item))
    return Cell(say("options_table.not_by", end=rows.of("period", "max")), missing, late=True)


def _against(material: Material, row: Cells, headline: Headline) -> str | Cell:
    say = material.text.say
    gap = derived("months", row.cell("backfill_date"), headline.due)
    if not gap:
        return material.text.word("words.none")
    if abs(gap.value) < 0.05:
        return material.text.word("options_table.on_day")
    key = "late" if gap.value > 0 else "early"
    return Cell(say(f"options_table.{key}", **{key: gap}), late=gap.value > 0)
