"""
A plan with whole builds where money is short: builds added and exchanged one at a time.

A relaxation buys a part of everything, and rounding that is no plan. What a build is worth is better seen
from a plan without it: the duals of its columns say what a need would gain. They promise the most that can be
gained (a need is convex in the builds), so the most promising moves are tried, each a few pivots from the
plan at hand, and a move that promises too little is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from coprod.errors import SolverError
from coprod.plan.affordable import keep_to_money
from coprod.plan.builds import per_start
from coprod.plan.one_goal import LARGEST_COST
from coprod.plan.whole import EXACT, WHOLE, off_whole, relaxed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.plan.deadline import Deadline
    from coprod.plan.face import Face
    from coprod.plan.objective import Goal
    from coprod.plan.whole import WholeColumns

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["exchanged_builds"]

#: Share of a goal's value that a move has to promise.
WORTHWHILE = 1e-4

#: Moves that fail one after the other before the plan at hand is good enough. At 50 processes by 120 months,
#: 24 builds and money for two fifths of them, no move that helped came after more than 14 that did not.
REFUSALS = 40


class _Move(NamedTuple):
    """A build started in a period, in place of another's start or beside all others."""

    promise: float
    added: tuple[int, int]
    dropped: tuple[int, int] | None


_promise = attrgetter("promise")


@dataclass(slots=True)
class _Plan:
    """Builds, and the best that is to be had with them."""

    built: Floats
    x: Floats
    value: float
    #: What the goal gains by one more start, (E, T); below 0 where it does.
    gain: Floats
    basis: object


def _worthwhile(plan: _Plan) -> float:
    """Return how much better than a plan another has to be."""
    return WORTHWHILE * max(1.0, abs(plan.value))


def exchanged_builds(
    face: Face, goal: Goal, split: Floats, columns: WholeColumns, deadline: Deadline
) -> Floats | None:
    """
    Find a plan with whole builds that no exchange of one start for another makes much better for a need.

    Parameters
    ----------
    face
        The live model; its bounds are left as they were.
    goal
        Of need, or a sum of such; minimised.
    split : (n,)
        A plan with parts of builds: the search begins with those that are whole in it.
    columns
        What is built, and when needs may want it to start.
    deadline
        Time limit and cancellation.

    Returns
    -------
    (n,) or None
        None if nothing is found.
    """
    kept = face.bounds()
    keep_to_money(face, columns.built, columns.money)
    try:
        return _Exchange(face, goal, columns, deadline).from_parts(split)
    finally:
        face.put_back(kept)


class _Exchange:
    """Moves from one plan to a better one."""

    def __init__(self, face: Face, goal: Goal, columns: WholeColumns, deadline: Deadline) -> None:
        self.face, self.goal, self.deadline = face, goal, deadline
        self.columns = columns
        self.can_start = ~columns.dominated & (face.row_upper[columns.starts] > 0)
        self.most = face.upper[columns.built]
        self.least = face.lower[columns.built]
        self.tried: set[bytes] = set()

    def from_parts(self, split: Floats) -> Floats | None:
        """Return the plan that moves lead to from what is whole in a plan."""
        searched = np.concatenate([self.columns.built.ravel(), self.columns.numbers])
        states = np.setdiff1d(np.flatnonzero(self.face.problem.integer), searched)
        values = np.ceil(split[states] - WHOLE)
        self.face.columns(states, values, values)
        built = np.maximum(np.floor(split[self.columns.built] + WHOLE), self.least)
        for t in range(built.shape[1] - 1, 0, -1):
            builds = self.columns.dominated[:, t]
            built[builds, t - 1] = built[builds, t]
        plan = self._tried(built)
        better = plan
        while better is not None:
            plan, better = better, self._better(better)
        problem = self.face.problem
        if plan is not None and off_whole(problem, plan.x) > EXACT:
            # Licences in use and investments chosen, which nothing presses to a whole number.
            others = np.setdiff1d(self.columns.numbers, self.columns.built)
            values = np.ceil(plan.x[others] - WHOLE)
            self.face.columns(others, values, values)
            plan = self._tried(plan.built)
        return None if plan is None or off_whole(problem, plan.x) > EXACT else plan.x

    def _better(self, plan: _Plan) -> _Plan | None:
        """Return the plan after the first move that makes a plan better; None after enough that do not."""
        refused = 0
        for move in self._moves(plan):
            if refused == REFUSALS or self.deadline.passed():
                return None
            built = plan.built.copy()
            if move.dropped is not None:
                built[move.dropped[0], move.dropped[1] :] -= 1.0
            built[move.added[0], move.added[1] :] += 1.0
            if (built > self.most).any() or (built < self.least).any() or built.tobytes() in self.tried:
                continue
            found = self._tried(built)
            if found is not None and found.value < plan.value - _worthwhile(plan):
                return found
            refused += 1
            self.face.solver.start_from_basis(plan.basis)
        return None

    def _moves(self, plan: _Plan) -> list[_Move]:
        """Return what is worth a trial: builds added first, then exchanged; the most promising first."""
        least = _worthwhile(plan)
        more = self.can_start & (plan.built < self.most)[:, -1:]
        starts = [(int(e), int(t)) for e, t in np.argwhere(more)]
        adds = [_Move(float(plan.gain[start]), start, None) for start in starts]
        swaps = []
        for e, t in np.argwhere(np.diff(plan.built, axis=1, prepend=0.0) > 0):
            lost, dropped = -float(plan.gain[e, t]), (int(e), int(t))
            earlier = [(int(e), int(s)) for s in np.flatnonzero(self.can_start[e, :t])]
            others = [start for start in starts if start[0] != e]
            swaps += [_Move(lost + float(plan.gain[start]), start, dropped) for start in earlier + others]
        return [
            move for kind in (adds, swaps) for move in sorted(kind, key=_promise) if -move.promise > least
        ]

    def _tried(self, built: Floats) -> _Plan | None:
        """Return the best plan with some builds; None if there is none."""
        self.tried.add(built.tobytes())
        self.face.columns(self.columns.built.ravel(), built.ravel(), built.ravel())
        try:
            solution = relaxed(self.face, self.goal, "dual", self.deadline)
        except SolverError:
            return None  # one move less
        if solution.primal is None or solution.column_dual is None:
            return None
        dual = solution.column_dual[self.columns.built] * (self.goal.size / LARGEST_COST)
        value = self.goal.value(solution.primal)
        return _Plan(built, solution.primal, value, per_start(dual), self.face.solver.basis())
