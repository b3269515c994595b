"""The least lateness a network allows: the goals of need alone, for questions asked many times over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.pursue import pursue, with_earliest_builds
from coprod.plan.stages import as_good, exact_stages, largest_gap, reached_vertex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from coprod.plan.assemble import Model
    from coprod.plan.builds import BuildColumns
    from coprod.plan.deadline import Deadline
    from coprod.plan.face import Face
    from coprod.plan.floor import Proof
    from coprod.plan.objective import Goal
    from coprod.plan.stages import Pursuit
    from coprod.plan.whole import WholeColumns
    from coprod.solve import Method

    Floats = NDArray[np.float64]

__all__ = ["Lateness", "least_late", "read_lateness"]

#: How far a plan may lie above the relaxation and still count as reaching it, relative: the solver's
#: tolerance.
REACHED = 1e-7


@dataclass(frozen=True, slots=True)
class Lateness:
    """
    How late a network's best plan is.

    Attributes
    ----------
    goals : length K
        The goals of need in the order they were pursued, such as ``demands 1`` and ``objectives 1``.
    values : (K,) weighted unit-months
        Their values: unique, whichever plan reaches them.
    gap : float
        Largest proven gap over the goals; 0 where exact.
    backlog : (D, T) units
        Due and not delivered at each period's end, in the plan found.
    shortfall : (G, T) units
        Missing to each objective's level at each period's end, dated or not, in the plan found.
    proof
        Prices that prove how late a plan must be, whole numbers or not; None where there are no duals.
    """

    goals: tuple[str, ...]
    values: Floats
    gap: float
    backlog: Floats
    shortfall: Floats
    proof: Proof | None = None

    @property
    def slack(self) -> float:
        """How far the prices' proof stays below the values in all: what only whole numbers explain."""
        if self.proof is None:
            return np.inf
        apart = np.maximum(self.values - self.proof.values, 0.0)
        return float(np.where(apart > REACHED * np.maximum(1.0, self.values), apart, 0.0).sum())

    @property
    def total(self) -> float:
        """Sum of the goals' values, weighted unit-months."""
        return float(self.values.sum())


def least_late(
    face: Face,
    goals: Sequence[Goal],
    deadline: Deadline,
    *,
    gap: float,
    first_goal_row: int | None,
    whole: WholeColumns,
    builds: BuildColumns | None,
    proven: Callable[[Pursuit], bool],
) -> Pursuit | None:
    """
    Pursue goals of need where cost does not matter: every build as early as it can be, if that is proven
    best.

    More capacity sooner never makes a need worse, so the earliest builds mostly reach the relaxation's own
    values; only where they do not (a budget splits them, a line must run at its least rate) is searched.

    Parameters
    ----------
    face, goals, deadline, gap, first_goal_row, whole, builds
        See `coprod.plan.pursue.pursue`.
    proven
        Whether the duals of a plan with its builds fixed prove that none is less late, whatever the builds.

    Returns
    -------
    Pursuit or None
        None if no plan keeps to every limit.
    """
    if builds is not None and face.free_integers.size:
        face.solver.relax_integers(True)
        kept = face.bounds()
        early = with_earliest_builds(
            face, goals, deadline, builds, allowance=0.0, first_goal_row=first_goal_row
        )
        if early is not None and early.complete and proven(early):
            return replace(early, vertex=None)  # that one is the best with early builds alone
        # From where the last solve ended, which its bounds allow: mostly a proof with few pivots.
        method: Method = "choose" if early is None else "primal"
        relaxed = exact_stages(
            face, goals, deadline, allowance=0.0, first_goal_row=first_goal_row, first_method=method
        )
        face.put_back(kept)
        if relaxed is None:
            return None
        if early is not None and early.complete and as_good(early, relaxed, REACHED):
            vertex = reached_vertex(face, relaxed, deadline)
            return replace(early, duals=relaxed.duals, relaxed=relaxed.relaxed, basis=None, vertex=vertex)
    return pursue(face, goals, deadline, gap=gap, first_goal_row=first_goal_row, whole=whole)


def read_lateness(model: Model, found: Pursuit, proof: Proof | None) -> Lateness:
    """Return what a plan's point says about lateness."""
    demands, objectives, columns = model.network.demands, model.network.objectives, model.columns
    there = columns.delivered >= 0
    delivered = np.where(there, found.x[np.where(there, columns.delivered, 0)], 0.0)
    stock = found.x[columns.stock[objectives.node]]
    needs = [outcome for outcome in found.outcomes if outcome.goal.name != "cost"]
    return Lateness(
        goals=tuple(outcome.goal.name for outcome in needs),
        values=np.array([max(outcome.best, 0.0) for outcome in needs]),
        gap=largest_gap(needs),
        backlog=np.maximum(np.cumsum(demands.due, axis=1) - delivered, 0.0),
        shortfall=np.maximum(objectives.level[:, None] - stock, 0.0),
        proof=proof,
    )
