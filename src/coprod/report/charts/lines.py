"""One line: its load as columns, its capacity as a stepped line, and what each step is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.report.charts.frame import Frame, nice_ticks
from coprod.report.charts.labels import Box
from coprod.report.charts.metrics import ellipsis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.charts.frame import Point, Spec
    from coprod.report.charts.labels import Align
    from coprod.report.formats import Formats

__all__ = ["LineChart", "Step"]

WIDTH, HEIGHT = 350.0, 200.0


@dataclass(frozen=True, slots=True)
class Step:
    """An expansion that begins to work: when, the capacity from then on, and its name with the month."""

    x: float
    capacity: float
    text: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """
    A panel of figure "line load and capacity".

    Attributes
    ----------
    load
        (begin, end, units a month, capacity a month or None, full) per period.
    steps
        Expansions.
    top
        Highest value of the scale, the same in all panels of one unit.
    note
        How long it is full, in words; "" if never.
    flat
        What the line can make, in words, where nothing is built.
    domain, formats
        First and last decimal year; how numbers are written.
    """

    load: Sequence[tuple[float, float, float, float | None, bool]]
    steps: Sequence[Step]
    top: float
    note: str
    flat: str
    domain: Point
    formats: Formats

    def spec(self, *, narrow: bool = True) -> Spec:
        """Return the specification; one size serves page and phone."""
        del narrow
        return self.frame().spec()

    def frame(self) -> Frame:
        """Return the drawn frame."""
        frame = Frame(WIDTH, HEIGHT, self.domain, (0.0, max(self.top, 1e-9) * 1.32), narrow=True)
        ticks = nice_ticks(max(self.top, 1e-9))
        frame.levels(ticks, [self.formats.number(tick) for tick in ticks])
        frame.years()
        for full, token in ((False, "who3"), (True, "late")):
            rows = [(x, 0.0, use if busy is full else 0.0) for x, _, use, _, busy in self.load]
            if any(high for _, _, high in rows):
                frame.columns([*rows, (self.load[-1][1], 0.0, rows[-1][2])], token)
        capacity = [(x, cap) for x, _, _, cap, _ in self.load if cap is not None]
        if capacity:
            last = self.load[-1]
            frame.steps([*capacity, (last[1], capacity[-1][1])], "ink", 2.0)
        self._labels(frame, capacity)
        return frame

    def _labels(self, frame: Frame, capacity: Sequence[Point]) -> None:
        placer = frame.placer()
        width = frame.plot[0]
        placer.line(_corners(frame, capacity))
        placer.areas = [
            Box(frame.px(begin), frame.py(use), frame.px(end), frame.py(0))
            for begin, end, use, _, _ in self.load
            if use > 0
        ]
        if self.note:
            frame.label(placer.place(self.note, [(width, 6, "right")], 600), "late", 600)
        inside = [step for step in self.steps if self.domain[0] <= step.x <= self.domain[1]]
        if inside:
            frame.dots([(step.x, step.capacity) for step in inside], "ink", shape="triangle-up", size=70)
        for step in inside:
            x, y = frame.px(step.x), frame.py(step.capacity)
            top = frame.py(max(cap for at, cap in capacity if at >= step.x - 1e-6))  # where its ramp leads to
            spots: list[tuple[float, float, Align]] = [
                (x - 8, y - 11, "left"),
                (x - 8, y, "right"),
                (x - 4, top - 11, "left"),
                (x - 8, y - 13, "right"),
                (x - 4, top - 11, "center"),
                (x + 8, top - 11, "left"),
                (x + 8, y + 13, "left"),
                (4, y - 12, "left"),
                (width - 2, y - 12, "right"),
                (x - 8, top - 26, "right"),
                (x - 4, top - 26, "left"),
                (width - 2, top - 26, "right"),
                (x + 8, y + 28, "left"),
            ]
            frame.label(placer.place(ellipsis(step.text, width - 8, frame.size), spots))
        if not inside and capacity and self.flat:
            y = frame.py(capacity[0][1])
            frame.label(
                placer.place(
                    self.flat, [(4, y - 11, "left"), (width - 2, y - 11, "right"), (4, y + 13, "left")]
                )
            )


def _corners(frame: Frame, steps: Sequence[Point]) -> list[Point]:
    """Return a stepped line's corners in pixels."""
    found: list[Point] = []
    for x, y in steps:
        if found:
            found.append((frame.px(x), found[-1][1]))
        found.append((frame.px(x), frame.py(y)))
    return found
