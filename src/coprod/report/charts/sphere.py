"""
The globe on paper: great circles, longitudes that do not jump, and a window of the world in pixels.

The projection is Miller's cylindrical one: meridians and parallels stay straight, so that a window is a
rectangle in degrees too, and the north, where great circles run, is stretched less than in Mercator's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coprod.report.charts.frame import Point
    from coprod.report.charts.labels import Box

__all__ = ["View", "best_west", "great_circle", "miller", "unwrap", "view_of"]

#: Beyond this latitude nothing is drawn.
POLAR = 84.0


def great_circle(start: Point, end: Point, steps: int = 32) -> list[Point]:
    """
    Return the shortest way over the globe, in longitude and latitude.

    Parameters
    ----------
    start, end
        Longitude and latitude in degrees. Of two opposite points every way is shortest; one is taken.
    steps
        Pieces of equal length.

    Returns
    -------
    list of Point
        ``steps + 1`` points; longitudes run on past 180 degrees where the way does.

    Examples
    --------
    >>> [(round(x), round(y)) for x, y in great_circle((170, 0), (-170, 0), 2)]
    [(170, 0), (180, 0), (190, 0)]
    """
    a, b = _vector(start), _vector(end)
    dot = max(-1.0, min(1.0, sum(p * q for p, q in zip(a, b, strict=True))))
    angle = math.acos(dot)
    if angle < 1e-9:
        return [start] * (steps + 1)
    if math.pi - angle < 1e-6:  # opposite: by way of the point a quarter on, for their plane is not given
        middle = ((start[0] + 90.0), 0.0)
        return unwrap(
            great_circle(start, middle, steps // 2) + great_circle(middle, end, steps - steps // 2)[1:]
        )
    found = []
    for step in range(steps + 1):
        part = step / steps
        u, v = (math.sin((1 - part) * angle) / math.sin(angle), math.sin(part * angle) / math.sin(angle))
        x, y, z = (u * p + v * q for p, q in zip(a, b, strict=True))
        found.append((math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))))
    return unwrap(found)


def _vector(point: Point) -> tuple[float, float, float]:
    lon, lat = math.radians(point[0]), math.radians(point[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def unwrap(line: Sequence[Point]) -> list[Point]:
    """
    Return a line whose longitudes never jump by more than half the globe.

    Examples
    --------
    >>> unwrap([(179, 60), (-179, 61)])
    [(179, 60), (181, 61)]
    """
    found: list[Point] = []
    for x, y in line:
        found.append((x - 360 * round((x - found[-1][0]) / 360) if found else x, y))
    return found


def miller(lat: float) -> float:
    """
    Return a latitude's height on the map, in degrees of the equator.

    Examples
    --------
    >>> round(miller(60), 1)
    68.9
    """
    capped = max(-POLAR, min(POLAR, lat))
    return math.degrees(1.25 * math.log(math.tan(math.pi / 4 + 0.4 * math.radians(capped))))


def best_west(lines: Iterable[Sequence[Point]]) -> float:
    """
    Return the longitude at which to cut the globe open: in the middle of the widest gap between lines.

    Where the lines go all the way round, the place that cuts the fewest of them.

    Parameters
    ----------
    lines
        Each with longitudes that do not jump; a single point is a line too.
    """
    cuts = [0] * 360
    for line in lines:
        west, east = min(x for x, _ in line), max(x for x, _ in line)
        for degree in range(math.floor(west), min(math.floor(west) + 360, math.ceil(east) + 1)):
            cuts[degree % 360] += 1
    least = min(cuts)
    if least == max(cuts):
        return -180.0
    best, at = 0, -180.0
    for start in range(360):
        if cuts[start] == least and cuts[start - 1] != least:
            run = next(n for n in range(1, 361) if cuts[(start + n) % 360] != least)
            if run > best:
                best, at = run, start + run / 2
    return at - 360 * math.floor((at + 180) / 360)


@dataclass(frozen=True, slots=True)
class View:
    """
    A window of the world and its place in the drawing.

    Attributes
    ----------
    west, east
        Longitudes, west below east, which may pass 180.
    south, north
        Heights on the map (see `miller`).
    box
        Its rectangle in pixels.
    """

    west: float
    east: float
    south: float
    north: float
    box: Box

    @property
    def scale(self) -> float:
        """Pixels per degree of longitude."""
        return (self.box.right - self.box.left) / (self.east - self.west)

    def turned(self, lon: float) -> float:
        """Return a longitude as it counts in this window: within half the globe of its middle."""
        return lon - 360 * round((lon - (self.west + self.east) / 2) / 360)

    def at(self, point: Point) -> Point:
        """Return a point's pixels; its longitude is taken as it is."""
        x = self.box.left + (point[0] - self.west) * self.scale
        y = self.box.top + (self.north - miller(point[1])) / (self.north - self.south) * (
            self.box.bottom - self.box.top
        )
        return x, y

    def spot(self, point: Point) -> Point:
        """Return the pixels of a point wherever in the world it is counted from."""
        return self.at((self.turned(point[0]), point[1]))

    def copies(self, line: Sequence[Point]) -> list[list[Point]]:
        """Return a line in pixels, once for each turn of the globe that touches the window."""
        west, east = min(x for x, _ in line), max(x for x, _ in line)
        first = math.ceil((self.west - east) / 360)
        last = math.floor((self.east - west) / 360)
        return [[self.at((x + 360 * turn, y)) for x, y in line] for turn in range(first, last + 1)]


def view_of(
    lines: Sequence[Sequence[Point]], box: Box, west: float, *, pad: float = 0.08, least: float = 6.0
) -> View:
    """
    Return the smallest window of a box's shape that holds some lines.

    Parameters
    ----------
    lines
        What must be seen, in longitude and latitude.
    box
        Its rectangle in pixels.
    west
        Where the globe is cut open.
    pad
        Air on each side, as a share.
    least
        Degrees of longitude it shows at least.
    """
    xs = [x for line in lines for x, _ in _from(line, west)]
    ys = [miller(y) for line in lines for _, y in line]
    lats = [y for line in lines for _, y in line]
    middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    # Miller squeezes the far north and south; a closer look is stretched back to its true shape.
    across = max(xs) - min(xs)
    lat = math.radians(max(-70.0, min(70.0, (min(lats) + max(lats)) / 2)))
    stretch = math.cos(0.8 * lat) / math.cos(lat) if across < 60 else 1.0
    wide = max(least, across * (1 + 2 * pad))
    high = max((max(ys) - min(ys)) * (1 + 2 * pad) * stretch, 0.0)
    shape = (box.right - box.left) / (box.bottom - box.top)
    wide = min(360.0, max(wide, high * shape))
    high = wide / shape / stretch
    top = miller(POLAR)
    if 2 * top >= high:
        middle_y = max(-top + high / 2, min(top - high / 2, middle_y))
    return View(middle_x - wide / 2, middle_x + wide / 2, middle_y - high / 2, middle_y + high / 2, box)


def _from(line: Sequence[Point], west: float) -> list[Point]:
    """Return a line turned so that its first point lies within a globe's turn east of a longitude."""
    turn = 360 * math.floor((line[0][0] - west) / 360)
    return [(min(west + 360, max(west, x - turn)), y) for x, y in line]
