"""``coprod schema``."""

from __future__ import annotations

import click

from coprod.cli.options import examples

__all__ = ["command"]


@click.command("schema", epilog=examples("schema", "schema processes", "schema --json"))
@click.argument("table", required=False)
@click.option("--json", "as_records", is_flag=True, help="Print the schema as JSON.")
def command(table: str | None, *, as_records: bool) -> int:
    """Explain the tables and columns of a study: all tables in a line each, or one table whole."""  # noqa: DOC501 - a help text
    import json
    from dataclasses import asdict

    from coprod.study.schema import SCHEMA_VERSION, schema

    known = schema()
    if table is not None and table not in known:
        msg = f"no table {table!r}; there is: {', '.join(known)}"
        raise click.UsageError(msg)
    if as_records:
        chosen = {table: known[table]} if table else known
        records = {
            "schema_version": SCHEMA_VERSION,
            "tables": {name: asdict(own) for name, own in chosen.items()},
        }
        click.echo(json.dumps(records, indent=1))
        return 0
    if table is None:
        width = max(len(name) for name in known)
        for name, own in known.items():
            click.echo(f"{name:<{width}}  {own.description}")
        return 0
    click.echo(f"{table}: {known[table].description}\nKey: {' / '.join(known[table].key) or '–'}\n")
    for column in known[table].columns.values():
        facts = [column.type, column.unit, "required" if column.required else ""]
        facts.append(f"default {column.default}" if column.default else "")
        facts.append(f"one of {', '.join(column.choices)}" if column.choices else "")
        facts.append("may change with time" if column.profile else "")
        click.echo(f"  {column.name} ({'; '.join(fact for fact in facts if fact)})")
        click.echo(f"      {column.description}")
    return 0
