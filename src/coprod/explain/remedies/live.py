"""A study's limits and due dates on a live model: which can be kept together, and what easing takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coprod.errors import SolverError
from coprod.explain.limits import Limit
from coprod.plan.hard import NEEDS
from coprod.solve import solve_or_stop, solver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from coprod.plan import PlanSettings
    from coprod.plan.hard import HardLimit, HardPlan
    from coprod.progress import Progress
    from coprod.solve import LinearProblem, Method, Solution, Solver

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["WHOLE", "Ease", "Held", "Live", "Span"]

#: Nodes after which a question about whole numbers stays without an answer.
NODES = 2000
#: How far an easing found in the relaxation may be below the one of whole builds, relative.
SAME = 1e-6

#: Periods of a limit that hold, first and last.
Span = tuple[int, int]
#: Every period.
WHOLE: Span = (-1, 2**31)
#: Limits that hold, each in some of its periods.
Held = dict[Limit, Span]


@dataclass(frozen=True, slots=True)
class Ease:
    """
    One limit eased.

    Attributes
    ----------
    limit
        Which one.
    by
        How far it gives way, in its unit (see `coprod.plan.hard.HardLimit`); of a need, how many whole
        periods later it is due.
    first, last
        Periods in which it does; of a material, `first` is when the more of it is there.
    """

    limit: Limit
    by: float
    first: int = -1
    last: int = 2**31


class Live:
    """
    A hard plan kept loaded.

    Every question changes bounds alone, so that it is answered from where the last one ended: mostly within
    milliseconds.

    Parameters
    ----------
    hard
        The plan.
    settings
        Solver and threads.
    progress
        May cancel.
    """

    def __init__(self, hard: HardPlan, settings: PlanSettings, progress: Progress) -> None:
        self.hard, self.network = hard, hard.network
        self.limits: dict[Limit, HardLimit] = {Limit(own.kind, own.name): own for own in hard.limits}
        #: Whether a question about whole numbers stayed without an answer, and was taken to be a yes.
        self.doubted = False
        self.questions = 0
        self._settings, self._progress = settings, progress
        problem = hard.problem
        self._m, self._n = problem.n_rows, problem.n_columns
        self._hard = np.concatenate([problem.row_lower, problem.row_upper, problem.lower, problem.upper])
        self._whole = bool((problem.integer & (problem.lower < problem.upper)).any())
        # Each kind of question goes on from where the last of its kind ended.
        self._models: dict[bool, _Model] = {}

    @property
    def needs(self) -> list[Limit]:
        """The due dates, the most important first: orders before objectives, each by its class."""
        network = self.network
        priority = dict(zip(network.demands.name, network.demands.priority, strict=True))
        later = dict(zip(network.objectives.name, network.objectives.priority, strict=True))
        return sorted(
            (limit for limit in self.limits if limit.kind in NEEDS),
            key=lambda need: (
                NEEDS.index(need.kind),
                int((priority if need.kind == NEEDS[0] else later)[need.name]),
            ),
        )

    def feasible(
        self,
        held: Mapping[Limit, Span] | None = None,
        eased: Iterable[Ease] = (),
        *,
        builds: Mapping[str, int] | None = None,
        likely: bool = False,
    ) -> bool:
        """
        Whether limits can be kept together; all by default.

        With whole numbers a question can stay without an answer; that counts as yes, and is kept in
        `doubted`.

        Parameters
        ----------
        held
            The limits that hold; every one by default.
        eased
            Those of them that give way.
        builds
            The most builds of some investments.
        likely
            Whether the answer is likely to be yes: it is then looked for first, with every build as early as
            can be.
        """
        bounds = self._bounds(held, eased)
        for name, most in (builds or {}).items():
            columns = self.hard.columns.built[self.network.investments.name.index(name)]
            bounds[2 * self._m + self._n + columns] = most
        if likely and self._whole and self._early(bounds).solve("dual").primal is not None:
            return True
        if self._relaxed(bounds).solve("dual").primal is None:
            return False
        if not self._whole or (not likely and self._early(bounds).solve("dual").primal is not None):
            return True
        found = self._searched(bounds).solve("choose", nodes=NODES)
        if found.status == "failed":
            self.doubted = True
        return found.status == "failed" or found.primal is not None

    def least(
        self,
        price: Mapping[Limit, float],
        held: Mapping[Limit, Span] | None = None,
        eased: Iterable[Ease] = (),
    ) -> dict[Limit, float] | None:
        """
        Return the cheapest easing, in every period alike, with which limits can be kept; None if none does.

        Parameters
        ----------
        price
            Of one unit of easing, for each limit that may be eased.
        held, eased
            See `feasible`.
        """
        problem = self.hard.problem
        bounds = self._bounds(held, eased)
        slacks = np.array([self.limits[limit].slack for limit in price], dtype=np.int64)
        bounds[2 * self._m + self._n + slacks] = np.inf
        cost = np.zeros(problem.n_columns)
        cost[slacks] = list(price.values())
        found = self._cheapest(bounds, cost)
        if found is None:
            return None
        return {limit: max(0.0, float(found[self.limits[limit].slack])) for limit in price}

    def _cheapest(self, bounds: Floats, cost: Floats) -> Floats | None:
        relaxed = self._relaxed(bounds).solve("dual", cost)
        if relaxed.primal is None or not self._whole:
            return relaxed.primal
        assert relaxed.objective is not None
        early = self._early(bounds).solve("dual", cost)
        if early.objective is not None and early.objective <= relaxed.objective * (1 + SAME) + 1e-12:
            return early.primal
        searched = self._searched(bounds).solve("choose", cost, nodes=NODES, gap=1e-4, start=early.primal)
        return early.primal if searched.primal is None else searched.primal

    def prices(self, needs: Sequence[Limit], held: Mapping[Limit, Span]) -> dict[Limit, float]:
        """
        Return the limits that hold back what is asked of some needs, each with its weight.

        Needs give way at a price here, each in its own size: the elastic relaxation. Limits with a dual prove
        together that not all needs can be kept. Empty if they can, or if the others contradict each other.
        """
        problem = self.hard.problem
        bounds = self._bounds({limit: span for limit, span in held.items() if limit not in needs}, ())
        cost = np.zeros(problem.n_columns)
        for need in needs:
            own = self.limits[need]
            columns = (own.sides - 2 * self._m) % self._n
            cost[columns] += (-1.0 if need.kind == NEEDS[0] else 1.0) / own.size
        found = self._relaxed(bounds).solve("dual", cost)
        if found.primal is None or found.row_dual is None:
            return {}
        dual = np.abs(np.concatenate([found.row_dual, found.row_dual, np.zeros(2 * self._n)]))
        weights = {}
        for limit in held:
            own = self.limits[limit]
            if own.kind not in NEEDS:
                weights[limit] = float(dual[own.sides].sum()) * own.size
        largest = max(weights.values(), default=0.0)
        return {limit: weight for limit, weight in weights.items() if weight > 1e-9 * largest}

    def shifted(self, need: Limit, later: int) -> tuple[Ints, Floats]:
        """Return the bounds, numbered as sides, of a need that is due some periods later."""
        own, n_periods = self.limits[need], self.network.periods.n
        if need.kind == NEEDS[1]:
            first = int(own.periods[0])
            return own.sides, np.where(own.periods < first + later, np.inf, 0.0)
        columns = self.hard.columns.delivered[self.network.demands.name.index(need.name)]
        due = np.zeros(n_periods)
        due[own.periods] = own.values
        moved = np.concatenate([np.zeros(later), due[: n_periods - later]])
        there = columns >= 0
        below = 2 * self._m + columns[there]
        return np.concatenate([below, below + self._n]), np.tile(moved[there], 2)

    def latest(self, need: Limit) -> int:
        """Return by how many periods a need can be due later within the horizon."""
        own, last = self.limits[need], self.network.periods.n - 1
        if need.kind == NEEDS[1]:
            return last - int(own.periods[0])
        grows = np.flatnonzero(np.diff(own.values, prepend=0.0) > 0)
        return last - int(own.periods[grows[-1]])

    def _model(self, early: bool, bounds: Floats) -> _Model:
        if early not in self._models:
            engine = solver(self._settings.solver, threads=self._settings.threads)
            self._models[early] = _Model(engine, self.hard.problem, self._hard, self._progress)
        model = self._models[early]
        model.set(bounds)
        self.questions += 1
        return model

    def _relaxed(self, bounds: Floats) -> _Model:
        """Return the model in which builds need not be whole."""
        model = self._model(False, bounds)
        model.engine.relax_integers(True)
        return model

    def _searched(self, bounds: Floats) -> _Model:
        """Return the model in which whole builds are searched for."""
        model = self._model(False, bounds)
        model.engine.relax_integers(False)
        return model

    def _early(self, bounds: Floats) -> _Model:
        """Return the model in which every build is as early as it can be."""
        early = bounds.copy()
        columns, values = self.hard.early
        values = np.minimum(values, bounds[2 * self._m + self._n + columns])
        early[2 * self._m + columns] = early[2 * self._m + self._n + columns] = values
        model = self._model(True, early)
        model.engine.relax_integers(True)
        return model

    def _bounds(self, held: Mapping[Limit, Span] | None, eased: Iterable[Ease]) -> Floats:
        """Return the model's bounds with only some limits held, and some eased."""
        bounds = self._hard.copy()
        for ease in eased:
            own = self.limits[ease.limit]
            if own.kind in NEEDS:
                sides, values = self.shifted(ease.limit, round(ease.by))
                bounds[sides] = values
            elif own.kind == "material":
                row = own.sides[max(ease.first, 0)] % self._m
                bounds[[row, row + self._m]] += ease.by
            else:
                inside = (own.periods >= ease.first) & (own.periods <= ease.last)
                above = own.sides[inside] >= self._m
                bounds[own.sides[inside]] += np.where(above, 1.0, -1.0) * ease.by * own.ease[inside]
        for limit, own in self.limits.items():
            span = WHOLE if held is None else held.get(limit)
            if span is WHOLE or span == WHOLE:
                continue
            outside = np.ones(own.sides.size, dtype=bool)
            if span is not None:
                outside = (own.periods < span[0]) | (own.periods > span[1])
            bounds[own.sides[outside]] = own.free[outside]
        return bounds


class _Model:
    """A solver with the bounds that are set in it."""

    def __init__(self, engine: Solver, problem: LinearProblem, bounds: Floats, progress: Progress) -> None:
        self.engine = engine
        self._m, self._n = problem.n_rows, problem.n_columns
        self._bounds, self._progress = bounds, progress
        self._costs = False
        engine.load(problem)

    def set(self, bounds: Floats) -> None:
        """Change the bounds, those of rows from below and above, then those of columns."""
        changed = np.flatnonzero(bounds != self._bounds)
        m, n = self._m, self._n
        rows = np.unique(changed[changed < 2 * m] % max(m, 1))
        columns = np.unique((changed[changed >= 2 * m] - 2 * m) % n)
        self.engine.set_row_bounds(rows, bounds[rows], bounds[m + rows])
        self.engine.set_column_bounds(columns, bounds[2 * m + columns], bounds[2 * m + n + columns])
        self._bounds = bounds.copy()

    def solve(
        self,
        method: Method,
        cost: Floats | None = None,
        *,
        nodes: int | None = None,
        gap: float = 0.0,
        start: Floats | None = None,
    ) -> Solution:
        """
        Return the solver's answer: a solution, or that there is none.

        Raises
        ------
        KeyboardInterrupt
            If the caller cancels.
        SolverError
            If the solver gives up.
        """
        if cost is not None or self._costs:
            self.engine.set_costs(np.zeros(self._n) if cost is None else cost)
        self._costs = cost is not None
        if start is not None:
            self.engine.start_from(start)
        attempts: tuple[Method, ...] = (method, "primal", "ipm")
        for attempt in attempts:
            found = solve_or_stop(self.engine, attempt, self._progress, gap=gap, nodes=nodes)
            if found.status != "failed" or nodes is not None:
                return found
        msg = "the solver gave up while it looked for limits that contradict each other"
        raise SolverError(msg)
