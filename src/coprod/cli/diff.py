"""``coprod diff``."""

from __future__ import annotations

import click

from coprod.cli.options import examples

__all__ = ["command"]


@click.command("diff", epilog=examples("diff runs/my-study-1 runs/my-study-2"))
@click.argument("before", type=click.Path(exists=True))
@click.argument("after", type=click.Path(exists=True))
@click.option("--json", "as_records", is_flag=True, help="Print both lists of changes as JSON.")
def command(before: str, after: str, *, as_records: bool) -> int:
    """Show what changed between two runs, in the study and in the answer."""
    from coprod.api import open_run
    from coprod.cli.layout import print_table
    from coprod.cli.terminal import as_json
    from coprod.compare.runs import answer_changes, study_changes

    one, two = open_run(before), open_run(after)
    study, answer = study_changes(one.study, two.study), answer_changes(one, two)
    if as_records:
        click.echo(as_json({"study": study.to_dict("records"), "answer": answer.to_dict("records")}))
        return 0
    for frame, title in ((study, "Changed in the study"), (answer, "Changed in the answer")):
        if len(frame):
            print_table(frame, title, None)
        else:
            click.echo(f"{title}: nothing")
    return 0
