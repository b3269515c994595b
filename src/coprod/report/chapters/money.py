"""Chapter 8: what does it cost, and who pays? What the plan commits; fair shares come later."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from coprod.report.facts import derived
from coprod.report.parts import Cell, Chapter, Column, Row, Table

if TYPE_CHECKING:
    from coprod.report.facts import Cells
    from coprod.report.material import Material

__all__ = ["chapter"]

NUMBER = 8
#: Years side by side at most, and payers side by side on a phone.
MOST_YEARS, MOST_COLUMNS = 8, 4


def chapter(material: Material) -> Chapter | None:
    """Return the chapter; None where the run has no costs."""
    costs = material.own("costs")
    if not len(costs):
        return None
    text, say = material.text, material.text.say
    total = costs.of("undiscounted", "sum")
    capex = costs.having(category="investment").of("undiscounted", "sum")
    first = say("c8.cost", cost=total, capex=capex) if capex.value else say("c8.cost_all", cost=total)
    paragraphs: list[str] = [first]
    if material.option != material.names[0]:
        paragraphs.append(against_base(material, "c8.against"))
    spent = _spent(material)
    if len(spent):
        paragraphs.append(say("c8.budget", count=spent.of("payer", "count")))
    paragraphs.append(text.word("c8.not_yet"))
    payers = _payers(material)
    parts = [*([payers] if payers else []), _kinds(material)]
    return Chapter(NUMBER, text.word("c8.question"), paragraphs, parts, first)


def against_base(material: Material, key: str) -> str:
    """Return how much dearer or cheaper the option under discussion is than the base, discounted."""
    compared = material.cells("comparison")
    own = compared.having(option=material.option).cell("cost")
    base = compared.having(option=material.names[0]).cell("cost")
    letter = material.options[0].letter
    if not own or own.value >= base.value:
        return material.text.say(key, added=derived("difference", own, base), base=letter)
    return material.text.say(f"{key}_less", added=derived("difference", base, own), base=letter)


def _spent(material: Material) -> Cells:
    rows = material.own("budget_use")
    ceiling = rows.frame["budget"] + rows.frame["carried_in"]
    return rows.where((ceiling > 0) & (rows.frame["spent"] >= (1 - 1e-4) * ceiling))


def _payers(material: Material) -> Table | None:
    text, formats = material.text, material.formats
    spending = material.table("spending", material.option)
    if spending.empty:
        return None
    frame = spending.assign(payer=spending["payer"] + ", " + spending["currency"])
    pivot = frame.pivot_table(index="payer", columns="fiscal_year", values="amount", aggfunc="sum").fillna(
        0.0
    )
    spent = _spent(material).here()
    full = set(zip(spent["payer"] + ", " + spent["currency"], spent["fiscal_year"], strict=True))

    def amount(value: float, *, strong: bool = False, late: bool = False) -> Cell:
        return Cell(_millions(material, value), strong=strong, late=late)

    subtitle = text.say("c8.table_subtitle", letter=material.discussed.letter)
    caption = text.word("c8.table")
    turned = len(pivot.columns) > MOST_YEARS
    total = text.word("words.total")
    if turned:
        columns = [Column(""), *[Column(str(payer), "r") for payer in pivot.index]]
        rows = [
            Row(
                [
                    formats.year(year),
                    *[amount(pivot.loc[payer, year], late=(payer, year) in full) for payer in pivot.index],
                ]
            )
            for year in pivot.columns
        ]
        rows.append(
            Row([total, *[amount(pivot.loc[payer].sum(), strong=True) for payer in pivot.index]], "total")
        )
        return Table("payers", caption, subtitle, columns, rows)
    columns = [
        Column(text.word("c8.payer")),
        *[Column(formats.year(year), "r") for year in pivot.columns],
        Column(total, "r"),
    ]
    rows = [
        Row(
            [
                str(payer),
                *[amount(pivot.loc[payer, year], late=(payer, year) in full) for year in pivot.columns],
                amount(pivot.loc[payer].sum(), strong=True),
            ]
        )
        for payer in pivot.index
    ]
    return Table(
        "payers", caption, subtitle, columns, rows, "compare" if len(rows) <= MOST_COLUMNS else "register"
    )


def _millions(material: Material, value: float) -> str:
    """Return an amount in millions, as its table's subtitle says."""
    if math.isnan(value):
        return material.text.word("words.none")
    size = abs(value) / 1e6
    if size == 0:
        return "0"
    return material.formats.number(value / 1e6 if size < 100 else round(value / 1e6))


def _kinds(material: Material) -> Table:
    text = material.text
    costs = material.own("costs").here()
    head = text.words("c8.costs_head")
    rows = [
        Row(
            [
                text.word(f"c8.kind_{row['category']}"),
                material.money(row["undiscounted"]),
                material.money(row["discounted"]),
            ]
        )
        for _, row in costs.iterrows()
        if abs(row["undiscounted"]) > 0
    ]
    sums = [material.money(costs[name].sum()) for name in ("undiscounted", "discounted")]
    rows.append(Row([text.word("words.total"), *[Cell(value, strong=True) for value in sums]], "total"))
    subtitle = text.say(
        "c8.costs_subtitle",
        letter=material.discussed.letter,
        year=material.prices,
        currency=str(material.study.settings["base_currency"]),
    )
    columns = [Column(head[0]), Column(head[1], "r"), Column(head[2], "r")]
    return Table("costs", text.word("c8.costs_table"), subtitle, columns, rows, "small")
