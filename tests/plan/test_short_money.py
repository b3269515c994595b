"""The search for builds where money is short: on any study, however small, it finds what the twin finds."""

from itertools import pairwise

import numpy as np
import pytest
from benchmarks.builds import instance
from benchmarks.models.programme import programme
from tests.plan.test_stopped import EXACT, at_every_moment
from tests.plan.test_twin import assert_same
from tests.reference.roomy_studies import few_and_more
from tests.reference.stopped import Limit
from tests.reference.studies import FEATURES, generate

from coprod.errors import NoPlanError, SolverError
from coprod.network import compile_network
from coprod.plan import Planner, PlanSettings, exchange, pursue, search
from coprod.plan.deadline import Deadline
from coprod.plan.exchange import exchanged_builds
from coprod.plan.objective import Goal, goals
from coprod.plan.summed import SummedNeeds
from coprod.plan.tree import Whole, best_whole
from coprod.plan.weights import DOMINANCE
from coprod.plan.whole import relaxed, whole_columns
from coprod.progress import Progress
from coprod.study.tables import Tables
from coprod.verify import verify

UNTIL = Deadline(None, Progress())


@pytest.fixture
def as_if_large(monkeypatch):
    for module in (pursue, search):
        monkeypatch.setattr(module, "SMALL", 0)


def short_of_money(seed):
    """A programme of four or five years with half of the money that its builds cost."""
    return programme(10, seed, months=48 + 6 * (seed % 3), builds=4, money=0.5, surge=1.5, widening=0.5)


@pytest.mark.usefixtures("as_if_large")
@pytest.mark.parametrize("seed", few_and_more(8, 60))
def test_where_money_is_short_every_goal_has_the_twins_value(seed):
    assert_same(short_of_money(seed), "highs")


@pytest.mark.usefixtures("as_if_large")
@pytest.mark.parametrize("seed", few_and_more(40, 400))
def test_the_way_of_large_models_has_the_twins_values_on_any_study(seed):
    assert_same(generate(10_000 + seed), "highs")


def test_a_guess_that_fails_is_no_end_of_the_search(monkeypatch, as_if_large):
    solves = []

    def gives_up(*question):
        solves.append(question)
        if len(solves) == 2:
            raise SolverError("gave up")
        return relaxed(*question)

    monkeypatch.setattr(exchange, "relaxed", gives_up)
    assert_same(short_of_money(4), "highs")
    assert len(solves) > 2


def test_time_kept_for_afterwards_is_used_where_there_is_no_plan_yet(monkeypatch, as_if_large):
    class Earlier(Deadline):
        pass

    def found_in_time(*question, deadline, **settings):
        if isinstance(deadline, Earlier):
            raise NoPlanError("too early")
        return best_whole(*question, deadline=deadline, **settings)

    monkeypatch.setattr(Deadline, "leaving", lambda limit, seconds: Earlier(None, limit.progress))
    monkeypatch.setattr(search, "best_whole", found_in_time)
    assert_same(short_of_money(0), "highs")


def test_of_a_limit_some_seconds_are_kept_but_no_more_than_half():
    limit = Deadline(100.0, Progress())
    assert limit.leaving(10.0).left() == pytest.approx(90.0, abs=0.5)
    assert limit.leaving(90.0).left() == pytest.approx(50.0, abs=0.5)
    assert Deadline(None, Progress()).leaving(10.0).left() is None


@pytest.mark.usefixtures("as_if_large")
def test_of_a_need_no_more_than_all_is_open(monkeypatch):
    # A bound of a sum may say of a later goal that it is above -1.6e9: 34,000 times its value was told open.
    monkeypatch.setattr(SummedNeeds, "least", lambda *question: -1e9)
    monkeypatch.setattr(search, "best_whole", only_tried)
    result = Planner(compile_network(short_of_money(4)), PlanSettings(gap=0.001)).solve()
    needs = result.stages[result.stages["stage"] != "cost"]
    assert len(needs) > 1
    assert (needs["gap"] <= 1.0 + 1e-9).all()


def only_tried(face, goal, *others, known, **settings):
    """A search that proves nothing of the plan at hand."""
    return Whole(known, goal.value(known), -np.inf, 0)


@pytest.mark.usefixtures("as_if_large")
def test_the_way_of_large_models_can_be_stopped_at_any_moment(monkeypatch):
    results = list(at_every_moment(Limit(monkeypatch), short_of_money(1), EXACT))
    assert {result.status for result in results} == {"optimal", "time limit"}
    late = [result.stage("demands 1") for result in results]
    assert all(after <= before * (1 + 1e-6) for before, after in pairwise(late))


# ------------------------------------------------------------------ starts that needs can do without


def study(**rows):
    """A line that is too slow, two years of money, and a build that is free to start in any month."""
    settings = {
        "title": "two years",
        "study_date": "2026-01-01",
        "start": "2027-01-01",
        "horizon": "2028-12-31",
    }
    given = {
        "items": [{"item": "pump"}],
        "sites": [{"site": "works"}],
        "processes": [{"process": "make", "item": "pump", "site": "works", "unit_cost": 10}],
        "resources": [{"resource": "line", "site": "works", "rate_per_month": 1}],
        "loads": [{"process": "make", "resource": "line"}],
        "demands": [
            {"demand": "order", "item": "pump", "site": "works", "quantity": 60, "due": "2027-12-01"}
        ],
        "investments": [build("wider")],
        "payers": [{"payer": "fund"}],
        "funding": [{"payer": "fund"}],
    }
    return Tables.from_rows(settings, **given | rows)


def build(name, **more):
    row = {
        "investment": name,
        "capex": 100,
        "lead_time_months": 3,
        "resource": ("line",),
        "adds_rate_per_month": 2,
    }
    return row | more


def budgets(*amounts):
    return [{"payer": "fund", "fiscal_year": 2027 + n, "amount": amount} for n, amount in enumerate(amounts)]


def needed(tables):
    """Return for each build the periods in which needs may want it to start."""
    model = Planner(compile_network(tables)).model
    whole = whole_columns(model)
    can_start = model.problem.row_upper[whole.starts] > 0
    return [np.flatnonzero(row).tolist() for row in can_start & ~whole.dominated]


def test_without_a_budget_a_build_need_not_start_later_than_at_once():
    assert needed(study()) == [[0]]


def test_with_a_budget_by_year_a_build_starts_with_a_year():
    assert needed(study(budgets=budgets(500, 500))) == [[0, 12]]


def test_a_build_that_may_not_start_before_a_date_can_start_then():
    rows = [build("wider", earliest="2027-05-01")]
    assert needed(study(investments=rows)) == [[4]]


def test_a_required_builds_completion_is_a_time_to_start():
    rows = [build("hall"), build("wider", requires=("hall",))]
    assert needed(study(investments=rows, budgets=budgets(500, 500))) == [[0, 12], [0, 3, 12, 15]]


def test_a_start_that_brings_a_lines_cost_forward_is_as_good_at_any_time_of_the_year_no_more():
    line = {"resource": "line", "site": "works", "rate_per_month": 1, "fixed_cost_per_month": 5}
    gated = build("hall", resource=(), adds_rate_per_month=None, enables=("line",))
    tables = study(resources=[line], investments=[gated], budgets=budgets(500, 500))
    (starts,) = needed(tables)
    assert starts == list(range(21))


def test_a_dated_build_starts_on_its_date():
    rows = [build("wider", start="2027-08-01")]
    assert 7 in needed(study(investments=rows))[0]


# ------------------------------------------------------------------------ builds added and exchanged


@pytest.fixture(scope="module", params=[0, 1])
def hard(request):
    """A hard instance on a live model: planner, sum of its needs, the relaxation's plan."""
    planner = Planner(compile_network(instance(10, 6, request.param)), PlanSettings(gap=0.001))
    together = SummedNeeds.of(planner._goals).goal
    solution = relaxed(planner._face, together, "dual", UNTIL)
    return planner, together, solution.primal


def test_exchanges_keep_to_every_limit_and_only_make_it_better(hard):
    planner, goal, split = hard
    problem, whole = planner._face.problem, whole_columns(planner.model)
    found = exchanged_builds(planner._face, goal, split, whole, UNTIL)
    assert problem.violation(found) <= 1e-6
    numbers = found[problem.integer]
    assert np.abs(numbers - np.round(numbers)).max() <= 1e-6
    assert found[whole.built[:, -1]].sum() > np.floor(split[whole.built[:, -1]] + 1e-6).sum()
    assert goal.value(split) <= goal.value(found) < goal.worst


def test_no_move_gives_more_than_it_promises(hard, monkeypatch):
    planner, goal, split = hard
    tried, moves = exchange._Exchange._tried, exchange._Exchange._moves
    before, gains = [], []

    def moved(self, plan):
        for move in moves(self, plan):
            before.append((plan.value, move.promise))
            yield move

    def valued(self, built):
        found = tried(self, built)
        if before and found is not None:
            value, promise = before[-1]
            gains.append((found.value, value + promise, value))
        return found

    monkeypatch.setattr(exchange._Exchange, "_moves", moved)
    monkeypatch.setattr(exchange._Exchange, "_tried", valued)
    exchanged_builds(planner._face, goal, split, whole_columns(planner.model), UNTIL)
    assert gains
    for value, promised, was in gains:
        assert value >= promised - 1e-6 * abs(was)


# --------------------------------------------------------------------------------- one sum of needs


def test_a_bound_of_the_sum_is_a_bound_of_each_goal():
    first = Goal("first", "unit-months", np.array([2.0, 0.0]), worst=10.0)
    second = Goal("second", "unit-months", np.array([0.0, 1.0]), worst=30.0)
    cost = Goal("cost", "USD", np.ones(2))
    summed = SummedNeeds.of([first, second, cost])
    assert summed.goals == [first, second]
    summed.bound = summed.goal.value(np.array([2.0, 7.0]))  # values 4 and 7
    ceilings = np.array([first.ceiling(4.0), np.inf])
    share = 2.0 / DOMINANCE  # of the second in the first: its weight, and a unit of the first counts 1/2
    assert summed.least(0, ceilings) == pytest.approx(4.0 - share * (30.0 - 7.0))
    assert summed.least(1, ceilings) == pytest.approx(7.0)
    assert summed.least(2, ceilings) == -np.inf


def test_goals_have_no_value_worse_than_their_worst():
    tables = generate(3, features=frozenset(FEATURES) - {"order", "inactive"})
    planner = Planner(compile_network(tables), PlanSettings(gap=0.0, calm_allowance=0.0))
    result = planner.solve()
    assert verify(tables, result.tables).passed
    sequence = goals(planner.model.network, planner.model.columns, ("demands", "objectives", "cost"))
    reached = dict(zip(result.stages["stage"], result.stages["best"], strict=True))
    needs = [goal for goal in sequence if goal.of_need]
    assert needs
    assert all(reached[goal.name] <= goal.worst + 1e-9 for goal in needs)
    assert all(np.isinf(goal.worst) for goal in sequence if not goal.of_need)
