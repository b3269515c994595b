"""Large models go another way to the same plan: goals in turn, further options from where they ended."""

import pytest
from tests.reference.planned import planned, values
from tests.reference.studies import generate

from coprod.network import compile_network
from coprod.plan import Planner, PlanSettings, stages

CLOSE = {"rel": 1e-6, "abs": 1e-6}
EXACT = PlanSettings(gap=0.0, calm_allowance=0.0, earliest_backfill=False)


@pytest.fixture
def always_large(monkeypatch):
    """Every model counts as large, however small it is."""
    monkeypatch.setattr(stages, "LARGE_NONZEROS", 0)


@pytest.mark.parametrize("seed", range(12))
def test_goals_one_after_the_other_reach_what_the_weighted_way_reaches(monkeypatch, seed):
    tables = generate(seed)
    small = values(planned(tables, calm_allowance=0.0))
    monkeypatch.setattr(stages, "LARGE_NONZEROS", 0)
    assert values(planned(tables, calm_allowance=0.0)) == pytest.approx(small, **CLOSE)


@pytest.mark.parametrize("seed", range(0, 24, 2))
def test_an_option_planned_from_where_the_last_one_ended_equals_the_option_planned_alone(always_large, seed):
    tables = generate(seed)
    planner = Planner(compile_network(tables), EXACT)
    planner.solve()
    for factor in (1.1, 0.8):
        frame = tables["demands"].copy()
        frame["quantity"] *= factor
        changed = compile_network(tables.replace("demands", frame))
        planner.update(changed)
        assert values(planner.solve()) == pytest.approx(values(Planner(changed, EXACT).solve()), **CLOSE)
