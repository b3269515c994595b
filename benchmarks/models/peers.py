"""
The plan's linear core as users of Pyomo, PuLP and linopy write it: from the same figures, in loops or arrays.

All three minimise the weighted sum of backlog-months, shortfall-months and discounted cost, and solve with
HiGHS at their usual settings. A study of `benchmarks.models.programme` without builds is all they know:
orders, stock objectives, capacities, lanes, lags and costs; no licences, budgets, sustaining rates or gates.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from coprod.network import Network


@dataclass
class Figures:
    """What a user would have in dictionaries before writing a model; all by (index, period)."""

    T: int
    starts: list[tuple[int, int]]
    cost: dict[tuple[int, int], float]
    most: dict[tuple[int, int], float]
    balance: dict[tuple[int, int], list[tuple[tuple[int, int], float]]]
    supply: np.ndarray
    holding: np.ndarray
    low: np.ndarray
    high: np.ndarray
    use: dict[tuple[int, int], list[tuple[tuple[int, int], float]]]
    capacity: np.ndarray
    due: np.ndarray
    demand_node: list[int]
    level: np.ndarray
    objective_node: list[int]
    behind: np.ndarray
    short: np.ndarray
    constant: float


def weight_of_needs(network: Network) -> float:
    """Return what a unit-month late or short costs in the one sum: three times the dearest unit."""
    return 3.0 * float(np.max(network.nodes.unit_value, initial=1.0))


def figures(network: Network, weight: float) -> Figures:
    """Take the figures out of a network; what the peers do not model must not be in it."""
    assert not network.caps.name
    assert not network.budgets.payer.size
    assert not network.work_shares.party
    assert not (network.resources.sustaining > 0).any()
    activities, T = network.activities, network.periods.n
    assert activities.n_investments == 0
    flows = activities.n_processes + activities.n_lanes
    starts = [(a, t) for a in range(flows) for t in np.flatnonzero(activities.allowed[a]).tolist()]
    ordered = np.maximum(np.arange(T)[None, :] - activities.admin_lag[:flows, None], 0)
    cost = activities.unit_cost[:flows] * network.discount[ordered]

    def spread(arcs):
        terms = defaultdict(list)
        for k in range(arcs.row.size):
            row, column, lag = int(arcs.row[k]), int(arcs.column[k]), int(arcs.lag[k])
            for t in range(T - lag):
                if arcs.coefficient[k, t] and activities.allowed[column, t]:
                    terms[row, t + lag].append(((column, t), float(arcs.coefficient[k, t])))
        return terms

    supply = network.nodes.receipts.copy()
    supply[:, 0] += network.nodes.opening
    months = network.periods.months
    counted = np.arange(T) >= network.objectives.by_period[:, None]
    return Figures(
        T=T,
        starts=starts,
        cost={(a, t): float(cost[a, t]) for a, t in starts},
        most={(a, t): float(activities.limit[a, t]) for a, t in starts},
        balance=spread(network.material),
        supply=supply,
        holding=network.nodes.holding_cost * network.discount,
        low=network.nodes.minimum,
        high=network.nodes.maximum,
        use=spread(network.loads),
        capacity=network.resources.capacity,
        due=network.demands.due,
        demand_node=network.demands.node.tolist(),
        level=network.objectives.level,
        objective_node=network.objectives.node.tolist(),
        behind=weight * network.demands.weight[:, None] * np.ones(T) * months,
        short=weight * network.objectives.weight[:, None] * months * counted,
        constant=float((network.resources.fixed_cost * network.discount).sum()),
    )


@dataclass
class Outcome:
    """Objective, and CPU seconds to build the model and to hand it over and solve it."""

    objective: float
    build: float
    solve: float


def with_pyomo(f: Figures) -> Outcome:
    """Solve with Pyomo: concrete model, rules over index sets, the appsi interface to HiGHS."""
    import pyomo.environ as pyo

    begin = time.process_time()
    N, D, G = len(f.supply), len(f.due), len(f.level)
    m = pyo.ConcreteModel()
    m.x = pyo.Var(f.starts, domain=pyo.NonNegativeReals, bounds=lambda m, a, t: (0, _finite(f.most[a, t])))
    m.stock = pyo.Var(
        range(N), range(f.T), bounds=lambda m, n, t: (float(f.low[n, t]), _finite(f.high[n, t]))
    )
    m.q = pyo.Var(range(D), range(f.T), domain=pyo.NonNegativeReals)
    m.b = pyo.Var(range(D), range(f.T), domain=pyo.NonNegativeReals)
    m.s = pyo.Var(range(G), range(f.T), domain=pyo.NonNegativeReals)
    at = defaultdict(list)
    for d, n in enumerate(f.demand_node):
        at[n].append(d)

    def balance(m, n, t):
        before = m.stock[n, t - 1] if t else 0.0
        moved = sum(c * m.x[a] for a, c in f.balance.get((n, t), ()))
        return m.stock[n, t] == before + float(f.supply[n, t]) + moved - sum(m.q[d, t] for d in at[n])

    def capacity(m, r, t):
        terms = f.use.get((r, t))
        if not terms or not np.isfinite(f.capacity[r, t]):
            return pyo.Constraint.Skip
        return sum(c * m.x[a] for a, c in terms) <= float(f.capacity[r, t])

    def backlog(m, d, t):
        before = m.b[d, t - 1] if t else 0.0
        return m.b[d, t] == before + float(f.due[d, t]) - m.q[d, t]

    m.balance = pyo.Constraint(range(N), range(f.T), rule=balance)
    m.capacity = pyo.Constraint(range(len(f.capacity)), range(f.T), rule=capacity)
    m.backlog = pyo.Constraint(range(D), range(f.T), rule=backlog)
    m.missing = pyo.Constraint(
        range(G),
        range(f.T),
        rule=lambda m, g, t: m.s[g, t] >= float(f.level[g]) - m.stock[f.objective_node[g], t],
    )
    m.goal = pyo.Objective(
        expr=sum(f.cost[a] * m.x[a] for a in f.starts)
        + sum(float(f.holding[n, t]) * m.stock[n, t] for n in range(N) for t in range(f.T) if f.holding[n, t])
        + sum(float(f.behind[d, t]) * m.b[d, t] for d in range(D) for t in range(f.T))
        + sum(float(f.short[g, t]) * m.s[g, t] for g in range(G) for t in range(f.T))
    )
    built = time.process_time()
    pyo.SolverFactory("appsi_highs").solve(m)
    return Outcome(pyo.value(m.goal) + f.constant, built - begin, time.process_time() - built)


def with_pulp(f: Figures) -> Outcome:
    """Solve with PuLP: lpSum in loops, its HiGHS interface."""
    import pulp

    begin = time.process_time()
    N, D, G, T = len(f.supply), len(f.due), len(f.level), f.T
    m = pulp.LpProblem("plan", pulp.LpMinimize)
    x = {(a, t): pulp.LpVariable(f"x_{a}_{t}", 0, _finite(f.most[a, t])) for a, t in f.starts}
    stock = {
        (n, t): pulp.LpVariable(f"i_{n}_{t}", float(f.low[n, t]), _finite(f.high[n, t]))
        for n in range(N)
        for t in range(T)
    }
    q = {(d, t): pulp.LpVariable(f"q_{d}_{t}", 0) for d in range(D) for t in range(T)}
    b = {(d, t): pulp.LpVariable(f"b_{d}_{t}", 0) for d in range(D) for t in range(T)}
    s = {(g, t): pulp.LpVariable(f"s_{g}_{t}", 0) for g in range(G) for t in range(T)}
    m += (
        pulp.lpSum(f.cost[a] * x[a] for a in f.starts)
        + pulp.lpSum(float(f.holding[k]) * stock[k] for k in stock if f.holding[k])
        + pulp.lpSum(float(f.behind[k]) * b[k] for k in b)
        + pulp.lpSum(float(f.short[k]) * s[k] for k in s)
    )
    at = defaultdict(list)
    for d, n in enumerate(f.demand_node):
        at[n].append(d)
    for n, t in stock:
        before = stock[n, t - 1] if t else 0.0
        moved = pulp.lpSum(c * x[a] for a, c in f.balance.get((n, t), ()))
        out = pulp.lpSum(q[d, t] for d in at[n])
        m += stock[n, t] - before - moved + out == float(f.supply[n, t])
    for (r, t), terms in f.use.items():
        if np.isfinite(f.capacity[r, t]):
            m += pulp.lpSum(c * x[a] for a, c in terms) <= float(f.capacity[r, t])
    for d, t in b:
        m += b[d, t] - (b[d, t - 1] if t else 0.0) + q[d, t] == float(f.due[d, t])
    for g, t in s:
        m += s[g, t] + stock[f.objective_node[g], t] >= float(f.level[g])
    built = time.process_time()
    m.solve(pulp.HiGHS(msg=False))
    return Outcome(pulp.value(m.objective) + f.constant, built - begin, time.process_time() - built)


def with_linopy(f: Figures) -> Outcome:
    """Solve with linopy: labelled arrays where they fit, one constraint per family from sparse sums."""
    import linopy
    import pandas as pd
    import xarray as xr

    begin = time.process_time()
    N, D, G, T = len(f.supply), len(f.due), len(f.level), f.T
    A = 1 + max(a for a, _ in f.starts)
    m = linopy.Model()
    upper = np.zeros((A, T))
    cost = np.zeros((A, T))
    for a, t in f.starts:
        upper[a, t], cost[a, t] = f.most[a, t], f.cost[a, t]
    time_index = pd.RangeIndex(T, name="t")

    def axis(name, n):
        return [pd.RangeIndex(n, name=name), time_index]

    x = m.add_variables(lower=0, upper=xr.DataArray(upper, axis("a", A)), name="x")
    stock = m.add_variables(
        lower=xr.DataArray(f.low, axis("n", N)), upper=xr.DataArray(f.high, axis("n", N)), name="stock"
    )
    q = m.add_variables(lower=0, coords=axis("d", D), name="q")
    b = m.add_variables(lower=0, coords=axis("d", D), name="b")
    s = m.add_variables(lower=0, coords=axis("g", G), name="s")

    def sums(terms, rows):
        """Sums of starts by (row, period), padded to the longest: linopy's own sparse form."""
        longest = max((len(own) for own in terms.values()), default=1)
        labels = np.full((rows, T, longest), -1)
        values = np.zeros((rows, T, longest))
        for (row, t), own in terms.items():
            for k, ((a, begun), c) in enumerate(own):
                labels[row, t, k], values[row, t, k] = x.labels.values[a, begun], c
        data = xr.Dataset(
            {
                "coeffs": (("row", "t", "_term"), values),
                "vars": (("row", "t", "_term"), labels),
                "const": (("row", "t"), np.zeros((rows, T))),
            },
            coords={"row": np.arange(rows), "t": np.arange(T)},
        )
        return linopy.LinearExpression(data, m)

    moved = sums(f.balance, N).rename({"row": "n"})
    out = [q.sel(d=[d for d, node in enumerate(f.demand_node) if node == n]).sum("d") for n in range(N)]
    left = stock - stock.shift(t=1) - moved
    left = left + linopy.merge(out, dim="n") if D else left
    m.add_constraints(left == xr.DataArray(f.supply, axis("n", N)), name="balance")
    R = len(f.capacity)
    limited = xr.DataArray(np.isfinite(f.capacity), axis("r", R))
    room = xr.DataArray(np.where(np.isfinite(f.capacity), f.capacity, 0.0), axis("r", R))
    m.add_constraints(sums(f.use, R).rename({"row": "r"}) <= room, mask=limited, name="capacity")
    m.add_constraints(b - b.shift(t=1) + q == xr.DataArray(f.due, axis("d", D)), name="backlog")
    held = stock.sel(n=xr.DataArray(f.objective_node, dims="g", coords={"g": np.arange(G)}))
    m.add_constraints(s + held >= xr.DataArray(f.level, [pd.RangeIndex(G, name="g")]), name="short")
    m.add_objective(
        (x * xr.DataArray(cost, axis("a", A))).sum()
        + (stock * xr.DataArray(f.holding, axis("n", N))).sum()
        + (b * xr.DataArray(f.behind, axis("d", D))).sum()
        + (s * xr.DataArray(f.short, axis("g", G))).sum()
    )
    built = time.process_time()
    m.solve("highs", output_flag=False, progress=False)
    return Outcome(float(m.objective.value) + f.constant, built - begin, time.process_time() - built)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


PEERS = {"Pyomo": with_pyomo, "PuLP": with_pulp, "linopy": with_linopy}
