"""Lines: rates by period, minimum sustaining rates, fixed cost, and what builds add."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from coprod.network.activities import ramp_periods, sunk_builds
from coprod.network.network import Expansions, Resources

if TYPE_CHECKING:
    from coprod.network.network import Activities, Arcs
    from coprod.network.parts import Parts

    Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

__all__ = ["expansions", "resources", "with_windows"]


def resources(parts: Parts, warnings: list[str]) -> Resources:
    """Compile the lines; the windows of sustaining rates are left open (see `with_windows`)."""
    rows, periods = parts.tables.active("resources"), parts.periods
    names, T = list(rows["resource"]), parts.periods.n
    rate = parts.figures.over_time("resources", "rate_per_month", rows, names)
    most = parts.figures.over_time("resources", "maximum_rate_per_month", rows, names)
    capacity = np.nan_to_num(np.fmin(rate, most) * periods.months, nan=np.inf)
    sustaining = parts.figures.over_time("resources", "minimum_sustaining_rate_per_month", rows, names)
    fixed = parts.figures.over_time("resources", "fixed_cost_per_month", rows, names)
    base = np.array([parts.money.to_base(1.0, currency) for currency in rows["currency"]]).reshape(-1, 1)
    ramping, reopened = np.zeros((len(names), T), dtype=bool), np.zeros((len(names), T), dtype=bool)
    number_of = {name: r for r, name in enumerate(names)}
    t, sunk = np.arange(T), sunk_builds(parts)
    for k, (widened, adds) in enumerate(
        zip(parts.sunk["resource"], parts.sunk["adds_rate_per_month"], strict=True)
    ):
        first, last = int(sunk.complete[k]), int(sunk.full_rate[k])
        for name in widened:
            if name not in number_of or adds <= 0:
                continue
            r = number_of[name]
            capacity[r] += adds * periods.months * np.clip((t - first + 1) / (last - first + 1), 0.0, 1.0)
            ramping[r] |= (t >= first) & (t <= last)
            if 0 <= first < T:
                reopened[r, first] = True
    for r, name in enumerate(names):
        above = np.nanmax(rate[r] - most[r], initial=0.0)
        if above > 0:
            warnings.append(f"rate of {name} exceeds its maximum by {above:g} a month: the maximum counts")
    return Resources(
        tuple(names),
        tuple(rows["site"]),
        capacity,
        np.nan_to_num(sustaining) * periods.months,
        np.tile(np.array([0, T - 1], dtype=np.int64), (len(names), 1)),
        ramping,
        reopened,
        np.nan_to_num(fixed) * periods.months * base,
        rows["economic_rate_per_month"].to_numpy(dtype=float),
    )


def expansions(parts: Parts, number_of: dict[str, int]) -> Expansions:
    """Compile what one build of each investment adds to each line it names."""
    found: list[tuple[int, int, float, int]] = []
    builds = parts.investments
    for e, (widened, adds, ramp) in enumerate(
        zip(builds["resource"], builds["adds_rate_per_month"], builds["ramp_months"], strict=True)
    ):
        found.extend(
            (number_of[name], e, adds * parts.periods.months, ramp_periods(parts, ramp))
            for name in widened
            if name in number_of and adds > 0
        )
    columns = list(zip(*found, strict=True)) or [(), (), (), ()]
    return Expansions(
        np.array(columns[0], dtype=np.int64),
        np.array(columns[1], dtype=np.int64),
        np.array(columns[2], dtype=float),
        np.array(columns[3], dtype=np.int64),
    )


def with_windows(
    found: Resources, activities: Activities, loads: Arcs, earliest_start: Ints, useful: Ints
) -> Resources:
    """
    Return the lines with the window in which a sustaining rate's row holds.

    From the first period in which a start of this study can load the line to the last in which a load can
    still reach a need.

    Parameters
    ----------
    found
        The lines.
    activities, loads
        See the network.
    earliest_start : (A,)
        First possible start; T where there is none.
    useful : (N,)
        Last period in which a unit arriving at a node can still reach a need; -1 where none.
    """
    T = found.capacity.shape[1]
    flows = activities.n_processes + activities.n_lanes
    first = np.full(len(found.name), T, dtype=np.int64)
    last = np.full(len(found.name), -1, dtype=np.int64)
    own = (loads.column < flows) & (loads.coefficient > 0).any(axis=1)
    own[own] &= earliest_start[loads.column[own]] < T
    r, a, lag = loads.row[own], loads.column[own], loads.lag[own]
    np.minimum.at(first, r, earliest_start[a] + lag)
    # What is loaded `lag` after its start arrives lead - lag later.
    np.maximum.at(last, r, useful[activities.node[a]] - activities.lag[a] + lag)
    return replace(found, window=np.stack([first, last], axis=1))
