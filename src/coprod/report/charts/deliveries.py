"""Deliveries by origin: what is completed a month, stacked by place of final assembly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.report.charts.frame import NARROW, WIDE, Frame, nice_ticks
from coprod.report.charts.metrics import text_width
from coprod.report.palette import place_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.charts.frame import Point, Spec
    from coprod.report.formats import Formats

__all__ = ["DeliveriesChart"]


@dataclass(frozen=True, slots=True)
class DeliveriesChart:
    """
    Columns per period, a colour per place, the incumbent at the bottom.

    Attributes
    ----------
    edges
        Decimal year of each period's begin, and of the last one's end.
    places
        Units a month per period, one list per place, from the bottom.
    totals
        (calendar year, units, short words, long words): printed over each year.
    domain, formats
        First and last decimal year; how numbers are written.
    """

    edges: Sequence[float]
    places: Sequence[Sequence[float]]
    totals: Sequence[tuple[int, str, str]]
    domain: Point
    formats: Formats

    def spec(self, *, narrow: bool) -> Spec:
        """Return the specification, wide or narrow."""
        return self.frame(narrow=narrow).spec()

    def frame(self, *, narrow: bool) -> Frame:
        """Return the drawn frame."""
        sums = [sum(values) for values in zip(*self.places, strict=True)] or [0.0]
        top = max([*sums, 1e-9])
        frame = Frame(
            NARROW if narrow else WIDE, 260 if narrow else 290, self.domain, (0.0, top * 1.2), narrow=narrow
        )
        ticks = nice_ticks(top)
        frame.levels(ticks, [self.formats.number(tick) for tick in ticks])
        frame.years()
        base = [0.0] * len(sums)
        for place, values in enumerate(self.places):
            high = [low + value for low, value in zip(base, values, strict=True)]
            rows = list(zip(self.edges, base, high, strict=False))
            if any(values):
                frame.columns([*rows, (self.edges[-1], base[-1], high[-1])], place_token(place))
            base = high
        placer = frame.placer()
        for year, short, long in self.totals:
            begin, end = max(year, self.domain[0]), min(year + 1, self.domain[1])
            room = frame.px(end) - frame.px(begin)
            text = long if text_width(long, frame.size, 600) + 6 <= room else short
            if text_width(text, frame.size, 600) + 4 <= room:
                middle = (frame.px(begin) + frame.px(end)) / 2
                frame.label(placer.place(text, [(middle, 8, "center")], 600), "ink", 600)
        return frame
