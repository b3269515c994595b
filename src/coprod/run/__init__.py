"""A study run whole: engines in order, results to disk."""

from coprod.run.order import (
    OptionRun,
    RunResult,
    check_study,
    plan_options,
    plan_settings,
    problem_table,
    run_study,
)

__all__ = [
    "OptionRun",
    "RunResult",
    "check_study",
    "plan_options",
    "plan_settings",
    "problem_table",
    "run_study",
]
