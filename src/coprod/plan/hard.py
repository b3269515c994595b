"""The plan with its due dates as limits, and every limit of the study as one group that holds or does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csc_array

from coprod.network.bounds import upper_bounds
from coprod.network.reach import earliest_start
from coprod.plan.assemble import Model, assemble

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from coprod.network.network import Network
    from coprod.plan.variables import Columns
    from coprod.solve import LinearProblem

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["NEEDS", "HardLimit", "HardPlan", "hard_plan"]

#: Kinds of limits that are needs: the dates of orders and of stock objectives.
NEEDS = ("due date", "objective's date")

#: Sides, in the order in which they are numbered.
BELOW, ABOVE, COLUMN_BELOW, COLUMN_ABOVE = range(4)

#: How far above its rate a line may go where its rate is not asked for: as good as no limit.
_MORE = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class HardLimit:
    """
    One limit of the study, or one due date, in every period that it speaks of.

    Attributes
    ----------
    kind
        As `coprod.explain.limits.KINDS` names it, or ``stock floor``, ``build date``, or one of `NEEDS`.
    name
        What it limits: a line, lane, order, objective or investment by its name, a stock as item/site,
        payer/year[/category], a licence, licence/year for a yearly cap.
    sides : (K,) int
        Its sides in the model: row i from below is ``i``, from above ``m + i``; column j from below is ``2 m
        + j``, from above ``2 m + n + j``.
    periods : (K,) int
        Of each side; -1 where it spans the whole plan.
    values : (K,)
        The limit on each side as the study has it, in units per period, units or money.
    free : (K,)
        What each side's bound is where the limit does not hold.
    ease : (K,)
        By how much each side gives way for one unit of easing: a rate per month, units or money. 0 where no
        number eases it.
    slack : int
        Column by which it is eased in every period alike; fixed at 0. -1 where no number eases it.
    size
        Unit of a relative easing: the limit's largest value.
    """

    kind: str
    name: str
    sides: Ints
    periods: Ints
    values: Floats
    free: Floats
    ease: Floats
    slack: int = -1
    size: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class HardPlan:
    """
    A constrained plan in which nothing may be late.

    Attributes
    ----------
    network
        What is planned.
    problem
        Without an objective; infeasible where not every limit and due date can be kept.
    limits
        Every limit and due date. What is left holds in any case: material, lead times, gates, definitions.
    columns
        Which column stands for which decision; the slacks of the limits come after them.
    early : (K,) int, (K,)
        Columns and values of every build as early as it can be, every line open and every licence in use:
        mostly as good as any other for what is due, and found without a search.
    """

    network: Network
    problem: LinearProblem
    limits: tuple[HardLimit, ...]
    columns: Columns
    early: tuple[Ints, Floats]


@dataclass(slots=True)
class _Found:
    """A limit while it is being put together: its rows or columns, from which side, and how it is eased."""

    kind: str
    name: str
    numbers: Ints
    periods: Ints
    values: Floats
    side: Ints | int
    free: Floats | float
    #: Coefficient of the slack in each row; None where no number eases the limit.
    ease: Floats | None = None
    size: float = 0.0


def hard_plan(network: Network, *, dates: bool = True) -> HardPlan:
    """
    Return a network's plan with every order on its due date and every dated objective full from its date on.

    Parameters
    ----------
    network
        Compiled study.
    dates
        Whether due dates are limits; without them, only what may not be broken by however late a plan.
    """
    unmade = _unmade(network)
    model = _assembled(network, unmade)
    problem = _with_lanes(_without_hidden_rates(model), network, model.columns)
    found = [*_lines(model), *_stocks(model), *_licences(model), *_budgets(model)]
    found += [*_lanes(network, problem, model.columns), *_materials(model, unmade), *_dated_builds(model)]
    if dates:
        found += _needs(network, model.columns)
    return HardPlan(network, *_numbered(found, problem), model.columns, _early(network, model.columns))


def _early(network: Network, columns: Columns) -> tuple[Ints, Floats]:
    start = earliest_start(network)[network.activities.investments]
    free = np.flatnonzero(network.investments.fixed_start < 0)
    most = network.investments.max_builds.astype(float)
    built = np.where(np.arange(network.periods.n) >= start[free, None], most[free, None], 0.0)
    states = np.concatenate([columns.open[columns.open >= 0], columns.licensed[columns.licensed >= 0]])
    numbers = np.concatenate([columns.built[free].ravel(), states])
    return numbers, np.concatenate([built.ravel(), np.ones(states.size)])


def _unmade(network: Network) -> Ints:
    """Return the nodes whose item is used there, and neither made there nor sent there."""
    activities, material = network.activities, network.material
    made = np.zeros(len(network.nodes.item), dtype=bool)
    made[activities.node[: activities.n_processes + activities.n_lanes]] = True
    used = np.zeros_like(made)
    used[material.row[(material.coefficient < 0).any(axis=1)]] = True
    used[network.demands.node] = True
    used[network.objectives.node] = True
    return np.flatnonzero(used & ~made)


def _supply_rows(model: Model, nodes: Ints) -> Ints:
    """Return the balance rows of some nodes, (K, T)."""
    rows: Ints = model.names.rows_of("balance").reshape(model.columns.stock.shape)
    return rows[nodes]


def _assembled(network: Network, unmade: Ints) -> Model:
    """Return the model, with a column for every start that more of a material would allow."""
    opening = network.nodes.opening.copy()
    opening[unmade] += 1.0
    activities = replace(network.activities, upper=_wanted(network))
    model = assemble(replace(network, activities=activities, nodes=replace(network.nodes, opening=opening)))
    first = _supply_rows(model, unmade)[:, 0]
    model.problem.row_lower[first] -= 1.0
    model.problem.row_upper[first] -= 1.0
    return replace(model, network=network)


def _wanted(network: Network) -> Floats:
    """
    Return the bounds on useful starts without what the lines and lanes can give.

    Gates and work shares hold a start below its bound; a rate in it would stay a limit when the capacity rows
    are left out.
    """
    activities = network.activities
    bound = upper_bounds(
        replace(activities, limit=np.full_like(activities.limit, np.inf)),
        network.material,
        network.loads,
        network.nodes,
        replace(network.resources, capacity=np.full_like(network.resources.capacity, np.inf)),
        network.expansions,
        network.investments,
        network.demands,
        network.objectives,
        network.work_shares,
    )
    # A sale pays without any need for it: there the lines are all that bounds it.
    return np.where(np.isfinite(bound), np.maximum(bound, activities.upper), _MORE * activities.upper)


def _without_hidden_rates(model: Model) -> LinearProblem:
    """
    Return the problem with rates in the capacity rows alone.

    "A closed line makes nothing" holds the use of an open one below its rate as well, which would stay a
    limit when the capacity rows are left out.
    """
    matrix = model.problem.matrix.copy()
    column = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
    rows, opens = model.names.rows_of("line is open"), model.columns.open[model.columns.open >= 0]
    inside = np.isin(matrix.indices, rows) & np.isin(column, opens)
    matrix.data[inside] *= _MORE
    return replace(model.problem, matrix=matrix)


def _shipped(network: Network, columns: Columns) -> tuple[Ints, Ints]:
    """Return the lane (as an activity) and the period of every shipment that a capacity limits."""
    own = network.activities.lanes
    lane, t = np.nonzero(np.isfinite(network.activities.limit[own]) & (columns.start[own] >= 0))
    return lane + own.start, t


def _with_lanes(problem: LinearProblem, network: Network, columns: Columns) -> LinearProblem:
    """Return the problem with the capacities of lanes as rows at its end: a row can be eased."""
    lane, t = _shipped(network, columns)
    numbers = columns.start[lane, t]
    problem.upper[numbers] = np.inf
    place = (np.arange(numbers.size), numbers)
    rows = coo_array((np.ones(numbers.size), place), shape=(numbers.size, problem.n_columns))
    return problem.with_rows(rows, np.full(numbers.size, -np.inf), network.activities.limit[lane, t])


def _each(labels: Sequence[str]) -> Iterator[tuple[str, Ints]]:
    """Yield each label once, with its places."""
    places: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        places.setdefault(label, []).append(place)
    for label, own in places.items():
        yield label, np.array(own, dtype=np.int64)


def _lines(model: Model) -> Iterator[_Found]:
    resources, months = model.network.resources, model.network.periods.months
    number = {name: r for r, name in enumerate(resources.name)}
    for family, kind, side, limit, ease, free in (
        ("capacity", "line rate", ABOVE, resources.capacity, -months, np.inf),
        ("sustaining", "minimum rate", BELOW, resources.sustaining, months, -np.inf),
    ):
        rows = model.names.rows_of(family)
        labels, periods = model.names.labels_of(family)
        for name, own in _each(labels):
            values = limit[number[name], periods[own]]
            eased = np.full(own.size, ease)
            size = float(values.max(initial=0.0)) / months
            yield _Found(kind, name, rows[own], periods[own], values, side, free, eased, size)


def _stocks(model: Model) -> Iterator[_Found]:
    rows = model.names.rows_of("stock limits")
    labels, periods = model.names.labels_of("stock limits")
    lower, upper = model.problem.row_lower[rows], model.problem.row_upper[rows]
    for kind, side, limit, ease, free in (
        ("stock floor", BELOW, lower, 1.0, -np.inf),
        ("stock ceiling", ABOVE, upper, -1.0, np.inf),
    ):
        for name, places in _each(labels):
            own = places[np.isfinite(limit[places])]
            if own.size:
                values, eased = limit[own], np.full(own.size, ease)
                size = float(values.max())
                yield _Found(kind, name, rows[own], periods[own], values, side, free, eased, size)


def _licences(model: Model) -> Iterator[_Found]:
    rows = model.names.rows_of("licence caps")
    for row, name, cap in zip(rows, model.network.caps.name, model.network.caps.upper, strict=True):
        yield _Found("licence cap", name, *_alone(row, cap), ABOVE, np.inf, np.array([-1.0]), float(cap))
    shares = model.network.work_shares
    rows = model.names.rows_of("work share")
    for row, licence, share in zip(rows, shares.licence, shares.share, strict=True):
        name = model.network.licences[licence]
        yield _Found("work share", name, *_alone(row, share), BELOW, -np.inf)


def _alone(row: int, value: float) -> tuple[Ints, Ints, Floats]:
    """Return one row as rows, without a period, and its value."""
    return np.array([row]), np.array([-1]), np.array([float(value)])


def _budgets(model: Model) -> Iterator[_Found]:
    rows, (labels, _) = model.names.rows_of("budget"), model.names.labels_of("budget")
    budgets = model.network.budgets
    for b, (row, name) in enumerate(zip(rows, labels, strict=True)):
        # A budget of nothing is eased in the size of the payer's others.
        size = float(budgets.amount[budgets.payer == budgets.payer[b]].max())
        amount = float(budgets.amount[b])
        yield _Found("budget", name, *_alone(row, amount), ABOVE, np.inf, np.array([-1.0]), amount or size)


def _lanes(network: Network, problem: LinearProblem, columns: Columns) -> Iterator[_Found]:
    lane, t = _shipped(network, columns)
    first, months = problem.n_rows - lane.size, network.periods.months
    for name, own in _each([network.activities.key[a] for a in lane]):
        values, eased = network.activities.limit[lane[own], t[own]], np.full(own.size, -months)
        size = float(values.max()) / months
        yield _Found("lane capacity", name, first + own, t[own], values, ABOVE, np.inf, eased, size)


def _materials(model: Model, unmade: Ints) -> Iterator[_Found]:
    nodes, T = model.network.nodes, model.network.periods.n
    for n, rows in zip(unmade, _supply_rows(model, unmade), strict=True):
        name = f"{nodes.item[n]}/{nodes.site[n]}"
        values = model.problem.row_upper[rows]
        # More is there from the first period on; what is not needed then stays in stock.
        eased = np.where(np.arange(T) == 0, -1.0, 0.0)
        size = float(values.sum())
        yield _Found("material", name, rows, np.arange(T), values, ABOVE, np.inf, eased, size)


def _dated_builds(model: Model) -> Iterator[_Found]:
    investments, T = model.network.investments, model.network.periods.n
    for e in np.flatnonzero(investments.fixed_start >= 0):
        numbers = model.columns.built[e]
        t = np.arange(T)
        built = t >= investments.fixed_start[e]
        yield _Found(
            "build date",
            investments.name[e],
            np.concatenate([numbers[built], numbers[~built]]),
            np.concatenate([t[built], t[~built]]),
            built[np.argsort(~built, kind="stable")].astype(float),
            np.where(np.sort(~built), COLUMN_ABOVE, COLUMN_BELOW),
            np.where(np.sort(~built), 1.0, 0.0),
        )


def _needs(network: Network, columns: Columns) -> Iterator[_Found]:
    for d, due in enumerate(np.cumsum(network.demands.due, axis=1)):
        t = np.flatnonzero((columns.delivered[d] >= 0) & (due > 0))
        if t.size:
            numbers = columns.delivered[d, t]
            size = float(due[-1])
            yield _Found(
                "due date", network.demands.name[d], numbers, t, due[t], COLUMN_BELOW, 0.0, size=size
            )
    objectives, T = network.objectives, network.periods.n
    for g in range(len(objectives.name)):
        t = np.arange(objectives.by_period[g], T) if objectives.by_date[g] else np.empty(0, dtype=np.int64)
        if t.size and objectives.level[g] > 0:
            level = float(objectives.level[g])
            yield _Found(
                "objective's date",
                objectives.name[g],
                columns.short[g, t],
                t,
                np.zeros(t.size),
                COLUMN_ABOVE,
                np.inf,
                size=level,
            )


def _numbered(found: list[_Found], problem: LinearProblem) -> tuple[LinearProblem, tuple[HardLimit, ...]]:
    """Return the problem with the slacks as columns at its end and every date as a bound, and the limits."""
    eased = [limit for limit in found if limit.ease is not None]
    slack_of = {id(limit): problem.n_columns + k for k, limit in enumerate(eased)}
    m, n = problem.n_rows, problem.n_columns + len(eased)
    first = np.array([0, m, 2 * m, 2 * m + n])
    limits = tuple(
        HardLimit(
            kind=limit.kind,
            name=limit.name,
            sides=first[limit.side] + limit.numbers,
            periods=limit.periods,
            values=limit.values,
            free=np.broadcast_to(limit.free, limit.numbers.shape).astype(float),
            ease=np.abs(limit.ease) if limit.ease is not None else np.zeros(limit.numbers.size),
            slack=slack_of.get(id(limit), -1),
            size=limit.size if limit.size > 0 else 1.0,
        )
        for limit in found
    )
    wider = problem.with_columns(len(eased))
    wider.upper[problem.n_columns :] = 0.0
    if eased:
        rows = np.concatenate([limit.numbers for limit in eased])
        numbers = np.repeat([slack_of[id(limit)] for limit in eased], [limit.numbers.size for limit in eased])
        values = np.concatenate([limit.ease for limit in eased if limit.ease is not None])
        matrix = csc_array(wider.matrix + coo_array((values, (rows, numbers)), shape=(m, n)))
        matrix.eliminate_zeros()
        matrix.sort_indices()
        wider = replace(wider, matrix=matrix)
    for limit in limits:
        if limit.kind == "due date":
            wider.lower[limit.sides - 2 * m] = limit.values
        elif limit.kind == "objective's date":
            wider.upper[limit.sides - 2 * m - n] = 0.0
    return wider, limits
