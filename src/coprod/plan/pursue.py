"""Goals in strict order with whole numbers, builds above all: by the relaxation, early builds, a search."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from coprod.errors import NoPlanError, SolverError
from coprod.plan.builds import all_as_early_as_possible
from coprod.plan.exchange import exchanged_builds
from coprod.plan.search import SEARCH_SLACK, searched_builds, with_whole_numbers_of
from coprod.plan.stages import Pursuit, StageOutcome, as_good, exact_stages, reached_vertex
from coprod.plan.summed import SummedNeeds
from coprod.plan.whole import EXACT, SMALL, WHOLE, off_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from coprod.plan.builds import BuildColumns
    from coprod.plan.deadline import Deadline
    from coprod.plan.face import Face
    from coprod.plan.objective import Goal
    from coprod.plan.whole import WholeColumns
    from coprod.solve import LinearProblem

    Floats = NDArray[np.float64]

__all__ = ["pursue", "with_earliest_builds", "with_goal_rows"]

#: Seconds that are left for the plan with the builds found, in those that the relaxation took.
AFTERWARDS = 2.0


def with_goal_rows(problem: LinearProblem, goals: Sequence[Goal]) -> LinearProblem:
    """
    Return the problem with one free row per goal (`Goal.row`) at its end: where a row holds a goal, not
    duals.
    """
    free = np.full(len(goals), np.inf)
    return problem.with_rows(np.array([goal.row for goal in goals]), -free, free)


def pursue(
    face: Face,
    goals: Sequence[Goal],
    deadline: Deadline,
    *,
    gap: float = 0.0,
    allowance: float = 0.0,
    first_goal_row: int | None = None,
    whole: WholeColumns | None = None,
    builds: BuildColumns | None = None,
) -> Pursuit | None:
    """
    Pursue goals in strict order on a live model.

    With whole numbers to be found, the relaxation is solved first: where it happens to be whole it is the
    answer. Otherwise they are searched goal by goal within `gap`, then fixed, and the goals are pursued
    exactly with what they leave. Where builds as early as can be reach the relaxation's own value of every
    goal but the last, these goals are proven, and the last alone is searched for, on the face they leave.
    Of a time limit the search leaves enough for the exact pursuit after it.

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
    whole
        What is branched on, and what is rounded; needed with whole numbers.
    builds
        What can be as early as can be; None where cost is not the last goal.

    Returns
    -------
    Pursuit or None
        None if no plan keeps to every limit.

    Where the time limit comes first, the plan is the best so far, its pursuit not complete: with an outcome
    for every goal once there is one with whole numbers, see `exact_stages` otherwise.

    Raises
    ------
    NoPlanError
        If the time limit came before any plan.
    SolverError
        If the model is unbounded or the solver gives up.
    """
    face.solver.relax_integers(True)
    kept, given = face.bounds(), not face.free_integers.size
    begin = time.monotonic()
    relaxed = exact_stages(face, goals, deadline, allowance=allowance, first_goal_row=first_goal_row)
    took = time.monotonic() - begin
    if relaxed is None or given:
        return relaxed
    assert first_goal_row is not None
    assert whole is not None
    on_needs = face.bounds()
    face.put_back(kept)
    face.start = vertex = reached_vertex(face, relaxed, deadline)
    if relaxed.complete and _is_whole(face, relaxed.x):
        # A millionth of a build behind a big-M row can still let something through, so the whole values are
        # tried.
        fixed = with_whole_numbers_of(face, goals, relaxed.x, deadline, allowance, first_goal_row)
        if fixed is not None and fixed.complete and as_good(fixed, relaxed):
            return replace(fixed, duals=relaxed.duals, relaxed=relaxed.relaxed, basis=None, vertex=vertex)
        face.put_back(kept)
    early = None
    if builds is not None and relaxed.complete:
        deadline.progress.phase("plan: builds as early as can be")
        needs = goals[:-1]
        early = with_earliest_builds(
            face, needs, deadline, builds, allowance=allowance, first_goal_row=first_goal_row
        )
        if early is not None and not (early.complete and _is_whole(face, early.x)):
            early = None
    until = deadline.leaving(AFTERWARDS * took)
    start = _to_begin_with(face, goals, until, whole, relaxed) if early is None else early.x
    search = partial(
        searched_builds,
        face,
        goals,
        whole,
        deadline=until,
        gap=gap,
        allowance=allowance,
        first_goal_row=first_goal_row,
        start=start,
        least=relaxed.outcomes[0].best if relaxed.outcomes else -np.inf,
    )
    found = None
    if early is not None and as_good(early, replace(relaxed, outcomes=relaxed.outcomes[:-1])):
        face.put_back(on_needs)
        try:
            found = search(proven=[outcome.best for outcome in early.outcomes])
        except SolverError:
            found = None  # the face, exact as it is, has no room for a tolerance; rows have
        face.put_back(kept)
    try:
        found = found or search()
    except NoPlanError:
        if deadline.passed():
            raise
        found = search(deadline=deadline)  # without a plan there is nothing to keep time for
    if found is None:
        return None
    x, best, searched, iterations = found
    face.put_back(kept)
    exact = with_whole_numbers_of(face, goals, x, deadline, allowance, first_goal_row, known=best)
    if exact is None:
        msg = "the builds found allow no plan once they are fixed; a tolerance is at fault"
        raise SolverError(msg)
    iterations += relaxed.iterations + exact.iterations + (0 if early is None else early.iterations)
    if exact.complete:
        x, best = exact.x, [outcome.best for outcome in exact.outcomes]
    elif _is_whole(face, x, EXACT):
        best = [min(value, goal.value(x)) for goal, value in zip(goals, best, strict=True)]
    else:
        msg = "the time limit ended the search for builds before a plan with whole ones was found"
        raise NoPlanError(msg)
    outcomes: list[StageOutcome] = []
    for goal, value, one in zip(goals, best, searched, strict=True):
        # What goals proven best give back is their slack, and what this one loses by it is no gap.
        proven = all(outcome.gap == 0 for outcome in outcomes)
        reached = min(value, one.value) if proven else value
        outcomes.append(_outcome(goal, value, reached - one.bound, gap, until))
    return Pursuit(
        x, outcomes, iterations, exact.complete, relaxed.duals, relaxed.relaxed, basis=None, vertex=vertex
    )


def with_earliest_builds(
    face: Face,
    goals: Sequence[Goal],
    deadline: Deadline,
    builds: BuildColumns,
    *,
    allowance: float,
    first_goal_row: int | None,
) -> Pursuit | None:
    """
    Pursue goals with every build as early as can be, other whole numbers relaxed; None if there is no plan.

    Parameters
    ----------
    face
        The live model, relaxed; its bounds are left as they were.
    goals, deadline, builds, allowance, first_goal_row
        See `pursue`.

    Raises
    ------
    NoPlanError
        If the time limit came before any plan.
    """
    kept = face.bounds()
    all_as_early_as_possible(face, builds)
    try:
        early = exact_stages(face, goals, deadline, allowance=allowance, first_goal_row=first_goal_row)
    except SolverError:
        early = None  # only a guess fails: the search is still to come
    face.put_back(kept)
    return early


def _to_begin_with(
    face: Face, goals: Sequence[Goal], deadline: Deadline, whole: WholeColumns, relaxed: Pursuit
) -> Floats | None:
    """Return a plan with whole numbers for a search to begin with; None if none is at hand."""
    if deadline.passed():
        # No time is left to try the relaxation's, and as whole as that it needs no trial.
        return relaxed.x if relaxed.complete and _is_whole(face, relaxed.x, EXACT) else None
    if face.problem.matrix.nnz < SMALL or not goals[0].of_need:
        return None
    deadline.progress.phase("plan: builds added and exchanged")
    summed = SummedNeeds.of(goals)
    return exchanged_builds(face, goals[0] if summed is None else summed.goal, relaxed.x, whole, deadline)


def _is_whole(face: Face, x: Floats, within: float = WHOLE) -> bool:
    """Whether a plan has whole numbers, within a face's bounds, wherever they are asked for."""
    numbers = np.flatnonzero(face.problem.integer)
    values = np.round(x[numbers])
    inside = (values >= face.lower[numbers]) & (values <= face.upper[numbers])
    return bool(inside.all()) and off_whole(face.problem, x) <= within


def _outcome(goal: Goal, best: float, apart: float, gap: float, deadline: Deadline) -> StageOutcome:
    """Return what a goal came to, that far from what is proven; nan where nothing is."""
    apart /= max(1.0, abs(best))
    if apart <= SEARCH_SLACK:
        return StageOutcome(goal, best, "optimal", 0.0)
    if not np.isfinite(apart):
        return StageOutcome(goal, best, "time limit", np.nan)
    status = "time limit" if apart > gap and deadline.passed() else "within gap"
    return StageOutcome(goal, best, status, apart)
