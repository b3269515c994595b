"""
Periods and lags, written a second time on purpose: what the checker shares with the engines it cannot check.

See docs/conventions.md, Time.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from datetime import date, timedelta

__all__ = ["Grid"]

DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375, "quarter": 91.3125, "year": 365.25}
MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Grid:
    """The first day of every period, far enough back and forth for any date of a study."""

    def __init__(self, kind: str, start: date, n: int) -> None:
        self.kind, self.n = kind, n
        self.days = DAYS[kind]
        self.months = DAYS[kind] / 30.4375
        self._back = 1 + int((start - date(1900, 1, 1)).days / DAYS[kind])
        self._firsts = [self._shifted(start, t) for t in range(-self._back, n + 2)]

    def _shifted(self, start: date, t: int) -> date:
        if self.kind in MONTHS:
            months = 12 * start.year + start.month - 1 + t * MONTHS[self.kind]
            return date(months // 12, months % 12 + 1, start.day)
        return start + timedelta(days=t * int(DAYS[self.kind]))

    def first(self, t: int) -> date:
        """First day of period t."""
        return self._firsts[t + self._back]

    def last(self, t: int) -> date:
        """Last day of period t."""
        return self.first(t + 1) - timedelta(days=1)

    def middle(self, t: int) -> date:
        """Day that holds the middle of period t."""
        return self.first(t) + (self.first(t + 1) - self.first(t)) // 2

    def containing(self, day: date) -> int:
        """Period that contains a day; n or more beyond the horizon."""
        return min(bisect_right(self._firsts, day) - 1 - self._back, self.n)

    def ending_by(self, day: date) -> int:
        """Last period that ends by a day."""
        t = self.containing(day)
        return t if t < self.n and self.last(t) <= day else t - 1

    def lag(self, days: float) -> int:
        """Whole periods of a duration, rounded up."""
        return max(math.ceil(days / self.days - 1e-9), 0)
