"""
The calm rule: among plans as good, and a little cost aside, the one with steady rates and late starts.

What is made is shipped at once: a stock that waits at the plant for its date would look like no stock at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from coprod.errors import NoPlanError
from coprod.plan.face import Face
from coprod.plan.objective import Goal
from coprod.plan.one_goal import solve_goal
from coprod.plan.pursue import pursue
from coprod.solve import LinearProblem, solver

if TYPE_CHECKING:
    from coprod.network.network import Network
    from coprod.plan.assemble import Model
    from coprod.plan.deadline import Deadline

__all__ = ["STEADY_LIMIT", "CalmOutcome", "calm"]

Floats = NDArray[np.float64]

#: Share of the allowance of cost kept for shipping early; steady rates would use up all they are given.
SHIPPING = 0.1

#: Units, and tenth of the share, by which work may move while shipments are put early: above the solver's
#: tolerance, below what shows.
AS_IT_IS = 1e-6

#: Process-periods above which rates are not steadied, only starts put late: least variation took nine times
#: as long as late starts where it was measured (200 processes by 120 months, 15 s against 1.7 s).
STEADY_LIMIT = 12_000


@dataclass(frozen=True, slots=True)
class CalmOutcome:
    """The calm plan's point, and what was done in words."""

    x: Floats
    said: str


def _worth(network: Network) -> Floats:
    """
    Return what a unit started of each process or lane is worth, for weighing: its item's value, or
    else its cost; > 0.
    """
    activities = network.activities
    flows = activities.n_processes + activities.n_lanes
    value = network.nodes.unit_value[activities.node[:flows]]
    cost = np.abs(activities.unit_cost[:flows]).mean(axis=1)
    worth = np.where(value > 0, value, cost)
    largest = worth.max(initial=0.0)
    # Nothing is worth nothing: cheap parts follow the calm of dear ones, but they are calm as well.
    return np.maximum(worth / largest if largest > 0 else np.ones_like(worth), 1e-3)


def _steadied(network: Network, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the processes that load a line: theirs are the rates people feel."""
    flows = numbers.shape[0]
    loading: NDArray[np.int64] = np.unique(network.loads.column)
    return np.asarray(loading[loading < flows])


def calm(
    model: Model,
    face: Face,
    cost: Goal,
    x: Floats,
    allowance: float,
    deadline: Deadline,
    *,
    threads: int = 1,
    steady: bool = True,
) -> CalmOutcome:
    """
    Return a calmer plan with the same goals met.

    Least total variation of starts, weighed by worth, on processes that load a line; then the latest starts
    of work; then, with work as it is, the earliest shipments. All within ``cost <= (1 + allowance) * best``;
    goals before cost stay fixed by the face.

    Parameters
    ----------
    model
        The assembled plan.
    face
        Narrowed to the goals before cost, whole numbers fixed.
    cost
        The cost goal.
    x
        The plan best for cost.
    allowance
        Fraction of cost that may be spent.
    deadline
        Time limit and cancellation.
    threads
        Threads of the solver.
    steady
        Whether rates are steadied at all; where no line is limited, only late starts make sense.
    """
    network, numbers = model.network, model.columns.start
    T = numbers.shape[1]
    processes = _steadied(network, numbers)
    small = processes.size * T <= STEADY_LIMIT
    steady = steady and small and processes.size > 0
    n = model.problem.n_columns
    worth = _worth(network)
    idle, late = np.zeros(n), np.zeros(n)
    there = numbers >= 0
    # Where work costs nothing, a steady line would run for ever: first no needless starts, then steady ones.
    idle[numbers[there]] = np.broadcast_to(worth[:, None], numbers.shape)[there]
    # Work starts late; shipments do not, they have a goal of their own.
    work, made = numbers[: network.activities.n_processes], worth[: network.activities.n_processes]
    late[work[work >= 0]] = -np.broadcast_to(made[:, None] * np.arange(T)[None, :] / T, work.shape)[work >= 0]
    problem = LinearProblem(
        np.zeros(n),
        face.lower,
        face.upper,
        np.zeros(n, dtype=bool),
        face.problem.matrix,
        face.row_lower,
        face.row_upper,
    )
    best = cost.value(x)
    first, whole = (
        cost.ceiling(best + share * allowance * abs(best) + 1e-9 * max(1.0, abs(best)))
        for share in (1 - SHIPPING, 1.0)
    )
    cost_row = problem.n_rows
    problem = problem.with_rows(cost.row[None, :], np.array([-np.inf]), np.array([first]))
    variation = np.zeros(n)
    if steady:
        problem, variation = _with_variation(problem, numbers[processes], worth[processes])
    wider = (0, variation.size - n)
    goals = [Goal("no needless starts", "", np.pad(idle, wider))]
    goals += [Goal("steady rates", "", variation)] if steady else []
    goals += [Goal("late starts", "", np.pad(late, wider))]
    engine = solver(threads=threads)
    engine.load(problem)
    calmer = Face(engine, problem)
    try:
        found = pursue(calmer, goals, deadline)
    except NoPlanError:
        found = None
    if found is None or not found.complete:
        return CalmOutcome(x, "calm: no calmer plan was found in time; the plan is the one best for cost")
    calmer.restore()
    calmer.at_most(cost_row, whole)
    point = _shipped_early(calmer, numbers, network.activities.n_processes, worth, found.x, deadline)
    if steady:
        said = f"calm: steady rates, then latest starts, for at most {allowance:.2%} of cost"
    elif not small:
        said = f"calm: latest starts only (above {STEADY_LIMIT} process-periods rates are not steadied)"
    else:
        said = "calm: latest starts (there is no line whose rate could be steadied)"
    return CalmOutcome(point[:n], said)


def _shipped_early(
    face: Face, numbers: NDArray[np.int64], n_processes: int, worth: Floats, x: Floats, deadline: Deadline
) -> Floats:
    """
    Return the plan as calm as it is, with every shipment as early as its goods are there.

    Work may move by a hair: a model with all work fixed at its values was called infeasible by presolve, and
    a stock looked empty until its date.
    """
    work, lanes = numbers[:n_processes], numbers[n_processes:]
    work, there = work[work >= 0], lanes >= 0
    done = np.maximum(x[work], 0.0)
    hair = AS_IT_IS * np.maximum(1.0, 0.1 * done)
    # What does not work stays idle: a hair of it would count as use of a partner.
    face.columns(work, np.maximum(done - hair, 0.0), np.where(done > hair, done + hair, done))
    early = np.zeros(x.size)
    early[lanes[there]] = (worth[n_processes:, None] * np.arange(1, lanes.shape[1] + 1) / lanes.shape[1])[
        there
    ]
    if not early.any():
        return x
    shipped = solve_goal(face.solver, Goal("early shipments", "", early), "choose", deadline)
    return x if shipped.primal is None else shipped.primal


def _with_variation(
    problem: LinearProblem, numbers: NDArray[np.int64], worth: Floats
) -> tuple[LinearProblem, Floats]:
    """
    Return the problem with a column ``u[p,t] >= |x[p,t] - x[p,t-1]|`` per pair of periods, and their cost.

    Only pairs in which both periods can have a start count: a line's first and last month are no
    unsteadiness.
    """
    p, t = np.nonzero((numbers[:, 1:] >= 0) & (numbers[:, :-1] >= 0))
    after, before = numbers[p, t + 1], numbers[p, t]
    k, n = p.size, problem.n_columns
    pair, size, ones = np.arange(k), n + np.arange(k), np.ones(k)
    # Both signs of the difference are below u.
    rows = coo_array(
        (
            np.concatenate([ones, -ones, ones, ones, ones, -ones]),
            (
                np.concatenate([pair, pair, pair, k + pair, k + pair, k + pair]),
                np.concatenate([size, after, before, size, after, before]),
            ),
        ),
        shape=(2 * k, n + k),
    )
    wide = problem.with_columns(k).with_rows(rows, np.zeros(2 * k), np.full(2 * k, np.inf))
    return wide, np.concatenate([np.zeros(n), worth[p]])
