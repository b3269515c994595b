"""The figure of chapter 3: the chain from raw material to stock, and where it is narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from coprod.report.chapters.busy import busiest
from coprod.report.chapters.busyyear import busy_year
from coprod.report.chapters.countries import country_key, country_token
from coprod.report.chapters.flows import flows
from coprod.report.charts.graph import GraphChart, Link, Node
from coprod.report.material import FULL_SHARE
from coprod.report.parts import DataTable, Drawing, Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.chapters.busyyear import BusyYear
    from coprod.report.chapters.flows import Flows, Place
    from coprod.report.material import Material

__all__ = ["Load", "chain_figure", "tight_line", "tightest"]

#: From this share of all use on it is worth saying what stock covers; and rows of the figure's table.
UNTOLD, MOST_ROWS = 0.02, 200


@dataclass(frozen=True, slots=True)
class Load:
    """The tightest line of what an item is made by at a site in the busy year: its name, its load share."""

    line: str
    share: float


def tight_line(material: Material) -> str:
    """Return the line that is longest full; "" where none ever is."""
    return next((line.name for line in busiest(material)[:1] if len(line.full)), "")


def tightest(material: Material, year: BusyYear) -> dict[Place, Load]:
    """Return for each item at a site that loads a line the tightest one of those its plan uses."""
    loads = material.own("loads").here()
    loads = loads[year.holds(loads["period"])]
    sums = loads.groupby("resource", sort=False)[["use", "capacity"]].sum(min_count=1)
    shares = {
        line: float(use / capacity) for line, (use, capacity) in sums.iterrows() if capacity > 0 and use > 0
    }
    lines: dict[str, list[str]] = {}
    for table in ("processes", "loads"):
        given = material.given(table).here()
        for process, line in zip(given["process"], given["resource"], strict=True):
            if line in shares:
                lines.setdefault(process, []).append(line)
    worst = tight_line(material)
    found: dict[Place, Load] = {}
    starts = material.own("starts").here().drop_duplicates(["process", "item", "site"])
    for process, item, site in zip(starts["process"], starts["item"], starts["site"], strict=True):
        for line in lines.get(process, []):
            known = found.get((item, site))
            # Of equally full lines the one that is longest full names the place.
            if known is None or (shares[line], line == worst) > (known.share, known.line == worst):
                found[item, site] = Load(line, shares[line])
    return found


def chain_figure(material: Material) -> Figure | None:
    """Return the figure; None where the plan has no two places with a flow between them."""
    year = busy_year(material)
    if year is None:
        return None
    found = flows(material, year)
    if not found.between:
        return None
    text, say = material.text, material.text.say
    loads = tightest(material, year)
    places = _places(found)
    tight = tight_line(material)
    nodes = [_node(material, found, place, loads, tight) for place in places]
    number = {place: n for n, place in enumerate(places)}
    links = [
        Link(number[start], number[end], flow, _tip(material, nodes, number[start], number[end], flow))
        for (start, end), flow in found.between.items()
    ]
    deepest = max(node.layer for node in nodes)
    chart = GraphChart(
        nodes,
        links,
        _heads(material, places, found, deepest),
        text.word("c3.with_room"),
        text.word("c3.more"),
    )
    worst = (
        next((load.line for place, load in loads.items() if nodes[number[place]].hot), "")
        if any(node.hot for node in nodes)
        else ""
    )
    title = say("c3.figure_full", line=worst) if worst else Markup(text.word("c3.figure_none"))
    dates = {"first": year.first, "last": year.last}
    alt = say("c3.figure_alt", line=worst, **dates) if worst else say("c3.figure_alt_none", **dates)
    notes = [text.word("c3.figure_note")]
    if found.untold > UNTOLD:
        notes.append(text.word("c3.figure_untold").format(share=material.formats.percent(found.untold)))
    return Figure(
        "chain",
        title,
        say("c3.figure_subtitle", letter=material.discussed.letter, **dates),
        [Drawing("chain", chart.spec(narrow=False), chart.spec(narrow=True), Markup(alt).unescape())],
        data=_data(material, nodes, links),
        key=country_key(material, [site for item, site in places if item]),
        note=" ".join(notes),
    )


def _places(found: Flows) -> list[Place]:
    """Return what is drawn: every maker and user, in the order in which they were met."""
    return list(dict.fromkeys(place for pair in found.between for place in pair))


def _layer(found: Flows, place: Place, deepest: int) -> int:
    return deepest if not place[0] else deepest - 1 - found.sets.steps[place[0]]


def _heads(material: Material, places: Sequence[Place], found: Flows, deepest: int) -> list[str]:
    """Return the layers' names: materials alone are raw material, what is last before assembly a module."""
    kinds = material.study["items"].set_index("item")["kind"]
    heads: list[str] = []
    for layer in range(deepest - 1):
        items = [item for item, site in places if item and _layer(found, (item, site), deepest) == layer]
        raw = all(kinds.get(item, "") == "material" for item in items) or (layer == 0 and deepest > 3)
        module = layer == deepest - 2 and layer > 0 and heads[-1] != "c3.raw"
        heads.append("c3.raw" if raw else "c3.modules" if module else "c3.parts")
    return [material.text.word(key) for key in [*heads, "c3.assembly", "c3.stock"]]


def _node(material: Material, found: Flows, place: Place, loads: dict[Place, Load], tight: str) -> Node:
    text, number = material.text, material.formats.number
    item, site = place
    deepest = max(found.sets.steps[maker[0]] for maker, _ in found.between) + 1
    into = sum(flow for (_, end), flow in found.between.items() if end == place)
    out = sum(flow for (start, _), flow in found.between.items() if start == place)
    flow = max(into, out) if not item else max(out, found.sets.of(item, found.made.get(place, 0.0)))
    load = loads.get(place)
    name = text.word("c3.place").format(item=item, site=site) if item else site
    full = load is not None and load.share >= FULL_SHARE
    if load is None:
        sub = text.word("c3.a_month").format(load=number(flow))
    elif full:
        sub = text.word("c3.is_full").format(load=number(flow))
    else:
        sub = text.word("c3.of_capacity").format(load=number(flow), capacity=number(flow / load.share))
    hot = load is not None and full and load.line == tight
    token = country_token(material).get(site, "who3") if item else "ink"
    return Node(
        name,
        sub,
        _layer(found, place, deepest),
        flow,
        load.share if load else 0.0,
        token,
        hot,
        full,
        text.word("c3.tip").format(name=name, load=sub),
    )


def _tip(material: Material, nodes: Sequence[Node], start: int, end: int, flow: float) -> str:
    return material.text.word("c3.tip_flow").format(
        start=nodes[start].name, end=nodes[end].name, load=material.formats.number(flow)
    )


def _data(material: Material, nodes: Sequence[Node], links: Sequence[Link]) -> DataTable:
    rows = [
        [
            nodes[link.start].name,
            nodes[link.end].name,
            material.formats.number(link.flow),
            material.formats.percent(nodes[link.start].share) if nodes[link.start].share else "–",
        ]
        for link in sorted(links, key=lambda link: (nodes[link.start].layer, -link.flow))
    ]
    return DataTable(material.text.words("c3.data_head"), rows[:MOST_ROWS])
