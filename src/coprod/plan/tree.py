"""
Whole builds without a solver's tree: branch on how many of each there are in all, round when they start.

How many there are costs money in jumps; a few months sooner or later hardly costs any. So the relaxation in
which only the numbers in all are whole is a close bound, a handful of numbers is branched on, each node is a
few pivots from the one before it, and the starts found are rounded. What that leaves open beyond what is
asked for goes to the solver's own search, from the plan found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coprod.errors import NoPlanError, SolverError
from coprod.plan.affordable import keep_to_money
from coprod.plan.one_goal import LARGEST_COST, solve_goal
from coprod.plan.whole import SMALL, WHOLE, relaxed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.plan.deadline import Deadline
    from coprod.plan.face import Face
    from coprod.plan.objective import Goal
    from coprod.plan.whole import WholeColumns
    from coprod.solve import Method, Status

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Whole", "best_whole"]

#: Parts of a build that must have started for it to count as started, tried one after the other: later starts
#: first, for they are cheaper where they do.
STARTED = (0.5, 0.2, WHOLE)

#: Nodes after which the solver's own search takes over; and how many of them go for more than is asked for:
#: for half of what may be left open, and for no more of the goal's value than is hoped for.
NODES, EAGER, HOPED = 200, 15, 5e-4


@dataclass(frozen=True, slots=True)
class Whole:
    """
    A plan with whole builds.

    Attributes
    ----------
    x : (n,)
    value
        Of the goal asked for.
    bound
        No plan has a lower value.
    iterations
        Of the solver, all in all.
    """

    x: Floats
    value: float
    bound: float
    iterations: int


def best_whole(
    face: Face,
    goal: Goal,
    columns: WholeColumns,
    deadline: Deadline,
    *,
    within: float,
    relative: float = 0.0,
    known: Floats | None = None,
    most: float = np.inf,
    nodes: int | None = None,
    first: Method = "dual",
    branching: bool = True,
) -> Whole | None:
    """
    Find the plan with whole builds that is best for one goal.

    Parameters
    ----------
    face
        The live model; its bounds are left as they were.
    goal
        Minimised.
    columns
        What is branched on, and what is rounded.
    deadline
        Time limit and cancellation.
    within
        How far above the best the plan may be, in the goal's unit.
    relative
        How far as a share of the best; whichever of the two is more. Less is gone for in the first nodes,
        where it is mostly had for a few more.
    known : (n,)
        A plan that keeps to every limit, if one is at hand: the plan found is no worse.
    most
        Plans of a higher value are of no interest.
    nodes
        After so many the best plan so far is good enough, and its bound says how good; None to go on until
        it is within what is asked for.
    first
        Method of the first relaxation; the others go on from where the last one ended.
    branching
        Whether to branch here at all, or to leave it to the solver's own search.

    Returns
    -------
    Whole or None
        None if no plan keeps to every limit, or none has a value of at most `most`.

    Raises
    ------
    NoPlanError
        If the time limit came before any plan.
    SolverError
        See `coprod.plan.one_goal.solve_goal`; and if nothing is found where a plan is at hand.
    """
    tree = _Tree(face, goal, columns, deadline, within, relative, most, known, first)
    tree.nodes = (NODES if branching else 0) if nodes is None else nodes
    kept = face.bounds()
    try:
        tree.search()
    finally:
        face.put_back(kept)
    enough = nodes is not None and tree.x is not None
    in_time = tree.x is None or not deadline.passed()  # a limit leaves a moment to find a first plan
    if tree.value - tree.bound > tree.allowed and not enough and in_time:
        tree.branch_in_solver()
    if tree.x is None:
        if deadline.passed():
            msg = "the time limit ended the search for builds before a first plan was found"
            raise NoPlanError(msg)
        return None
    if not tree.reached and not deadline.passed():
        msg = f"no plan best for {goal.name!r} was found beside the one at hand; a tolerance is at fault"
        raise SolverError(msg)
    return Whole(tree.x, tree.value, min(tree.bound, tree.value), tree.iterations)


class _Tree:
    """The search: the best plan so far, and what the nodes that are done with prove."""

    def __init__(
        self,
        face: Face,
        goal: Goal,
        columns: WholeColumns,
        deadline: Deadline,
        within: float,
        relative: float,
        most: float,
        known: Floats | None,
        first: Method,
    ) -> None:
        self.face, self.goal, self.deadline = face, goal, deadline
        self.numbers, self.built, self.money = columns.numbers, columns.built, columns.money
        self.within, self.relative, self.first = within, relative, first
        self.integers = np.flatnonzero(face.problem.integer)
        self.x = known
        self.value = most if known is None else goal.value(known)
        self.bound = np.inf
        self.solved = self.iterations = 0
        #: Whether any plan was found, parts of builds allowed or not.
        self.reached = False
        self.nodes = NODES
        self.parts = list(STARTED)
        self.eager = EAGER if face.problem.matrix.nnz >= SMALL else 4 * EAGER

    @property
    def allowed(self) -> float:
        """How far above the best the plan may be."""
        return max(self.within, self.relative * abs(self.value)) if np.isfinite(self.value) else self.within

    @property
    def _open(self) -> float:
        """How much may be left open between the best plan so far and a node."""
        if self.x is None:
            return 0.0
        share = min(0.5 * self.relative, HOPED) if self.solved < self.eager else self.relative
        return max(self.within, share * abs(self.value))

    def search(self) -> None:
        """Go through the tree, depth first: the larger number first, the later start first."""
        face, integers = self.face, self.integers
        root = (face.lower[integers], face.upper[integers])
        open_nodes: list[tuple[Floats, Floats, float]] = [(*root, -np.inf)]
        while open_nodes:
            lower, upper, least = open_nodes.pop()
            if self._done(least):
                continue
            if self.solved >= self.nodes or self.deadline.passed():
                self.bound = min(self.bound, least)
                continue
            self.solved += 1
            face.columns(integers, lower, upper)
            keep_to_money(face, self.built, self.money)
            status, x = self._solved("dual" if self.solved > 1 else self.first)
            if x is None:
                if status != "infeasible":
                    self.bound = min(self.bound, least)
                continue
            least = self.goal.value(x)
            if self._done(least):
                continue
            at = self._split(x, self.numbers)
            if self.solved == 1 and self.x is not None and integers.size:
                self._try(np.round(self.x[integers]))
            if at < 0 or self.x is None or (self.solved == 1 and self.nodes < NODES):
                self._round(x, least)
                if self._done(least):
                    continue
            upwards = at >= 0
            for among in (self.built.ravel(), integers):
                at = at if at >= 0 else self._split(x, among)
            if at < 0:
                self.bound = min(self.bound, least)
                continue
            place = int(np.searchsorted(integers, at))
            below, above = upper.copy(), lower.copy()
            below[place], above[place] = np.floor(x[at]), np.ceil(x[at])
            children = [(lower, below, least), (above, upper, least)]
            open_nodes += children if upwards else children[::-1]

    @staticmethod
    def _split(x: Floats, among: Ints) -> int:
        """Return the column among some that is furthest from whole; -1 where all are."""
        off = np.abs(x[among] - np.round(x[among]))
        return int(among[off.argmax()]) if off.max(initial=0.0) > WHOLE else -1

    def _done(self, least: float) -> bool:
        """Whether a node whose plans have at least this value is of no further interest."""
        if least < self.value - self._open:
            return False
        self.bound = min(self.bound, least)
        return True

    def _solved(self, method: Method = "dual") -> tuple[Status, Floats | None]:
        """Solve a node, or a trial; where the solver gives up, others are still to come."""
        try:
            solution = relaxed(self.face, self.goal, method, self.deadline)
        except SolverError:
            return "failed", None
        self.iterations += solution.iterations
        self.reached = self.reached or solution.primal is not None
        return solution.status, solution.primal

    def _round(self, x: Floats, least: float) -> None:
        """Try the plans that a relaxed one rounds to, lines' states as in it or as in the best so far."""
        if not self.integers.size:
            self.x, self.value = x, least
            return
        place = np.searchsorted(self.integers, self.built)
        others = [np.ceil(x[self.integers] - WHOLE)]
        if self.x is not None:
            others.append(np.round(self.x[self.integers]))
        tried: list[Floats] = []
        for part in tuple(self.parts):
            refused = []
            for other in others:
                values = other.copy()
                values[place] = np.floor(x[self.built] + 1.0 - part)
                if any(np.array_equal(values, one) for one in tried):
                    continue
                tried.append(values)
                refused.append(self._try(values))
                if self.value <= least + self._open:
                    return
            if refused and all(refused) and len(self.parts) > 1 and self.face.problem.matrix.nnz >= SMALL:
                self.parts.remove(part)  # starts as late as that leave a need unmet, in the next node as well

    def _try(self, values: Floats) -> bool:
        """
        Take the best plan with its whole numbers at some values, if it is better than the best so far.

        Returns
        -------
        bool
            Whether it was looked for, and there is none.
        """
        kept = self.face.bounds()
        if (values < kept[0][self.integers]).any() or (values > kept[1][self.integers]).any():
            return False
        basis = self.face.solver.basis()
        self.face.columns(self.integers, values, values)
        _, point = self._solved()
        self.face.put_back(kept)
        if point is None and basis is not None:
            # Where a solve ends that finds nothing is far from everything (9,000 pivots from there, 50 so).
            self.face.solver.start_from_basis(basis)
        if point is not None and self.goal.value(point) < self.value:
            self.x, self.value = point, self.goal.value(point)
        return point is None

    def branch_in_solver(self) -> None:
        """Let the solver search, from the best plan found so far; what it proves counts."""
        solver = self.face.solver
        solver.relax_integers(False)
        if self.x is not None:
            solver.start_from(self.x)
        size = abs(self.value) if np.isfinite(self.value) else abs(self.bound)
        gap = min(1.0, self.allowed / size) if size > 0 and np.isfinite(size) else 0.0
        solution = solve_goal(solver, self.goal, "choose", self.deadline, gap=gap)
        solver.relax_integers(True)
        self.iterations += solution.iterations
        self.reached = self.reached or solution.primal is not None
        if solution.primal is None or solution.bound is None:
            if solution.status == "infeasible" and self.x is None:
                self.bound = self.value
            return
        self.bound = max(self.bound, solution.bound * self.goal.size / LARGEST_COST)
        values = np.round(solution.primal[self.integers])
        if not np.array_equal(values, solution.primal[self.integers]):
            # Whole within a tolerance is not whole: behind a big-M row it lets something through.
            solver.start_from_basis(None)
            self._try(values)
        elif self.goal.value(solution.primal) < self.value:
            self.x, self.value = solution.primal, self.goal.value(solution.primal)
