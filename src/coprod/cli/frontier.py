"""``coprod frontier``."""

from __future__ import annotations

import click

from coprod.cli.options import examples, one_option, quiet_option, set_option, study_argument, tables_as_json

__all__ = ["command"]


@click.command(
    "frontier",
    epilog=examples("frontier my-study", "frontier my-study --option faster --allowance 0.05"),
)
@study_argument
@one_option("Option to ask about.")
@click.option(
    "--allowance",
    default=0.02,
    show_default=True,
    type=click.FloatRange(0.0, 1.0),
    help="Share of the cost by which another plan may be dearer.",
)
@set_option
@quiet_option
@tables_as_json
def command(
    study: str, option: str, allowance: float, sets: tuple[str, ...], *, quiet: bool, as_records: bool
) -> int:
    """
    Show what other dates cost, and other plans that cost hardly more.

    For each headline objective: the cheapest plan for each of some dates, from the earliest possible to the
    horizon. Then plans within an allowance of the cheapest: what they all share, and what is free to choose.
    """
    from coprod.api import option_or_error, read
    from coprod.cli.layout import print_table
    from coprod.cli.terminal import as_json
    from coprod.cli.watch import TerminalProgress

    with TerminalProgress(quiet=quiet or as_records) as progress:
        asked = read(study).set(*sets)
        found = asked.frontier(option_or_error(asked, option), allowance=allowance, progress=progress)
    if as_records:
        click.echo(as_json({name: frame.to_dict("records") for name, frame in found.items()}))
        return 0
    shown = {name: frame.drop(columns="option") for name, frame in found.items()}
    print_table(shown["frontier"], f"{asked.options[option]}: the cheapest plan for each date")
    print_table(shown["alternatives"], f"Plans within {allowance:.1%} of the cheapest", most=None)
    print_table(shown["leeway"], "What they all share, and what is free to choose", most=None)
    return 0
