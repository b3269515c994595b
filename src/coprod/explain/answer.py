"""The answers about one option as result tables: why it is late, and what challenges it, with their cures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coprod.explain.causes import Causes, causes
from coprod.explain.cures import Cure, cheapest_cure
from coprod.explain.trials import Trials
from coprod.plan import PlanSettings
from coprod.results.table import make_table

if TYPE_CHECKING:
    import pandas as pd

    from coprod.explain.limits import Limit
    from coprod.explain.trials import Effort
    from coprod.network import Network
    from coprod.plan import Lateness
    from coprod.progress import Progress
    from coprod.study import Tables

__all__ = ["Explanation", "explain", "late_units"]

#: Gap of a trial where builds have to be searched: below what would be told as a difference.
GAP = 1e-3


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    What was found about one option.

    Attributes
    ----------
    option
        Its name.
    lateness
        As planned, in weighted unit-months.
    left
        What no limit explains.
    causes, challenges
        Result tables.
    effort
        How many plans were solved, in how many seconds.
    """

    option: str
    lateness: float
    left: float
    causes: pd.DataFrame
    challenges: pd.DataFrame
    effort: Effort


def explain(
    tables: Tables,
    option: str,
    settings: PlanSettings | None = None,
    progress: Progress | None = None,
) -> Explanation:
    """
    Explain why an option is late.

    Lateness is the backlog-months of the orders and the shortfall-months of the dated stock objectives, each
    times its weight.

    Parameters
    ----------
    tables
        The study, the option applied.
    option
        Its name.
    settings
        Of the plan; the search for builds is to a gap of 0.1 % or less.
    progress
        Told of every trial; may cancel.

    Raises
    ------
    NoPlanError, SolverError
        See `coprod.plan.Planner.solve`.
    """
    asked = settings or PlanSettings()
    trials = Trials(tables, option, replace(asked, gap=min(asked.gap, GAP)), progress)
    found = causes(trials)
    before = found.before.total
    cures = {limit: cheapest_cure(trials, limit) for limit in found.alone}
    return Explanation(
        option=option,
        lateness=before,
        left=found.left.total,
        causes=_cause_table(option, trials.network, found),
        challenges=_challenge_table(option, found, cures),
        effort=trials.effort,
    )


def late_units(network: Network, lateness: Lateness) -> float:
    """
    Return the units delivered late or never, oldest order line first, and those missing at objectives' due
    dates.
    """
    due = np.cumsum(network.demands.due, axis=1)
    delivered = due - lateness.backlog
    before = np.concatenate([np.zeros((due.shape[0], 1)), due[:, :-1]], axis=1)
    late = np.maximum(due - np.maximum(delivered, before), 0.0).sum()
    objectives = network.objectives
    dated = np.array([bool(text) for text in objectives.by_date], dtype=bool)
    rows = np.flatnonzero(dated)
    missing = lateness.shortfall[rows, np.minimum(objectives.by_period[rows], due.shape[1] - 1)]
    return float(late + missing.sum())


def _cause_table(option: str, network: Network, found: Causes) -> pd.DataFrame:
    whole, left, rows = found.before.total, found.before.total, []
    for number, step in enumerate(found.steps, start=1):
        gain = float(step.gain.sum())
        left = left - gain if left - gain > 1e-9 * whole else 0.0
        rows.append(
            (
                option,
                number,
                f"all {len(step.limits)} others" if step.together else "; ".join(map(str, step.limits)),
                gain,
                gain / whole,
                left,
                late_units(network, step.after),
                "; ".join(map(str, step.instead)),
                step.together,
            )
        )
    names = ("option", "step", "limits", "gain", "share", "left", "late_units_left", "instead", "together")
    return make_table("causes", {name: [row[i] for row in rows] for i, name in enumerate(names)})


def _challenge_table(option: str, found: Causes, cures: dict[Limit, Cure | None]) -> pd.DataFrame:
    step_of = {
        limit: number
        for number, step in enumerate(found.steps, start=1)
        if not step.together
        for limit in step.limits
    }
    ranked = sorted(found.alone, key=lambda limit: -float(found.alone[limit].sum()))
    # A limit that only gains together with others is a challenge too, though alone it gains nothing.
    ranked += [limit for limit in step_of if limit not in found.alone]
    rows = []
    for rank, limit in enumerate(ranked, start=1):
        alone = float(found.alone[limit].sum()) if limit in found.alone else 0.0
        cure = cures.get(limit)
        rows.append(
            (
                option,
                rank,
                limit.kind,
                limit.name,
                alone,
                alone / found.before.total,
                step_of.get(limit, 0),
                cure.investment if cure else "",
                cure.capex if cure else float("nan"),
                cure.gain if cure else float("nan"),
            )
        )
    names = ("option", "rank", "kind", "name", "alone", "share", "step", "cure", "cure_capex", "cure_gain")
    return make_table("challenges", {name: [row[i] for row in rows] for i, name in enumerate(names)})
