"""The map: sites, and lanes as great circles as wide as their flow, with a closer look where sites crowd."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.report.charts.clip import clip_line, length
from coprod.report.charts.frame import NARROW, WIDE, Frame
from coprod.report.charts.labels import Box, Placer, around
from coprod.report.charts.mapview import holds, panels
from coprod.report.charts.outlines import borders, land
from coprod.report.charts.shapes import fill, stroke
from coprod.report.charts.sphere import great_circle
from coprod.report.palette import LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coprod.report.charts.frame import Point, Spec
    from coprod.report.charts.labels import Align, Placed
    from coprod.report.charts.sphere import View

__all__ = ["Lane", "MapChart", "Site"]

#: Width of the thinnest lane and of the widest, in pixels; the least distance between two sites' middles.
THIN, THICK, APART = 0.9, 5.5, 11.0
#: A lane's visible piece must be this long to carry an arrow.
ARROW = 26.0


@dataclass(frozen=True, slots=True)
class Site:
    """
    A site.

    Attributes
    ----------
    name, makes
        Its name, and the same with what it does, written where there is room.
    place
        Longitude and latitude in degrees.
    token
        Colour of its country.
    depot
        Whether goods end here (a square).
    hot
        Whether the narrowest line stands here (in the accent).
    tip
        Shown on hover.
    """

    name: str
    makes: str
    place: Point
    token: str
    depot: bool
    hot: bool
    tip: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane between two sites (by their places in the list): sets a month; whether it is the tight one."""

    start: int
    end: int
    flow: float
    hot: bool
    tip: str


@dataclass(frozen=True, slots=True)
class MapChart:
    """
    The map of one option.

    Attributes
    ----------
    sites
        The most important first: they get their names first.
    lanes
        Between sites that lie apart.
    """

    sites: Sequence[Site]
    lanes: Sequence[Lane]

    def spec(self, *, narrow: bool) -> Spec:
        """Return the specification, wide or narrow."""
        return self.frame(narrow=narrow)[0].spec()

    def frame(self, *, narrow: bool) -> tuple[Frame, int]:
        """Return the drawn frame, and the number of sites named in it."""
        ways = [
            great_circle(self.sites[lane.start].place, self.sites[lane.end].place, 48) for lane in self.lanes
        ]
        found = panels([site.place for site in self.sites], ways, NARROW if narrow else WIDE)
        frame = Frame(
            found.width,
            found.height,
            (0.0, found.width),
            (found.height, 0.0),
            left=0.0,
            right=0.0,
            top=0.0,
            bottom=0.0,
            narrow=narrow,
        )
        inside = [
            next((number for number, look in enumerate(found.looks) if holds(look, site.place)), -1)
            for site in self.sites
        ]
        named = 0
        marks = [str(number + 1) for number in range(len(found.looks))] if len(found.looks) > 1 else [""]
        for number, view in enumerate([found.overview, *found.looks]):
            _ground(frame, view)
            if number:
                corner = view.box.left + 9, view.box.top + 12
                placed = _Panel(
                    frame, view, [place == number - 1 for place in inside], marks[number - 1], corner
                )
            else:
                placed = _Panel(frame, view, [place < 0 for place in inside])
                for look, mark in zip(found.looks, marks, strict=False):
                    placed.framed(look, mark)
            named += placed.draw(self, ways, inside, number - 1)
        return frame, named


def _ground(frame: Frame, view: View) -> None:
    """Draw land, borders and the window's edge."""
    fill(frame, [(land(view), "")], "grid")
    stroke(frame, [(borders(view), 0.8, "")], "paper")
    box = view.box
    edge = [
        (box.left + 0.5, box.top + 0.5),
        (box.right - 0.5, box.top + 0.5),
        (box.right - 0.5, box.bottom - 0.5),
        (box.left + 0.5, box.bottom - 0.5),
        (box.left + 0.5, box.top + 0.5),
    ]
    stroke(frame, [([edge], 1.0, "")], "line")


class _Panel:
    """One window while it is drawn: where its dots lie, and which places are taken."""

    def __init__(
        self, frame: Frame, view: View, own: list[bool], mark: str = "", corner: Point = (0.0, 0.0)
    ) -> None:
        self.frame, self.view, self.own = frame, view, own
        box = view.box
        self.placer = Placer(Box(box.left + 4, box.top + 3, box.right - 4, box.bottom - 3), frame.size)
        if mark:
            frame.label(self.placer.place(mark, [(*corner, "left")], 700), "ink2", 700)

    def framed(self, look: View, mark: str) -> None:
        """Draw a closer look's edges on the overview, its number at a corner."""
        middle = (look.west + look.east) / 2
        shift = self.view.turned(middle) - middle
        box, high = self.view.box, self.view.north - self.view.south
        left, right = (
            box.left + (edge + shift - self.view.west) * self.view.scale for edge in (look.west, look.east)
        )
        top, bottom = (
            box.top + (self.view.north - edge) / high * (box.bottom - box.top)
            for edge in (look.north, look.south)
        )
        ring = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        pieces = clip_line(ring, box)
        stroke(self.frame, [(pieces, 1.2, "")], "ink")
        self.placer.lines += pieces
        self.placer.areas.append(Box(left, top, right, bottom))
        if mark:
            spots: list[tuple[float, float, Align]] = [
                (left, top - 10, "left"),
                (left, bottom + 10, "left"),
                (right, bottom + 10, "right"),
            ]
            self.frame.label(self.placer.place(mark, spots, 700), "ink2", 700)

    def draw(self, chart: MapChart, ways: Sequence[Sequence[Point]], inside: Sequence[int], look: int) -> int:
        """Draw lanes, sites and names; returns the number of names."""
        frame, view = self.frame, self.view
        most = max((lane.flow for lane in chart.lanes), default=1.0) or 1.0
        both = {(lane.start, lane.end) for lane in chart.lanes}
        arrows: dict[bool, list[tuple[Sequence[Sequence[Point]], str]]] = {False: [], True: []}
        lines: dict[bool, list[tuple[Sequence[Sequence[Point]], float, str]]] = {False: [], True: []}
        for lane, way in zip(chart.lanes, ways, strict=True):
            ends = inside[lane.start], inside[lane.end]
            if (look < 0 and ends[0] == ends[1] >= 0) or (look >= 0 and look not in ends):
                continue
            pieces = [piece for copy in view.copies(way) for piece in clip_line(copy, view.box)]
            width = THIN + (THICK - THIN) * lane.flow / most
            lines[lane.hot].append((pieces, width, lane.tip))
            self.placer.lines += pieces
            longest = max(pieces, key=length, default=[])
            if longest and length(longest) >= ARROW:
                at = 0.6 if (lane.end, lane.start) in both else 0.5
                arrows[lane.hot].append(([_arrow(longest, at, width)], ""))
        for hot in (False, True):
            stroke(frame, lines[hot], "late" if hot else "ink2", 0.85 if hot else 0.5)
            fill(frame, arrows[hot], "late" if hot else "ink2")
        for rings, _ in arrows[False] + arrows[True]:
            xs, ys = [x for x, _ in rings[0]], [y for _, y in rings[0]]
            self.placer.areas.append(Box(min(xs), min(ys), max(xs), max(ys)))
        return self._sites(chart)

    def _sites(self, chart: MapChart) -> int:
        frame = self.frame
        here = [
            (number, site)
            for number, site in enumerate(chart.sites)
            if holds(self.view, site.place) and self.own[number]
        ]
        spots = _apart([self.view.spot(site.place) for _, site in here], self.placer.frame)
        for (x, y), (_, site) in zip(spots, here, strict=True):
            self.placer.block(Box(x - 5.5, y - 5.5, x + 5.5, y + 5.5))
            _dot(frame, (x, y), site)
        strangers = [
            (self.view.spot(site.place), site)
            for number, site in enumerate(chart.sites)
            if not self.own[number] and holds(self.view, site.place)
        ]
        for spot, site in strangers:
            _dot(frame, spot, site, small=True)
        labels: list[tuple[Placed, Site, Point]] = []
        for spot, (_, site) in zip(spots, here, strict=True):
            placed = self._named(site, spot)
            if placed is not None:
                labels.append((placed, site, spot))
                leader = _leader(placed, spot)
                if leader:
                    self.placer.line(leader)
                    stroke(frame, [([leader], 0.9, "")], "ink2")
        for placed, site, _ in labels:
            frame.label(placed, "late" if site.hot else "ink", 600)
        return len(labels)

    def _named(self, site: Site, spot: Point) -> Placed | None:
        """Return the site's name where it finds room: with what it makes, alone, or away on a line to it."""
        near = around(*spot, gap=9.0)
        # Two names that are one text would be tried twice; the dictionary keeps their order.
        for text in dict.fromkeys((site.makes, site.name)):
            placed = self.placer.place(text, near, 600)
            if placed is not None:
                return placed
        return self.placer.place(site.name, _far(spot), 600)


def _far(spot: Point) -> Iterable[tuple[float, float, Align]]:
    """Return positions farther off, the nearest first."""
    x, y = spot
    for far in (24.0, 38.0, 54.0, 72.0):
        for turn in (-0.5, 0.5, -2.6, 2.6, -1.1, 1.1, -2.0, 2.0):
            dx, dy = far * math.cos(turn), far * math.sin(turn)
            yield x + dx, y + dy, "left" if dx > 0 else "right"


def _leader(placed: Placed, spot: Point) -> list[Point]:
    """Return the line from a site to a name that stands away from it; [] where it stands beside."""
    box = placed.box
    end = (min(box.right, max(box.left, spot[0])), min(box.bottom - 3, max(box.top + 3, spot[1])))
    return [spot, end] if math.dist(spot, end) > 16 else []


def _dot(frame: Frame, spot: Point, site: Site, *, small: bool = False) -> None:
    """Draw a site: a circle or a square, outlined in paper, the palest colour in the darkest."""
    x, y = frame.data(*spot)
    mark = {
        "type": "point",
        "filled": True,
        "opacity": 1,
        "shape": "square" if site.depot else "circle",
        "size": 26 if small else 92,
        "color": LIGHT["late" if site.hot else site.token],
        "stroke": LIGHT["who1" if site.token == "who4" and not site.hot else "paper"],
        "strokeWidth": 0.6 if small else 1.3,
        "aria": True,
    }
    frame.add(mark, [{"x": x, "y": y, "tip": site.tip}], description={"field": "tip", "type": "nominal"})


def _arrow(line: Sequence[Point], part: float, width: float) -> list[Point]:
    """Return a triangle on a line at a part of its length, pointing along it."""
    left = part * length(line)
    a, b = line[0], line[1]
    for start, end in itertools.pairwise(line):
        a, b = start, end
        step = math.dist(start, end)
        if left <= step:
            break
        left -= step
    step = math.dist(a, b) or 1.0
    dx, dy = (b[0] - a[0]) / step, (b[1] - a[1]) / step
    x, y = a[0] + dx * left, a[1] + dy * left
    long, wide = 4.2 + 0.55 * width, 3.2 + 0.55 * width
    return [
        (x + dx * long, y + dy * long),
        (x - dx * long - dy * wide, y - dy * long + dx * wide),
        (x - dx * long + dy * wide, y - dy * long - dx * wide),
        (x + dx * long, y + dy * long),
    ]


def _apart(spots: Sequence[Point], box: Box) -> list[Point]:
    """Return positions moved just so far apart that no dot hides another."""
    found = [list(spot) for spot in spots]
    for _ in range(60):
        moved = False
        for i, a in enumerate(found):
            for j, b in enumerate(found[i + 1 :], i + 1):
                gap = math.dist(a, b)
                if gap >= APART - 0.01:
                    continue
                # Two sites at one place part along a direction that their numbers give.
                dx, dy = ((b[0] - a[0]) / gap, (b[1] - a[1]) / gap) if gap > 1e-6 else _direction(i + j)
                push = (APART - gap) / 2
                for point, sign in ((a, -1), (b, 1)):
                    point[0] += sign * dx * push
                    point[1] += sign * dy * push
                moved = True
        if not moved:
            break
    return [
        (min(box.right - 4, max(box.left + 4, x)), min(box.bottom - 4, max(box.top + 4, y))) for x, y in found
    ]


def _direction(number: int) -> tuple[float, float]:
    return math.cos(2.4 * number), math.sin(2.4 * number)
