"""Chapter 3: what holds it back? Lines, licences and budgets the plan runs into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from coprod.report.chapters.busy import busiest
from coprod.report.chapters.causes import cause_tables, cause_text
from coprod.report.chapters.chain import chain_figure
from coprod.report.chapters.remedies import remedy_tables, remedy_text
from coprod.report.chapters.unit import late_table, unit_figure
from coprod.report.chapters.worth import worth_tables, worth_text
from coprod.report.material import FULL_SHARE
from coprod.report.parts import Cell, Chapter, Column, Row, Table

if TYPE_CHECKING:
    from coprod.report.chapters.busy import Busy
    from coprod.report.facts import Cells
    from coprod.report.material import Material
    from coprod.report.parts import Figure

__all__ = ["chapter", "widened_by"]

NUMBER = 3
MOST_ROWS = 15


def chapter(material: Material) -> Chapter | None:
    """Return the chapter; None where the run has no lines, licences or budgets."""
    lines = busiest(material)
    licences, budgets = _licences(material), _budgets(material)
    if not lines and not len(material.own("licence_use")) and not len(material.own("budget_use")):
        return None
    text, say = material.text, material.text.say
    full = [line for line in lines if len(line.full)]
    if full:
        worst = full[0]
        first = say(
            "c3.line" if material.kind == "month" else "c3.line_other_period",
            line=worst.name,
            count=worst.full.of("period", "count"),
            all=worst.rows.of("period", "count"),
            first=worst.full.of("period", "min"),
        )
        others = material.own("loads").where(
            material.own("loads").frame.index.isin([row for line in full[1:] for row in line.full.rows])
        )
        if len(others):
            first += Markup(" ") + say("c3.other", count=others.of("resource", "distinct"))
    else:
        first = say("c3.line_none")
    more = []
    if len(licences):
        more.append(say("c3.licence", count=licences.of("licence", "count")))
    if len(budgets):
        more.append(say("c3.budget", count=budgets.of("payer", "count")))
    causes = cause_text(material)
    closing: list[str | Markup] = [Markup(" ").join(causes)] if causes else [text.word("c3.not_yet")]
    closing += worth_text(material)
    remedy = remedy_text(material)
    closing += [Markup(" ").join(remedy)] if remedy else []
    paragraphs = [first, *([Markup(" ").join(more)] if more else []), *closing]
    figure, table = chain_figure(material), _table(material, full, licences, budgets)
    parts: list[Figure | Table] = [figure] if figure else []
    parts += cause_tables(material)
    unit, late = unit_figure(material), late_table(material)
    parts += [part for part in (unit, late) if part is not None]
    parts += worth_tables(material)
    parts += remedy_tables(material)
    if table.rows:
        parts.append(table)
    return Chapter(NUMBER, text.word("c3.question"), paragraphs, parts, first)


def _licences(material: Material) -> Cells:
    rows = material.own("licence_use")
    return rows.where((rows.frame["limit"] > 0) & (rows.frame["used"] >= (1 - 1e-4) * rows.frame["limit"]))


def _budgets(material: Material) -> Cells:
    rows = material.own("budget_use")
    ceiling = rows.frame["budget"] + rows.frame["carried_in"]
    return rows.where((ceiling > 0) & (rows.frame["spent"] >= (1 - 1e-4) * ceiling))


def widened_by(material: Material) -> dict[str, list[str]]:
    """Return the investments that widen each line, by line; only those the plan builds."""
    built = set(material.table("builds", material.option)["investment"])
    found: dict[str, list[str]] = {}
    given = material.given("investments").here()
    for investment, lines in zip(given["investment"], given["resource"], strict=True):
        for line in lines if investment in built else ():
            found.setdefault(line, []).append(investment)
    return found


def _table(material: Material, full: list[Busy], licences: Cells, budgets: Cells) -> Table:
    text, formats = material.text, material.formats
    head = text.words("c3.head")
    columns = [
        Column(name, "r" if number in {2, 4} else "nw" if number == 3 else "")
        for number, name in enumerate(head)
    ]
    relief = widened_by(material)
    words = "c3.periods" if material.kind == "month" else "c3.periods_other"
    rows = []
    for line in full:
        cells = line.rows.here()
        use = (cells["use"] / cells["capacity"]).where(cells["capacity"] > 0).max()
        count = text.say(words, count=line.full.of("period", "count"))
        rows.append(
            Row(
                [
                    Cell(line.name, line.site if line.site not in line.name else ""),
                    text.word("c3.kind_line"),
                    count,
                    formats.month(line.full.here()["period"].min()),
                    formats.percent(use),
                    text.list_of(relief.get(line.name, [])) or text.word("words.none"),
                ]
            )
        )
    none = text.word("words.none")
    rows += [
        Row(
            [
                Cell(f"{row['licence']}", str(row["cap"])),
                text.word("c3.kind_licence"),
                none,
                none,
                formats.percent(min(1.0, row["used"] / row["limit"])),
                none,
            ]
        )
        for _, row in licences.here().iterrows()
    ]
    rows += [
        Row(
            [
                Cell(str(row["payer"]), f"{formats.year(row['fiscal_year'])} {row['category']}".strip()),
                text.word("c3.kind_budget"),
                none,
                none,
                formats.percent(min(1.0, row["spent"] / (row["budget"] + row["carried_in"]))),
                none,
            ]
        )
        for _, row in budgets.here().iterrows()
    ]
    note = text.note("words.more_rows", len(rows) - MOST_ROWS) if len(rows) > MOST_ROWS else ""
    subtitle = text.say("c3.subtitle", letter=material.discussed.letter, share=formats.percent(FULL_SHARE))
    return Table("limits", text.word("c3.table"), subtitle, columns, rows[:MOST_ROWS], note=note)
