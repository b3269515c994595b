"""The figure of chapter 2: the sites in use, and what goes between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from coprod.report.chapters.chain import tight_line, tightest
from coprod.report.chapters.countries import country_key, country_token
from coprod.report.chapters.flows import flows
from coprod.report.charts.map import Lane, MapChart, Site
from coprod.report.material import FULL_SHARE
from coprod.report.parts import DataTable, Drawing, Figure

if TYPE_CHECKING:
    from coprod.report.chapters.busyyear import BusyYear
    from coprod.report.chapters.flows import Flows, Place
    from coprod.report.material import Material

__all__ = ["map_figure", "missing"]

MOST_ROWS = 200


def missing(material: Material) -> str:
    """Return why there is no map: the key of the sentence that says it; "" where there is one."""
    used = _used(material)
    if len(used) < 2:
        return "c2.one_place"
    return "" if len(_known(material, used)) > 1 else "c2.no_places"


def _used(material: Material) -> set[str]:
    """Return the sites at which something is made, sent or received."""
    ships = material.own("shipments").here()
    return set(material.own("starts").here()["site"]) | set(ships["from_site"]) | set(ships["to_site"])


def _known(material: Material, used: set[str]) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude of each site in use that has them, in the study's order."""
    sites = material.study["sites"]
    return {
        site: (float(lon), float(lat))
        for site, lon, lat in zip(sites["site"], sites["lon"], sites["lat"], strict=True)
        if site in used and not pd.isna(lon) and not pd.isna(lat)
    }


def map_figure(material: Material, year: BusyYear, partner: set[str], party: str) -> Figure:
    """
    Return the figure.

    Parameters
    ----------
    material
        The run; `missing` is "" for it.
    year
        What is shown.
    partner
        The partner's sites; empty where the study names none.
    party
        The partner's name.
    """
    text, say = material.text, material.text.say
    found = flows(material, year)
    used = _used(material)
    places = _known(material, used)
    worst = tight_line(material)
    hot = {
        place
        for place, load in tightest(material, year).items()
        if load.share >= FULL_SHARE and load.line == worst
    }
    sites = _sites(material, found, places, hot, partner)
    number = {site.name: n for n, site in enumerate(sites)}
    lanes = _lanes(material, found, number, hot)
    chart = MapChart(sites, lanes)
    dates = {"first": year.first, "last": year.last}
    notes = [text.word("c2.note")]
    if hot and any(site.hot for site in sites):
        notes.append(text.word("c2.note_full").format(line=worst))
    if len(used) > len(places):
        notes.append(text.note("c2.note_places", len(used) - len(places)))
    (wide, named), (narrow, named_narrow) = chart.frame(narrow=False), chart.frame(narrow=True)
    unnamed = len(sites) - min(named, named_narrow)
    if unnamed:
        notes.append(text.note("c2.note_names", unnamed))
    title, (start, end) = _finding(material, year, partner, party)
    return Figure(
        "map",
        title,
        say("c2.subtitle", letter=material.discussed.letter, **dates),
        [
            Drawing(
                "map",
                wide.spec(),
                narrow.spec(),
                Markup(say("c2.alt", start=start, end=end, **dates)).unescape(),
            )
        ],
        data=_data(material, found),
        key=country_key(material, places),
        note=" ".join(str(note) for note in notes),
    )


def _sites(
    material: Material,
    found: Flows,
    places: dict[str, tuple[float, float]],
    hot: set[Place],
    partner: set[str],
) -> list[Site]:
    """Return the sites, those first whose names matter most: the narrow place, the partner's, the busiest."""
    text, number = material.text, material.formats.number
    tokens = country_token(material)
    ends = {site for _, (item, site) in found.between if not item}
    busy: dict[str, float] = {}
    for (item, site), quantity in found.made.items():
        busy[site] = busy.get(site, 0.0) + found.sets.of(item, quantity)
    for (item, start, end), quantity in found.shipped.items():
        for site in (start, end):
            busy[site] = busy.get(site, 0.0) + found.sets.of(item, quantity)
    sites = []
    for site, place in places.items():
        made = {item: quantity for (item, at), quantity in found.made.items() if at == site}
        full = [item for item in made if (item, site) in hot]
        said = text.list_of(full or list(made), 2)
        if full:
            said = text.word("c2.is_full").format(items=said)
        makes = text.word("c2.makes").format(site=site, items=said) if made else site
        lines = ", ".join(
            text.word("c2.tip_flow").format(item=item, rate=number(quantity))
            for item, quantity in made.items()
        )
        tip = text.word("c2.tip_site").format(site=site, lines=lines)
        sites.append(Site(site, makes, place, tokens[site], site in ends and not made, bool(full), tip))
    return sorted(sites, key=lambda own: (not own.hot, own.name not in partner, -busy.get(own.name, 0.0)))


def _lanes(material: Material, found: Flows, number: dict[str, int], hot: set[Place]) -> list[Lane]:
    """Return the lanes, all items of a lane together."""
    text = material.text
    items: dict[tuple[str, str], dict[str, float]] = {}
    for (item, start, end), quantity in found.shipped.items():
        if start in number and end in number and start != end:
            items.setdefault((start, end), {})[item] = quantity
    return [
        Lane(
            number[start],
            number[end],
            sum(found.sets.of(item, quantity) for item, quantity in own.items()),
            any((item, start) in hot for item in own),
            text.word("c2.tip_lane").format(
                start=start,
                end=end,
                lines=", ".join(
                    text.word("c2.tip_flow").format(item=item, rate=material.formats.number(quantity))
                    for item, quantity in own.items()
                ),
            ),
        )
        for (start, end), own in items.items()
    ]


def _finding(
    material: Material, year: BusyYear, partner: set[str], party: str
) -> tuple[str, tuple[str, str]]:
    """Return the title, and the ends of the busiest lane."""
    say = material.text.say
    ships = material.own("shipments")
    frame = ships.frame
    inside = ships.where(year.holds(frame["period"]) & (frame["quantity"] > 1e-6))
    sums = inside.here().groupby(["item", "from_site", "to_site"], sort=False)["quantity"].sum()
    most: Any = sums.idxmax() if len(sums) else ("", "", "")
    item, start, end = most
    if not partner:
        quantity = inside.having(item=item, from_site=start, to_site=end).of("quantity", "sum")
        return say("c2.figure_most", start=start, end=end, quantity=quantity, item=item), (start, end)
    fed = inside.where(frame["to_site"].isin(partner) & ~frame["from_site"].isin(partner))
    if not len(fed):
        return say("c2.figure_alone", party=party), (start, end)
    return say("c2.figure_fed", party=party, count=fed.of("from_site", "distinct")), (start, end)


def _data(material: Material, found: Flows) -> DataTable:
    number = material.formats.number
    rows = [
        [start, end, item, number(quantity), number(found.sets.of(item, quantity))]
        for (item, start, end), quantity in sorted(
            found.shipped.items(), key=lambda own: -found.sets.of(own[0][0], own[1])
        )
    ]
    return DataTable(material.text.words("c2.data_head"), rows[:MOST_ROWS])
