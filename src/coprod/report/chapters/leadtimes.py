"""Chapter 1: which lead times are necessary?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from coprod.report.charts.frame import year_of
from coprod.report.charts.leadtimes import LeadBar, LeadChart
from coprod.report.parts import Cell, Chapter, Column, DataTable, Drawing, Figure, Row, Table

if TYPE_CHECKING:
    from coprod.report.facts import Cells
    from coprod.report.material import Headline, Material

__all__ = ["chapter"]

NUMBER = 1
#: Bars drawn at most; all orders stand in the table.
MOST_BARS = 12
#: Steps of a chain shown in its table.
MOST_STEPS = 20
EMPTY, TODAY = "empty stock", "today's stock"


def chapter(material: Material) -> Chapter | None:
    """Return the chapter; None where the run has no lead times."""
    if not len(material.own("lead_times")):
        return None
    needs = _needs(material)
    paragraphs: list[str] = []
    parts: list[Figure | Table] = []
    for item, site in needs:
        paragraphs += _sentences(material, item, site)
        figure = _figure(material, item, site, len(parts))
        if figure:
            parts.append(figure)
    for item, site in needs:
        table = _chain(material, item, site, len(parts))
        if table:
            parts.append(table)
    text = material.text
    return Chapter(NUMBER, text.word("c1.question"), paragraphs, parts, paragraphs[0], _todo(material))


def _needs(material: Material) -> list[tuple[str, str]]:
    """Return the headlines' items and sites that have lead times; the first ones without a headline."""
    times = material.table("lead_times", material.option)
    there = list(dict.fromkeys(zip(times["item"], times["site"], strict=True)))
    wanted: list[Headline] = material.headlines
    return [(h.item, h.site) for h in wanted if (h.item, h.site) in there] or there[:2]


def _sentences(material: Material, item: str, site: str) -> list[str]:
    say = material.text.say
    times = material.own("lead_times").having(item=item, site=site)
    empty, today = times.having(basis=EMPTY), times.having(basis=TODAY)
    months = empty.cell("cumulative_months")
    if not months:
        return [say("c1.never", item=item, site=site)]
    first = say("c1.empty_stock", item=item, site=site, months=months)
    earliest = today.cell("earliest")
    if earliest:
        first += Markup(" ") + say("c1.today", earliest=earliest)
    steps = material.own("chains").having(item=item, site=site, basis=EMPTY)
    if not len(steps):
        return [first]
    longest = steps.where(steps.frame.index == steps.here()["months"].idxmax())
    gain = longest.cell("gain_months")
    if gain.value > 0.05:
        more = say("c1.longest", name=longest.text("name"), months=longest.cell("months"), gain=gain)
    else:
        more = say("c1.longest_bare", name=longest.text("name"), months=longest.cell("months"))
    return [first, more]


def _todo(material: Material) -> str:
    say = material.text.say
    orders = _used_orders(material)
    ahead = _weighty(material, orders.where(orders.frame["latest_order"] >= material.today)).first(
        "latest_order"
    )
    overdue = orders.where(orders.frame["latest_order"] < material.today)
    parts = []
    if len(ahead):
        date, slack = ahead.cell("latest_order"), ahead.cell("slack_months")
        key = "c1.todo" if _act_of(material, ahead.text("process")) == "order" else "c1.todo_make"
        parts.append(say(key, name=ahead.text("item"), date=date, slack=slack))
    if len(overdue):
        parts.append(say("c1.overdue", count=overdue.of("process", "count")))
    return Markup(" ").join(parts)


def _used_orders(material: Material) -> Cells:
    """Return the latest orders of processes the plan starts; of all where it starts none of them."""
    orders = material.own("latest_orders")
    started = set(material.table("starts", material.option)["process"])
    used = orders.where(orders.frame["process"].isin(started))
    return used if len(used) else orders


def _act_of(material: Material, process: str) -> str:
    """Return what is done with a process: ``order`` for a bought item, ``make`` for anything else."""
    made = set(material.given("inputs").frame["process"])
    return "make" if process in made else "order"


def _weighty(material: Material, orders: Cells) -> Cells:
    """Return the orders that somebody has to decide: bought items, and what needs administration first."""
    frame = orders.frame
    bought = ~frame["process"].isin(set(material.given("inputs").frame["process"]))
    return orders.where(bought | (frame["latest_start"] > frame["latest_order"]))


def _orders(material: Material, item: str, site: str) -> Cells:
    orders = _used_orders(material).having(for_item=item, for_site=site)
    ranked = orders.here()["latest_order"].sort_values(kind="stable").index
    return type(orders)(orders.table, orders.frame, tuple(int(row) for row in ranked), orders.option)


def _figure(material: Material, item: str, site: str, number: int) -> Figure | None:
    orders = _orders(material, item, site)
    if not len(orders):
        return None
    text, say = material.text, material.text.say
    tables = material.applied(material.option)
    processes = tables["processes"]
    lead = dict(zip(processes["process"], tables.duration_days("processes", "lead_time"), strict=True))
    bars = [_bar(material, row, float(lead.get(row["process"], 0.0))) for _, row in orders.here().iterrows()]
    need = orders.cell("need_date")
    chart = LeadChart(
        bars[:MOST_BARS],
        year_of(material.today),
        text.word("c1.today_label"),
        year_of(need.value),
        Markup(say("c1.need_label", need=need)).unescape(),
    )
    tightest = orders.where(orders.frame.index == orders.rows[0])
    months = tightest.cell("months_before_need")
    if tightest.cell("slack_months").value < 0:
        title = say("c1.figure_overdue", name=tightest.text("item"), months=months)
    else:
        title = say(
            "c1.figure", name=tightest.text("item"), months=months, date=tightest.cell("latest_order")
        )
    alt = say(
        "c1.alt",
        count=orders.of("process", "count"),
        item=item,
        need=need,
        date=orders.of("latest_order", "min"),
    )
    name = f"leadtimes{number or ''}"
    drawing = Drawing(name, chart.spec(narrow=False), chart.spec(narrow=True), Markup(alt).unescape())
    fills = (("grid", "administrative"), ("soft", "production"), ("line", "later"), ("opt4", "critical"))
    key = [(token, text.word(f"c1.key_{kind}")) for token, kind in fills]
    note = text.note("c1.note", MOST_BARS) if len(bars) > MOST_BARS else ""
    return Figure(
        name,
        title,
        say("c1.subtitle", item=item, site=site),
        [drawing],
        data=_data(material, orders),
        key=key,
        note=note,
    )


def _bar(material: Material, row: pd.Series, lead_days: float) -> LeadBar:
    text, formats = material.text, material.formats
    order, start, need = (row[name] for name in ("latest_order", "latest_start", "need_date"))
    made = min(start + pd.Timedelta(days=round(lead_days)), need)
    parts = []
    for kind, begin, end in (
        ("administrative", order, start),
        ("production", start, made),
        ("later", made, need),
    ):
        days = (end - begin).days
        if days <= 0:
            continue
        months = formats.number(round(days / (365.25 / 12), 1))
        tip = text.word("c1.tip").format(
            name=row["item"],
            part=text.word(f"c1.part_{kind}"),
            months=formats.months(days / (365.25 / 12)),
            span=formats.span(begin, end),
        )
        parts.append((kind, year_of(begin), year_of(end), months, tip))
    return LeadBar(
        f"{row['item']}, {row['site']}",
        formats.month(order),
        formats.number(round(row["months_before_need"], 1)),
        parts,
        bool(row["critical"]),
        bool(order < material.today),
    )


def _data(material: Material, orders: Cells) -> DataTable:
    text, formats = material.text, material.formats
    rows = [
        [
            f"{row['item']} ({row['process']})",
            row["site"],
            f"{row['for_item']}, {row['for_site']}",
            formats.day(row["latest_order"]),
            formats.day(row["latest_start"]),
            formats.number(row["months_before_need"]),
            formats.number(row["slack_months"]),
            text.word("words.yes" if row["critical"] else "words.no"),
        ]
        for _, row in orders.here().iterrows()
    ]
    return DataTable(text.words("c1.head"), rows)


def _chain(material: Material, item: str, site: str, number: int) -> Table | None:
    text, formats = material.text, material.formats
    steps = material.own("chains").having(item=item, site=site, basis=EMPTY).here()
    if steps.empty:
        return None
    head = text.words("c1.chain_head")
    columns = [Column(head[0]), Column(head[1]), Column(head[2], "r"), Column(head[3], "r")]
    longest = steps["months"].max()
    rows = [
        Row(
            [
                _name(material, step),
                text.word(f"c1.part_{step['part']}" if step["part"] else f"c1.kind_{step['kind']}"),
                Cell(formats.number(round(step["months"], 1)), strong=bool(step["months"] == longest)),
                formats.number(round(step["gain_months"], 1)),
            ]
        )
        for _, step in steps.iloc[:MOST_STEPS].iterrows()
    ]
    note = text.note("words.more_rows", len(steps) - MOST_STEPS) if len(steps) > MOST_STEPS else ""
    caption = text.say("c1.chain", item=item)
    return Table(f"chain{number}", caption, text.word("c1.chain_subtitle"), columns, rows, "small", note)


def _name(material: Material, step: pd.Series) -> str:
    """Return a step's name; a lane's key as item and sites."""
    parts = str(step["name"]).split("/")
    if step["kind"] == "lane" and len(parts) == 3:
        return material.text.word("c1.lane").format(item=parts[0], start=parts[1], end=parts[2])
    return ", ".join(part for part in parts if part)
