"""``coprod convert``."""

from __future__ import annotations

import click

from coprod.cli.options import examples, study_argument

__all__ = ["command"]


@click.command("convert", epilog=examples("convert my-study my-study.xlsx", "convert my-study.xlsx my-study"))
@study_argument
@click.argument("path", type=click.Path())
def command(study: str, path: str) -> int:
    """
    Turn a study folder into a workbook (PATH ends in .xlsx), or a workbook into a folder.

    A study that stands at PATH is replaced; anything else there is never touched.
    """
    from coprod.api import read
    from coprod.run.order import require_sound
    from coprod.study import read as read_tables

    # Only what cannot be read stops a conversion: a study with wrong figures can still change its form.
    require_sound(read_tables(study)[1])
    asked = read(study)
    if path.endswith(".xlsx"):
        asked.to_workbook(path)
    else:
        asked.to_folder(path)
    click.echo(f"Study: {path}")
    return 0
