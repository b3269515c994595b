"""
Makes ``world.json`` from world-atlas (Natural Earth, public domain): ``python make.py countries-50m.json``.

TopoJSON is decoded here by hand: arcs are delta-coded integers, and a line shared by two countries is one
arc, so that simplifying arc by arc keeps neighbours together. Coasts are arcs of the land, borders the rest.
"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coprod.report.charts.clip import area, simplify
from coprod.report.charts.sphere import unwrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.charts.frame import Point

__all__ = ["make"]

#: Coordinates are whole numbers of this many to a degree; how far a simplified line may be off, in degrees;
#: and the smallest island kept, in square degrees.
PER_DEGREE, TOLERANCE, SMALLEST = 20, 0.07, 0.06


def make(atlas: Path) -> dict[str, Any]:
    """
    Return coasts and borders of the world.

    Parameters
    ----------
    atlas
        ``countries-50m.json`` of world-atlas.
    """
    topology = json.loads(atlas.read_text(encoding="utf-8"))
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [
        [
            (x * sx + tx, y * sy + ty)
            for x, y in zip(
                itertools.accumulate(step[0] for step in arc),
                itertools.accumulate(step[1] for step in arc),
                strict=True,
            )
        ]
        for arc in topology["arcs"]
    ]
    rings = list(_rings(topology["objects"]["land"]))
    coast = {_number(arc) for ring in rings for arc in ring}
    inner = {_number(arc) for ring in _rings(topology["objects"]["countries"]) for arc in ring} - coast
    land = [simplify(unwrap(_joined(ring, arcs)), TOLERANCE) for ring in rings]
    return {
        "per_degree": PER_DEGREE,
        "land": [_coded(_closed(ring)) for ring in land if len(ring) > 3 and area(ring) > SMALLEST],
        "borders": [_coded(simplify(unwrap(arcs[arc]), TOLERANCE)) for arc in sorted(inner)],
    }


def _number(arc: int) -> int:
    """Return an arc's number; a reversed arc is written as its complement."""
    return arc if arc >= 0 else ~arc


def _rings(thing: dict[str, Any]) -> list[list[int]]:
    """Return the outer rings of a geometry and all it holds."""
    if thing["type"] == "GeometryCollection":
        return [ring for part in thing["geometries"] for ring in _rings(part)]
    if thing["type"] == "Polygon":
        return list(thing["arcs"][:1])
    if thing["type"] == "MultiPolygon":
        return [polygon[0] for polygon in thing["arcs"]]
    return []


def _joined(ring: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    """Return a ring's points; arcs meet in a point."""
    found: list[Point] = []
    for arc in ring:
        part = arcs[arc] if arc >= 0 else arcs[~arc][::-1]
        found += part[1:] if found else part
    return found


def _closed(ring: Sequence[Point]) -> list[Point]:
    """Return a ring closed; one that runs round the globe (Antarctica) by way of its pole."""
    (x0, _), (x1, y1) = ring[0], ring[-1]
    pole = -90.0 if y1 < 0 else 90.0
    return [*ring, (x1, pole), (x0, pole), ring[0]] if abs(x1 - x0) > 180 else [*ring]


def _coded(line: Sequence[Point]) -> list[int]:
    """Return a line as whole numbers, each point as its step from the last; points that coincide once."""
    found: list[int] = []
    last = (0, 0)
    for x, y in line:
        here = (round(x * PER_DEGREE), round(y * PER_DEGREE))
        if not found or here != last:
            found += [here[0] - last[0], here[1] - last[1]]
        last = here
    return found


if __name__ == "__main__":
    target = Path(__file__).with_name("world.json")
    target.write_text(json.dumps(make(Path(sys.argv[1])), separators=(",", ":")) + "\n", encoding="utf-8")
