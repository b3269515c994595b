"""Every exit code the help documents, by a command that ends with it; and never a bare system error."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys

import pytest

import coprod.run.order
from coprod.cli.failure import CAUSES
from coprod.errors import SolverError
from coprod.verify import VerifyResult


def test_0_where_all_went_well(call, hello):
    assert call("check", hello)[0] == 0


@pytest.mark.parametrize("command", ["check", "plan", "run", "compare", "leadtime"])
def test_1_where_the_study_has_errors_and_the_cell_is_named(call, hello, tmp_path, command):
    shutil.copytree(hello, tmp_path / "s")
    inputs = tmp_path / "s" / "inputs.csv"
    inputs.write_text(inputs.read_text().replace("motor", "moter"))
    more = ["--out", tmp_path / "r"] if command == "run" else []
    code, printed, said = call(command, tmp_path / "s", *more)
    assert code == 1
    assert "inputs.csv, row 2, item: found 'moter'" in printed + said
    assert "Did you mean 'motor'?" in printed + said
    assert not (tmp_path / "r").exists()


def test_1_where_an_option_or_an_assignment_names_nothing(call, hello):
    code, _, said = call("plan", hello, "--option", "fastr")
    assert code == 1
    assert "Did you mean 'faster'?" in said
    code, _, said = call("plan", hello, "--set", "resources.lane.rate_per_month=12")
    assert code == 1
    assert "CP204" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plna"], "Did you mean 'plan'?"),
        (["plan"], "Missing argument 'STUDY'"),
        (["plan", "no-such-study"], "does not exist"),
        (["schema", "lane"], "no table 'lane'"),
        (["plan", "{hello}", "--threads", "0"], "--threads"),
        (["plan", "{hello}", "--gap", "2"], "--gap"),
        (["plan", "{hello}", "--time-limit", "soon"], "--time-limit"),
        (["plan", "{hello}", "--kind", "wild"], "--kind"),
    ],
)
def test_2_where_the_command_line_is_wrong(call, hello, arguments, words):
    code, _, said = call(*(argument.format(hello=hello) for argument in arguments))
    assert code == 2
    assert words in said


def test_3_where_there_is_no_plan(call, hello, tmp_path):
    # Two builds with fixed starts that exclude each other: no plan can have both.
    shutil.copytree(hello, tmp_path / "s")
    (tmp_path / "s" / "options.csv").unlink()
    settings = tmp_path / "s" / "study.yaml"
    settings.write_text(settings.read_text().replace("option_under_discussion: faster\n", ""))
    (tmp_path / "s" / "investments.csv").write_text(
        "investment,capex,lead_time_months,resource,adds_rate_per_month,start,excludes\n"
        "a,50000,2,line,10,2027-02-01,b\n"
        "b,50000,2,line,10,2027-03-01,\n"
    )
    code, printed, said = call("plan", tmp_path / "s")
    assert code == 3
    assert printed == ""
    assert said == (
        "the limits contradict each other even when stock limits and budgets may be broken; "
        "coprod cures tells which\n"
    )
    code, printed, _ = call("cures", tmp_path / "s")
    assert code == 0
    assert "  a: started in 2027-02\n  b: started in 2027-03\n" in printed
    assert printed.endswith("Cure 1:\n  leave out a\n\nCure 2:\n  leave out b\n")


def test_3_where_the_solver_fails(call, hello, monkeypatch):
    def fail(*arguments, **settings):
        raise SolverError("the solver gave up")

    monkeypatch.setattr(coprod.run.order, "Planner", fail)
    assert call("plan", hello) == (3, "", "the solver gave up\n")


@pytest.mark.parametrize("command", ["plan", "compare", pytest.param("run", marks=pytest.mark.slow)])
def test_4_where_a_plan_fails_the_independent_check(call, hello, tmp_path, monkeypatch, command):
    def failing(tables, plan):
        found = coprod.verify.verify(tables, plan).checks
        found.loc[found.index[0], "passed"] = False
        return VerifyResult(checks=found, failures=("balance: pump/plant: off by 3 units",))

    monkeypatch.setattr(coprod.run.order, "verify", failing)
    more = ["--out", tmp_path / "r", "--quiet"] if command == "run" else []
    code, _, said = call(command, hello, *more)
    assert code == 4
    if command != "compare":
        assert "check failed: balance: pump/plant: off by 3 units" in said


def test_5_where_a_run_cannot_be_used(call, hello_run, tmp_path):
    shutil.copytree(hello_run, tmp_path / "r")
    (tmp_path / "r" / "results" / "comparison.parquet").unlink()
    for command in (["show"], ["report"], ["diff", hello_run]):
        code, _, said = call(*command, tmp_path / "r")
        assert code == 5
        assert "1 files are missing or changed (results/comparison.parquet)" in said
    code, _, said = call("show", tmp_path)
    assert code == 5
    assert "no run there" in said


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "/there: no right to read or write there; choose another place, or ask for the right"),
        (errno.ENOSPC, "/there: the disk is full; make room, or choose another place"),
        (errno.EROFS, "/there: that disk can only be read; choose another place to write to"),
        (errno.EIO, "/there: Input/output error; the file or folder cannot be used"),
    ],
)
def test_5_where_the_system_refuses_in_words_and_without_its_number(
    call, hello, tmp_path, monkeypatch, number, words
):
    def refuse(*arguments, **settings):
        raise OSError(number, os.strerror(number), "/there")

    monkeypatch.setattr(coprod.run.order, "RunWriter", refuse)
    assert call("run", hello, "--out", tmp_path / "r") == (5, "", words + "\n")


def test_every_cause_the_system_can_name_has_a_cure():
    for cause, cure in CAUSES.values():
        assert cause
        assert cure
        assert "Errno" not in cause + cure


def test_5_where_the_folder_for_the_run_would_lie_below_a_file(call, hello, tmp_path):
    (tmp_path / "letter.txt").write_text("keep me")
    code, _, said = call("run", hello, "--out", tmp_path / "letter.txt" / "r", "--quiet")
    assert code == 5
    assert "letter.txt" in said
    assert "Errno" not in said
    assert (tmp_path / "letter.txt").read_text() == "keep me"


def test_a_reader_that_stops_early_is_no_error(hello_run):
    # As `coprod show RUN stock --csv | head -1` does: the pipe is closed before anything is written to it.
    command = [sys.executable, "-m", "coprod", "show", str(hello_run), "stock", "--csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 0
    assert said == ""


def test_an_error_of_our_own_is_not_hidden(hello, monkeypatch):
    def wrong(*arguments, **settings):
        raise ZeroDivisionError("ours")

    from coprod.cli.main import main

    monkeypatch.setattr(coprod.run.order, "Planner", wrong)
    with pytest.raises(ZeroDivisionError, match="ours"):
        main(["plan", hello])
