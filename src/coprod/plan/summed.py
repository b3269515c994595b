"""Goals of need in one sum, for a search that would otherwise begin at nothing for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.stages import TOGETHER
from coprod.plan.weights import DOMINANCE, dominating, weighted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from coprod.plan.objective import Goal

    Floats = NDArray[np.float64]

__all__ = ["SummedNeeds"]


@dataclass(slots=True)
class SummedNeeds:
    """
    Goals of need in one sum, each dominating the next, and what a bound of the sum proves of each.

    Attributes
    ----------
    goals
        In order.
    bound
        No plan has a lower sum.
    """

    goals: Sequence[Goal]
    bound: float = -np.inf

    @classmethod
    def of(cls, goals: Sequence[Goal]) -> SummedNeeds | None:
        """Sum the goals of need at the head of some; None where there are fewer than two."""
        needs = list(takewhile(lambda goal: goal.of_need, goals[:TOGETHER]))
        return cls(needs) if len(needs) > 1 else None

    @property
    def goal(self) -> Goal:
        """The sum."""
        return weighted(self.goals)

    @property
    def last(self) -> float:
        """What the last goal weighs in the sum, in units of its dearest coefficient; the first weighs 1."""
        return float(DOMINANCE ** (1.0 - len(self.goals)))

    def least(self, number: int, ceilings: Floats) -> float:
        """
        Return what no plan best in order has less of, of one goal.

        The sum is at least its bound, the goals before are at most what holds them, and those after are at
        most their worst.

        Parameters
        ----------
        number
            Of the goal; -inf where it is not in the sum.
        ceilings
            Upper bounds of the goals' rows, see `Goal.ceiling`.
        """
        if number >= len(self.goals):
            return -np.inf
        weights, others = dominating(self.goals), 0.0
        for other, goal in enumerate(self.goals):
            if other < number:
                others += weights[other] * (ceilings[other] * goal.size + goal.constant)
            elif other > number:
                others += weights[other] * goal.worst
        return (self.bound - others) / weights[number]
