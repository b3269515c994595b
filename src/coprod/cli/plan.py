"""``coprod plan``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from coprod.cli.options import examples, plan_options, solve_settings, study_argument

if TYPE_CHECKING:
    from coprod.api import Plan

__all__ = ["command", "plan_record"]


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return what ``--json`` prints of a plan."""
    tables = plan.run.plan.tables

    def records(name: str, *columns: str) -> list[dict[str, Any]]:
        frame = tables[name]
        return [dict(zip(columns, row, strict=True)) for row in frame[list(columns)].itertuples(index=False)]

    dates = ("objective", "backfill_date", "first_touch", "earliest_backfill", "short_at_due")
    return {
        "option": plan.option,
        "title": plan.title,
        "kind": plan.run.plan.kind,
        "status": plan.status,
        "gap": plan.gap,
        "stages": records("stages", "stage", "value", "best", "unit", "status", "gap"),
        "never_delivered": float(tables["demand_summary"]["never_delivered"].sum()),
        "objectives": records("backfills", *dates),
        "builds": records("builds", "investment", "start", "complete", "full_rate", "quantity", "sunk"),
        "work_shares": records("work_shares", "party", "value_added", "share"),
        "check": {
            "passed": plan.passed if plan.checked else None,
            "failures": list(plan.run.checked.failures),
        },
        "notes": list(plan.notes),
        "solver": dict(plan.run.plan.solver),
    }


@click.command(
    "plan",
    epilog=examples(
        "plan my-study",
        "plan my-study --option faster --json",
        'plan my-study --set "resources.line.rate_per_month=12" --kind minimal-relaxation',
    ),
)
@study_argument
@plan_options
@click.option(
    "--kind",
    type=click.Choice(["constrained", "unconstrained", "minimal-relaxation"]),
    default="constrained",
    show_default=True,
    help="What binds: every limit; none; or due dates, with the least slack on limits.",
)
@click.option(
    "--json", "as_records", is_flag=True, help="Print stages, dates, builds, shares and the check as JSON."
)
def command(
    study: str,
    options: tuple[str, ...],
    sets: tuple[str, ...],
    threads: int,
    time_limit: float | None,
    gap: float | None,
    *,
    quiet: bool,
    kind: str,
    as_records: bool,
) -> int:
    """
    Plan options and show what comes out.

    Nothing is written; coprod run keeps the answer. Exit code 4 if a plan failed the independent check.
    """
    from coprod.api import option_or_error, read
    from coprod.cli.layout import print_table
    from coprod.cli.terminal import as_json
    from coprod.cli.watch import TerminalProgress

    with TerminalProgress(quiet=quiet or as_records) as progress:
        asked = read(study).set(*sets)
        names = [option_or_error(asked, name) for name in options] or None
        settings = solve_settings(threads, time_limit, gap)
        plans = asked.plan_all(names, progress=progress, kind=kind, **settings)
    if as_records:
        click.echo(as_json([plan_record(plan) for plan in plans]))
    else:
        for plan in plans:
            click.echo(f"\n{plan.title} ({plan.option}): {plan.status}, {plan.check_result}")
            for name in ("stages", "backfills", "demand_summary", "builds", "breaches", "relaxations"):
                frame = plan.tables[name]
                if len(frame):
                    print_table(frame, name)
            for note in plan.notes:
                click.echo(f"note: {note}")
            for failure in plan.run.checked.failures:
                click.echo(f"check failed: {failure}", err=True)
    return 0 if all(plan.passed for plan in plans) else 4
