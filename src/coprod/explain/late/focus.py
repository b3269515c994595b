"""The needs an explanation is about: some orders, objectives, items or sites, or what is due until a date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coprod.errors import Cell, Problem, StudyError
from coprod.plan import Lateness
from coprod.study.suggest import did_you_mean

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from coprod.network import Network

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

__all__ = ["Focus"]


@dataclass(frozen=True, slots=True)
class Focus:
    """
    The needs asked about: those that are all of what is given.

    Attributes
    ----------
    orders, objectives
        Names; together they are one condition.
    items, sites
        What is needed, and where.
    until
        Only what is due until this day; None for all.
    """

    orders: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    until: date | None = None

    def __bool__(self) -> bool:
        return bool(self.orders or self.objectives or self.items or self.sites or self.until)

    def __str__(self) -> str:
        """Return the focus in words."""
        names = [*self.orders, *self.objectives, *self.items, *self.sites]
        until = [f"due until {self.until:%Y-%m-%d}"] if self.until else []
        return "; ".join([*names, *until])

    def check(self, network: Network) -> None:
        """
        Refuse a focus on nothing.

        Raises
        ------
        StudyError
            If the study has no such order, objective, or need of such an item or at such a site.
        """
        demands, objectives, nodes = network.demands, network.objectives, network.nodes
        needed = [*demands.node, *objectives.node]
        known = {
            "order": (self.orders, list(demands.name)),
            "objective": (self.objectives, list(objectives.name)),
            "item": (self.items, list(dict.fromkeys(nodes.item[node] for node in needed))),
            "site": (self.sites, list(dict.fromkeys(nodes.site[node] for node in needed))),
        }
        problems = [
            Problem(
                "CP201",
                "error",
                Cell("the question", None, kind),
                f"{name!r}",
                f"needs one of {', '.join(names)}.{did_you_mean(name, names)}",
            )
            for kind, (asked, names) in known.items()
            for name in asked
            if name not in names
        ]
        if problems:
            raise StudyError(problems)

    def _needs(self, network: Network) -> tuple[Mask, Mask]:
        """Return which orders and which objectives are meant, (D,) and (G,)."""

        def meant(names: tuple[str, ...], nodes: NDArray[np.int64], named: tuple[str, ...]) -> Mask:
            own = [
                (name in named or not (self.orders or self.objectives))
                and (not self.items or network.nodes.item[node] in self.items)
                and (not self.sites or network.nodes.site[node] in self.sites)
                for name, node in zip(names, nodes, strict=True)
            ]
            return np.array(own, dtype=bool)

        demands, objectives = network.demands, network.objectives
        return (
            meant(demands.name, demands.node, self.orders),
            meant(objectives.name, objectives.node, self.objectives),
        )

    def narrowed(self, network: Network) -> Network:
        """
        Return a network in which nothing else is needed: as late as its needs are there, they are if they
        come first.
        """
        orders, levels = self._needs(network)
        demands, objectives, t = network.demands, network.objectives, np.arange(network.periods.n)
        last = network.periods.n if self.until is None else network.periods.ending_by(self.until)
        levels = levels & (objectives.by_period <= last)
        due = np.where(orders[:, None] & (t <= last), demands.due, 0.0)
        return replace(
            network,
            demands=replace(demands, due=due),
            objectives=replace(objectives, level=np.where(levels, objectives.level, 0.0)),
        )

    def planned(self, network: Network, whole: Lateness) -> Lateness:
        """
        Return how late these needs are in a plan for all needs.

        Parameters
        ----------
        network
            With all needs.
        whole
            Its lateness; what is due first is delivered first.
        """
        own, demands, months = self.narrowed(network), network.demands, network.periods.months
        delivered = np.cumsum(demands.due, axis=1) - whole.backlog
        backlog = np.maximum(np.cumsum(own.demands.due, axis=1) - delivered, 0.0)
        shortfall = np.where(own.objectives.level[:, None] > 0, whole.shortfall, 0.0)
        counted = np.arange(network.periods.n) >= own.objectives.by_period[:, None]
        late = {
            "demands": (own.demands.weight * backlog.sum(axis=1), own.demands.priority),
            "objectives": (
                own.objectives.weight * np.where(counted, shortfall, 0.0).sum(axis=1),
                own.objectives.priority,
            ),
        }
        values = []
        for goal in whole.goals:
            kind, _, priority = goal.partition(" ")
            each, classes = late[kind]
            values.append(float(each[classes == int(priority)].sum()) * months)
        return Lateness(whole.goals, np.array(values), whole.gap, backlog, shortfall)
