"""The generator of programmes and the benchmark of builds: what their numbers rest on."""

import pandas as pd
import pytest
from benchmarks.builds import Outcome, assert_first_goal, cell, instance, relaxation
from benchmarks.models.programme import programme
from benchmarks.plan import without_the_first_year

from coprod.network import compile_network
from coprod.plan import Planner, PlanSettings
from coprod.plan.deadline import Deadline
from coprod.plan.one_goal import attempt
from coprod.plan.summed import SummedNeeds
from coprod.progress import Progress

NAN = float("nan")


def test_the_defaults_are_the_ones_said():
    assert programme(10, 1) == programme(10, 1, surge=1.0, widening=0.3)


def test_surge_and_widening_change_orders_and_investments_alone():
    plain = programme(20, 1, builds=5, money=0.4)
    hard = programme(20, 1, builds=5, money=0.4, surge=1.5, widening=0.6)
    for table, frame in plain.frames.items():
        changed = {"demands": "quantity", "investments": "adds_rate_per_month"}.get(table)
        rest = frame.drop(columns=[changed] if changed else [])
        assert rest.equals(hard[table].drop(columns=[changed] if changed else []))
    assert hard["demands"]["quantity"].tolist() == [1.5 * q for q in plain["demands"]["quantity"]]
    twice = [2 * rate for rate in plain["investments"]["adds_rate_per_month"]]
    assert hard["investments"]["adds_rate_per_month"].tolist() == pytest.approx(twice, abs=0.002)


def test_the_money_splits_builds_and_is_all_gone():
    with_money, without_end = (relaxation(instance(10, 6, 1, money=money)) for money in (0.4, None))
    assert with_money.split >= 3
    assert len(with_money.spent_out) == 6
    assert not without_end.spent_out
    assert without_end.values["demands 1"] < with_money.values["demands 1"]


def outcome(value, gap, status="within gap"):
    stages = pd.DataFrame({"stage": ["demands 1"], "value": [value], "gap": [gap], "status": [status]})
    return Outcome(stages, status, 1, 1.0, 1.0, 100.0)


def test_a_first_goal_better_than_what_is_proven_is_refused():
    assert_first_goal(90.0, [outcome(100.0, 0.05), outcome(95.0, NAN)])
    with pytest.raises(AssertionError):
        assert_first_goal(90.0, [outcome(89.0, NAN)])
    with pytest.raises(AssertionError):
        assert_first_goal(90.0, [outcome(100.0, 0.01), outcome(95.0, 0.1)])


def test_a_goal_says_what_is_proven_of_it():
    told = [cell(outcome(95.0, gap).stages.iloc[0]) for gap in (0.0123, NAN)]
    assert told == ["95 (1.23%)", "95 (nothing proven)"]


def test_a_plan_that_meets_nearly_every_need_comes_to_an_end():
    # Interior point went round for ever where the best of the needs is next to nothing.
    tables = without_the_first_year(programme(50, 0, builds=0))
    planner = Planner(compile_network(tables), PlanSettings(calm_allowance=0.0, earliest_backfill=False))
    together = SummedNeeds.of(planner._goals).goal
    solution = attempt(planner._engine, together, "ipm", Deadline(None, Progress()))
    assert solution.status == "optimal"
    by_simplex = attempt(planner._engine, together, "dual", Deadline(None, Progress()))
    assert together.value(solution.primal) == pytest.approx(together.value(by_simplex.primal), abs=1e-6)
    assert planner.solve().status == "optimal"
