"""The fiscal year of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

__all__ = ["fiscal_year"]


def fiscal_year(day: date, first_month: int, named_by: str = "most") -> int:
    """
    Return the fiscal year a date is in, as its payer calls it.

    Parameters
    ----------
    day
        The date.
    first_month
        First month of the fiscal year, 1 to 12.
    named_by
        ``start``, ``end``, or ``most``: the calendar year that holds most of it (a tie: its end).

    Examples
    --------
    >>> from datetime import date
    >>> fiscal_year(date(2026, 10, 1), 10), fiscal_year(date(2027, 3, 31), 4)
    (2027, 2026)
    """
    begins = day.year if day.month >= first_month else day.year - 1
    # From January the year ends where it starts; from July on, at least half of it lies in the next.
    later = first_month > 1 if named_by == "end" else named_by == "most" and first_month >= 7
    return begins + later
