"""Which windows a map opens: the overview, and closer looks where sites crowd."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.report.charts.labels import Box
from coprod.report.charts.sphere import best_west, miller, view_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.charts.frame import Point
    from coprod.report.charts.sphere import View

__all__ = ["Panels", "holds", "panels"]

#: Sites nearer than this in the overview crowd (pixels); a closer look must enlarge this much; and the most
#: closer looks.
CROWDED, WORTH, MOST_LOOKS = 42.0, 1.9, 2
GAP = 8.0
#: Height of a window over that of what it must show (`view_of` leaves 8 % on each side).
AIRY = 1.16
#: Degrees of longitude a closer look shows at least: the outlines carry no more detail.
LEAST = 9.0


@dataclass(frozen=True, slots=True)
class Panels:
    """The overview, the closer looks, and the size of all together."""

    overview: View
    looks: Sequence[View]
    width: float
    height: float


def holds(view: View, site: Point) -> bool:
    """Whether a site (longitude, latitude) lies in a window."""
    x, y = view.spot(site)
    return view.box.left <= x <= view.box.right and view.box.top <= y <= view.box.bottom


def panels(sites: Sequence[Point], ways: Sequence[Sequence[Point]], width: float) -> Panels:
    """
    Return the windows for some sites and the ways between them.

    Parameters
    ----------
    sites
        Longitude and latitude.
    ways
        Great circles, their longitudes without jumps.
    width
        Of the drawing in pixels; below 500 the closer looks stand above the overview.
    """
    lines = [*ways, *[[site] for site in sites]]
    west = best_west(lines)
    narrow = width < 500
    shape = _shape(lines, west)
    # What goes all the way round must fit by its height: such a window can grow no wider.
    flattest, tallest = (2.0, 1.0) if narrow else (3.0, min(1.75, _whole_turn(lines)))
    height = round(width / max(tallest, min(flattest, shape, _whole_turn(lines))))
    whole = view_of(lines, Box(0, 0, width, height), west)
    groups = _crowds(whole, sites)
    if not groups:
        return Panels(whole, (), width, height)
    if narrow:
        return _stacked(lines, west, groups, width, height)
    if len(groups) == 1 and shape < 1.6:
        left = round(0.4 * width)
        overview = view_of(lines, Box(0, 0, left, 400), west)
        look = view_of(groups[0], Box(left + GAP, 0, width, 400), west, pad=0.16, least=LEAST)
        return Panels(overview, (look,), width, 400)
    across = (width - GAP * (len(groups) - 1)) / len(groups)
    tall = 300 if len(groups) > 1 else 340
    looks = [
        view_of(
            group,
            Box(n * (across + GAP), height + GAP, n * (across + GAP) + across, height + GAP + tall),
            west,
            pad=0.16,
            least=LEAST,
        )
        for n, group in enumerate(groups)
    ]
    return Panels(whole, looks, width, height + GAP + tall)


def _stacked(
    lines: Sequence[Sequence[Point]],
    west: float,
    groups: Sequence[Sequence[Sequence[Point]]],
    width: float,
    height: float,
) -> Panels:
    """Return closer looks above the overview, as a phone shows them."""
    top, looks = 0.0, []
    for group in groups:
        looks.append(view_of(group, Box(0, top, width, top + 270), west, pad=0.2, least=LEAST))
        top += 270 + GAP
    return Panels(view_of(lines, Box(0, top, width, top + height), west), looks, width, top + height)


def _whole_turn(lines: Sequence[Sequence[Point]]) -> float:
    """Return width over height of a window that shows the whole globe's turn, and all lines with air."""
    ys = [miller(y) for line in lines for _, y in line]
    return 360.0 / (max(3.0, max(ys) - min(ys)) * AIRY)


def _shape(lines: Sequence[Sequence[Point]], west: float) -> float:
    """Return width over height of what must be seen, on the map."""
    xs = [x - 360 * math.floor((line[0][0] - west) / 360) for line in lines for x, _ in line]
    ys = [miller(y) for line in lines for _, y in line]
    return max(6.0, max(xs) - min(xs)) / max(3.0, max(ys) - min(ys))


def _crowds(whole: View, sites: Sequence[Point]) -> list[list[list[Point]]]:
    """Return groups of sites that crowd, the largest first; only those a closer look would part."""
    spots = [whole.spot(site) for site in sites]
    left = set(range(len(sites)))
    groups = []
    while left:
        group = [left.pop()]
        for member in group:
            near = sorted(other for other in left if math.dist(spots[member], spots[other]) < CROWDED)
            left.difference_update(near)
            group += near
        if len(group) > 1:
            groups.append(sorted(group))
    found: list[list[list[Point]]] = []
    frames: list[View] = []
    for group in sorted(groups, key=lambda own: (-len(own), own)):
        lines = [[sites[place]] for place in group]
        look = view_of(lines, Box(0, 0, 396, 300), whole.west, pad=0.16, least=LEAST)
        apart = max(math.dist(spots[a], spots[b]) for a in group for b in group)
        if look.scale < WORTH * whole.scale or apart < 1.0 or any(_overlap(look, other) for other in frames):
            continue
        found.append(lines)
        frames.append(look)
        if len(found) == MOST_LOOKS:
            break
    return found


def _overlap(one: View, other: View) -> bool:
    """Whether two windows share a piece of the world."""
    middle = (other.west + other.east) / 2
    shift = one.turned(middle) - middle
    return (
        one.west < other.east + shift
        and other.west + shift < one.east
        and one.south < other.north
        and other.south < one.north
    )
