"""The chain as a graph: layers from raw material to stock, ribbons as wide as their flow."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coprod.report.charts.frame import NARROW, WIDE, Frame
from coprod.report.charts.layers import layered
from coprod.report.charts.metrics import ellipsis
from coprod.report.charts.shapes import fill
from coprod.report.charts.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.charts.frame import Point, Spec
    from coprod.report.charts.layers import Layers

__all__ = ["GraphChart", "Link", "Node", "collapsed"]

#: Nodes a layer shows, wide and narrow; what is over is one node.
MOST_WIDE, MOST_NARROW = 9, 5
#: Height of the tallest layer's bars, wide and narrow; height of a line of text; air between nodes; all px.
BARS_WIDE, BARS_NARROW, LINE, AIR = 210.0, 170.0, 15.5, 12.0
ROUNDS = 16


@dataclass(frozen=True, slots=True)
class Node:
    """
    A node.

    Attributes
    ----------
    name, sub
        First line, and the second ("5 of 6.5").
    layer
        From 0, raw material.
    flow, share
        Sets a month; load over capacity of its tightest line, 0 where it has none.
    token
        Colour of its country.
    hot, full
        Whether it is the bottleneck; whether it is full.
    tip
        Shown on hover.
    """

    name: str
    sub: str
    layer: int
    flow: float
    share: float
    token: str
    hot: bool
    full: bool
    tip: str


@dataclass(frozen=True, slots=True)
class Link:
    """A ribbon between two nodes (by their places in the list): sets a month, and what hover shows."""

    start: int
    end: int
    flow: float
    tip: str


@dataclass(frozen=True, slots=True)
class GraphChart:
    """
    The graph of one option.

    Attributes
    ----------
    nodes, links
        What is drawn.
    heads
        Name of each layer.
    with_room, more
        Name of a node that stands for several, ``{count}`` in it: none of them full, or some.
    """

    nodes: Sequence[Node]
    links: Sequence[Link]
    heads: Sequence[str]
    with_room: str
    more: str

    def spec(self, *, narrow: bool) -> Spec:
        """Return the specification, wide or narrow."""
        return self.frame(narrow=narrow).spec()

    def frame(self, *, narrow: bool) -> Frame:
        """Return the drawn frame."""
        chart = collapsed(self, MOST_NARROW if narrow else MOST_WIDE)
        depth = [node.layer for node in chart.nodes]
        order = layered(depth, [(link.start, link.end, link.flow) for link in chart.links])
        return _Drawing(chart, order, narrow=narrow).draw()


def collapsed(chart: GraphChart, most: int) -> GraphChart:
    """
    Return the graph with at most so many nodes a layer: the fullest stay, the others are one node.

    Parameters
    ----------
    chart
        The graph.
    most
        Nodes a layer shows, the one that stands for the rest included.
    """
    nodes: list[Node] = []
    into: dict[int, int] = {}
    for layer in range(len(chart.heads)):
        own = [n for n, node in enumerate(chart.nodes) if node.layer == layer]
        ranked = sorted(own, key=lambda n: _rank(chart.nodes[n]))
        kept = set(ranked if len(own) <= most else ranked[: most - 1])
        for n in own:
            if n in kept:
                into[n] = len(nodes)
                nodes.append(chart.nodes[n])
        rest = [chart.nodes[n] for n in own if n not in kept]
        if rest:
            into |= {n: len(nodes) for n in own if n not in kept}
            words = chart.more if any(node.full for node in rest) else chart.with_room
            flow = sum(node.flow for node in rest)
            nodes.append(Node(words.format(count=len(rest)), "", layer, flow, 0.0, "soft", False, False, ""))
    flows: dict[tuple[int, int], list[Link]] = {}
    for link in chart.links:
        flows.setdefault((into[link.start], into[link.end]), []).append(link)
    links = [
        Link(a, b, sum(link.flow for link in own), own[0].tip if len(own) == 1 else "")
        for (a, b), own in flows.items()
    ]
    return replace(chart, nodes=nodes, links=links)


def _rank(node: Node) -> tuple[bool, bool, float, float]:
    return not node.hot, not node.full, -node.share, -node.flow


class _Drawing:
    """One drawing while its nodes find their heights."""

    def __init__(self, chart: GraphChart, order: Layers, *, narrow: bool) -> None:
        self.chart, self.order, self.narrow = chart, order, narrow
        self.width = float(NARROW if narrow else WIDE)
        self.size = 12.5 if narrow else 13.0
        self.pitch = self.width / max(1, len(order.rows))
        self.bar = 6.0 if narrow else 8.0
        self.links = [
            (link, path) for link, path in zip(chart.links, order.paths, strict=True) if len(path) > 1
        ]
        self.flow: dict[int, float] = {}
        for n, node in enumerate(chart.nodes):
            out = sum(link.flow for link, path in self.links if path[0] == n)
            come = sum(link.flow for link, path in self.links if path[-1] == n)
            self.flow[n] = max(node.flow, out, come)
        for link, path in self.links:
            self.flow |= dict.fromkeys(path[1:-1], link.flow)
        tallest = max((sum(self.flow[n] for n in row) for row in order.rows), default=0.0)
        self.unit = (BARS_NARROW if narrow else BARS_WIDE) / tallest if tallest > 0 else 1.0
        self.subs = {n: self._subs(n) for n in range(len(chart.nodes))}
        self.lines = {n: self._lines(n) for n in range(len(chart.nodes))}

    def _subs(self, n: int) -> list[str]:
        """Return the second line, a phone's in two where it is long: half a number says something else."""
        return wrapped(self.chart.nodes[n].sub, self.pitch - 9, 2, self.size) if self.narrow else []

    def _lines(self, n: int) -> list[str]:
        """Return what is written above a node: its name, and on a phone the second line too."""
        node = self.chart.nodes[n]
        lines = wrapped(node.name, self.pitch - 9, 3 if self.narrow else 2, self.size, 600)
        return lines + self.subs[n]

    def _tall(self, n: int) -> float:
        """Return the height of a node's bar."""
        return max(3.0, self.flow[n] * self.unit)

    def _above(self, n: int) -> float:
        """Return how far a node reaches above the middle of its bar."""
        return self._tall(n) / 2 + (LINE * len(self.lines[n]) + 3 if n in self.lines else 0.0)

    def _below(self, n: int) -> float:
        """Return how far it reaches below; a second line beside a thin bar needs its own height."""
        side = LINE / 2 if n in self.lines and not self.narrow else 0.0
        return max(self._tall(n) / 2, side) + AIR

    def _middles(self, top: float) -> tuple[dict[int, float], float]:
        """Return the middle of each bar, and where the lowest node ends."""
        tall = max(
            (sum(self._above(n) + self._below(n) for n in row) for row in self.order.rows), default=0.0
        )
        bottom = top + tall
        middle: dict[int, float] = {}
        for row in self.order.rows:
            y = top + (tall - sum(self._above(n) + self._below(n) for n in row)) / 2
            for n in row:
                middle[n] = y + self._above(n)
                y += self._above(n) + self._below(n)
        pairs = [(a, b, link.flow) for link, path in self.links for a, b in itertools.pairwise(path)]
        for turn in range(ROUNDS):
            rows = self.order.rows if turn % 2 == 0 else self.order.rows[::-1]
            before = {n: m for m, row in enumerate(rows) for n in row}
            for m, row in enumerate(rows):
                for n in row:
                    near = [
                        (middle[other], flow)
                        for a, b, flow in pairs
                        for other in ((b,) if a == n else (a,) if b == n else ())
                        if before[other] < m
                    ]
                    total = sum(flow for _, flow in near)
                    if total:
                        middle[n] += 0.7 * (sum(y * flow for y, flow in near) / total - middle[n])
                self._part(row, middle, top, bottom)
        return middle, bottom

    def _part(self, row: Sequence[int], middle: dict[int, float], top: float, bottom: float) -> None:
        """Move a layer's nodes apart: down from the top, then up from the bottom."""
        edge = top
        for n in row:
            middle[n] = max(middle[n], edge + self._above(n))
            edge = middle[n] + self._below(n)
        edge = bottom
        for n in reversed(row):
            middle[n] = min(middle[n], edge - self._below(n))
            edge = middle[n] - self._above(n)

    def draw(self) -> Frame:
        """Return the frame."""
        heads = [
            wrapped(head, self.pitch - 9, 2 if self.narrow else 1, self.size) for head in self.chart.heads
        ]
        top = 12.0 + LINE * max((len(lines) for lines in heads), default=0)
        middle, bottom = self._middles(top)
        frame = Frame(
            self.width,
            round(bottom) + 2.0,
            (0.0, self.width),
            (round(bottom) + 2.0, 0.0),
            left=0.0,
            right=0.0,
            top=0.0,
            bottom=0.0,
            narrow=self.narrow,
        )
        at = {n: layer * self.pitch for layer, row in enumerate(self.order.rows) for n in row}
        self._ribbons(frame, at, middle)
        self._bars(frame, at, middle)
        for layer, lines in enumerate(heads):
            for n, line in enumerate(lines):
                frame.text(line, (layer * self.pitch, 9 + LINE * n), "left", "ink2", halo=0)
        self._names(frame, at, middle)
        return frame

    def _ribbons(self, frame: Frame, at: dict[int, float], middle: dict[int, float]) -> None:
        """Draw the ribbons: at each bar in the order of their other ends, so that none cross there."""
        start: dict[int, float] = {}
        end: dict[int, float] = {}
        for far, own, found in ((1, 0, start), (-2, -1, end)):
            sums: dict[int, float] = {}
            for link, path in self.links:
                sums[path[own]] = sums.get(path[own], 0.0) + link.flow
            down = {n: middle[n] - total * self.unit / 2 for n, total in sums.items()}
            for number, (link, path) in sorted(
                enumerate(self.links), key=lambda item: middle[item[1][1][far]]
            ):
                found[number] = down[path[own]] + link.flow * self.unit / 2
                down[path[own]] += link.flow * self.unit
        shapes: dict[bool, list[tuple[Sequence[Sequence[Point]], str]]] = {False: [], True: []}
        for number, (link, path) in enumerate(self.links):
            points = [(at[path[0]] + self.bar, start[number])]
            points += [(at[n] + self.bar / 2, middle[n]) for n in path[1:-1]]
            points.append((at[path[-1]], end[number]))
            half = max(0.5, link.flow * self.unit / 2)
            shapes[self.chart.nodes[path[0]].hot].append(([_ribbon(points, half)], link.tip))
        fill(frame, shapes[False], "who3", 0.38)
        fill(frame, shapes[True], "late", 0.55)

    def _bars(self, frame: Frame, at: dict[int, float], middle: dict[int, float]) -> None:
        shapes: dict[str, list[tuple[Sequence[Sequence[Point]], str]]] = {}
        edges: list[tuple[Sequence[Sequence[Point]], str]] = []
        for n, node in enumerate(self.chart.nodes):
            half, x, y = self._tall(n) / 2, at[n], middle[n]
            token = "late" if node.hot else node.token
            shapes.setdefault(token, []).append(([_box(x, y, self.bar, half)], node.tip))
            if token == "who4":  # too pale to stand alone: outlined in the darkest
                edges.append(([_box(x - 1, y, self.bar + 2, half + 1)], ""))
        fill(frame, edges, "who1")
        for token, own in shapes.items():
            fill(frame, own, token)

    def _names(self, frame: Frame, at: dict[int, float], middle: dict[int, float]) -> None:
        for n, node in enumerate(self.chart.nodes):
            y = middle[n] - self._tall(n) / 2 - 3 - LINE / 2
            token = "late" if node.hot else "ink"
            names = len(self.lines[n]) - len(self.subs[n])
            for place, line in enumerate(reversed(self.lines[n])):
                weight = 600 if len(self.lines[n]) - place <= names else 400
                frame.text(line, (at[n], y - LINE * place), "left", token, weight)
            if node.sub and not self.narrow:
                text = ellipsis(node.sub, self.pitch - self.bar - 12, self.size, 600)
                spot = (at[n] + self.bar + 6, middle[n])
                frame.text(text, spot, "left", token if node.hot else "ink", 600 if node.hot else 400)


def _box(x: float, y: float, width: float, half: float) -> list[Point]:
    corners = [(x, y - half), (x + width, y - half), (x + width, y + half), (x, y + half)]
    return [*corners, corners[0]]


def _ribbon(points: Sequence[Point], half: float) -> list[Point]:
    """Return the outline of a ribbon through some points, level at each of them."""
    course: list[Point] = []
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        steps = 1 if abs(y1 - y0) < 0.5 else 12
        for step in range(0 if not course else 1, steps + 1):
            part = step / steps
            ease = part * part * (3 - 2 * part)
            course.append((x0 + part * (x1 - x0), y0 + ease * (y1 - y0)))
    upper, lower = [(x, y - half) for x, y in course], [(x, y + half) for x, y in reversed(course)]
    return [*upper, *lower, upper[0]]
