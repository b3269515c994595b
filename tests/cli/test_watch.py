"""Progress after two seconds, and Ctrl-C that leaves nothing half-written."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import time

import pytest

from coprod.cli import watch
from coprod.cli.main import main
from coprod.cli.watch import TerminalProgress


class Terminal(io.StringIO):
    """A standard error that says it is a terminal."""

    def isatty(self):
        return True


def terminal(monkeypatch):
    """
    Make standard error a terminal, with a clock that is set by hand and does not tick by itself.

    No fixture, for pytest puts its own standard error in place between a fixture and its test.
    """
    screen, now = Terminal(), [100.0]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(watch.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(watch, "TICK", 3600.0)
    return screen, now


def test_nothing_is_said_in_the_first_two_seconds(monkeypatch):
    screen, now = terminal(monkeypatch)
    with TerminalProgress(quiet=False) as progress:
        now[0] += 1.9
        progress.phase("solve")
    assert screen.getvalue() == ""


def test_then_phase_and_elapsed_time_and_the_time_left_where_options_are_counted(monkeypatch):
    screen, now = terminal(monkeypatch)
    with TerminalProgress(quiet=False) as progress:
        progress.step(0, 4)
        now[0] += 30.0
        progress.phase("option a: check")
        assert screen.getvalue().endswith("   30 s  option a: check")
        progress.step(1, 4)
        now[0] += 10.0
        progress.phase("option b: compile")
        # One of four took 30 s, so 120 s in all, of which 40 are over.
        assert screen.getvalue().endswith("   40 s  option b: compile, about 80 s left")
        progress.step(4, 4)
        progress.phase("write")
        assert screen.getvalue().endswith("   40 s  write")
    assert screen.getvalue().endswith("\r\033[K")


def test_the_clock_runs_on_within_a_phase(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(watch, "PATIENCE", 0.0)
    monkeypatch.setattr(watch, "TICK", 0.01)
    with TerminalProgress(quiet=False):
        for _ in range(500):
            if screen.getvalue().count("reading the study") >= 3:
                break
            time.sleep(0.01)
    assert screen.getvalue().count("reading the study") >= 3


@pytest.mark.parametrize("quiet", [True, False])
def test_quiet_says_nothing_and_neither_is_a_file_filled_with_progress(quiet, monkeypatch):
    screen = Terminal() if quiet else io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(watch, "PATIENCE", 0.0)
    with TerminalProgress(quiet=quiet) as progress:
        progress.phase("solve")
        progress.message("hello")
    assert screen.getvalue() == ""


def test_a_message_stands_on_a_line_of_its_own(monkeypatch):
    screen, now = terminal(monkeypatch)
    with TerminalProgress(quiet=False) as progress:
        progress.message("first")
        now[0] += 3.0
        progress.phase("solve")
        progress.message("second")
    assert screen.getvalue() == "first\n\r\033[K    3 s  solve\r\033[Ksecond\n\r\033[K"


def test_the_first_ctrl_c_stops_where_it_is_clean():
    with TerminalProgress(quiet=True) as progress:
        progress.phase("solve")
        signal.raise_signal(signal.SIGINT)
        assert progress.cancelled()  # a solver asks this, and comes to its end
        with pytest.raises(KeyboardInterrupt):
            progress.phase("check")
        progress._cancelled = False


def test_the_second_ctrl_c_stops_at_once():
    with TerminalProgress(quiet=True) as progress:
        progress.phase("solve")
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        progress._cancelled = False


def test_ctrl_c_while_the_study_is_read_stops_at_once():
    with TerminalProgress(quiet=True), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_ctrl_c_that_came_too_late_to_stop_anything_still_counts():
    progress = TerminalProgress(quiet=True)
    progress.__enter__()
    progress.phase("report")
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        progress.__exit__(None)


def test_afterwards_ctrl_c_is_handled_as_before():
    before = signal.getsignal(signal.SIGINT)
    with TerminalProgress(quiet=True):
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


@pytest.mark.parametrize(
    "phase",
    [
        pytest.param("option faster: compile", marks=pytest.mark.slow),
        "plan: calm",
        pytest.param("verdict", marks=pytest.mark.slow),
        "write",
        pytest.param("report", marks=pytest.mark.slow),
    ],
)
def test_an_interrupted_run_exits_130_and_leaves_nothing_half_written(hello, tmp_path, phase):
    # A child process that gets the signal at the beginning of the phase, as if Ctrl-C were pressed then.
    code = f"""
import os, signal, sys
from coprod.cli.watch import TerminalProgress
told = TerminalProgress.phase
def phase(self, name):
    told(self, name)
    if name == {phase!r}:
        os.kill(os.getpid(), signal.SIGINT)
TerminalProgress.phase = phase
from coprod.cli.main import main
sys.exit(main(["run", {hello!r}, "--out", "r", "--quiet"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 130, done.stderr
    assert done.stderr.strip() == "Interrupted: nothing was left half-written."
    left = [entry.name for entry in tmp_path.iterdir()]
    assert left in ([], ["r"])
    if phase in ("write", "report"):  # too late to stop: what stands there is whole
        from coprod import open_run

        assert left == ["r"]
        assert open_run(tmp_path / "r").options
    else:
        assert left == []


def test_an_interrupted_run_leaves_the_run_that_stood_there(hello, hello_run, tmp_path, monkeypatch):
    import shutil

    shutil.copytree(hello_run, tmp_path / "r")
    before = (tmp_path / "r" / "manifest.json").read_bytes()

    def stop(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("coprod.run.order.write_folder", stop)
    assert main(["run", hello, "--out", str(tmp_path / "r"), "--force", "--quiet"]) == 130
    assert [entry.name for entry in tmp_path.iterdir()] == ["r"]
    assert (tmp_path / "r" / "manifest.json").read_bytes() == before
