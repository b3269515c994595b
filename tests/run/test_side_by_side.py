"""Work in processes of its own: the same outcomes in the same order, nothing left behind."""

import math
import operator
import os
import time
from multiprocessing import active_children

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
