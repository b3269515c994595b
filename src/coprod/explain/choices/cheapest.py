"""The cheapest plan that meets its needs as well as can be: what other plans are measured against."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coprod.errors import SolverError
from coprod.network import compile_network
from coprod.plan import Planner, PlanSettings
from coprod.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from coprod.network import Network
    from coprod.plan import Point, Probe
    from coprod.study import Tables

__all__ = ["EXACT", "Cheapest", "cheapest"]

#: How far from the cheapest a plan may be, as a share of the cost: below what would be told as a difference.
#: Mostly it is half of that.
GAP = 1e-3
#: With a gap of 0: as close as a solver's tolerances let one plan's cost be told from another's.
EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class Cheapest:
    """
    A live plan, and the cheapest of its plans with which every need is met as well as can be.

    Attributes
    ----------
    option
        What was planned.
    probe
        The live plan.
    lateness : (K,) unit-months
        Least lateness of each goal of need.
    point
        The plan.
    within
        How far from the best an answer may be, as a share of the cost (of all value added, of a quantity).
    progress
        Told of every question; may cancel.
    """

    option: str
    probe: Probe
    lateness: NDArray[np.float64]
    point: Point
    within: float
    progress: Progress

    @property
    def network(self) -> Network:
        """The network planned."""
        return self.probe.network

    def builds(self, point: Point) -> str:
        """Return the builds of a plan in words, in the study's order."""
        built = self.probe.built(point)
        names = self.network.investments.name
        return "; ".join(
            name if number == 1 else f"{number} × {name}"
            for name, number in zip(names, built, strict=True)
            if number
        )

    def partner_share(self, point: Point) -> float:
        """Return the share of value added that is the partner's."""
        shares = self.probe.shares(point)
        return sum(shares.get(party, 0.0) for party in self.network.partner_parties)

    def needs_of(self, headline: tuple[str, str, str]) -> list[int]:
        """Return which needs a headline (item, site, objective or "") is about: its objective, or orders."""
        item, site, objective = headline
        demands, nodes = self.network.demands, self.network.nodes
        if objective:
            return [len(demands.name) + self.network.objectives.name.index(objective)]
        return [
            d for d, node in enumerate(demands.node) if (nodes.item[node], nodes.site[node]) == (item, site)
        ]

    def full_from(self, point: Point, needs: Sequence[int]) -> int:
        """Return the period from whose end on some needs are met; T if never."""
        return int(self.probe.full_from(point)[list(needs)].max(initial=0))

    def last_day(self, period: int) -> object:
        """Return the last day of a period; None for one beyond the horizon."""
        periods = self.network.periods
        return periods.last_day(period) if period < periods.n else None


def cheapest(
    tables: Tables, option: str, settings: PlanSettings | None = None, progress: Progress | None = None
) -> Cheapest:
    """
    Find the cheapest plan that meets its needs as well as can be.

    It may cost less than the plan itself, which is calm, and whose builds are searched to its own gap.

    Parameters
    ----------
    tables
        The study, the option applied.
    option
        Its name.
    settings
        Of the plan; a constrained one, its goals in strict order, to a gap of 0.1 % or less.
    progress
        Told of every question; may cancel.

    Raises
    ------
    NoPlanError
        See `coprod.plan.Planner.lateness`.
    SolverError
        If the solver gives up.
    """
    told = progress or Progress()
    asked = settings or PlanSettings()
    asked = replace(asked, kind="constrained", mode="lexicographic", gap=min(asked.gap, GAP))
    planner = Planner(compile_network(tables, option), asked, told)
    lateness = planner.lateness()
    probe = planner.probe()
    probe.hold_as_close_as_can_be(lateness.values)
    told.phase("the cheapest plan")
    within = max(asked.gap, EXACT)
    point = probe.best(probe.cost, within, within)
    if point is None:
        msg = "no plan is as little late as the least late one; a tolerance is at fault"
        raise SolverError(msg)
    return Cheapest(option, probe, lateness.values, point, within, told)
