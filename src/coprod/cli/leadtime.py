"""``coprod leadtime``."""

from __future__ import annotations

import click

from coprod.cli.options import examples, one_option, set_option, study_argument, tables_as_json

__all__ = ["command"]


@click.command("leadtime", epilog=examples("leadtime my-study", "leadtime my-study --option faster --json"))
@study_argument
@one_option("Option to look at.")
@set_option
@tables_as_json
def command(study: str, option: str, sets: tuple[str, ...], *, as_records: bool) -> int:
    """Show lead times, the critical chain and latest order dates."""
    from coprod.api import option_or_error, read
    from coprod.cli.layout import print_table
    from coprod.cli.terminal import as_json
    from coprod.cli.watch import TerminalProgress

    with TerminalProgress(quiet=as_records, first="lead times"):
        asked = read(study).set(*sets)
        tables = asked.leadtime(option_or_error(asked, option))
    if as_records:
        click.echo(as_json({name: frame.to_dict("records") for name, frame in tables.items()}))
        return 0
    titles = {
        "lead_times": "Cumulative lead time of the first unit",
        "chains": "Critical chain, from the need backwards",
        "latest_orders": "Latest orders",
    }
    for name, frame in tables.items():
        print_table(frame, titles[name])
    return 0
