"""
Cures within an option: how far one limit must give way for every due date to be kept, or several together.

A single limit can only be a cure if it takes part in every set of limits that contradict each other. Where
none is enough, a combination of limits is taken from the elastic relaxation, the least in relative terms, and
thinned out: whatever the rest can do without is left out. Later dates are a combination of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from coprod.explain.limits import TIMES, Limit, moved, time_of
from coprod.explain.remedies.infeasible import Asked, least_number, narrow, thinned
from coprod.explain.remedies.live import WHOLE, Ease
from coprod.plan.hard import NEEDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.explain.remedies.infeasible import Conflict
    from coprod.explain.remedies.live import Live, Span
    from coprod.network import Network
    from coprod.study import Tables

__all__ = ["Cure", "Part", "combined", "ease_of", "kept_with", "limits_together", "single"]

#: Added to a least easing, relative, so that it is enough in spite of a solver's tolerance.
ENOUGH = 1e-6

#: Steps of the search for a least share of the work.
HALVINGS = 14


@dataclass(frozen=True, slots=True)
class Part:
    """
    One change of a cure.

    Attributes
    ----------
    limit
        What gives way; of an investment that is made or left out the kind ``investment``.
    by
        How far: a rate per month, units or money more (of a floor or a least rate, less); periods later,
        shorter or sooner; builds, -1 for one left out; a fraction of the work less.
    first, last
        Periods in which a rate is higher; of a material, `first` is when it is there; -1 where it is for the
        whole plan.
    """

    limit: Limit
    by: float
    first: int = -1
    last: int = -1


@dataclass(frozen=True, slots=True)
class Cure:
    """
    Changes with which every due date is kept: asked again of a plan made anew before it is told.

    Attributes
    ----------
    parts
        The changes; none of them to spare.
    cost : base currency, price year, or None
        Where the study prices every change.
    """

    parts: tuple[Part, ...]
    cost: float | None = None


def single(asked: Asked, sets: Sequence[Conflict]) -> list[Cure]:
    """Return a cure for each limit that ends every conflict by itself."""
    common = [
        limit
        for limit in (*sets[0].members, *sets[0].times)
        if all(limit in other.members or limit in other.times for other in sets)
    ]
    found = []
    for limit in common:
        asked.progress.phase(f"cures: {limit}")
        part = _least_alone(asked, limit)
        if part is not None and kept_with(asked, [part]):
            found.append(Cure((part,)))
    return found


def _least_alone(asked: Asked, limit: Limit) -> Part | None:
    live = asked.live()
    if limit in live.limits and live.limits[limit].slack >= 0:
        amounts = live.least({limit: 1.0 / live.limits[limit].size})
        return None if amounts is None else _timed(live, limit, amounts[limit])
    if limit.kind in NEEDS:
        most = live.latest(limit)
        if most < 1 or not live.feasible(eased=[Ease(limit, most)]):
            return None
        return Part(limit, least_number(1, most, lambda n: live.feasible(eased=[Ease(limit, n)])))
    return _least_time(asked, limit)


def _timed(live: Live, limit: Limit, amount: float) -> Part | None:
    """Return a least easing in only those periods that need it; None if it is not enough after all."""
    own = live.limits[limit]
    by = amount * (1 + ENOUGH)
    first, last = int(own.periods.min()), int(own.periods.max())
    if not live.feasible(eased=[Ease(limit, by, first, last)]):
        return None
    if limit.kind == "material":
        # As late as the more of it may come.
        first = -least_number(-last, -first, lambda t: live.feasible(eased=[Ease(limit, by, -t)]))
        return Part(limit, by, first)
    if first < 0 or first == last:
        return Part(limit, by, first, last)
    span = narrow(first, last, lambda span: live.feasible(eased=[Ease(limit, by, *span)]))
    return Part(limit, by, *span)


def _least_time(asked: Asked, limit: Limit) -> Part | None:
    """Return by how little a time must be shorter, a date sooner or a share smaller."""
    if limit.kind == "work share":
        return _least_share(asked, limit)

    def enough(sign: int, by: int) -> bool:
        return kept_with(asked, [Part(limit, sign * by)])

    ways = {1: _most(asked, limit)}
    if limit.kind == "build date":
        own = asked.live().limits[limit]
        start = int(own.periods[own.values > 0].min())
        ways = {1: asked.network.periods.n - 1 - start, -1: start}
    for sign, most in ways.items():
        ahead = partial(enough, sign)
        if most >= 1 and ahead(most):
            return Part(limit, sign * least_number(1, most, ahead))
    # A dated build that no other date helps is left out.
    return Part(Limit("investment", limit.name), -1.0) if limit.kind == "build date" else None


def _most(asked: Asked, limit: Limit) -> int:
    """Return by how many periods a time can be shorter, or a date sooner."""
    periods, days = asked.network.periods, time_of(asked.tables, limit)
    # A build that takes no time may still have an earliest date.
    return periods.lag(days) if days and limit.kind != "build time" else periods.n


def _times_together(asked: Asked, sets: Sequence[Conflict]) -> Cure | None:
    """Return times that must be shorter together, thinned out, and the limits that must give way besides."""
    inside = [limit for found in sets for limit in found.times]
    by: dict[Limit, int] = {}

    def made(changes: dict[Limit, int]) -> Live:
        tables = asked.tables
        for limit, n in changes.items():
            if n:
                tables = moved(tables, limit, asked.network.periods, n)
        return asked.on(asked.compiled_of(tables))

    def enough(changes: dict[Limit, int]) -> bool:
        live = made(changes)
        held = {limit: WHOLE for limit, own in live.limits.items() if own.slack < 0}
        return live.feasible(held, likely=True)

    def together(kept: Sequence[Limit]) -> bool:
        return enough({limit: by[limit] for limit in kept})

    # The times of the sets first; others may take part as well, for they were lifted when these were found.
    for times in (inside, asked.times):
        by = {limit: _most(asked, limit) for limit in times}
        if by and enough(by):
            break
    else:
        return None
    by = {limit: by[limit] for limit in thinned(list(by), together)}

    def so_much(limit: Limit, n: int) -> bool:
        return enough({**by, limit: n})

    for limit in list(by):
        by[limit] = least_number(1, by[limit], partial(so_much, limit))
    parts = tuple(Part(limit, n) for limit, n in by.items())
    live = made(by)
    if live.feasible(likely=True):
        return Cure(parts)
    besides = limits_together(asked, live)
    return None if besides is None else Cure((*parts, *besides.parts))


def _least_share(asked: Asked, limit: Limit) -> Part | None:
    share = float(asked.live().limits[limit].values[0])
    low, high = 0.0, share
    if not kept_with(asked, [Part(limit, share)]):
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if kept_with(asked, [Part(limit, middle)]) else (middle, high)
    return Part(limit, high)


def combined(asked: Asked, sets: Sequence[Conflict], alone: Sequence[Cure]) -> list[Cure]:
    """
    Return combinations for where no single limit is enough: of limits, and of later dates; of times where
    neither helps.
    """
    found: list[Cure | None] = []
    dates = [part.limit.kind in NEEDS for cure in alone for part in cure.parts]
    if all(dates):
        asked.progress.phase("cures: limits together")
        found.append(limits_together(asked, asked.live()))
    if asked.dates and not any(dates):
        asked.progress.phase("cures: later dates")
        later = _later(asked.live())
        found.append(Cure(tuple(later)) if later else None)
    if not alone and not any(found):
        asked.progress.phase("cures: times together")
        found.append(_times_together(asked, sets))
    told = {frozenset(part.limit for part in cure.parts) for cure in alone}
    return [
        cure
        for cure in found
        if cure is not None
        and frozenset(part.limit for part in cure.parts) not in told
        and kept_with(asked, cure.parts)
    ]


def limits_together(asked: Asked, live: Live) -> Cure | None:
    """Return the least combination of limits, thinned out; with later dates for what no limit can end."""
    price = {limit: 1.0 / own.size for limit, own in live.limits.items() if own.slack >= 0}
    later: list[Part] = []
    amounts = live.least(price) if price else None
    if amounts is None and asked.dates:
        # Some dates cannot be kept whatever limit gives way: they come later first.
        later = _later(live, free=tuple(price)) or []
        amounts = live.least(price, eased=ease_of(later)) if price and later else None
    if amounts is None:
        return None
    first = amounts
    used = sorted(
        (limit for limit in first if first[limit] * price[limit] > 1e-7),
        key=lambda one: -first[one] * price[one],
    )
    eases = ease_of(later)

    def enough(kept: Sequence[Limit]) -> bool:
        return live.least({limit: price[limit] for limit in kept}, eased=eases) is not None

    support = thinned(used, enough)
    if not support:
        return Cure(tuple(later)) if later else None
    amounts = live.least({limit: price[limit] for limit in support}, eased=eases)
    assert amounts is not None
    return Cure((*_timed_together(live, amounts, eases), *later))


def _timed_together(live: Live, amounts: dict[Limit, float], eases: list[Ease]) -> list[Part]:
    """Return the easings of a combination, each in only those periods that need it."""
    parts = {}
    for limit, amount in amounts.items():
        own = live.limits[limit]
        whole = limit.kind == "material"
        first, last = int(own.periods.min()), -1 if whole else int(own.periods.max())
        parts[limit] = Part(limit, amount * (1 + ENOUGH), 0 if whole else first, last)

    def enough(limit: Limit, span: Span) -> bool:
        now = {**parts, limit: replace(parts[limit], first=span[0], last=span[1])}
        return live.feasible(eased=[*eases, *ease_of(list(now.values()))])

    for limit, part in parts.items():
        span = (part.first, part.last)
        if part.first < part.last and enough(limit, span):
            span = narrow(*span, partial(enough, limit))
            parts[limit] = replace(part, first=span[0], last=span[1])
    return list(parts.values())


def _later(live: Live, free: Sequence[Limit] = ()) -> list[Part] | None:
    """
    Return by how much dates must be later, the most important least; None if no dates within the horizon are
    late enough.

    Limits that are `free` are not held.
    """
    held = {limit: WHOLE for limit in live.limits if limit not in free}
    shifts = {need: live.latest(need) for need in live.needs}

    def enough(later: dict[Limit, int]) -> bool:
        return live.feasible(held, [Ease(need, n) for need, n in later.items() if n > 0])

    def one_later(need: Limit, n: int) -> bool:
        return enough({**shifts, need: n})

    if not enough(shifts):
        return None
    for need, most in list(shifts.items()):
        if most > 0:  # mostly it keeps its date
            kept = one_later(need, 0)
            shifts[need] = 0 if kept else least_number(1, most, partial(one_later, need))
    return [Part(need, n) for need, n in shifts.items() if n > 0]


def ease_of(parts: Sequence[Part]) -> list[Ease]:
    """Return the changes that are easings of a live model's limits."""
    return [Ease(part.limit, part.by, part.first, 2**31 if part.last < 0 else part.last) for part in parts]


def kept_with(asked: Asked, parts: Sequence[Part]) -> bool:
    """Whether every limit and due date can be kept with some changes, asked of a plan made anew."""
    tables, network = asked.tables, asked.network
    in_tables = [
        part for part in parts if part.limit.kind in (*TIMES, "build date", "work share", "investment")
    ]
    for part in in_tables:
        tables = changed(tables, part, network)
    if in_tables:
        network = asked.compiled_of(tables)
    live = asked.on(network)
    eases = ease_of([part for part in parts if part not in in_tables])
    return live.feasible(eased=eases, likely=True) and not live.doubted


def changed(tables: Tables, part: Part, network: Network) -> Tables:
    """Return the study with one change of a time, a share of the work or an investment in its tables."""
    limit = part.limit
    if limit.kind == "investment":
        frame = tables["investments"].copy()
        frame.loc[frame["investment"] == limit.name, "active"] = part.by > 0
        return tables.replace("investments", frame)
    if limit.kind == "work share":
        frame = tables["licences"].copy()
        own = frame["licence"] == limit.name
        frame.loc[own, "minimum_work_share"] -= part.by
        return tables.replace("licences", frame)
    return moved(tables, limit, network.periods, round(part.by))
