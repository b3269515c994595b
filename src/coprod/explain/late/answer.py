"""The answers about one option as result tables: why it is late, and what challenges it, with their cures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coprod.explain.late.causes import OTHERS_FIRST, Causes, after_others, causes
from coprod.explain.late.cures import Cure, cheapest_cure
from coprod.explain.late.evidence import binding, late_units, unit_months
from coprod.explain.late.trials import Trials
from coprod.explain.late.worth import WorthSettings, worth, worth_table
from coprod.network import compile_network
from coprod.plan import PlanSettings
from coprod.results.schema import result_schema
from coprod.results.table import make_table

if TYPE_CHECKING:
    import pandas as pd

    from coprod.explain.late.causes import Step
    from coprod.explain.late.focus import Focus
    from coprod.explain.late.trials import Effort
    from coprod.explain.limits import Limit
    from coprod.network import Network
    from coprod.progress import Progress
    from coprod.study import Tables

__all__ = ["Explanation", "explain"]

#: Gap of a trial where builds have to be searched: below what would be told as a difference.
GAP = 1e-3
#: What is asked about the worth of limits unless told otherwise.
WORTHWHILE = WorthSettings()


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
    causes, challenges, worth
        Result tables.
    effort
        How many plans were solved, in how many seconds.
    """

    option: str
    lateness: float
    left: float
    causes: pd.DataFrame
    challenges: pd.DataFrame
    worth: pd.DataFrame
    effort: Effort


def explain(
    tables: Tables,
    option: str,
    settings: PlanSettings | None = None,
    progress: Progress | None = None,
    *,
    focus: Focus | None = None,
    worthwhile: WorthSettings | None = WORTHWHILE,
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
    focus
        The needs asked about; all by default. They are then as late as they are planned; the first step is
        what goes if they come before all others, and the limits follow.
    worthwhile
        What is asked about the worth of limits; None for nothing.

    Raises
    ------
    NoPlanError, SolverError
        See `coprod.plan.Planner.solve`.
    StudyError
        If the study has no such needs.
    """
    asked = settings or PlanSettings()
    asked = replace(asked, gap=min(asked.gap, GAP))
    if focus:
        focus.check(compile_network(tables, option))
    trials = Trials(tables, option, asked, progress, focus)
    found = causes(trials)
    if focus:
        every = Trials(tables, option, asked, progress)
        found = after_others(found, focus.planned(every.network, every.lateness()), trials)
        trials.effort.add(every.effort)
    before = found.before.total
    cures = {limit: cheapest_cure(trials, limit) for limit in found.alone}
    worths = worth(trials, found.alone, worthwhile) if worthwhile is not None else []
    return Explanation(
        option=option,
        lateness=before,
        left=found.left.total,
        causes=_cause_table(option, trials.network, found),
        challenges=_challenge_table(option, found, cures),
        worth=worth_table(option, trials, worths),
        effort=trials.effort,
    )


def _cause_table(option: str, network: Network, found: Causes) -> pd.DataFrame:
    whole, left, rows = found.before.total, found.before.total, []
    now, periods = found.before, network.periods
    for number, step in enumerate(found.steps, start=1):
        gain = float(step.gain.sum())
        left = left - gain if left - gain > 1e-9 * whole else 0.0
        late, late_after = late_units(network, now), late_units(network, step.after)
        sooner = unit_months(network, now) - unit_months(network, step.after)
        binds = binding(network, step.limits, now)
        rows.append(
            (
                option,
                number,
                _named(step),
                gain,
                gain / whole,
                left,
                late_after,
                "; ".join(map(str, step.instead)),
                step.together,
                late - late_after,
                sooner / late if late > 0 else float("nan"),
                periods.first_day(int(binds[0])) if binds.size else None,
                periods.last_day(int(binds[-1])) if binds.size else None,
            )
        )
        now = step.after
    return make_table(
        "causes", {name: [row[i] for row in rows] for i, name in enumerate(result_schema()["causes"])}
    )


def _named(step: Step) -> str:
    if not step.limits:
        return OTHERS_FIRST
    return f"all {len(step.limits)} others" if step.together else "; ".join(map(str, step.limits))


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
