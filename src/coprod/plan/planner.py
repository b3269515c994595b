"""The live plan: a model kept loaded, solved, changed in place and solved again."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coprod.errors import NoPlanError
from coprod.plan.assemble import Model, assemble
from coprod.plan.builds import BuildColumns
from coprod.plan.calm import calm
from coprod.plan.deadline import Deadline
from coprod.plan.extract import backfill_dates, extract, with_earliest
from coprod.plan.face import Face, replace_bounds
from coprod.plan.floor import Proof, floors, proof
from coprod.plan.lateness import Lateness, least_late, read_lateness
from coprod.plan.objective import (
    Goal,
    breach_goal,
    discounted_cost,
    goals,
    relaxation_goal,
    shortfall_goals,
)
from coprod.plan.one_goal import solve_goal
from coprod.plan.passing import passing_stock
from coprod.plan.probe import Probe
from coprod.plan.pursue import pursue, with_goal_rows
from coprod.plan.result import PlanResult
from coprod.plan.settings import PlanSettings
from coprod.plan.stages import Pursuit, StageOutcome, largest_gap, reached_vertex
from coprod.plan.starts import Start, Starts
from coprod.plan.whole import whole_columns
from coprod.progress import Progress
from coprod.solve import LinearProblem, solver

if TYPE_CHECKING:
    from datetime import date

    from coprod.network.network import Network

__all__ = ["Planner"]

Floats = NDArray[np.float64]

#: A coefficient range above this strains a solver's absolute tolerances; it is told, not hidden.
WIDE_RANGE = 1e9

CONTRADICTION = (
    "the limits contradict each other even when stock limits and budgets may be broken; "
    "coprod cures tells which"
)


class Planner:
    """
    The plan of one network as a live model.

    Parameters
    ----------
    network
        Compiled study; compiled with ``before_periods`` for an unconstrained plan.
    settings
        What is asked for.
    progress
        Told of every stage; may cancel.

    Examples
    --------
    >>> from coprod.study.tables import Tables  # doctest: +SKIP
    >>> planner = Planner(compile_network(tables))  # doctest: +SKIP
    >>> first = planner.solve()  # doctest: +SKIP
    >>> planner.update(
    ...     compile_network(changed)
    ... )  # only figures differ: solved from where a plan before ended  # doctest: +SKIP
    >>> second = planner.solve()  # doctest: +SKIP
    """

    def __init__(
        self, network: Network, settings: PlanSettings | None = None, progress: Progress | None = None
    ) -> None:
        self.settings = settings or PlanSettings()
        self.progress = progress or Progress()
        self._engine = solver(self.settings.solver, threads=self.settings.threads)
        self._load(network)

    def _load(self, network: Network) -> None:
        #: A model looked at before it is loaded.
        self._ahead: Model | None = None
        self.model: Model = assemble(network, self.settings.kind)
        self._problem, self._goals, self._first_goal_row = self._with_goals(self.model)
        self._face = self._narrowable(self._problem)
        self._engine.load(self._problem)
        self._starts = Starts()
        self._pursued: Pursuit | None = None

    def _narrowable(self, problem: LinearProblem) -> Face:
        return Face(self._engine, problem, passing_stock(self.model.network, self.model.columns))

    def _with_goals(self, model: Model) -> tuple[LinearProblem, list[Goal], int | None]:
        """
        Return a model's problem, its goals, and the number of the first goal's row.

        Free rows hold goals where duals cannot: with whole numbers, or with an allowance.
        """
        sequence = self._sequence(model)
        free = model.problem.integer & (model.problem.lower < model.problem.upper)
        if free.any() or self.settings.stage_allowance > 0:
            return with_goal_rows(model.problem, sequence), sequence, model.problem.n_rows
        return model.problem, sequence, None

    def _sequence(self, model: Model) -> list[Goal]:
        """Return the goals in the order they are pursued."""
        settings, network, columns = self.settings, model.network, model.columns
        if settings.kind == "minimal-relaxation":
            # What has a date is hard, as far as lead times let it; then the least slack; then the rest.
            dated = replace(network.objectives, weight=_dated(network, network.objectives.weight))
            undated = replace(network.objectives, weight=network.objectives.weight - dated.weight)
            need = goals(replace(network, objectives=dated), columns, ("demands", "objectives", "cost"))
            rest = shortfall_goals(replace(network, objectives=undated), columns)
            before = [goal for goal in need[:-1] if goal.cost.any() or goal.constant]
            after = [replace(goal, name=f"{goal.name}, undated") for goal in rest if goal.cost.any()]
            return [*before, relaxation_goal(columns), *after, need[-1]]
        found = goals(network, columns, settings.objective_order)
        if settings.mode == "weighted":
            return [self._weighted(model, found)]
        return found

    def _weighted(self, model: Model, found: list[Goal]) -> Goal:
        """Return the one sum of the weighted mode; the weights stand in its unit."""
        # By default a unit-month late costs three times the dearest unit: dear enough that nothing is left
        # undelivered to save its own cost, and stated, so that whoever disagrees can set it.
        dearest = 3.0 * max(
            float(np.max(model.network.nodes.unit_value, initial=0.0)), _dearest(model.network), 1.0
        )
        backlog = self.settings.backlog_weight if self.settings.backlog_weight is not None else dearest
        shortfall = self.settings.shortfall_weight if self.settings.shortfall_weight is not None else dearest
        cost, constant = np.zeros(model.columns.n), 0.0
        for goal in found:
            weight = {"demands": backlog, "objectives": shortfall}.get(goal.name.split(" ")[0], 1.0)
            cost += weight * goal.cost
            constant += weight * goal.constant
        currency = model.network.base_currency
        unit = f"{currency}; {backlog:g} per unit-month late, {shortfall:g} per unit-month short"
        return Goal("weighted", unit, cost, constant)

    def update(self, network: Network) -> bool:
        """
        Take another network; change the live model in place where only bounds and costs differ.

        Where the plan at hand is one that others may begin at, it is noted first where it ended: a short
        solve, within the time limit of one.

        Returns
        -------
        bool
            Whether the model was kept. Either way the next solve starts from the nearest plan, see `Starts`.

        Raises
        ------
        KeyboardInterrupt
            If the caller cancels; the model is as it was.
        """
        ahead, self._ahead = self._ahead, None
        kept = ahead is not None and ahead.network is network
        model = ahead if ahead is not None and kept else assemble(network, self.settings.kind)
        problem, sequence, first_goal_row = self._with_goals(model)
        same = problem.same_matrix(self._problem)
        if self._pursued is not None and self._starts.wanted(self._problem, problem):
            self._keep_start(self._pursued)
        self._pursued = None
        start = self._starts.nearest(model, problem, sequence, self._engine)
        self.model, self._problem = model, problem
        self._goals, self._first_goal_row = sequence, first_goal_row
        if same:
            self._face.problem = problem
            self._face.passing = passing_stock(model.network, model.columns)
            self._face.restore()
        else:
            self._face = self._narrowable(problem)
            self._engine.load(problem)
        self._face.start = start
        return same

    def _keep_start(self, pursued: Pursuit) -> None:
        """Keep where the plan at hand ended, for plans after it."""
        self.progress.phase("plan: where options begin")
        self._face.restore()
        self._engine.relax_integers(True)
        vertex = reached_vertex(self._face, pursued, Deadline(self.settings.time_limit, self.progress))
        if vertex is not None:
            self._starts.keep(Start(self.model, self._problem, vertex))

    def _pursue(self, face: Face, sequence: list[Goal], deadline: Deadline) -> Pursuit | None:
        return pursue(
            face,
            sequence,
            deadline,
            gap=self.settings.gap,
            allowance=self.settings.stage_allowance,
            first_goal_row=self._first_goal_row,
            whole=whole_columns(self.model),
            builds=self._buildable(sequence),
        )

    def _buildable(self, sequence: list[Goal]) -> BuildColumns | None:
        """Return what can be built early; None where that is no help: exclusions, cost not last."""
        network, settings = self.model.network, self.settings
        if settings.mode != "lexicographic" or network.investments.excludes.size:
            return None
        if len(sequence) < 2 or settings.objective_order[-1] != "cost":
            return None
        own = network.activities.investments
        return BuildColumns(
            built=self.model.columns.built,
            allowed=network.activities.allowed[own],
            most=network.investments.max_builds.astype(float),
            lag=network.activities.lag[own],
            requires=network.investments.requires,
            free=network.investments.fixed_start < 0,
            lines=self.model.columns.open[(self.model.columns.open >= 0).all(axis=1)],
            licensed=self.model.columns.licensed,
        )

    def solve(self) -> PlanResult:
        """
        Solve the model as it stands.

        Returns
        -------
        PlanResult

        Raises
        ------
        NoPlanError
            If no plan was found within the time limit, or none exists even with every breach allowed.
        SolverError
            If the solver gives up, or something pays for itself without end.
        KeyboardInterrupt
            If the caller cancels.
        """
        begin = time.perf_counter()
        deadline = Deadline(self.settings.time_limit, self.progress)
        self._face.restore()
        notes = list(self._range_note())
        found = self._pursued = self._pursue(self._face, self._goals, deadline)
        outcomes: list[StageOutcome] = []
        if found is None:
            breach = self._breach(deadline)
            outcomes += breach.outcomes
            notes.append("not every limit can hold: the least breach is listed first; coprod cures tells why")
            self._engine.relax_integers(False)
            found = self._pursue(self._face, self._goals, deadline)
        if found is None:
            msg = CONTRADICTION
            raise NoPlanError(msg)
        outcomes += found.outcomes
        x = found.x
        # Of what the time limit left out a plan is worth what it happens to be.
        outcomes += [
            StageOutcome(goal, np.nan, "time limit", np.nan) for goal in self._goals[len(found.outcomes) :]
        ]
        if self.settings.mode == "weighted":
            network, columns = self.model.network, self.model.columns
            for goal in goals(network, columns, self.settings.objective_order):
                outcomes.append(StageOutcome(goal, goal.value(x), "part of the weighted sum", 0.0))
        if found.complete and self.settings.calm_allowance > 0:
            x = self._calmed(x, deadline, notes)
        tables = extract(self.model, x, outcomes)
        iterations = found.iterations
        if self.settings.earliest_backfill and self._has_dates():
            dates = self._earliest(deadline) if found.complete else None
            if dates is None:
                notes.append(
                    "earliest backfill: the time limit came first; the dates given are the plan's own"
                )
            else:
                tables["backfills"] = with_earliest(tables["backfills"], dates)
        status, gap = _status(found, outcomes)
        return PlanResult(
            option=self.model.network.option,
            kind=self.settings.kind,
            status=status,
            gap=gap,
            tables=tables,
            notes=tuple(notes),
            solver={
                "name": self._engine.name,
                "version": self._engine.version,
                "threads": self.settings.threads,
                "iterations": iterations,
                "seconds": time.perf_counter() - begin,
                "rows": self._problem.n_rows,
                "columns": self._problem.n_columns,
                "nonzeros": int(self._problem.matrix.nnz),
            },
        )

    def lateness(self) -> Lateness:
        """
        Solve for the goals of need alone: how late the best plan is, whatever it costs.

        Of the builds, only the ones that help are of interest, so cost is left out; it takes a fraction of
        the time of `solve`. Goals after cost, in a study that has them, are pursued after it as in `solve`.

        Raises
        ------
        NoPlanError
            If no plan was found within the time limit, or none exists even with every breach allowed.
        """
        deadline = Deadline(self.settings.time_limit, self.progress)
        last = max((n for n, goal in enumerate(self._goals) if goal.name != "cost"), default=0)
        sequence = self._goals[: last + 1]

        def pursued() -> Pursuit | None:
            return least_late(
                self._face,
                sequence,
                deadline,
                gap=self.settings.gap,
                first_goal_row=self._first_goal_row,
                whole=whole_columns(self.model),
                builds=self._buildable(self._goals) if last + 1 < len(self._goals) else None,
                proven=proven,
            )

        known: Proof | None = None
        provable = self._provable()

        def proven(found: Pursuit) -> bool:
            nonlocal known
            if provable and len(found.duals) == len(sequence):
                known = proof(self.model, sequence, np.array(found.relaxed), found.duals)
            return known is not None

        self._face.restore()
        found = self._pursued = pursued()
        if found is None:
            provable = False
            self._breach(deadline)
            self._engine.relax_integers(False)
            found = pursued()
        if found is None or not found.complete:
            msg = "no plan was found, or not within the time limit"
            raise NoPlanError(msg)
        if known is None:
            proven(found)
        return read_lateness(self.model, found, known)

    def _provable(self) -> bool:
        """Whether a plan's duals say how late another must be: not where late is weighed against money."""
        order, settings = self.settings.objective_order, self.settings
        return settings.kind == "constrained" and settings.mode == "lexicographic" and order[-1] == "cost"

    def floors(self, network: Network, known: Proof, values: Floats) -> Floats:
        """
        Return how late another network's plan must be at least, unsolved; see `coprod.plan.floor.floors`.

        Parameters
        ----------
        network
            Of the same needs.
        known
            What proves how late a plan of this one must be.
        values : (K,) weighted unit-months
            How late each goal may be at most.
        """
        if self._ahead is None or self._ahead.network is not network:
            self._ahead = assemble(network, self.settings.kind)
        sequence = [goal for goal in self._sequence(self._ahead) if goal.name != "cost"]
        return floors(self._ahead, sequence, known, values)

    def probe(self) -> Probe:
        """
        Return the plan as a live model of its own, to be asked about cost, shares and quantities.

        What `lateness` had to break may be broken as far there too.
        """
        problem = replace_bounds(self.model.problem, self._face, self._breakable())
        need = [goal for goal in self._goals if goal.name != "cost"]
        return Probe(self.model, problem, need, self.settings, self.progress)

    def _breach(self, deadline: Deadline) -> Pursuit:
        """
        Stage 0: find the least breach that makes a plan possible, and leave the model on its face.

        Raises
        ------
        NoPlanError
            If no breach of stock limits and budgets makes one possible, or none was found in time.
        SolverError
            If the solver gives up.
        """
        self._face.restore()
        numbers = self._breakable()
        self._face.columns(numbers, np.zeros(numbers.size), np.full(numbers.size, np.inf))
        goal = breach_goal(self.model.network, self.model.columns)
        self.progress.phase("plan: least breach")
        self._engine.relax_integers(False)
        solution = solve_goal(self._engine, goal, "choose", deadline)
        if solution.primal is None:
            late = "the time limit ended the plan before the least breach of limits was found"
            raise NoPlanError(late if solution.status == "time limit" else CONTRADICTION)
        # Held column by column: the goals after it may not move a breach from one limit to another.
        values = np.maximum(solution.primal[numbers], 0.0)
        self._face.columns(
            numbers, np.zeros(numbers.size), values + 1e-8 * np.maximum(1.0, values) * (values > 0)
        )
        gap = solution.gap or 0.0
        outcome = StageOutcome(goal, goal.value(solution.primal), solution.status, gap)
        return Pursuit(solution.primal, [outcome], solution.iterations, complete=True)

    def _calmed(self, x: Floats, deadline: Deadline, notes: list[str]) -> Floats:
        """Return a calmer plan on the face of the goals before the last."""
        last = self._goals[-1]
        if deadline.passed():
            notes.append("calm: the time limit left none for it; the plan is the one best for cost")
            return x
        self.progress.phase("plan: calm")
        # The allowance is one of cost: of a need, or of a weighted sum with needs in it, nothing is given.
        allowance = self.settings.calm_allowance if last.name == "cost" else 0.0
        outcome = calm(
            self.model,
            self._face,
            last,
            x,
            allowance,
            deadline,
            threads=self.settings.threads,
            steady=self.settings.kind != "unconstrained",
        )
        notes.append(outcome.said)
        return outcome.x

    def _has_dates(self) -> bool:
        """Whether an objective's date may keep the plan from being as early as can be."""
        return self.settings.kind == "constrained" and any(self.model.network.objectives.by_date)

    def _earliest(self, deadline: Deadline) -> list[date | None] | None:
        """Return the backfill dates of a plan as if no objective had a date; None if time is up first."""
        network, columns, order = self.model.network, self.model.columns, self.settings.objective_order
        if deadline.passed():
            return None
        demands = [goal for goal in goals(network, columns, order) if goal.name.startswith("demands")]
        sooner = shortfall_goals(network, columns, as_soon_as_possible=True)
        first = order.index("demands") < order.index("objectives")
        # Cost last, so that builds can be searched without branching here as well.
        sequence = [*demands, *sooner] if first else [*sooner, *demands]
        sequence.append(discounted_cost(network, columns))
        self.progress.phase("plan: earliest backfill")
        # Its goal rows differ from the plan's, so it is a model of its own; breaches of stage 0 stay allowed.
        problem = replace_bounds(self.model.problem, self._face, self._breakable())
        if self._first_goal_row is not None:
            problem = with_goal_rows(problem, sequence)
        engine = solver(self.settings.solver, threads=self.settings.threads)
        face = Face(engine, problem, self._face.passing)
        face.solver.load(problem)
        try:
            found = self._pursue(face, sequence, deadline)
        except NoPlanError:
            return None
        if found is None or not found.complete:
            return None
        return backfill_dates(network, found.x[columns.stock])[0]

    def _breakable(self) -> NDArray[np.int64]:
        columns = self.model.columns
        return np.concatenate(
            [block[block >= 0] for block in (columns.below, columns.above, columns.overspent)]
        )

    def _range_note(self) -> list[str]:
        size = np.abs(self._problem.matrix.data)
        if not size.size or size.max() / size.min() <= WIDE_RANGE:
            return []
        return [
            f"coefficients range from {size.min():.1g} to {size.max():.1g}: a solver's tolerances are "
            "absolute, so count in thousands or millions where you can"
        ]


def _dated(network: Network, weight: Floats) -> Floats:
    return np.where([bool(text) for text in network.objectives.by_date], weight, 0.0)


def _dearest(network: Network) -> float:
    """
    Return the dearest item by added cost alone: the sum of each item's dearest activity is an upper
    bound on it.
    """
    own = network.activities.processes
    cost = np.abs(network.activities.unit_cost[own]).max(axis=1, initial=0.0)
    return float(cost.sum())


def _status(found: Pursuit, outcomes: list[StageOutcome]) -> tuple[str, float]:
    """Return a plan's status and its largest gap."""
    gap = largest_gap(outcomes)
    if not found.complete or any(outcome.status == "time limit" for outcome in outcomes):
        return "time limit", gap
    return ("optimal", 0.0) if gap <= 1e-9 else ("within gap", gap)
