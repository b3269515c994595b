"""``coprod report``."""

from __future__ import annotations

import click

from coprod.cli.options import examples

__all__ = ["command"]


@click.command(
    "report",
    epilog=examples("report runs/my-study-1 --open", "report runs/my-study-1 --language ja --charts"),
)
@click.argument("run", type=click.Path(exists=True))
@click.option("--language", type=click.Choice(["en", "ja"]), help="Language; default: the study's.")
@click.option(
    "--option",
    metavar="NAME",
    help="Option under discussion; default: the run's. The verdict is the run's own option's.",
)
@click.option("--no-workbook", is_flag=True, help="Leave report.xlsx as it is.")
@click.option(
    "--charts", is_flag=True, help="Write each chart as SVG and PNG too, into the run's folder charts."
)
@click.option("--open", "show", is_flag=True, help="Open the report in the browser.")
def command(
    run: str, language: str | None, option: str | None, *, no_workbook: bool, charts: bool, show: bool
) -> int:
    """Write a run's report again (report.html and report.xlsx), in another language or on another option."""
    from coprod.report import write_exhibits, write_report, write_workbook

    path = write_report(run, language=language, option=option)
    click.echo(f"Report: {path}")
    if not no_workbook:
        write_workbook(run, language=language, option=option)
    if charts:
        files = write_exhibits(run, language=language, option=option)
        click.echo(f"Charts: {path.parent / 'charts'} ({len(files)} files)")
    if show:
        click.launch(str(path))
    return 0
