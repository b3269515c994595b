"""Which engines run in which order: the only place that joins them."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.compare import Planned, comparison, completions, headlines
from coprod.errors import ResultError, StudyError
from coprod.leadtime import LeadtimeSettings, leadtime
from coprod.network import compile_network
from coprod.network.checks import check_network
from coprod.network.reach import longest_lead
from coprod.pegging import PeggingResult, PeggingSettings, pegging
from coprod.plan import Planner, PlanResult, PlanSettings
from coprod.progress import Progress
from coprod.results.manifest import environment
from coprod.results.run_folder import RunWriter
from coprod.results.schema import result_schema
from coprod.results.table import make_table
from coprod.run.answers import answers
from coprod.run.option import OptionRun
from coprod.run.verdict import verdict
from coprod.run.without import in_time_without
from coprod.study import check_tables, tables_hash, write_folder
from coprod.study.overrides import apply_option, option_names, option_title
from coprod.verify import VerifyResult, verify

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coprod.errors import Problem
    from coprod.network import Network
    from coprod.study import Tables

__all__ = [
    "OptionRun",
    "RunResult",
    "check_study",
    "plan_options",
    "plan_settings",
    "problem_table",
    "run_study",
]


@dataclass(frozen=True, slots=True)
class RunResult:
    """A whole run: where it is, its options, the answer, and whether the checker passed every plan."""

    path: Path
    options: tuple[OptionRun, ...]
    comparison: pd.DataFrame
    verdict: pd.DataFrame
    problems: tuple[Problem, ...]

    @property
    def passed(self) -> bool:
        """Whether the independent checker passed every plan."""
        return all(option.checked.passed for option in self.options)


def plan_settings(tables: Tables, **changes: Any) -> PlanSettings:
    """
    Return the plan settings a study asks for, with changes such as ``gap`` or ``time_limit``; None
    keeps a default.
    """
    settings = tables.settings

    def weight(name: str) -> float | None:
        return None if pd.isna(settings[name]) else float(settings[name])

    asked = PlanSettings(
        objective_order=tuple(settings["objective_order"]),
        mode=settings["objective_mode"],
        backlog_weight=weight("backlog_weight"),
        shortfall_weight=weight("shortfall_weight"),
        stage_allowance=float(settings["stage_allowance_fraction"]),
        calm_allowance=float(settings["calm_allowance_fraction"]),
    )
    return replace(asked, **{name: value for name, value in changes.items() if value is not None})


def check_study(tables: Tables, read_problems: Sequence[Problem] = ()) -> list[Problem]:
    """
    Return every problem of a study: of its files, its tables, and what only its graph shows.

    The graph is looked at where the tables have no errors.
    """
    problems = list(read_problems)
    if any(problem.severity == "error" for problem in problems):
        known = {(problem.code, problem.cell) for problem in problems}
        more = [problem for problem in check_tables(tables) if (problem.code, problem.cell) not in known]
        return problems + more
    problems += check_tables(tables)
    if not any(problem.severity == "error" for problem in problems):
        problems += check_network(tables, compile_network(tables))
    return problems


def require_sound(problems: Sequence[Problem]) -> None:
    """
    Stop where a study has errors.

    Raises
    ------
    StudyError
        With all its problems.
    """
    if any(problem.severity == "error" for problem in problems):
        raise StudyError(problems)


def _network(tables: Tables, option: str, settings: PlanSettings) -> Network:
    if settings.kind != "unconstrained":
        return compile_network(tables, option)
    # As many periods in front as the longest chain can need.
    return compile_network(tables, option, before_periods=longest_lead(compile_network(tables, option)))


def plan_options(
    tables: Tables,
    options: Sequence[str] | None = None,
    settings: PlanSettings | None = None,
    progress: Progress | None = None,
) -> list[OptionRun]:
    """
    Plan options one after the other, each from the last one's plan where only figures differ, and check
    every plan.

    Parameters
    ----------
    tables
        A study without errors, no option applied.
    options
        Names; all of the study's by default.
    settings
        Of every plan; what the study asks for by default.
    progress
        Told of every phase; may cancel.
    """
    told = progress or Progress()
    asked = settings or plan_settings(tables)
    names = list(options) if options is not None else option_names(tables)
    planner: Planner | None = None
    found: list[OptionRun] = []
    for number, name in enumerate(names):
        begin = time.perf_counter()
        told.step(number, len(names))
        told.phase(f"option {name}: compile")
        applied = apply_option(tables, name)
        network = _network(applied, name, asked)
        if planner is None:
            planner = Planner(network, asked, told)
        else:
            planner.update(network)
        plan = planner.solve()
        told.phase(f"option {name}: check")
        checked = _checked(applied, plan)
        times = leadtime(network, LeadtimeSettings())
        found.append(
            OptionRun(
                name=name,
                title=option_title(tables, name),
                tables=applied,
                network=network,
                plan=plan,
                leadtime=times,
                pegging=_pegged(applied, network, plan),
                checked=checked,
                seconds=time.perf_counter() - begin,
            )
        )
    told.step(len(names), len(names))
    return found


def _pegged(tables: Tables, network: Network, plan: PlanResult) -> PeggingResult:
    """Peg a plan and follow a unit of the headline item; empty with a note where it will not peg."""
    first = next(iter(headlines(tables)), None)
    followed = PeggingSettings(item=first.item, site=first.site) if first else PeggingSettings()
    try:
        return pegging(network, plan.tables, followed)
    except ResultError as error:
        # Balances further off than a plan's should be, which the checker tells as well: the plan is not lost.
        none = {
            table: make_table(table, {name: [] for name in result_schema()[table]})
            for table in ("pegs", "late_units", "unit_chain")
        }
        return PeggingResult(**none, notes=(f"which supply serves which need was not worked out: {error}",))


def _checked(tables: Tables, plan: PlanResult) -> VerifyResult:
    if plan.kind == "constrained":
        return verify(tables, plan.tables)
    # The other kinds break limits on purpose; the checker knows the limits only.
    empty = make_table("checks", {name: [] for name in result_schema()["checks"]})
    return VerifyResult(checks=empty)


def problem_table(problems: Sequence[Problem]) -> pd.DataFrame:
    """Return problems as the table ``problems``."""
    return make_table(
        "problems",
        {
            "code": [problem.code for problem in problems],
            "severity": [problem.severity for problem in problems],
            "place": [str(problem.cell) for problem in problems],
            "found": [problem.found for problem in problems],
            "needs": [problem.needs for problem in problems],
        },
    )


def run_study(
    tables: Tables,
    path: Path,
    *,
    source: str = "",
    problems: Sequence[Problem] = (),
    options: Sequence[str] | None = None,
    settings: PlanSettings | None = None,
    progress: Progress | None = None,
    replace_run: bool = False,
    explained: bool = False,
    workers: int = 1,
) -> RunResult:
    """
    Run a study whole: plan every option, check every plan, compare, judge, and write the run folder.

    Parameters
    ----------
    tables
        A study without errors, no option applied.
    path
        The run's folder.
    source
        Where the study was read from, for the manifest.
    problems
        What the checks said: its warnings go into the report.
    options, settings, progress
        See `plan_options`. The base option is always planned, first, and so is the option under discussion.
    replace_run
        Whether a run at `path` may be replaced.
    explained
        Whether the questions are answered as well: see `coprod.run.answers`.
    workers
        How many of them at a time.

    Raises
    ------
    StudyError
        If the study has errors.
    RunFolderError
        If `path` is taken.
    """
    require_sound(problems)
    told = progress or Progress()
    begin = time.time()
    asked = settings or plan_settings(tables)
    names = list(options) if options is not None else option_names(tables)
    discussed = tables.settings["option_under_discussion"]
    names = list(dict.fromkeys(["base", *names, discussed]))
    with RunWriter(path, replace=replace_run) as writer:
        runs = plan_options(tables, names, asked, told)
        plans = [Planned(run.name, run.title, run.plan.status, run.plan.tables) for run in runs]
        under = next(run for run in runs if run.name == discussed)
        found = headlines(under.tables)
        partners = under.network.partner_parties
        told.phase("verdict")
        judged, notes = verdict(
            discussed,
            under.plan.tables,
            under.tables,
            found,
            partners,
            in_time_without(under, found, asked, told),
        )
        compared = comparison(plans, found, partners)
        why, more = answers(tables, under, runs[0], asked, told, workers=workers) if explained else ({}, [])
        notes += more
        told.phase("write")
        write_folder(tables, writer.folder / "study")
        for run in runs:
            about = {
                "status": run.plan.status,
                "gap": None if math.isnan(run.plan.gap) else run.plan.gap,
                "seconds": round(run.seconds, 3),
                "passed": run.checked.passed,
                "failures": list(run.checked.failures),
                "notes": [
                    *run.plan.notes,
                    *run.network.warnings,
                    *run.leadtime.notes,
                    *run.pegging.notes,
                ],
                "solver": dict(run.plan.solver),
            }
            writer.option(run.name, run.title, run.results(), about)
        writer.table("comparison", compared)
        writer.table("fiscal_years", completions(plans, tables))
        writer.table("verdict", judged)
        writer.table("problems", problem_table(problems))
        for name, frame in why.items():
            writer.table(name, frame)
        about_run = {
            "title": tables.settings["title"],
            "source": source,
            "input_hash": tables_hash(tables),
            "schema_version": int(tables.settings["schema_version"]),
            "option_under_discussion": discussed,
            "partner": list(partners),
            "notes": notes,
            "settings": {name: getattr(asked, name) for name in PlanSettings.__slots__},
            "environment": environment(),
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begin)),
            "seconds": round(time.time() - begin, 3),
        }
        folder = writer.finish(about_run)
    return RunResult(folder, tuple(runs), compared, judged, tuple(problems))
