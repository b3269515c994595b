"""Currencies, price bases, escalation, discounting and fiscal years (docs/conventions.md, Money)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

__all__ = ["FISCAL_YEAR_NAMES", "Money", "fiscal_year", "nearest_year"]

#: How a fiscal year may be called: after the calendar year that holds most of it, its start, or its end.
FISCAL_YEAR_NAMES = ("most", "start", "end")


def nearest_year(years: Mapping[int, float], year: int) -> int:
    """
    Return the listed year nearest to `year`; of two equally near the earlier.

    Raises
    ------
    ValueError
        If no year is listed.
    """
    return min(years, key=lambda listed: (abs(listed - year), listed))


def fiscal_year(day: date, first_month: int, named_by: str = "most") -> int:
    """
    Return the fiscal year that holds a day.

    Parameters
    ----------
    day
        Any day of the year.
    first_month
        Month (1 to 12) the fiscal year starts in.
    named_by
        ``most``: the calendar year that holds most of it (a tie: its end); ``start``; ``end``.

    Examples
    --------
    >>> from datetime import date
    >>> fiscal_year(date(2026, 10, 1), 10)  # the US fiscal year 2027
    2027
    >>> fiscal_year(date(2027, 3, 31), 4)  # the Japanese fiscal year 2026
    2026
    """
    start = day.year if day.month >= first_month else day.year - 1
    end = start if first_month == 1 else start + 1
    if named_by == "start":
        return start
    if named_by == "end":
        return end
    return start if first_month < 7 else end


@dataclass(frozen=True)
class Money:
    """
    Amounts between currencies and price bases.

    Attributes
    ----------
    base
        Base currency.
    price_year
        Year whose prices and rates costs are stated at.
    per_base
        Units of a currency per unit of base currency, by currency and calendar year.
    index
        Price index by currency and calendar year.
    missing
        Filled as figures are asked for: (table, currency, year asked for, year taken).
    """

    base: str
    price_year: int
    per_base: Mapping[str, Mapping[int, float]]
    index: Mapping[str, Mapping[int, float]]
    missing: set[tuple[str, str, int, int]] = field(default_factory=set)

    def rate(self, currency: str, year: int) -> float:
        """
        Return the units of a currency per unit of base currency in a year; ``""`` is the base currency.

        Raises
        ------
        KeyError
            If the study has no rate of the currency.
        """
        if currency in {"", self.base}:
            return 1.0
        return self._listed("exchange_rates", self.per_base[currency], currency, year)

    def escalation(self, currency: str, year: int) -> float:
        """Return prices of a year over prices of the price year; 1 for a currency without an index."""
        listed = self.index.get(currency or self.base)
        if not listed:
            return 1.0
        name = currency or self.base
        then = self._listed("escalation", listed, name, year)
        return then / self._listed("escalation", listed, name, self.price_year)

    def to_base(self, amount: float, currency: str) -> float:
        """Return base money: the amount at price-year prices, at the price year's rate."""
        return amount / self.rate(currency, self.price_year)

    def then_year(self, amount: float, currency: str, payer_currency: str, year: int) -> float:
        """
        Return what a payer spends in a year on something that costs `amount` at price-year prices.

        Escalated in its own currency first, then converted at that year's rates.
        """
        escalated = amount * self.escalation(currency, year)
        return escalated / self.rate(currency, year) * self.rate(payer_currency, year)

    def _listed(self, table: str, listed: Mapping[int, float], currency: str, year: int) -> float:
        taken = nearest_year(listed, year)
        if taken != year:
            self.missing.add((table, currency, year, taken))
        return listed[taken]
