"""Trials: how late a study's best plan would be with some limits lifted, each asked once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coprod.explain.limits import Limit, lift, limits_of
from coprod.network import compile_network
from coprod.plan import Planner, PlanSettings
from coprod.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from coprod.explain.late.focus import Focus
    from coprod.network import Network
    from coprod.plan import Lateness
    from coprod.study import Tables

    Floats = NDArray[np.float64]

__all__ = ["Trials", "helps"]

#: What counts as a difference: relative to the lateness of the study as it is, above the solver's tolerance.
NOTICED = 1e-5


@dataclass(slots=True)
class Effort:
    """
    The work done.

    Attributes
    ----------
    plans
        How many plans were solved.
    warm
        How many of them on the live model, from where the last one ended.
    spared
        How many more were not, because the duals of a solved one prove that nothing is gained.
    seconds
        What the plans took.
    """

    plans: int = 0
    warm: int = 0
    spared: int = 0
    seconds: float = 0.0

    def add(self, other: Effort) -> None:
        """Count other work too."""
        self.plans += other.plans
        self.warm += other.warm
        self.spared += other.spared
        self.seconds += other.seconds


def helps(gain: Floats) -> bool:
    """Whether the first goal that changes gets better."""
    changed = np.flatnonzero(gain)
    return bool(changed.size and gain[changed[0]] > 0)


class Trials:
    """
    One option of a study, planned again and again with limits lifted.

    Builds are decided anew in every trial, whatever they cost: a limit's cause is not that money was saved.

    Parameters
    ----------
    tables
        The study, the option applied.
    option
        Its name.
    settings
        Of the plan; the gap is the trials' own.
    progress
        Told how many plans were solved; may cancel.
    focus
        The needs asked about; all by default.
    """

    def __init__(
        self,
        tables: Tables,
        option: str,
        settings: PlanSettings | None = None,
        progress: Progress | None = None,
        focus: Focus | None = None,
    ) -> None:
        self._focus = focus
        self._option = option
        self.network = self.compiled(tables)
        # The horizon is fixed: by default it follows from the lead times, and those are lifted.
        ends = pd.Timestamp(self.network.periods.last_day(self.network.periods.n - 1))
        self.tables = tables.with_settings(horizon=ends)
        self._progress = progress or Progress()
        self._found: dict[frozenset[Limit], Lateness] = {}
        #: Looked at, and perhaps to be solved.
        self._networks: dict[frozenset[Limit], Network] = {}
        self._planner = Planner(self.network, settings or PlanSettings(), self._progress)
        self.effort = Effort()
        self.limits = limits_of(tables, self.network)
        #: Units of each item/site that can ever be used, for `lift`.
        self.most = self._most_used()

    def _most_used(self) -> dict[str, float]:
        """Return how much of each node's item all activities together can ever use, every limit lifted."""
        free = [limit for limit in self.limits if limit.kind != "material"]
        network = compile_network(lift(self.tables, free, {}), self._option)
        total = np.zeros(len(network.nodes.item))
        material = network.material
        taken = -material.coefficient.min(axis=1, initial=0.0)
        np.add.at(total, material.row, taken * network.activities.upper[material.column].max(axis=1))
        np.add.at(total, network.demands.node, network.demands.due.sum(axis=1))
        np.add.at(total, network.objectives.node, network.objectives.level)
        names = zip(network.nodes.item, network.nodes.site, strict=True)
        return {f"{item}/{site}": float(most) for (item, site), most in zip(names, total, strict=True)}

    def _network(self, lifted: frozenset[Limit]) -> Network:
        if not lifted:
            return self.network
        if lifted not in self._networks:
            self._networks[lifted] = self.compiled(lift(self.tables, lifted, self.most))
        return self._networks[lifted]

    def lateness(self, lifted: Collection[Limit] = ()) -> Lateness:
        """Return how late the best plan is with these limits lifted."""
        asked = frozenset(lifted)
        if asked not in self._found:
            self._found[asked] = self.planned(self._network(asked))
            self._networks.pop(asked, None)
        return self._found[asked]

    def under(self, tables: Tables) -> tuple[Network, Lateness]:
        """Return a changed study compiled, and how late its best plan is."""
        network = self.compiled(tables)
        return network, self.planned(network)

    def compiled(self, tables: Tables) -> Network:
        """Return a changed study compiled, with the needs asked about."""
        network = compile_network(tables, self._option)
        return self._focus.narrowed(network) if self._focus else network

    def planned(self, network: Network) -> Lateness:
        """Return how late the best plan of a changed network is."""
        begin = time.perf_counter()
        kept = self._planner.update(network)
        found = self._planner.lateness()
        self.effort.plans += 1
        self.effort.warm += kept
        self.effort.seconds += time.perf_counter() - begin
        self._progress.phase(f"trial {self.effort.plans}")
        return found

    def notices(self, gain: float, gap: float) -> bool:
        """Whether a gain in all goals together, found within a gap, is more than the solver's tolerances."""
        start = self.lateness()
        return gain > (NOTICED + start.gap + gap) * start.total

    def _noticed(self, gap: float) -> Floats:
        return (NOTICED + gap) * np.maximum(self.lateness().values, 1e-6)

    def gain(self, lifted: Collection[Limit], more: Collection[Limit]) -> Floats:
        """
        Return what lifting more limits takes off each goal, (K,) weighted unit-months; 0 where it is not
        noticed.

        A goal after one that gains may lose.
        """
        before, after = self.lateness(lifted), self.lateness({*lifted, *more})
        gained = before.values - after.values
        return np.where(np.abs(gained) > self._noticed(before.gap + after.gap), gained, 0.0)

    def most_gained(self, lifted: Collection[Limit], more: Collection[Limit]) -> Floats | None:
        """
        Return the most that lifting more limits can take off each goal, (K,) weighted unit-months, unsolved.

        0 where it would not be noticed; of a goal after one that gains it says nothing. None where no duals
        prove anything.
        """
        before, asked = self.lateness(lifted), frozenset({*lifted, *more})
        if before.proof is None:
            return None
        if asked in self._found:
            gained = before.values - self._found[asked].values
        else:
            gained = before.values - self._planner.floors(self._network(asked), before.proof, before.values)
            if not (gained > self._noticed(before.gap)).any():
                self.effort.spared += 1
                del self._networks[asked]
        return np.where(gained > self._noticed(before.gap), gained, 0.0)

    def promising(self, lifted: Collection[Limit], limits: Iterable[Limit]) -> dict[Limit, float]:
        """
        Return the limits that may gain something alone, each with the most it can gain in all goals together.

        The others are proven to gain nothing, by the duals of the plan with these limits lifted; inf where
        there are no duals.
        """
        found = {limit: self.most_gained(lifted, [limit]) for limit in limits}
        return {
            limit: np.inf if most is None else float(most.sum())
            for limit, most in found.items()
            if most is None or most.any()
        }

    def promising_few(self, lifted: Collection[Limit], limits: Sequence[Limit]) -> dict[Limit, float]:
        """Return `promising` limits among many that mostly are not: what promises nothing in all is out."""
        if len(limits) <= 1 or self.lateness(lifted).slack:
            return self.promising(lifted, limits)
        most = self.most_gained(lifted, limits)
        if most is not None and not most.any():
            return {}
        half = len(limits) // 2
        return {
            **self.promising_few(lifted, limits[:half]),
            **self.promising_few(lifted, limits[half:]),
        }
