"""The questions a run answers beyond its plans: what answers each, and what stands where that cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod.compare import headlines
from coprod.errors import NoPlanError, SolverError
from coprod.explain import alternatives, cheapest, explain, feasibility, frontier, remedies, work_share
from coprod.progress import Progress
from coprod.run.side_by_side import LostError, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from coprod.plan import PlanResult, PlanSettings
    from coprod.run.option import OptionRun
    from coprod.study import Tables

    #: Takes the study without an option applied, the option under discussion, the base, the settings; returns
    #: result tables.
    Answer = Callable[[Tables, OptionRun, OptionRun, PlanSettings, Progress], dict[str, pd.DataFrame]]

__all__ = ["EXPLAINED_NONZEROS", "answers"]

#: Largest plan, in coefficients, whose questions a run answers: a trial of it takes about a second.
EXPLAINED_NONZEROS = 60_000

#: Smallest plan, in coefficients, whose questions are worked out side by side: a process takes two seconds to
#: start, in which a smaller one is done.
WORTH_A_PROCESS = 5_000


def _feasible(
    tables: Tables, discussed: OptionRun, base: OptionRun, settings: PlanSettings, progress: Progress
) -> dict[str, pd.DataFrame]:
    return {"feasibility": feasibility(tables, settings, progress)}


def _late(
    tables: Tables, discussed: OptionRun, base: OptionRun, settings: PlanSettings, progress: Progress
) -> dict[str, pd.DataFrame]:
    """Why the option under discussion is late; where it is in time, why the base is."""
    late = _late_one(discussed, base)
    if late is None:
        return {}
    why = explain(late.tables, late.name, settings, progress)
    return {"causes": why.causes, "challenges": why.challenges, "worth": why.worth}


def _cures(
    tables: Tables, discussed: OptionRun, base: OptionRun, settings: PlanSettings, progress: Progress
) -> dict[str, pd.DataFrame]:
    """What would let the same option keep its due dates; its limits, where those cannot all hold."""
    late = _late_one(discussed, base, or_broken=True)
    if late is None:
        return {}
    found = remedies(late.tables, late.name, settings, progress)
    return {"conflicts": found.conflicts, "cures": found.cures}


def _late_one(discussed: OptionRun, base: OptionRun, *, or_broken: bool = False) -> OptionRun | None:
    """Return the option under discussion if it is late (or breaks a limit), else the base if that is."""
    for run in (discussed, base):
        if _is_late(run.plan) or (or_broken and len(run.plan.breaches)):
            return run
    return None


def _is_late(plan: PlanResult) -> bool:
    needs = plan.stages[plan.stages["stage"].str.match("demands|objectives")]
    # Where the time limit came before a goal, it has no best value.
    return bool((needs["best"].fillna(needs["value"]) > 1e-6).any())


def _others(
    tables: Tables, discussed: OptionRun, base: OptionRun, settings: PlanSettings, progress: Progress
) -> dict[str, pd.DataFrame]:
    """What another date, another work share or other builds would cost, for the option under discussion."""
    asked = [(found.item, found.site, found.objective) for found in headlines(discussed.tables)]
    best = cheapest(discussed.tables, discussed.name, settings, progress)
    found = {"frontier": frontier(best, asked)}
    found["alternatives"], found["leeway"] = alternatives(best, asked)
    found["work_share_range"], found["work_share_curve"] = work_share(best, asked)
    return found


#: Each question, as it is named to a reader who must do without its answer, and what answers it.
QUESTIONS: dict[str, Answer] = {
    "what is feasible at the partner": _feasible,
    "why it is late": _late,
    "what would let it keep its dates": _cures,
    "what another date, work share or plan would cost": _others,
}


def answers(
    tables: Tables,
    discussed: OptionRun,
    base: OptionRun,
    settings: PlanSettings,
    progress: Progress,
    *,
    workers: int = 1,
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """
    Return the tables that answer a run's questions, and what a reader of them should know.

    Parameters
    ----------
    tables
        The study, no option applied.
    discussed, base
        The option under discussion and the base, planned.
    settings
        Of every plan.
    progress
        Told of every trial; may cancel.
    workers
        Questions worked out at a time, each in a process of its own if more than one and the plan is not
        small; the answers are the same.
    """
    if settings.kind != "constrained":
        return {}, []
    size = max(run.plan.solver["nonzeros"] for run in (discussed, base))
    if size > EXPLAINED_NONZEROS:
        return {}, [
            f"not worked out: {', '.join(QUESTIONS)}; the plan has {size:,} coefficients, and a run explains "
            f"those of up to {EXPLAINED_NONZEROS:,}; coprod explain takes any"
        ]
    asked = (tables, discussed, base, settings)
    if workers > 1 and size >= WORTH_A_PROCESS:
        # The longest first, so that none is left to run alone at the end.
        pieces = {name: (answer, (*asked, Progress())) for name, answer in reversed(QUESTIONS.items())}
        outcomes = side_by_side(pieces, workers, progress)
    else:
        outcomes = {question: _outcome(question, asked, progress) for question in QUESTIONS}
    found: dict[str, pd.DataFrame] = {}
    notes = []
    for question in QUESTIONS:
        outcome = outcomes[question]
        if isinstance(outcome, NoPlanError | SolverError | LostError):
            # The plans stand without it, and the other answers are not to be lost to one.
            notes.append(f"{question}: could not be worked out: {outcome}")
        elif isinstance(outcome, Exception):
            raise outcome
        else:
            found |= outcome
    return found, notes


def _outcome(
    question: str, asked: tuple[Tables, OptionRun, OptionRun, PlanSettings], progress: Progress
) -> dict[str, pd.DataFrame] | NoPlanError | SolverError:
    progress.phase(question)
    try:
        return QUESTIONS[question](*asked, progress)
    except (NoPlanError, SolverError) as error:
        return error
