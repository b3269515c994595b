"""Bars from the date of an order or a decision to its use, split by kind; right-aligned at a common need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.report.charts.frame import NARROW, WIDE, Frame
from coprod.report.charts.metrics import ellipsis, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.charts.frame import Spec
    from coprod.report.charts.labels import Align

__all__ = ["LeadBar", "LeadChart"]

#: Colours of the kinds, off and on the critical chain; a part shorter than this many months carries no
#: number.
FILL = {"administrative": "grid", "production": "soft", "later": "line"}
CRITICAL = {"administrative": "opt4b", "production": "opt4", "later": "opt4a"}
DARK_PARTS = {"production"}


@dataclass(frozen=True, slots=True)
class LeadBar:
    """
    One order.

    Attributes
    ----------
    name
        What is ordered, and where.
    date, total
        Latest order date and months to the need, in words.
    parts
        (kind, begin, end, months in words, what hovering tells), in order of time.
    critical, overdue
        On the critical chain; before the study's date.
    """

    name: str
    date: str
    total: str
    parts: Sequence[tuple[str, float, float, str, str]]
    critical: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class LeadChart:
    """Bars in rows, with today as a rule, and the common need as another where there is one."""

    bars: Sequence[LeadBar]
    today: float
    today_label: str
    need: float | None = None
    need_label: str = ""

    @property
    def first(self) -> float:
        """Where the first bar begins, or today."""
        return min([self.today, *(bar.parts[0][1] for bar in self.bars if bar.parts)])

    @property
    def end(self) -> float:
        """Where the last bar ends."""
        ends = [bar.parts[-1][2] for bar in self.bars if bar.parts]
        return self.need if self.need is not None else max([self.today, *ends])

    def spec(self, *, narrow: bool) -> Spec:
        """Return the specification, wide or narrow."""
        return self.frame(narrow=narrow).spec()

    def frame(self, *, narrow: bool) -> Frame:
        """Return the drawn frame."""
        rows = len(self.bars)
        pitch = 46.0 if narrow else 32.0
        names = 0.0 if narrow else min(240.0, max(text_width(bar.name, 13) for bar in self.bars) + 6)
        totals = max(text_width(bar.total, 13, 600) for bar in self.bars) + 10
        first = self.first
        dates = 8.0 if narrow else 12 + max(text_width(bar.date, 13, 600) for bar in self.bars)
        width = NARROW if narrow else WIDE
        plot = width - max(names, 4) - totals
        span = (self.end - first) or 1.0
        lead = span * dates / max(plot - dates, 60)  # room for the dates before the bars
        frame = Frame(
            width,
            0.0,
            (first - lead, self.end + span * 0.01),
            (0.0, 1.0),
            left=max(names, 4.0),
            right=totals,
            top=2.0,
            bottom=26.0,
            narrow=narrow,
        )
        row = self._today_row(frame)
        head = row + 15
        frame.height = head + pitch * rows + 30
        frame.y = (0.0, frame.plot[1])
        frame.years()
        self._rules(frame, row)
        for number, bar in enumerate(self.bars):
            self._bar(frame, bar, head + pitch * number + (30 if narrow else pitch / 2), names)
        return frame

    def _today_row(self, frame: Frame) -> float:
        """Return how far down today's label stands: below the need's where today's rule would cross that."""
        if self.need is None:
            return 9.0
        between = frame.px(self.need) - frame.px(self.today)
        meets = 0 <= between < text_width(self.need_label, frame.size) + 12
        return 27.0 if meets else 9.0

    def _rules(self, frame: Frame, row: float) -> None:
        top = frame.y[1]
        placer = frame.placer()
        if self.need is not None:
            x = frame.px(self.need)
            frame.label(placer.place(self.need_label, [(x - 4, 9, "right"), (x + 4, 9, "left")]))
            frame.rule((self.need, 0), (self.need, top), "ink", 1.2)
        if frame.x[0] <= self.today <= frame.x[1]:
            x = frame.px(self.today)
            frame.rule((self.today, 0), (self.today, top - (row - 9)), "ink", 1.2, (2, 3))
            spots: list[tuple[float, float, Align]] = [(x + 4, row, "left"), (x - 4, row, "right")]
            frame.label(placer.place(self.today_label, spots if row < 10 else spots[::-1]))

    def _bar(self, frame: Frame, bar: LeadBar, middle: float, names: float) -> None:
        y = frame.data(0, middle)[1]
        fills = CRITICAL if bar.critical else FILL
        gap = 0.75 / frame.plot[0] * (frame.x[1] - frame.x[0])
        for kind, begin, end, months, tip in bar.parts:
            if end - begin <= 2 * gap:
                continue
            frame.bars([{"x": begin + gap, "x2": end - gap, "y": y, "tip": tip}], fills[kind], 16)
            dark = kind in DARK_PARTS
            room = frame.px(end) - frame.px(begin)
            if room > text_width(months, 12) + 8:
                token = "paper" if dark else "ink"
                frame.text(months, ((frame.px(begin) + frame.px(end)) / 2, middle), "center", token, halo=0)
        start = frame.px(bar.parts[0][1]) if bar.parts else frame.px(self.end)
        date_token = "late" if bar.overdue else "ink" if bar.critical else "ink2"
        weight = 600 if bar.critical or bar.overdue else 400
        plot = frame.plot[0]
        if frame.narrow:
            date = text_width(bar.date, frame.size, weight)
            name = ellipsis(bar.name, plot - date - 14, frame.size, 600 if bar.critical else 400)
            frame.text(name, (2, middle - 18), "left", "ink", 600 if bar.critical else 400)
            frame.text(bar.date, (plot - 6, middle - 18), "right", date_token, weight)
        else:
            name = ellipsis(bar.name, names - 4, frame.size)
            frame.text(name, (-6, middle), "right", halo=0)
            # Without a common need the dates stand in a column, left of today's rule: none crosses it.
            before = start if self.need is not None else frame.px(self.first)
            frame.text(bar.date, (before - 6, middle), "right", date_token, weight)
        frame.text(bar.total, (plot + 5, middle), "left", "ink", 600, halo=0)
