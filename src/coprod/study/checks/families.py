"""Every check on a study's tables, in the order their problems are told; for the study and its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod.errors import Problem
from coprod.study.checks.answer import check_answer
from coprod.study.checks.chances import check_chances
from coprod.study.checks.dates import check_dates
from coprod.study.checks.evidence import check_evidence
from coprod.study.checks.figures import check_figures
from coprod.study.checks.investments import check_investments
from coprod.study.checks.keys import check_keys
from coprod.study.checks.money import check_money
from coprod.study.checks.ranges import check_ranges
from coprod.study.checks.references import check_references
from coprod.study.checks.roadmap import check_roadmap
from coprod.study.findings import Findings, limited
from coprod.study.overrides import BASE, apply_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod.study.tables import Tables

__all__ = ["FAMILIES", "check_tables"]

#: One function per family; each looks at the whole study and is content with tables that have errors.
FAMILIES: tuple[Callable[[Findings], None], ...] = (
    check_references,
    check_keys,
    check_figures,
    check_ranges,
    check_dates,
    check_money,
    check_investments,
    check_answer,
    check_roadmap,
    check_chances,
    check_evidence,
)


def check_tables(tables: Tables) -> list[Problem]:
    """
    Find what is wrong with a study whose cells could be read: the study itself, and each of its options.

    Parameters
    ----------
    tables
        The study as read, without an option applied.

    Returns
    -------
    list of Problem
        The study's problems by family; then those of the rows of ``options``; then, for each option,
        those that only it has, found in the study with the option applied.
    """
    findings = Findings(tables)
    _check(findings)
    told = {_identity(problem) for problem in findings.problems}
    by_option = apply_options(tables, findings)
    problems = list(findings.problems)
    for option, changed in by_option.items():
        if option == BASE or (
            all(changed.frames[name] is frame for name, frame in tables.frames.items())
            and (changed.settings is tables.settings)
        ):
            continue
        within = findings.within(changed)
        _check(within)
        new = [problem for problem in within.problems if _identity(problem) not in told]
        told.update(_identity(problem) for problem in new)
        problems += [_in_option(problem, option) for problem in new]
    return limited(problems)


def _check(findings: Findings) -> None:
    for check in FAMILIES:
        check(findings)


# Told once for many rows: their counts differ from option to option, and that is no news.
_GROUPED = {"CP358", "CP391", "CP392"}


def _identity(problem: Problem) -> tuple[object, ...]:
    return (problem.code, problem.cell, None if problem.code in _GROUPED else problem.found)


def _in_option(problem: Problem, option: str) -> Problem:
    """Return a problem with the option it needs in its words."""
    needs = f"with option '{option}': {problem.needs}"
    return Problem(
        problem.code, problem.severity, problem.cell, problem.found, needs, problem.table, problem.key
    )
