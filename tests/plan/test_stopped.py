"""A time limit that comes at any moment: a plan found by then is kept, sound, and says what it is worth."""

import json
from dataclasses import replace

import numpy as np
import openpyxl
import pytest
from tests.reference.roomy_studies import few_and_more, roomy
from tests.reference.stopped import Limit
from tests.reference.studies import generate

import coprod
from coprod.errors import NoPlanError
from coprod.network import compile_network
from coprod.plan import PlanSettings, plan, planner
from coprod.plan.stages import Pursuit, StageOutcome
from coprod.run import answers
from coprod.study.tables import Tables
from coprod.verify import verify

EXACT = PlanSettings(gap=0.0, calm_allowance=0.0, earliest_backfill=False)
WITH_ALL = replace(EXACT, calm_allowance=0.001, earliest_backfill=True)


@pytest.fixture
def limit(monkeypatch):
    return Limit(monkeypatch)


def stopped(limit, network, settings):
    """Plan under a limit that comes one solve later each time; yield how many, and what came out."""
    limit.after(None)
    plan(network, settings)
    for solves in range(limit.solves + 1):
        limit.after(solves)
        try:
            yield solves, plan(network, settings)
        except NoPlanError:
            yield solves, None


def at_every_moment(limit, tables, settings):
    """Yield the plans found under limits; once there is one, more time never leaves none."""
    network, found = compile_network(tables), False
    limit.after(None)
    goals = list(plan(network, settings).stages["stage"])
    for solves, result in stopped(limit, network, settings):
        assert not found or result is not None, f"a plan is there before {solves} solves, and gone after"
        found = result is not None
        if result is None:
            continue
        checked = verify(tables, result.tables)
        assert checked.passed, (solves, checked.failures)
        assert list(result.stages["stage"]) == goals
        yield result
    assert found
    assert result.status == "optimal"


@pytest.mark.parametrize("seed", few_and_more(2, 6))
def test_whole_builds_found_in_time_are_the_plan_and_every_goal_has_its_value(limit, seed):
    results = list(at_every_moment(limit, roomy(seed), EXACT))
    best = dict(zip(results[-1].stages["stage"], results[-1].stages["best"], strict=True))
    first = next(iter(best))
    for result in results:
        assert result.stage(first) >= best[first] - 1e-6
        if result.status == "optimal":
            assert result.stage("cost") == pytest.approx(best["cost"], rel=1e-6)
            continue
        assert result.status == "time limit"
        proven = result.stages["status"] == "optimal"
        assert np.isnan(result.gap) == result.stages["gap"].isna().any()
        assert (result.stages.loc[proven, "gap"] == 0).all()
        assert (result.stages.loc[result.stages["gap"].isna(), "status"] == "time limit").all()


@pytest.mark.parametrize("seed", few_and_more(2, 5))
def test_what_comes_after_the_last_goal_takes_no_plan_away_when_time_runs_out_in_it(limit, seed):
    results = list(at_every_moment(limit, generate(seed), WITH_ALL))
    for result in results:
        if result.status == "time limit":
            assert not any(note.startswith("calm: steady") for note in result.notes)


def test_a_date_that_there_was_no_time_to_look_for_is_not_told_without_a_word(limit):
    results = list(at_every_moment(limit, roomy(0), replace(EXACT, earliest_backfill=True)))
    told = [any("earliest backfill" in note for note in result.notes) for result in results]
    assert True in told
    assert not told[-1]
    for result, untold in zip(results, told, strict=True):
        if untold:
            own = result.backfills
            assert list(own["earliest_backfill"].astype(str)) == list(own["backfill_date"].astype(str))


def by_hand():
    """
    A line of ten: 40 due at the end of January are 30, 20, 10 and 0 behind from then on, 60 unit-months, and
    a stock of 20 wanted after them is 20 short until the end of April, 10 at the end of May: 90.
    """
    return Tables.from_rows(
        {"title": "by hand", "study_date": "2027-01-01", "start": "2027-01-01", "horizon": "2027-12-31"},
        items=[{"item": "m", "kind": "end item"}],
        sites=[{"site": "P", "partner": "US"}],
        processes=[{"process": "final", "site": "P", "item": "m", "resource": "line", "unit_cost": 2.0}],
        resources=[{"resource": "line", "site": "P", "rate_per_month": 10.0}],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 40.0, "due": "2027-01-31"}],
        stock_objectives=[{"objective": "o", "item": "m", "site": "P", "level": 20.0}],
    )


def test_a_plan_cut_between_its_goals_has_every_goals_value_and_no_proof_of_those_not_reached(limit):
    reached = []
    for result in at_every_moment(limit, by_hand(), EXACT):
        rows = result.stages.set_index("stage")
        left = rows["best"].isna()
        reached.append(int((~left).sum()))
        assert list(rows["status"]) == ["time limit" if out else "optimal" for out in left]
        assert list(rows["gap"].isna()) == list(left)
        assert np.isnan(result.gap) == left.any()
        # The plan of the sum of needs is best for all of them, proven or not; cost is what it happens to be.
        assert result.stage("demands 1") == pytest.approx(60)
        assert result.stage("objectives 1") == pytest.approx(90)
        assert result.stage("cost") >= 120 - 1e-6
        assert answers._is_late(result)
    assert reached == [0, 1, 2, 3]


def test_what_is_not_proven_is_blank_in_the_run_s_manifest_report_and_workbook(limit, tmp_path):
    limit.after(1)
    folder = tmp_path / "run"
    coprod.Study(by_hand()).run(folder, explained=False, earliest_backfill=False)
    (about,) = json.loads((folder / "manifest.json").read_text(), parse_constant=pytest.fail)["options"]
    assert about["passed"]
    assert (about["status"], about["gap"]) == ("time limit", None)
    assert "time limit, gap –" in (folder / "report.html").read_text()
    sheet = openpyxl.load_workbook(folder / "report.xlsx", read_only=True)["stages"]
    rows = {row[0]: row[1:] for row in sheet.iter_rows(values_only=True)}
    assert rows["demands 1"] == (60, None, "unit-months", "time limit", None)


def test_a_gap_that_is_not_known_is_not_lost_behind_one_that_is():
    def outcome(gap):
        return StageOutcome(None, 0.0, "time limit", gap)

    for gaps in ([0.87, np.nan], [np.nan, 0.87]):
        outcomes = [outcome(gap) for gap in gaps]
        status, gap = planner._status(Pursuit(np.zeros(1), outcomes, 0, complete=False), outcomes)
        assert status == "time limit"
        assert np.isnan(gap)
