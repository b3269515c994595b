"""``coprod new``."""

from __future__ import annotations

import click

from coprod.cli.options import examples

__all__ = ["command"]


@click.command("new", epilog=examples("new my-study", "new my-study.xlsx", "new my-study --example hello"))
@click.argument("path", type=click.Path())
@click.option(
    "--example",
    metavar="NAME",
    help="Copy an example (hello, us-japan-air-defence) instead of an empty template.",
)
@click.option(
    "--workbook", is_flag=True, help="Write an Excel workbook; implied by a path that ends in .xlsx."
)
def command(path: str, example: str | None, *, workbook: bool) -> int:
    """
    Start a study: a documented template, or a copy of an example.

    PATH is a new place: what stands there is never touched.
    """
    from coprod.study import read, write_workbook
    from coprod.study.templates import copy_example, write_template

    as_workbook = workbook or path.endswith(".xlsx")
    if example is None:
        write_template(path, workbook=as_workbook)
    elif as_workbook:
        import tempfile
        from pathlib import Path

        with tempfile.TemporaryDirectory() as folder:
            copy_example(example, Path(folder) / "study")
            write_workbook(read(Path(folder) / "study")[0], path)
    else:
        copy_example(example, path)
    click.echo(f"Study: {path}\nNext: coprod check {path}")
    return 0
