"""What commands print apart from tables: JSON, and the problems of a study."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.errors import Problem

__all__ = ["as_json", "print_problems", "problem_records"]


def as_json(value: Any) -> str:
    """Return JSON text; dates as ISO, NaN as null."""

    def plain(item: Any) -> Any:
        if isinstance(item, dict):
            return {str(key): plain(own) for key, own in item.items()}
        if isinstance(item, (list, tuple)):
            return [plain(own) for own in item]
        if hasattr(item, "item"):
            item = item.item()
        if isinstance(item, float) and item != item:
            return None
        if hasattr(item, "isoformat"):
            text: str = item.isoformat()
            return None if text == "NaT" else text[:10]
        return item

    return json.dumps(plain(value), indent=1, ensure_ascii=False, default=str)


def problem_records(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return problems as plain records."""
    return [
        {
            "code": problem.code,
            "severity": problem.severity,
            "file": problem.cell.file,
            "row": problem.cell.row,
            "column": problem.cell.column,
            "found": problem.found,
            "needs": problem.needs,
        }
        for problem in problems
    ]


def print_problems(problems: Sequence[Problem]) -> None:
    """Print problems, errors first, and how many there are of each kind."""
    order = ("error", "warning", "notice")
    for kind in order:
        for problem in (own for own in problems if own.severity == kind):
            click.echo(f"{kind}: {problem}")
    counts = [sum(problem.severity == kind for problem in problems) for kind in order]
    words = [f"{count} {kind}{'s' if count != 1 else ''}" for count, kind in zip(counts, order, strict=True)]
    click.echo(", ".join(words) + ".")
