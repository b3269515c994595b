"""
Other plans that cost hardly more: what they all share, and what is free to choose.

Every decision of the cheapest plan (which investments are built, which activities are used at all) is turned
around, one at a time, and the cheapest plan with it turned is looked for: "modelling to generate
alternatives" [1]_, one decision after the other, so that what each costs is known by itself. How far each
quantity can move within the allowance is a range of its own, its least and its most over all such plans, as
in flux variability analysis [2]_.

References
----------
.. [1] Brill, Chang and Hopkins (1982). "Modeling to generate alternatives: the HSJ approach and an
   illustration using a problem in land use planning". Management Science 28(3).
.. [2] Mahadevan and Schilling (2003). "The effects of alternate optimal solutions in constraint-based
   genome-scale metabolic models". Metabolic Engineering 5(4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod.explain.choices.work_share import extreme_share
from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from coprod.explain.choices.cheapest import Cheapest
    from coprod.plan import Goal, Point

__all__ = ["ALLOWANCE", "alternatives"]

#: Share of the cost by which a plan may be dearer than the cheapest and still count as near it.
ALLOWANCE = 0.02
#: Of an activity that the cheapest plan does not use, this share of the most it can have is asked for.
ASKED = 0.5
#: Share of what is made of an item below which an activity counts as not used.
USED = 1e-6
#: A least quantity below this is none.
DUST = 1e-6
#: How far from its least and its most a quantity may be found, as a share of what is made of its item: so
#: many times as far as a cost, that is a hundredth.
WITHIN = 10.0
#: How far from its extremes a party's share may be found.
SHARE_WITHIN = 3e-3


@dataclass(frozen=True, slots=True)
class _Plan:
    """A plan near the cheapest, and the decision that was turned around for it; "" for the cheapest."""

    changed: str
    point: Point


def alternatives(
    found: Cheapest, headlines: Sequence[tuple[str, str, str]], allowance: float = ALLOWANCE
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Return the tables ``alternatives`` and ``leeway``.

    Needs are met as well as in the cheapest plan, and no more of any item is left over at the end than there:
    an allowance is not to be spent on units that nobody needs.

    Parameters
    ----------
    found
        The cheapest plan, and the live one.
    headlines
        Item, site and objective of each, for the date by which all are full.
    allowance
        Share of the cost by which a plan may be dearer.

    Raises
    ------
    NoPlanError, SolverError
        See `coprod.plan.Probe.best`.
    """
    needs = [need for headline in headlines for need in found.needs_of(headline)]
    search = _Search(found, needs, allowance)
    plans, rows = search.run()
    names = ("option", "kind", "name", "item", "state", "chosen", "least", "most", "turned_cost")
    leeway = make_table("leeway", {name: [row[name] for row in rows] for name in names})
    return _plan_table(search, needs, plans), leeway


class _Search:
    """The plans near the cheapest, decision by decision."""

    def __init__(self, found: Cheapest, needs: Sequence[int], allowance: float) -> None:
        self.found, self.probe, self.network = found, found.probe, found.network
        self.full = found.full_from(found.point, needs) if needs else found.network.periods.n
        self.most = found.point.value + allowance * abs(found.point.value)
        activities, nodes = self.network.activities, self.network.nodes
        self.keys = activities.key
        self.items = [nodes.item[int(n)] for n in activities.node[activities.processes]]
        started = self.probe.started(found.point)
        made = dict.fromkeys(self.items, 0.0)
        for item, quantity in zip(self.items, started, strict=True):
            made[item] += float(quantity)
        #: Of each activity: units of its item started by all activities together in the cheapest plan.
        self.made = [made[item] for item in self.items]
        #: Activities that another could stand in for.
        self.choice = [
            p for p, item in enumerate(self.items) if self.items.count(item) > 1 and self.made[p] > 0
        ]
        #: Every plan found within the allowance: a good one for the next question is often among them.
        self.pool: list[Point] = [found.point]

    def used(self, point: Point) -> frozenset[int]:
        """Return the activities that a plan uses, of those that another could stand in for."""
        started = self.probe.started(point)
        return frozenset(p for p in self.choice if started[p] > USED * self.made[p])

    def run(self) -> tuple[list[_Plan], list[dict[str, Any]]]:
        """Return the plans, the cheapest first, and a row for every decision."""
        plans = [_Plan("", self.found.point)]
        free = np.flatnonzero(self.network.investments.fixed_start < 0)
        rows = [self._build_row(int(e), plans) for e in free]
        used, turned = self.used(self.found.point), {}
        for p in sorted(used):
            self._ask(self.keys[p])
            self.probe.limit_starts(p, 0.0, 0.0)
            turned[p] = self._turned(f"without {self.keys[p]}", plans)
        self._ask("ranges", within_allowance=True)
        near = WITHIN * self.found.within
        ends = {p: self._range(self.probe.starts(p), near * self.made[p]) for p in self.choice}
        for p in self.choice:
            most = ends[p][1]
            if p not in used and most > USED * self.made[p]:
                self._ask(self.keys[p])
                self.probe.limit_starts(p, ASKED * most, np.inf)
                turned[p] = self._turned(f"with {ASKED * most:,.0f} from {self.keys[p]}", plans)
        rows += [self._activity_row(p, ends[p], turned.get(p)) for p in self.choice]
        self._ask("shares", within_allowance=True)
        parties = [party for party in self.network.partner_parties if party in self.probe.parties]
        return plans, rows + [self._share_row(party) for party in parties]

    def _ask(self, about: str, *, within_allowance: bool = False) -> None:
        """Ask about plans that meet the needs and leave nothing over."""
        self.found.progress.phase(f"alternatives: {about}")
        self.probe.release()
        self.probe.hold(self.found.lateness)
        self.probe.limit_leftovers(self.found.point)
        if within_allowance:
            self.probe.limit_cost(self.most)

    def _turned(self, changed: str, plans: list[_Plan]) -> Point | None:
        """Return the cheapest plan that keeps to what is asked; None beyond the allowance."""
        near = self.found.within
        point = self.probe.best(self.probe.cost, near, near, most=self.most)
        if point is not None:
            self.pool.append(point)
            plans.append(_Plan(changed, point))
        return point

    def _range(self, goal: Goal, within: float) -> tuple[float, float]:
        """Return the least and the most of a goal."""
        ends = []
        for one in (goal, goal.most):
            known = min(self.pool, key=lambda point: one.value(point.x))
            point = self.probe.best(one, within, known=known) or known
            self.pool.append(point)
            ends.append(goal.value(point.x))
        return ends[0], ends[1]

    def _row(
        self,
        kind: str,
        name: str,
        item: str,
        state: str,
        figures: tuple[float, float, float],
        turned: Point | None,
    ) -> dict[str, Any]:
        chosen, least, most = (0.0 if abs(figure) < DUST else figure for figure in figures)
        extra = np.nan if turned is None else turned.value - self.found.point.value
        row = {"option": self.found.option, "kind": kind, "name": name, "item": item, "state": state}
        return {**row, "chosen": chosen, "least": least, "most": most, "turned_cost": extra}

    def _build_row(self, e: int, plans: list[_Plan]) -> dict[str, Any]:
        name, number = self.network.investments.name[e], int(self.probe.built(self.found.point)[e])
        largest = float(self.network.investments.max_builds[e])
        self._ask(name)
        if number:
            self.probe.limit_builds(e, 0.0, 0.0)
        else:
            self.probe.require_service(e, self.full)
        turned = self._turned(f"without {name}" if number else f"with {name}", plans)
        least, most = float(number and turned is None), float(number or turned is not None)
        if largest > 1.0 and (number or turned is not None):
            self._ask(name, within_allowance=True)
            least, most = map(round, self._range(self.probe.builds(e), 0.5))
        state = "may" if turned is not None else "must" if number else "never"
        return self._row("investment", name, "", state, (number, least, most), turned)

    def _activity_row(self, p: int, ends: tuple[float, float], turned: Point | None) -> dict[str, Any]:
        chosen = float(self.probe.started(self.found.point)[p])
        needed = turned is None and chosen > USED * self.made[p]
        state = "must" if needed else "may" if ends[1] > USED * self.made[p] else "never"
        return self._row("activity", self.keys[p], self.items[p], state, (chosen, *ends), turned)

    def _share_row(self, party: str) -> dict[str, Any]:
        shares = [self.probe.shares(self.found.point)[party]]
        for most in (False, True):
            share, point = extreme_share(
                self.found,
                party,
                most=most,
                known=self.pool,
                within=min(SHARE_WITHIN, WITHIN * self.found.within),
            )
            shares.append(share)
            self.pool.append(point)
        state = "must" if shares[1] > DUST else "may" if shares[2] > DUST else "never"
        return self._row("share of value added", party, "", state, (shares[0], shares[1], shares[2]), None)


def _plan_table(search: _Search, needs: Sequence[int], plans: Sequence[_Plan]) -> pd.DataFrame:
    """
    Return the plans that differ in what is built or used, the cheapest of each kind, cheapest first.

    One that only builds more, and does the same with it, is left out: what that costs is told as leeway.
    """
    found, probe = search.found, search.probe
    names, keys = found.network.investments.name, search.keys
    kinds: dict[tuple[tuple[int, ...], frozenset[int]], list[_Plan]] = {}
    for plan in plans:
        kind = (tuple(probe.built(plan.point).tolist()), search.used(plan.point))
        kinds.setdefault(kind, []).append(plan)
    (built, used), *_ = kinds
    rows: list[dict[str, Any]] = []
    for kind, same in sorted(kinds.items(), key=lambda pair: min(plan.point.value for plan in pair[1])):
        plan = min(same, key=lambda plan: plan.point.value)
        if rows and kind[1] == used and all(a >= b for a, b in zip(kind[0], built, strict=True)):
            continue
        more = [n for n, a, b in zip(names, kind[0], built, strict=True) if a > b]
        fewer = [n for n, a, b in zip(names, kind[0], built, strict=True) if a < b]
        rows.append(
            {
                "option": found.option,
                "plan": len(rows) + 1,
                "changed": "; ".join(plan.changed for plan in same if plan.changed),
                "cost": plan.point.value,
                "extra_cost": plan.point.value - found.point.value,
                "extra": (plan.point.value - found.point.value) / max(abs(found.point.value), 1e-12),
                "builds": found.builds(plan.point),
                "builds_added": "; ".join(more),
                "builds_left_out": "; ".join(fewer),
                "activities_added": "; ".join(keys[p] for p in sorted(kind[1] - used)),
                "activities_left_out": "; ".join(keys[p] for p in sorted(used - kind[1])),
                "full_from": found.last_day(found.full_from(plan.point, needs)) if needs else None,
                "partner_share": found.partner_share(plan.point),
            }
        )
    return make_table("alternatives", {name: [row[name] for row in rows] for name in rows[0]})
