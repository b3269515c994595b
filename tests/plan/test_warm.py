"""However the goals are reached, by proofs or alone, from nothing or another plan's basis: the same plan."""

import pytest
from tests.reference.planned import planned, values
from tests.reference.studies import generate

from coprod.network import compile_network
from coprod.plan import Planner, PlanSettings, stages

CLOSE = {"rel": 1e-6, "abs": 1e-6}
EXACT = PlanSettings(gap=0.0, calm_allowance=0.0, earliest_backfill=False)


@pytest.fixture
def no_proof(monkeypatch):
    """Every weight turns out too small: each goal has to be solved by itself."""
    monkeypatch.setattr(stages, "_proof", lambda *_, **__: None)


@pytest.mark.parametrize("seed", range(12))
def test_goals_one_after_the_other_reach_what_the_weighted_way_reaches(request, seed):
    tables = generate(seed)
    weighted = values(planned(tables, calm_allowance=0.0))
    request.getfixturevalue("no_proof")
    assert values(planned(tables, calm_allowance=0.0)) == pytest.approx(weighted, **CLOSE)


def same_as_alone(planner, tables):
    """Plan a changed study on a live model and alone."""
    changed = compile_network(tables)
    planner.update(changed)
    assert values(planner.solve()) == pytest.approx(values(Planner(changed, EXACT).solve()), **CLOSE)


def with_demands(tables, factor):
    frame = tables["demands"].copy()
    frame["quantity"] *= factor
    return tables.replace("demands", frame)


@pytest.mark.parametrize("seed", range(0, 24, 2))
def test_an_option_planned_from_where_the_last_one_ended_equals_the_option_planned_alone(no_proof, seed):
    tables = generate(seed)
    planner = Planner(compile_network(tables), EXACT)
    planner.solve()
    for factor in (1.1, 0.8):
        same_as_alone(planner, with_demands(tables, factor))


@pytest.mark.parametrize("seed", range(0, 24, 2))
def test_a_changed_lead_time_is_planned_from_where_the_last_plan_ended(seed):
    tables = generate(seed)
    planner = Planner(compile_network(tables), EXACT)
    planner.solve()
    for months in (1.0, -1.0):
        frame = tables["processes"].copy()
        # Of one process and of all: columns come and go with what can still be made in time.
        own = frame.index[:1] if months > 0 else frame.index
        frame.loc[own, "lead_time_months"] = (frame.loc[own, "lead_time_months"].fillna(0.0) + months).clip(0)
        same_as_alone(planner, tables.replace("processes", frame))
        same_as_alone(planner, with_demands(tables.replace("processes", frame), 1.2))


def test_an_option_begins_at_the_nearest_of_the_first_plan_and_the_last():
    tables = generate(4)
    planner = Planner(compile_network(tables), EXACT)
    planner.solve()
    first = dict(planner._face.ended)
    assert first
    planner.update(compile_network(with_demands(tables, 2.0)))
    assert planner._face.ended == first  # there is no other
    planner.solve()
    last = dict(planner._face.ended)
    assert last != first
    planner.update(compile_network(with_demands(tables, 1.1)))
    assert planner._face.ended == first
    planner.update(compile_network(with_demands(tables, 1.9)))
    assert planner._face.ended == first  # the plan of 1.1 was never solved: it is where the first one ended
    planner.solve()
    last = dict(planner._face.ended)
    planner.update(compile_network(with_demands(tables, 1.95)))
    assert planner._face.ended == last
    longer = tables["processes"].copy()
    longer["lead_time_months"] = longer["lead_time_months"].fillna(0.0) + 1.0
    assert not planner.update(compile_network(tables.replace("processes", longer)))
    planner.solve()
    assert not planner.update(compile_network(tables))
    assert planner._face.ended == first  # of the same matrix, so not carried
