"""Cost against date: the cheapest plan for each date as steps, the options as dots, in time shaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.report.charts.frame import NARROW, WIDE, Frame, Point, nice_ticks
from coprod.report.charts.labels import Box, around
from coprod.report.palette import text_token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod.report.charts.frame import Spec

__all__ = ["FrontierChart", "Named"]


@dataclass(frozen=True, slots=True)
class Named:
    """An option of the study: its letter, colour, date (decimal year) and cost."""

    name: str
    token: str
    at: Point


@dataclass(frozen=True, slots=True)
class FrontierChart:
    """
    The frontier of one headline.

    Attributes
    ----------
    points
        Decimal year from which on the stock is full, and cost over the cheapest plan; the earliest first.
    labels
        Each point's date in words.
    named
        The options that lie in the picture.
    due, due_label
        Decimal year of the due date, None where there is none, and its words; what is before it is shaded.
    money
        How an amount at the axis is written.
    """

    points: Sequence[Point]
    labels: Sequence[str]
    named: Sequence[Named]
    due: float | None
    due_label: str
    money: Callable[[float], str]

    def spec(self, *, narrow: bool) -> Spec:
        """Return the specification, wide or narrow."""
        return self.frame(narrow=narrow).spec()

    def frame(self, *, narrow: bool) -> Frame:
        """Return the drawn frame."""
        every = [*self.points, *(own.at for own in self.named)]
        dates, costs = [x for x, _ in every], [y for _, y in every]
        pad = max(0.5, 0.06 * (max(dates) - min(dates)))
        low, high = min(0.0, *costs), max(0.0, *costs)
        room = 0.16 * ((high - low) or 1.0)
        frame = Frame(
            NARROW if narrow else WIDE,
            300.0 if narrow else 320.0,
            (min(dates) - pad, max(dates) + pad),
            (low - room, high + room),
            narrow=narrow,
        )
        ticks = _ticks(low, high)
        frame.levels(ticks, [self.money(tick) for tick in ticks])
        frame.years()
        self._shade(frame)
        self._steps(frame)
        self._labels(frame)
        return frame

    def _shade(self, frame: Frame) -> None:
        if self.due is None or self.due <= frame.x[0]:
            return
        end = min(self.due, frame.x[1])
        frame.columns([(frame.x[0], *frame.y), (end, *frame.y)], "panel")

    def _steps(self, frame: Frame) -> None:
        # A plan that is full early serves every later date: up to the next point it stays the cheapest known.
        end = (frame.x[1], self.points[-1][1])
        frame.rule((frame.x[0], 0.0), (frame.x[1], 0.0), "ink", 1.2)
        frame.steps([*self.points, end], "opt4", 2.5)
        frame.dots(self.points, "opt4", size=40)
        for own in self.named:
            frame.dots([own.at], own.token, size=150)

    def _labels(self, frame: Frame) -> None:
        placer = frame.placer()
        ends = [*self.points[1:], (frame.x[1], self.points[-1][1])]
        for (x, y), (after, below) in zip(self.points, ends, strict=True):
            corners = [(x, y), (after, y), (after, below)]
            placer.line([(frame.px(a), frame.py(b)) for a, b in corners])
        if self.due is not None and frame.x[0] <= self.due <= frame.x[1]:
            x = frame.px(self.due)
            frame.rule((self.due, frame.y[0]), (self.due, frame.y[1]), "ink", 1.2, (2, 3))
            frame.label(placer.place(self.due_label, [(x - 5, 9, "right"), (x + 5, 9, "left")]))
        placer.block(Box(-frame.left, -frame.top, 0.0, frame.plot[1]))  # the axis has its own words there
        for at, reach in [*((own.at, 7.0) for own in self.named), *((point, 4.0) for point in self.points)]:
            x, y = frame.px(at[0]), frame.py(at[1])
            placer.block(Box(x - reach, y - reach, x + reach, y + reach))
        for own in self.named:
            spots = around(frame.px(own.at[0]), frame.py(own.at[1]), 11.0)
            frame.label(placer.place(own.name, spots, 600), text_token(own.token), 600)
        for number in self._dated(narrow=frame.narrow):
            x, y = self.points[number]
            spots = around(frame.px(x), frame.py(y), 8.0)
            frame.label(placer.place(self.labels[number], [*spots[2:], *spots[:2]]), "ink2")

    def _dated(self, *, narrow: bool) -> list[int]:
        """Return the points that carry dates, the ends first; on a phone those and the cheapest plan's."""
        ends = [0, len(self.points) - 1]
        near = min(range(len(self.points)), key=lambda n: abs(self.points[n][1]))
        rest = [] if narrow else list(range(len(self.points)))
        return list(dict.fromkeys([*ends, near, *rest]))


def _ticks(low: float, high: float) -> list[float]:
    """Return round values on both sides of zero, with one step for both."""
    step = next(iter(nice_ticks(max(high, -low, 1e-9))[1:2]), 1.0)
    below, above = int(-low / step + 1e-9), int(high / step + 1e-9)
    return [step * n for n in range(-below, above + 1)]
