"""Stock against objective: a line per option up to its backfill; above it, when each option gets there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coprod.report.charts.frame import HERO, NARROW, Frame, level_ticks
from coprod.report.charts.metrics import ellipsis, text_width
from coprod.report.palette import text_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.charts.frame import Point, Spec
    from coprod.report.formats import Formats

__all__ = ["Curve", "StockChart"]

#: Strip rows drawn at most; the rest stands in the options table.
MOST_ROWS = 7


@dataclass(frozen=True, slots=True)
class Curve:
    """
    One option's line.

    Attributes
    ----------
    name
        Letter and title.
    token
        Its colour.
    points
        Decimal year of each period's end, and the quantity then.
    full
        Where it is full for good; None if never.
    when
        The date in words, or how much is missing at the end.
    base, discussed
        Drawn dashed; drawn thickest.
    """

    name: str
    token: str
    points: Sequence[Point]
    full: float | None
    when: str
    base: bool = False
    discussed: bool = False


@dataclass(frozen=True, slots=True)
class StockChart:
    """
    Figure 1.

    Attributes
    ----------
    curves
        One per option, in the study's order.
    target
        The objective over time: two points for a level, steps for orders.
    target_label, due_label, today_label
        Words at the lines.
    due
        Decimal year of the due date; None where there is none.
    domain
        First and last decimal year.
    formats
        How numbers are written.
    width, height
        Of the wide drawing.
    """

    curves: Sequence[Curve]
    target: Sequence[Point]
    target_label: str
    due: float | None
    due_label: str
    domain: Point
    formats: Formats
    width: float = HERO
    height: float = 360.0

    def spec(self, *, narrow: bool) -> Spec:
        """Return the specification, wide or narrow."""
        return self.frame(narrow=narrow).spec()

    def frame(self, *, narrow: bool) -> Frame:
        """Return the drawn frame."""
        pitch = 22.0 if narrow else 20.0
        rows = self._strip()
        strip = pitch * len(rows) + 24
        level = max(
            [y for _, y in self.target] + [y for curve in self.curves for _, y in self._drawn(curve)] + [1e-9]
        )
        height = max(self.height, strip + (130 if narrow else 112))
        frame = Frame(NARROW if narrow else self.width, height, self.domain, (0.0, 1.0), narrow=narrow)
        plot = frame.plot[1]
        frame.y = (0.0, level * plot / (plot - strip))
        ticks = level_ticks(self._at(self.domain[1]), level)
        frame.levels(ticks, [self.formats.number(tick) for tick in ticks])
        frame.years()
        self._lines(frame)
        self._labels(frame, rows, pitch, strip)
        return frame

    def _strip(self) -> list[Curve]:
        """Return the options in the strip, the best first; base and option under discussion always."""
        best = sorted(
            self.curves, key=lambda curve: (curve.full is None, curve.full or 0.0, not curve.discussed)
        )
        while len(best) > MOST_ROWS:
            best.remove(next(curve for curve in reversed(best) if not (curve.base or curve.discussed)))
        return best

    @staticmethod
    def _drawn(curve: Curve) -> list[Point]:
        """Return a line up to its backfill: beyond it all lines would run along the objective."""
        return [p for p in curve.points if curve.full is None or p[0] <= curve.full + 1e-6]

    def _lines(self, frame: Frame) -> None:
        order = sorted(self.curves, key=lambda curve: (curve.discussed, not curve.base))
        for curve in order:
            points = self._drawn(curve)
            if len(points) > 1:
                width = 3.0 if curve.discussed else 1.5 if curve.token == "rest" else 2.0
                frame.line(points, curve.token, width, (5, 3) if curve.base else ())
        frame.steps(self.target, "ink", 1.2)
        for curve in order:
            if curve.full is not None:
                frame.dots([(curve.full, self._at(curve.full))], curve.token)
        short = [curve.points[-1][1] for curve in self.curves if curve.full is None and curve.points]
        if short and min(short) < self._at(self.domain[1]):
            edge = frame.data(frame.plot[0] - 1.5, 0)[0]
            frame.rule((edge, min(short)), (edge, self._at(self.domain[1])), "late", 2.5)

    def _at(self, x: float) -> float:
        """Return the objective at a moment."""
        return [y for there, y in self.target if there <= x + 1e-6][-1:][0] if self.target else 0.0

    def _labels(self, frame: Frame, rows: Sequence[Curve], pitch: float, strip: float) -> None:
        width, height = frame.plot
        placer = frame.placer()
        if self.due is not None and self.domain[0] <= self.due <= self.domain[1]:
            frame.rule((self.due, 0.0), (self.due, frame.y[1]), "ink", 1.2, (2, 3))
            placer.line([(frame.px(self.due), 0.0), (frame.px(self.due), height)])
        for curve in self.curves:
            placer.line([(frame.px(x), frame.py(y)) for x, y in self._drawn(curve)])
        for number, curve in enumerate(rows):
            y = 9 + pitch * number
            self._row(frame, placer, curve, y)
        top = frame.py(self._at(self.domain[0]))
        spots: list[tuple[float, float, Any]] = [
            (4, top - 10, "left"),
            (width / 2, top - 10, "center"),
            (width - 4, top - 10, "right"),
            (width / 4, top - 10, "center"),
            (4, top + 12, "left"),
            (width - 4, top + 12, "right"),
        ]
        if self.target and self._at(self.domain[0]) < self._at(self.domain[1]):
            end = frame.py(self._at(self.domain[1]))
            spots = [(width - 4, end - 10, "right"), (width - 4, end + 12, "right"), *spots]
        frame.label(placer.place(self.target_label, spots))
        if self.due is not None and self.domain[0] <= self.due <= self.domain[1]:
            x = frame.px(self.due)
            rises = [height - 12 - step for step in range(0, int(height - strip) - 20, 18)]
            found = placer.place(
                self.due_label,
                [spot for y in rises for spot in ((x + 5, y, "left"), (x - 5, y, "right"))],
            )
            frame.label(found)

    def _row(self, frame: Frame, placer: Any, curve: Curve, y: float) -> None:
        """Write one row of the strip: name left, date right of its tick, or left of it at the edge."""
        width, size = frame.plot[0], frame.size
        token = text_token(curve.token)
        if curve.full is None:
            when = ellipsis(curve.when, width * 0.7, size, 600)
            date = placer.place(when, [(width, y, "right")], 600)
            frame.label(date, "late", 600)
            first = date.box.left if date else width
            room, after = first - 12, 0.0
        else:
            x = frame.px(curve.full)
            frame.rule(
                (curve.full, frame.data(0, y - 7)[1]), (curve.full, frame.data(0, y + 7)[1]), curve.token, 3
            )
            ink = text_width(curve.when, size, 600)
            right = x + 9 + ink <= width
            date = placer.place(curve.when, [(x + 9, y, "left") if right else (x - 9, y, "right")], 600)
            frame.label(date, token, 600)
            room = x - 2 if right else x - 21 - ink  # a tick needs less air than a date
            after = x + 9 + ink + 12 if right else width
        name = curve.name
        if room >= min(text_width(name, size, 600), 90):
            name, at = ellipsis(name, room - 4, size, 600), 4.0
        else:  # full so early that nothing fits before its date
            name, at = ellipsis(name, width - after, size, 600), after
        if len(name) > 1:
            frame.label(placer.place(name, [(at, y, "left")], 600), token, 600)
