"""What the tests of the charts look at: every drawing of a report, and where its texts stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.report.charts.labels import Box
from coprod.report.charts.metrics import text_width
from coprod.report.content import content
from coprod.report.material import Material

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Written", "drawings", "specs", "whole", "written"]

#: Height of a capital and depth of a tail over the font size in Source Sans 3 (its OS/2 table: 660 and 205 to
#: 1000); between two lines of one text only what is inked counts.
_UP, _DOWN = 0.66, 0.205
#: Half of a capital: the renderer sets a "middle" text's baseline 0.3 of its size below the anchor.
_BASE = 0.3


@dataclass(frozen=True)
class Written:
    """A text of a drawing, the box its letters fill in pixels of the drawing, and its size."""

    text: str
    box: Box
    size: float


def drawings(path: Path, language: str | None = None) -> list:
    """Return every drawing of a run's report, panels included."""
    figures = content(Material(path, language=language)).figures
    return [
        drawing
        for figure in figures
        for drawing in (*figure.drawings, *(panel.drawing for panel in figure.panels))
    ]


def specs(path: Path, language: str | None = None) -> Iterator[tuple[str, dict]]:
    """Yield every specification of a run's report with a name."""
    for drawing in drawings(path, language):
        if drawing.wide is not None:
            yield f"{drawing.name}, wide", drawing.wide
        yield f"{drawing.name}, narrow", drawing.narrow


def written(spec: dict) -> list[Written]:
    """Return every text of a specification, placed by its own scales."""
    scales = spec["layer"][0]["encoding"]
    (x0, x1), (y0, y1) = (scales[name]["scale"]["domain"] for name in ("x", "y"))
    found = []
    for layer in spec["layer"]:
        if layer["mark"]["type"] != "text":
            continue
        mark = layer["mark"]
        for row in layer["data"]["values"]:
            x = spec["padding"]["left"] + (row["x"] - x0) / (x1 - x0) * spec["width"]
            base = spec["padding"]["top"] + (y1 - row["y"]) / (y1 - y0) * spec["height"]
            base += _BASE * mark["fontSize"]
            width = text_width(row["t"], mark["fontSize"], mark["fontWeight"])
            left = x - {"left": 0.0, "center": width / 2, "right": width}[mark["align"]]
            box = Box(left, base - _UP * mark["fontSize"], left + width, base + _DOWN * mark["fontSize"])
            found.append(Written(row["t"], box, mark["fontSize"]))
    return found


def whole(spec: dict) -> Box:
    """Return the drawing's own rectangle."""
    pad = spec["padding"]
    return Box(
        0.0, 0.0, spec["width"] + pad["left"] + pad["right"], spec["height"] + pad["top"] + pad["bottom"]
    )
