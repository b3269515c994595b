"""
The frame of a chart in plain Vega-Lite: one plot of known size, linear scales, and the few marks needed.

Everything is placed in the units of the data, so a specification needs nothing but itself; the plot's place
in the drawing is fixed here, so that labels are placed, and the crosshair finds its month, without measuring.
Time runs on a number axis in decimal years: dates would shift with the machine's time zone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.report.charts.labels import Box, Placer
from coprod.report.charts.metrics import text_width
from coprod.report.palette import LIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.charts.labels import Align, Placed

__all__ = [
    "FONT",
    "HALF",
    "HERO",
    "NARROW",
    "WIDE",
    "Frame",
    "Point",
    "level_ticks",
    "nice_ticks",
    "step_path",
    "year_of",
]

#: Widths of drawings: beside the answer, two below it, in a chapter, on a phone; and the family the renderer
#: knows.
HERO, HALF, WIDE, NARROW = 670, 552, 800, 350
FONT = "Report Sans"

Point = tuple[float, float]
Spec = dict[str, Any]


def year_of(day: Any) -> float:
    """
    Return a date as a decimal year; months are a twelfth each.

    Examples
    --------
    >>> year_of("2029-07-01")
    2029.5
    """
    stamp = pd.Timestamp(day)
    return float(round(stamp.year + (stamp.month - 1 + (stamp.day - 1) / stamp.days_in_month) / 12, 5))


def nice_ticks(most: float, count: int = 4) -> list[float]:
    """
    Return 3 to 5 round values from zero up to (not beyond) `most`.

    Examples
    --------
    >>> nice_ticks(19)
    [0.0, 5.0, 10.0, 15.0]
    """
    if not most > 0:
        return [0.0]
    raw = most / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw * (1 - 1e-9))
    return [round(i * step, 10) for i in range(int(most / step + 1e-9) + 1)]


def level_ticks(level: float, most: float) -> list[float]:
    """
    Return round values from zero up to `most` that hit `level`, where it can be parted in round steps.

    Examples
    --------
    >>> level_ticks(900, 950)
    [0.0, 300.0, 600.0, 900.0]
    """
    for parts in (4, 3, 5, 6, 2):
        step = level / parts
        if step > 0 and float(f"{step:.1e}") == step and f"{step:.1e}"[2] in "05":
            return [round(i * step, 10) for i in range(int(most / step + 1e-9) + 1)]
    return nice_ticks(most)


def step_path(points: Sequence[Point]) -> list[Point]:
    """Return a step series with only the points where its value changes, and the last."""
    kept = [p for i, p in enumerate(points) if i == 0 or p[1] != points[i - 1][1]]
    if points and kept[-1] != points[-1]:
        kept.append(points[-1])
    return kept


@dataclass
class Frame:
    """
    A plot and its layers.

    Attributes
    ----------
    width, height
        Of the whole drawing in pixels.
    x, y
        Domains; y counts upwards (pass it reversed for rows from the top).
    left, right, top, bottom
        Margins in pixels.
    narrow
        Whether it is for a phone: 12.5 px text in place of 13.
    """

    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]
    left: float = 36.0
    right: float = 6.0
    top: float = 6.0
    bottom: float = 26.0
    narrow: bool = False
    layers: list[Spec] = field(default_factory=list)
    axis_x: Spec | None = None
    axis_y: Spec | None = None

    @property
    def size(self) -> float:
        """Font size in pixels."""
        return 12.5 if self.narrow else 13.0

    @property
    def plot(self) -> Point:
        """Width and height of the plot."""
        return self.width - self.left - self.right, self.height - self.top - self.bottom

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, right, top and bottom of the plot in the drawing."""
        return self.left, self.width - self.right, self.top, self.height - self.bottom

    def placer(self) -> Placer:
        """Return a placer of labels for this plot (in pixels from its corner)."""
        width, height = self.plot
        return Placer(Box(-self.left, -self.top, width + self.right, height), self.size)

    def px(self, x: float) -> float:
        """Pixels from the plot's left."""
        return (x - self.x[0]) / (self.x[1] - self.x[0]) * self.plot[0]

    def py(self, y: float) -> float:
        """Pixels from the plot's top."""
        return (self.y[1] - y) / (self.y[1] - self.y[0]) * self.plot[1]

    def data(self, x: float, y: float) -> Point:
        """Return a pixel position in the data's units."""
        width, height = self.plot
        there = self.x[0] + x / width * (self.x[1] - self.x[0])
        return round(there, 5), round(self.y[1] - y / height * (self.y[1] - self.y[0]), 5)

    def years(self) -> None:
        """Draw a time axis: one tick a year, its label right of it, so that it names the span."""
        first, last = math.ceil(self.x[0] - 1e-6), math.floor(self.x[1] + 1e-6)
        room = self.plot[0] / max(1e-9, self.x[1] - self.x[0])
        step = next((s for s in (1, 2, 5, 10, 20, 50) if s * room >= text_width("2030", self.size) + 10), 100)
        values = [year for year in range(first, last + 1) if (year - first) % step == 0]
        self.axis_x = {"values": values, "labels": False, "tickSize": 14}
        for year in values:
            if self.px(year) + 36 <= self.plot[0] + self.right:
                self.text(str(year), (self.px(year) + 4, self.plot[1] + 15), "left", "ink2", halo=0)

    def levels(self, values: Sequence[float], texts: Sequence[str]) -> None:
        """Draw horizontal lines with their values left; to be called before anything is placed."""
        self.axis_y = {"values": list(values), "labels": False}
        self.left = max(self.left, 9 + max((text_width(text, self.size) for text in texts), default=0))
        for value, text in zip(values, texts, strict=True):
            self.text(text, (-6, self.py(value)), "right", "ink2", halo=0)

    def add(self, mark: Spec, rows: Sequence[Spec], **more: Any) -> None:
        """Add a layer; rows without x or y leave that channel out."""
        if not rows:
            return
        encoding: Spec = {}
        for channel in ("x", "y"):
            if channel in rows[0]:
                encoding[channel] = {"field": channel, "type": "quantitative"}
            if f"{channel}2" in rows[0]:
                encoding[f"{channel}2"] = {"field": f"{channel}2"}
        self.layers.append({"data": {"values": list(rows)}, "mark": mark, "encoding": encoding | more})

    def line(self, points: Sequence[Point], token: str, width: float, dash: Sequence[float] = ()) -> None:
        """Draw a line through points."""
        mark: Spec = {"type": "line", "color": LIGHT[token], "strokeWidth": width}
        if dash:
            mark["strokeDash"] = list(dash)
        self.add(mark, [{"x": x, "y": y} for x, y in points])

    def steps(self, points: Sequence[Point], token: str, width: float) -> None:
        """Draw a line in steps; each value holds up to the next point."""
        mark = {
            "type": "line",
            "color": LIGHT[token],
            "strokeWidth": width,
            "interpolate": "step-after",
            "strokeCap": "butt",
            "strokeJoin": "miter",
        }
        self.add(mark, [{"x": x, "y": y} for x, y in step_path(points)])

    def columns(self, rows: Sequence[tuple[float, float, float]], token: str) -> None:
        """Fill columns of a step series between two heights: (x, low, high), each up to the next row."""
        kept = [row for i, row in enumerate(rows) if i in {0, len(rows) - 1} or row[1:] != rows[i - 1][1:]]
        mark = {
            "type": "area",
            "color": LIGHT[token],
            "interpolate": "step-after",
            "line": False,
            "opacity": 1,
        }
        self.add(mark, [{"x": x, "y": high, "y2": low} for x, low, high in kept])

    def bars(self, rows: Sequence[Spec], token: str, height: float) -> None:
        """Draw horizontal bars (x to x2 at y); a row's ``tip`` is shown on hover."""
        # Thick rules: for bars on a number scale Vega-Lite pads the scale, and every pixel would be off.
        mark: Spec = {
            "type": "rule",
            "strokeWidth": height,
            "strokeCap": "butt",
            "color": LIGHT[token],
            "aria": True,
        }
        tips = {"description": {"field": "tip", "type": "nominal"}} if rows and "tip" in rows[0] else {}
        self.add(mark, [{**row, "y2": row["y"]} for row in rows], **tips)

    def rule(
        self, start: Point, end: Point, token: str = "ink", width: float = 1.2, dash: Sequence[float] = ()
    ) -> None:
        """Draw a straight line."""
        mark: Spec = {"type": "rule", "color": LIGHT[token], "strokeWidth": width}
        if dash:
            mark["strokeDash"] = list(dash)
        self.add(mark, [{"x": start[0], "y": start[1], "x2": end[0], "y2": end[1]}])

    def dots(self, points: Sequence[Point], token: str, *, shape: str = "circle", size: float = 58) -> None:
        """Draw points."""
        mark = {
            "type": "point",
            "filled": True,
            "opacity": 1,
            "size": size,
            "shape": shape,
            "color": LIGHT[token],
        }
        self.add(mark, [{"x": x, "y": y} for x, y in points])

    def text(
        self,
        text: str,
        at: Point,
        align: Align = "left",
        token: str = "ink",
        weight: int = 400,
        *,
        halo: float = 4,
    ) -> None:
        """Write a text at a pixel position of the plot, outlined where it may cross lines."""
        x, y = self.data(*at)
        mark: Spec = {
            "type": "text",
            "align": align,
            "baseline": "middle",
            "color": LIGHT[token],
            "fontWeight": weight,
            "fontSize": self.size,
            "clip": False,
        }
        if halo:
            mark |= {"stroke": LIGHT["paper"], "strokeWidth": halo, "strokeJoin": "round"}
        self.add(mark, [{"x": x, "y": y, "t": text}], text={"field": "t", "type": "nominal"})

    def label(self, placed: Placed | None, token: str = "ink", weight: int = 400) -> None:
        """Write a label where it was placed."""
        if placed is not None:
            self.text(placed.text, (placed.x, placed.y), placed.align, token, weight)

    def spec(self) -> Spec:
        """Return the specification."""
        width, height = self.plot
        blank = {"axis": None}
        # The first layer carries the scales and axes: a layer without them would set the scale to zero again.
        base = {
            "data": {"values": [{"x": self.x[0], "y": self.y[0]}]},
            "mark": {"type": "point", "opacity": 0, "color": LIGHT["paper"]},
            "encoding": {
                "x": _channel("x", self.x, {"axis": self.axis_x} if self.axis_x else blank),
                "y": _channel("y", self.y, {"axis": self.axis_y} if self.axis_y else blank),
            },
        }
        return {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "width": width,
            "height": height,
            "autosize": {"type": "none"},
            "padding": {"left": self.left, "right": self.right, "top": self.top, "bottom": self.bottom},
            "layer": [base, *self.layers],
            "config": _config(self.size),
        }


def _channel(name: str, domain: Point, axis: Spec) -> Spec:
    scale = {"domain": list(domain), "nice": False, "zero": False}
    return {"field": name, "type": "quantitative", "scale": scale} | axis


def _config(size: float) -> Spec:
    axis = {
        "labelFont": FONT,
        "labelFontSize": size,
        "labelColor": LIGHT["ink2"],
        "title": None,
        "domainColor": LIGHT["soft"],
        "tickColor": LIGHT["line"],
        "gridColor": LIGHT["grid"],
        "gridWidth": 1,
        "tickSize": 5,
        "labelPadding": 5,
        "labelLimit": 400,
    }
    return {
        "background": "transparent",
        "aria": False,
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis,
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False},
        "text": {"font": FONT, "fontSize": size, "color": LIGHT["ink"], "limit": 2000},
        "line": {"strokeCap": "round", "strokeJoin": "round"},
        "legend": {"disable": True},
    }
