"""``coprod run``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from coprod.cli.options import examples, plan_options, solve_settings, study_argument

__all__ = ["command", "next_run"]


def next_run(study: str) -> Path:
    """Return the next free folder under ``runs``: the study's name and a number."""
    place = Path(study).resolve()
    name = place.stem if place.is_file() else place.name
    number = 1
    while (path := Path("runs") / f"{name}-{number}").exists():
        number += 1
    return path


@click.command(
    "run",
    epilog=examples(
        "run my-study --open",
        "run my-study.xlsx --out runs/monday",
        "run my-study --option faster --set resources.line.rate_per_month=12 --out trial --force",
    ),
)
@study_argument
@plan_options
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where the run goes. Default: runs/STUDY-N, N the next free number.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Replace the run that stands at --out. Anything that is no run is never touched.",
)
@click.option(
    "--no-explain",
    is_flag=True,
    help="Do not work out why it is late and what else could be done (it takes most of the time).",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=lambda: min(2, os.cpu_count() or 1),
    show_default="2, or 1 on one core",
    help="Processes that work these questions out side by side.",
)
@click.option("--no-workbook", is_flag=True, help="Leave out report.xlsx, the result tables as a workbook.")
@click.option("--json", "as_records", is_flag=True, help="Print folder, verdict and comparison as JSON.")
@click.option("--open", "show", is_flag=True, help="Open the report in the browser.")
def command(
    study: str,
    options: tuple[str, ...],
    sets: tuple[str, ...],
    threads: int,
    time_limit: float | None,
    gap: float | None,
    workers: int,
    *,
    quiet: bool,
    out: Path | None,
    force: bool,
    no_explain: bool,
    no_workbook: bool,
    as_records: bool,
    show: bool,
) -> int:
    """
    Plan every option and write a run folder with its report.

    The folder holds the study as it was, every result table as Parquet, a manifest, report.html and
    report.xlsx. It appears under its name only when it is whole; an interrupted run leaves nothing under
    that name. The report is made last: should it be interrupted, coprod report makes it from the folder.
    """
    from coprod.api import option_or_error, read
    from coprod.cli.layout import print_comparison
    from coprod.cli.terminal import as_json
    from coprod.cli.watch import TerminalProgress

    folder = out if out is not None else next_run(study)
    with TerminalProgress(quiet=quiet or as_records) as progress:
        asked = read(study).set(*sets)
        names = [option_or_error(asked, name) for name in options] or None
        result = asked.run(
            folder,
            options=names,
            replace=force,
            workbook=not no_workbook,
            explained=not no_explain,
            workers=workers,
            progress=progress,
            **solve_settings(threads, time_limit, gap),
        )
    report = result.path / "report.html"
    if as_records:
        click.echo(
            as_json(
                {
                    "run": str(result.path),
                    "report": str(report),
                    "passed": result.passed,
                    "verdict": result.verdict.to_dict("records"),
                    "comparison": result.comparison.to_dict("records"),
                }
            )
        )
    else:
        click.echo(asked.title)
        print_comparison(result.comparison, asked.tables.settings)
        warnings = sum(problem.severity == "warning" for problem in result.problems)
        click.echo(
            f"{len(result.options)} options planned, {warnings} warnings of the check (in the report)."
        )
        for option in result.options:
            for failure in option.checked.failures:
                click.echo(f"{option.name}: check failed: {failure}", err=True)
        click.echo(f"Report: {report}")
    if show:
        click.launch(str(report))
    return 0 if result.passed else 4
