"""Exchange rates as the plan will use them: the nearest listed year where one is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from coprod.study.tables import Tables

__all__ = ["Rates", "price_year"]


def price_year(tables: Tables) -> int:
    """Return the year of prices: the setting, else the year of study_date; 0 if that is blank too."""
    given, study_date = tables.settings["price_year"], tables.settings["study_date"]
    if np.isnan(given):
        return 0 if pd.isna(study_date) else int(study_date.year)
    return int(given)


@dataclass(frozen=True, slots=True)
class Rates:
    """
    Units per unit of base currency, by currency and year.

    Attributes
    ----------
    base
        The base currency; blank currencies mean it.
    year
        Price year.
    per_base
        Listed rates above 0.
    """

    base: str
    year: int
    per_base: dict[str, dict[int, float]]

    @classmethod
    def of(cls, tables: Tables) -> Rates:
        """Read the rates of a study."""
        listed: dict[str, dict[int, float]] = {}
        frame = tables.active("exchange_rates")
        for currency, year, rate in zip(frame["currency"], frame["year"], frame["per_base"], strict=True):
            if rate > 0 and year == year:
                listed.setdefault(currency, {})[int(year)] = float(rate)
        return cls(tables.settings["base_currency"], price_year(tables), listed)

    def at_price_year(self, currency: str) -> float | None:
        """Return the rate in the price year, or the nearest (a tie: the earlier); None without any."""
        if currency in {"", self.base}:
            return 1.0
        listed = self.per_base.get(currency)
        return listed[min(listed, key=lambda year: (abs(year - self.year), year))] if listed else None
