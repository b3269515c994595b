"""Lines and rings cut to a rectangle and thinned, so that a map's outlines stay small."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod.report.charts.frame import Point
    from coprod.report.charts.labels import Box

__all__ = ["area", "clip_line", "clip_ring", "length", "simplify"]


def area(ring: Sequence[Point]) -> float:
    """
    Return the area of a ring, whichever way round it runs.

    Examples
    --------
    >>> area([(0, 0), (4, 0), (4, 2), (0, 2)])
    8.0
    """
    pairs = itertools.pairwise([*ring, ring[0]])
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2.0


def length(line: Sequence[Point]) -> float:
    """Return the length of a line."""
    return sum(math.dist(a, b) for a, b in itertools.pairwise(line))


def clip_ring(ring: Sequence[Point], box: Box) -> list[Point]:
    """
    Return the part of a filled ring that lies in a box (Sutherland and Hodgman's method).

    Where the ring leaves the box and comes back it follows the edge: right for a fill, wrong for a stroke.

    Examples
    --------
    >>> from coprod.report.charts.labels import Box
    >>> clip_ring([(-1, 1), (1, 1), (1, 3), (-1, 3)], Box(0, 0, 9, 9))
    [(0.0, 1.0), (1, 1), (1, 3), (0.0, 3.0)]
    """
    found = list(ring)
    for axis, limit, sign in ((0, box.left, 1), (0, box.right, -1), (1, box.top, 1), (1, box.bottom, -1)):
        found = _cut(found, lambda p, a=axis, e=limit, s=sign: s * (p[a] - e))  # type: ignore[misc]
    return found


def _cut(ring: Sequence[Point], inside: Callable[[Point], float]) -> list[Point]:
    """Return the part of a ring where a linear function is not negative."""
    found: list[Point] = []
    for a, b in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
        here, there = inside(a), inside(b)
        if (here < 0) != (there < 0):
            part = here / (here - there)
            found.append((a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])))
        if there >= 0:
            found.append(b)
    return found


def clip_line(line: Sequence[Point], box: Box) -> list[list[Point]]:
    """
    Return the pieces of a line that lie in a box (Liang and Barsky's method, segment by segment).

    Examples
    --------
    >>> from coprod.report.charts.labels import Box
    >>> clip_line([(-2, 1), (2, 1)], Box(0, 0, 9, 9))
    [[(0.0, 1.0), (2.0, 1.0)]]
    """
    pieces: list[list[Point]] = []
    for a, b in itertools.pairwise(line):
        found = _inside(a, b, box)
        if found is None:
            continue
        start, end = found
        if pieces and math.dist(pieces[-1][-1], start) < 1e-9:
            pieces[-1].append(end)
        else:
            pieces.append([start, end])
    return pieces


def _inside(a: Point, b: Point, box: Box) -> tuple[Point, Point] | None:
    """Return the part of a segment in a box; None where they do not meet in more than a point."""
    (x0, y0), (x1, y1) = a, b
    low, high = 0.0, 1.0
    for delta, near, far in (
        (x1 - x0, box.left - x0, box.right - x0),
        (y1 - y0, box.top - y0, box.bottom - y0),
    ):
        if abs(delta) < 1e-12:
            if near > 0 or far < 0:
                return None
            continue
        first, last = sorted((near / delta, far / delta))
        low, high = max(low, first), min(high, last)
    if low >= high:
        return None
    start = (x0 + low * (x1 - x0), y0 + low * (y1 - y0))
    return start, (x0 + high * (x1 - x0), y0 + high * (y1 - y0))


def simplify(line: Sequence[Point], tolerance: float) -> list[Point]:
    """
    Return a line with the fewest points it needs to stay within a tolerance (Douglas and Peucker's method).

    The ends stay. A ring, whose ends are one point, is parted at the point farthest from them.

    Examples
    --------
    >>> simplify([(0, 0), (1, 0.1), (2, 0)], 0.2)
    [(0, 0), (2, 0)]
    """
    keep = {0, len(line) - 1}
    parts = [(0, len(line) - 1)]
    while parts:
        first, last = parts.pop()
        worst, where = tolerance, 0
        for place in range(first + 1, last):
            off = _distance(line[place], line[first], line[last])
            if off > worst:
                worst, where = off, place
        if where:
            keep.add(where)
            parts += [(first, where), (where, last)]
    return [line[place] for place in sorted(keep)]


def _distance(p: Point, a: Point, b: Point) -> float:
    """Return how far a point is from a segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    part = 0.0 if not square else min(1.0, max(0.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square))
    return math.hypot(p[0] - a[0] - part * dx, p[1] - a[1] - part * dy)
