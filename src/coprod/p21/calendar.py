"""Months as counts, as the exhibits write them, and the United States' fiscal year."""

from __future__ import annotations

import re
from datetime import date, timedelta

__all__ = ["first_day", "fiscal_year", "last_day", "month_name", "october", "parse_month"]

_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-\d{1,2})?$")
_NAMED = re.compile(r"([A-Za-z]{3})[a-z]*\.?[ -](\d{4})$")
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parse_month(text: str) -> int | None:
    """
    Return a month such as ``2016-10``, ``2016-10-01`` or ``Oct 2016`` as a count; None if it is none.

    >>> month_name(parse_month("2016-10") + 3)
    '2017-01'
    """
    if iso := _ISO.match(text):
        year, month = int(iso[1]), int(iso[2])
    elif (named := _NAMED.match(text)) and named[1].lower() in _NAMES:
        year, month = int(named[2]), _NAMES.index(named[1].lower()) + 1
    else:
        return None
    return year * 12 + month - 1 if 1 <= month <= 12 and 1900 <= year <= 2200 else None


def month_name(month: int) -> str:
    """Return a count of months as ``2016-10``."""
    return f"{month // 12}-{month % 12 + 1:02d}"


def first_day(month: int) -> date:
    """Return a month's first day."""
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    """Return a month's last day."""
    return first_day(month + 1) - timedelta(days=1)


def fiscal_year(month: int) -> int:
    """Return the fiscal year of a month: it begins in October and is called after its end."""
    return (month + 3) // 12


def october(year: int) -> int:
    """Return the month in which a fiscal year begins."""
    return (year - 1) * 12 + 9
