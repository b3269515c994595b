"""However the goals are reached, by proofs or alone, from nothing or another plan's basis: the same plan."""

import numpy as np
import pytest
from tests.reference.planned import planned, values
from tests.reference.studies import generate

from coprod.network import compile_network
from coprod.plan import Planner, PlanSettings, resume, stages, vertex
from coprod.plan.deadline import Deadline
from coprod.plan.objective import Goal
from coprod.plan.one_goal import attempt
from coprod.plan.stages import exact_stages, reached_vertex
from coprod.progress import Progress
from coprod.solve.basis import BASIC, LOWER, UPPER

CLOSE = {"rel": 1e-6, "abs": 1e-6}
FOREVER = Deadline(None, Progress())
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


def longer_by(tables, months):
    """A study of which the first process takes longer, or all are quicker."""
    frame = tables["processes"].copy()
    own = frame.index[:1] if months > 0 else frame.index
    frame.loc[own, "lead_time_months"] = (frame.loc[own, "lead_time_months"].fillna(0.0) + months).clip(0)
    return tables.replace("processes", frame)


@pytest.mark.parametrize("proven", [True, False])
@pytest.mark.parametrize("seed", range(0, 24, 2))
def test_an_option_planned_from_where_the_last_one_ended_equals_the_option_planned_alone(
    request, seed, proven
):
    tables = generate(seed)
    if not proven:
        request.getfixturevalue("no_proof")
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
        # Of one process and of all: columns come and go with what can still be made in time.
        changed = longer_by(tables, months)
        same_as_alone(planner, changed)
        same_as_alone(planner, with_demands(changed, 1.2))


def test_an_option_begins_at_the_nearest_of_the_first_plan_and_the_last():
    tables = generate(4)
    planner = Planner(compile_network(tables), EXACT)

    def begins(changed):
        planner.update(compile_network(changed))
        return planner._face.start.row_dual

    planner.solve()
    first = begins(with_demands(tables, 2.0))  # there is no other
    planner.solve()
    assert begins(with_demands(tables, 1.1)) is first
    assert begins(with_demands(tables, 1.9)) is first  # the plan of 1.1 was never solved
    planner.solve()
    assert begins(with_demands(tables, 1.95)) is not first
    longer = tables["processes"].copy()
    longer["lead_time_months"] = longer["lead_time_months"].fillna(0.0) + 1.0
    assert begins(tables.replace("processes", longer)) is first  # what is asked for is the first plan's
    planner.solve()
    assert begins(tables) is first  # of the same matrix


CHANGES = {
    "more wanted": lambda tables: with_demands(tables, 1.2),
    "one slower": lambda tables: longer_by(tables, 1.0),
    "all quicker": lambda tables: longer_by(tables, -1.0),
}


@pytest.fixture(params=[1e3, 1.01])
def dominance(request, monkeypatch):
    """Weights that mostly put goals in order by themselves, and weights that never do."""
    monkeypatch.setattr(vertex, "DOMINANCE", request.param)


@pytest.mark.usefixtures("dominance")
@pytest.mark.parametrize("change", CHANGES)
def test_where_a_plan_ended_is_dual_feasible_for_the_next(change):
    """The prices that come with it have the signs its basis asks for: only feasibility is missing."""
    begun = 0
    for seed in range(30):
        tables = generate(seed)
        planner = Planner(compile_network(tables), EXACT)
        planner.solve()
        planner.update(compile_network(CHANGES[change](tables)))
        face, engine = planner._face, planner._engine
        if face.start is None:  # there are other rows
            continue
        begun += 1
        engine.relax_integers(True)
        engine.start_from_basis(face.start.basis)
        statuses = engine.statuses(engine.basis())
        objective = resume._dual_feasible(face, face.start, statuses)
        row_dual = np.where(statuses.rows == BASIC, 0.0, face.start.row_dual)
        dual = objective - face.problem.matrix.T @ row_dual
        close = 1e-9 * np.abs(objective).max()
        assert np.abs(dual[statuses.columns == BASIC]).max(initial=0.0) <= close
        free = face.lower < face.upper
        assert dual[free & (statuses.columns == LOWER)].min(initial=0.0) >= -close
        assert dual[free & (statuses.columns == UPPER)].max(initial=0.0) <= close
        free = face.row_lower < face.row_upper
        assert row_dual[free & (statuses.rows == LOWER)].min(initial=0.0) >= -close
        assert row_dual[free & (statuses.rows == UPPER)].max(initial=0.0) <= close
    assert begun >= 15


@pytest.mark.usefixtures("dominance")
@pytest.mark.parametrize("seed", range(40))
def test_a_plan_is_the_best_for_the_one_objective_made_of_its_goals(seed):
    """Of goals in order one objective is made: nothing is better for it than what is best for them."""
    planner = Planner(compile_network(generate(seed)), EXACT)
    face = planner._face
    planner._engine.relax_integers(True)
    face.restore()
    pursuit = exact_stages(face, planner._goals, FOREVER, allowance=0.0, first_goal_row=None)
    if pursuit is None:  # not every limit can hold
        assert planner.solve().stages["stage"].iloc[0] == "breach"
        return
    face.restore()
    reached = reached_vertex(face, pursuit, FOREVER)
    assert reached.best
    cold = attempt(face.solver, Goal("cold", "", reached.aim), "dual", FOREVER)
    value = float(reached.aim @ pursuit.x)
    assert float(reached.aim @ cold.primal) == pytest.approx(value, rel=1e-9, abs=1e-7)


def test_weights_that_put_nothing_in_order_are_tilted(monkeypatch):
    monkeypatch.setattr(vertex, "DOMINANCE", 1.01)
    tilted = 0
    for seed in range(10):
        tables = generate(seed)
        planner = Planner(compile_network(tables), EXACT)
        planner.solve()
        planner.update(compile_network(tables))
        start = planner._face.start
        assert start is None or start.best  # nothing has changed: the tilt is the same as well
        tilted += start is not None and np.abs(start.tilt).max() > 1e-6 * np.abs(start.aim).max()
    assert tilted >= 3


@pytest.mark.parametrize("change", CHANGES)
def test_a_model_whose_change_was_cancelled_is_as_it_was(change, monkeypatch):
    monkeypatch.setattr("coprod.plan.stages.vertex_of", _interrupted)
    for seed in (1, 3, 9):
        tables = generate(seed)
        planner = Planner(compile_network(tables), EXACT)
        before = values(planner.solve())
        with pytest.raises(KeyboardInterrupt):
            planner.update(compile_network(CHANGES[change](tables)))
        assert values(planner.solve()) == pytest.approx(before, **CLOSE)


def _interrupted(*_):
    raise KeyboardInterrupt
