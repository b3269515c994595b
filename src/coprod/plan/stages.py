"""Goals in strict order, exactly, on a live model without whole numbers to be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coprod.errors import NoPlanError, SolverError
from coprod.plan.face import Ended
from coprod.plan.objective import UNIT_MONTHS, Goal
from coprod.plan.one_goal import LARGEST_COST, attempt, solve_goal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.plan.deadline import Deadline
    from coprod.plan.face import Face
    from coprod.solve import Method, Solution

__all__ = [
    "DOMINANCE",
    "TOGETHER",
    "Pursuit",
    "StageOutcome",
    "as_good",
    "dominating",
    "exact_stages",
    "largest_gap",
    "weighted",
]

Floats = NDArray[np.float64]

#: Goals of need solved as one sum at a time, and the weight of each over the next. The exact stages after it
#: repair what a weight gets wrong, so any will do; 1,000 is more than a unit of one class can mostly be
#: exchanged for of the next, and three such weights still are numbers of one size. Measured at 200 processes
#: by 120 months, three seeds: 1,000 left 0 to 1,900 pivots to repair, 100 up to 6,000. Branch and bound takes
#: longer with more: 5, 8 and 8 s for 1e3, 1e4 and 1e5 on one instance of 10 processes, 11, 13 and 13 s on
#: another. Cost does not belong in the sum: what interior point leaves open of it, so small beside needs,
#: took simplex minutes to clean up.
TOGETHER, DOMINANCE = 3, 1e3

#: The same for goals of need: 1 to 2 ms a pivot, from scratch 4 to 8 s. A proof that takes more from the
#: weighted sum's basis is given up: its weight was too small.
PROOF_PIVOTS = 3_000

#: From where a goal ended on another plan, without weights: what changes little takes a moment. Needs without
#: cost have many ties, at 2 ms a pivot (200 and 500 processes by 120 months); what they do not do in so many
#: they mostly do not do in thrice as many.
NEAR_PIVOTS, NEAR_PIVOTS_OF_COST = 1_500, 300

#: Cost goes on with exact weights, which take a second before the first pivot, and then 0.5 to 2.5 ms each.
FAR_PIVOTS_OF_COST = 3_000

#: From where a goal ended on a model with another matrix, with exact weights.
CARRIED_PIVOTS, CARRIED_PIVOTS_OF_COST = 1_000, 8_000


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
    """

    x: Floats
    outcomes: list[StageOutcome]
    iterations: int
    complete: bool
    duals: tuple[Floats, ...] = ()
    relaxed: tuple[float, ...] = ()


def as_good(one: Pursuit, other: Pursuit, tolerance: float = 1e-9) -> bool:
    """Whether a plan reaches another's value of every goal, but for a relative tolerance."""
    pairs = zip(one.outcomes, other.outcomes, strict=True)
    return all(a.best <= b.best + tolerance * max(1.0, abs(b.best)) for a, b in pairs)


def largest_gap(outcomes: Sequence[StageOutcome]) -> float:
    """Return the largest proven gap; nan where one is: nothing is proven of that goal."""
    return float(np.max([outcome.gap for outcome in outcomes], initial=0.0))


def _by_simplex(face: Face, goal: Goal, deadline: Deadline, method: Method, pivots: int) -> Solution | None:
    """Return a goal's best plan by simplex from the basis at hand; None if that takes too many pivots."""
    solution = attempt(face.solver, goal, method, deadline, pivots=pivots)
    return solution if solution.status == "optimal" else None


def _proof(face: Face, goal: Goal, deadline: Deadline) -> Solution | None:
    """Return a goal's best plan by primal simplex from the last basis; None if it takes too many pivots."""
    return _by_simplex(face, goal, deadline, "primal", PROOF_PIVOTS)


def _together(goals: Sequence[Goal], alone: set[str]) -> Sequence[Goal]:
    """Return the first goals that go into one sum; none where the first is solved by itself."""
    count = 0
    for goal in goals[:TOGETHER]:
        if not goal.of_need or goal.name in alone:
            break
        count += 1
    return goals[:count]


def dominating(goals: Sequence[Goal]) -> list[float]:
    """Return a weight for each goal, by which it dominates the ones after it."""
    return [DOMINANCE**-number / goal.size for number, goal in enumerate(goals)]


def weighted(goals: Sequence[Goal]) -> Goal:
    """Return goals in one sum, each dominating the ones after it."""
    weights = dominating(goals)
    cost = sum(weight * goal.cost for weight, goal in zip(weights, goals, strict=True))
    constant = sum(weight * goal.constant for weight, goal in zip(weights, goals, strict=True))
    name = " and ".join(goal.name for goal in goals)
    worst = sum(weight * goal.worst for weight, goal in zip(weights, goals, strict=True))
    return Goal(f"{name}, weighted", UNIT_MONTHS, np.asarray(cost), float(constant), float(worst))


def _resumed(face: Face, goal: Goal, deadline: Deadline) -> Solution | None:
    """Solve a goal from where it ended on a plan before; None if it never did or takes too many pivots."""
    ended = face.ended.get(goal.name)
    if ended is None:
        return None
    if ended.carried:
        trials = [(CARRIED_PIVOTS if goal.of_need else CARRIED_PIVOTS_OF_COST, False)]
    elif goal.of_need:
        trials = [(NEAR_PIVOTS, True)]
    else:
        trials = [(NEAR_PIVOTS_OF_COST, True), (FAR_PIVOTS_OF_COST, False)]
    for pivots, near in trials:
        face.solver.start_from_basis(ended.basis, near=near)
        found = _by_simplex(face, goal, deadline, "dual", pivots)
        if found is not None:
            return found
    return None


def _from_scratch(face: Face, goal: Goal, deadline: Deadline, *, narrowed: bool) -> Solution:
    """Solve a goal from nothing: cost on a face, narrow as it is, by presolve and simplex."""
    face.solver.start_from_basis(None)
    if narrowed and not goal.of_need:
        return solve_goal(face.solver, goal, "dual", deadline, pivots=face.problem.n_columns)
    return solve_goal(face.solver, goal, "choose", deadline)


def _solved(face: Face, goal: Goal, deadline: Deadline, method: Method, *, narrowed: bool) -> Solution:
    """Solve a goal, by a method of the caller's or the quickest there is, and remember where it ended."""
    deadline.progress.phase(f"plan: {goal.name}")
    solution = None
    if method != "choose":
        solution = solve_goal(face.solver, goal, method, deadline)
    solution = solution or _resumed(face, goal, deadline)
    solution = solution or _from_scratch(face, goal, deadline, narrowed=narrowed)
    basis = face.solver.basis()
    if basis is not None:
        face.ended[goal.name] = Ended(basis)
    return solution


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

    Goals of need are solved as one weighted sum, then each by primal simplex from its basis: mostly a proof
    without a pivot. Where a goal's proof does not come, the sum gave it too little weight (the class before
    wants more than any number a solver can bear): it is solved by itself, on the face of the goals before it,
    and the sum is taken anew of those after it. The face remembers which goals these are. Cost is solved on
    the face that needs leave, so narrow that presolve and dual simplex are quicker than interior point.

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
            deadline.progress.phase(f"plan: {goal.name}")
            proven = _proof(face, goal, deadline)
            if proven is None:
                face.alone.add(goal.name)
                break
            reached(goal, proven)
    assert x is not None
    values = tuple(outcome.best for outcome in outcomes)
    return Pursuit(x, outcomes, iterations, complete=True, duals=tuple(duals), relaxed=values)
