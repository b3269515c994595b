"""Chapter 9: what else could be done? Every option's difference from the base, and what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod.report.chapters.money import against_base
from coprod.report.chapters.nearby import nearby_tables, nearby_text
from coprod.report.chapters.tradeoff import frontier_figures, frontier_text
from coprod.report.facts import derived
from coprod.report.parts import Cell, Chapter, Column, Row, Table

if TYPE_CHECKING:
    from coprod.report.facts import Cells
    from coprod.report.material import Headline, Material, Option
    from coprod.report.parts import Figure

__all__ = ["chapter"]

NUMBER = 9
MOST_CHANGES = 40


def chapter(material: Material) -> Chapter | None:
    """Return the chapter; None where the run compares nothing."""
    if not len(material.cells("comparison")):
        return None
    text, say = material.text, material.text.say
    paragraphs: list[str] = []
    if len(material.options) == 1:
        paragraphs.append(text.word("c9.single"))
    elif material.option != material.names[0]:
        paragraphs += [_moved(material, headline) for headline in material.headlines]
        paragraphs.append(_price(material))
    cheapest = _cheapest(material)
    if cheapest and len(material.options) > 1:
        letter = next(o.letter for o in material.options if o.name == cheapest.text("option"))
        paragraphs.append(say("c9.cheapest", letter=letter, cost=cheapest.cell("cost")))
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    worked_out = [*frontier_text(material), *nearby_text(material)]
    paragraphs += worked_out or [text.word("c9.not_yet")]
    parts: list[Figure | Table] = [*frontier_figures(material)]
    if len(material.options) > 1:
        parts.append(_differences(material))
    parts += nearby_tables(material)
    if len(material.options) > 1:
        parts += [changes] if (changes := _changes(material)) else []
    summary = paragraphs[0] if paragraphs else text.word("c9.single")
    return Chapter(NUMBER, text.word("c9.question"), paragraphs, parts, summary)


def _moved(material: Material, headline: Headline) -> str:
    say = material.text.say
    compared = material.cells("comparison").having(objective=headline.name)
    own = compared.having(option=material.option).cell("backfill_date")
    base = compared.having(option=material.names[0]).cell("backfill_date")
    names = {"letter": material.discussed.letter, "item": headline.item, "base": material.options[0].letter}
    if own and not base:
        return say("c9.newly", full=own, **names)
    if not own or not base:
        return ""
    gap = derived("months", own, base)
    if abs(gap.value) < 0.05:
        return say("c9.same", **names)
    return say("c9.sooner" if gap.value < 0 else "c9.later", months=gap, **names)


def _price(material: Material) -> str:
    text = against_base(material, "c8.against")
    return text if material.option != material.names[0] else ""


def _cheapest(material: Material) -> Cells | None:
    """Return the cheapest option in which every headline's stock is full."""
    compared = material.cells("comparison")
    never = set(compared.frame.loc[compared.frame["backfill_date"].isna(), "option"])
    full = compared.where(~compared.frame["option"].isin(never))
    return full.first("cost") if len(full) else None


def _differences(material: Material) -> Table:
    text = material.text
    columns = [Column(text.word("words.option"))]
    columns += [Column(text.say("c9.head_full", item=headline.item), "r") for headline in material.headlines]
    heads = ("head_short", "head_backlog", "head_cost", "head_capex")
    columns += [Column(text.word(f"c9.{name}"), "r") for name in heads] + [
        Column(text.word("c9.head_status"), "nw")
    ]
    base = material.cells("comparison").having(option=material.names[0])
    rows = []
    for option in material.options:
        own = material.cells("comparison").having(option=option.name)
        cells: list[str | Cell] = [Cell(f"{option.letter}\u2002{option.title}", chip=option.token)]
        cells.extend(
            _gap(material, option, own.having(objective=headline.name)) for headline in material.headlines
        )
        cells.extend(
            _signed(material, own.cell(name).value, base.cell(name).value, option)
            for name in ("shortfall_months", "backlog_months")
        )
        for name in ("cost", "capex"):
            gap = own.cell(name).value - base.cell(name).value
            value = (
                material.money(own.cell(name).value)
                if option.name == material.names[0]
                else material.money(gap)
            )
            plus = "+" if gap > 0 and option.name != material.names[0] and gap >= 0.5 else ""
            cells.append(f"{plus}{value}")
        cells.append(option.status or text.word("words.none"))
        rows.append(Row(cells, "pick" if option.discussed else ""))
    subtitle = text.say(
        "c9.subtitle", currency=str(material.study.settings["base_currency"]), year=material.prices
    )
    caption = text.say("c9.table", base=material.options[0].letter)
    return Table("differences", caption, subtitle, columns, rows)


def _gap(material: Material, option: Option, row: Cells) -> str | Cell:
    when = row.cell("backfill_date")
    if not when:
        return Cell(material.text.word("words.never"), late=True)
    if option.name == material.names[0]:
        return material.formats.month(when.value)
    gap = row.cell("months_against_base")
    return material.text.say("c9.gain", gap=gap) if gap else material.formats.month(when.value)


def _signed(material: Material, own: float, base: float, option: Option) -> str:
    """Return the base's own value, and every other option's difference from it."""
    formats = material.formats
    if option.name == material.names[0]:
        return formats.number(own)
    gap = own - base
    text = formats.number(gap) if abs(gap) >= 0.05 else "0"
    return f"+{text}" if gap >= 0.05 else text


def _changes(material: Material) -> Table | None:
    """Return what each option changes, as the study has it."""
    text = material.text
    frame = material.study.active("options")
    frame = frame[(frame["action"] != "") & frame["option"].isin(material.names)]
    if frame.empty:
        return None
    letters = {option.name: f"{option.letter}\u2002{option.title}" for option in material.options}
    tokens = {option.name: option.token for option in material.options}
    rows = []
    for _, change in frame.iloc[:MOST_CHANGES].iterrows():
        figure = " ".join(
            part for part in (change["table"], change["key"] if change["key"] != "*" else "") if part
        )
        value = text.word(f"c9.action_{change['action']}").format(value=change["value"])
        rows.append(
            Row(
                [
                    Cell(letters[change["option"]], chip=tokens[change["option"]]),
                    letters.get(change["based_on"], change["based_on"]),
                    Cell(figure, change["column"].replace("_", " ")),
                    value,
                ]
            )
        )
    columns = [Column(name) for name in text.words("c9.changes_head")]
    note = text.note("words.more_rows", len(frame) - MOST_CHANGES) if len(frame) > MOST_CHANGES else ""
    return Table(
        "changes", text.word("c9.changes"), text.word("c9.changes_subtitle"), columns, rows, note=note
    )
