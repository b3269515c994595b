"""Filled shapes and lines of any course in a `Frame`, given in pixels of its plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod.report.palette import LIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.charts.frame import Frame, Point, Spec

__all__ = ["fill", "stroke"]

# Vega-Lite's own lines run from left to right and its areas between two heights; only a shape runs anywhere.
_PIXELS: Spec = {"type": "identity", "scale": 1, "translate": [0, 0]}


def fill(
    frame: Frame, shapes: Sequence[tuple[Sequence[Sequence[Point]], str]], token: str, opacity: float = 1.0
) -> None:
    """
    Fill shapes.

    Parameters
    ----------
    frame
        Where to.
    shapes
        Each its rings and what is shown on hover ("" for nothing).
    token, opacity
        Colour.
    """
    rows = [
        _row("MultiPolygon", [[_rounded(ring)] for ring in rings], tip=tip) for rings, tip in shapes if rings
    ]
    mark = {"type": "geoshape", "color": LIGHT[token], "opacity": opacity}
    _add(frame, mark, rows, {})


def stroke(
    frame: Frame,
    lines: Sequence[tuple[Sequence[Sequence[Point]], float, str]],
    token: str,
    opacity: float = 1.0,
) -> None:
    """
    Draw lines.

    Parameters
    ----------
    frame
        Where to.
    lines
        Each its pieces, its width in pixels, and what is shown on hover ("" for nothing).
    token, opacity
        Colour.
    """
    rows = [
        _row("MultiLineString", [_rounded(piece) for piece in pieces], tip=tip, w=round(width, 2))
        for pieces, width, tip in lines
        if pieces
    ]
    mark = {
        "type": "geoshape",
        "filled": False,
        "stroke": LIGHT[token],
        "opacity": opacity,
        "strokeJoin": "round",
    }
    _add(frame, mark, rows, {"strokeWidth": {"field": "w", "type": "quantitative", "scale": None}})


def _row(kind: str, coordinates: list[Any], **more: Any) -> Spec:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, **more}


def _rounded(points: Sequence[Point]) -> list[list[float]]:
    return [[round(x, 1), round(y, 1)] for x, y in points]


def _add(frame: Frame, mark: Spec, rows: list[Spec], encoding: Spec) -> None:
    if not rows:
        return
    if any(row["tip"] for row in rows):
        mark = mark | {"aria": True}
        encoding = encoding | {"description": {"field": "tip", "type": "nominal"}}
    frame.layers.append({"data": {"values": rows}, "mark": mark, "projection": _PIXELS, "encoding": encoding})
