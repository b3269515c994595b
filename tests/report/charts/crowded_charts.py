"""A map of 60 sites and a graph of 40 nodes a layer: as full as charts must stand, nothing solved."""

from __future__ import annotations

from tests.report.charts.crowded_study import LAYERS, NODES, SITES, site

from coprod.report.charts.graph import GraphChart, Link, Node
from coprod.report.charts.map import Lane, MapChart, Site

__all__ = ["crowded_graph", "crowded_map"]

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
