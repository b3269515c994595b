"""Help can be read, and says what a newcomer must know."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from coprod.cli.main import COMMANDS


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_help_has_examples_each_on_a_line_of_its_own(call, command):
    code, printed, _ = call(*command.split(), "--help")
    assert code == 0
    assert "\b" not in printed
    assert r"\b" not in printed
    _, found, after = printed.partition("Examples:\n")
    assert found
    lines = after.split("\n\n")[0].splitlines()
    assert lines
    assert all(re.match(rf" +coprod {command}", line) for line in lines), lines


@pytest.mark.parametrize("command", COMMANDS)
def test_the_list_of_commands_says_what_the_command_says_of_itself(call, command):
    about = " ".join(call(command, "--help")[1].split("\n\n")[1].split())
    # What stands in brackets, or after a colon or comma, may be added there.
    plain = re.sub(r" \([^)]*\)", "", about).replace(",", "").replace(":", "").removesuffix(".")
    assert plain.startswith(COMMANDS[command].replace(",", "").replace(":", "").removesuffix("."))


def test_help_states_every_exit_code(call):
    printed = " ".join(call("--help")[1].split())
    for said in (
        "0 done",
        "1 the study has errors",
        "2 wrong command line",
        "3 no plan or solver failure",
        "4 a plan failed the independent check",
        "5 a file or run folder cannot be used",
        "130 interrupted",
    ):
        assert said in printed


def test_help_of_run_says_where_runs_go_how_they_are_named_and_what_is_overwritten(call):
    printed = " ".join(call("run", "--help")[1].split())
    assert "Default: runs/STUDY-N, N the next free number" in printed
    assert "Replace the run that stands at --out. Anything that is no run is never touched" in printed
    assert "an interrupted run leaves nothing under that name" in printed


@pytest.mark.parametrize("command", ["plan", "compare", "run"])
def test_what_plans_takes_the_same_options(call, command):
    printed = call(command, "--help")[1]
    for option in ("--option", "--set", "--threads", "--time-limit", "--gap", "--quiet", "--json"):
        assert option in printed


def test_the_help_of_no_command_loads_a_solver_or_pandas(tmp_path):
    code = (
        "import sys\n"
        "from coprod.cli.main import main\n"
        f"for command in {list(COMMANDS)!r}:\n"
        "    assert main([command, '--help']) == 0\n"
        "heavy = {'numpy', 'pandas', 'highspy', 'scipy', 'pyarrow', 'vl_convert', 'jinja2', 'rich', 'yaml'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
