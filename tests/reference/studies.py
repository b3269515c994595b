"""
Whole small studies, drawn by a seed: odd and degenerate on purpose, with every table the plan uses.

`generate(seed)` builds one; `studies()` is a Hypothesis strategy over seeds and sizes. A study is a chain of
two or three levels (end item, component, material) over three sites, with whatever else the dice add.
Combinations the conventions say nothing about are left out: they are listed where they are left out.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import strategies as st
from tests.reference import study_parts as parts
from tests.reference.naive_study import DAYS, MONTHS_OF, UNITS, plus_months

from coprod.study.tables import Tables

FEATURES = (
    "alternate", "material", "lanes", "offsets", "yields", "alt", "pipeline", "limits", "until", "classes",
    "by", "msr", "fixed cost", "licence", "work share", "investments", "gates", "money", "budgets",
    "carry over", "escalation", "profiles", "discounting", "inactive", "sale", "order", "odd rates",
)  # fmt: skip


class Draw:
    """The dice of one study, with the calendar it is on."""

    def __init__(self, seed: int, periods: int | None, features: frozenset[str] | None):
        self.rng = np.random.default_rng(seed)
        self.kind = str(self.rng.choice(["month", "month", "month", "week", "quarter", "day", "year"]))
        self.n = periods or int(self.rng.integers(4, 12))
        drawn = [name for name in FEATURES if self.rng.random() < 0.4]
        self.features = frozenset(drawn) if features is None else features
        self.start = {
            "month": date(2026, int(self.rng.integers(1, 13)), 1),
            "week": date(2026, 3, 4),
            "quarter": date(2026, 10, 1),
            "day": date(2026, 12, 28),
            "year": date(2026, 1, 1),
        }[self.kind]

    def has(self, feature: str) -> bool:
        return feature in self.features

    def whole(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def pick(self, *values):
        return values[int(self.rng.integers(len(values)))]

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def first(self, t: int) -> date:
        if self.kind in MONTHS_OF:
            return plus_months(self.start, t * MONTHS_OF[self.kind])
        return self.start + timedelta(days=t * int(DAYS[self.kind]))

    def last(self, t: int) -> date:
        return self.first(t + 1) - timedelta(days=1)

    def inside(self, t: int) -> date:
        """Some day of a period: not always its first or last."""
        days = (self.first(t + 1) - self.first(t)).days
        return self.first(t) + timedelta(days=self.pick(0, days - 1, int(self.rng.integers(days))))

    def duration(self, stem: str, most: float) -> dict[str, float]:
        """
        A duration of up to `most` periods in one of the three units; often whole periods, sometimes a little
        more.
        """
        share = self.pick(0.0, 0.4, 1.0, 1.0, 1.0)
        days = DAYS[self.kind] * (self.whole(0, int(most)) if share == 1.0 else share * most)
        unit = self.pick(*UNITS)
        return {f"{stem}_{unit}": round(days / UNITS[unit], 6)}

    def rate(self, per_period: float) -> float:
        """A rate per month that gives about so much in a period."""
        months = DAYS[self.kind] / UNITS["months"]
        value = per_period / months
        return float(value) if self.has("odd rates") else float(np.round(value, 2))


def generate(seed: int, periods: int | None = None, features: frozenset[str] | None = None) -> Tables:
    """
    Build the study of a seed.

    Parameters
    ----------
    seed
        Any whole number; the same seed gives the same study.
    periods
        Number of periods; drawn where None.
    features
        Names out of `FEATURES`; drawn where None.
    """
    draw = Draw(seed, periods, features)
    rows: dict[str, list[dict]] = {
        name: [] for name in Tables.from_rows({"title": "x", "study_date": "2026-01-01"}).frames
    }
    parts.places(draw, rows)
    parts.activities(draw, rows)
    parts.lines(draw, rows)
    parts.supplies(draw, rows)
    parts.needs(draw, rows)
    if draw.has("licence") or draw.has("work share"):
        parts.licence(draw, rows)
    if draw.has("investments") or draw.has("gates"):
        parts.investments(draw, rows)
    parts.money(draw, rows)
    if draw.has("profiles"):
        parts.profiles(draw, rows)
    return Tables.from_rows(_settings(draw, seed), **rows)


def _settings(draw: Draw, seed: int) -> dict:
    settings = {
        "title": f"generated {seed}",
        "study_date": draw.start - timedelta(days=draw.whole(0, 60)),
        "start": draw.start,
        "horizon": draw.inside(draw.n - 1),
        "period": draw.kind,
        "price_year": float(draw.pick(2025, 2026, 2027)),
        "fiscal_year_start": float(draw.pick(1, 4, 7, 10)),
    }
    if draw.has("discounting"):
        settings["discount_rate_per_year"] = 0.03
    if draw.has("order"):
        settings["objective_order"] = draw.pick(
            ("objectives", "demands", "cost"),
            ("demands", "cost", "objectives"),
            ("objectives", "cost", "demands"),
        )
    return settings


def studies(max_periods: int = 8, features: tuple[str, ...] | list[str] = FEATURES):
    """Hypothesis strategy of studies out of some features: shrinks towards few periods and few features."""
    return st.builds(
        generate,
        st.integers(0, 10_000),
        periods=st.integers(4, max_periods),
        features=st.frozensets(st.sampled_from(features), max_size=12),
    )
