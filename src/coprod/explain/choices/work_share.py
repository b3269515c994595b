"""
The work share each party can have, and what each further percent costs in money and in time.

A share is a ratio of two sums over one plan, value added at a party's sites over value added anywhere, and
its extremes are found by Dinkelbach's method [1]_: the plan best for ``party - share * everybody`` has a
larger share, until it has not.

References
----------
.. [1] Dinkelbach (1967). "On nonlinear fractional programming". Management Science 13(7).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod.errors import SolverError
from coprod.explain.choices.cheapest import EXACT
from coprod.plan import Point
from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from coprod.explain.choices.cheapest import Cheapest

__all__ = ["extreme_share", "work_share"]

#: How far from its extreme a share may be found: two hundredths of a percent.
WITHIN = 2e-4
#: Nodes of the search for the cheapest of the plans that are late for a share: when each build must start is
#: then a close matter, and its proof long (280 nodes in the example); how close it came is told.
LATE_NODES = 20
#: Rounds of Dinkelbach's method; it mostly takes two or three.
ROUNDS = 30
#: A share asked for at its extreme is taken this much inside of it, so that a tolerance does not decide.
INSIDE = 1e-6
#: Shares asked about at most, between the cheapest plan's and each end, and beyond what delays nothing.
BELOW, ABOVE, LATE = 2, 4, 2


def extreme_share(
    found: Cheapest, party: str, *, most: bool, known: Sequence[Point], within: float = WITHIN
) -> tuple[float, Point]:
    """
    Return the largest, or the smallest, share of value added that a party has in the plans asked about.

    Parameters
    ----------
    found
        The live plan, narrowed to the plans asked about.
    party
        Whose share.
    most
        Whether the largest is looked for.
    known
        Plans among those asked about, at least one.
    within
        How far from its extreme the share may be.

    Returns
    -------
    share, point
        And the plan that has it.

    Raises
    ------
    NoPlanError, SolverError
        See `coprod.plan.Probe.best`.
    """
    probe, sign = found.probe, 1.0 if most else -1.0
    point = max(known, key=lambda point: sign * probe.shares(point)[party])
    for _ in range(ROUNDS):
        share = probe.shares(point)[party]
        goal = probe.share(party, share)
        near = within if found.within > EXACT else EXACT
        better = probe.best(goal if most else goal.most, near * abs(probe.value_added(point)), known=point)
        if better is None or sign * (probe.shares(better)[party] - share) <= 0.1 * near:
            break
        point = better
    return probe.shares(point)[party], point


def work_share(
    found: Cheapest, headlines: Sequence[tuple[str, str, str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Return the tables ``work_share_range`` and ``work_share_curve``.

    Nothing is made beyond need to move a share: no more of any item is left over at the end than in the
    cheapest plan.

    Parameters
    ----------
    found
        The cheapest plan, and the live one.
    headlines
        Item, site and objective of each, for the date by which all are full.

    Raises
    ------
    NoPlanError, SolverError
        See `coprod.plan.Probe.best`.
    """
    probe = found.probe
    ranges, ends = [], {}
    partners = [party for party in found.network.partner_parties if party in probe.parties]
    for party in partners or probe.parties:
        found.progress.phase(f"work share: {party}")
        _ask(found, in_time=True)
        least = extreme_share(found, party, most=False, known=[found.point])
        most = extreme_share(found, party, most=True, known=[found.point])
        _ask(found, in_time=False)
        try:
            late, _ = extreme_share(found, party, most=True, known=[most[1]])
        except SolverError:
            late = np.nan  # the shares that delay nothing are known all the same
        ends[party] = (least, most, late)
        ranges.append(
            {
                "option": found.option,
                "party": party,
                "partner": party in partners,
                "share": probe.shares(found.point)[party],
                "least": least[0],
                "most": most[0],
                "most_late": late,
            }
        )
    rows: list[dict[str, Any]] = []
    for party in partners:
        rows += _Curve(found, headlines, party, *ends[party]).rows()
    return (
        make_table("work_share_range", {name: [row[name] for row in ranges] for name in _RANGE}),
        make_table("work_share_curve", {name: [row[name] for row in rows] for name in _CURVE}),
    )


_RANGE = ("option", "party", "partner", "share", "least", "most", "most_late")
_CURVE = (
    "option",
    "party",
    "share",
    "state",
    "cost",
    "extra_cost",
    "per_percent",
    "lateness",
    "extra_lateness",
    "full_from",
    "months",
    "builds",
    "gap",
)


def _ask(found: Cheapest, *, in_time: bool) -> None:
    """Ask about the plans that waste nothing: no later than can be, or as much in the end, however late."""
    found.probe.release()
    found.probe.limit_leftovers(found.point)
    if in_time:
        found.probe.hold(found.lateness)
    else:
        found.probe.require_all_in_the_end(found.point)


class _Curve:
    """The cheapest plan for each of some shares of one party."""

    def __init__(
        self,
        found: Cheapest,
        headlines: Sequence[tuple[str, str, str]],
        party: str,
        least: tuple[float, Point],
        most: tuple[float, Point],
        late: float,
    ) -> None:
        self.found, self.probe, self.party = found, found.probe, party
        self.needs = [need for headline in headlines for need in found.needs_of(headline)]
        self.share = self.probe.shares(found.point)[party]
        self.least, self.most, self.late = least, most, late

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of the table, smallest share first."""
        below = _grid(self.least[0] + INSIDE, self.share, BELOW)[:-1]
        above = _grid(self.share, self.most[0] - INSIDE, ABOVE)[1:]
        beyond = _grid(self.most[0], self.late - INSIDE, LATE)[1:] if np.isfinite(self.late) else []
        self.probe.with_shares([(self.party, share) for share in (*below, *above, *beyond)])
        rows, known = [], self.least[1]
        for share in below:
            known = self._in_time(share, known, at_least=False)
            rows.append(self._row(share, "without delay", known))
        rows.append(self._row(self.share, "without delay", self.found.point))
        upper, known = [], self.most[1]
        for share in reversed(above):
            known = self._in_time(share, known, at_least=True)
            upper.append(self._row(share, "without delay", known))
        rows += upper[::-1]
        for share in beyond:
            try:
                point = self._late(share)
            except SolverError:
                rows.append(self._row(share, "unknown", None))
                continue
            if point is not None:
                rows.append(self._row(share, "with delay", point))
        top = np.floor(100.0 * self.late + 1.0) / 100.0
        if top <= 1.0:  # not where it is not known
            rows.append(self._row(top, "not possible", None))
        for before, row in pairwise(rows):
            row["per_percent"] = (row["cost"] - before["cost"]) / (100.0 * (row["share"] - before["share"]))
        return rows

    def _in_time(self, share: float, known: Point, *, at_least: bool) -> Point:
        self.found.progress.phase(f"work share: {self.party} at {share:.1%}")
        _ask(self.found, in_time=True)
        self.probe.require_share(self.party, share, at_least=at_least)
        point = self.probe.best(self.probe.cost, self.found.within, self.found.within, known=known)
        return known if point is None else point

    def _late(self, share: float) -> Point | None:
        """Return the least late of the plans with a share, and of those the cheapest; None if none."""
        self.found.progress.phase(f"work share: {self.party} at {share:.1%}")
        _ask(self.found, in_time=False)
        self.probe.require_share(self.party, share, at_least=True)
        point = self.probe.least_late()
        if point is None:
            return None
        if self.found.within > EXACT:
            self.probe.hold([late * (1.0 + self.found.within) for late in self.probe.class_lateness(point)])
        known = Point(point.x, self.probe.cost.value(point.x), -np.inf)
        nodes = LATE_NODES if self.found.within > EXACT else None
        near = self.found.within
        return self.probe.best(self.probe.cost, near, near, known=known, nodes=nodes)

    def _row(self, share: float, state: str, point: Point | None) -> dict[str, Any]:
        found = self.found
        row: dict[str, Any] = {"option": found.option, "party": self.party, "share": share, "state": state}
        empty = ("cost", "extra_cost", "per_percent", "lateness", "extra_lateness", "months", "gap")
        row |= {**dict.fromkeys(empty, np.nan), "full_from": None, "builds": ""}
        if point is None:
            return row
        row["cost"], row["extra_cost"] = point.value, point.value - found.point.value
        row["gap"] = max(point.value - point.bound, 0.0)
        row["builds"] = found.builds(point)
        row["lateness"] = float(self.probe.lateness(point).sum())
        row["extra_lateness"] = row["lateness"] - float(self.probe.lateness(found.point).sum())
        if self.needs:
            full, planned = (found.full_from(plan, self.needs) for plan in (point, found.point))
            row["full_from"] = found.last_day(full)
            if max(full, planned) < found.network.periods.n:
                row["months"] = (full - planned) * found.network.periods.months
        return row


def _grid(low: float, high: float, most: int) -> list[float]:
    """Return the two ends, and between them at most so many whole percents less one, evenly thinned."""
    if high - low <= 2.0 * INSIDE:
        return [high]
    whole = np.arange(np.ceil(100.0 * low + 1e-3), 100.0 * high - 1e-3) / 100.0
    if whole.size > most - 1:
        whole = whole[np.unique(np.round(np.linspace(0, whole.size - 1, most + 1)[1:-1]).astype(int))]
    return [low, *map(float, whole), high]
