"""Why due dates cannot all be kept, and the cheapest cures: the engine's function and its tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod.explain.remedies.eased import combined, single
from coprod.explain.remedies.infeasible import Asked, conflicts
from coprod.explain.remedies.invested import invested
from coprod.explain.remedies.worded import Words
from coprod.plan import PlanSettings
from coprod.progress import Progress
from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from coprod.explain.remedies.eased import Cure
    from coprod.explain.remedies.infeasible import Conflict
    from coprod.study import Tables

__all__ = ["Remedies", "remedies"]


@dataclass(frozen=True, slots=True)
class Remedies:
    """
    Why one option cannot keep its due dates, and what would let it.

    Attributes
    ----------
    option
        Its name.
    feasible
        Whether every limit and due date can be kept: then both tables are empty.
    dates
        Whether it is the due dates that cannot be kept; False where the limits contradict each other however
        late a plan may be, which is then what both tables are about.
    conflicts, cures
        Result tables.
    """

    option: str
    feasible: bool
    dates: bool
    conflicts: pd.DataFrame
    cures: pd.DataFrame

    def __repr__(self) -> str:
        if self.feasible:
            return f"Remedies({self.option}: every limit and due date can be kept)"
        sets = len(set(self.conflicts.iloc[:, 1]))
        return f"Remedies({self.option}: {sets} conflicts, {len(set(self.cures.iloc[:, 1]))} cures)"


def remedies(
    tables: Tables,
    option: str,
    settings: PlanSettings | None = None,
    progress: Progress | None = None,
) -> Remedies:
    """
    Find which limits and due dates of an option contradict each other, and the cheapest cures.

    Every set of limits is infeasible as it stands and feasible without each of its members, or is marked as
    not proved; every cure was put into the plan and keeps every due date.

    Parameters
    ----------
    tables
        The study, the option applied.
    option
        Its name.
    settings
        Of the plan; only solver and threads count.
    progress
        Told of every set and cure; may cancel.

    Raises
    ------
    NoPlanError
        If even without any limit there is no plan.
    SolverError
        If the solver gives up.
    """
    asked = Asked(tables, option, settings or PlanSettings(), progress or Progress())
    sets = conflicts(asked)
    found: list[Cure] = []
    if sets:
        found = single(asked, sets)
        found += combined(asked, sets, found)
        found += invested(asked)
    words = Words(asked)
    return Remedies(
        option=option,
        feasible=not sets,
        dates=asked.dates,
        conflicts=_conflict_table(asked, words, sets),
        cures=_cure_table(asked, words, found),
    )


def _table(name: str, rows: Sequence[dict[str, Any]], names: Sequence[str]) -> pd.DataFrame:
    return make_table(name, {column: [row[column] for row in rows] for column in names})


def _conflict_table(asked: Asked, words: Words, sets: Sequence[Conflict]) -> pd.DataFrame:
    about = "due dates" if asked.dates else "limits"
    rows = []
    for number, found in enumerate(sets, start=1):
        members = [words.member(limit, span) for limit, span in found.members.items()]
        members += [words.member(limit) for limit in found.times]
        for place, member in enumerate(members, start=1):
            own = {"option": asked.option, "about": about, "conflict": number, "member": place}
            rows.append({**own, **member, "proved": found.proved})
    names = ("option", "conflict", "member", "about", "kind", "name", "item", "site", "first", "last")
    return _table("conflicts", rows, (*names, "limit", "unit", "proved", "sentence"))


def _cure_table(asked: Asked, words: Words, found: Sequence[Cure]) -> pd.DataFrame:
    priced: list[tuple[bool, float, int, Cure, float]] = []
    for cure in found:
        costs = [words.price(part) for part in cure.parts]
        whole = float(np.sum(costs)) if cure.cost is None else cure.cost
        relative = float(np.nansum([words.relative(part) for part in cure.parts]))
        priced.append(
            (bool(np.isnan(whole)), relative if np.isnan(whole) else whole, len(priced), cure, whole)
        )
    rows = []
    for number, (unpriced, _, _, cure, whole) in enumerate(sorted(priced, key=lambda one: one[:3]), start=1):
        for place, part in enumerate(cure.parts, start=1):
            own = {"option": asked.option, "cure": number, "part": place, "cost": whole}
            ranked = "relative size" if unpriced else "cost"
            rows.append({**own, **words.part(part), "ranked_by": ranked})
    names = ("option", "cure", "part", "kind", "name", "item", "site", "by", "unit", "now", "relative")
    return _table("cures", rows, (*names, "first", "last", "cost", "ranked_by", "sentence"))
