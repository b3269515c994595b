"""The year that the map and the graph show: twelve months in a row in which the chain is most strained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from coprod.report.chapters.busy import busiest, span_months

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.facts import Fact
    from coprod.report.material import Material

__all__ = ["BusyYear", "busy_year", "end_items"]


@dataclass(frozen=True, slots=True)
class BusyYear:
    """
    A year of the plan.

    Attributes
    ----------
    begin, after
        Its first day, and the first day after it.
    months
        Its length.
    first, last
        Its first and last period, as facts.
    """

    begin: pd.Timestamp
    after: pd.Timestamp
    months: float
    first: Fact
    last: Fact

    def holds(self, days: pd.Series[pd.Timestamp]) -> pd.Series[bool]:
        """Return which days fall into it."""
        return (days >= self.begin) & (days < self.after)


def end_items(material: Material) -> list[str]:
    """Return the items that are ordered or stocked for themselves, in the study's order."""
    wanted = set(material.given("demands").here()["item"]) | set(
        material.given("stock_objectives").here()["item"]
    )
    return [item for item in material.study["items"]["item"] if item in wanted]


def busy_year(material: Material) -> BusyYear | None:
    """
    Return the year to show; None where the plan has no periods.

    It is the year in which the line that is longest full is full most often; among such years the one in
    which most end items are started and completed.
    """
    stock = material.own("stock")
    periods = sorted(stock.frame["period"].unique())
    if not periods:
        return None
    count = min(len(periods), max(1, round(12 / span_months(material.kind))))
    full: set[pd.Timestamp] = set()
    for line in busiest(material)[:1]:
        full = set(line.full.here()["period"])
    starts = material.own("starts").here()
    own = starts[starts["item"].isin(end_items(material))]
    edges = pd.DatetimeIndex([*periods, material.after(periods[-1])])
    made = [0.0] * len(periods)
    for column in ("period", "complete"):
        places = edges.searchsorted(pd.DatetimeIndex(own[column]), side="right") - 1
        for place, quantity in zip(places, own["good_quantity"], strict=True):
            if 0 <= place < len(periods):
                made[place] += float(quantity)
    strained = [float(period in full) for period in periods]
    best = max(
        range(len(periods) - count + 1),
        key=lambda n: (round(_sum(strained, n, count)), round(_sum(made, n, count), 6), -n),
    )
    begin, last = pd.Timestamp(periods[best]), pd.Timestamp(periods[best + count - 1])
    rows = stock.where((stock.frame["period"] >= begin) & (stock.frame["period"] <= last))
    return BusyYear(
        begin,
        material.after(last),
        count * span_months(material.kind),
        rows.of("period", "min"),
        rows.of("period", "max"),
    )


def _sum(values: Sequence[float], first: int, count: int) -> float:
    return sum(values[first : first + count])
