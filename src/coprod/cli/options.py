"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = [
    "examples",
    "one_option",
    "plan_options",
    "quiet_option",
    "set_option",
    "solve_settings",
    "study_argument",
    "tables_as_json",
]

F = TypeVar("F", bound=Callable[..., Any])


def examples(*commands: str) -> str:
    """Return the end of a command's help: command lines to begin with, one to a line."""
    # The backspace character tells click to leave the lines as they are; in a docstring it would have to be
    # escaped, and an escaped one in a raw docstring is printed.
    return "\b\nExamples:\n" + "\n".join(f"  coprod {command}" for command in commands)


study_argument = click.argument("study", type=click.Path(exists=True))

set_option = click.option(
    "--set", "sets", multiple=True, metavar="TABLE.KEY.COLUMN=VALUE", help="Change a figure for this call."
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="No progress.")
tables_as_json = click.option("--json", "as_records", is_flag=True, help="Print the tables as JSON.")


def one_option(described: str) -> Callable[[F], F]:
    """Return what lets a command be about one option of the study, the base by default."""
    return click.option("--option", default="base", show_default=True, metavar="NAME", help=described)


def plan_options(function: F) -> F:
    """Add what every command that plans takes."""
    for option in reversed(
        [
            click.option(
                "--option",
                "options",
                multiple=True,
                metavar="NAME",
                help="Option to plan; repeat for several. Default: all.",
            ),
            click.option(
                "--set",
                "sets",
                multiple=True,
                metavar="TABLE.KEY.COLUMN=VALUE",
                help="Change a figure for this call; * matches in keys.",
            ),
            click.option(
                "--threads",
                type=click.IntRange(1),
                default=1,
                show_default=True,
                help="Threads of the solver.",
            ),
            click.option(
                "--time-limit",
                type=click.FloatRange(0.1),
                metavar="SECONDS",
                help="Wall seconds for each plan.",
            ),
            click.option(
                "--gap",
                type=click.FloatRange(0, 0.5),
                help="Relative gap at which the search for builds may stop; it is printed. [default: 0.01]",
            ),
            quiet_option,
        ]
    ):
        function = option(function)
    return function


def solve_settings(threads: int, time_limit: float | None, gap: float | None) -> dict[str, Any]:
    """Return what the shared options say, as plan settings."""
    return {"threads": threads, "time_limit": time_limit, "gap": gap}
