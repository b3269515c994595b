"""Cost against date: what each month earlier costs, and each month later saves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from coprod.explain.choices.cheapest import Cheapest
    from coprod.plan import Point

__all__ = ["frontier"]

#: Points at most from the earliest date to the cheapest plan's, and from there to the horizon.
EARLIER, LATER = 4, 4
#: Money below this, relative, is no difference between two plans.
SAME = 1e-9


def frontier(found: Cheapest, headlines: Sequence[tuple[str, str, str]]) -> pd.DataFrame:
    """
    Return the table ``frontier``: for each headline and date, the cheapest plan that is full from then on.

    All other orders and objectives are no later than in the cheapest plan of all. Each point's plan is the
    cheapest for its date, within the stated gap; no point costs more than one that is earlier.

    Parameters
    ----------
    found
        The cheapest plan, and the live one.
    headlines
        Item, site and objective ("" where its orders stand for it) of each.

    Raises
    ------
    NoPlanError, SolverError
        See `coprod.plan.Probe.best`.
    """
    rows: list[dict[str, Any]] = []
    for headline in headlines:
        needs = found.needs_of(headline)
        if needs:
            rows += _rows(found, headline, needs)
    names = ["option", "objective", "point", "full_from", "months", "cost", "extra_cost", "per_month"]
    names += ["builds", "partner_share", "as_planned", "gap"]
    return make_table("frontier", {name: [row[name] for row in rows] for name in names})


def _ask(found: Cheapest, needs: Sequence[int], period: int) -> None:
    """Ask about the plans in which some needs are met from a period on, and no other is later."""
    found.probe.release()
    found.probe.hold_each(found.point, but=needs)
    for need in needs:
        found.probe.require_full(need, period)


def _earliest(found: Cheapest, needs: Sequence[int], planned: int) -> int:
    """Return the earliest period from which on the needs can be met, parts of builds allowed."""
    low, high = 0, planned
    while low < high:
        middle = (low + high) // 2
        _ask(found, needs, middle)
        if np.isfinite(found.probe.bound(found.probe.cost)):
            high = middle
        else:
            low = middle + 1
    return low


def _rows(found: Cheapest, headline: tuple[str, str, str], needs: Sequence[int]) -> list[dict[str, Any]]:
    probe, end = found.probe, found.network.periods.n
    planned = found.full_from(found.point, needs)
    first = _earliest(found, needs, min(planned, end - 1))
    points: dict[int, Point] = {}
    best: Point | None = None
    grid = _grid(first, planned, end)
    while grid:
        period = grid.pop(0)
        found.progress.phase(f"frontier: {headline[2] or headline[0]} by {found.last_day(period)}")
        # The plan for an earlier date will do for a later one, and so will the cheapest of all from its date.
        known = found.point if period >= planned else best
        if best is not None and known is not None and best.value < known.value:
            known = best
        _ask(found, needs, period)
        point = probe.best(probe.cost, found.within, found.within, known=known)
        if point is None:
            # Parts of builds allowed it, whole ones do not: a period later, then.
            if period + 1 < end and period + 1 not in grid and best is None:
                grid.insert(0, period + 1)
            continue
        best = point
        here = found.full_from(point, needs)
        if here not in points or point.value < points[here].value:
            points[here] = point
    return _told(found, headline, planned, points)


def _told(
    found: Cheapest, headline: tuple[str, str, str], planned: int, points: dict[int, Point]
) -> list[dict[str, Any]]:
    """Return the rows of the points that no other point beats in both date and cost."""
    months = found.network.periods.months
    kept: list[int] = []
    for period in sorted(points):
        if not kept or points[period].value < points[kept[-1]].value * (1.0 - SAME):
            kept.append(period)
    if not kept:
        points, kept = {planned: found.point}, [planned]
    rows = []
    for number, period in enumerate(kept):
        point, after = points[period], kept[number + 1] if number + 1 < len(kept) else None
        saved = np.nan if after is None else point.value - points[after].value
        rows.append(
            {
                "option": found.option,
                "objective": headline[2] or f"{headline[0]}/{headline[1]}",
                "point": number + 1,
                "full_from": found.last_day(period),
                "months": (period - planned) * months
                if max(period, planned) < found.network.periods.n
                else np.nan,
                "cost": point.value,
                "extra_cost": point.value - found.point.value,
                "per_month": saved if after is None else saved / ((after - period) * months),
                "builds": found.builds(point),
                "partner_share": found.partner_share(point),
                "as_planned": period == planned,
                "gap": max(point.value - point.bound, 0.0),
            }
        )
    return rows


def _grid(first: int, planned: int, end: int) -> list[int]:
    """Return the periods asked about: from the earliest to the planned one, and on to the last."""
    middle = min(planned, end - 1)
    before = np.linspace(first, middle, min(EARLIER, middle - first + 1))
    after = np.linspace(middle, end - 1, min(LATER + 1, end - middle))
    return sorted({round(float(period)) for period in (*before, *after)})
