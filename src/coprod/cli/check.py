"""``coprod check``."""

from __future__ import annotations

import click

from coprod.cli.options import examples, study_argument

__all__ = ["command"]


@click.command("check", epilog=examples("check my-study", "check my-study.xlsx --json"))
@study_argument
@click.option(
    "--json",
    "as_records",
    is_flag=True,
    help="Print the problems as JSON: code, severity, file, row, column, found, needs.",
)
def command(study: str, *, as_records: bool) -> int:
    """
    Find everything wrong with a study, in one go.

    Exit code 1 if there are errors.
    """
    from coprod.api import read
    from coprod.cli.terminal import as_json, print_problems, problem_records
    from coprod.cli.watch import TerminalProgress

    with TerminalProgress(quiet=as_records, first="checking the study"):
        problems = read(study).check()
    if as_records:
        click.echo(as_json(problem_records(problems)))
    else:
        print_problems(problems)
    return 1 if any(problem.severity == "error" for problem in problems) else 0
