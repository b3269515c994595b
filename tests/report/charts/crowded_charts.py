"""A map of 60 sites, a graph of 40 nodes a layer, a frontier of 14 dates: as full as charts must stand."""

from __future__ import annotations

from tests.report.charts.crowded_study import LAYERS, NODES, SITES, site

from coprod.report.charts.frontier import FrontierChart, Named
from coprod.report.charts.graph import GraphChart, Link, Node
from coprod.report.charts.map import Lane, MapChart, Site
from coprod.report.formats import formats

__all__ = ["crowded_frontier", "crowded_graph", "crowded_map"]

#: A second language's names are as wide as its letters: full-width ones.
_NAMES = {"en": "works number", "ja": "製作所"}
_HEADS = {
    "en": ("Raw material", "Parts", "Modules", "Assembly", "Stock"),
    "ja": ("素材", "部品", "組立品", "最終組立", "在庫"),
}


def crowded_map(language: str = "en") -> MapChart:
    """Return 60 sites, five about each of twelve places on both sides of the date line, and 120 lanes."""
    sites = []
    for n in range(SITES):
        row = site(n)
        name = f"{row['country']} {_NAMES[language]} {n}"
        tip = f"{name}: 3 a month"
        sites.append(
            Site(
                name,
                f"{name}: rounds",
                (row["lon"], row["lat"]),
                f"who{n // 5 % 4 + 1}",
                n % 7 == 6,
                n == 3,
                tip,
            )
        )
    lanes = [
        Lane(n, (n * k + 11) % SITES, 1.0 + n % 5, n == 3, f"lane {n}")
        for k in (1, 7)
        for n in range(SITES)
        if n != (n * k + 11) % SITES
    ]
    return MapChart(sites, lanes)


def crowded_graph(language: str = "en") -> GraphChart:
    """Return five layers of 40 nodes, each feeding two of the next; one is the narrow place."""
    heads = _HEADS[language]
    nodes = [
        Node(
            f"{heads[layer]}, {_NAMES[language]} {n}",
            f"{n}.5 of {n + 9}",
            layer,
            2.0,
            0.4 + n / NODES * 0.6,
            f"who{n % 4 + 1}",
            (layer, n) == (1, 7),
            n % 9 == 7,
            "tip",
        )
        for layer in range(LAYERS + 2)
        for n in range(NODES)
    ]
    links = [
        Link(layer * NODES + n, (layer + 1) * NODES + (n + step) % NODES, 1.0, "tip")
        for layer in range(LAYERS + 1)
        for n in range(NODES)
        for step in (0, 13)
    ]
    return GraphChart(nodes, links, heads, "{count} with room", "+ {count} more")


def crowded_frontier(language: str = "en") -> FrontierChart:
    """Return fourteen dates, half of them within a year, and eight options about them, two on one spot."""
    say = formats(language)
    months = [0, 1, 2, 3, 5, 7, 10, 20, 32, 44, 56, 68, 80, 92]
    points = [(2030.0 + n / 12, 3e8 - 4.2e7 * place) for place, n in enumerate(months)]
    named = [
        Named("ABCDEFGH"[n], f"opt{n % 5 + 1}", (2030.1 + n // 2 * 0.9, 2.5e8 - 9e7 * (n // 2)))
        for n in range(8)
    ]
    labels = [say.month(f"{2030 + n // 12}-{n % 12 + 1:02d}-28") for n in months]
    due = {"en": "due Dec 2030", "ja": "期限2030年12月"}[language]
    return FrontierChart(points, labels, named, 2031.0, due, lambda value: say.money(value, "USD"))
