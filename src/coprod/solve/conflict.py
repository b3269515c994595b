"""
Why a problem has no solution: rows and bounds that cannot hold together, none of them to spare.

A linear problem's conflict is read from the duals of an elastic relaxation, in which each side may be broken
at a price: the sides with a dual prove that they contradict each other. A deletion filter thins them out: it
leaves side after side out and keeps those whose absence makes the rest feasible [1]_. Where only whole
numbers make a problem infeasible there are no duals, and the filter begins with every side, in blocks. A
solver's own set is not used: HiGHS 1.14's depends on an option, and on mixed-integer models it was reducible
or even feasible.

References
----------
.. [1] Chinneck, J. W. (2008). *Feasibility and Infeasibility in Optimization*, Springer, chapter 6.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array, eye_array, hstack, vstack

from coprod.errors import SolverError
from coprod.progress import Progress
from coprod.solve.choice import solver as solver_named
from coprod.solve.problem import LinearProblem
from coprod.solve.stoppable import solve_or_stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod.solve.interface import Method, Solver
    from coprod.solve.solution import Solution

__all__ = ["Conflict", "irreducible"]

Bools = NDArray[np.bool_]

#: Smallest dual, as a share of the largest, that counts as one.
_DUAL = 1e-9

#: Sets up to this size are thinned out member by member: fewer questions than by halves.
_NARROW = 100

#: Nodes for a question about whole numbers: without bounds, ``2 x + 2 y = 3`` is branched on for ever.
_NODES = 5000


@dataclass(frozen=True, slots=True)
class Conflict:
    """
    The sides whose conflict makes a problem infeasible.

    Attributes
    ----------
    status
        ``infeasible``, or what the problem is instead: ``feasible`` (with an optimum) or ``unbounded``
        (feasible, its objective without end); ``unknown`` where time ran out before that was found.
    row_lower, row_upper : (m,) bool
        Sides of rows that are in the set; an equality has two.
    lower, upper : (n,) bool
        Sides of column bounds that are in the set.
    whole
        Whether the set is infeasible only together with the whole numbers; they count as given.
    irreducible
        Whether the set was found infeasible as it stands and feasible without each of its members; False
        where time ran out, or a question about whole numbers stayed without an answer (the set is then
        infeasible, and may be larger than it need be).
    """

    status: Literal["infeasible", "feasible", "unbounded", "unknown"]
    row_lower: Bools
    row_upper: Bools
    lower: Bools
    upper: Bools
    whole: bool = False
    irreducible: bool = False

    @property
    def size(self) -> int:
        """Number of members."""
        return sum(int(side.sum()) for side in (self.row_lower, self.row_upper, self.lower, self.upper))


class _OutOfTimeError(Exception):
    """Time ran out."""


class _Sides:
    """A problem of which only some sides hold: asked again and again whether it is feasible."""

    def __init__(
        self, problem: LinearProblem, name: str, time_limit: float | None, progress: Progress
    ) -> None:
        self.problem = replace(problem, cost=np.zeros(problem.n_columns), offset=0.0)
        self.solver_name, self._progress = name, progress
        self._end = None if time_limit is None else time.monotonic() + time_limit
        self.cuts = np.cumsum([problem.n_rows, problem.n_rows, problem.n_columns])
        p = problem
        self.doubted = False
        self.of_rows = np.arange(2 * (p.n_rows + p.n_columns)) < self.cuts[1]
        self.finite = np.isfinite(np.concatenate([p.row_lower, p.row_upper, p.lower, p.upper]))

    def of(self, held: Bools) -> LinearProblem:
        """Return the problem in which only these sides hold."""
        a, b, c, d = np.split(held, self.cuts)
        p = self.problem
        return replace(
            p,
            row_lower=np.where(a, p.row_lower, -np.inf),
            row_upper=np.where(b, p.row_upper, np.inf),
            lower=np.where(c, p.lower, -np.inf),
            upper=np.where(d, p.upper, np.inf),
        )

    def feasible(self, held: Bools, *, whole: bool = True, nodes: int | None = None) -> bool:
        """
        Whether these sides can hold together; asked of a fresh model: no answer leans on another.

        With a limit of nodes a question without an answer counts as yes, and leaves a doubt.
        """
        problem = self.of(held)
        if (problem.lower > problem.upper).any() or (problem.row_lower > problem.row_upper).any():
            return False
        engine = solver_named(self.solver_name)
        engine.load(problem)
        engine.relax_integers(not whole)
        found = self.solved(engine, nodes)
        if found.status == "failed":
            self.doubted = True
        return found.status == "failed" or found.primal is not None

    def solved(self, engine: Solver, nodes: int | None = None) -> Solution:
        """
        Return a solver's answer: a solution, or that there is none.

        Raises
        ------
        _OutOfTimeError
            If time ran out.
        SolverError
            If the solver gave up.
        """
        left = None if self._end is None else self._end - time.monotonic()
        if left is not None and left <= 0:
            raise _OutOfTimeError
        methods: tuple[Method, ...] = ("choose", "primal", "ipm")
        for method in methods:  # on badly scaled models one may give up where another does not
            found = solve_or_stop(engine, method, self._progress, time_limit=left, nodes=nodes)
            if found.status != "failed" or nodes is not None:
                break
        if found.status == "time limit":
            raise _OutOfTimeError
        if found.status == "failed" and nodes is None:
            msg = "the solver gave up while it looked for a conflict"
            raise SolverError(msg)
        return found

    def proved(self, asked: Bools) -> Bools | None:
        """
        Return sides that contradict each other even without whole numbers; None if there are none.

        Each asked side may be broken at a price, in units of its row's largest coefficient; the others hold,
        and None is returned if they cannot. The sides with a dual, asked or not, are enough for a proof: the
        duals add them up to a contradiction.
        """
        p = self.problem
        m = p.n_rows
        asked = asked & self.finite
        row_lower, row_upper, lower, upper = np.split(asked, self.cuts)
        bounded = np.flatnonzero(lower | upper)
        matrix = vstack([p.matrix, eye_array(p.n_columns, format="csr")[bounded]], format="csr")
        rows_from = np.concatenate([p.row_lower, np.where(lower, p.lower, -np.inf)[bounded]])
        rows_to = np.concatenate([p.row_upper, np.where(upper, p.upper, np.inf)[bounded]])
        size = np.asarray(abs(matrix).max(axis=1).todense()).ravel()
        size[size == 0] = 1.0
        up = np.flatnonzero(np.concatenate([row_lower, lower[bounded]]))
        down = np.flatnonzero(np.concatenate([row_upper, upper[bounded]]))
        broken = np.concatenate([up, down])
        values = np.concatenate([size[up], -size[down]])
        slack = coo_array((values, (broken, np.arange(broken.size))), shape=(rows_to.size, broken.size))
        free = np.zeros(broken.size)
        elastic = LinearProblem(
            cost=np.concatenate([p.cost, free + 1.0]),
            lower=np.concatenate([np.where(lower, -np.inf, p.lower), free]),
            upper=np.concatenate([np.where(upper, np.inf, p.upper), free + np.inf]),
            integer=np.zeros(p.n_columns + broken.size, dtype=bool),
            matrix=csc_array(hstack([matrix, slack], format="csc")),
            row_lower=np.minimum(rows_from, rows_to),
            row_upper=np.maximum(rows_from, rows_to),
        )
        if (rows_from > rows_to).any():  # a row or bound that contradicts itself needs no solver
            first = int(np.argmax(rows_from > rows_to))
            number = first if first < m else int(bounded[first - m])
            found = np.zeros(asked.size, dtype=bool)
            base = (0, self.cuts[0]) if first < m else (self.cuts[1], self.cuts[2])
            found[[base[0] + number, base[1] + number]] = True
            return found
        engine = solver_named(self.solver_name)
        engine.load(elastic)
        solution = self.solved(engine)
        if solution.primal is None or solution.row_dual is None or solution.column_dual is None:
            return None
        dual = solution.row_dual * size
        least = _DUAL * max(1.0, float(np.max(np.abs(dual), initial=0.0)))
        found = np.zeros(asked.size, dtype=bool)
        found[:m], found[m : 2 * m] = dual[:m] > least, dual[:m] < -least
        found[self.cuts[1] : self.cuts[2]] = solution.column_dual[: p.n_columns] > least
        found[self.cuts[2] :] = solution.column_dual[: p.n_columns] < -least
        found[self.cuts[1] + bounded] |= dual[m:] > least
        found[self.cuts[2] + bounded] |= dual[m:] < -least
        return found if found.any() else None


def irreducible(
    problem: LinearProblem,
    *,
    given: Bools | None = None,
    solver: str = "highs",
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Conflict:
    """
    Return a set of row and bound sides that cannot hold together while all but any one of them can.

    Parameters
    ----------
    problem
        Problem that may have no solution.
    given : (2 m + 2 n,) bool, optional
        Sides that hold in any case and are not asked about, such as definitions and balances: lower sides
        of rows, upper sides of rows, lower bounds, upper bounds. None by default.
    solver
        Name of the solver.
    time_limit
        Wall seconds in all; None for no limit.
    progress
        May cancel.

    Returns
    -------
    Conflict
        The same for the same problem. Empty with ``irreducible`` where the given sides contradict each other
        on their own.

    Raises
    ------
    KeyboardInterrupt
        If the caller cancels.
    SolverError
        If the solver gives up on one of the questions.
    """
    sides = _Sides(problem, solver, time_limit, progress or Progress())
    fixed = np.zeros(sides.finite.size, dtype=bool) if given is None else given & sides.finite
    asked = sides.finite & ~fixed
    try:
        status = _status(problem, sides)
    except _OutOfTimeError:
        return _conflict("unknown", sides, np.zeros_like(asked))
    if status != "infeasible":
        return _conflict(status, sides, np.zeros_like(asked))
    members, whole = asked, bool(problem.integer.any())
    try:
        if not whole or not sides.feasible(fixed | asked, whole=False):
            whole = False
            # Rows are asked first, with every bound beside them: sets come out a third of the size.
            for question in (asked & sides.of_rows, asked):
                found = sides.proved(question)
                if found is not None:
                    found = asked & (found | ~(question | sides.of_rows))
                if found is not None and not sides.feasible(fixed | found, whole=False):
                    members = found
                    break
        while True:
            before, sides.doubted = int(members.sum()), False
            for fewer in _deletions(sides, fixed, members, whole):
                members = fewer
            # A pass that spares nothing has asked of every member of the very set that is returned.
            if int(members.sum()) == before:
                return _conflict("infeasible", sides, members, whole, irreducible=not sides.doubted)
    except _OutOfTimeError:
        return _conflict("infeasible", sides, members, whole)


def _status(problem: LinearProblem, sides: _Sides) -> Literal["infeasible", "feasible", "unbounded"]:
    """Return what a problem is: without its objective it is feasible or not, and never unbounded."""
    if not sides.feasible(sides.finite):
        return "infeasible"
    engine = solver_named(sides.solver_name)
    engine.load(problem)
    # Feasible, so an optimum is the only other thing it can have.
    return "feasible" if sides.solved(engine).primal is not None else "unbounded"


def _deletions(sides: _Sides, fixed: Bools, members: Bools, whole: bool) -> Iterator[Bools]:
    """
    Leave blocks of members out where the rest stays infeasible; yield every smaller set.

    Blocks that cannot be left out whole are halved, down to single members.
    """
    numbers = np.flatnonzero(members)
    width = max(1, numbers.size // 8) if numbers.size > _NARROW else 1
    # Popped from the back: bounds go before rows, for it is rows that have names a reader knows.
    blocks = [numbers[begin : begin + width] for begin in range(0, numbers.size, width)]
    while blocks:
        block = blocks.pop()
        fewer = members.copy()
        fewer[block] = False
        if not sides.feasible(fixed | fewer, whole=whole, nodes=_NODES if whole else None):
            members = fewer
            yield members
        elif block.size > 1:
            half = block.size // 2
            blocks += [block[:half], block[half:]]


def _conflict(
    status: Literal["infeasible", "feasible", "unbounded", "unknown"],
    sides: _Sides,
    members: Bools,
    whole: bool = False,
    irreducible: bool = False,
) -> Conflict:
    row_lower, row_upper, lower, upper = np.split(members, sides.cuts)
    return Conflict(status, row_lower, row_upper, lower, upper, whole, irreducible)
