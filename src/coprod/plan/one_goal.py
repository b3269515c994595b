"""One goal solved on the live model as it stands, by another method where the first gives up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod.errors import SolverError
from coprod.solve import solve_or_stop

if TYPE_CHECKING:
    from coprod.plan.deadline import Deadline
    from coprod.plan.objective import Goal
    from coprod.solve import Method, Solution, Solver

__all__ = ["LARGEST_COST", "WARM_PIVOTS", "attempt", "solve_goal"]

#: Largest coefficient of a goal as the solver sees it.
LARGEST_COST = 1e4

#: Simplex from a basis mostly takes a moment, and now and then for ever: after this many pivots a solve from
#: scratch takes over, which is steady. Pivots and not seconds: every machine goes the same way. Measured at
#: 200 processes by 120 months: for cost 0.1 to 0.4 ms a pivot, from scratch 3 to 13 s.
WARM_PIVOTS = 8_000


def attempt(
    solver: Solver,
    goal: Goal,
    method: Method,
    deadline: Deadline,
    *,
    gap: float = 0.0,
    pivots: int | None = None,
    largest: float = LARGEST_COST,
) -> Solution:
    """
    Make a goal what the solver minimises and solve once, within a number of pivots if given.

    `largest` is its dearest coefficient then, in which duals are counted.

    Raises
    ------
    KeyboardInterrupt
        If the caller cancels.
    """
    # A solver's dual tolerance is absolute: a goal in dollars and one in unit-months get coefficients of
    # one size.
    scale = largest / goal.size
    solver.set_costs(goal.cost * scale, goal.constant * scale)
    left = deadline.left()
    return solve_or_stop(solver, method, deadline.progress, gap=gap, time_limit=left, pivots=pivots)


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
    simplex = method in {"dual", "primal"}
    solution = attempt(solver, goal, method, deadline, gap=gap, pivots=pivots if simplex else None)
    # What is left to choose is interior point on all but small models.
    for other in ("ipm", "dual") if simplex else ("dual", "ipm"):
        if solution.status == "failed":
            solution = attempt(solver, goal, other, deadline, gap=gap)
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
