"""A solved plan turned into result tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coprod.network.network import CATEGORIES, Network
from coprod.plan.rows.block import expand
from coprod.plan.rows.budget import spending_terms
from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from coprod.plan.assemble import Model
    from coprod.plan.stages import StageOutcome

__all__ = ["backfill_dates", "extract", "with_earliest"]

Floats = NDArray[np.float64]

#: Quantities below this are the solver's dust, well below what the checker forgives.
DUST = 1e-7
#: A stock this close below its level counts as full (docs/conventions.md).
FULL = 1e-4


class _Plan:
    """Decisions as dense arrays over their blocks; absent ones are 0."""

    def __init__(self, model: Model, x: Floats) -> None:
        self.network, self.columns = model.network, model.columns
        self.x = np.where(np.abs(x) < DUST, 0.0, x)
        self.T = model.network.periods.n
        self.started = np.maximum(self.dense(self.columns.start), 0.0)
        built = np.round(self.dense(self.columns.built))
        self.built = np.diff(built, axis=1, prepend=0.0)
        self.stock = self.dense(self.columns.stock)
        # With an allowance nothing presses a shortfall's column down to what the stock is short of.
        there = self.columns.short >= 0
        short = model.network.objectives.level[:, None] - self.stock[model.network.objectives.node]
        self.x[self.columns.short[there]] = np.maximum(short, 0.0)[there]
        self.delivered = np.maximum.accumulate(self.dense(self.columns.delivered), axis=1)

    def dense(self, numbers: NDArray[np.int64]) -> Floats:
        return np.where(numbers >= 0, self.x[numbers], 0.0)

    def days(self, t: NDArray[np.int64] | Sequence[int]) -> list[date]:
        """First day of each of some periods; there are many more rows than periods."""
        each, where = np.unique(np.asarray(t, dtype=np.int64), return_inverse=True)
        first = np.array([self.network.periods.first_day(int(one)) for one in each], dtype=object)
        return list(first[where]) if each.size else []


def extract(model: Model, x: Floats, outcomes: Sequence[StageOutcome]) -> dict[str, pd.DataFrame]:
    """
    Return every table of a plan but ``backfills``' earliest dates, which need a plan of their own.

    Parameters
    ----------
    model
        The assembled plan.
    x : (n,)
        Its solution.
    outcomes
        How each goal ended.
    """
    plan = _Plan(model, x)
    return {
        "starts": _starts(plan),
        "shipments": _shipments(plan),
        "stock": _stock(plan),
        "deliveries": _deliveries(plan),
        "demand_summary": _demand_summary(plan),
        "shortfalls": _shortfalls(plan),
        "backfills": _backfills(plan),
        "loads": _loads(plan),
        "builds": _builds(plan),
        "spending": _spending(plan),
        "budget_use": _budget_use(plan),
        "licence_use": _licence_use(plan),
        "work_shares": _work_shares(plan),
        "costs": _costs(plan),
        "stages": _stages(plan, outcomes),
        "breaches": _breaches(plan),
        "relaxations": _relaxations(plan),
    }


def _starts(plan: _Plan) -> pd.DataFrame:
    activities, network = plan.network.activities, plan.network
    quantity = plan.started[activities.processes]
    p, t = np.nonzero(quantity > 0)
    good = np.zeros_like(quantity)
    made = (network.material.column < activities.n_processes) & (network.material.coefficient > 0).any(axis=1)
    outputs = made & (network.material.row == activities.node[network.material.column])
    outputs &= network.material.lag == activities.lag[network.material.column]
    good[network.material.column[outputs]] = network.material.coefficient[outputs]
    node = activities.node[p]
    return make_table(
        "starts",
        {
            "process": [activities.key[i] for i in p],
            "item": [network.nodes.item[n] for n in node],
            "site": [network.nodes.site[n] for n in node],
            "period": plan.days(t),
            "quantity": quantity[p, t],
            "good_quantity": (quantity * good)[p, t],
            "order_date": plan.days(t - activities.admin_lag[p]),
            "complete": plan.days(t + activities.lag[p]),
        },
    )


def _shipments(plan: _Plan) -> pd.DataFrame:
    activities = plan.network.activities
    quantity = plan.started[activities.lanes]
    f, t = np.nonzero(quantity > 0)
    keys = [activities.key[activities.n_processes + i].split("/") for i in f]
    return make_table(
        "shipments",
        {
            "item": [key[0] for key in keys],
            "from_site": [key[1] for key in keys],
            "to_site": [key[2] for key in keys],
            "period": plan.days(t),
            "quantity": quantity[f, t],
            "arrival": plan.days(t + activities.lag[activities.n_processes + f]),
        },
    )


def _grid(plan: _Plan, names: Sequence[Any], columns: dict[str, Sequence[str]]) -> dict[str, Any]:
    """Return the key columns of a table with a row per name and period."""
    days = plan.days(range(plan.T))
    grid: dict[str, Any] = {
        key: np.repeat(np.array(values, dtype=object), plan.T) for key, values in columns.items()
    }
    grid["period"] = days * len(names)
    return grid


def _stock(plan: _Plan) -> pd.DataFrame:
    nodes = plan.network.nodes
    receipts = nodes.receipts.copy()
    receipts[:, 0] += nodes.opening
    maximum = np.where(np.isfinite(nodes.maximum), nodes.maximum, np.nan)
    values = {"quantity": plan.stock, "receipts": receipts, "minimum": nodes.minimum, "maximum": maximum}
    grid = _grid(plan, nodes.item, {"item": nodes.item, "site": nodes.site})
    return make_table("stock", {**grid, **{key: value.ravel() for key, value in values.items()}})


def _demand_columns(network: Network) -> dict[str, Sequence[str]]:
    demands = network.demands
    return {
        "demand": demands.name,
        "customer": demands.customer,
        "item": [network.nodes.item[n] for n in demands.node],
        "site": [network.nodes.site[n] for n in demands.node],
    }


def _deliveries(plan: _Plan) -> pd.DataFrame:
    demands = plan.network.demands
    quantity = np.diff(plan.delivered, axis=1, prepend=0.0)
    backlog = np.cumsum(demands.due, axis=1) - plan.delivered
    backlog[np.abs(backlog) < DUST] = 0.0
    grid = _grid(plan, demands.name, _demand_columns(plan.network))
    values = {"due": demands.due, "quantity": quantity, "backlog": backlog}
    frame = make_table("deliveries", {**grid, **{key: value.ravel() for key, value in values.items()}})
    told = (frame["due"] > 0) | (frame["quantity"] > 0) | (frame["backlog"] > 0)
    return frame[told].reset_index(drop=True)


def _demand_summary(plan: _Plan) -> pd.DataFrame:
    demands, periods = plan.network.demands, plan.network.periods
    due = np.cumsum(demands.due, axis=1)
    before = np.concatenate([np.zeros((len(demands.name), 1)), due[:, :-1]], axis=1)
    # First due is first served, so in t only what goes beyond everything due before t is on time.
    on_time = np.maximum(plan.delivered - before, 0.0)
    on_time = np.minimum(on_time, np.diff(plan.delivered, axis=1, prepend=0.0)).sum(axis=1)
    total = due[:, -1] if plan.T else np.zeros(0)
    delivered = plan.delivered[:, -1]
    last: list[Any] = []
    for d in range(len(demands.name)):
        reached = np.flatnonzero(plan.delivered[d] >= total[d] - FULL)
        last.append(periods.last_day(int(reached[0])) if reached.size else None)
    return make_table(
        "demand_summary",
        {
            **_demand_columns(plan.network),
            "priority": demands.priority,
            "due": [
                periods.last_day(int(np.flatnonzero(row > 0)[-1])) if (row > 0).any() else None
                for row in demands.due
            ],
            "quantity": total,
            "on_time": on_time,
            "late": np.maximum(delivered - on_time, 0.0),
            "never_delivered": np.maximum(total - delivered, 0.0),
            "backlog_months": (due - plan.delivered).sum(axis=1) * periods.months,
            "last_delivery": last,
        },
    )


def _objective_columns(network: Network) -> dict[str, Sequence[str]]:
    return {
        "objective": network.objectives.name,
        "item": [network.nodes.item[n] for n in network.objectives.node],
        "site": [network.nodes.site[n] for n in network.objectives.node],
    }


def _shortfall(plan: _Plan) -> Floats:
    objectives = plan.network.objectives
    missing = np.maximum(objectives.level[:, None] - plan.stock[objectives.node], 0.0)
    return np.where(np.arange(plan.T) >= objectives.by_period[:, None], missing, 0.0)


def _shortfalls(plan: _Plan) -> pd.DataFrame:
    objectives = plan.network.objectives
    grid = _grid(plan, objectives.name, _objective_columns(plan.network))
    return make_table(
        "shortfalls",
        {
            **grid,
            "level": np.repeat(objectives.level, plan.T),
            "stock": plan.stock[objectives.node].ravel(),
            "shortfall": _shortfall(plan).ravel(),
        },
    )


def backfill_dates(network: Network, stock: Floats) -> tuple[list[date | None], list[date | None]]:
    """
    Return backfill date and first touch of every objective.

    Parameters
    ----------
    network
        Compiled study.
    stock : (N, T) units
        Stock at period ends.

    Returns
    -------
    backfill, first_touch
        Last days of periods; None where the stock never gets (or stays) there.
    """
    backfill: list[date | None] = []
    touch: list[date | None] = []
    for node, level in zip(network.objectives.node, network.objectives.level, strict=True):
        full = stock[node] >= level - FULL
        missing = np.flatnonzero(~full)
        first = 0 if not missing.size else int(missing[-1]) + 1
        touched = np.flatnonzero(full)
        backfill.append(network.periods.last_day(first) if first < full.size else None)
        touch.append(network.periods.last_day(int(touched[0])) if touched.size else None)
    return backfill, touch


def _backfills(plan: _Plan) -> pd.DataFrame:
    objectives = plan.network.objectives
    backfill, touch = backfill_dates(plan.network, plan.stock)
    at = np.where([bool(text) for text in objectives.by_date], objectives.by_period, plan.T - 1).astype(int)
    short = np.maximum(objectives.level - plan.stock[objectives.node, at], 0.0)
    return make_table(
        "backfills",
        {
            **_objective_columns(plan.network),
            "level": objectives.level,
            "by": [text or None for text in objectives.by_date],
            "backfill_date": backfill,
            "first_touch": touch,
            "earliest_backfill": backfill,
            "short_at_due": np.where(short > FULL, short, 0.0),
            "shortfall_months": _shortfall(plan).sum(axis=1) * plan.network.periods.months,
        },
    )


def with_earliest(backfills: pd.DataFrame, dates: Sequence[date | None]) -> pd.DataFrame:
    """Return the table with the backfill dates of the plan that is made as fast as possible."""
    columns = {name: backfills[name] for name in backfills.columns}
    return make_table("backfills", {**columns, "earliest_backfill": list(dates)})


def _loads(plan: _Plan) -> pd.DataFrame:
    network, resources = plan.network, plan.network.resources
    activities = network.activities
    terms = expand(network.loads, plan.columns, activities.n_processes + activities.n_lanes, plan.T)
    use = np.zeros(resources.capacity.shape)
    np.add.at(use, (terms.row, terms.time), terms.value * plan.x[terms.column])
    use[np.abs(use) < DUST] = 0.0
    capacity = resources.capacity.copy()
    expansions = network.expansions
    lag = activities.lag[activities.investments]
    for r, e, adds, n in zip(
        expansions.resource, expansions.investment, expansions.adds, expansions.ramp, strict=True
    ):
        for k in range(int(n)):
            shift = int(lag[e]) + k
            if shift < plan.T:
                capacity[r, shift:] += adds / n * np.cumsum(plan.built[e])[: plan.T - shift]
    opened = np.where(plan.columns.open >= 0, np.round(plan.dense(plan.columns.open)), 1.0) > 0
    periods = np.arange(plan.T)
    window = (periods >= resources.window[:, :1]) & (periods <= resources.window[:, 1:])
    ramping = resources.sunk_ramp.copy()
    for r, e, n in zip(expansions.resource, expansions.investment, expansions.ramp, strict=True):
        for tau in np.flatnonzero(plan.built[e] > 0):
            ramping[r, tau + lag[e] : tau + lag[e] + n] = True
    sustaining = np.where(window & ~ramping & opened, resources.sustaining, 0.0)
    return make_table(
        "loads",
        {
            **_grid(plan, resources.name, {"resource": resources.name, "site": resources.site}),
            "use": use.ravel(),
            "capacity": np.where(np.isfinite(capacity), capacity, np.nan).ravel(),
            "sustaining": sustaining.ravel(),
            "open": opened.ravel(),
        },
    )


def _builds(plan: _Plan) -> pd.DataFrame:
    network = plan.network
    activities, names = network.activities, network.investments.name
    e, t = np.nonzero(plan.built > 0)
    lag = activities.lag[activities.investments][e]
    ramp = np.ones(len(names), dtype=int)
    np.maximum.at(ramp, network.expansions.investment, network.expansions.ramp)
    capex = plan.built[e, t] * activities.unit_cost[activities.investments][e, t]
    sunk = network.sunk
    return make_table(
        "builds",
        {
            "investment": [*sunk.name, *(names[i] for i in e)],
            "start": [*plan.days(sunk.start), *plan.days(t)],
            "complete": [*plan.days(sunk.complete), *plan.days(t + lag)],
            "full_rate": [*plan.days(sunk.full_rate), *plan.days(t + lag + ramp[e] - 1)],
            "quantity": np.concatenate([np.ones(len(sunk.name)), plan.built[e, t]]),
            "capex": np.concatenate([np.zeros(len(sunk.name)), capex]),
            "sunk": [True] * len(sunk.name) + [False] * e.size,
        },
    )


def _spending(plan: _Plan) -> pd.DataFrame:
    network, spending = plan.network, plan.network.spending
    entry, period, column, value, constant = spending_terms(network, plan.columns)
    amount = constant.copy()
    np.add.at(amount, (entry, period), value * plan.x[column])
    with np.errstate(divide="ignore", invalid="ignore"):
        base = np.where(spending.amount != 0, amount * spending.base_amount / spending.amount, 0.0)
    s, t = np.nonzero(np.abs(amount) > DUST)
    frame = pd.DataFrame(
        {
            "payer": spending.payer[s],
            "fiscal_year": spending.year[s, t],
            "category": spending.category[s],
            "amount": amount[s, t],
            "amount_base": base[s, t],
        }
    )
    total = frame.groupby(["payer", "fiscal_year", "category"], as_index=False).sum()
    return make_table(
        "spending",
        {
            "payer": [network.payers[i] for i in total["payer"]],
            "fiscal_year": total["fiscal_year"],
            "category": [CATEGORIES[i] for i in total["category"]],
            "currency": [network.payer_currency[i] for i in total["payer"]],
            "amount": total["amount"],
            "amount_base": total["amount_base"],
        },
    )


def _budget_use(plan: _Plan) -> pd.DataFrame:
    network, budgets = plan.network, plan.network.budgets
    frame = _spending(plan)
    carried = plan.dense(plan.columns.carried)
    carried_in = np.zeros(budgets.payer.size)
    moves = budgets.carry_to >= 0
    np.add.at(carried_in, budgets.carry_to[moves], carried[moves])
    categories = ["" if i < 0 else CATEGORIES[i] for i in budgets.category]
    spent = []
    for payer, year, category in zip(budgets.payer, budgets.year, categories, strict=True):
        own = (frame["payer"] == network.payers[payer]) & (frame["fiscal_year"] == year)
        if category:
            own &= frame["category"] == category
        spent.append(frame.loc[own, "amount"].sum())
    return make_table(
        "budget_use",
        {
            "payer": [network.payers[i] for i in budgets.payer],
            "fiscal_year": budgets.year,
            "category": categories,
            "currency": [network.payer_currency[i] for i in budgets.payer],
            "budget": budgets.amount,
            "carried_in": carried_in,
            "spent": spent,
        },
    )


def _licence_use(plan: _Plan) -> pd.DataFrame:
    caps = plan.network.caps
    used = np.zeros(len(caps.name))
    np.add.at(used, caps.row, caps.coefficient * plan.started[caps.column, caps.period])
    licences = [plan.network.licences[i] for i in caps.licence]
    return make_table(
        "licence_use",
        {
            "licence": licences,
            "cap": [
                "life" if name == licence else f"year {name.removeprefix(licence + '/')}"
                for name, licence in zip(caps.name, licences, strict=True)
            ],
            "limit": caps.upper,
            "used": used,
        },
    )


def _work_shares(plan: _Plan) -> pd.DataFrame:
    activities = plan.network.activities
    own = activities.processes
    added = (activities.unit_cost[own] * plan.started[own]).sum(axis=1)
    parties = sorted({party for party in activities.party[own] if party})
    of = np.array(activities.party[own], dtype=object)
    value = np.array([added[of == party].sum() for party in parties])
    total = added.sum()
    return make_table(
        "work_shares",
        {
            "party": parties,
            "value_added": value,
            "share": value / total if total > 0 else np.zeros(value.size),
        },
    )


def _costs(plan: _Plan) -> pd.DataFrame:
    network, activities, discount = plan.network, plan.network.activities, plan.network.discount
    T = plan.T
    quantity = np.concatenate([plan.started, plan.built])
    spent = quantity * activities.unit_cost
    ordered = np.maximum(np.arange(T)[None, :] - activities.admin_lag[:, None], 0)
    factor = discount[ordered]
    held = plan.stock * network.nodes.holding_cost
    opened = np.where(plan.columns.open >= 0, plan.dense(plan.columns.open), 1.0)
    paid = np.where(plan.columns.paid >= 0, plan.dense(plan.columns.paid), opened)
    fixed = paid * network.resources.fixed_cost
    parts = {
        "production": (spent[activities.processes], factor[activities.processes]),
        "transport": (spent[activities.lanes], factor[activities.lanes]),
        "holding": (held, discount),
        "fixed": (fixed, discount),
        "investment": (spent[activities.investments], discount),
    }
    return make_table(
        "costs",
        {
            "category": list(parts),
            "discounted": [float((amount * factors).sum()) for amount, factors in parts.values()],
            "undiscounted": [float(amount.sum()) for amount, _ in parts.values()],
        },
    )


def _stages(plan: _Plan, outcomes: Sequence[StageOutcome]) -> pd.DataFrame:
    return make_table(
        "stages",
        {
            "stage": [outcome.goal.name for outcome in outcomes],
            "value": [outcome.goal.value(plan.x) for outcome in outcomes],
            "best": [outcome.best for outcome in outcomes],
            "unit": [outcome.goal.unit for outcome in outcomes],
            "status": [outcome.status for outcome in outcomes],
            "gap": [outcome.gap for outcome in outcomes],
        },
    )


def _breaches(plan: _Plan) -> pd.DataFrame:
    network, nodes = plan.network, plan.network.nodes
    rows: list[tuple[str, str, date | None, float, float]] = []
    for kind, numbers, limits in (
        ("stock floor", plan.columns.below, nodes.minimum),
        ("stock ceiling", plan.columns.above, nodes.maximum),
    ):
        breach = plan.dense(numbers)
        for n, t in zip(*np.nonzero(breach > DUST), strict=True):
            name = f"{nodes.item[n]}/{nodes.site[n]}"
            relative = breach[n, t] / limits[n, t] if limits[n, t] > 0 else np.nan
            rows.append((kind, name, network.periods.first_day(int(t)), breach[n, t], relative))
    overspent = plan.dense(plan.columns.overspent)
    for b in np.flatnonzero(overspent > DUST):
        budgets = network.budgets
        category = "" if budgets.category[b] < 0 else CATEGORIES[budgets.category[b]]
        name = f"{network.payers[budgets.payer[b]]}/{budgets.year[b]}/{category}"
        relative = overspent[b] / budgets.amount[b] if budgets.amount[b] > 0 else np.nan
        rows.append(("budget", name, None, overspent[b], relative))
    names = ("kind", "name", "period", "quantity", "relative")
    return make_table("breaches", {name: [row[i] for row in rows] for i, name in enumerate(names)})


def _relaxations(plan: _Plan) -> pd.DataFrame:
    network = plan.network
    slack = plan.dense(plan.columns.relaxed)
    resources, caps, budgets = network.resources, network.caps, network.budgets
    largest = np.where(np.isfinite(resources.capacity), resources.capacity, 0.0).max(axis=1, initial=0.0)
    kinds = ["capacity"] * largest.size + ["licence cap"] * len(caps.name) + ["budget"] * budgets.payer.size
    payers = [f"{network.payers[p]}/{y}" for p, y in zip(budgets.payer, budgets.year, strict=True)]
    labels = [*resources.name, *caps.name, *payers]
    limits = np.concatenate([largest, caps.upper, budgets.amount])
    found = np.flatnonzero(slack > 1e-7)
    return make_table(
        "relaxations",
        {
            "kind": [kinds[i] for i in found],
            "name": [labels[i] for i in found],
            "quantity": slack[found] * np.where(limits[found] > 0, limits[found], 1.0),
            "relative": slack[found],
        },
    )
