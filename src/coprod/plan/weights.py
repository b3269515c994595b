"""Goals in strict order as one weighted sum, each dominating the ones after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.objective import UNIT_MONTHS, Goal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["DOMINANCE", "dominating", "in_one_sum", "weighted"]

#: Weight of a goal over the next, each in units of its dearest coefficient. The exact stages repair what a
#: weight gets wrong, so any will do; 1,000 is more than a unit of one class can mostly be exchanged for of
#: the next, and three such weights still are numbers of one size. Measured at 200 processes by 120 months,
#: three seeds: 1,000 left 0 to 1,900 pivots to repair, 100 up to 6,000. Branch and bound takes longer with
#: more: 5, 8 and 8 s for 1e3, 1e4 and 1e5 on one instance of 10 processes, 11, 13 and 13 s on another.
DOMINANCE = 1e3


def dominating(goals: Sequence[Goal], dominance: float = DOMINANCE) -> list[float]:
    """Return a weight for each goal, by which it dominates the ones after it."""
    return [dominance**-number / goal.size for number, goal in enumerate(goals)]


def in_one_sum(goals: Sequence[Goal], dominance: float = DOMINANCE) -> NDArray[np.float64]:
    """Return the cost of goals in one sum, each dominating the ones after it: (n,)."""
    weights = dominating(goals, dominance)
    return np.asarray(
        sum(weight * goal.cost for weight, goal in zip(weights, goals, strict=True)), dtype=float
    )


def weighted(goals: Sequence[Goal]) -> Goal:
    """Return goals of need in one sum, each dominating the ones after it."""
    weights = dominating(goals)
    constant = sum(weight * goal.constant for weight, goal in zip(weights, goals, strict=True))
    name = " and ".join(goal.name for goal in goals)
    worst = sum(weight * goal.worst for weight, goal in zip(weights, goals, strict=True))
    return Goal(f"{name}, weighted", UNIT_MONTHS, in_one_sum(goals), float(constant), float(worst))
