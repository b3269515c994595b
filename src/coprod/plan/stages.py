"""Goals in strict order: exact stages on the live model, and the search for builds in front of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coprod.errors import NoPlanError, SolverError
from coprod.plan.builds import BuildColumns, earliest_then_late
from coprod.plan.objective import UNIT_MONTHS, Goal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.plan.deadline import Deadline
    from coprod.plan.face import Face
    from coprod.solve import LinearProblem, Method, Solution, Solver

__all__ = ["Pursuit", "StageOutcome", "aim", "pursue", "solve_goal", "with_goal_rows"]

Floats = NDArray[np.float64]

#: How far a whole number may be off. HiGHS returns integers within its feasibility tolerance.
WHOLE = 1e-6

#: In the search for builds, how much of a goal's value the goals after it may use up, relative. It only has
#: to be larger than the solver's tolerances: once the builds are fixed, the exact stages win it back.
SEARCH_SLACK = 1e-7

#: Goals of need solved as one sum at a time, and the weight of each over the next. The exact stages after it
#: repair what a weight gets wrong, so any will do; 1,000 is more than a unit of one class can mostly be
#: exchanged for of the next, and three such weights still are numbers of one size. Measured at 200 processes
#: by 120 months, three seeds: 1,000 left 0 to 1,900 pivots to repair, 100 up to 6,000. Cost does not belong
#: in the sum: what interior point leaves open of it, so small beside needs, took simplex minutes to clean up.
TOGETHER, DOMINANCE = 3, 1e3

#: Simplex from a basis mostly takes a moment, and now and then for ever: after this many pivots a solve from
#: scratch takes over, which is steady. Pivots and not seconds: every machine goes the same way. Measured at
#: 200 processes by 120 months: for cost 0.1 to 0.4 ms a pivot, from scratch 3 to 13 s.
WARM_PIVOTS = 8_000

#: The same for goals of need: 1 to 2 ms a pivot, from scratch 4 to 8 s. A proof that takes more from the
#: weighted sum's basis is given up: its weight was too small.
PROOF_PIVOTS = 3_000

#: Largest coefficient of a goal as the solver sees it.
LARGEST_COST = 1e4

_CONTRADICTION = "the plans best for {!r} became infeasible; a tolerance is at fault"


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


def with_goal_rows(problem: LinearProblem, goals: Sequence[Goal]) -> LinearProblem:
    """
    Return the problem with one free row per goal (`Goal.row`) at its end: where a row holds a goal, not
    duals.
    """
    free = np.full(len(goals), np.inf)
    return problem.with_rows(np.array([goal.row for goal in goals]), -free, free)


def aim(solver: Solver, goal: Goal) -> None:
    """Make a goal what the next solve minimises."""
    # A solver's dual tolerance is absolute: a goal in dollars and one in unit-months get coefficients of
    # one size.
    scale = LARGEST_COST / goal.size
    solver.set_costs(goal.cost * scale, goal.constant * scale)


def solve_goal(
    solver: Solver,
    goal: Goal,
    method: Method,
    deadline: Deadline,
    *,
    gap: float = 0.0,
    pivots: int = WARM_PIVOTS,
) -> Solution:
    """
    Solve a goal on the model as it stands, by another method where the first gives up or takes too long.

    Raises
    ------
    KeyboardInterrupt
        If the caller cancels.
    SolverError
        If the goal has no limit, or no method solves it.
    """
    aim(solver, goal)
    attempts: list[tuple[Method, int | None]] = [(method, pivots), ("ipm", None), ("dual", None)]
    for attempt, most in attempts:
        deadline.check()
        solution = solver.solve(
            attempt,
            gap=gap,
            time_limit=deadline.left(),
            cancelled=deadline.progress.cancelled,
            pivots=most if attempt in {"dual", "primal"} else None,
        )
        if solution.status != "failed":
            break
    if solution.status == "cancelled":
        raise KeyboardInterrupt
    if solution.status == "unbounded":
        msg = (
            f"the goal {goal.name!r} has no limit: something pays for itself without end. Look for a process "
            "with a negative unit_cost (a sale) that no demand, capacity or budget bounds."
        )
        raise SolverError(msg)
    if solution.status == "failed":
        msg = f"the solver gave up on the goal {goal.name!r}; nothing it returned can be trusted"
        raise SolverError(msg)
    return solution


def _by_simplex(face: Face, goal: Goal, deadline: Deadline, method: Method, pivots: int) -> Solution | None:
    """
    Return a goal's best plan by simplex from the basis at hand; None if that takes too many pivots.

    Raises
    ------
    KeyboardInterrupt
        If the caller cancels.
    """
    deadline.check()
    aim(face.solver, goal)
    solution = face.solver.solve(
        method, time_limit=deadline.left(), cancelled=deadline.progress.cancelled, pivots=pivots
    )
    if solution.status == "cancelled":
        raise KeyboardInterrupt
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


def _weighted(goals: Sequence[Goal]) -> Goal:
    """Return goals in one sum, each dominating the ones after it."""
    weights = [DOMINANCE**-number / goal.size for number, goal in enumerate(goals)]
    cost = sum(weight * goal.cost for weight, goal in zip(weights, goals, strict=True))
    constant = sum(weight * goal.constant for weight, goal in zip(weights, goals, strict=True))
    name = " and ".join(goal.name for goal in goals)
    return Goal(f"{name}, weighted", UNIT_MONTHS, np.asarray(cost), float(constant))


def _resumed(face: Face, goal: Goal, deadline: Deadline) -> Solution | None:
    """Solve a goal from where it ended last on this model; None if it never did or takes too many pivots."""
    ended = face.ended.get(goal.name)
    if ended is None:
        return None
    # A need that changes is met a few pivots away; costs follow all along the way to it.
    face.solver.start_from_basis(ended, near=goal.of_need)
    return _by_simplex(face, goal, deadline, "dual", PROOF_PIVOTS if goal.of_need else WARM_PIVOTS)


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
        face.ended[goal.name] = basis
    return solution


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

    Raises
    ------
    NoPlanError
        See `pursue`.
    SolverError
        See `pursue`.
    """
    x: Floats | None = None
    outcomes: list[StageOutcome] = []
    duals: list[Floats] = []
    iterations, method = 0, first_method

    def reached(goal: Goal, solution: Solution) -> None:
        nonlocal x, iterations
        assert solution.primal is not None
        x, number = solution.primal, len(outcomes)
        iterations += solution.iterations
        best, slack = goal.value(x), 0.0
        if allowance > 0 and number < len(known) and known[number] < best:
            best, slack = known[number], SEARCH_SLACK * max(1.0, abs(known[number]))
        outcomes.append(StageOutcome(goal, best, "optimal", 0.0))
        if solution.row_dual is not None:
            duals.append(solution.row_dual * (goal.size / LARGEST_COST))
        if number + 1 == len(goals):
            return
        if allowance > 0 and first_goal_row is not None:
            limit = goal.ceiling(best + allowance * abs(best) + slack)
            face.rows(np.array([first_goal_row + number]), np.array([-np.inf]), np.array([limit]))
        else:
            face.fix(solution, LARGEST_COST)

    while len(outcomes) < len(goals):
        rest = goals[len(outcomes) :]
        together = _together(rest, face.alone)
        try:
            if together:
                goal = _weighted(together)
                solution = _shipped_at_once(face, goal, deadline, method, narrowed=bool(outcomes))
            else:
                solution = _solved(face, rest[0], deadline, method, narrowed=bool(outcomes))
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
                msg = _CONTRADICTION.format(outcomes[-1].goal.name)
                raise SolverError(msg)
            return None
        if solution.primal is None:
            if x is None:
                msg = f"the time limit ended the plan before its first goal ({goals[0].name!r}) was reached"
                raise NoPlanError(msg)
            return Pursuit(x, outcomes, iterations, complete=False)
        if not together:
            reached(rest[0], solution)
            continue
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


def _search_builds(
    face: Face,
    goals: Sequence[Goal],
    deadline: Deadline,
    *,
    gap: float,
    allowance: float,
    first_goal_row: int,
    start: Floats | None,
) -> tuple[Floats, list[float], list[tuple[str, float]], int] | None:
    """
    Find whole numbers that are best for the goals in order; None if there are none.

    Each goal is a mixed-integer solve that starts from the plan before it and is held by a row afterwards.

    Returns
    -------
    x, best, endings, iterations
        The last plan found, and for every goal its best value and how its search ended: status and proven
        gap.

    Raises
    ------
    NoPlanError
        See `pursue`.
    SolverError
        See `pursue`.
    """
    solver, x = face.solver, start
    endings: list[tuple[str, float]] = []
    best: list[float] = []
    iterations = 0
    for number, goal in enumerate(goals):
        deadline.progress.phase(f"plan: search for builds, {goal.name}")
        if x is not None:
            solver.start_from(x)
        solution = solve_goal(solver, goal, "choose", deadline, gap=gap)
        iterations += solution.iterations
        if solution.status == "infeasible":
            if endings:
                msg = _CONTRADICTION.format(goals[number - 1].name)
                raise SolverError(msg)
            return None
        if solution.primal is None:
            if x is None:
                msg = "the time limit ended the search for builds before a first plan was found"
                raise NoPlanError(msg)
            endings.append(("time limit", float("nan")))
            best.append(np.inf)
            continue
        x = solution.primal
        proven = solution.gap or 0.0
        if solution.status == "time limit":
            endings.append(("time limit", proven))
        else:
            endings.append(("optimal", 0.0) if proven <= 1e-9 else ("within gap", proven))
        x = _without_slack(face, goals[: number + 1], x, best, deadline, allowance, first_goal_row)
        value = goal.value(x)
        best.append(value)
        slack = SEARCH_SLACK * max(1.0, abs(value)) + allowance * abs(value)
        face.rows(
            np.array([first_goal_row + number]),
            np.array([-np.inf]),
            np.array([goal.ceiling(value + slack)]),
        )
    assert x is not None
    return x, best, endings, iterations


def _without_slack(
    face: Face,
    goals: Sequence[Goal],
    x: Floats,
    best: Sequence[float],
    deadline: Deadline,
    allowance: float,
    first_goal_row: int,
) -> Floats:
    """
    Return a plan with the same whole numbers that takes nothing of the slack of the goals before the last.

    A goal held at a value that was had by such slack shuts out every other choice of builds that is as good
    (seed 597 of the generated studies: a plan 0.07 % dearer than the best was called optimal).
    """
    held = [value + allowance * abs(value) for value in best]
    before = zip(goals, held, strict=False)
    if all(goal.value(x) <= most + 1e-9 * max(1.0, abs(most)) for goal, most in before):
        return x
    kept = kept_bounds(face)
    rows = first_goal_row + np.arange(len(goals))
    face.rows(rows, np.full(rows.size, -np.inf), np.full(rows.size, np.inf))
    face.fix_integers(x)
    try:
        exact = exact_stages(
            face, goals, deadline, allowance=allowance, first_goal_row=first_goal_row, known=best
        )
    except (NoPlanError, SolverError):
        exact = None
    put_back(face, kept)
    face.solver.relax_integers(False)
    return x if exact is None or not exact.complete else exact.x


def free_integers(face: Face) -> NDArray[np.int64]:
    """Return the integer columns whose value is still to be found."""
    return np.flatnonzero(face.problem.integer & (face.lower < face.upper))


def pursue(
    face: Face,
    goals: Sequence[Goal],
    deadline: Deadline,
    *,
    gap: float = 0.0,
    allowance: float = 0.0,
    first_goal_row: int | None = None,
    builds: BuildColumns | None = None,
) -> Pursuit | None:
    """
    Pursue goals in strict order on a live model.

    With whole numbers to be found, the relaxation is solved first: where it happens to be whole it is the
    answer. Otherwise they are searched goal by goal within `gap`, then fixed, and the goals are pursued
    exactly with what they leave.

    Parameters
    ----------
    face
        The live model; it is left narrowed to the last goal but one (call ``restore`` before other goals).
    goals
        In order.
    deadline
        Time limit and cancellation.
    gap
        Relative gap the search for whole numbers may leave at every goal.
    allowance
        Fraction of each goal's best value the later ones may use up.
    first_goal_row
        Row number of the first goal's free row (see `with_goal_rows`); needed with whole numbers or an
        allowance.

    builds
        What a search without branching may move first; None where cost is not the last goal.

    Returns
    -------
    Pursuit or None
        None if no plan keeps to every limit.

    Raises
    ------
    NoPlanError
        If the time limit came before any plan.
    SolverError
        If the model is unbounded or the solver gives up.
    """
    if not free_integers(face).size:
        face.solver.relax_integers(True)
        return exact_stages(face, goals, deadline, allowance=allowance, first_goal_row=first_goal_row)
    assert first_goal_row is not None
    goal_rows = first_goal_row + np.arange(len(goals))
    face.solver.relax_integers(True)
    kept = kept_bounds(face)
    relaxed = exact_stages(face, goals, deadline, allowance=allowance, first_goal_row=first_goal_row)
    if relaxed is None:
        return None
    integers = face.problem.integer
    off = np.abs(relaxed.x[integers] - np.round(relaxed.x[integers])).max(initial=0.0)
    put_back(face, kept)
    if relaxed.complete and off <= WHOLE:
        # A millionth of a build behind a big-M row can still let something through, so the whole values are
        # tried.
        face.fix_integers(relaxed.x)
        whole = exact_stages(face, goals, deadline, allowance=allowance, first_goal_row=first_goal_row)
        if whole is not None and whole.complete and as_good(whole, relaxed):
            return replace(whole, duals=relaxed.duals, relaxed=relaxed.relaxed)
        put_back(face, kept)
    start: Floats | None = None
    if builds is not None and relaxed.complete:
        quick = _without_branching(face, goals, deadline, builds, relaxed, allowance, first_goal_row)
        if quick is not None and all(outcome.gap <= gap for outcome in quick.outcomes):
            return quick
        start = quick.x if quick is not None else None
        put_back(face, kept)
    face.solver.relax_integers(False)
    found = _search_builds(
        face, goals, deadline, gap=gap, allowance=allowance, first_goal_row=first_goal_row, start=start
    )
    if found is None:
        return None
    x, best, endings, iterations = found
    put_back(face, kept)
    free = np.full(goal_rows.size, np.inf)
    face.rows(goal_rows, -free, free)
    face.fix_integers(x)
    exact = exact_stages(
        face, goals, deadline, allowance=allowance, first_goal_row=first_goal_row, known=best
    )
    if exact is None:
        msg = "the builds found allow no plan once they are fixed; a tolerance is at fault"
        raise SolverError(msg)
    outcomes = [
        StageOutcome(outcome.goal, outcome.best, status, proven)
        for outcome, (status, proven) in zip(exact.outcomes, endings, strict=False)
    ]
    iterations += relaxed.iterations + exact.iterations
    return Pursuit(exact.x, outcomes, iterations, exact.complete, relaxed.duals, relaxed.relaxed)


def _without_branching(
    face: Face,
    goals: Sequence[Goal],
    deadline: Deadline,
    builds: BuildColumns,
    relaxed: Pursuit,
    allowance: float,
    first_goal_row: int,
) -> Pursuit | None:
    """
    Return a plan whose builds were found by `earliest_then_late`, its gaps proven by the relaxation; None
    if there is none.
    """

    def solve(goal: Goal, until: Deadline) -> Floats | None:
        try:
            return solve_goal(face.solver, goal, "dual", until).primal
        except SolverError:
            return None  # one trial less: the search with branching is still to come

    deadline.progress.phase("plan: builds as early as possible, then as late as goals allow")
    best = [outcome.best for outcome in relaxed.outcomes]
    if not earliest_then_late(face, builds, goals, best[:-1], first_goal_row, deadline, solve):
        return None
    rows = first_goal_row + np.arange(len(goals))
    face.rows(rows, np.full(rows.size, -np.inf), np.full(rows.size, np.inf))
    exact = exact_stages(face, goals, deadline, allowance=allowance, first_goal_row=first_goal_row)
    if exact is None or not exact.complete:
        return None
    integers = face.problem.integer
    if np.abs(exact.x[integers] - np.round(exact.x[integers])).max(initial=0.0) > WHOLE:
        return None  # another whole number, a line's state say, came out broken: a matter for branching
    outcomes = []
    for outcome, bound in zip(exact.outcomes, best, strict=True):
        apart = (outcome.best - bound) / max(1e-9, abs(outcome.best), 1.0)
        gap = apart if apart > 1e-6 else 0.0
        outcomes.append(StageOutcome(outcome.goal, outcome.best, "within gap" if gap else "optimal", gap))
    iterations = relaxed.iterations + exact.iterations
    return Pursuit(exact.x, outcomes, iterations, True, relaxed.duals, relaxed.relaxed)


def as_good(one: Pursuit, other: Pursuit, tolerance: float = 1e-9) -> bool:
    """Whether a plan reaches another's value of every goal, but for a relative tolerance."""
    pairs = zip(one.outcomes, other.outcomes, strict=True)
    return all(a.best <= b.best + tolerance * max(1.0, abs(b.best)) for a, b in pairs)


def kept_bounds(face: Face) -> tuple[Floats, Floats, Floats, Floats]:
    """Return a copy of a face's bounds, for `put_back`."""
    return face.lower.copy(), face.upper.copy(), face.row_lower.copy(), face.row_upper.copy()


def put_back(face: Face, kept: tuple[Floats, Floats, Floats, Floats]) -> None:
    """Set a face's bounds to what they were."""
    lower, upper, row_lower, row_upper = kept
    changed = np.flatnonzero((face.lower != lower) | (face.upper != upper))
    face.columns(changed, lower[changed], upper[changed])
    changed = np.flatnonzero((face.row_lower != row_lower) | (face.row_upper != row_upper))
    face.rows(changed, row_lower[changed], row_upper[changed])
