"""Chapter 5: what is the path from agreement to full rate? The decisions that have a date, in order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from coprod.report.chapters.calendar import calendar, payers_of
from coprod.report.chapters.decision import decision
from coprod.report.charts.frame import year_of
from coprod.report.charts.leadtimes import LeadBar, LeadChart
from coprod.report.facts import derived
from coprod.report.parts import Cell, Chapter, Column, DataTable, Drawing, Figure, Row, Table

if TYPE_CHECKING:
    import pandas as pd

    from coprod.report.chapters.calendar import Decided
    from coprod.report.facts import Fact
    from coprod.report.material import Material

__all__ = ["Line", "chapter", "lines"]

NUMBER = 5
#: Bars drawn, and rows shown, at most.
MOST_BARS, MOST_ROWS = 14, 25


@dataclass(frozen=True, slots=True)
class Line:
    """
    A line of the calendar.

    Attributes
    ----------
    date, act, where
        By when, what, and of which activity where the act does not say it.
    who, then
        Who pays (or grants), and what hangs on it.
    capex, quantity, unit
        An investment's cost in base money, or how much is ordered in all, in its counting unit; else blank.
    """

    date: pd.Timestamp
    act: str
    where: str
    who: str
    then: str
    capex: float = float("nan")
    quantity: float = float("nan")
    unit: str = ""


def chapter(material: Material) -> Chapter | None:
    """Return the chapter; None where no decision has a date."""
    decided = calendar(material)
    if not decided:
        return None
    text, say = material.text, material.text.say
    first, last = decided[0].date, decided[-1].date
    own = say("c5.dates", first=first, last=last) if first.value < last.value else ""
    paragraphs = [_counted(material, decided) + (Markup(" ") + own if own else "")]
    builds = material.own("builds")
    builds = builds.where(~builds.frame["sunk"])
    if len(builds):
        works, full = builds.of("complete", "min"), builds.of("full_rate", "max")
        paragraphs.append(say("c5.works" if len(builds) > 1 else "c5.works_one", complete=works, full=full))
    paragraphs.append(Markup(text.word("c5.not_yet")))  # the text is ours
    next_one = decision(material)
    todo = say("c5.todo", act=next_one.act, more=next_one.more)
    figure = _figure(material, decided)
    parts: list[Figure | Table] = [*([figure] if figure else []), _table(material, decided)]
    return Chapter(NUMBER, text.word("c5.question"), paragraphs, parts, paragraphs[0], todo)


def _counted(material: Material, decided: list[Decided]) -> Markup:
    """Return how many decisions there are, by kind."""
    say, counts, pieces = material.text.say, [], []
    groups = {"builds": {"build"}, "orders": {"order", "make"}, "licences": {"licence", "expiry"}}
    for name, kinds in groups.items():
        facts = [_one(material, own) for own in decided if own.kind in kinds]
        if facts:
            counts.append(derived("total", *facts))
            pieces.append(say(f"c5.{name}", count=counts[-1]))
    total = derived("total", *counts)
    parts = material.formats.join([str(piece) for piece in pieces])
    return say("c5.rests", letter=material.discussed.letter, count=total, parts=Markup(parts))


def _one(material: Material, own: Decided) -> Fact:
    """Return a decision as a count of one, of the rows that name it."""
    match own.kind:
        case "build":
            return own.rows.of("investment", "distinct")
        case "order" | "make":
            return own.rows.of("process", "distinct")
        case _:
            return material.given("licences").having(licence=own.name).of("licence", "distinct")


def _bar(material: Material, own: Decided) -> LeadBar | None:
    """Return the bar from a decision to its use; None where it has no length."""
    text, formats = material.text, material.formats
    here = own.rows.here()
    if own.kind == "build":
        row = here.iloc[0]
        name, dates = own.name, (row["start"], row["complete"], row["full_rate"])
        kinds = ("production", "later")
        words = ("c5.key_build", "c5.key_grow")
    elif own.kind in {"order", "make"}:
        row = here.sort_values("order_date", kind="stable").iloc[0]
        name = f"{row['item']}, {row['site']}"
        dates = (row["order_date"], row["period"], row["complete"])
        kinds = ("administrative", "production")
        words = ("c1.key_administrative", "c1.key_production")
    else:
        return None
    parts = []
    for kind, word, begin, end in zip(kinds, words, dates[:-1], dates[1:], strict=True):
        months = _months(begin, end)
        if months > 0:
            tip = text.word("c1.tip").format(
                name=name, part=text.word(word), months=formats.months(months), span=formats.span(begin, end)
            )
            parts.append((kind, year_of(begin), year_of(end), formats.number(months), tip))
    if not parts:
        return None
    use = dates[1] if own.kind == "build" else dates[2]
    total = formats.number(_months(dates[0], use))
    late = bool(dates[0] < material.today)
    return LeadBar(name, formats.month(dates[0]), total, parts, own.kind == "build", late)


def _months(begin: pd.Timestamp, end: pd.Timestamp) -> float:
    """Return the time between two periods' first days in calendar months."""
    return round(12 * (year_of(end) - year_of(begin)), 1)


def _figure(material: Material, decided: list[Decided]) -> Figure | None:
    text, say = material.text, material.text.say
    bars = [bar for own in decided if (bar := _bar(material, own)) is not None]
    if not bars:
        return None
    shown = bars[:MOST_BARS]
    chart = LeadChart(shown, year_of(material.today), text.word("c1.today_label"))
    first, last = decided[0].date, decided[-1].date
    title = say("c5.figure" if first.value < last.value else "c5.figure_one", first=first, last=last)
    alt = say("c5.alt", first=first, last=last, letter=material.discussed.letter)
    drawing = Drawing("calendar", chart.spec(narrow=False), chart.spec(narrow=True), Markup(alt).unescape())
    key = []
    if any(bar.critical for bar in shown):
        key += [("opt4", text.word("c5.key_build")), ("opt4a", text.word("c5.key_grow"))]
    if not all(bar.critical for bar in shown):
        key += [("grid", text.word("c1.key_administrative")), ("soft", text.word("c1.key_production"))]
    note = text.note("c5.note", MOST_BARS) if len(bars) > MOST_BARS else ""
    rows = [[bar.name, bar.date, bar.total] for bar in bars]
    return Figure(
        "calendar",
        title,
        say("c5.subtitle", letter=material.discussed.letter),
        [drawing],
        data=DataTable(text.words("c5.figure_head"), rows),
        key=key,
        note=note,
    )


def lines(material: Material) -> list[Line]:
    """Return the calendar in words."""
    return [_line(material, own) for own in calendar(material)]


def _line(material: Material, own: Decided) -> Line:
    text, formats, here = material.text, material.formats, own.rows.here()
    none = text.word("words.none")
    paid = [
        payer if share > 1 - 1e-9 else text.word("c5.pays").format(payer=payer, share=formats.percent(share))
        for payer, share in payers_of(material, own)
    ]
    who, date = formats.join(paid) or none, own.date.value
    if own.kind == "build":
        row = here.iloc[0]
        act, then = (
            text.word("c5.act_build").format(name=own.name),
            _apart(material, _hangs_on_build(material, row)),
        )
        return Line(date, act, "", who, then, capex=float(row["capex"]))
    if own.kind in {"order", "make"}:
        row = here.sort_values("order_date", kind="stable").iloc[0]
        act = text.word(f"c5.act_{own.kind}").format(item=row["item"], site=row["site"])
        where = own.name if row["item"] not in own.name else ""
        then, quantity = _apart(material, _hangs_on_order(material, own, row)), float(here["quantity"].sum())
        return Line(date, act, where, who, then, quantity=quantity, unit=material.unit(row["item"]))
    licence = material.given("licences").having(licence=own.name)
    granted = text.word("c5.grants").format(
        licensor=licence.text("licensor") or none, licensee=licence.text("licensee") or none
    )
    act = text.word(f"c5.act_{own.kind}").format(name=own.name)
    return Line(date, act, "", granted, text.word(f"c5.then_{own.kind}"))


def _apart(material: Material, said: list[str]) -> str:
    return material.text.word("words.apart").join(said)


def _hangs_on_build(material: Material, row: pd.Series) -> list[str]:
    """Return what hangs on an investment: its dates, what it widens and opens, who is late without it."""
    text, formats = material.text, material.formats
    given = material.given("investments").having(investment=row["investment"]).here().iloc[0]
    said = [text.word("c5.then_works").format(complete=formats.month(row["complete"]))]
    if row["full_rate"] > row["complete"]:
        said.append(text.word("c5.then_full").format(full=formats.month(row["full_rate"])))
    for column, key in (("resource", "c5.then_widens"), ("enables", "c5.then_opens")):
        names = [name.replace("/", ", ") for name in given[column]]
        if names:
            said.append(text.word(key).format(names=text.list_of(names)))
    others = material.given("investments").here()
    after = [
        name
        for name, before in zip(others["investment"], others["requires"], strict=True)
        if row["investment"] in before
    ]
    if after:
        said.append(text.word("c5.then_before").format(names=text.list_of(after)))
    items = [own.item for own in material.headlines if row["investment"] in own.only_with.split("; ")]
    if items:
        said.append(text.word("c5.then_only").format(items=formats.join(items)))
    return said + _sooner(material, "build time", row["investment"])


def _sooner(material: Material, kind: str, name: str) -> list[str]:
    """Return what a month sooner is worth, where that was worked out for the option under discussion."""
    rows = material.cells("worth").having(
        option=material.option, kind=kind, name=name, unit="months", step=1.0
    )
    gain = rows.cell("gain")
    if not gain or not gain.value > 0:
        return []
    return [material.text.word("c5.then_sooner").format(gain=material.formats.number(gain.value))]


def _hangs_on_order(material: Material, own: Decided, row: pd.Series) -> list[str]:
    """Return what hangs on a first order: when the first are complete, and how long it could wait."""
    text, formats = material.text, material.formats
    said = [text.word("c5.then_complete").format(complete=formats.month(row["complete"]))]
    latest = material.own("latest_orders").having(process=own.name)
    latest = latest.where(latest.frame["latest_order"] >= own.date.value).first("latest_order")
    if len(latest):
        said.append(
            text.word("c5.then_latest").format(
                item=latest.text("for_item"),
                site=latest.text("for_site"),
                date=formats.day(latest.cell("latest_order").value),
            )
        )
    return said + _sooner(material, "lead time", own.name)


def _amount(material: Material, own: Line) -> str:
    if not math.isnan(own.capex):
        return material.money(own.capex)
    return material.formats.quantity(own.quantity, own.unit)


def _table(material: Material, decided: list[Decided]) -> Table:
    text, formats = material.text, material.formats
    head = text.words("c5.head")
    columns = [Column(name, "nw" if place == 0 else "") for place, name in enumerate(head)]
    rows = [
        Row(
            [
                Cell(formats.day(own.date), late=bool(own.date < material.today)),
                Cell(own.act, own.where),
                own.who,
                _amount(material, own),
                own.then,
            ]
        )
        for own in lines(material)[:MOST_ROWS]
    ]
    note = text.note("words.more_rows", len(decided) - MOST_ROWS) if len(decided) > MOST_ROWS else ""
    subtitle = text.say(
        "c5.table_subtitle",
        letter=material.discussed.letter,
        currency=str(material.study.settings["base_currency"]),
        year=material.prices,
    )
    return Table("decisions", text.word("c5.table"), subtitle, columns, rows, note=note)
