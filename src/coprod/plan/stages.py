"""Goals in strict order, exactly, on a live model without whole numbers to be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    x: Floats | None = None
    summed: Floats | None = None
    outcomes: list[StageOutcome] = []
    duals: list[Floats] = []
    iterations, method = 0, first_method
    ended: object | None = None
    vertex: Vertex | None = None

    def reached(goal: Goal, solution: Solution) -> None:
        nonlocal x, iterations, ended
        assert solution.primal is not None
        x, number = solution.primal, len(outcomes)
        iterations += solution.iterations
        least = best = goal.value(x)
        if allowance > 0 and number < len(known):
            best = min(best, known[number])
        outcomes.append(StageOutcome(goal, best, "optimal", 0.0))
        if solution.row_dual is not None:
            duals.append(solution.row_dual * (goal.size / LARGEST_COST))
        if number + 1 == len(goals):
            return
        ended = face.solver.basis()
        if allowance > 0 and first_goal_row is not None:
            # Builds may need a solver's tolerance beyond the allowance; more than they need is not given.
            limit = goal.ceiling(max(least, best + allowance * abs(best)))
            face.rows(np.array([first_goal_row + number]), np.array([-np.inf]), np.array([limit]))
        else:
            face.fix(solution, LARGEST_COST)

    def proved(goal: Goal) -> bool:
        proven = _proof(face, goal, deadline)
        if proven is not None:
            reached(goal, proven)
        return proven is not None

    if face.start is not None and method == "choose":
        deadline.progress.phase("plan: from a plan before")
        resumed = next_vertex(face, face.start, deadline)
        if resumed is not None:
            vertex, solution = resumed
            summed = solution.primal
            iterations += solution.iterations
            for goal in goals:
                if not proved(goal):
                    break
    while len(outcomes) < len(goals):
        rest = goals[len(outcomes) :]
        together = _together(rest, face.alone)
        try:
            goal = weighted(together) if together else rest[0]
            solve = _shipped_at_once if together else _solved
            solution = solve(face, goal, deadline, method, narrowed=bool(outcomes))
            if solution.status == "infeasible" and ended is not None:
                solution = _from_the_last(face, goal, ended, deadline)
        except SolverError:
            if not together:
                raise
            # Goals of sizes too far apart for one sum; each by itself has numbers of one size.
            face.alone.update(goal.name for goal in together)
            continue
        finally:
            method = "choose"
        if solution.status == "infeasible":
            if outcomes:
                last = outcomes[-1].goal.name
                msg = f"the plans best for {last!r} became infeasible; a tolerance is at fault"
                raise SolverError(msg)
            return None
        if solution.primal is None:
            found = summed if x is None else x
            if found is None:
                msg = f"the time limit ended the plan before its first goal ({goals[0].name!r}) was reached"
                raise NoPlanError(msg)
            return Pursuit(found, outcomes, iterations, complete=False)
        if not together:
            reached(rest[0], solution)
            continue
        # Not proven yet, but a plan, should the time be up now.
        summed = solution.primal
        iterations += solution.iterations
        for goal in together:
            if not proved(goal):
                face.alone.add(goal.name)
                break
    assert x is not None
    return Pursuit(
        x,
        outcomes,
        iterations,
        complete=True,
        duals=tuple(duals),
        relaxed=tuple(outcome.best for outcome in outcomes),
        basis=face.solver.basis(),
        vertex=vertex,
    )


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
