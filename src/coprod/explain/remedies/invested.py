"""
Cures from outside an option: the cheapest of the study's other investments with which every date is kept.

Which builds are enough is a question to the plan; which are cheapest, a small problem beside it. Builds that
are not enough, made as many as they can be without becoming enough, say that one of the others is needed; the
cheapest choice that has one of each such group is asked about next, until one is enough: implicit hitting
sets [1]_. It is exact, for every choice that is cheaper was refused.

References
----------
.. [1] Davies, J. and Bacchus, F. (2011). "Solving MAXSAT by solving a sequence of simpler SAT instances",
   *Principles and Practice of Constraint Programming*, 225-239.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array

from coprod.explain.limits import Limit
from coprod.explain.remedies.eased import Cure, Part, ease_of, kept_with, limits_together
from coprod.solve import LinearProblem, solve_or_stop, solver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.explain.remedies.infeasible import Asked
    from coprod.explain.remedies.live import Ease, Live
    from coprod.network import Network
    from coprod.study import Tables

__all__ = ["invested"]

#: Choices of investments that are told, the cheapest first.
CHOICES = 3

#: A build's own weight beside its capex, so that of choices of one cost the one with fewer builds is found.
TIE = 1e-6


def invested(asked: Asked) -> list[Cure]:
    """
    Return the cheapest choices of investments that the option leaves out, with which every date is kept.

    Where even all of them are not enough, one choice with the limits that must give way besides.
    """
    outside = _outside(asked.tables)
    if not outside:
        return []
    asked.progress.phase("cures: investments outside the option")
    frame = asked.tables["investments"].copy()
    frame.loc[frame["investment"].isin(outside), "active"] = True
    network = asked.compiled_of(asked.tables.replace("investments", frame))
    live = asked.on(network)
    besides: tuple[Part, ...] = ()
    if not live.feasible(likely=True):
        eased = limits_together(asked, live)
        if eased is None:
            return []
        besides = eased.parts
    builds = [
        name for name, most in zip(network.investments.name, network.investments.max_builds, strict=True)
        if name in outside for _ in range(int(most))
    ]  # fmt: skip
    capex = _capex(network)
    cures = []
    for choice in _choices(asked, live, builds, capex, ease_of(besides), 1 if besides else CHOICES):
        if not choice:  # no build helps: what gives way is a cure within the option
            continue
        names = list(dict.fromkeys(choice))
        parts = tuple(Part(Limit("investment", name), float(choice.count(name))) for name in names)
        if kept_with(asked, (*parts, *besides)):
            cost = None if besides else sum(capex[name] for name in choice)
            cures.append(Cure((*parts, *besides), cost))
    return cures


def _outside(tables: Tables) -> set[str]:
    """Return the investments that the option leaves out and that could still be built."""
    frame = tables["investments"]
    return set(frame.loc[~frame["active"] & frame["start"].isna(), "investment"])


def _capex(network: Network) -> dict[str, float]:
    first = network.activities.investments.start
    cost = network.activities.unit_cost[first:, 0]
    return {name: float(cost[e]) for e, name in enumerate(network.investments.name)}


def _choices(
    asked: Asked,
    live: Live,
    builds: Sequence[str],
    capex: dict[str, float],
    eased: Sequence[Ease],
    most: int,
) -> list[tuple[str, ...]]:
    """Return the cheapest choices among builds that are enough, none of them holding another."""
    weight = np.array([capex[name] for name in builds])
    weight = weight / max(float(weight.max(initial=0.0)), 1.0) + TIE
    outside = set(builds)
    needed: list[np.ndarray] = []  # one of each must be chosen
    found: list[np.ndarray] = []  # not all of each may be chosen again

    def enough(chosen: np.ndarray) -> bool:
        counts = {name: sum(b == name for b in np.array(builds)[chosen]) for name in outside}
        return live.feasible(eased=eased, builds=counts, likely=True)

    # What nothing else can stand in for is in every choice; mostly that settles it.
    for number in range(len(builds)):
        others = np.arange(len(builds)) != number
        if not enough(others):
            needed.append(~others)
    while len(found) < most:
        asked.progress.step(len(needed))
        chosen = _cheapest(asked, weight, needed, found)
        if chosen is None:
            break
        if enough(chosen):
            found.append(chosen)
            continue
        for number in np.argsort(weight):  # as many as can be without becoming enough
            if not chosen[number]:
                more = chosen.copy()
                more[number] = True
                if not enough(more):
                    chosen = more
        needed.append(~chosen)
        if chosen.all():
            break
    return [tuple(name for name, own in zip(builds, chosen, strict=True) if own) for chosen in found]


def _cheapest(
    asked: Asked, weight: np.ndarray, needed: Sequence[np.ndarray], found: Sequence[np.ndarray]
) -> np.ndarray | None:
    """Return the cheapest choice with one of each group that is needed, none of those found inside it."""
    n = weight.size
    rows = np.array([*needed, *found], dtype=float).reshape(-1, n)
    lower = np.array([1.0] * len(needed) + [-np.inf] * len(found))
    upper = np.array([np.inf] * len(needed) + [own.sum() - 1.0 for own in found])
    ones = np.ones(n)
    problem = LinearProblem(weight, 0 * ones, ones, ones.astype(bool), csc_array(rows), lower, upper)
    engine = solver(asked.settings.solver, threads=asked.settings.threads)
    engine.load(problem)
    solution = solve_or_stop(engine, "choose", asked.progress)
    return None if solution.primal is None else np.round(solution.primal).astype(bool)
