"""Dates to periods and back, by the project's conventions (docs/conventions.md)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MONTH_DAYS", "PERIOD_DAYS", "Periods", "first_period_start"]

MONTH_DAYS = 365.25 / 12.0
PERIOD_DAYS = {
    "day": 1.0,
    "week": 7.0,
    "month": MONTH_DAYS,
    "quarter": 3 * MONTH_DAYS,
    "year": 12 * MONTH_DAYS,
}
_CALENDAR_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _add(start: date, kind: str, count: int) -> date:
    """Return the date `count` periods after `start`; start is a period's first day."""
    if kind in _CALENDAR_MONTHS:
        month = start.year * 12 + start.month - 1 + count * _CALENDAR_MONTHS[kind]
        return date(month // 12, month % 12 + 1, 1)
    return start + timedelta(days=int(count) * int(PERIOD_DAYS[kind]))


def first_period_start(kind: str, on_or_after: date) -> date:
    """Return the first day on or after a date that can begin a period (weeks begin on Monday)."""
    if kind == "day":
        return on_or_after
    if kind == "week":
        return on_or_after + timedelta(days=-on_or_after.weekday() % 7)
    step = _CALENDAR_MONTHS[kind]
    month = on_or_after.year * 12 + on_or_after.month - 1
    month = -(-month // step) * step if on_or_after.day == 1 else (month // step + 1) * step
    return date(month // 12, month % 12 + 1, 1)


@dataclass(frozen=True)
class Periods:
    """
    The plan's calendar: `n` periods of one kind from `start`.

    Attributes
    ----------
    kind
        day, week, month, quarter or year.
    start
        First day of period 0.
    n
        Number of periods, T.
    """

    kind: str
    start: date
    n: int

    @property
    def days(self) -> float:
        """Length of a period in days, by convention (a month is 365.25/12)."""
        return PERIOD_DAYS[self.kind]

    @property
    def months(self) -> float:
        """Length of a period in months of 365.25/12 days."""
        return self.days / MONTH_DAYS

    def first_day(self, t: int) -> date:
        """Return the first day of period t; t may be negative or beyond the horizon."""
        return _add(self.start, self.kind, t)

    def last_day(self, t: int) -> date:
        """Return the last day of period t."""
        return _add(self.start, self.kind, t + 1) - timedelta(days=1)

    @cached_property
    def first_days(self) -> list[date]:
        """First day of each period."""
        return [self.first_day(t) for t in range(self.n)]

    def middle(self, t: int) -> date:
        """Return the day that holds the middle of period t: it decides the calendar and fiscal year."""
        first, after = self.first_day(t), self.first_day(t + 1)
        return first + timedelta(days=(after - first).days // 2)

    def middle_days_from(self, origin: date) -> NDArray[np.float64]:
        """Return the days from a date to the middle of each period, shape (T,)."""
        edges = np.array([(self.first_day(t) - origin).days for t in range(self.n + 1)], dtype=np.float64)
        return (edges[:-1] + edges[1:]) / 2.0

    def containing(self, day: date) -> int:
        """Return the period that contains a date: supplies, gates, profiles; may be negative or >= n."""
        if self.kind in _CALENDAR_MONTHS:
            months = (day.year - self.start.year) * 12 + day.month - self.start.month
            return months // _CALENDAR_MONTHS[self.kind]
        return (day - self.start).days // int(PERIOD_DAYS[self.kind])

    def ending_by(self, day: date) -> int:
        """Return the last period that ends by a date: needs and ends of validity; may be negative or >= n."""
        t = self.containing(day)
        return t if self.last_day(t) <= day else t - 1

    def lag(self, days: float) -> int:
        """Return a duration in days as whole periods, rounded up (1e-9 of a period is forgiven)."""
        return max(0, math.ceil(days / self.days - 1e-9))

    def offset(self, lead_days: float, offset_days: float) -> int:
        """
        Return the periods from a start to a use `offset_days` after it: what is left to completion rounds
        up.
        """
        return self.lag(lead_days) - self.lag(lead_days - offset_days)

    def label(self, t: int) -> str:
        """Return a period's name, such as 2027-03, 2027-Q1, 2027 or its first day."""
        first = self.first_day(t)
        match self.kind:
            case "month":
                return f"{first:%Y-%m}"
            case "quarter":
                return f"{first.year}-Q{first.month // 3 + 1}"
            case "year":
                return str(first.year)
            case _:
                return first.isoformat()
