"""
Where a plan ended, for the next one to begin at.

Goals in strict order have no single objective, and so no prices that a dual simplex could go on from. They
get some here. Each goal's duals prove it on the face of the goals before it; weighed and added, with the sign
of the first goal that has one, they are the duals of an objective of which the plan is a best vertex: the
goals' weighted sum, and a tilt where no weight puts them in order.

Other bounds leave the vertex dual feasible for it, and mostly a few pivots make it feasible again. Where the
matrix is another, the objective is moved to what the duals ask for, so that the vertex stays dual feasible
there as well. What all this does to the order of the goals, the exact stages put right: it is a start, and no
more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.weights import DOMINANCE, in_one_sum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from coprod.plan.objective import Goal
    from coprod.solve import LinearProblem, Solver

    Floats = NDArray[np.float64]

__all__ = ["Vertex", "dominance_over"]

#: Weight of the first goal over the last at most: beyond that the coefficients of the last would be less than
#: a solver's tolerance.
SPREAD = 1e9


@dataclass(frozen=True, slots=True)
class Vertex:
    """
    A vertex to begin at, and the objective it is the best of its model for, or is to lead to the best of.

    Attributes
    ----------
    basis
        As the solver has it.
    row_dual : (m,)
        Prices at the vertex.
    aim : (n,)
        The objective: the weighted goals and a tilt.
    tilt : (n,)
    names
        Of the goals.
    best
        Whether it is the best for the aim, and not one of other goals or another matrix.
    """

    basis: object
    row_dual: Floats
    aim: Floats
    tilt: Floats
    names: tuple[str, ...]
    best: bool

    def aimed(self, goals: Sequence[Goal]) -> Vertex:
        """Return the vertex with the aim that goals of the model at hand ask for."""
        known = [goal for goal in goals if goal.name in self.names]
        aim = in_one_sum(known, dominance_over(known)) + self.tilt
        same = self.best and np.allclose(aim, self.aim, rtol=1e-12, atol=1e-12 * np.abs(aim).max(initial=0.0))
        return self if same else replace(self, aim=aim, best=False)

    def carried(
        self, engine: Solver, problem: LinearProblem, columns: NDArray[np.int64], goals: Sequence[Goal]
    ) -> Vertex:
        """
        Return the vertex for a problem with the same rows and another matrix.

        Parameters
        ----------
        engine
            Whose basis it is.
        problem
            Which it is a vertex of.
        columns : (n,)
            For each column of the other problem its number in this one; -1 for a new one.
        goals
            Of the other problem.
        """
        statuses = engine.statuses(self.basis).carried(problem, columns)
        tilt = np.where(columns >= 0, self.tilt[columns], 0.0)
        return replace(self, basis=engine.basis_of(statuses), tilt=tilt, best=False).aimed(goals)


def dominance_over(goals: Sequence[Goal]) -> float:
    """Return the weight of each of some goals over the next."""
    return min(DOMINANCE, float(SPREAD ** (1.0 / max(1, len(goals) - 1))))
