"""
Builds without branching: everything as early as it can be, then what is not needed dropped and the rest put
late.

More capacity sooner never makes a need worse, so where no budget stands in the way the earliest builds reach
the relaxation's own value of every goal of need: proven best at once. What remains is cost, and there each
build is dropped, or started as late as the goals allow, by one warm solve after another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from coprod.plan.deadline import Deadline
    from coprod.plan.face import Face
    from coprod.plan.objective import Goal

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["BuildColumns", "all_as_early_as_possible", "earliest_then_late"]

#: How far a held goal may slip in a trial, relative: above the solver's tolerance, below what anybody would
#: see.
HELD = 1e-7


@dataclass(frozen=True, slots=True)
class BuildColumns:
    """
    What the search may move.

    Attributes
    ----------
    built : (E, T) columns of the cumulative builds
    allowed : (E, T) bool
        Where a build may start.
    most : (E,) largest number of builds
    lag : (E,) periods
    requires : (K, 2) int
        Pairs (e, f): e needs f complete first.
    free : (E,) bool
        Builds the plan may choose; the others are fixed by their bounds.
    capex : (E,)
        Cost of one build, for the order in which they are tried.
    lines : (R, T) columns of the states of lines with a minimum sustaining rate
        A line is kept open up to some period and closed from then on.
    licensed : (W,) columns
        Licences in use: taken as used.
    """

    built: Ints
    allowed: NDArray[np.bool_]
    most: Floats
    lag: Ints
    requires: Ints
    free: NDArray[np.bool_]
    capex: Floats
    lines: Ints
    licensed: Ints


def _earliest(builds: BuildColumns) -> Ints:
    """Return the first period each build can start in, requirements first; T where never."""
    E, T = builds.allowed.shape
    start = np.full(E, T, dtype=np.int64)
    for _ in range(E + 1):
        before = start.copy()
        for e in range(E):
            ready = 0
            for f in builds.requires[builds.requires[:, 0] == e, 1]:
                ready = max(ready, int(start[f] + builds.lag[f]) if start[f] < T else T)
            later = np.flatnonzero(builds.allowed[e, ready:]) if ready < T else np.empty(0, dtype=np.int64)
            start[e] = ready + int(later[0]) if later.size else T
        if np.array_equal(before, start):
            break
    return start


def _fix(face: Face, builds: BuildColumns, start: Ints, close: Ints) -> None:
    """Fix every free build at all its builds from its start on, and every line open until it closes."""
    T = builds.built.shape[1]
    for e in np.flatnonzero(builds.free):
        values = np.where(np.arange(T) >= start[e], builds.most[e], 0.0)
        face.columns(builds.built[e], values, values)
    for r in range(close.size):
        values = np.where(np.arange(T) < close[r], 1.0, 0.0)
        face.columns(builds.lines[r], values, values)


def all_as_early_as_possible(face: Face, builds: BuildColumns) -> tuple[Ints, Ints]:
    """
    Fix every free build at its earliest start, every line open and every licence in use.

    Returns
    -------
    start, close : (E,), (lines,) periods
        T for a build that may never start, and for a line that never closes.
    """
    used = np.ones(builds.licensed.size)
    face.columns(builds.licensed, used, used)
    start = _earliest(builds)
    close = np.full(builds.lines.shape[0], builds.built.shape[1], dtype=np.int64)
    _fix(face, builds, start, close)
    return start, close


def earliest_then_late(
    face: Face,
    builds: BuildColumns,
    goals: Sequence[Goal],
    best: Sequence[float],
    first_goal_row: int,
    deadline: Deadline,
    solve: Callable[[Goal, Deadline], Floats | None],
) -> bool:
    """
    Fix the builds of a live continuous model so that every goal of need keeps the relaxation's value.

    Parameters
    ----------
    face
        The model, relaxed; on success its builds are left fixed, otherwise the caller puts it back.
    builds
        What may be moved.
    goals
        In order; the last is cost.
    best
        The relaxation's values of the goals before cost.
    first_goal_row
        Row of the first goal.
    deadline
        Time limit and cancellation.
    solve
        Solves a goal on the model as it stands; None if it is infeasible.

    Returns
    -------
    bool
        Whether such builds were found.
    """
    rows = first_goal_row + np.arange(len(best))
    limits = np.array(
        [goal.ceiling(value + HELD * max(1.0, abs(value))) for goal, value in zip(goals, best, strict=False)]
    )
    face.rows(rows, np.full(rows.size, -np.inf), limits)
    cost = goals[-1]
    T = builds.built.shape[1]
    start, close = all_as_early_as_possible(face, builds)
    x = solve(cost, deadline)
    if x is None:
        return False
    value = cost.value(x)

    def kept(new_start: Ints, new_close: Ints) -> bool:
        """Try builds and closings; keep them if the goals hold and cost does not grow."""
        nonlocal value, start, close
        _fix(face, builds, new_start, new_close)
        point = solve(cost, deadline)
        if point is None or cost.value(point) > value + 1e-12 * max(1.0, abs(value)):
            _fix(face, builds, start, close)
            return False
        start, close, value = new_start, new_close, cost.value(point)
        return True

    def moved(e: int, to: int) -> bool:
        """Start one build at another time, or never (T), if its requirements let it."""
        new = start.copy()
        new[e] = to
        if to < T and not builds.allowed[e, to]:
            return False
        for first, second in builds.requires:
            if new[first] < T and (new[second] >= T or new[second] + builds.lag[second] > new[first]):
                return False
        return kept(new, close)

    def closed(r: int, at: int) -> bool:
        """Close one line at another time."""
        new = close.copy()
        new[r] = at
        return kept(start, new)

    order = [int(e) for e in np.argsort(-builds.capex, kind="stable") if builds.free[e] and start[e] < T]
    # What others require can only go once they are gone, so the round is gone through again until nothing
    # changes.
    dropping = True
    while dropping:
        dropping = False
        for e in order:
            if start[e] < T and not deadline.passed() and moved(e, T):
                dropping = True
    for e in reversed(order):
        if start[e] >= T:
            continue
        low, high = int(start[e]), int(np.flatnonzero(builds.allowed[e])[-1])
        while low < high and not deadline.passed():
            middle = (low + high + 1) // 2
            if moved(e, middle):
                low = middle
            else:
                high = middle - 1
    for r in range(close.size):
        low, high = 0, int(close[r])
        while low < high and not deadline.passed():
            middle = (low + high) // 2
            if closed(r, middle):
                high = middle
            else:
                low = middle + 1
    _fix(face, builds, start, close)
    return True
