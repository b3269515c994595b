"""Work in processes of its own: the same outcomes in the same order, nothing left behind."""

import math
import operator
import os
import subprocess
import sys
import time
from multiprocessing import active_children
from pathlib import Path

import pandas as pd
import pytest

from coprod.errors import SolverError
from coprod.progress import Progress
from coprod.run import answers, plan_options, plan_settings
from coprod.run.side_by_side import LostError, side_by_side
from coprod.study import read


def test_what_work_returns_or_raises_comes_back_in_order_and_a_lost_process_is_told():
    pieces = {
        "root": (math.sqrt, (9.0,)),
        "wrong": (operator.floordiv, (1, 0)),
        "killed": (os._exit, (3,)),
    }
    found = side_by_side(pieces, 2, Progress())
    assert list(found) == ["root", "wrong", "killed"]
    assert found["root"] == 3.0
    assert isinstance(found["wrong"], ZeroDivisionError)
    assert isinstance(found["killed"], LostError)
    assert str(found["killed"]) == "its process ended with 3"


def test_a_caller_who_stops_leaves_no_process_behind():
    class Impatient(Progress):
        def cancelled(self):
            return True

    with pytest.raises(KeyboardInterrupt):
        side_by_side({"long": (time.sleep, (600,))}, 1, Impatient())
    for process in active_children():
        process.join(10)
    assert not active_children()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc whether a process runs")
def test_a_process_ends_when_the_one_that_started_it_is_killed(tmp_path):
    script = tmp_path / "caller.py"
    script.write_text(
        "import time\n"
        "from coprod.progress import Progress\n"
        "from coprod.run.side_by_side import side_by_side\n"
        "def tell(path):\n"
        "    import os\n"
        "    open(path, 'w').write(str(os.getpid()))\n"
        "    time.sleep(600)\n"
        "if __name__ == '__main__':\n"
        f"    side_by_side({{'long': (tell, ({str(tmp_path / 'number')!r},))}}, 1, Progress())\n"
    )
    caller = subprocess.Popen([sys.executable, str(script)])
    number = tmp_path / "number"
    wait_until(lambda: number.exists() and number.read_text())
    caller.kill()
    caller.wait()
    wait_until(lambda: not alive(int(number.read_text())))


def wait_until(true, seconds=30.0):
    """Wait for something to come about."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def alive(number):
    """Whether a process runs; one that ended and that nobody has asked about does not."""
    status = Path(f"/proc/{number}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.fixture
def asked(repository_root):
    tables, _ = read(repository_root / "examples" / "hello")
    runs = plan_options(tables)
    return tables, runs[-1], runs[0], plan_settings(tables), Progress()


def test_the_answers_are_the_same_however_many_work_them_out(asked, monkeypatch):
    monkeypatch.setattr(answers, "WORTH_A_PROCESS", 0)
    alone, together = answers.answers(*asked), answers.answers(*asked, workers=2)
    assert alone[1] == together[1]
    assert list(alone[0]) == list(together[0])
    for name, frame in alone[0].items():
        pd.testing.assert_frame_equal(together[0][name], frame)


def test_a_question_without_an_answer_costs_no_other(asked, monkeypatch):
    def refused(*_):
        message = "gave up"
        raise SolverError(message)

    monkeypatch.setitem(answers.QUESTIONS, "why it is late", refused)
    found, notes = answers.answers(*asked)
    assert notes == ["why it is late: could not be worked out: gave up"]
    assert "causes" not in found
    assert "frontier" in found
