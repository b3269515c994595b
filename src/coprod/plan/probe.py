"""
The live plan as something to ask: what would it cost, how large could a share be, with this or that required?

Bounds and costs alone change from one question to the next, so each is answered from where the last one
ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, vstack

from coprod.plan.deadline import Deadline
from coprod.plan.extract import FULL, extract
from coprod.plan.face import Face
from coprod.plan.objective import Goal, discounted_cost, need_goals
from coprod.plan.stages import StageOutcome
from coprod.plan.tree import Whole, best_whole
from coprod.plan.whole import relaxed, whole_columns
from coprod.solve import solver

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from coprod.plan.assemble import Model
    from coprod.plan.settings import PlanSettings
    from coprod.progress import Progress
    from coprod.solve import LinearProblem

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Point", "Probe"]

#: How far a value that is held may slip, relative; the next one where no plan is found so close. What may
#: slip is spent: with 1e-7 of 97,000 unit-months of lateness, two thousandths of a unit were never made, and
#: by the letter the stock was never full.
SLIPS = (1e-9, 1e-8, 1e-7)
#: A need's lateness below this is none, in unit-months: its dates are then held as bounds, exactly.
NONE = 1e-6


@dataclass(frozen=True, slots=True)
class Point:
    """
    A plan found.

    Attributes
    ----------
    x : (n,)
        Its columns.
    value, bound
        Of the goal asked for; no plan has a value below `bound`.
    """

    x: Floats
    value: float
    bound: float


@dataclass(frozen=True, slots=True)
class _Start:
    """The cheapest of some plans, parts of builds allowed: point, basis, and the bounds that say which."""

    x: Floats
    basis: object
    bounds: tuple[Floats, ...]


class Probe:
    """
    A constrained plan kept loaded, to be asked; made by `Planner.probe`.

    Every ``hold``, ``require`` and ``limit`` narrows the plans that the next questions are about, until
    `release`.

    Parameters
    ----------
    model
        The assembled plan.
    problem
        It, with whatever breaches it cannot do without allowed.
    goals
        Of need, in the order they are pursued.
    settings
        Of the plan.
    progress
        May cancel.

    Attributes
    ----------
    parties : tuple of str
        Parties at whose sites value is added, sorted.
    cost : Goal
        Discounted cost.
    slip : float
        How far a value that is held may slip, relative.
    """

    def __init__(
        self,
        model: Model,
        problem: LinearProblem,
        goals: Sequence[Goal],
        settings: PlanSettings,
        progress: Progress,
    ) -> None:
        self.model, self.network, self.settings = model, model.network, settings
        self._progress = progress
        self._shares: list[tuple[str, float]] = []
        network, columns = model.network, model.columns
        activities = network.activities
        own = activities.processes
        parties = np.array(activities.party[own], dtype=object)
        self.parties = tuple(sorted({party for party in parties if party}))
        self._n = columns.n
        # Columns of value added: each party's, then everybody's.
        n = columns.n + len(self.parties) + 1
        self._goals = [_wider(goal, n) for goal in goals]
        self.cost = _wider(discounted_cost(network, columns), n)
        self.needs = [_wider(goal, n) for goal in need_goals(network, columns)]
        self._row_of: dict[str, int] = {}
        blocks = []
        size = problem.n_rows

        def rows(name: str, found: Sequence[Floats] | coo_array) -> None:
            nonlocal size
            block = found if isinstance(found, coo_array) else coo_array(np.array(found))
            self._row_of[name] = size
            blocks.append(block)
            size += block.shape[0]

        added = np.zeros((len(self.parties) + 1, n))
        worth = activities.unit_cost[own]
        self._unit = max(float(np.abs(worth).max(initial=0.0)), 1e-12)
        start = columns.start[own]
        p, t = np.nonzero(start >= 0)
        for number, party in enumerate([*self.parties, None]):
            mine = np.ones(p.size, dtype=bool) if party is None else parties[p] == party
            added[number, start[p[mine], t[mine]]] = worth[p[mine], t[mine]] / self._unit
            added[number, columns.n + number] = -1.0
        rows("value", list(added))
        rows("goals", [goal.row for goal in self._goals])
        rows("cost", [self.cost.row])
        rows("needs", [goal.row for goal in self.needs])
        rows("starts", coo_array((np.ones(p.size), (p, start[p, t])), shape=(start.shape[0], n)))
        items = sorted(set(network.nodes.item))
        at = np.array([items.index(item) for item in network.nodes.item], dtype=np.int64)
        last = columns.stock[:, -1]
        rows("left", coo_array((np.ones(at.size), (at, last)), shape=(len(items), n)))
        self._items = at
        wide = problem.with_columns(n - columns.n)
        wide.lower[columns.n :] = -np.inf
        matrix = vstack([block for block in blocks if block.shape[0]], format="coo")
        bounds = np.full(matrix.shape[0], np.inf)
        lower, upper = -bounds, bounds.copy()
        lower[: added.shape[0]] = upper[: added.shape[0]] = 0.0
        self._problem = wide.with_rows(matrix, lower, upper)
        self._engine = solver(settings.solver, threads=settings.threads)
        self._load(self._problem)
        #: How far a value that is held may slip, relative.
        self.slip = SLIPS[0]
        #: Questions answered so far.
        self.asked = 0

    def _load(self, problem: LinearProblem) -> None:
        self._face = Face(self._engine, problem)
        self._engine.load(problem)
        #: Where the last search for the cheapest plan began.
        self._cheapest: _Start | None = None

    # ------------------------------------------------------------------ what is asked for

    def share(self, party: str, at: float) -> Goal:
        """Return what everybody adds times `at`, less what a party adds: 0 where its share is `at`."""
        cost = np.zeros(self.cost.cost.size)
        first = self._n
        cost[first + self.parties.index(party)] -= self._unit
        cost[first + len(self.parties)] += at * self._unit
        return Goal(f"share of {party}", self.network.base_currency, cost)

    def starts(self, process: int) -> Goal:
        """Return units started of a process."""
        cost = np.zeros(self.cost.cost.size)
        own = self.model.columns.start[process]
        cost[own[own >= 0]] = 1.0
        return Goal(f"starts of {self.network.activities.key[process]}", "units", cost)

    def builds(self, investment: int) -> Goal:
        """Return how many builds there are of an investment."""
        cost = np.zeros(self.cost.cost.size)
        cost[self.model.columns.built[investment, -1]] = 1.0
        return Goal(f"builds of {self.network.investments.name[investment]}", "builds", cost)

    # ------------------------------------------------------------------ which plans

    def release(self) -> None:
        """Ask about every plan that keeps to the study's limits again."""
        self._face.restore()

    def hold_as_close_as_can_be(self, lateness: Sequence[float] | Floats) -> None:
        """Hold the goals of need at values, with the least slip that leaves a plan."""
        for self.slip in SLIPS:
            self.hold(lateness)
            if np.isfinite(self.bound(self.cost)):
                return
            self.release()

    def hold(self, lateness: Sequence[float] | Floats) -> None:
        """Hold the goals of need at values, one for each."""
        for number, (goal, value) in enumerate(zip(self._goals, lateness, strict=True)):
            self._at_most(goal, self._row_of["goals"] + number, value)

    def hold_each(self, point: Point, but: Collection[int]) -> None:
        """Hold every order and every objective by itself no later than in a plan, some of them excepted."""
        late = self.lateness(point)
        for number, goal in enumerate(self.needs):
            if number not in but:
                self._at_most(goal, self._row_of["needs"] + number, float(late[number]))

    def _at_most(self, goal: Goal, row: int, value: float) -> None:
        """Keep a need at a value; where that is none at all, by its columns' own bounds."""
        at = np.flatnonzero(goal.cost)
        lower, upper = self._face.problem.lower[at], self._face.problem.upper[at]
        ideal = np.where(goal.cost[at] > 0, lower, upper)
        if value <= NONE and np.isfinite(ideal).all() and goal.cost[at] @ ideal + goal.constant >= -NONE:
            self._face.columns(at, ideal, ideal)
            return
        most = goal.ceiling(value + self.slip * max(1.0, abs(value)))
        self._face.at_most(row, most)

    def require_full(self, need: int, period: int) -> None:
        """Require an objective's level, or all that is due of an order, at each period's end from one on."""
        columns, demands = self.model.columns, self.network.demands
        if need < len(demands.name):
            own = columns.delivered[need, period:]
            due = np.cumsum(demands.due[need])[period:][own >= 0]
            own = own[own >= 0]
            self._face.columns(own, due, due)
            return
        own = columns.short[need - len(demands.name), period:]
        self._face.columns(own, np.zeros(own.size), np.zeros(own.size))

    def require_all_in_the_end(self, point: Point) -> None:
        """Require that by the horizon as much is delivered and in stock as in a plan, however late."""
        columns = self.model.columns
        own = columns.delivered[:, -1]
        own = own[own >= 0]
        lower, upper = self._face.lower[own], self._face.upper[own]
        least = point.x[own] - self.slip * np.maximum(1.0, point.x[own])
        self._face.columns(own, np.minimum(np.maximum(lower, least), upper), upper)
        own, missing = columns.short[:, -1], self._missing(point)[:, -1]
        lower, upper = self._face.lower[own], self._face.upper[own]
        most = missing + self.slip * np.maximum(1.0, missing)
        self._face.columns(own, lower, np.maximum(np.minimum(upper, most), lower))

    def require_share(self, party: str, at: float, *, at_least: bool) -> None:
        """
        Require a party's share to be at least, or at most, one of those handed to `with_shares`.

        Raises
        ------
        ValueError
            If it was not.
        """
        row = self._problem.n_rows + self._shares.index((party, at))
        bounds = (0.0, np.inf) if at_least else (-np.inf, 0.0)
        self._face.rows(np.array([row]), np.array([bounds[0]]), np.array([bounds[1]]))

    def limit_cost(self, most: float) -> None:
        """Limit the cost."""
        self._face.at_most(self._row_of["cost"], self.cost.ceiling(most))

    def limit_builds(self, investment: int, least: float, most: float) -> None:
        """Limit how many builds of an investment there are in all."""
        last = self.model.columns.built[investment, -1:]
        self._face.columns(last, np.array([least]), np.array([most]))

    def require_service(self, investment: int, period: int) -> None:
        """Require a build to be complete by a period, if it can be; by the horizon if not."""
        network, built = self.network, self.model.columns.built
        lag = int(network.activities.lag[network.activities.investments][investment])
        for latest in (min(max(period - lag, 0), network.periods.n - 1), network.periods.n - 1):
            own = built[investment, latest : latest + 1]
            upper = self._face.upper[own]
            self._face.columns(own, np.minimum(1.0, upper), upper)
            if np.isfinite(self.bound(self.cost)):
                return
            self._face.columns(own, self._face.problem.lower[own], upper)

    def limit_starts(self, process: int, least: float, most: float) -> None:
        """Limit how many units of a process are started in all."""
        if most <= 0.0:
            own = self.model.columns.start[process]
            own = own[own >= 0]
            self._face.columns(own, np.zeros(own.size), np.zeros(own.size))
            return
        row = np.array([self._row_of["starts"] + process])
        self._face.rows(row, np.array([least]), np.array([most]))

    def limit_leftovers(self, point: Point) -> None:
        """Leave no more of any item in stock at the end, over all sites together, than a plan does."""
        last = self.model.columns.stock[:, -1]
        left = np.zeros(self._items.max(initial=-1) + 1)
        np.add.at(left, self._items, point.x[last])
        rows = self._row_of["left"] + np.arange(left.size)
        most = left + self.slip * np.maximum(1.0, left)
        self._face.rows(rows, np.full(left.size, -np.inf), most)

    def with_shares(self, shares: Sequence[tuple[str, float]]) -> None:
        """Take the shares that `require_share` is going to be asked; the model is loaded anew."""
        self._shares = list(shares)
        n = self._problem.n_columns
        count = len(self._shares)
        row = np.arange(count)
        mine = self._n + np.array([self.parties.index(party) for party, _ in shares], dtype=np.int64)
        everybody = np.full(count, self._n + len(self.parties))
        values = np.concatenate([np.ones(count), -np.array([at for _, at in shares])])
        matrix = coo_array(
            (values, (np.concatenate([row, row]), np.concatenate([mine, everybody]))), shape=(count, n)
        )
        free = np.full(count, np.inf)
        self._load(self._problem.with_rows(matrix, -free, free))

    # ------------------------------------------------------------------ questions

    def best(
        self,
        goal: Goal,
        within: float = 0.0,
        relative: float = 0.0,
        known: Point | None = None,
        most: float = np.inf,
        nodes: int | None = None,
    ) -> Point | None:
        """
        Return the plan best for a goal; None if there is none, or none of a value up to `most`.

        Parameters
        ----------
        goal
            Minimised.
        within, relative
            How far from the best it may be, in the goal's unit, or as a share of it.
        known
            A plan that keeps to all that is asked, if one is at hand.
        most
            See above.
        nodes
            See `coprod.plan.tree.best_whole`.

        Raises
        ------
        NoPlanError, SolverError
            See `coprod.plan.tree.best_whole`.
        """
        deadline = Deadline(self.settings.time_limit, self._progress)
        if self._start(deadline) is None:
            return None
        found: Whole | None = best_whole(
            self._face,
            goal,
            whole_columns(self.model),
            deadline,
            within=within,
            relative=relative,
            known=None if known is None else known.x,
            most=most,
            nodes=nodes,
            first="dual" if goal is self.cost else "primal",
        )
        self.asked += 1
        return None if found is None else Point(found.x, found.value, found.bound)

    def _start(self, deadline: Deadline) -> Floats | None:
        """
        Put the solver at the cheapest of the plans asked about, parts of builds allowed; None if none.

        From there any goal is a few hundred pivots of primal simplex; from wherever the last question ended,
        ten times as many of dual simplex (24 ranges of the example: 10 s against 1 s).
        """
        face, engine = self._face, self._engine
        now = (face.lower, face.upper, face.row_lower, face.row_upper)
        if self._cheapest is not None:
            engine.start_from_basis(self._cheapest.basis)
            if all(np.array_equal(*pair) for pair in zip(now, self._cheapest.bounds, strict=True)):
                return self._cheapest.x
        x = relaxed(face, self.cost, "dual", deadline).primal
        basis = engine.basis()
        if x is not None and basis is not None:
            self._cheapest = _Start(x, basis, tuple(bounds.copy() for bounds in now))
        return x

    def bound(self, goal: Goal) -> float:
        """
        Return what no plan asked about has less of: the least of a goal with parts of builds allowed.

        inf where none keeps to all that is asked.

        Raises
        ------
        SolverError
            See `coprod.plan.one_goal.solve_goal`.
        """
        deadline = Deadline(self.settings.time_limit, self._progress)
        x = self._start(deadline)
        if x is not None and goal is not self.cost:
            x = relaxed(self._face, goal, "primal", deadline).primal
        return np.inf if x is None else goal.value(x)

    def least_late(self) -> Point | None:
        """
        Hold the goals of need, one after the other, at the least lateness of the plans asked about.

        Returns
        -------
        Point or None
            Such a plan, whatever it costs; None if there is none.

        Raises
        ------
        NoPlanError, SolverError
            See `best`.
        """
        point: Point | None = None
        for number, goal in enumerate(self._goals):
            gap = max(self.settings.gap, SLIPS[0])
            point = self.best(goal, gap, gap, known=point)
            if point is None:
                return None
            self._at_most(goal, self._row_of["goals"] + number, point.value)
        return point

    # ------------------------------------------------------------------ what a plan found is like

    def shares(self, point: Point) -> dict[str, float]:
        """Return each party's share of value added; 0 where nothing is added."""
        added = point.x[self._n :][: len(self.parties) + 1]
        everybody = float(added[-1])
        if everybody <= 0:
            return dict.fromkeys(self.parties, 0.0)
        return {party: float(added[i]) / everybody + 0.0 for i, party in enumerate(self.parties)}

    def value_added(self, point: Point) -> float:
        """Return what everybody together adds, base currency at price-year prices."""
        return float(point.x[self._n + len(self.parties)]) * self._unit

    def started(self, point: Point) -> Floats:
        """Return units started of each process over the horizon, (P,)."""
        own = self.model.columns.start[self.network.activities.processes]
        return np.asarray(np.where(own >= 0, point.x[own], 0.0).sum(axis=1))

    def built(self, point: Point) -> Ints:
        """Return how many builds there are of each investment, (E,)."""
        return np.round(point.x[self.model.columns.built[:, -1]]).astype(np.int64)

    def lateness(self, point: Point) -> Floats:
        """Return how late each order and each objective is, (D + G,) weighted unit-months."""
        demands, objectives, periods = self.network.demands, self.network.objectives, self.network.periods
        own = self.model.columns.delivered
        backlog = np.cumsum(demands.due, axis=1) - np.where(own >= 0, point.x[own], 0.0)
        counted = np.arange(periods.n) >= objectives.by_period[:, None]
        short = self._missing(point) * counted
        late = np.concatenate([backlog.sum(axis=1) * demands.weight, short.sum(axis=1) * objectives.weight])
        return np.asarray(np.maximum(late, 0.0) * periods.months)

    def class_lateness(self, point: Point) -> list[float]:
        """Return the value of each goal of need, as `hold` takes them."""
        return [max(goal.value(point.x), 0.0) for goal in self._goals]

    def _missing(self, point: Point) -> Floats:
        """Return what is missing to each objective's level, (G, T) units."""
        objectives = self.network.objectives
        stock = point.x[self.model.columns.stock[objectives.node]]
        return np.asarray(np.maximum(objectives.level[:, None] - stock, 0.0))

    def full_from(self, point: Point) -> Ints:
        """
        Return the period from whose end on each order is delivered, and each objective's stock full.

        (D + G,), and T where that is never; what is missing to within `coprod.plan.extract.FULL` is not
        missing.
        """
        own, due = self.model.columns.delivered, np.cumsum(self.network.demands.due, axis=1)
        behind = due - np.where(own >= 0, point.x[own], 0.0) > FULL
        to_come = due[:, -1:] - due > FULL
        waits = np.concatenate([behind | to_come, self._missing(point) > FULL])
        return np.array([int(np.flatnonzero(row)[-1]) + 1 if row.any() else 0 for row in waits])

    def tables(self, point: Point) -> Mapping[str, pd.DataFrame]:
        """Return every result table of a plan found, as `Planner.solve` does."""
        outcomes = [
            StageOutcome(goal, goal.value(point.x), "asked", 0.0) for goal in [*self._goals, self.cost]
        ]
        return extract(self.model, point.x, outcomes)


def _wider(goal: Goal, n: int) -> Goal:
    return Goal(goal.name, goal.unit, np.pad(goal.cost, (0, n - goal.cost.size)), goal.constant)
