"""One unit's chain through time: a row per lot, bars for papers, work, transport and waiting."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.report.charts.frame import NARROW, WIDE, Frame
from coprod.report.charts.metrics import ellipsis, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.charts.frame import Spec
    from coprod.report.charts.labels import Align

__all__ = ["UnitBar", "UnitChart", "UnitRow", "UnitRule"]

#: Colours of the kinds of step, on the critical chain and off it.
CRITICAL = {"order": "opt4b", "make": "opt4", "ship": "opt4a", "wait": "grid"}
FILL = {"order": "line", "make": "soft", "ship": "soft", "wait": "grid"}
DARK = "make"
#: Where the rules' labels stand: the first row, and how far below the next ones, in pixels.
HEAD, NEXT = 9.0, 17.0


@dataclass(frozen=True, slots=True)
class UnitBar:
    """A step: its kind, span, months in words, and what hovering tells."""

    kind: str
    begin: float
    end: float
    months: str
    tip: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """
    One lot.

    Attributes
    ----------
    name, about
        What it is; where, or what it waited for.
    date
        When it begins, in words.
    bars
        Its steps; none for a stock that was there.
    at
        When it begins.
    critical
        Whether it is on the unit's own chain.
    full
        From when to when the line was full that it waited for.
    """

    name: str
    about: str
    date: str
    bars: Sequence[UnitBar]
    at: float
    critical: bool
    full: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class UnitRule:
    """A date with its words; `dotted` for today and the due date."""

    at: float
    label: str
    dotted: bool


@dataclass(frozen=True, slots=True)
class UnitChart:
    """The chain: rows from the first order down to the delivery, and dates as rules."""

    rows: Sequence[UnitRow]
    rules: Sequence[UnitRule]

    def spec(self, *, narrow: bool) -> Spec:
        """Return the specification, wide or narrow."""
        return self.frame(narrow=narrow).spec()

    def frame(self, *, narrow: bool) -> Frame:
        """Return the drawn frame."""
        pitch = 64.0 if narrow else 40.0
        size = 12.5 if narrow else 13.0
        said = [text for row in self.rows for text in (row.name, row.about)]
        names = 4.0 if narrow else min(310.0, max(text_width(text, size, 600) for text in said) + 8)
        spans = [bar for row in self.rows for bar in row.bars]
        marks = [rule.at for rule in self.rules] + [row.at for row in self.rows]
        first = min([bar.begin for bar in spans] + marks)
        last = max([bar.end for bar in spans] + marks)
        width = NARROW if narrow else WIDE
        dates = 0.0 if narrow else max(text_width(row.date, size) for row in self.rows) + 12
        span = (last - first) or 1.0
        plot = width - names - 8
        lead = span * dates / max(plot - dates, 60)  # room for the dates before the bars
        frame = Frame(
            width,
            0.0,
            (first - lead - span * 0.01, last + span * 0.015),
            (0.0, 1.0),
            left=names,
            right=8.0,
            top=2.0,
            bottom=26.0,
            narrow=narrow,
        )
        labels = self._labels(frame)
        head = max((label[1] for label in labels), default=0.0) + 12
        frame.height = head + pitch * len(self.rows) + 32
        frame.y = (0.0, frame.plot[1])
        frame.years()
        for rule, (x, y, align) in zip(self.rules, labels, strict=True):
            dash = (2, 3) if rule.dotted else ()
            frame.rule((rule.at, 0), (rule.at, frame.plot[1] - y + HEAD), "ink", 1.2, dash)
            frame.text(rule.label, (x, y), align)
        for number, row in enumerate(self.rows):
            self._row(frame, row, head + pitch * number + (50 if narrow else pitch / 2), names)
        return frame

    def _labels(self, frame: Frame) -> list[tuple[float, float, Align]]:
        """Return where each rule's label stands: in the first row above the plot where it meets none."""
        taken: list[tuple[float, float, float]] = []
        found: list[tuple[float, float, Align]] = []
        for rule in self.rules:
            x, wide = frame.px(rule.at), text_width(rule.label, frame.size)
            right = x + 4 + wide <= frame.plot[0] + frame.right
            left, align = (x + 4, "left") if right else (x - 4 - wide, "right")
            # A rule drawn below its own label must not run through one in a lower row.
            row = next(
                y
                for y in itertools.count(HEAD, NEXT)
                if all(low >= left + wide + 8 or high <= left - 8 or y != other for low, high, other in taken)
            )
            taken.append((left, left + wide, row))
            found.append((x + 4 if right else x - 4, row, "left" if align == "left" else "right"))
        return found

    def _row(self, frame: Frame, row: UnitRow, middle: float, names: float) -> None:
        plot, weight = frame.plot[0], 600 if row.critical else 400
        token = "late" if row.full else "ink2"
        if frame.narrow:
            after = text_width(row.date, frame.size) + 8
            frame.text(
                ellipsis(row.name, plot - 4, frame.size, weight), (0, middle - 38), "left", "ink", weight
            )
            frame.text(row.date, (0, middle - 21), "left", "ink2")
            frame.text(ellipsis(row.about, plot - after - 4, frame.size), (after, middle - 21), "left", token)
        else:
            name = ellipsis(row.name, names - 8, frame.size, weight)
            frame.text(name, (-names + 2, middle - 8), "left", "ink", weight, halo=0)
            about = ellipsis(row.about, names - 8, frame.size)
            frame.text(about, (-names + 2, middle + 9), "left", token, halo=0)
            frame.text(row.date, (frame.px(row.at) - 6, middle), "right", "ink2")
        y = frame.data(0, middle)[1]
        if row.full:
            low, high = (min(max(at, frame.x[0]), frame.x[1]) for at in row.full)
            above = frame.data(0, middle - 11.5)[1]
            frame.bars([{"x": low, "x2": high, "y": above, "tip": row.about}], "late", 3)
        gap = 0.5 / plot * (frame.x[1] - frame.x[0])
        fills = CRITICAL if row.critical else FILL
        for bar in row.bars:
            if bar.end - bar.begin <= 2 * gap:
                continue
            high = 8.0 if bar.kind == "wait" else 16.0
            span = {"x": bar.begin + gap, "x2": bar.end - gap, "y": y, "tip": bar.tip}
            frame.bars([span], fills[bar.kind], high)
            if (
                bar.kind != "wait"
                and frame.px(bar.end) - frame.px(bar.begin) > text_width(bar.months, 13) + 6
            ):
                ink = "paper" if bar.kind == DARK else "ink"
                at = (frame.px(bar.begin) + frame.px(bar.end)) / 2
                frame.text(bar.months, (at, middle), "center", ink, halo=0)
        if not row.bars or row.bars[0].kind == "wait" or row.bars[0].end <= row.bars[0].begin:
            # Nothing that takes time: a stock that was there, or a transport within a period.
            frame.dots([(row.at, y)], "opt4" if row.critical else "soft", shape="diamond")
        elif row.bars[0].kind == "order":
            # The order itself: a tick over the bar's height and a little more.
            frame.rule(
                (row.at, frame.data(0, middle - 8)[1]),
                (row.at, frame.data(0, middle + 11)[1]),
                "opt4" if row.critical else "soft",
                2,
            )
