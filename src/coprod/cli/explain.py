"""``coprod explain``."""

from __future__ import annotations

import click

from coprod.cli.options import examples, study_argument

__all__ = ["command"]


@click.command(
    "explain",
    epilog=examples("explain my-study", "explain my-study --option faster", "explain my-study --json"),
)
@study_argument
@click.option("--option", default="base", show_default=True, metavar="NAME", help="Option to explain.")
@click.option(
    "--set", "sets", multiple=True, metavar="TABLE.KEY.COLUMN=VALUE", help="Change a figure for this call."
)
@click.option("--quiet", is_flag=True, help="No progress.")
@click.option("--json", "as_records", is_flag=True, help="Print the tables as JSON.")
def command(study: str, option: str, sets: tuple[str, ...], *, quiet: bool, as_records: bool) -> int:
    """
    Explain why an option is late and what would cure it: limits, in ranked order.

    Limits are lifted, one minimal set after the other, and each is credited with the lateness that goes;
    hundreds of plans are solved for it, which takes from a second to a minute or two.
    """
    from coprod.api import option_or_error, read
    from coprod.cli.layout import print_table
    from coprod.cli.terminal import as_json
    from coprod.cli.watch import TerminalProgress

    with TerminalProgress(quiet=quiet or as_records) as progress:
        asked = read(study).set(*sets)
        found = asked.explain(option_or_error(asked, option), progress=progress)
    if as_records:
        tables = {"causes": found.causes, "challenges": found.challenges}
        records = {name: frame.to_dict("records") for name, frame in tables.items()}
        about = {"option": found.option, "lateness": found.lateness, "left": found.left}
        click.echo(as_json({**about, **records}))
        return 0
    if not found.lateness:
        click.echo(f"{asked.options[option]}: nothing is late, so there is nothing to explain.")
        return 0
    click.echo(f"{asked.options[option]}: {found.lateness:,.4g} unit-months late in all.")
    print_table(found.causes, "Why: limits lifted one after the other")
    print_table(found.challenges, "What each limit would gain if it alone were lifted")
    if found.left > 0:
        click.echo(f"{found.left:,.4g} unit-months are left whatever is lifted: they are due too soon.")
    click.echo(f"{found.effort.plans} plans in {found.effort.seconds:.1f} s.")
    return 0
