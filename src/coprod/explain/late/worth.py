"""
What a limit is worth: one step of it, from when on, up to how much, found by planning again.

A dual says what a first small unit is worth, and nothing about the second. So limits are ranked by their
duals, and told by plans: the lateness at one step, at twice as much, and so on, until a step is worth less
than the first was; the last step that is worth as much is then looked for by halves. Without whole numbers
lateness falls ever more slowly with a quantity (it is convex in it), so that this finds the whole range;
with them it need not, and the range holds for what was planned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coprod.explain.late.evidence import FAMILIES, late_units, missing
from coprod.explain.limits import QUANTITIES, TIMES, moved, size_of, time_of, unit_of, widened
from coprod.results.schema import result_schema
from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from coprod.explain.late.trials import Trials
    from coprod.explain.limits import Limit
    from coprod.network import Network, Periods
    from coprod.plan import Lateness

    Floats = NDArray[np.float64]

__all__ = ["Worth", "WorthSettings", "worth", "worth_table"]

#: A step is worth as much as the first if it is so to within this, relative.
AS_MUCH = 0.05
#: Nothing more is gained where the rest is below this, relative to what can be gained.
NOTHING = 1e-3
#: A unit is a good step where it is at least and at most this part of the limit; otherwise a tenth is taken.
UNIT_STEP = (0.005, 0.25)
#: How often a step is doubled.
DOUBLINGS = 12


@dataclass(frozen=True, slots=True)
class WorthSettings:
    """
    What is asked.

    Attributes
    ----------
    most
        At most so many limits, those whose duals promise most first.
    since
        From when on a limit is eased; None from the first period on. A time is shorter from the start.
    """

    most: int = 12
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """
    What easing one limit is worth.

    Attributes
    ----------
    limit
    unit, step
        How far it was eased.
    first
        The period from which on.
    lateness, soonest
        With one step; and of the plan that has everything as soon as can be.
    gain
        What one step takes away, weighted unit-months.
    up_to : units of the limit
        How far it can be eased at that worth.
    most : units of the limit, or None
        How far it can be eased until nothing more is gained; None where that was not reached.
    total
        What that takes away, or the most that was tried.
    dual : weighted unit-months per unit
        NaN where a limit has none.
    """

    limit: Limit
    unit: str
    step: float
    first: int
    lateness: Lateness
    soonest: Lateness
    gain: float
    up_to: float
    most: float | None
    total: float
    dual: float


def _rounded(value: float) -> float:
    """Return a number to one digit, downwards."""
    scale = 10.0 ** math.floor(math.log10(value))
    return math.floor(value / scale + 1e-9) * scale


def _step(size: float, kind: str) -> float:
    if size <= 0 or (kind not in ("budget",) and UNIT_STEP[0] <= 1.0 / size <= UNIT_STEP[1]):
        return 1.0
    return _rounded(size / (100.0 if kind == "budget" else 10.0))


class _Eased:
    """One limit, eased by any number of steps, each asked once."""

    def __init__(self, trials: Trials, limit: Limit, first: int) -> None:
        self.trials, self.limit, self.first = trials, limit, first
        self.network = trials.network
        self.whole = limit.kind in TIMES
        periods = self.network.periods
        self.step = periods.months if self.whole else _step(size_of(self.network, limit), limit.kind)
        self._found: dict[float, Lateness] = {}

    @property
    def longest(self) -> float:
        """The most steps there can be: a time cannot be shorter than nothing."""
        days = time_of(self.trials.tables, self.limit) if self.whole else 0.0
        return float(self.network.periods.lag(days)) if days else math.inf

    def lateness(self, steps: float) -> Lateness:
        if steps not in self._found:
            self._found[steps] = self.trials.planned(self._network(steps))
        return self._found[steps]

    def _network(self, steps: float) -> Network:
        if self.whole:
            return self.trials.compiled(
                moved(self.trials.tables, self.limit, self.network.periods, int(steps))
            )
        return widened(self.network, self.limit, steps * self.step, self.first)

    def soonest(self) -> Lateness:
        """Return the plan with one step that has everything as soon as can be."""
        return self.trials.planned(undated(self._network(1.0), self.trials.lateness()))

    def gain(self, steps: float) -> float:
        return self.trials.lateness().total - self.lateness(steps).total

    def furthest(self, good: float, bad: float, holds: float, at_most: float = math.inf) -> float:
        """
        Return the most steps with which at least `holds` per step, or in all, is gained, between two numbers.

        Whole steps for a time, and otherwise a tenth of one, or a twentieth of what is found.
        """
        while bad - good > (1.0 if self.whole else max(0.1, 0.05 * good)) + 1e-9:
            middle = (good + bad) / 2
            middle = math.floor(middle) if self.whole else round(middle, 1)
            if not good < middle < bad:
                break
            if self.gain(middle) >= min(holds * middle, at_most):
                good = middle
            else:
                bad = middle
        return good

    def least(self, bad: float, good: float, enough: float) -> float:
        """Return the fewest steps with which enough is gained in all, likewise."""
        while good - bad > (1.0 if self.whole else max(0.1, 0.05 * bad)) + 1e-9:
            middle = (good + bad) / 2
            middle = math.floor(middle) if self.whole else round(middle, 1)
            if not bad < middle < good:
                break
            if self.gain(middle) >= enough:
                good = middle
            else:
                bad = middle
        return good


def undated(network: Network, now: Lateness) -> Network:
    """
    Return a network in which every order that is late now, and every objective, is needed from the start on.

    Its plan has them as soon as can be. Orders that are in time keep their dates: they are not what more is
    wanted of.
    """
    demands, objectives = network.demands, network.objectives
    late = now.backlog.sum(axis=1) > 1e-6 * np.maximum(1.0, demands.due.sum(axis=1))
    due = demands.due.copy()
    due[late] = 0.0
    due[late, 0] = demands.due[late].sum(axis=1)
    return replace(
        network,
        demands=replace(demands, due=due),
        objectives=replace(objectives, by_period=np.zeros_like(objectives.by_period)),
    )


def _dual(trials: Trials, limit: Limit, first: int) -> float:
    """Return what one small unit from a period on takes away, by the duals of the plan as it is."""
    proof, periods = trials.lateness().proof, trials.network.periods
    family = FAMILIES.get(limit.kind)
    if proof is None or family is None:
        return math.nan
    per_unit = periods.months if limit.kind in ("line rate", "minimum rate") else 1.0
    total = 0.0
    for (own, label, period), price in proof.prices[-1].items():
        name = label.partition("/")[0] if family in ("budget", "licence caps") else label
        if own == family and name == limit.name and (period >= first or period < 0):
            total += abs(price) * per_unit
    return total


def worth(trials: Trials, alone: Mapping[Limit, Floats], settings: WorthSettings) -> list[Worth]:
    """
    Find what easing each limit is worth, the one whose step takes most lateness away first.

    Parameters
    ----------
    trials
        The option, planned.
    alone : dict of limit to (K,) weighted unit-months
        What each limit gains when it alone is lifted: those that gain nothing are worth nothing.
    settings
        What is asked.
    """
    network = trials.network
    first = 0
    if settings.since is not None:
        first = min(max(network.periods.containing(settings.since), 0), network.periods.n - 1)
    limits = [limit for limit in alone if limit.kind in QUANTITIES or limit.kind in TIMES]
    duals = {limit: _dual(trials, limit, first) for limit in limits}

    def promised(limit: Limit) -> float:
        if np.isnan(duals[limit]):
            return float(alone[limit].sum())
        return min(duals[limit] * _Eased(trials, limit, first).step, float(alone[limit].sum()))

    ranked = sorted(limits, key=lambda limit: -promised(limit))[: settings.most]
    found = [_worth(trials, limit, first, float(alone[limit].sum()), duals[limit]) for limit in ranked]
    return sorted((own for own in found if own is not None), key=lambda own: -own.gain)


def _worth(trials: Trials, limit: Limit, first: int, whole: float, dual: float) -> Worth | None:
    eased = _Eased(trials, limit, first)
    gain = eased.gain(1.0)
    if not trials.notices(gain, eased.lateness(1.0).gap):
        return None
    enough = whole * (1 - NOTHING)
    good, bad, up_to, tried = 1.0, math.inf, 1.0, 1.0
    for _ in range(DOUBLINGS):
        if eased.gain(tried) >= enough or tried >= eased.longest:
            break
        tried = min(2 * tried, eased.longest)
        if math.isinf(bad):
            if eased.gain(tried) >= (1 - AS_MUCH) * gain * tried:
                good = tried
            else:
                bad = tried
    holds = (1 - AS_MUCH) * gain
    up_to = good if math.isinf(bad) else eased.furthest(good, bad, holds)
    total, most = eased.gain(tried), None
    if total >= enough:
        most = eased.least(tried / 2, tried, enough) if tried > 1 else 1.0
        total = max(total, eased.gain(most))
    elif tried >= eased.longest:
        most = tried
    step = eased.step
    return Worth(
        limit,
        unit_of(trials.network, limit),
        step,
        0 if eased.whole else first,
        eased.lateness(1.0),
        eased.soonest(),
        gain,
        up_to * step,
        None if most is None else most * step,
        total,
        dual,
    )


@dataclass(frozen=True, slots=True)
class _Rate:
    """More of an item each month, on average over some periods."""

    item: str = ""
    rate: float = 0.0
    first: int = -1
    last: int = -1


def _rate(network: Network, before: Lateness, after: Lateness) -> _Rate:
    """Return how many more of the item that gains most are there each month, and from when until when."""
    nodes = np.concatenate([network.demands.node, network.objectives.node])
    more = missing(network, before) - missing(network, after)
    by_item: dict[str, Floats] = {}
    for node, own in zip(nodes, more, strict=True):
        item = network.nodes.item[node]
        by_item[item] = by_item.get(item, np.zeros(network.periods.n)) + own
    if not by_item:
        return _Rate()
    item = max(by_item, key=lambda name: by_item[name].sum())
    own = by_item[item]
    there = np.flatnonzero(own > 1e-4 * max(1.0, own.max(initial=0.0)))
    if not there.size:
        return _Rate()
    first, last = int(there[0]), int(np.argmax(own >= own.max() * (1 - 1e-6)))
    months = (last - first + 1) * network.periods.months
    return _Rate(item, float(own[last]) / months, first, last)


def _done(network: Network, lateness: Lateness) -> int:
    """Return the period from whose end on nothing is missing; T if never."""
    short = (missing(network, lateness) > 1e-4).any(axis=0)
    late = np.flatnonzero(short)
    return int(late[-1]) + 1 if late.size else 0


def worth_table(option: str, trials: Trials, found: Iterable[Worth]) -> pd.DataFrame:
    """Return the table ``worth``."""
    network, before = trials.network, trials.lateness()
    periods = network.periods
    free = (network.investments.fixed_start < 0).any() if network.investments.fixed_start.size else False
    whole = bool(free or (network.resources.sustaining > 0).any())
    found = list(found)
    soonest = trials.planned(undated(network, before)) if found else before
    done, late, rows = _done(network, before), late_units(network, before), []
    for rank, own in enumerate(found, start=1):
        rate = _rate(undated(network, before), soonest, own.soonest)
        sooner = done - _done(network, own.lateness) if done < periods.n else 0
        units = late - late_units(network, own.lateness)
        rows.append(
            (
                option,
                rank,
                own.limit.kind,
                own.limit.name,
                own.step,
                own.unit,
                periods.first_day(own.first),
                own.gain,
                own.gain / before.total,
                units,
                rate.item,
                rate.rate,
                periods.first_day(rate.first) if rate.item else None,
                periods.last_day(rate.last) if rate.item else None,
                max(sooner, 0) * periods.months,
                own.up_to,
                math.nan if own.most is None else own.most,
                own.total,
                own.dual,
                whole,
                _sentence(periods, own, rate),
            )
        )
    columns = {name: [row[i] for row in rows] for i, name in enumerate(result_schema()["worth"])}
    return make_table("worth", columns)


def _sentence(periods: Periods, own: Worth, rate: _Rate) -> str:
    kind, unit = own.limit.kind, own.unit
    if unit == "months":
        done = "earlier" if kind == "opening date" else "longer" if kind == "licence dates" else "shorter"
        eased = f"{own.limit}: {_amount(own.step, unit)} {done}"
    else:
        word = "less" if kind == "minimum rate" else "more"
        eased = f"{own.limit}: {_amount(own.step, unit)} {word} from {_day(periods, own.first)}"
    said = f"{eased} takes away {_number(own.gain)} unit-months of lateness"
    if rate.item and rate.last == rate.first:
        said += f", {_number(rate.rate * periods.months)} {rate.item} sooner from {_day(periods, rate.first)}"
    elif rate.item:
        between = f"from {_day(periods, rate.first)} to {_day(periods, rate.last)}"
        said += f", {_number(rate.rate)} {rate.item} a month more {between}"
    if own.up_to > own.step * (1 + 1e-9):
        said += f"; every further one as much, up to {_amount(own.up_to, unit)}"
    if own.most is not None and own.most > own.step * (1 + 1e-9):
        said += f"; beyond {_amount(own.most, unit)} nothing more, {_number(own.total)} unit-months in all"
    return f"{said}."


def _number(value: float) -> str:
    """Return a number to three digits, without an exponent."""
    return f"{float(f'{value:.3g}'):,.12g}"


def _amount(value: float, unit: str) -> str:
    if unit.endswith("a year"):
        currency = unit.removesuffix(" a year")
        return f"{currency} {_number(value)} a year"
    if value == 1:
        unit = {"units": "unit", "units a month": "unit a month", "months": "month"}[unit]
    return f"{_number(value)} {unit}"


def _day(periods: Periods, t: int) -> str:
    return f"{periods.first_day(t):%B %Y}" if periods.kind == "month" else periods.label(t)
