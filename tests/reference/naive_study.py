"""Dates, figures and money of a study, looked up the slow and obvious way, straight from its tables.

Written from docs/conventions.md alone: nothing here comes from coprod.network, coprod.plan or coprod.verify.
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta

import pandas as pd

from coprod.study.tables import Tables, key_of

MONTH = 365.25 / 12
DAYS = {"day": 1.0, "week": 7.0, "month": MONTH, "quarter": 3 * MONTH, "year": 12 * MONTH}
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
UNITS = {"days": 1.0, "weeks": 7.0, "months": MONTH}
INF = math.inf


def blank(value) -> bool:
    return value == "" if isinstance(value, str) else bool(pd.isna(value))


def plus_months(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, day.day)


def fits(pattern: str, key: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), key) is not None


class Calendar:
    """Periods of the study; a date is put into a period by walking there."""

    def __init__(self, tables: Tables):
        settings = tables.settings
        self.kind = settings["period"]
        self.length = DAYS[self.kind]
        self.months = self.length / MONTH
        self.start = self._start(settings)
        self.n = self.containing(settings["horizon"].date()) + 1

    def _start(self, settings) -> date:
        if not pd.isna(settings["start"]):
            return settings["start"].date()
        day = settings["study_date"].date()
        while not (
            self.kind == "day"
            or (self.kind == "week" and day.weekday() == 0)
            or (self.kind in MONTHS_OF and day.day == 1 and (day.month - 1) % MONTHS_OF[self.kind] == 0)
        ):
            day += timedelta(days=1)
        return day

    def begin(self, t: int) -> date:
        if self.kind in MONTHS_OF:
            return plus_months(self.start, t * MONTHS_OF[self.kind])
        return self.start + timedelta(days=t * int(self.length))

    def containing(self, day: date) -> int:
        t = 0
        while self.begin(t) > day:
            t -= 1
        while self.begin(t + 1) <= day:
            t += 1
        return t

    def ending_by(self, day: date) -> int:
        t = self.containing(day)
        return t if self.begin(t + 1) - timedelta(days=1) <= day else t - 1

    def middle(self, t: int) -> date:
        """The day that holds the middle of the period."""
        return self.begin(t) + (self.begin(t + 1) - self.begin(t)) // 2

    def middle_days_after(self, t: int, day: date) -> float:
        return ((self.begin(t) - day).days + (self.begin(t + 1) - day).days) / 2

    def lag(self, days: float) -> int:
        return max(0, math.ceil(days / self.length - 1e-9))


class Study:
    """A study's active rows as plain dictionaries, with durations as lags and figures by period."""

    def __init__(self, tables: Tables):
        self.tables = tables
        self.settings = tables.settings
        self.calendar = Calendar(tables)
        self.rows = {name: self._rows(name) for name in tables.frames}
        self.base = self.settings["base_currency"]
        year = self.settings["price_year"]
        self.price_year = self.settings["study_date"].year if pd.isna(year) else int(year)

    def _rows(self, table: str) -> list[dict]:
        frame = self.tables.frames[table]
        rows = [
            dict(zip(frame.columns, values, strict=True))
            for values in frame.itertuples(index=False, name=None)
        ]
        return [{**row, "_key": key_of(table, row)} for row in rows if row["active"]]

    def __getitem__(self, table: str) -> list[dict]:
        return self.rows[table]

    def names(self, table: str) -> set[str]:
        return {row["_key"] for row in self.rows[table]}

    def days(self, row: dict, stem: str) -> float:
        return sum(
            row[f"{stem}_{unit}"] * days for unit, days in UNITS.items() if not blank(row[f"{stem}_{unit}"])
        )

    def lag(self, row: dict, stem: str = "lead_time") -> int:
        return self.calendar.lag(self.days(row, stem))

    def offset(self, lead_days: float, row: dict) -> int:
        left = self.calendar.lag(lead_days - self.days(row, "offset"))
        return self.calendar.lag(lead_days) - left

    def figure(self, table: str, row: dict, column: str) -> list[float]:
        """A figure in every period: the cell, then whatever the latest profile row says."""
        values = [row[column]] * self.calendar.n
        found = [
            p
            for p in self["profiles"]
            if p["table"] == table and p["column"] == column and fits(p["key"], row["_key"])
        ]
        for profile in sorted(found, key=lambda p: p["from"]):
            first = self.calendar.containing(profile["from"].date())
            for t in range(max(0, first), self.calendar.n):
                values[t] = profile["value"]
        return values

    # ------------------------------------------------------------------ money

    def _listed(self, table: str, column: str, currency: str, year: int) -> float | None:
        listed = {int(r["year"]): r[column] for r in self[table] if r["currency"] == currency}
        if not listed:
            return None
        nearest = min(listed, key=lambda y: (abs(y - year), y))
        return listed[nearest]

    def per_base(self, currency: str, year: int) -> float:
        if currency == self.base:
            return 1.0
        rate = self._listed("exchange_rates", "per_base", currency, year)
        assert rate is not None, currency
        return rate

    def base_money(self, amount: float, currency: str) -> float:
        currency = currency or self.base
        return amount / self.per_base(currency, self.price_year)

    def then_year(self, amount: float, currency: str, year: int, payer: str) -> float:
        currency = currency or self.base
        now, then = (self._listed("escalation", "index", currency, y) for y in (year, self.price_year))
        ratio = 1.0 if now is None else now / then
        return (
            amount * ratio / self.per_base(currency, year) * self.per_base(self.payer_currency(payer), year)
        )

    def payer_currency(self, payer: str) -> str:
        return next((r["currency"] for r in self["payers"] if r["payer"] == payer), "") or self.base

    def fiscal_year(self, payer: str, day: date) -> int:
        row = next((r for r in self["payers"] if r["payer"] == payer), None)
        first = (
            self.settings["fiscal_year_start"]
            if row is None or blank(row["fiscal_year_start"])
            else row["fiscal_year_start"]
        )
        first = int(first)
        begins = day.year if day.month >= first else day.year - 1
        ends = begins if first == 1 else begins + 1
        named = "most" if row is None else row["fiscal_year_named_by"]
        if named == "start":
            return begins
        if named == "end":
            return ends
        months_in_first_year = 13 - first
        return begins if months_in_first_year > 6 else ends

    def who_pays(self, table: str, key: str, category: str) -> list[tuple[str, float]]:
        found = [
            r
            for r in self["funding"]
            if r["table"] in ("*", table) and fits(r["key"], key) and r["category"] in ("", category)
        ]
        rank = lambda r: (r["table"] == table, len(r["key"].replace("*", "")), r["category"] == category)  # noqa: E731
        best = max(map(rank, found), default=None)
        if best is not None:
            return [(r["payer"], r["share"]) for r in found if rank(r) == best]
        payers = [r["payer"] for r in self["payers"]]
        return [(payers[0] if len(payers) == 1 else "unassigned", 1.0)]

    def discount(self, t: int) -> float:
        rate = self.settings["discount_rate_per_year"]
        return (1 + rate) ** (
            -self.calendar.middle_days_after(t, self.settings["study_date"].date()) / 365.25
        )
