"""The plan's goals as cost vectors over its columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from coprod.network.network import Network
    from coprod.plan.variables import Columns

__all__ = [
    "Goal",
    "breach_goal",
    "discounted_cost",
    "goals",
    "need_goals",
    "relaxation_goal",
    "shortfall_goals",
]

Floats = NDArray[np.float64]

UNIT_MONTHS = "unit-months"


@dataclass(frozen=True, slots=True)
class Goal:
    """
    One goal of the plan: minimise ``cost @ x + constant``.

    Attributes
    ----------
    name
        Such as ``demands 1``, ``objectives 2``, ``cost``, ``breach``.
    unit
        Unit of the value.
    cost : (n,)
    constant
    worst
        No plan needs to have a higher value: nothing is delivered, nothing in stock.
    """

    name: str
    unit: str
    cost: Floats
    constant: float = 0.0
    worst: float = np.inf

    def value(self, x: Floats) -> float:
        """Return the goal's value at a plan."""
        return float(self.cost @ x) + self.constant

    @property
    def of_need(self) -> bool:
        """Whether it is one of demands or objectives, in unit-months."""
        return self.unit == UNIT_MONTHS

    @property
    def most(self) -> Goal:
        """The goal with its sign turned: maximise it instead."""
        return Goal(f"most {self.name}", self.unit, -self.cost, -self.constant)

    @property
    def size(self) -> float:
        """Largest coefficient: the unit in which a solver's absolute tolerances make sense."""
        return max(float(np.abs(self.cost).max(initial=0.0)), 1e-12)

    @property
    def row(self) -> Floats:
        """The goal as a row without its constant, scaled to a largest coefficient of 1."""
        return self.cost / self.size

    def ceiling(self, value: float) -> float:
        """Return the upper bound of the goal's row that keeps it at or below a value."""
        return (value - self.constant) / self.size


def _put(cost: Floats, numbers: NDArray[np.int64], values: Floats | float) -> None:
    values = np.broadcast_to(np.asarray(values, dtype=np.float64), numbers.shape)
    there = numbers >= 0
    np.add.at(cost, numbers[there], values[there])


def _demand_goals(network: Network, columns: Columns) -> list[Goal]:
    """Backlog-months of each class: ``sum_d weight sum_t (due up to t - Q[d,t]) * months``."""
    demands, months = network.demands, network.periods.months
    found = []
    for priority in np.unique(demands.priority):
        cost = np.zeros(columns.n)
        rows = demands.priority == priority
        weight = demands.weight[rows, None] * months
        _put(cost, columns.delivered[rows], -weight)
        constant = float((weight * np.cumsum(demands.due[rows], axis=1)).sum())
        found.append(Goal(f"demands {priority}", UNIT_MONTHS, cost, constant, worst=constant))
    return found


def shortfall_goals(network: Network, columns: Columns, *, as_soon_as_possible: bool = False) -> list[Goal]:
    """
    Shortfall-months of each class: ``sum_g weight sum_{t >= by} s[g,t] * months``.

    With `as_soon_as_possible` every period counts, as if no objective had a date.
    """
    objectives, months = network.objectives, network.periods.months
    found = []
    by = np.zeros_like(objectives.by_period) if as_soon_as_possible else objectives.by_period
    counted = np.arange(network.periods.n) >= by[:, None]
    for priority in np.unique(objectives.priority):
        cost = np.zeros(columns.n)
        rows = objectives.priority == priority
        weight = objectives.weight[rows, None] * months * counted[rows]
        _put(cost, columns.short[rows], weight)
        worst = float((weight * objectives.level[rows, None]).sum())
        found.append(Goal(f"objectives {priority}", UNIT_MONTHS, cost, worst=worst))
    return found


def need_goals(network: Network, columns: Columns) -> list[Goal]:
    """Return the lateness of every order, then of every objective, by itself, weighted as in its class."""
    demands, objectives, months = network.demands, network.objectives, network.periods.months
    found = []
    for d, name in enumerate(demands.name):
        cost, weight = np.zeros(columns.n), demands.weight[d] * months
        _put(cost, columns.delivered[d], -weight)
        found.append(Goal(name, UNIT_MONTHS, cost, float(weight * np.cumsum(demands.due[d]).sum())))
    for g, name in enumerate(objectives.name):
        cost = np.zeros(columns.n)
        counted = np.arange(network.periods.n) >= objectives.by_period[g]
        _put(cost, columns.short[g], objectives.weight[g] * months * counted)
        found.append(Goal(name, UNIT_MONTHS, cost))
    return found


def discounted_cost(network: Network, columns: Columns) -> Goal:
    """
    Discounted cost in base currency at price-year prices.

    A start costs at its order date (ALT before the start), a build at its start, stock and lines in their
    period.
    """
    activities, discount, T = network.activities, network.discount, network.periods.n
    flows = activities.n_processes + activities.n_lanes
    cost = np.zeros(columns.n)
    ordered = np.maximum(np.arange(T)[None, :] - activities.admin_lag[:flows, None], 0)
    _put(cost, columns.start, activities.unit_cost[:flows] * discount[ordered])
    capex = activities.unit_cost[activities.investments] * discount
    _put(cost, columns.built, capex)
    _put(cost, columns.built[:, :-1], -capex[:, 1:])
    _put(cost, columns.stock, network.nodes.holding_cost * discount)
    fixed = network.resources.fixed_cost * discount
    paid = np.where(columns.paid >= 0, columns.paid, columns.open)
    _put(cost, paid, fixed)
    constant = float(fixed[paid < 0].sum())
    return Goal("cost", f"{network.base_currency}, price year", cost, constant)


def goals(network: Network, columns: Columns, order: tuple[str, ...]) -> list[Goal]:
    """Return the goals in the order they are pursued."""
    found = {
        "demands": _demand_goals(network, columns),
        "objectives": shortfall_goals(network, columns),
        "cost": [discounted_cost(network, columns)],
    }
    return [goal for name in order for goal in found[name]]


def breach_goal(network: Network, columns: Columns) -> Goal:
    """
    Stage 0: the total relative breach of stock floors, ceilings and budgets (of a limit of 0: in
    units, or money).
    """
    cost = np.zeros(columns.n)
    nodes = network.nodes
    with np.errstate(divide="ignore", invalid="ignore"):
        _put(cost, columns.below, np.where(nodes.minimum > 0, 1.0 / nodes.minimum, 0.0))
        _put(cost, columns.above, np.where(nodes.maximum > 0, 1.0 / nodes.maximum, 1.0))
        _put(cost, columns.overspent, np.where(network.budgets.amount > 0, 1.0 / network.budgets.amount, 1.0))
    return Goal("breach", "sum of relative breaches", cost)


def relaxation_goal(columns: Columns) -> Goal:
    """Minimal relaxation: the sum of the relative slacks on limits."""
    cost = np.zeros(columns.n)
    _put(cost, columns.relaxed, 1.0)
    return Goal("relaxation", "sum of relative slacks", cost)
