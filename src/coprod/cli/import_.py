"""``coprod import``: studies and tables from what others publish."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from coprod.cli.options import examples, quiet_option

if TYPE_CHECKING:
    from coprod.p21.books import Books
    from coprod.p21.orders import Assumption
    from coprod.p21.tables import Imported
    from coprod.progress import Progress

__all__ = ["command"]

_EXAMPLES = (
    "import p21 BOOK.xml",
    "import p21 BOOK.xml --line-item MAMRA0 --to my-study",
    "import p21 BOOK.xml OTHER.xml --all --to books",
)


@click.group("import", epilog=examples(*_EXAMPLES))
def command() -> None:
    """Make studies from published books: exhibits P-40, P-5, P-5a and P-21 of a US procurement budget."""


@command.command("p21", epilog=examples(*_EXAMPLES))
@click.argument("books", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--line-item",
    "line_items",
    multiple=True,
    metavar="TEXT",
    help="Line item: its number, or part of its title or of an item's name; repeat for several.",
)
@click.option("--year", type=int, metavar="YEAR", help="Budget year, where the books are of several.")
@click.option("--to", "target", type=click.Path(), metavar="PATH", help="Study (folder or .xlsx) to write.")
@click.option(
    "--all",
    "whole",
    is_flag=True,
    help="A study of every item, and tables and charts of all of them, in the new folder --to.",
)
@click.option(
    "--units",
    type=click.FloatRange(0, min_open=True),
    metavar="N",
    help="Units to replace in the summary. Default: those of the twelve months before the book's date.",
)
@quiet_option
def p21(
    books: tuple[str, ...],
    line_items: tuple[str, ...],
    year: int | None,
    target: str | None,
    units: float | None,
    *,
    whole: bool,
    quiet: bool,
) -> int:
    """
    Read the XML of procurement justification books.

    Without --to the items are listed. With --to and --line-item one study is made of them; with --all one of
    every item, with the summary "which lines could surge, and how soon". A book that cannot be read, and an
    item of which no study can be made, are reported and do not stop the others; exit code 5 if there were any
    such books.
    """
    from coprod.cli.watch import TerminalProgress
    from coprod.p21.books import read_books

    _refuse_halves(target, line_items, whole=whole)
    with TerminalProgress(quiet=quiet, first="reading the books") as progress:
        read = read_books(books, progress=progress)
        if whole and target is not None:
            said = _write_all(read, line_items, year, Path(target), units, progress)
        elif target is not None:
            said = _write_one(read.study(line_items, year), target)
        else:
            said = ""
    if target is None:
        _list(read, line_items, year, units)
    else:
        click.echo(said)
    for fault in read.faults:
        click.echo(f"not read: {fault}", err=True)
    return 5 if read.faults else 0


def _refuse_halves(target: str | None, line_items: tuple[str, ...], *, whole: bool) -> None:
    """
    Refuse options that do not say what to write, or where.

    Raises
    ------
    UsageError
        With what is missing.
    """
    if whole and target is None:
        msg = "--all needs --to, the folder to write"
        raise click.UsageError(msg)
    if target is not None and not whole and not line_items:
        msg = "--to needs --line-item (which items), or --all; without --to the items are listed"
        raise click.UsageError(msg)


def _list(read: Books, line_items: tuple[str, ...], year: int | None, units: float | None) -> None:
    from coprod.cli.layout import print_table
    from coprod.p21.surge import surge_table

    lines = read.select(line_items, year)
    columns = [
        "budget_year",
        "line_item",
        "item",
        "maker",
        "maximum_per_year",
        "order_to_first_delivery_months",
        "replace_units",
        "replaced_after_maximum",
        "plan_fits",
        "no_study_because",
    ]
    if lines:
        table = surge_table(lines, units=units)[columns].round(1)
        print_table(table, f"{len(lines)} items of {len(read.items)} line items", None)
    else:
        click.echo(f"No items with makers in {len(read.items)} line items.")


def _write_one(made: Imported, target: str) -> str:
    """Write a study with its README, and return what to say of it."""
    from coprod.p21.notes import readme
    from coprod.study import write_folder, write_workbook

    if target.endswith(".xlsx"):
        notes = Path(f"{target.removesuffix('.xlsx')}-README.md")
        write_workbook(made.tables, target)
    else:
        notes = Path(target) / "README.md"
        write_folder(made.tables, target)
    notes.write_text(readme(made), encoding="utf-8")
    lots = sum(len(line.lots) for line in made.lines)
    counts = (
        f"{len(made.lines)} item{'s' if len(made.lines) != 1 else ''}, {lots} lots; not said and assumed: "
        f"{len(made.assumptions)}; contradictions: {len(made.contradictions)}; left out: {len(made.remarks)}"
    )
    title = made.tables.settings["title"]
    return f"{title}\n{counts}; see {notes}\nStudy: {target}\nNext: coprod check {target}"


def _write_all(
    read: Books,
    line_items: tuple[str, ...],
    year: int | None,
    target: Path,
    units: float | None,
    progress: Progress,
) -> str:
    """
    Write a study of every item and the tables and charts of all, and return what to say of them.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C was pressed: nothing is left then.
    """
    from coprod.errors import CoprodError
    from coprod.p21.books import folder_name
    from coprod.p21.notes import findings_table, readme
    from coprod.p21.restated import restated_budgets, restated_lots
    from coprod.p21.surge import surge_table
    from coprod.p21.tables import left_out, study_of
    from coprod.report.charts.budget_lines import RestatedChart, SurgeChart
    from coprod.report.charts.render import draw
    from coprod.report.workbook import write_frames
    from coprod.study import write_folder
    from coprod.study.place import free_folder, written_aside

    free_folder(target)
    lines = read.select(line_items, year)
    chosen = {id(line.line) for line in lines}
    items = [own for own in read.items if year in {None, own.year} and (not line_items or id(own) in chosen)]
    with written_aside(target) as aside:
        aside.mkdir()
        studies: dict[int, str] = {}
        assumed: list[Assumption] = []
        progress.phase(f"writing studies of {len(lines)} items")
        for number, line in enumerate(lines):
            progress.step(number, len(lines))
            if progress.cancelled():
                raise KeyboardInterrupt
            reason = left_out(line)
            if reason:
                studies[number] = f"none: {reason}"
                continue
            try:
                made = study_of([line])
                first = name = folder_name(line)
                more = 2
                while name in studies.values():
                    name, more = f"{first}-{more}", more + 1
                write_folder(made.tables, aside / name)
            except CoprodError as error:
                studies[number] = f"none: {str(error).splitlines()[0]}"
                continue
            (aside / name / "README.md").write_text(readme(made), encoding="utf-8")
            studies[number] = name
            assumed += made.assumptions
        progress.phase("writing tables and charts")
        tables = {
            "surge": surge_table(lines, units=units, studies=studies),
            "restated-lots": restated_lots(lines),
            "restated-budgets": restated_budgets(items),
            "findings": findings_table(lines, assumed),
        }
        for name, table in tables.items():
            table.to_csv(aside / f"{name}.csv", index=False, lineterminator="\n", date_format="%Y-%m")
        write_frames(aside / "books.xlsx", tables)
        (aside / "surge.svg").write_text(draw(SurgeChart(tables["surge"]).spec()), encoding="utf-8")
        if len(tables["restated-lots"]):
            chart = draw(RestatedChart(tables["restated-lots"]).spec())
            (aside / "restated.svg").write_text(chart, encoding="utf-8")
    answers = list(tables["surge"]["plan_fits"]) if lines else []
    yes, no, unknown = (answers.count(word) for word in ("yes", "no", ""))
    written = sum(not text.startswith("none: ") for text in studies.values())
    return (
        f"{len(items)} line items, {len(lines)} items with makers: {written} studies, "
        f"{len(lines) - written} without (the reason stands in surge.csv)\n"
        f"The book's own plan fits its rates and lead times: {yes} yes, {no} no, {unknown} cannot be told\n"
        f"Tables, workbook and charts: {target}"
    )
