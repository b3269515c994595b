"""
Why due dates cannot all be kept: limits that contradict each other, none of them to spare.

A member of a set is a limit of the study as people speak of it: a line in all its periods, a payer's fiscal
year, an order's date, a lead time. A set is irreducible: without any one of its members the rest can be kept.
A study whose limits cannot hold however late a plan may be is asked about those alone.

Which limits to look at is read from an elastic relaxation, in which the dates give way at a price: those with
a dual prove that something must. A deletion filter thins them out [1]_, on one live model whose bounds alone
change. Times change the model itself; they are halved until only those are left that matter. Then each
member is narrowed to the periods that it takes, and the set is asked once more of fresh models: as it stands,
and without each of its members.

References
----------
.. [1] Chinneck, J. W. (2008). *Feasibility and Infeasibility in Optimization*, Springer, chapters 6 and 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from coprod.errors import NoPlanError
from coprod.explain.limits import TIMES, Limit, lift, limits_of
from coprod.explain.remedies.live import WHOLE, Live
from coprod.network import compile_network
from coprod.plan.hard import NEEDS, hard_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from coprod.explain.remedies.live import Held, Span
    from coprod.network import Network
    from coprod.plan import PlanSettings
    from coprod.plan.hard import HardLimit
    from coprod.progress import Progress
    from coprod.study import Tables

__all__ = ["MOST", "Asked", "Conflict", "conflicts", "least_number", "narrow", "proved", "thinned"]

#: Sets that are looked for: beyond, nobody reads on.
MOST = 12

#: Limits that are asked about one by one; more are asked in blocks first.
NARROW = 60

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Conflict:
    """
    Limits that cannot all be kept.

    Attributes
    ----------
    members
        Limits and needs, each with the first and last period in which it takes part.
    times
        Lead times and dates that take part as well.
    proved
        Whether fresh models found the set infeasible as it stands, and feasible without each member.
    """

    members: Held
    times: tuple[Limit, ...]
    proved: bool


class Asked:
    """
    One option of a study, asked which of its limits can be kept together.

    Parameters
    ----------
    tables
        The study, the option applied.
    option
        Its name.
    settings
        Solver and threads.
    progress
        Told of every phase; may cancel.

    Attributes
    ----------
    dates
        Whether due dates are asked about; not where the other limits contradict each other without them.
    known : dict of Limit to HardLimit
        Every limit of any model asked: a time that is shorter may bring a licence's year that was not there.

    Raises
    ------
    NoPlanError
        If even without any limit there is no plan.
    """

    def __init__(self, tables: Tables, option: str, settings: PlanSettings, progress: Progress) -> None:
        self.option, self.settings, self.progress = option, settings, progress
        network = compile_network(tables, option)
        # The horizon is fixed: by default it follows from the lead times, and those are lifted.
        ends = pd.Timestamp(network.periods.last_day(network.periods.n - 1))
        self.tables = tables.with_settings(horizon=ends)
        self.network = network
        self.times = tuple(limit for limit in limits_of(tables, network) if limit.kind in TIMES)
        self.dates = True
        self._lives: dict[frozenset[Limit], Live] = {}
        self.known: dict[Limit, HardLimit] = {}
        live = self.live()
        needs = set(live.needs)
        if not live.feasible({limit: WHOLE for limit in live.limits if limit not in needs}, likely=True):
            self.dates = False
            self._lives.clear()
            self.known.clear()
            if not self.live().feasible({}):
                msg = "what is neither a limit nor a due date contradicts itself: no plan exists"
                raise NoPlanError(msg)

    def compiled(self, lifted: Collection[Limit] = ()) -> Network:
        """Return the study compiled with some times lifted."""
        return self.compiled_of(lift(self.tables, lifted, {})) if lifted else self.network

    def compiled_of(self, tables: Tables) -> Network:
        """Return a changed study compiled."""
        return compile_network(tables, self.option)

    def on(self, network: Network) -> Live:
        """Return a fresh live model of a network."""
        live = Live(hard_plan(network, dates=self.dates), self.settings, self.progress)
        self.known = {**live.limits, **self.known}
        return live

    def live(self, lifted: Collection[Limit] = ()) -> Live:
        """Return the live model with some times lifted; kept, for the next question about the same ones."""
        key = frozenset(lifted)
        if key not in self._lives:
            if len(self._lives) > 1:  # the model as it is, and the last one asked
                del self._lives[next(other for other in self._lives if other)]
            self._lives[key] = self.on(self.compiled(key))
        return self._lives[key]


def conflicts(asked: Asked) -> list[Conflict]:
    """
    Return sets of limits that contradict each other, no due date in two of them.

    What a plan must give up is in every one of them: whoever ends the first has the second still before him.
    """
    live = asked.live()
    held: Held = dict.fromkeys(live.limits, WHOLE)
    found: list[Conflict] = []
    while len(found) < MOST and not live.feasible(held):
        asked.progress.phase(f"limits that contradict each other: set {len(found) + 1}")
        conflict = _irreducible(asked, held)
        found.append(conflict)
        gone = [limit for limit in conflict.members if limit.kind in NEEDS] or list(conflict.members)
        held = {limit: span for limit, span in held.items() if limit not in gone}
    return found


def _irreducible(asked: Asked, held: Held) -> Conflict:
    live = asked.live()
    needs = [need for need in live.needs if need in held]
    weights = live.prices(needs, held) if needs else {}
    likely = {**weights, **dict.fromkeys(needs, 0.0)}
    if not weights or live.feasible(dict.fromkeys(likely, WHOLE)):
        likely = dict.fromkeys(held, 0.0)
    limits = sorted((limit for limit in likely if limit.kind not in NEEDS), key=lambda one: likely[one])
    # The least important need goes first, then the limits that hold back least.
    members = thinned([*reversed(needs), *limits], partial(_refused, live))
    near = _upstream(asked, members)

    def still(kept: Sequence[Limit]) -> bool:
        lifted = frozenset(asked.times) - frozenset(kept)
        return _refused(asked.live(lifted), members)

    # Mostly the times of what loads the lines of a set matter, or none.
    core = _close(asked, members, near)
    if still(core):
        near = core
    elif not still(near):  # times that seemed out of reach take part: a shorter one can move money
        near = list(asked.times)
    times = thinned(near, still)
    while True:
        lived = asked.live(frozenset(asked.times) - frozenset(times))
        spans = _narrowed(lived, dict.fromkeys(members, WHOLE))
        found = Conflict(spans, tuple(times), proved(asked, spans, times))
        if found.proved:
            return found
        # A shorter time is no relief where a line must run at its least rate: with fewer times, fewer limits.
        size = len(members) + len(times)
        members = thinned(members, partial(_refused, lived))
        times = thinned(times, still)
        if len(members) + len(times) == size:
            return found


def _refused(live: Live, kept: Sequence[Limit]) -> bool:
    return not live.feasible(dict.fromkeys(kept, WHOLE))


def thinned(items: Sequence[_T], still: Callable[[Sequence[_T]], bool]) -> list[_T]:
    """
    Return what is left when everything is left out that something else does without.

    Parameters
    ----------
    items
        What is to be thinned out, first what should go.
    still
        Whether something is still so with these alone; it is with all of them.
    """
    kept = list(items)
    if still([]):
        return []
    width = max(1, len(kept) // 8) if len(kept) > NARROW else max(1, len(kept) // 2)
    blocks = [kept[begin : begin + width] for begin in range(0, len(kept), width)][::-1]
    while blocks:
        block = blocks.pop()
        fewer = [item for item in kept if item not in block]
        if still(fewer):
            kept = fewer
        elif len(block) > 1:
            half = len(block) // 2
            blocks += [block[half:], block[:half]]
    return kept


def _upstream(asked: Asked, members: Collection[Limit]) -> list[Limit]:
    """Return the times of what leads to the needs of a set; all of them where it is about something else."""
    network, needs = asked.network, {limit.name for limit in members if limit.kind in NEEDS}
    plain = ("line rate", "licence cap", "lane capacity", "material", *NEEDS)
    if not needs or any(limit.kind not in plain for limit in members):
        return list(asked.times)
    nodes = np.zeros(len(network.nodes.item), dtype=bool)
    for block in (network.demands, network.objectives):
        nodes[block.node[[name in needs for name in block.name]]] = True
    activities, material = network.activities, network.material
    takes = (material.coefficient < 0).any(axis=1)
    used = np.zeros(len(activities.key), dtype=bool)
    while True:
        used[: activities.node.size] = (activities.node >= 0) & nodes[activities.node]
        reached = nodes.copy()
        reached[material.row[takes & used[material.column]]] = True
        if (reached == nodes).all():
            break
        nodes = reached
    flows = activities.n_processes + activities.n_lanes
    names = {activities.key[a] for a in np.flatnonzero(used[:flows])}
    names |= {key.split("/")[0] for key in names if "/" in key}
    names |= {
        network.licences[activities.licence[a]] for a in np.flatnonzero(used) if activities.licence[a] >= 0
    }
    return [limit for limit in asked.times if limit.kind == "build time" or limit.name in names]


def _close(asked: Asked, members: Collection[Limit], near: Sequence[Limit]) -> list[Limit]:
    """Return the times of what loads or widens a set's lines, or makes or sends what it needs last."""
    network, names = asked.network, {limit.name for limit in members}
    activities, loads, expansions = network.activities, network.loads, network.expansions
    lines = np.array([name in names for name in network.resources.name], dtype=bool)
    own = np.zeros(len(activities.key), dtype=bool)
    own[loads.column[lines[loads.row]]] = True
    own[activities.investments.start + expansions.investment[lines[expansions.resource]]] = True
    nodes = np.zeros(len(network.nodes.item), dtype=bool)
    for block in (network.demands, network.objectives):
        nodes[block.node[[name in names for name in block.name]]] = True
    own |= (activities.node >= 0) & nodes[activities.node]
    keys = {activities.key[a] for a in np.flatnonzero(own)}
    keys |= {key.split("/")[0] for key in keys if "/" in key}
    return [limit for limit in near if limit.name in keys]


def _narrowed(live: Live, members: Held) -> Held:
    """Return a set that is still infeasible with as few periods of each member as it takes."""
    spans = dict(members)

    def still(limit: Limit, span: Span) -> bool:
        return not live.feasible({**spans, limit: span})

    latest = 2**31
    # The rows of these depend on lead times: they are other ones where a time is lifted.
    narrowed = [limit for limit in members if limit.kind not in ("minimum rate", "lane capacity")]
    for limit in sorted(narrowed, key=lambda one: one.kind not in NEEDS):
        periods = live.limits[limit].periods
        first, last = int(periods.min()), int(periods.max())
        if first < 0:
            continue
        holds = partial(still, limit)
        if limit.kind in NEEDS:
            span = (first, first) if holds((first, first)) else narrow(first, last, holds)
            latest = span[1]
        else:
            if first <= latest < last and holds((first, latest)):
                last = latest
            span = narrow(first, last, holds)
        spans[limit] = span
    return spans


def narrow(first: int, last: int, holds: Callable[[Span], bool]) -> Span:
    """Return the periods with which something still holds; it does with all from `first` to `last`."""
    end = least_number(first, last, lambda t: holds((first, t)))
    begin = -least_number(-end, -first, lambda t: holds((-t, end)))
    return begin, end


def least_number(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """
    Return the least number from `low` to `high` of which something holds.

    It holds of `high`, which is not asked, and of every number above one of which it does.
    """
    step = 1
    while high > low:  # mostly near its upper end: steps that grow, then halves
        trial = max(low, high - step)
        if not holds(trial):
            low = trial + 1
            break
        high, step = trial, 2 * step
    while high > low:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return high


def proved(asked: Asked, members: Held, times: Sequence[Limit]) -> bool:
    """Whether fresh models find a set infeasible as it stands, and feasible without each member."""
    lifted = frozenset(asked.times) - frozenset(times)
    network = asked.compiled(lifted)
    if asked.on(network).feasible(members):
        return False
    for limit in members:
        fresh = asked.on(network)
        rest = {other: span for other, span in members.items() if other != limit}
        if not fresh.feasible(rest, likely=True) or fresh.doubted:
            return False
    for limit in times:
        fresh = asked.on(asked.compiled(lifted | {limit}))
        if not fresh.feasible(members, likely=True) or fresh.doubted:
            return False
    return True
