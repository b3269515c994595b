"""
The command ``coprod``: finds the command asked for and turns errors into exit codes.

Exit codes: 0 done; 1 the study has errors; 2 the command line was wrong; 3 no plan, or the solver failed; 4 a
plan failed the independent check; 5 a run folder or file could not be used; 130 interrupted.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

__all__ = ["COMMANDS", "main"]

#: Every command, with the one line `coprod --help` shows: the modules load only when they are called.
COMMANDS = {
    "new": "Start a study: a documented template, or a copy of an example.",
    "check": "Find everything wrong with a study, in one go.",
    "leadtime": "Show lead times, the critical chain and latest order dates.",
    "plan": "Plan options and show what comes out.",
    "compare": "Plan options and show them side by side.",
    "explain": "Explain why an option is late, what would cure it and what easing each limit is worth.",
    "cures": "Show why due dates cannot all be kept, and the cheapest cures.",
    "frontier": "Show what other dates cost, and other plans that cost hardly more.",
    "workshare": "Show the work share the partner can have, and what each percent costs.",
    "pegs": "Show which supply serves which need, and one unit's way through time.",
    "run": "Plan every option and write a run folder with its report.",
    "report": "Write a run's report again, in another language or on another option.",
    "show": "Show a run's tables in the terminal.",
    "diff": "Show what changed between two runs, in the study and in the answer.",
    "import": "Make studies from published books.",
    "convert": "Turn a study folder into a workbook, or a workbook into a folder.",
    "schema": "Explain the tables and columns of a study.",
}

EPILOG = """\b
Examples:
  coprod new my-study --example hello
  coprod check my-study
  coprod run my-study --open
  coprod plan my-study --option faster --set resources.line.rate_per_month=12

\b
Exit codes: 0 done, 1 the study has errors, 2 wrong command line, 3 no plan or solver failure,
4 a plan failed the independent check, 5 a file or run folder cannot be used, 130 interrupted.
"""


class _Commands(click.Group):
    """Loads a command's module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        # `import` is a word of Python, so its module is called import_.
        module = import_module(f"coprod.cli.{cmd_name}{'_' if cmd_name == 'import' else ''}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="coprod", prog_name="coprod")
def group() -> None:
    """
    Can a product be made jointly with a partner, by when, what holds it back, what does it cost, and
    who pays?
    """


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        result = group.main(args=arguments, prog_name="coprod", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted: nothing was left half-written.", err=True)
        return 130
    except SystemExit:
        # Both click and rich leave so where whoever reads our output has had enough, as `head` does.
        return 0
    except Exception as error:
        from coprod.cli.failure import tell

        return tell(error)
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
