"""Nodes in layers, ordered so that few links cross; long links pass the layers between at waypoints."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Layers", "crossings", "layered"]

SWEEPS = 12

Edge = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Layers:
    """
    An arrangement.

    Attributes
    ----------
    rows
        Nodes of each layer from the top; numbers past the last node are waypoints.
    paths
        Per link the nodes it visits, its ends included; [] for a link that does not run forwards.
    """

    rows: Sequence[Sequence[int]]
    paths: Sequence[Sequence[int]]


def crossings(rows: Sequence[Sequence[int]], edges: Sequence[Edge]) -> float:
    """
    Return how much crosses: for each pair of crossing edges the product of their weights.

    Parameters
    ----------
    rows
        Nodes of each layer from the top.
    edges
        From a layer to the next, with weights.

    Examples
    --------
    >>> crossings([[0, 1], [2, 3]], [(0, 3, 1.0), (1, 2, 2.0)])
    2.0
    """
    place = {node: (layer, n) for layer, row in enumerate(rows) for n, node in enumerate(row)}
    total = 0.0
    for (a, b, v), (c, d, w) in itertools.combinations(edges, 2):
        if place[a][0] == place[c][0] and (place[a][1] - place[c][1]) * (place[b][1] - place[d][1]) < 0:
            total += v * w
    return total


def layered(depth: Sequence[int], links: Sequence[Edge]) -> Layers:
    """
    Return nodes arranged so that few links cross.

    Sweeps set each node at the mean of its neighbours (Sugiyama's method), then neighbours change places as
    long as that gains; the best arrangement met is kept.

    Parameters
    ----------
    depth
        Layer of each node, from 0.
    links
        (from, to, weight); only those to a later layer are drawn.
    """
    layer = list(depth)
    paths: list[list[int]] = []
    edges: list[Edge] = []
    for start, end, weight in links:
        path = [start]
        if depth[start] >= depth[end]:
            paths.append([])
            continue
        for between in range(depth[start] + 1, depth[end]):
            layer.append(between)
            path.append(len(layer) - 1)
        paths.append([*path, end])
        edges += [(a, b, weight) for a, b in itertools.pairwise(paths[-1])]
    rows = [[node for node, own in enumerate(layer) if own == n] for n in range(max(layer, default=-1) + 1)]
    best, least = [list(row) for row in rows], crossings(rows, edges)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for n in range(1, len(rows)) if forward else range(len(rows) - 2, -1, -1):
            rows[n] = _by_mean(rows[n], rows[n - 1 if forward else n + 1], edges)
        _exchange(rows, edges)
        here = crossings(rows, edges)
        if here < least - 1e-9:
            best, least = [list(row) for row in rows], here
    return Layers(best, paths)


def _by_mean(row: list[int], fixed: Sequence[int], edges: Sequence[Edge]) -> list[int]:
    """Return a row ordered by the mean place of each node's neighbours in a fixed row."""
    at = {node: n for n, node in enumerate(fixed)}
    means: dict[int, float] = {}
    for n, node in enumerate(row):
        found = [
            (at[other], w)
            for a, b, w in edges
            for other in ((b,) if a == node else (a,) if b == node else ())
            if other in at
        ]
        total = sum(w for _, w in found)
        means[node] = sum(p * w for p, w in found) / total if total else n * len(fixed) / max(1, len(row))
    return sorted(row, key=lambda node: means[node])


def _exchange(rows: list[list[int]], edges: Sequence[Edge]) -> None:
    """Let neighbours in a row change places as long as less crosses."""
    for n, row in enumerate(rows):
        near = [rows[m] for m in (n - 1, n, n + 1) if 0 <= m < len(rows)]
        here = {node for own in near for node in own}
        own_edges = [edge for edge in edges if edge[0] in here and edge[1] in here]
        least, gained = crossings(near, own_edges), True
        while gained:
            gained = False
            for i in range(len(row) - 1):
                row[i], row[i + 1] = row[i + 1], row[i]
                now = crossings(near, own_edges)
                if now < least - 1e-9:
                    least, gained = now, True
                else:
                    row[i], row[i + 1] = row[i + 1], row[i]
