"""
Why due dates cannot all be kept: limits that contradict each other, and what would end it.

Lead times, openings and gates count as given; what is asked about are the due dates and the study's lines,
stock limits, licences and budgets. A set is irreducible: without any one of its limits, or its due date, the
rest can be kept (`coprod.solve.conflict`). A cure is the least by which one limit, in every period alike,
would have to be larger for all due dates to be kept; it is applied and asked again before it is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.hard import hard_plan
from coprod.results.table import make_table
from coprod.solve import solver
from coprod.solve.conflict import Conflict, irreducible

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from coprod.network import Network
    from coprod.plan.hard import HardPlan

__all__ = ["ConflictResult", "conflict"]

#: What a family or column block is called, and the unit of its limit.
KINDS = {
    "capacity": ("line rate", "line's unit per period"),
    "sustaining": ("minimum rate", "line's unit per period"),
    "stock limits": ("stock limit", "units"),
    "licence caps": ("licence cap", "units"),
    "work share": ("work share", "base currency"),
    "budget": ("budget", "payer's currency"),
    "delivered": ("due date", "units"),
    "short": ("objective's date", "units"),
}

#: Families whose limit a cure can raise.
RAISED = ("capacity", "licence caps", "budget")


@dataclass(frozen=True, slots=True)
class ConflictResult:
    """
    Why due dates cannot all be kept.

    Attributes
    ----------
    feasible
        Whether they can.
    irreducible
        Whether every member of the set is needed; False where time ran out.
    conflicts, cures
        Tables; empty where the dates can be kept.
    """

    feasible: bool
    irreducible: bool
    conflicts: pd.DataFrame
    cures: pd.DataFrame


def conflict(
    network: Network,
    *,
    time_limit: float | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ConflictResult:
    """
    Return limits and due dates that contradict each other, and the cures of one limit that end it.

    Parameters
    ----------
    network
        Compiled study.
    time_limit
        Wall seconds for the set and for each cure; None for no limit.
    cancelled
        Asked now and then; True stops the search.

    Raises
    ------
    SolverError
        If the solver gives up.
    """
    hard = hard_plan(network)
    found = irreducible(hard.problem, given=hard.given, time_limit=time_limit, cancelled=cancelled)
    members = _members(network, hard, found)
    names = ("kind", "name", "first", "last", "limit", "unit", "sentence")
    table = {"member": [n + 1 for n in range(len(members))]}
    columns = {name: [member[i] for member in members] for i, name in enumerate(names)}
    cures = _cures(network, hard, found, time_limit, cancelled)
    cure_names = ("kind", "name", "by", "relative", "unit")
    cured = {name: [cure[i] for cure in cures] for i, name in enumerate(cure_names)}
    return ConflictResult(
        found.status == "feasible",
        found.irreducible,
        make_table("conflicts", {**table, **columns}),
        make_table("cures", {"rank": [n + 1 for n in range(len(cures))], **cured}),
    )


def _upper(network: Network, hard: HardPlan) -> NDArray[np.float64]:
    """Return the rows' upper sides as the study has them: a budget's row is less what is spent anyway."""
    upper = hard.problem.row_upper.copy()
    upper[hard.names.rows_of("budget")] = network.budgets.amount
    return upper


def _members(network: Network, hard: HardPlan, found: Conflict) -> list[tuple[object, ...]]:
    """Return a row of the table for each limit of a set, its consecutive periods put together."""
    labels = [network.periods.label(t) for t in range(network.periods.n)]
    when = {label: t for t, label in enumerate(labels)}
    p, names = hard.problem, hard.names
    parts = [
        (names.row, found.row_lower, p.row_lower, "at least"),
        (names.row, found.row_upper, _upper(network, hard), "at most"),
        (names.column, found.lower, p.lower, "at least"),
        (names.column, found.upper, p.upper, "at most"),
    ]
    rows: list[tuple[str, str, int, int, float, str]] = []
    for name_of, inside, limits, side in parts:
        for number in np.flatnonzero(inside):
            name, limit = name_of(int(number)), float(limits[number])
            t = when.get(name.period, -1)
            if rows and (name.family, name.label, t - 1, side) == (*rows[-1][:2], rows[-1][3], rows[-1][5]):
                # Rates add up; what is due by a period, or in stock then, does not.
                before = rows[-1][4] if name.family in ("capacity", "sustaining") else 0.0
                rows[-1] = (*rows[-1][:3], t, before + limit, side)
            else:
                rows.append((name.family, name.label, t, t, limit, side))
    return [_worded(network, row) for row in rows]


def _worded(network: Network, row: tuple[str, str, int, int, float, str]) -> tuple[object, ...]:
    family, label, first, last, limit, side = row
    kind, unit = KINDS[family]
    when = "over the whole plan" if first < 0 else f"in {network.periods.label(first)}"
    if last > first:
        when = f"from {network.periods.label(first)} to {network.periods.label(last)}"
    days = [network.periods.first_day(first), network.periods.last_day(last)] if first >= 0 else [None, None]
    sentence = {
        "delivered": f"{label}: {limit:,.6g} in all delivered {when}",
        "short": f"{label}: the stock at its level {when}",
    }.get(family, f"{kind} of {label}: {side} {limit:,.6g} {when}")
    return kind, label, *days, limit, unit, sentence


def _cures(
    network: Network,
    hard: HardPlan,
    found: Conflict,
    time_limit: float | None,
    cancelled: Callable[[], bool] | None,
) -> list[tuple[str, str, float, float, str]]:
    """Return the limits of a set whose increase is enough by itself, the smallest relative one first."""
    by_limit = {}
    for number in np.flatnonzero(found.row_upper):
        name = hard.names.row(int(number))
        if name.family in RAISED:
            by_limit[name.family, name.label] = name
    cures = []
    for family, label in by_limit:
        rows = np.array([i for i in hard.names.rows_of(family) if hard.names.row(int(i)).label == label])
        wider = hard.problem.with_columns(1)
        matrix = wider.matrix.tolil()
        matrix[rows, -1] = -1.0
        cost = np.zeros(wider.n_columns)
        cost[-1] = 1.0
        engine = solver()
        engine.load(replace(wider, matrix=matrix.tocsc(), cost=cost))
        least = engine.solve(time_limit=time_limit, cancelled=cancelled)
        if least.primal is None:
            continue
        by = float(least.primal[-1])
        upper = hard.problem.row_upper.copy()
        upper[rows] += by * (1 + 1e-7)
        engine.load(replace(hard.problem, row_upper=upper))
        if engine.solve(time_limit=time_limit, cancelled=cancelled).primal is None:
            continue
        largest = float(_upper(network, hard)[rows].max())
        kind, unit = KINDS[family]
        cures.append((kind, label, by, by / largest if largest > 0 else float("nan"), unit))
    return sorted(cures, key=lambda cure: (np.isnan(cure[3]), cure[3], cure[1]))
