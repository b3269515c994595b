"""``coprod show``."""

from __future__ import annotations

import click

from coprod.cli.options import examples

__all__ = ["command"]


@click.command(
    "show",
    epilog=examples(
        "show runs/my-study-1",
        "show runs/my-study-1 comparison",
        "show runs/my-study-1 builds --option faster --csv",
    ),
)
@click.argument("run", type=click.Path(exists=True))
@click.argument("table", required=False)
@click.option(
    "--option", metavar="NAME", help="Option whose table is meant; default: the one under discussion."
)
@click.option("--rows", type=click.IntRange(1), default=40, show_default=True, help="Most rows to show.")
@click.option("--csv", "as_csv", is_flag=True, help="Print all rows as CSV, units in the header.")
def command(run: str, table: str | None, option: str | None, rows: int, *, as_csv: bool) -> int:
    """Show a run's tables in the terminal: their names, or one of them."""
    from coprod.api import open_run
    from coprod.cli.layout import print_table
    from coprod.results.table import with_units

    opened = open_run(run)
    discussed = option or opened.manifest["option_under_discussion"]
    if table is None:
        click.echo("Of the whole run: " + ", ".join(opened.tables()))
        click.echo("Of each option:   " + ", ".join(opened.tables(discussed)))
        click.echo("Options:          " + ", ".join(entry["name"] for entry in opened.options))
        return 0
    whole = table in opened.tables() and option is None
    frame = with_units(table, opened.table(table, None if whole else discussed))
    if as_csv:
        click.echo(frame.to_csv(index=False), nl=False)
    else:
        print_table(frame, table if whole else f"{table}, {discussed}", rows)
    return 0
