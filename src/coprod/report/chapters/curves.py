"""Figure 1: stock of every option against the objective, one figure per headline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from coprod.report.charts.frame import HALF, HERO, year_of
from coprod.report.charts.stock import Curve, StockChart
from coprod.report.facts import derived
from coprod.report.parts import DataTable, Drawing, Figure, Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.charts.frame import Point
    from coprod.report.facts import Cells, Fact
    from coprod.report.material import Headline, Material, Option

__all__ = ["stock_figure"]

#: Below this part of the largest stock drawn, a stock is none.
DUST = 1e-5

#: Rows of a data table at most; finer periods are thinned to months.
MOST_ROWS = 400


def stock_figure(material: Material, headline: Headline, number: int, *, small: bool) -> Figure | None:
    """
    Return the figure of one headline; None where the run has nothing to draw.

    Parameters
    ----------
    material, headline
        The run, and what the figure is about.
    number
        Of the headline, for names on the page.
    small
        Drawn smaller, because another one stands beside it.
    """
    say = material.text.say
    curves = {option.name: _curve(material, option, headline) for option in material.options}
    drawn = {name: points for name, points in curves.items() if points}
    if material.option not in drawn:
        return None
    ends = [x for points in drawn.values() for x, _ in points]
    start = min(year_of(material.table(*_source(headline), option)["period"].min()) for option in drawn)
    target, level = _target(material, headline, start, max(ends))
    group = "" if headline.objective else "orders_"
    chart = StockChart(
        [
            _styled(material, option, headline, drawn[option.name])
            for option in material.options
            if option.name in drawn
        ],
        target,
        _text(say("stock_figure.objective" if headline.objective else "stock_figure.ordered", level=level))
        if level
        else "",
        year_of(headline.due.value + pd.Timedelta(days=1)) if headline.due else None,
        _text(say("stock_figure.due", due=headline.due)) if headline.due else "",
        (start, max(ends)),
        material.formats,
        width=HALF if small else HERO,
        height=236.0 if small else 360.0,
    )
    series, data = _series(material, headline, drawn, chart.domain)
    name = f"stock{number or ''}"
    drawing = Drawing(
        name, chart.spec(narrow=False), chart.spec(narrow=True), _alt(material, headline), series
    )
    unit = material.unit(headline.item)
    subtitle = say(f"stock_figure.{group}subtitle", item=headline.item, site=headline.site, unit=unit)
    return Figure(name, _title(material, headline, group), subtitle, [drawing], data=data)


def _text(sentence: Markup) -> str:
    return Markup(sentence).unescape()


def _source(headline: Headline) -> tuple[str]:
    return ("shortfalls",) if headline.objective else ("deliveries",)


def _rows(material: Material, option: str, headline: Headline) -> Cells:
    if headline.objective:
        return material.cells("shortfalls", option).having(objective=headline.objective)
    return material.cells("deliveries", option).having(item=headline.item, site=headline.site)


def _curve(material: Material, option: Option, headline: Headline) -> list[Point]:
    """Return an option's stock (or what it delivered in all) at each period's end."""
    rows = _rows(material, option.name, headline).here()
    if rows.empty:
        return []
    if headline.objective:
        values = rows["stock"]
    else:
        made = rows.groupby("period")["quantity"].sum().reset_index()
        rows, values = made, made["quantity"].cumsum()
    points = [
        (year_of(material.after(day)), float(value))
        for day, value in zip(rows["period"], values, strict=True)
    ]
    return _thinned(points)


def _thinned(points: list[Point]) -> list[Point]:
    """Return the last point of each month where periods are shorter than months."""
    if len(points) <= MOST_ROWS:
        return points
    by_month = {int(x * 12 - 1e-6): (x, y) for x, y in points}
    return list(by_month.values())


def _target(
    material: Material, headline: Headline, start: float, end: float
) -> tuple[list[Point], Fact | None]:
    if headline.objective:
        rows = material.own("backfills").having(objective=headline.objective)
        level = rows.cell("level")
        return ([(start, float(level.value)), (end, float(level.value))] if level else []), level or None
    rows = material.own("deliveries").having(item=headline.item, site=headline.site)
    due = rows.here().groupby("period")["due"].sum().cumsum()
    days = pd.DatetimeIndex(due.index)
    steps = [(start, 0.0), *((year_of(material.after(day)), float(due[day])) for day in days)]
    return [*steps, (end, float(due.iloc[-1]))], rows.of("due", "sum")


def _when(material: Material, option: str, headline: Headline) -> Fact:
    rows = material.cells("comparison").having(option=option, objective=headline.name)
    return rows.cell("backfill_date")


def _styled(material: Material, option: Option, headline: Headline, points: Sequence[Point]) -> Curve:
    say = material.text.say
    full = _when(material, option.name, headline)
    if full:
        when = say("stock_figure.when", full=full)
    else:
        rows = _rows(material, option.name, headline)
        if headline.objective:
            short = derived("difference", rows.of("level", "last"), rows.of("stock", "last"))
        else:
            short = rows.of("backlog", "last")
        when = say("stock_figure.not_by", end=rows.of("period", "max"), short=short)
    return Curve(
        f"{option.letter}  {option.title}".replace("  ", "\u00a0 "),
        option.token,
        points,
        year_of(full.value + pd.Timedelta(days=1)) if full else None,
        _text(when),
        base=option.token == "opt1",
        discussed=option.discussed,
    )


def _title(material: Material, headline: Headline, group: str) -> Markup:
    """Return the finding: which option fills the stock, or that none does."""
    say = material.text.say
    when = {option: _when(material, option.name, headline) for option in material.options}
    full = {option: fact for option, fact in when.items() if fact}
    key = f"stock_figure.{group}"
    if not full:
        end = _rows(material, material.option, headline).of("period", "max")
        return say(f"{key}never", item=headline.item, end=end)
    best = min(full, key=lambda option: (full[option].value, not option.discussed))
    if len(material.options) == 1:
        return say(f"{key}single", item=headline.item, full=full[best])
    if len(full) == 1:
        return say(f"{key}only_one", letter=best.letter, item=headline.item, full=full[best])
    if len({fact.value for fact in full.values()}) == 1 and len(full) == len(when):
        return say(f"{key}same", item=headline.item, full=full[best])
    return say(f"{key}best", letter=best.letter, item=headline.item, full=full[best])


def _alt(material: Material, headline: Headline) -> str:
    say = material.text.say
    rows = _rows(material, material.option, headline)
    parts = [
        say(
            "stock_figure.alt",
            item=headline.item,
            first=rows.of("period", "min"),
            last=rows.of("period", "max"),
        )
    ]
    for option in material.options:
        full = _when(material, option.name, headline)
        if full:
            parts.append(say("stock_figure.alt_full", letter=option.letter, full=full))
        else:
            parts.append(say("stock_figure.alt_never", letter=option.letter))
    return " ".join(_text(part) for part in parts)


def _series(
    material: Material, headline: Headline, drawn: dict[str, list[Point]], domain: Point
) -> tuple[Series, DataTable]:
    del headline
    options = [option for option in material.options if option.name in drawn]
    xs = sorted({x for points in drawn.values() for x, _ in points})
    largest = max((abs(y) for points in drawn.values() for _, y in points), default=0.0)
    # What a solver leaves of a stock that is used up is no stock.
    values = {
        option.name: {x: y if abs(y) > DUST * largest else 0.0 for x, y in drawn[option.name]}
        for option in options
    }
    labels = [_end(material, x) for x in xs]
    series = [
        {
            "name": o.letter,
            "color": f"var(--{o.token})",
            "values": [_round(values[o.name].get(x)) for x in xs],
        }
        for o in sorted(options, key=lambda o: not o.discussed)
    ]
    text = material.text.word("stock_figure.end_of")
    crosshair = Series(domain, xs, [text.format(month=label) for label in labels], series)
    rows = [
        [label, *[material.formats.number(values[o.name].get(x)) for o in options]]
        for x, label in zip(xs, labels, strict=True)
    ]
    head = [material.text.word("words.month_end"), *[f"{o.letter} {o.title}" for o in options]]
    return crosshair, DataTable(head, rows)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _end(material: Material, x: float) -> str:
    """Return the month (or day) that ends at a decimal year."""
    month = round((x - int(x)) * 12, 3)
    day = pd.Timestamp(year=int(x), month=int(month) + 1, day=1) + pd.Timedelta(days=(month % 1) * 30.44 - 1)
    whole = abs(month - round(month)) < 0.02
    return material.formats.month(day) if whole else material.formats.day(day)
