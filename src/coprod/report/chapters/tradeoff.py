"""What another date would cost, in chapter 9: the frontier of each headline as a figure and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from coprod.report.charts.frame import year_of
from coprod.report.charts.frontier import FrontierChart, Named
from coprod.report.facts import derived
from coprod.report.parts import DataTable, Drawing, Figure

if TYPE_CHECKING:
    from coprod.report.facts import Cells
    from coprod.report.material import Headline, Material

__all__ = ["frontier_figures", "frontier_text"]

#: How far beyond the frontier's own costs, in spans of it, an option may lie and still be drawn.
NEAR = 1.0


def _points(material: Material, headline: Headline) -> Cells:
    rows = material.cells("frontier").having(option=material.option, objective=headline.name)
    return rows.where(rows.frame["full_from"].notna())


def frontier_text(material: Material) -> list[Markup]:
    """Return what each month earlier costs, and each month later saves, for each headline."""
    return [said for headline in material.headlines if (said := _slope(material, headline))]


def _slope(material: Material, headline: Headline) -> Markup:
    """Return the slope before the cheapest plan's date, and after it; "" without a frontier."""
    say, rows = material.text.say, _points(material, headline)
    planned = rows.where(rows.frame["as_planned"].astype(bool))
    if not len(planned):
        return Markup("")
    here = planned.cell("full_from")
    sooner = rows.where(rows.frame["full_from"] < here.value)
    later = rows.where(rows.frame["full_from"] > here.value)
    names = {"item": headline.item}
    if len(sooner):
        first = sooner.first("full_from")
        added = derived("difference", first.cell("cost"), planned.cell("cost"))
        said = say("c9.sooner_costs", full=first.cell("full_from"), planned=here, added=added, **names)
    else:
        said = say("c9.soonest", planned=here, **names)
    if len(later):
        step = planned.cell("per_month")
        said += Markup(" ") + say("c9.later_saves", step=step)
    return said


def frontier_figures(material: Material) -> list[Figure]:
    """Return a figure for each headline that has more than one date."""
    found = [_figure(material, headline, place) for place, headline in enumerate(material.headlines)]
    return [figure for figure in found if figure is not None]


def _figure(material: Material, headline: Headline, place: int) -> Figure | None:
    rows = _points(material, headline)
    if len(rows) < 2:
        return None
    text, say, here = material.text, material.text.say, rows.here()
    zero = float((here["cost"] - here["extra_cost"]).iloc[0])
    points = [(year_of(day), float(cost)) for day, cost in zip(_ends(here), here["extra_cost"], strict=True)]
    named, left_out = _named(material, headline, points, zero)
    due = None if not headline.due else _end(headline.due.value)
    first, last = rows.cell("full_from"), rows.of("full_from", "last")
    most = derived("difference", rows.cell("extra_cost"), rows.of("extra_cost", "last"))
    chart = FrontierChart(
        points,
        [material.formats.month(day) for day in here["full_from"]],
        named,
        due,
        Markup(say("c9.in_time", due=headline.due)).unescape() if headline.due else "",
        material.money,
    )
    name = f"frontier{place or ''}"
    letter, item = material.discussed.letter, headline.item
    alt = say("c9.frontier_alt", item=item, letter=letter, first=first, last=last, most=most)
    drawing = Drawing(name, chart.spec(narrow=False), chart.spec(narrow=True), Markup(alt).unescape())
    notes = [text.word("c9.frontier_note")]
    if left_out:
        notes.append(text.word("c9.frontier_far").format(names=material.formats.join(left_out)))
    return Figure(
        name,
        say("c9.frontier", item=item, first=first, last=last, most=most),
        say(
            "c9.frontier_subtitle",
            item=item,
            letter=letter,
            currency=str(material.study.settings["base_currency"]),
            year=material.prices,
        ),
        [drawing],
        data=_data(material, here),
        note=" ".join(notes),
    )


def _ends(here: pd.DataFrame) -> list[pd.Timestamp]:
    return [day + pd.Timedelta(days=1) for day in here["full_from"]]


def _end(day: pd.Timestamp) -> float:
    """Return where a period ends of which a date is the last day."""
    return year_of(day + pd.Timedelta(days=1))


def _named(
    material: Material, headline: Headline, points: list[tuple[float, float]], zero: float
) -> tuple[list[Named], list[str]]:
    """Return the options near the frontier, and the letters of those too far off to be drawn with it."""
    low, high = points[-1][1], points[0][1]
    span = (max(high, 0.0) - min(low, 0.0)) or 1.0
    compared = material.cells("comparison").having(objective=headline.name)
    named, left_out = [], []
    for option in material.options:
        own = compared.having(option=option.name)
        full, cost = own.cell("backfill_date"), own.cell("cost")
        if not full:
            continue
        y = float(cost.value) - zero
        if min(low, 0.0) - NEAR * span <= y <= max(high, 0.0) + NEAR * span:
            named.append(Named(option.letter, option.token, (_end(full.value), y)))
        else:
            left_out.append(option.letter)
    return named, left_out


def _data(material: Material, here: pd.DataFrame) -> DataTable:
    formats, none = material.formats, material.text.word("words.none")
    rows = [
        [
            formats.month(row["full_from"]),
            formats.gap(row["months"]),
            _signed(material, row["extra_cost"]),
            none if pd.isna(row["per_month"]) else material.money(row["per_month"]),
            row["builds"].replace("; ", ", ") or none,
            formats.percent(row["partner_share"]),
        ]
        for row in here.to_dict("records")
    ]
    return DataTable(material.text.words("c9.frontier_head"), rows)


def _signed(material: Material, value: float) -> str:
    return f"+{material.money(value)}" if value >= 0.5 else material.money(value)
