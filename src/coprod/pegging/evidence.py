"""What stood in the way of a lot before it started: full lines, gates, lead times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coprod.network.reach import earliest_start

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from coprod.network.network import Network
    from coprod.pegging.flows import Lots

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]

__all__ = ["Evidence", "Full", "evidence"]


@dataclass(frozen=True, slots=True)
class Full:
    """Periods in which a line (or lane) was full; `count` of them, `first` to `last`; none of "" ."""

    name: str
    count: int
    first: int
    last: int


NEVER = Full("", 0, -1, -1)


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What a plan's tables tell of each activity.

    Attributes
    ----------
    names : length R + F
        Lines, then lanes.
    full : (R + F, T) bool
        Whether it is full in the period.
    run : (R + F, T) int
        How many periods on end it has been full by then, this one included.
    loaded : by activity
        Its lines (its own number, for a lane) and after how many periods it loads them.
    earliest : (A,) int
        First period in which it can start at all, the lead-time pass.
    gate : (A,) int
        Period in which the last of the plan's builds that it waits for is complete; 0 where there is none.
    opener : by activity
        That build.
    """

    names: tuple[str, ...]
    full: Bools
    run: Ints
    loaded: Mapping[int, tuple[tuple[int, int], ...]]
    earliest: Ints
    gate: Ints
    opener: Mapping[int, str]

    def between(self, activity: int, begin: int, end: int) -> Full:
        """Return the fullest of an activity's lines, for starts in the periods begin … end - 1."""
        best = NEVER
        for line, lag in self.loaded.get(activity, ()):
            low, high = max(0, begin + lag), min(end + lag, self.full.shape[1])
            periods = low + np.flatnonzero(self.full[line, low:high])
            if periods.size > best.count:
                best = Full(self.names[line], periods.size, int(periods[0]), int(periods[-1]))
        return best

    def before(self, activity: int, start: int) -> Full:
        """Return the longest run of periods in which a line of it was full, up to a start."""
        best = NEVER
        for line, lag in self.loaded.get(activity, ()):
            last = min(start + lag, self.full.shape[1] - 1)
            last -= not self.full[line, last]
            count = int(self.run[line, last]) if last >= 0 else 0
            if count > best.count:
                best = Full(self.names[line], count, last - count + 1, last)
        return best

    def runs(self, lots: Lots) -> Ints:
        """Return the length of `before` for every lot, (M,)."""
        known: dict[tuple[int, int], int] = {}
        for pair in set(zip(lots.activity.tolist(), lots.start.tolist(), strict=True)):
            known[pair] = self.before(*pair).count
        pairs = zip(lots.activity.tolist(), lots.start.tolist(), strict=True)
        return np.array([known[pair] for pair in pairs], dtype=np.int64)


def evidence(network: Network, tables: Mapping[str, pd.DataFrame], full_share: float) -> Evidence:
    """
    Read a plan's full lines and lanes, and what each activity had to wait for.

    A line without any capacity in a period (a shutdown) counts as full if it had some before.

    Parameters
    ----------
    network, tables
        The study and its plan's tables.
    full_share
        Share of its capacity at which a line counts as full.
    """
    activities, resources, T = network.activities, network.resources, network.periods.n
    R, F, P = len(resources.name), activities.n_lanes, activities.n_processes
    full = np.zeros((R + F, T), dtype=bool)
    loads = tables["loads"]
    if R:
        use = loads["use"].to_numpy(dtype=float).reshape(R, T)
        capacity = loads["capacity"].to_numpy(dtype=float).reshape(R, T)
        had = np.logical_or.accumulate(capacity > 0, axis=1)
        full[:R] = had & (use >= full_share * capacity)  # blank capacity is unlimited, and never full
    number = {key: R + f for f, key in enumerate(activities.key[activities.lanes])}
    period = {np.datetime64(day, "s"): t for t, day in enumerate(network.periods.first_days)}
    sent = tables["shipments"]
    keys = zip(sent["item"], sent["from_site"], sent["to_site"], strict=True)
    days = sent["period"].to_numpy().astype("datetime64[s]")
    for key, day, quantity in zip(keys, days, sent["quantity"], strict=True):
        lane = number["/".join(key)]
        full[lane, period[day]] = quantity >= full_share * activities.limit[P + lane - R, period[day]]
    run = np.zeros((R + F, T), dtype=np.int64)
    for t in range(T):
        run[:, t] = np.where(full[:, t], 1 + (run[:, t - 1] if t else 0), 0)
    loaded: dict[int, list[tuple[int, int]]] = {P + f: [(R + f, 0)] for f in range(F)}
    for line, column, lag in zip(network.loads.row, network.loads.column, network.loads.lag, strict=True):
        loaded.setdefault(int(column), []).append((int(line), int(lag)))
    gate, opener = _gates(network, tables["builds"])
    names = (*resources.name, *activities.key[activities.lanes])
    pairs = {column: tuple(own) for column, own in loaded.items()}
    return Evidence(names, full, run, pairs, earliest_start(network), gate, opener)


def _gates(network: Network, builds: pd.DataFrame) -> tuple[Ints, dict[int, str]]:
    """Return when the last build that an activity waits for is complete, and which that is."""
    periods, name = network.periods, network.investments.name
    done: dict[str, int] = {}
    own = builds[~builds["sunk"]]
    for investment, day in zip(own["investment"], own["complete"], strict=True):
        done[investment] = min(done.get(investment, periods.n), periods.containing(day.date()))
    gate = np.zeros(len(network.activities.key), dtype=np.int64)
    opener: dict[int, str] = {}
    for column, e in zip(network.gates.column.tolist(), network.gates.investment.tolist(), strict=True):
        if done.get(name[e], 0) > gate[column]:
            gate[column], opener[column] = done[name[e]], name[e]
    return gate, opener
