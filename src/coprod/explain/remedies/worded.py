"""Limits that contradict each other and their cures in the study's words: rows of the result tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod.explain.limits import TIMES, time_of
from coprod.network.network import CATEGORIES
from coprod.plan.hard import NEEDS
from coprod.study.tables import DAYS_PER

if TYPE_CHECKING:
    from datetime import date

    from coprod.explain.limits import Limit
    from coprod.explain.remedies.eased import Part
    from coprod.explain.remedies.infeasible import Asked
    from coprod.explain.remedies.live import Span
    from coprod.plan.hard import HardLimit

__all__ = ["Words", "rounded_up"]

RATES = ("line rate", "minimum rate", "lane capacity")
#: What a least change is above what is needed, relative: not rounded up.
SPARE = 2e-6
#: Kinds of which a cure takes something away.
LESS = ("minimum rate", "stock floor", "work share")
#: Times of which a cure takes some away, and dates that it moves forward.
SHORTER = ("lead time", "transport time", "build time", "opening date")


def rounded_up(value: float) -> str:
    """
    Return a figure of three digits that is no smaller: what a cure asks for is still enough.

    Examples
    --------
    >>> rounded_up(13.8954), rounded_up(4_096_000), rounded_up(46)
    ('13.9', '4.1 million', '46')
    """
    if value <= 0:
        return "0"
    size = 10.0 ** (math.floor(math.log10(value)) - 2)
    up = math.ceil(value / size * (1.0 - SPARE)) * size
    return _figure(up)


def _figure(value: float) -> str:
    """Return a figure of four digits, whole from a hundred on."""
    if abs(value) >= 1e6:
        return f"{round(value / 1e6, 2):,.10g} million"
    return f"{round(value):,}" if abs(value) >= 100 else f"{value:.4g}"


class Words:
    """
    The words for one option's limits.

    Parameters
    ----------
    asked
        The option.
    """

    def __init__(self, asked: Asked) -> None:
        self._asked, self._network = asked, asked.network
        self._limits = asked.known
        self._periods = asked.network.periods

    def member(self, limit: Limit, span: Span | None = None) -> dict[str, Any]:
        """Return a row of the table ``conflicts``, but for its numbers; without a span, of a time."""
        item, site = self._place(limit)
        first, last = span or (-1, -1)
        row: dict[str, Any] = {"kind": limit.kind, "name": limit.name, "item": item, "site": site}
        row |= {"first": self._first(first), "last": self._last(last) if first >= 0 else None}
        if span is None:
            limit_value, unit, sentence = self._time(limit)
        else:
            limit_value, unit, sentence = self._held(limit, first, last)
        return row | {"limit": limit_value, "unit": unit, "sentence": sentence}

    def part(self, part: Part) -> dict[str, Any]:
        """Return a row of the table ``cures``, but for its numbers and its cost."""
        limit = part.limit
        item, site = self._place(limit)
        now, unit = self._now(part)
        sign = -1.0 if limit.kind in (*LESS, *SHORTER) else 1.0
        first, last = self._dates(part)
        return {
            "kind": limit.kind,
            "name": limit.name,
            "item": item,
            "site": site,
            "by": sign * part.by,
            "unit": unit,
            "now": now,
            "relative": self.relative(part),
            "first": first,
            "last": last,
            "sentence": self._advice(part, now),
        }

    def relative(self, part: Part) -> float:
        """Return a change as a part of what is changed; of a date, of the time until it. NaN for a build."""
        limit = part.limit
        if limit.kind in NEEDS:
            return abs(part.by) / (self._due(limit) + 1)
        if limit in self._limits and limit.kind != "build date":
            return part.by / self._limits[limit].size
        if limit.kind in ("lead time", "transport time", "build time"):
            days = time_of(self._asked.tables, limit)
            return part.by * self._periods.days / days if days > 0 else float("nan")
        if limit.kind == "investment":
            return 1.0 if part.by < 0 else float("nan")
        return abs(part.by) / self._periods.n

    def price(self, part: Part) -> float:
        """Return what the study says a change costs, base currency at price-year prices; NaN if nothing."""
        if part.limit.kind != "budget":
            return float("nan")
        budgets, spending = self._network.budgets, self._network.spending
        b = self._budget(part.limit)
        own = (spending.payer == budgets.payer[b])[:, None] & (spending.year == budgets.year[b])
        then = float(spending.amount[own].sum())
        return part.by * float(spending.base_amount[own].sum()) / then if then > 0 else float("nan")

    def _budget(self, limit: Limit) -> int:
        names = [own.name for own in self._asked.live().limits.values() if own.kind == "budget"]
        return names.index(limit.name)

    def _place(self, limit: Limit) -> tuple[str, str]:
        """Return the items and the site that a limit is about; "" where it is about none."""
        network, activities = self._network, self._network.activities
        nodes = network.nodes

        def at(node: int) -> tuple[str, str]:
            return nodes.item[node], nodes.site[node]

        kind, name = limit.kind, limit.name
        if kind in ("line rate", "minimum rate"):
            r = network.resources.name.index(name)
            users = network.loads.column[network.loads.row == r]
            made = [nodes.item[activities.node[a]] for a in users if activities.node[a] >= 0]
            return "; ".join(dict.fromkeys(made)), network.resources.site[r]
        if kind in ("lead time", "opening date", "lane capacity") and name in activities.key:
            return at(int(activities.node[activities.key.index(name)]))
        if kind in ("stock floor", "stock ceiling", "material"):
            item, site = name.split("/")
            return item, site
        if kind == "transport time":
            return name, ""
        for block, need in ((network.demands, NEEDS[0]), (network.objectives, NEEDS[1])):
            if kind == need:
                return at(int(block.node[block.name.index(name)]))
        return "", ""

    def _first(self, t: int) -> date | None:
        return self._periods.first_day(t) if t >= 0 else None

    def _last(self, t: int) -> date | None:
        return self._periods.last_day(min(t, self._periods.n - 1)) if t >= 0 else None

    def _label(self, t: int) -> str:
        return self._periods.label(t)

    def _between(self, first: int, last: int) -> str:
        if first < 0:
            return ""
        if last <= first:
            return f" in {self._label(first)}"
        return f" from {self._label(first)} to {self._label(last)}"

    def _due(self, need: Limit) -> int:
        """Return the period in which the last of a need is due."""
        own = self._limits[need]
        if need.kind == NEEDS[1]:
            return int(own.periods[0])
        return int(own.periods[np.flatnonzero(np.diff(own.values, prepend=0.0) > 0)[-1]])

    def _held(self, limit: Limit, first: int, last: int) -> tuple[float, str, str]:
        """Return a limit's value over some periods, its unit, and the sentence that says so."""
        own, months, name = self._limits[limit], self._periods.months, limit.name
        inside = (own.periods >= first) & (own.periods <= last)
        values = own.values[inside]
        when = self._between(first, last)
        if limit.kind in RATES:
            least = "at least" if limit.kind == "minimum rate" else "at most"
            total = float(values.sum())
            rates = f"{_figure(values.min() / months)}"
            if values.max() > values.min():
                rates += f" to {_figure(values.max() / months)}"
            sentence = f"{name}: {least} {_figure(total)}{when} ({rates} a month)"
            return total, "units", sentence
        if limit.kind == NEEDS[0]:
            return float(values[-1]), "units", f"{name}: {_figure(values[-1])} due by {self._label(last)}"
        if limit.kind == NEEDS[1]:
            level = own.size
            return level, "units", f"{name}: {_figure(level)} in stock in {self._label(first)}"
        if limit.kind == "material":
            total = float(own.values[own.periods <= last].sum())
            return total, "units", f"{name}: {_figure(total)} there by {self._label(last)}, and none made"
        if limit.kind == "build date":
            start = int(own.periods[own.values > 0].min())
            return 1.0, "builds", f"{name}: started in {self._label(start)}"
        value = float(values.max() if limit.kind == "stock floor" else values.min())
        unit = self._unit(limit)
        if limit.kind == "budget":
            return value, unit, f"budget of {self._payer(limit)}: at most {_figure(value)} {unit}"
        sentences = {
            "licence cap": f"licence cap of {name}: at most {_figure(value)}",
            "work share": f"work share of {name}: at least {value:.1%}",
            "stock floor": f"stock of {name}: at least {_figure(value)}{when}",
            "stock ceiling": f"stock of {name}: at most {_figure(value)}{when}",
        }
        return value, unit, sentences[limit.kind]

    def _payer(self, limit: Limit) -> str:
        budgets = self._network.budgets
        b = self._budget(limit)
        category = "" if budgets.category[b] < 0 else f" for {CATEGORIES[budgets.category[b]]}"
        return f"{self._network.payers[budgets.payer[b]]}{category} in {budgets.year[b]}"

    def _unit(self, limit: Limit) -> str:
        if limit.kind == "budget":
            return str(self._network.payer_currency[self._network.budgets.payer[self._budget(limit)]])
        return "fraction" if limit.kind == "work share" else "units"

    def _time(self, limit: Limit) -> tuple[float, str, str]:
        """Return a time's length in months, its unit, and the sentence that says so."""
        days = time_of(self._asked.tables, limit)
        if days > 0:
            months = days / DAYS_PER["months"]
            return months, "months", f"{limit}: {_figure(months)} months"
        return float("nan"), "", f"{limit}"

    def _now(self, part: Part) -> tuple[float, str]:
        """Return what a change starts from, in the unit of the change, and that unit."""
        limit, kind = part.limit, f"{self._periods.kind}s"
        if limit.kind == "investment":
            return float(part.by < 0), "builds"
        if limit.kind in NEEDS or limit.kind == "build date":
            return float("nan"), kind
        if limit.kind in TIMES:
            days = time_of(self._asked.tables, limit)
            return (days / self._periods.days if days > 0 else float("nan")), kind
        own = self._limits[limit]
        if limit.kind in RATES:
            inside = own.periods >= part.first
            return float(own.values[inside][0]) / self._periods.months, "units a month"
        if limit.kind == "material":
            return float(own.values.sum()), "units"
        return float(own.values[0]), self._unit(limit)

    def _dates(self, part: Part) -> tuple[date | None, date | None]:
        """Return from when to when a change is; of a need, when it is due now and then."""
        limit = part.limit
        if limit.kind in NEEDS:
            due = self._due(limit)
            return self._last(due), self._last(due + round(part.by))
        if limit.kind == "material":
            return None, self._last(part.first)
        if limit.kind == "build date":
            start = self._start(self._limits[limit])
            return self._first(start), self._first(start + round(part.by))
        return self._first(part.first), self._last(part.last) if part.first >= 0 else None

    def _start(self, own: HardLimit) -> int:
        return int(own.periods[own.values > 0].min())

    def _advice(self, part: Part, now: float) -> str:
        """Return what to do, in words."""
        limit, kind = part.limit, part.limit.kind
        name, by = limit.name, abs(part.by)
        count = f"{round(by)} {self._periods.kind}{'' if round(by) == 1 else 's'}"
        when = self._between(part.first, part.last)
        if kind in NEEDS:
            due = self._due(limit)
            then = self._label(due + round(by))
            return f"give {name} {count} more ({then} instead of {self._label(due)})"
        if kind == "budget":
            extra = f"{rounded_up(by)} {self._unit(limit)}"
            return f"raise the budget of {self._payer(limit)} by {extra} (from {_figure(now)})"
        if kind == "build date":
            return f"start {name} {count} {'later' if part.by > 0 else 'earlier'}"
        if kind == "investment" and part.by < 0:
            return f"leave out {name}"
        if kind == "work share":
            points = math.ceil(by * 1000 - 1e-6) / 10
            return f"lower the work share of {name} by {points:.1f} points (from {now:.1%})"
        up = rounded_up(by)
        return {
            "line rate": f"raise {name} by {up} a month{when} (from {_figure(now)})",
            "minimum rate": f"let {name} run {up} a month lower{when} (now {_figure(now)})",
            "lane capacity": f"let {name} carry {up} a month more{when} (now {_figure(now)})",
            "licence cap": f"raise the licence cap of {name} by {up} (from {_figure(now)})",
            "stock floor": f"lower the stock floor of {name} by {up}{when} (from {_figure(now)})",
            "stock ceiling": f"store {up} more of {name}{when} (now {_figure(now)})",
            "material": f"have {up} more of {name} by {self._label(max(part.first, 0))}",
            "lead time": f"shorten the lead time of {name} by {count} (from {_figure(now)})",
            "transport time": f"shorten the transport of {name} by {count} (from {_figure(now)})",
            "opening date": f"open {name} {count} earlier",
            "licence dates": f"let the licence {name} begin {count} earlier and end {count} later",
            "build time": f"complete {name} {count} sooner",
            "investment": f"build {name}{'' if round(by) == 1 else f' {round(by)} times'}",
        }[kind]
