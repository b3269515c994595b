"""``coprod compare``."""

from __future__ import annotations

import click

from coprod.cli.options import examples, plan_options, solve_settings, study_argument

__all__ = ["command"]


@click.command(
    "compare",
    epilog=examples(
        "compare my-study",
        "compare my-study --option faster --set resources.line.rate_per_month=12",
        "compare my-study --json",
    ),
)
@study_argument
@plan_options
@click.option("--json", "as_records", is_flag=True, help="Print the comparison as JSON.")
def command(
    study: str,
    options: tuple[str, ...],
    sets: tuple[str, ...],
    threads: int,
    time_limit: float | None,
    gap: float | None,
    *,
    quiet: bool,
    as_records: bool,
) -> int:
    """
    Plan options and show them side by side, each against the base.

    Nothing is written; coprod run keeps the answer. Exit code 4 if a plan failed the independent check.
    """
    from coprod.api import compared, option_or_error, read
    from coprod.cli.layout import print_comparison
    from coprod.cli.terminal import as_json
    from coprod.cli.watch import TerminalProgress

    with TerminalProgress(quiet=quiet or as_records) as progress:
        asked = read(study).set(*sets)
        names = list(asked.options)
        if options:
            names = ["base", *(option_or_error(asked, name) for name in options)]
        plans = asked.plan_all(
            list(dict.fromkeys(names)), progress=progress, **solve_settings(threads, time_limit, gap)
        )
    table = compared(asked.tables, plans)
    if as_records:
        click.echo(as_json(table.to_dict("records")))
    else:
        print_comparison(table, asked.tables.settings)
    return 0 if all(plan.passed for plan in plans) else 4
