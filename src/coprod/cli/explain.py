"""``coprod explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from coprod.cli.options import examples, one_option, quiet_option, set_option, study_argument, tables_as_json

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["command"]

DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    "explain",
    epilog=examples(
        "explain my-study",
        "explain my-study --option faster --no-worth",
        "explain my-study --item interceptor --until 2031-03-31",
        "explain my-study --json",
    ),
)
@study_argument
@one_option("Option to explain.")
@set_option
@click.option("--order", "orders", multiple=True, metavar="NAME", help="Only this order's lateness.")
@click.option("--objective", "objectives", multiple=True, metavar="NAME", help="Only this stock objective's.")
@click.option("--item", "items", multiple=True, metavar="NAME", help="Only of needs for this item.")
@click.option("--site", "sites", multiple=True, metavar="NAME", help="Only of needs at this site.")
@click.option("--until", type=DAY, metavar="DATE", help="Only of what is due until this day.")
@click.option("--worth/--no-worth", default=True, help="Whether to say what easing each limit is worth.")
@click.option(
    "--worth-from", type=DAY, metavar="DATE", help="From when on it is eased; the first period by default."
)
@quiet_option
@tables_as_json
def command(
    study: str,
    option: str,
    sets: tuple[str, ...],
    orders: tuple[str, ...],
    objectives: tuple[str, ...],
    items: tuple[str, ...],
    sites: tuple[str, ...],
    until: datetime | None,
    worth_from: datetime | None,
    *,
    worth: bool,
    quiet: bool,
    as_records: bool,
) -> int:
    """
    Explain why an option is late, what would cure it and what easing each limit is worth.

    Limits are lifted, one minimal set after the other, and each is credited with the lateness that goes;
    dozens to hundreds of plans are solved for it, which takes from a second to a minute or two.
    """
    from coprod.api import option_or_error, read
    from coprod.cli.layout import print_table
    from coprod.cli.terminal import as_json
    from coprod.cli.watch import TerminalProgress
    from coprod.explain import Focus

    focus = Focus(orders, objectives, items, sites, until.date() if until else None)
    with TerminalProgress(quiet=quiet or as_records) as progress:
        asked = read(study).set(*sets)
        found = asked.explain(
            option_or_error(asked, option),
            worth=worth,
            worth_from=worth_from.date() if worth_from else None,
            focus=focus,
            progress=progress,
        )
    if as_records:
        tables = {"causes": found.causes, "challenges": found.challenges, "worth": found.worth}
        records = {name: frame.to_dict("records") for name, frame in tables.items()}
        about = {"option": found.option, "focus": str(focus), "lateness": found.lateness, "left": found.left}
        click.echo(as_json({**about, **records}))
        return 0
    title = f"{asked.options[option]}, only {focus}" if focus else asked.options[option]
    if not found.lateness:
        click.echo(f"{title}: nothing is late, so there is nothing to explain.")
        return 0
    click.echo(f"{title}: {found.lateness:,.4g} unit-months late in all.")
    shown = found.causes.drop(columns=["option", "late_units_left [units]", "together"])
    print_table(shown, "Why: limits lifted one after the other")
    print_table(found.challenges.drop(columns="option"), "What each limit would gain if it alone were lifted")
    if found.left > 0:
        click.echo(f"{found.left:,.4g} unit-months are left whatever is lifted: they are due too soon.")
    if len(found.worth):
        click.echo("What easing a limit is worth, by planning again:")
    for sentence in found.worth["sentence"]:
        click.echo(f"  {sentence}")
    effort = found.effort
    click.echo(f"{effort.plans} plans in {effort.seconds:.1f} s; duals spared {effort.spared} more.")
    return 0
