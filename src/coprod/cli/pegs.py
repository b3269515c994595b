"""``coprod pegs``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from coprod.cli.options import examples, one_option, quiet_option, set_option, study_argument, tables_as_json

if TYPE_CHECKING:
    import pandas as pd

    from coprod.api import Plan
    from coprod.pegging import Asked

__all__ = ["command"]


@click.command(
    "pegs",
    epilog=examples(
        "pegs my-study",
        'pegs my-study --option faster --objective "full store"',
        "pegs my-study --line assembly --period 2028-03",
        "pegs my-study --order order-7 --unit 12 --json",
    ),
)
@study_argument
@one_option("Option that is planned.")
@click.option("--order", default="", metavar="NAME", help="The supply that serves this order.")
@click.option("--objective", default="", metavar="NAME", help="The supply that fills this stock objective.")
@click.option("--item", default="", metavar="NAME", help="What supplies of this item serve.")
@click.option("--site", default="", metavar="NAME", help="What this site (a plant, a supplier) serves.")
@click.option("--line", default="", metavar="NAME", help="What this line serves.")
@click.option("--process", default="", metavar="NAME", help="What this process serves.")
@click.option(
    "--period",
    default="",
    metavar="PERIOD",
    help="Only what starts in this period, such as 2028-03; with a need alone: what it takes then.",
)
@click.option(
    "--unit",
    type=click.FloatRange(0, min_open=True),
    metavar="N",
    help="Follow the Nth unit of the order or objective. Default: the last that is late, or the last.",
)
@set_option
@quiet_option
@tables_as_json
def command(
    study: str,
    option: str,
    order: str,
    objective: str,
    item: str,
    site: str,
    line: str,
    process: str,
    period: str,
    unit: float | None,
    sets: tuple[str, ...],
    *,
    quiet: bool,
    as_records: bool,
) -> int:
    """
    Show which supply serves which need, and one unit's way through time.

    With --order or --objective: the supply that serves it, through the whole bill of materials. With --item,
    --site, --line or --process: the needs that supply serves. They may be combined. With none of them: what
    is late, and where its time went. Stock is used first in, first out; quantities are in units started.
    """
    from coprod.api import option_or_error, read
    from coprod.cli.watch import TerminalProgress
    from coprod.pegging import Asked, pegged

    _one_need(order, objective)
    asked = Asked(order, objective, item, site, line, process, period)
    with TerminalProgress(quiet=quiet or as_records) as progress:
        changed = read(study).set(*sets)
        plan = changed.plan(option_or_error(changed, option), progress=progress)
    rows = pegged(plan.run.pegging.pegs, plan.run.network, asked)
    chain = plan.chain(order or objective, unit)
    if as_records:
        _print_json(plan, rows, chain)
    else:
        _print_tables(plan, asked, rows, chain)
    return 0


def _one_need(order: str, objective: str) -> None:
    """
    Refuse two needs at once.

    Raises
    ------
    UsageError
        If both are named.
    """
    if order and objective:
        msg = "needs --order or --objective, not both: a unit serves one need"
        raise click.UsageError(msg)


def _print_json(plan: Plan, rows: pd.DataFrame, chain: pd.DataFrame) -> None:
    from coprod.cli.terminal import as_json
    from coprod.results.table import with_units

    tables = {"pegs": with_units("pegs", rows), "late_units": plan.late_units, "unit_chain": chain}
    records: dict[str, Any] = {name: frame.to_dict("records") for name, frame in tables.items()}
    click.echo(as_json({"option": plan.option, **records}))


def _print_tables(plan: Plan, asked: Asked, rows: pd.DataFrame, chain: pd.DataFrame) -> None:
    from coprod.cli.layout import print_table
    from coprod.pegging import line_use, summary

    click.echo(f"{plan.title} ({plan.option}): {plan.status}, {plan.check_result}")
    if asked.line:
        rows = rows.assign(use=line_use(rows, plan.run.network, asked.line))
    if asked.of_supply:
        print_table(_headed(summary(rows, needs=True)), "The needs it serves")
    if asked.of_need or (asked.period and not asked.of_supply):
        print_table(_headed(summary(rows, needs=False)), "The supply that serves them")
    if not asked.of_supply and not asked.of_need:
        print_table(_late(plan), "Late or never, and what the plan's tables show of it: evidence, not proof")
    if len(chain) and (asked.of_need or not asked.of_supply):
        first = chain.iloc[0]
        print_table(
            _way(chain), f"Unit {first['unit [units]']:,.6g} of {first['need']}, from its first order on"
        )


def _way(chain: pd.DataFrame) -> pd.DataFrame:
    """Return a chain without what its title says and what is blank all the way, full months as one text."""
    first, last = "first_full [first day]", "last_full [first day]"
    months = chain[first].dt.strftime("%Y-%m") + " to " + chain[last].dt.strftime("%Y-%m")
    full = months.where(chain[first].notna(), "")
    said = ["need_kind", "need", "unit [units]", "due [last day]", "met [first day]", "step", first, last]
    said += ["critical"] if chain["critical"].all() else []
    shown = chain.drop(columns=said).assign(full=full)
    return shown.replace("", None).dropna(axis="columns", how="all").fillna("")


def _headed(frame: pd.DataFrame) -> pd.DataFrame:
    heads = {
        "quantity": "quantity [units started]",
        "good_quantity": "good_quantity [good units]",
        "use": "use [resource units]",
        **{name: f"{name} [first day]" for name in ("first_met", "last_met", "first_start", "last_start")},
    }
    return frame.rename(columns=heads)


def _late(plan: Plan) -> pd.DataFrame:
    """Return the late units, added up by need and limit."""
    frame = plan.run.pegging.late_units
    found = frame.groupby(["need", "item", "site", "limit_kind", "limit"], sort=False, as_index=False).agg(
        quantity=("quantity", "sum"),
        months_late=("months_late", "max"),
        first_full=("first_full", "min"),
        last_full=("last_full", "max"),
    )
    heads = {
        "quantity": "quantity [units]",
        "months_late": "latest [months]",
        "first_full": "first_full [first day]",
        "last_full": "last_full [first day]",
    }
    return found.rename(columns=heads)
