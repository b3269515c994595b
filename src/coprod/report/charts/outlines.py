"""Coasts and borders of the world as they fall into a window: clipped, thinned to what its scale can show."""

from __future__ import annotations

import itertools
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from coprod.report.charts.clip import area, clip_line, clip_ring, length, simplify

if TYPE_CHECKING:
    from coprod.report.charts.frame import Point
    from coprod.report.charts.sphere import View

__all__ = ["borders", "land"]

#: How far a line may be off, the smallest island, and the shortest border, in pixels (squared for islands).
TOLERANCE, SMALLEST, SHORTEST = 0.6, 3.0, 3.0


@cache
def _world() -> dict[str, list[list[Point]]]:
    """Return land and borders in degrees."""
    text = files("coprod.report").joinpath("outlines", "world.json").read_text(encoding="utf-8")
    stored = json.loads(text)
    unit = 1.0 / stored["per_degree"]
    return {
        kind: [
            [
                (x * unit, y * unit)
                for x, y in zip(
                    itertools.accumulate(line[::2]), itertools.accumulate(line[1::2]), strict=True
                )
            ]
            for line in stored[kind]
        ]
        for kind in ("land", "borders")
    }


def land(view: View) -> list[list[Point]]:
    """Return the rings of land in a window, in pixels."""
    found = []
    for ring in _world()["land"]:
        for copy in view.copies(ring):
            part = clip_ring(copy, view.box)
            if len(part) > 2 and area(part) > SMALLEST:
                found.append(simplify([*part, part[0]], TOLERANCE))
    return [ring for ring in found if len(ring) > 3]


def borders(view: View) -> list[list[Point]]:
    """Return the borders between countries in a window, in pixels."""
    return [
        simplify(piece, TOLERANCE)
        for line in _world()["borders"]
        for copy in view.copies(line)
        for piece in clip_line(copy, view.box)
        if length(piece) > SHORTEST
    ]
