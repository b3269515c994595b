"""Goals in strict order, exactly, on a live model without whole numbers to be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from coprod.errors import NoPlanError, SolverError
from coprod.plan.one_goal import LARGEST_COST, attempt, solve_goal
from coprod.plan.resume import next_vertex, vertex_of
from coprod.plan.weights import weighted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.plan.deadline import Deadline
    from coprod.plan.face import Face
    from coprod.plan.objective import Goal
    from coprod.plan.vertex import Vertex
    from coprod.solve import Method, Solution

__all__ = [
    "TOGETHER",
    "Pursuit",
    "StageOutcome",
    "as_good",
    "exact_stages",
    "largest_gap",
    "reached_vertex",
]

Floats = NDArray[np.float64]

#: Goals of need solved as one sum at a time. Cost does not belong in it: what interior point leaves open of
#: it, so small beside needs, took simplex minutes to clean up.
TOGETHER = 3

#: A proof that takes more pivots from the vertex before it is given up, and the goal solved from scratch: 1
#: to 2 ms a pivot, from scratch 4 to 8 s (200 processes by 120 months). Cost takes 0.4 to 1 ms, and 3 to 13
#: s.
PROOF_PIVOTS, PROOF_PIVOTS_OF_COST = 3_000, 8_000


@dataclass(frozen=True, slots=True)
class StageOutcome:
    """What one goal came to: its best value, how it ended, and the proven gap (0 where exact)."""

    goal: Goal
    best: float
    status: str
    gap: float


@dataclass(frozen=True, slots=True)
class Pursuit:
    """
    A plan's point, the outcome of each goal, and the work it took.

    With the row duals of each goal, (m,), in units of the goal, on the face of the goals before it, and the
    values they prove: of the relaxation where whole numbers had to be found; none where a goal came without.
    And with the basis the last goal ended in, and the vertex it all began at where a plan before led to it.
    """

    x: Floats
    outcomes: list[StageOutcome]
    iterations: int
    complete: bool
    duals: tuple[Floats, ...] = ()
    relaxed: tuple[float, ...] = ()
    basis: object | None = None
    vertex: Vertex | None = None


def as_good(one: Pursuit, other: Pursuit, tolerance: float = 1e-9) -> bool:
    """Whether a plan reaches another's value of every goal, but for a relative tolerance."""
    pairs = zip(one.outcomes, other.outcomes, strict=True)
    return all(a.best <= b.best + tolerance * max(1.0, abs(b.best)) for a, b in pairs)


def largest_gap(outcomes: Sequence[StageOutcome]) -> float:
    """Return the largest proven gap; nan where one is: nothing is proven of that goal."""
    return float(np.max([outcome.gap for outcome in outcomes], initial=0.0))


def _proof(face: Face, goal: Goal, deadline: Deadline) -> Solution | None:
    """Return a goal's best plan by primal simplex from the last basis; None if it takes too many pivots."""
    pivots = PROOF_PIVOTS if goal.of_need else PROOF_PIVOTS_OF_COST
    deadline.progress.phase(f"plan: {goal.name}")
    solution = attempt(face.solver, goal, "primal", deadline, pivots=pivots)
    return solution if solution.status == "optimal" else None


def _together(goals: Sequence[Goal], alone: set[str]) -> Sequence[Goal]:
    """Return the first goals that go into one sum; none where the first is solved by itself."""
    count = 0
    for goal in goals[:TOGETHER]:
        if not goal.of_need or goal.name in alone:
            break
        count += 1
    return goals[:count]


def _from_scratch(face: Face, goal: Goal, deadline: Deadline, *, narrowed: bool) -> Solution:
    """Solve a goal from nothing: cost on a face, narrow as it is, by presolve and simplex."""
    face.solver.start_from_basis(None)
    if narrowed and not goal.of_need:
        return solve_goal(face.solver, goal, "dual", deadline, pivots=face.problem.n_columns)
    return solve_goal(face.solver, goal, "choose", deadline)


def _solved(face: Face, goal: Goal, deadline: Deadline, method: Method, *, narrowed: bool) -> Solution:
    """Solve a goal, by a method of the caller's or the quickest there is."""
    deadline.progress.phase(f"plan: {goal.name}")
    if method != "choose":
        return solve_goal(face.solver, goal, method, deadline)
    return _from_scratch(face, goal, deadline, narrowed=narrowed)


def _from_the_last(face: Face, goal: Goal, basis: object, deadline: Deadline) -> Solution:
    """
    Solve a goal on a face that presolve calls empty, from a plan that is on it.

    The plan best for the goal before may overstep a row by a part of the tolerance. Simplex takes it as it
    is; presolve, which reckons on, found a contradiction of 6e-9 in it (seeds 1078 and 2075 of the generated
    studies).
    """
    face.solver.start_from_basis(basis)
    return solve_goal(face.solver, goal, "primal", deadline, pivots=face.problem.n_columns)


def _shipped_at_once(
    face: Face, goal: Goal, deadline: Deadline, method: Method, *, narrowed: bool
) -> Solution:
    """
    Solve a sum of needs over the plans in which nothing waits where it can only be shipped from.

    That leaves out a third of the stocks and takes half the time. Hardly ever is a better plan among those
    left out (a destination may be full, or money short for the lane): whoever asks proves it afterwards.
    """
    face.empty(face.passing)
    try:
        solution = _solved(face, goal, deadline, method, narrowed=narrowed)
    finally:
        face.reopen(face.passing)
    if solution.status == "infeasible" and face.passing.size:
        return _solved(face, goal, deadline, method, narrowed=narrowed)
    return solution


class _Stages:
    """Goals reached so far, one after the other, and what the pursuit of the others can begin with."""

    def __init__(
        self,
        face: Face,
        goals: Sequence[Goal],
        deadline: Deadline,
        allowance: float,
        first_goal_row: int | None,
        known: Sequence[float],
    ) -> None:
        self.face, self.goals, self.deadline = face, goals, deadline
        self.allowance, self.first_goal_row, self.known = allowance, first_goal_row, known
        #: The plan best for the goals reached; and one that is best for a sum, nothing proven of it yet.
        self.x: Floats | None = None
        self.summed: Floats | None = None
        self.outcomes: list[StageOutcome] = []
        self.duals: list[Floats] = []
        self.iterations = 0
        #: The basis that the last goal reached ended in.
        self.ended: object | None = None
        self.vertex: Vertex | None = None

    @property
    def rest(self) -> Sequence[Goal]:
        """The goals that are not reached yet."""
        return self.goals[len(self.outcomes) :]

    def resume(self, start: Vertex) -> None:
        """Go to where a plan before ended, and prove the goals from there as far as they can be."""
        self.deadline.progress.phase("plan: from a plan before")
        resumed = next_vertex(self.face, start, self.deadline)
        if resumed is None:
            return
        self.vertex, solution = resumed
        self._sum_reached(solution)
        self._prove(self.goals)

    def advance(self, method: Method) -> Literal["further", "no plan", "time is up"]:
        """
        Reach one goal more at least, or learn which of them goes into no sum.

        Raises
        ------
        SolverError
            See `exact_stages`.
        """
        face, rest = self.face, self.rest
        together = _together(rest, face.alone)
        try:
            goal = weighted(together) if together else rest[0]
            solve = _shipped_at_once if together else _solved
            solution = solve(face, goal, self.deadline, method, narrowed=bool(self.outcomes))
            if solution.status == "infeasible" and self.ended is not None:
                solution = _from_the_last(face, goal, self.ended, self.deadline)
        except SolverError:
            if not together:
                raise
            # Goals of sizes too far apart for one sum; each by itself has numbers of one size.
            face.alone.update(goal.name for goal in together)
            return "further"
        if solution.status == "infeasible":
            if self.outcomes:
                last = self.outcomes[-1].goal.name
                msg = f"the plans best for {last!r} became infeasible; a tolerance is at fault"
                raise SolverError(msg)
            return "no plan"
        if solution.primal is None:
            return "time is up"
        if not together:
            self._reached(rest[0], solution)
            return "further"
        self._sum_reached(solution)
        unproven = self._prove(together)
        if unproven is not None:
            face.alone.add(unproven.name)
        return "further"

    def pursuit(self) -> Pursuit:
        """
        Return what has been reached; all goals, or those before the time limit.

        Raises
        ------
        NoPlanError
            If there is no plan yet.
        """
        if not self.rest:
            assert self.x is not None
            return Pursuit(
                self.x,
                self.outcomes,
                self.iterations,
                complete=True,
                duals=tuple(self.duals),
                relaxed=tuple(outcome.best for outcome in self.outcomes),
                basis=self.face.solver.basis(),
                vertex=self.vertex,
            )
        x = self.summed if self.x is None else self.x
        if x is None:
            msg = f"the time limit ended the plan before its first goal ({self.goals[0].name!r}) was reached"
            raise NoPlanError(msg)
        return Pursuit(x, self.outcomes, self.iterations, complete=False)

    def _sum_reached(self, solution: Solution) -> None:
        """Take note of a plan that is not proven yet, but one, should the time be up now."""
        self.summed = solution.primal
        self.iterations += solution.iterations

    def _prove(self, goals: Sequence[Goal]) -> Goal | None:
        """Prove goals one by one from the last basis; return the first whose proof does not come."""
        for goal in goals:
            solution = _proof(self.face, goal, self.deadline)
            if solution is None:
                return goal
            self._reached(goal, solution)
        return None

    def _reached(self, goal: Goal, solution: Solution) -> None:
        """Hold a goal at its best for those after it."""
        assert solution.primal is not None
        self.x, number = solution.primal, len(self.outcomes)
        self.iterations += solution.iterations
        least = best = goal.value(self.x)
        if self.allowance > 0 and number < len(self.known):
            best = min(best, self.known[number])
        self.outcomes.append(StageOutcome(goal, best, "optimal", 0.0))
        if solution.row_dual is not None:
            self.duals.append(solution.row_dual * (goal.size / LARGEST_COST))
        if not self.rest:
            return
        self.ended = self.face.solver.basis()
        if self.allowance > 0 and self.first_goal_row is not None:
            # Builds may need a solver's tolerance beyond the allowance; more than they need is not given.
            limit = goal.ceiling(max(least, best + self.allowance * abs(best)))
            self.face.at_most(self.first_goal_row + number, limit)
        else:
            self.face.fix(solution, LARGEST_COST)


def exact_stages(
    face: Face,
    goals: Sequence[Goal],
    deadline: Deadline,
    *,
    allowance: float,
    first_goal_row: int | None,
    first_method: Method = "choose",
    known: Sequence[float] = (),
) -> Pursuit | None:
    """
    Pursue goals on a continuous model, the first by a method of the caller's; None if it is infeasible.

    Where a plan before has left a vertex to begin at (`Face.start`), this model's is found from there, and
    each goal proved from it by primal simplex: mostly some pivots.

    Otherwise goals of need are solved as one weighted sum, then each by primal simplex from its basis: mostly
    a proof without a pivot. Where a goal's proof does not come, the sum gave it too little weight (the class
    before wants more than any number a solver can bear): it is solved by itself, on the face of the goals
    before it, and the sum is taken anew of those after it. The face remembers which goals these are. Cost is
    solved on the face that needs leave, so narrow that presolve and dual simplex are quicker than interior
    point.

    With an allowance, `known` are the best values of goals whatever the builds: fixed builds that take some
    of it do not take it twice.

    Where the time limit comes first, the pursuit is not complete: outcomes are those of the goals reached by
    then, none where all there is yet is the plan of a weighted sum.

    Raises
    ------
    NoPlanError
        If the time limit came before any plan.
    SolverError
        If the model is unbounded or the solver gives up.
    """
    stages = _Stages(face, goals, deadline, allowance, first_goal_row, known)
    method = first_method
    if face.start is not None and method == "choose":
        stages.resume(face.start)
    while stages.rest:
        came = stages.advance(method)
        if came == "no plan":
            return None
        if came == "time is up":
            break
        method = "choose"
    return stages.pursuit()


def reached_vertex(face: Face, pursuit: Pursuit, deadline: Deadline) -> Vertex | None:
    """
    Return the vertex a pursuit began at, or else the one it ended at; None where there is none.

    Parameters
    ----------
    face
        The live model, with the bounds it had before the first goal.
    pursuit
        Of a continuous model.
    deadline
        Cancellation, and a time limit.
    """
    if pursuit.vertex is not None:
        return pursuit.vertex
    goals = [outcome.goal for outcome in pursuit.outcomes]
    if not pursuit.complete or pursuit.basis is None or len(pursuit.duals) != len(goals):
        return None
    return vertex_of(face, goals, pursuit.x, pursuit.basis, pursuit.duals, deadline)
