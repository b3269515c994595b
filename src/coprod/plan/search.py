"""Whole numbers best for the goals in order: each searched for on what the goals before it leave."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from coprod.errors import NoPlanError, SolverError
from coprod.plan.objective import Goal
from coprod.plan.stages import Pursuit, exact_stages
from coprod.plan.summed import SummedNeeds
from coprod.plan.tree import Whole, best_whole
from coprod.plan.whole import SMALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from coprod.plan.deadline import Deadline
    from coprod.plan.face import Face
    from coprod.plan.whole import WholeColumns

    Floats = NDArray[np.float64]

__all__ = ["SEARCH_SLACK", "searched_builds", "with_whole_numbers_of"]

#: In the search for builds, how much of a goal's value the goals after it may use up, relative. It only has
#: to be larger than the solver's tolerances: once the builds are fixed, the exact stages win it back.
SEARCH_SLACK = 1e-7

#: How close to the best a search comes where no gap is to be left, relative: a solver's tolerance.
LEAST_GAP = 1e-9


def searched_builds(
    face: Face,
    goals: Sequence[Goal],
    whole: WholeColumns,
    *,
    deadline: Deadline,
    gap: float,
    allowance: float,
    first_goal_row: int,
    start: Floats | None,
    least: float,
    proven: Sequence[float] = (),
) -> tuple[Floats, list[float], list[Whole], int] | None:
    """
    Find whole numbers that are best for the goals in order; None if there are none.

    Each goal's search starts from the plan before it, and is held by a row afterwards. Goals that are proven
    already, with their values, are held by the face. Where none are, because money is short, say, the cuts of
    the solver's own search prove more than branching here, but on a small model (`SMALL`): there it is asked
    for the needs in one sum, and for what that does not prove one by one. As long as needs are searched for,
    only starts that they may want are open. `least` is what the first goal cannot be better than.

    Returns
    -------
    x, best, searched, iterations
        The last plan found, and for every goal its best value and what its search came to.

    Raises
    ------
    NoPlanError
        See `pursue`.
    SolverError
        See `pursue`.
    """
    x, iterations = start, 0
    best = list(proven)
    searched = [] if x is None else [Whole(x, value, value, 0) for value in proven]
    branching = len(proven) > 0 or face.problem.matrix.nnz < SMALL
    search = partial(best_whole, face, columns=whole, deadline=deadline, branching=branching)
    summed = None if branching else SummedNeeds.of(goals)
    rows = whole.starts[whole.dominated]
    lower, upper = face.row_lower[rows], face.row_upper[rows]
    if goals[len(best)].of_need:
        face.rows(rows, lower, lower)
    if summed is not None:
        together = summed.goal
        deadline.progress.phase(f"plan: search for builds, {together.name}")
        share = max(gap, LEAST_GAP) * summed.last  # no more than a gap of a last goal as large as the first
        found = search(together, within=SEARCH_SLACK * summed.last, relative=share, known=x)
        if found is None:
            return None
        x, summed.bound, iterations = found.x, found.bound, found.iterations
    for number, goal in enumerate(goals[len(best) :], len(best)):
        deadline.progress.phase(f"plan: search for builds, {goal.name}")
        if not goal.of_need:
            face.rows(rows, lower, upper)
        if number > 0:
            least = 0.0 if goal.of_need else -np.inf  # no need is met by more than all of it
        if summed is not None:
            least = max(least, summed.least(number, face.row_upper[first_goal_row:]))
        found = None if x is None else Whole(x, goal.value(x), min(least, goal.value(x)), 0)
        # On a small model the search goes for more than the gap at first, and mostly finds it.
        proven_enough = found is not None and _proven(found, 0.0 if summed is None else gap)
        if found is None or not (proven_enough or deadline.passed()):
            found = search(goal, within=SEARCH_SLACK, relative=max(gap, LEAST_GAP), known=x)
        if found is None:
            return None
        iterations += found.iterations
        searched.append(replace(found, bound=max(found.bound, min(least, found.value))))
        x = _without_slack(face, goals[: number + 1], found.x, best, deadline, allowance, first_goal_row)
        value = goal.value(x)
        best.append(value)
        slack = SEARCH_SLACK * max(1.0, abs(value)) + allowance * abs(value)
        face.at_most(first_goal_row + number, goal.ceiling(value + slack))
    assert x is not None
    if not goals[-1].of_need and not deadline.passed():
        x = _late(face, goals[-1], x, deadline, whole, first_goal_row + len(goals) - 1)
    return x, best, searched, iterations


def _proven(found: Whole, gap: float) -> bool:
    """Whether a plan is proven within a gap, as close as a search would come."""
    return found.value - found.bound <= max(SEARCH_SLACK * max(1.0, abs(found.value)), gap * abs(found.value))


def _late(
    face: Face, cost: Goal, x: Floats, deadline: Deadline, whole: WholeColumns, cost_row: int
) -> Floats:
    """
    Return a plan with later builds, where a build costs the same whenever it starts.

    Later, and not always as late as could be: starts are those of one relaxation, rounded.
    """
    timing = whole.built[:, :-1]
    if not timing.size or cost.cost[timing].any():
        return x
    value = cost.value(x)
    most = value + SEARCH_SLACK * max(1.0, abs(value))
    face.at_most(cost_row, cost.ceiling(most))
    early = np.zeros(x.size)
    early[timing] = 1.0
    goal = Goal("late builds", "builds", early)
    with contextlib.suppress(SolverError):  # one nicety less
        late = best_whole(face, goal, whole, deadline, within=0.5, known=x, nodes=1)
        x = x if late is None else late.x
    return x


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
    kept = face.bounds()
    face.free_rows(first_goal_row + np.arange(len(goals)))
    try:
        exact = with_whole_numbers_of(face, goals, x, deadline, allowance, first_goal_row, known=best)
    except SolverError:
        exact = None
    face.put_back(kept)
    return x if exact is None or not exact.complete else exact.x


def with_whole_numbers_of(
    face: Face,
    goals: Sequence[Goal],
    x: Floats,
    deadline: Deadline,
    allowance: float,
    first_goal_row: int,
    known: Sequence[float] = (),
) -> Pursuit | None:
    """Pursue goals with the whole numbers of a plan; it is that plan where time is up at once."""
    face.fix_integers(x)
    try:
        return exact_stages(
            face, goals, deadline, allowance=allowance, first_goal_row=first_goal_row, known=known
        )
    except NoPlanError:
        return Pursuit(x, [], 0, complete=False)
