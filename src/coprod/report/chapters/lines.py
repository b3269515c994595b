"""Chapter 4: which lines must grow, and when?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from coprod.report.chapters.busy import busiest, span_months
from coprod.report.chapters.holds import widened_by
from coprod.report.charts.frame import year_of
from coprod.report.charts.lines import LineChart, Step
from coprod.report.material import FULL_SHARE
from coprod.report.parts import Cell, Chapter, Column, DataTable, Drawing, Figure, Panel, Row, Series, Table

if TYPE_CHECKING:
    from coprod.report.chapters.busy import Busy
    from coprod.report.material import Material

__all__ = ["chapter"]

NUMBER = 4
#: Panels at most, and how far apart the highest values of panels with one scale may be.
MOST_PANELS, ONE_SCALE = 8, 6.0
MOST_PERIODS = 400


def chapter(material: Material) -> Chapter | None:
    """Return the chapter; None where the run has neither lines nor builds."""
    lines = [line for line in busiest(material) if line.used]
    builds = material.own("builds")
    if not lines and not len(builds):
        return None
    text, say = material.text, material.text.say
    own = builds.where(~builds.frame["sunk"])
    if len(own) == 1:
        first = say(
            "c4.build_one",
            name=own.text("investment"),
            capex=own.cell("capex"),
            start=own.cell("start"),
            complete=own.cell("complete"),
        )
    elif len(own):
        first = say(
            "c4.builds",
            count=own.of("investment", "count"),
            capex=own.of("capex", "sum"),
            start=own.of("start", "min"),
            complete=own.of("complete", "max"),
        )
    else:
        first = Markup(text.word("c4.no_builds"))
    paragraphs = [first]
    sunk = builds.where(builds.frame["sunk"])
    if len(sunk):
        paragraphs.append(say("c4.sunk", count=sunk.of("investment", "count")))
    parts: list[Figure | Table] = []
    if lines:
        parts.append(_figure(material, lines))
    if len(builds):
        parts.append(_table(material))
    return Chapter(NUMBER, text.word("c4.question"), paragraphs, parts, first)


def _figure(material: Material, lines: list[Busy]) -> Figure:
    text, say = material.text, material.text.say
    widened = widened_by(material)
    ranked = sorted(lines, key=lambda line: (-len(line.full), line.name not in widened))
    shown = ranked[:MOST_PANELS]
    tops = {line.name: _top(material, line) for line in shown}
    same = max(tops.values()) <= ONE_SCALE * min(tops.values())
    panels = [
        Panel(
            f"{line.name}, {line.site}" if line.site not in line.name else line.name,
            _panel(
                material,
                line,
                number,
                max(tops.values()) if same else tops[line.name],
                widened.get(line.name, []),
            ),
        )
        for number, line in enumerate(shown)
    ]
    notes = [text.word("c4.note_same" if same else "c4.note_own")]
    if len(ranked) > len(shown):
        notes.append(str(text.note("c4.note_more", len(ranked) - len(shown))))
    worst = shown[0]
    if len(worst.full):
        key = "c4.figure_full" if material.kind == "month" else "c4.figure_full_other"
        title = say(
            key, line=worst.name, count=worst.full.of("period", "count"), first=worst.full.of("period", "min")
        )
    else:
        title = Markup(text.word("c4.figure_none"))
    subtitle = say(
        "c4.subtitle", letter=material.discussed.letter, share=material.formats.percent(FULL_SHARE)
    )
    return Figure("lines", title, subtitle, panels=panels, data=_data(material, shown), note=" ".join(notes))


def _top(material: Material, line: Busy) -> float:
    rows = line.rows.here()
    return max(
        float(rows["use"].max()), float(rows["capacity"].max() if rows["capacity"].notna().any() else 0), 1e-9
    ) / span_months(material.kind)


def _panel(material: Material, line: Busy, number: int, top: float, built: list[str]) -> Drawing:
    say = material.text.say
    rows, months = line.rows.here(), span_months(material.kind)
    full = set(line.full.rows)
    load = [
        (
            year_of(row["period"]),
            year_of(material.after(row["period"])),
            row["use"] / months,
            None if pd.isna(row["capacity"]) else row["capacity"] / months,
            place in full,
        )
        for place, (_, row) in zip(line.rows.rows, rows.iterrows(), strict=True)
    ]
    note = ""
    if full:
        key = "c4.full" if material.kind == "month" else "c4.full_other"
        count, first = line.full.of("period", "count"), line.full.of("period", "min")
        note = Markup(say(key, count=count, first=first)).unescape()
    last = line.rows.where(line.rows.frame.index == line.rows.rows[-1]).cell("capacity")
    flat = ""
    if material.kind == "month" and last and rows["capacity"].nunique() == 1:
        flat = Markup(say("c4.flat", rate=last)).unescape()
    chart = LineChart(
        load,
        _steps(material, line, built, months),
        top,
        note,
        flat,
        (load[0][0], load[-1][1]),
        material.formats,
    )
    peak = line.rows.of("use", "max")
    alt = (
        say("c4.alt", line=line.name, peak=peak, capacity=last)
        if last
        else say("c4.alt_open", line=line.name, peak=peak)
    )
    text = material.text
    series = Series(
        (load[0][0], load[-1][1]),
        [round((begin + end) / 2, 4) for begin, end, *_ in load],
        [material.formats.month(day) for day in rows["period"]],
        [
            {
                "name": text.word("c4.capacity"),
                "color": "var(--ink)",
                "values": [_one(row[3]) for row in load],
            },
            {"name": text.word("c4.load"), "color": "var(--who3)", "values": [_one(row[2]) for row in load]},
        ],
    )
    return Drawing(
        f"line{number}",
        None,
        chart.spec(),
        Markup(alt).unescape(),
        series if len(load) <= MOST_PERIODS else None,
    )


def _one(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _steps(material: Material, line: Busy, built: list[str], months: float) -> list[Step]:
    """Return the line's expansions: when each begins to work, and the capacity then."""
    rows = line.rows.here().set_index("period")["capacity"]
    builds = material.own("builds").here()
    found = []
    for _, build in builds[builds["investment"].isin(built)].iterrows():
        there = rows[rows.index >= build["complete"]]
        if there.empty or pd.isna(there.iloc[0]) or build["complete"] < rows.index[0]:
            continue
        text = material.text.word("c4.step").format(
            name=build["investment"], month=material.formats.month(build["complete"])
        )
        found.append(Step(year_of(build["complete"]), float(there.iloc[0]) / months, text))
    return found


def _data(material: Material, shown: list[Busy]) -> DataTable:
    """Return load and capacity of every panel by period, thinned to months where periods are shorter."""
    formats, text = material.formats, material.text
    periods = list(shown[0].rows.here()["period"])
    keep = range(len(periods))
    if len(periods) > MOST_PERIODS:
        keep = range(0, len(periods), -(-len(periods) // MOST_PERIODS))
    columns = [(line.rows.here()["use"].tolist(), line.rows.here()["capacity"].tolist()) for line in shown]
    rows = [
        [
            formats.month(periods[t])
            if material.kind in {"month", "quarter", "year"}
            else formats.day(periods[t]),
            *[formats.number(value) for use, capacity in columns for value in (use[t], capacity[t])],
        ]
        for t in keep
    ]
    head = [text.word("words.period")]
    for line in shown:
        head += [f"{line.name}, {text.word('c4.load')}", f"{line.name}, {text.word('c4.capacity')}"]
    return DataTable(head, rows)


def _table(material: Material) -> Table:
    text, formats = material.text, material.formats
    given = material.given("investments").here().set_index("investment")
    head = text.words("c4.head")
    styles = ("", "", "r", "nw", "nw", "nw", "r")
    rows: list[Row] = []
    for _, build in material.own("builds").here().sort_values(["start", "investment"]).iterrows():
        about = given.loc[build["investment"]] if build["investment"] in given.index else None
        lines = list(about["resource"]) if about is not None else []
        opens = list(about["enables"]) if about is not None else []
        adds = (
            float(about["adds_rate_per_month"]) * build["quantity"]
            if about is not None and lines
            else float("nan")
        )
        widens = text.list_of(lines) if lines else ""
        opened = text.word("c4.opens").format(names=text.list_of(opens)) if opens else ""
        start = text.word("c4.before") if build["sunk"] else formats.day(build["start"])
        rows.append(
            Row(
                [
                    build["investment"],
                    Cell(widens or opened or text.word("words.none"), opened if widens else ""),
                    formats.number(adds),
                    Cell(start, strong=not rows),
                    formats.month(build["complete"]),
                    formats.month(build["full_rate"]),
                    material.money(build["capex"]),
                ]
            )
        )
    subtitle = text.say(
        "c4.table_subtitle",
        letter=material.discussed.letter,
        year=material.prices,
        currency=str(material.study.settings["base_currency"]),
    )
    columns = [Column(name, style) for name, style in zip(head, styles, strict=True)]
    return Table("builds", text.word("c4.table"), subtitle, columns, rows)
