"""``coprod cures``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import click

from coprod.cli.options import examples, one_option, quiet_option, set_option, study_argument, tables_as_json

if TYPE_CHECKING:
    import pandas as pd

    from coprod.explain import Remedies

__all__ = ["command"]


@click.command(
    "cures", epilog=examples("cures my-study", "cures my-study --option faster", "cures my-study --json")
)
@study_argument
@one_option("Option to ask about.")
@set_option
@quiet_option
@tables_as_json
def command(study: str, option: str, sets: tuple[str, ...], *, quiet: bool, as_records: bool) -> int:
    """
    Show why due dates cannot all be kept, and the cheapest cures.

    Limits and due dates that contradict each other come in sets of which none can be spared. A cure is a
    least change with which every date is kept: of one limit, of several together, of the dates, or an
    investment that the option leaves out. Each is put into the plan before it is told; it takes seconds.
    Where a study's limits cannot hold however late deliveries may be, it is asked about those limits.
    """
    from coprod.api import option_or_error, read
    from coprod.cli.terminal import as_json
    from coprod.cli.watch import TerminalProgress

    with TerminalProgress(quiet=quiet or as_records) as progress:
        asked = read(study).set(*sets)
        found = asked.cures(option_or_error(asked, option), progress=progress)
    if as_records:
        about = {"option": found.option, "feasible": found.feasible, "dates": found.dates}
        tables = {"conflicts": found.conflicts, "cures": found.cures}
        records = {name: frame.to_dict("records") for name, frame in tables.items()}
        click.echo(as_json({**about, **records}))
        return 0
    _tell(asked.options[option], found, asked.tables.settings["base_currency"])
    return 0


def _tell(title: str, found: Remedies, currency: str) -> None:
    if found.feasible:
        click.echo(f"{title}: every limit holds and every due date can be kept, so there is nothing to cure.")
        return
    what = "not every due date can be kept" if found.dates else "not every limit can hold, however late"
    click.echo(f"{title}: {what}.")
    for number, rows in found.conflicts.groupby("conflict", sort=False):
        proof = "" if rows["proved"].all() else " (not proved: some of these may be spared)"
        click.echo(
            f"\nConflict {number}: these cannot all hold; without any one of them the rest can{proof}."
        )
        _list(rows)
    for number, rows in found.cures.groupby("cure", sort=False):
        cost = float(rows["cost [base currency, price year]"].iloc[0])
        price = "" if math.isnan(cost) else f" for {cost:,.0f} {currency}"
        click.echo(f"\nCure {number}{price}:")
        _list(rows)
    if found.cures.empty:
        click.echo("\nNo change of limits, dates within the horizon or investments of the study is a cure.")


def _list(rows: pd.DataFrame) -> None:
    for sentence in rows["sentence"]:
        click.echo(f"  {sentence}")
