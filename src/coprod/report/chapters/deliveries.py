"""Chapter 6: how fast is the stock refilled?"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from coprod.report.chapters.answer import last_period
from coprod.report.chapters.busy import span_months
from coprod.report.charts.deliveries import DeliveriesChart
from coprod.report.charts.frame import year_of
from coprod.report.facts import derived
from coprod.report.palette import place_token
from coprod.report.parts import Cell, Chapter, Column, DataTable, Drawing, Figure, Row, Series, Table

if TYPE_CHECKING:
    from coprod.report.facts import Cells, Fact
    from coprod.report.material import Material

__all__ = ["chapter", "places_of"]

NUMBER = 6
MOST_ITEMS, MOST_PLACES, MOST_ORDERS, MOST_PERIODS, MOST_YEARS = 3, 4, 15, 400, 12


def chapter(material: Material) -> Chapter | None:
    """Return the chapter; None where the plan completes nothing and has no orders."""
    items = _items(material)
    orders = material.own("demand_summary")
    if not items and not len(orders):
        return None
    paragraphs: list[str] = []
    parts: list[Figure | Table] = []
    for number, item in enumerate(items):
        paragraphs.append(_made(material, item))
        if len(_starts(material, item)):
            parts.append(_figure(material, item, number))
            table = _years(material, item, number)
            parts += [table] if table else []
    paragraphs += _stocks(material)
    if len(orders):
        paragraphs.append(_ordered(material))
        parts.append(_orders(material))
    return Chapter(NUMBER, material.text.word("c6.question"), paragraphs, parts, paragraphs[0])


def _items(material: Material) -> list[str]:
    """Return the headlines' items, else the end items."""
    items = material.study["items"]
    ends = list(items.loc[items["kind"] == "end item", "item"])
    return list(dict.fromkeys([headline.item for headline in material.headlines] or ends))[:MOST_ITEMS]


def _starts(material: Material, item: str) -> Cells:
    starts = material.own("starts").having(item=item)
    return starts.where(starts.frame["good_quantity"] > 0)


def places_of(material: Material, item: str) -> list[str]:
    """Return the places of final assembly, the one that makes it first at the bottom."""
    rows = _starts(material, item).here()
    first = rows.groupby("site")["complete"].min()
    return [str(site) for site in first.sort_values(kind="stable").index]


def _made(material: Material, item: str) -> str:
    say = material.text.say
    rows = _starts(material, item)
    total = rows.of("good_quantity", "sum")
    if not len(rows):
        return say("c6.made_none", item=item)
    places = []
    for site in places_of(material, item):
        share = derived("share", rows.having(site=site).of("good_quantity", "sum"), total)
        words = say("c6.place", share=share, site=site) if share.value < 1 else say("c6.place_all", site=site)
        places.append(words.unescape())
    return say(
        "c6.made",
        total=total,
        unit=material.unit(item),
        item=item,
        end=last_period(material),
        places=material.text.list_of(places),
    )


def _stocks(material: Material) -> list[str]:
    say = material.text.say
    found: list[str] = []
    for headline in material.headlines:
        rows = material.own("backfills").having(objective=headline.objective)
        if not headline.objective or not len(rows):
            continue
        level, earliest = rows.cell("level"), rows.cell("earliest_backfill")
        named = {"item": headline.item, "unit": material.unit(headline.item), "level": level}
        if headline.full:
            sentence = say("c6.full", full=headline.full, **named)
        else:
            sentence = say("c6.not_full", **named)
        if earliest and (not headline.full or earliest.value < headline.full.value):
            sentence += Markup(" ") + say("c6.earliest", earliest=earliest)
        found.append(sentence)
    return found


def _ordered(material: Material) -> str:
    say = material.text.say
    rows = material.own("demand_summary")
    ordered, late = rows.of("quantity", "sum"), rows.of("late", "sum")
    never = rows.of("never_delivered", "sum")
    units = {material.unit(item) for item in rows.here()["item"]}
    unit = units.pop() if len(units) == 1 else material.text.word("words.units")
    if late.value < 0.05 and never.value < 0.05:
        return say("c6.orders_all", ordered=ordered, unit=unit)
    sentence = say("c6.orders", ordered=ordered, on_time=rows.of("on_time", "sum"), late=late, unit=unit)
    if never.value >= 0.05:
        sentence += Markup(" ") + say("c6.orders_never", never=never, end=last_period(material), unit=unit)
    return sentence


def _peak(material: Material, rows: Cells) -> tuple[Fact, Fact]:
    """Return the most completed in a period, and that period."""
    frame = rows.here()
    best = frame.groupby("complete")["good_quantity"].sum().idxmax()
    own = rows.having(complete=best)
    return own.of("good_quantity", "sum"), own.cell("complete")


def _figure(material: Material, item: str, number: int) -> Figure:
    text, say = material.text, material.text.say
    rows, places = _starts(material, item), places_of(material, item)
    shown = places[: MOST_PLACES - 1] if len(places) > MOST_PLACES else places
    frame = rows.here().assign(
        place=lambda own: own["site"].where(own["site"].isin(shown), text.word("words.others"))
    )
    order = [*shown, *([text.word("words.others")] if len(places) > len(shown) else [])]
    periods = _periods(material, frame)
    months = span_months(material.kind)
    pivot = frame.pivot_table(index="complete", columns="place", values="good_quantity", aggfunc="sum")
    pivot = pivot.reindex(index=periods, columns=order).fillna(0.0) / months
    if len(pivot) > MOST_PERIODS:  # day and week periods: by the month
        pivot = (pivot * months).groupby(pd.Grouper(freq="MS")).sum()
        edges = [year_of(day) for day in pivot.index] + [year_of(pivot.index[-1] + pd.DateOffset(months=1))]
    else:
        edges = [year_of(day) for day in pivot.index] + [year_of(material.after(pivot.index[-1]))]
    totals = frame.groupby(frame["complete"].dt.year)["good_quantity"].sum()
    over = [
        (
            int(str(year)),
            f"{round(value)}",
            text.word("c6.in_year").format(total=material.formats.whole(value), year=year),
        )
        for year, value in totals.items()
        if round(value)
    ]
    chart = DeliveriesChart(
        edges, [pivot[place].tolist() for place in order], over, (edges[0], edges[-1]), material.formats
    )
    peak, when = _peak(material, rows)
    other = "" if material.kind == "month" else "_other"
    one = "_one" if len(places) == 1 else ""
    unit = material.unit(item)
    named: dict[str, Fact | str] = {"item": item, "peak": peak, "unit": unit, "when": when}
    title = say(f"c6.figure{one}{other}", **named, **({"site": places[0]} if one else {}))
    alt = Markup(say(f"c6.alt{other}", **named)).unescape()
    labels = [material.formats.month(day) for day in pivot.index]
    series = Series(
        (edges[0], edges[-1]),
        [round((a + b) / 2, 4) for a, b in itertools.pairwise(edges)],
        labels,
        [
            {
                "name": place,
                "color": f"var(--{place_token(k)})",
                "values": [round(v, 1) for v in pivot[place]],
            }
            for k, place in reversed(list(enumerate(order)))
        ],
    )
    data = DataTable(
        [text.word("words.period"), *order],
        [
            [label, *[material.formats.number(v) for v in row]]
            for label, row in zip(labels, pivot.to_numpy(), strict=True)
        ],
    )
    name = f"deliveries{number or ''}"
    drawing = Drawing(name, chart.spec(narrow=False), chart.spec(narrow=True), alt, series)
    key = [(place_token(k), _place_name(material, place)) for k, place in reversed(list(enumerate(order)))]
    subtitle = say("c6.subtitle", letter=material.discussed.letter, item=item, unit=unit)
    return Figure(name, title, subtitle, [drawing], data=data, key=key)


def _place_name(material: Material, site: str) -> str:
    countries = material.study["sites"].set_index("site")["country"]
    country = str(countries.get(site, ""))
    return f"{site}, {country}" if country and country not in site else site


def _periods(material: Material, frame: pd.DataFrame) -> list[pd.Timestamp]:
    """Return every period of the plan (of the completions alone where no table lists them)."""
    for name in ("loads", "stock"):
        table = material.table(name, material.option)
        if len(table):
            return list(pd.Index(table["period"].unique()).sort_values())
    return list(pd.Index(frame["complete"].unique()).sort_values())


def _years(material: Material, item: str, number: int) -> Table | None:
    text, formats = material.text, material.formats
    own = material.cells("fiscal_years").having(option=material.option, item=item).here()
    if own.empty:
        return None
    pivot = own.pivot_table(index="origin", columns="fiscal_year", values="quantity", aggfunc="sum").fillna(
        0.0
    )
    pivot = pivot.reindex([place for place in places_of(material, item) if place in pivot.index])
    start = pd.Timestamp(year=2000, month=int(material.study.settings["fiscal_year_start"]), day=1)
    month = formats.month(start).replace("2000", "").replace("年", "").strip("\u00a0 ")
    subtitle = text.say(
        "c6.table_subtitle", letter=material.discussed.letter, unit=material.unit(item), month=month
    )
    caption = text.say("c6.table", item=item)
    if len(pivot.columns) > MOST_YEARS:  # too many years to stand side by side
        pivot = pivot.T
        columns = [
            Column(text.word("words.period")),
            *[Column(str(name), "r") for name in pivot.columns],
            Column(text.word("words.together"), "r"),
        ]
        rows = [
            Row(
                [
                    formats.year(year),
                    *[formats.whole(v) for v in row],
                    Cell(formats.whole(sum(row)), strong=True),
                ]
            )
            for year, row in zip(pivot.index, pivot.to_numpy(), strict=True)
        ]
        return Table(f"years{number}", caption, subtitle, columns, rows)
    columns = [
        Column(""),
        *[Column(formats.year(year), "r") for year in pivot.columns],
        Column(text.word("words.total"), "r"),
    ]
    rows = [
        Row(
            [
                _place_name(material, str(place)),
                *[formats.whole(v) for v in row],
                Cell(formats.whole(sum(row)), strong=True),
            ]
        )
        for place, row in zip(pivot.index, pivot.to_numpy(), strict=True)
    ]
    if len(rows) > 1:
        sums = pivot.sum()
        rows.append(
            Row(
                [
                    text.word("words.together"),
                    *[Cell(formats.whole(v), strong=True) for v in sums],
                    Cell(formats.whole(sums.sum()), strong=True),
                ],
                "total",
            )
        )
    return Table(f"years{number}", caption, subtitle, columns, rows, "compare")


def _orders(material: Material) -> Table:
    text, formats = material.text, material.formats
    frame = material.own("demand_summary").here()
    ranked = frame.sort_values(
        ["never_delivered", "late", "due"], ascending=[False, False, True], kind="stable"
    )
    head = text.words("c6.order_head")
    styles = ("", "", "nw", "r", "r", "r", "r", "nw")
    rows = [
        Row(
            [
                Cell(row["demand"], row["customer"]),
                Cell(row["item"], material.unit(row["item"])),
                formats.month(row["due"]),
                formats.number(row["quantity"]),
                formats.number(row["on_time"]),
                Cell(formats.number(row["late"]), late=row["late"] >= 0.05),
                Cell(formats.number(row["never_delivered"]), late=row["never_delivered"] >= 0.05),
                formats.month(row["last_delivery"]),
            ]
        )
        for _, row in ranked.iloc[:MOST_ORDERS].iterrows()
    ]
    note = text.note("words.more_rows", len(frame) - MOST_ORDERS) if len(frame) > MOST_ORDERS else ""
    subtitle = text.say("c6.order_subtitle", letter=material.discussed.letter)
    columns = [Column(name, style) for name, style in zip(head, styles, strict=True)]
    return Table("orders", text.word("c6.order_table"), subtitle, columns, rows, note=note)
