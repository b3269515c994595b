"""``coprod workshare``."""

from __future__ import annotations

import click

from coprod.cli.options import examples, one_option, quiet_option, set_option, study_argument, tables_as_json

__all__ = ["command"]


@click.command("workshare", epilog=examples("workshare my-study", "workshare my-study --option licensed"))
@study_argument
@one_option("Option to ask about.")
@set_option
@quiet_option
@tables_as_json
def command(study: str, option: str, sets: tuple[str, ...], *, quiet: bool, as_records: bool) -> int:
    """
    Show the work share the partner can have, and what each percent costs.

    A share is of all value added over the horizon. The smallest and the largest that delay nothing come
    first; then what each further percent costs, and from where on it costs time as well.
    """
    from coprod.api import option_or_error, read
    from coprod.cli.layout import print_table
    from coprod.cli.terminal import as_json
    from coprod.cli.watch import TerminalProgress

    with TerminalProgress(quiet=quiet or as_records) as progress:
        asked = read(study).set(*sets)
        found = asked.work_share(option_or_error(asked, option), progress=progress)
    if as_records:
        click.echo(as_json({name: frame.to_dict("records") for name, frame in found.items()}))
        return 0
    shown = {name: frame.drop(columns="option") for name, frame in found.items()}
    print_table(shown["work_share_range"], f"{asked.options[option]}: share of value added")
    print_table(shown["work_share_curve"], "What a share costs in money and time")
    return 0
