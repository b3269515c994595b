"""Capacity of lines and lanes, and the rule that a line below its minimum sustaining rate closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.rows.block import RowBlock, expand

if TYPE_CHECKING:
    from coprod.network.network import Network
    from coprod.plan.variables import Columns

__all__ = ["capacity", "closing", "keeping", "largest_use", "line_is_open", "sustaining"]


def _labels(network: Network, r: np.ndarray) -> list[str]:
    return [network.resources.name[i] for i in r]


def _builds_lag(network: Network) -> np.ndarray:
    activities = network.activities
    return activities.lag[activities.investments][network.expansions.investment]


def capacity(network: Network, columns: Columns) -> RowBlock:
    """
    Capacity of line r in period t: ``sum_p u[p,r]*x[p,t-o_pr] <= C0[r,t] + sum_e sum_tau
    ramp_e(t-tau-L_e)*y[e,tau]``.

    A build started in tau gives ``k/n`` of what it adds in period ``tau + L + k - 1`` of its ramp of n
    periods; over the cumulative builds Y that is ``adds/n * sum_{k=0}^{n-1} Y[e, t - L - k]``.
    """
    T = network.periods.n
    limited = np.isfinite(network.resources.capacity)
    r, t = np.nonzero(limited)
    rows = np.full(limited.shape, -1, dtype=np.int64)
    rows[r, t] = np.arange(r.size)
    block = RowBlock(
        "capacity", _labels(network, r), t, np.full(r.size, -np.inf), network.resources.capacity[r, t].copy()
    )
    activities = network.activities
    use = expand(network.loads, columns, activities.n_processes + activities.n_lanes, T)
    block.add(rows[use.row, use.time], use.column, use.value)
    expansions = network.expansions
    for pair, lag in enumerate(_builds_lag(network)):
        resource, investment, n = (
            expansions.resource[pair],
            expansions.investment[pair],
            int(expansions.ramp[pair]),
        )
        for shift in range(int(lag), min(int(lag) + n, T)):
            begin = max(0, shift)
            block.add(
                rows[resource, begin:],
                columns.built[investment, begin - shift : T - shift],
                -expansions.adds[pair] / n,
            )
    return block


def largest_use(network: Network) -> np.ndarray:
    """
    Return an upper bound on the use of each line per period, shape (R, T): all builds complete, or what its
    loads could need.

    For big-M rows; finite.
    """
    bound = network.resources.capacity.copy()
    builds = network.investments.max_builds[network.expansions.investment].astype(float)
    np.add.at(bound, network.expansions.resource, (builds * network.expansions.adds)[:, None])
    needed = np.zeros_like(bound)
    T = network.periods.n
    loads, upper = network.loads, network.activities.upper
    for k in range(loads.row.size):
        lag = int(loads.lag[k])
        if lag < T:
            needed[loads.row[k], lag:] += (loads.coefficient[k] * upper[loads.column[k]])[: T - lag]
    return np.where(np.isfinite(bound), bound, needed)


def line_is_open(network: Network, columns: Columns) -> RowBlock:
    """A closed line makes nothing: ``use[r,t] <= M[r,t]*z[r,t]`` for lines with a minimum sustaining rate."""
    T = network.periods.n
    r, t = np.nonzero(columns.open >= 0)
    rows = np.full(columns.open.shape, -1, dtype=np.int64)
    rows[r, t] = np.arange(r.size)
    block = RowBlock("line is open", _labels(network, r), t, np.full(r.size, -np.inf), np.zeros(r.size))
    activities = network.activities
    use = expand(network.loads, columns, activities.n_processes + activities.n_lanes, T)
    block.add(rows[use.row, use.time], use.column, use.value)
    block.add(rows[r, t], columns.open[r, t], -np.maximum(largest_use(network)[r, t], 1e-9))
    return block


def sustaining(network: Network, columns: Columns) -> RowBlock:
    """
    Minimum sustaining rate: ``use[r,t] >= MSR[r,t]*z[r,t]`` inside the line's window, and not while a build
    on it ramps.

    A ramping build (started in ``tau``, ramping in ``tau + L ... tau + L + n - 1``) takes the row back by
    ``MSR[r,t]``.
    """
    T, resources = network.periods.n, network.resources
    periods = np.arange(T)
    window = (periods >= resources.window[:, :1]) & (periods <= resources.window[:, 1:])
    r, t = np.nonzero((columns.open >= 0) & window & (resources.sustaining > 0) & ~resources.sunk_ramp)
    rows = np.full(columns.open.shape, -1, dtype=np.int64)
    rows[r, t] = np.arange(r.size)
    block = RowBlock("sustaining", _labels(network, r), t, np.zeros(r.size), np.full(r.size, np.inf))
    activities = network.activities
    use = expand(network.loads, columns, activities.n_processes + activities.n_lanes, T)
    block.add(rows[use.row, use.time], use.column, use.value)
    block.add(rows[r, t], columns.open[r, t], -resources.sustaining[r, t])
    expansions = network.expansions
    for pair, lag in enumerate(_builds_lag(network)):
        resource, investment, n = (
            expansions.resource[pair],
            expansions.investment[pair],
            int(expansions.ramp[pair]),
        )
        begun, over = int(lag), int(lag) + n  # Y[t - L] - Y[t - L - n] builds are ramping in t
        for shift, sign in ((begun, 1.0), (over, -1.0)):
            if shift < T:
                values = sign * resources.sustaining[resource, shift:]
                block.add(rows[resource, shift:], columns.built[investment, : T - shift], values)
    return block


def closing(network: Network, columns: Columns) -> RowBlock:
    """
    Once closed a line stays closed until a build on it completes: ``z[r,t] <= z[r,t-1] + sum_e y[e,t-L_e]``.

    It is open before the study (``z[r,-1] = 1``). A sunk build that completes in t takes the row away.
    """
    T, resources = network.periods.n, network.resources
    r, t = np.nonzero((columns.open >= 0) & ~resources.sunk_reopen)
    rows = np.full(columns.open.shape, -1, dtype=np.int64)
    rows[r, t] = np.arange(r.size)
    upper = np.where(t == 0, 1.0, 0.0)
    block = RowBlock("closing", _labels(network, r), t, np.full(r.size, -np.inf), upper)
    block.add(rows[r, t], columns.open[r, t], 1.0)
    later = t > 0
    block.add(rows[r[later], t[later]], columns.open[r[later], t[later] - 1], -1.0)
    for pair, lag in enumerate(_builds_lag(network)):
        resource, investment = network.expansions.resource[pair], network.expansions.investment[pair]
        for shift, sign in ((int(lag), -1.0), (int(lag) + 1, 1.0)):
            if shift < T:
                block.add(rows[resource, shift:], columns.built[investment, : T - shift], sign)
    return block


def keeping(network: Network, columns: Columns) -> RowBlock:
    """Outside its window a line keeps its state: ``z[r,t] >= z[r,t-1]`` (a build may still open it)."""
    resources = network.resources
    r, t = np.nonzero(columns.open >= 0)
    outside = (t < resources.window[r, 0]) | (t > resources.window[r, 1])
    r, t = r[outside], t[outside]
    lower = np.where(t == 0, 1.0, 0.0)
    block = RowBlock("keeping", _labels(network, r), t, lower, np.full(r.size, np.inf))
    rows = np.arange(r.size)
    block.add(rows, columns.open[r, t], 1.0)
    later = t > 0
    block.add(rows[later], columns.open[r[later], t[later] - 1], -1.0)
    return block
