"""Cures: the study's own investments, outside the option, that would widen a line that holds it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coprod.explain.late.trials import Trials
    from coprod.explain.limits import Limit
    from coprod.study import Tables

__all__ = ["Cure", "cheapest_cure"]


@dataclass(frozen=True, slots=True)
class Cure:
    """
    An investment that helps.

    Attributes
    ----------
    investment
        Its name.
    capex : base currency, price year
        Of one build of it and of what it requires, undiscounted.
    gain : weighted unit-months
        Lateness that goes when the plan may build it.
    """

    investment: str
    capex: float
    gain: float


def _with(tables: Tables, investment: str) -> tuple[Tables, set[str]]:
    """Return the study with an investment, and all that it requires, open to the plan; and what was added."""
    frame = tables["investments"].copy()
    needed, added = [investment], set()
    while needed:
        name = needed.pop()
        rows = frame["investment"] == name
        if name in added or not rows.any():
            continue
        if not frame.loc[rows, "active"].all():
            added.add(name)
            frame.loc[rows, "active"] = True
        needed += [other for other in frame.loc[rows, "requires"].iloc[0] if other not in added]
    return tables.replace("investments", frame), added


def cheapest_cure(trials: Trials, limit: Limit) -> Cure | None:
    """
    Return the cheapest investment that the option leaves out, widens the line and gains something.

    None for a limit that is no line's rate, and where the study has no such investment.
    """
    if limit.kind != "line rate":
        return None
    frame = trials.tables["investments"]
    widens = frame["resource"].map(lambda lines: limit.name in lines) & ~frame["active"]
    found = []
    for investment in frame.loc[widens, "investment"]:
        tables, added = _with(trials.tables, investment)
        network, lateness = trials.under(tables)
        first = network.activities.investments.start
        capex = sum(
            float(network.activities.unit_cost[first + number, 0])
            for number, name in enumerate(network.investments.name)
            if name in added
        )
        gain = trials.lateness().total - lateness.total
        if trials.notices(gain, lateness.gap):
            found.append(Cure(investment, capex, gain))
    return min(found, key=lambda cure: (cure.capex, cure.investment), default=None)
