"""Every solver behind the interface must pass these, by name."""

import json

import highspy
import numpy as np
import pytest
from scipy.sparse import csc_array
from tests.reference.stopping import Stopping

from coprod.errors import SettingsError
from coprod.solve import SOLVERS, LinearProblem, solve_or_stop, solver
from coprod.solve.basis import BASIC, FREE, LOWER, UPPER, Statuses

INF = np.inf


def problem(cost, rows, row_lower, row_upper, lower, upper, integer=None):
    n = len(cost)
    return LinearProblem(
        np.array(cost, dtype=float),
        np.array(lower, dtype=float),
        np.array(upper, dtype=float),
        np.array(integer if integer is not None else [False] * n),
        csc_array(np.array(rows, dtype=float)),
        np.array(row_lower, dtype=float),
        np.array(row_upper, dtype=float),
    )


def from_mps(path):
    """Read a model file with HiGHS' own reader, so that a test can hand it over as arrays."""
    reader = highspy.Highs()
    reader.setOptionValue("output_flag", False)
    assert reader.readModel(str(path)) != highspy.HighsStatus.kError
    reader.ensureColwise()
    lp = reader.getLp()
    matrix = csc_array(
        (np.array(lp.a_matrix_.value_), np.array(lp.a_matrix_.index_), np.array(lp.a_matrix_.start_)),
        shape=(lp.num_row_, lp.num_col_),
    )
    kinds = list(lp.integrality_)
    integer = np.array([kind == highspy.HighsVarType.kInteger for kind in kinds] or [False] * lp.num_col_)
    sign = 1.0 if lp.sense_ == highspy.ObjSense.kMinimize else -1.0
    return LinearProblem(
        sign * np.array(lp.col_cost_),
        np.array(lp.col_lower_),
        np.array(lp.col_upper_),
        integer,
        matrix,
        np.array(lp.row_lower_),
        np.array(lp.row_upper_),
        sign * lp.offset_,
    )


@pytest.fixture(params=SOLVERS)
def engine(request):
    return solver(request.param)


# max x + 2y, x + y <= 4.5, both in [0, 3]: y = 3, x = 1.5 (1 if whole), objective -7.5 (-7).
SMALL = {
    "cost": [-1, -2],
    "rows": [[1, 1]],
    "row_lower": [-INF],
    "row_upper": [4.5],
    "lower": [0, 0],
    "upper": [3, 3],
}


def test_a_small_model_has_its_optimum_and_duals(engine):
    engine.load(problem(**SMALL))
    solution = engine.solve()
    assert solution.status == "optimal"
    np.testing.assert_allclose(solution.primal, [1.5, 3.0])
    assert solution.objective == pytest.approx(-7.5)
    # One more unit of the row brings one more x; y is held by its own bound.
    np.testing.assert_allclose(solution.row_dual, [-1.0])
    np.testing.assert_allclose(solution.column_dual, [0.0, -1.0])


@pytest.mark.parametrize("name", SOLVERS)
def test_solvers_with_different_numbers_of_threads_take_turns_in_one_process(name):
    # HiGHS shares its threads between all models of a process, and gave up on a second number of them.
    engines = [solver(name, threads=threads) for threads in (1, 2)]
    for engine in engines:
        engine.load(problem(**SMALL, integer=[True, False]))
    for engine in (*engines, *engines):
        assert engine.solve().objective == pytest.approx(-7.0)


def test_whole_numbers_are_kept_and_can_be_relaxed_and_restored(engine):
    engine.load(problem(**SMALL, integer=[True, False]))
    assert engine.solve().objective == pytest.approx(-7.0)
    engine.relax_integers(True)
    assert engine.solve().objective == pytest.approx(-7.5)
    engine.relax_integers(False)
    solution = engine.solve()
    assert solution.objective == pytest.approx(-7.0)
    assert solution.row_dual is None


@pytest.mark.parametrize("method", ["choose", "dual", "primal", "ipm"])
def test_every_method_reaches_the_same_optimum_after_changes_in_place(engine, method):
    engine.load(problem(**SMALL))
    engine.solve()
    engine.set_costs(np.array([-3.0, -1.0]), offset=10.0)
    assert engine.solve(method).objective == pytest.approx(10 - 9 - 1.5)
    engine.set_row_bounds(np.array([0]), np.array([-INF]), np.array([2.0]))
    assert engine.solve(method).objective == pytest.approx(10 - 6)
    engine.set_column_bounds(np.array([0]), np.array([0.0]), np.array([1.0]))
    assert engine.solve(method).objective == pytest.approx(10 - 3 - 1)


def test_an_infeasible_and_an_unbounded_model_are_told_apart(engine):
    engine.load(problem([1.0], [[1.0]], [5.0], [INF], [0.0], [1.0]))
    assert engine.solve().status == "infeasible"
    engine.load(problem([-1.0, 0.0], [[1.0, -1.0]], [-INF], [1.0], [0.0, 0.0], [INF, INF]))
    solution = engine.solve()
    assert solution.status == "unbounded"
    assert solution.primal is None


def test_a_cancelled_solve_hands_back_no_point_of_an_lp(engine):
    rng = np.random.default_rng(0)
    n = 400
    rows = rng.random((n, n)) * (rng.random((n, n)) < 0.3)
    engine.load(problem(-rng.random(n), rows, [-INF] * n, [1.0] * n, [0.0] * n, [1.0] * n))
    solution = engine.solve(time_limit=1e-9)
    assert solution.status == "time limit"
    assert solution.primal is None


def test_a_caller_may_stop_a_solve_before_it_begins_and_meanwhile(engine, shared_data):
    engine.load(problem([-1.0], [[1.0]], [-INF], [2.5], [0.0], [9.0]))
    with pytest.raises(KeyboardInterrupt):
        solve_or_stop(engine, "choose", Stopping(0))
    assert solve_or_stop(engine, "choose", Stopping(9)).objective == pytest.approx(-2.5)
    engine.load(from_mps(shared_data / "cases" / "lotsizing" / "fixnet6.mps"))  # seconds, if let
    with pytest.raises(KeyboardInterrupt):
        solve_or_stop(engine, "choose", Stopping(1))


LOT_SIZING = [
    ("set1ch", 54537.75),
    ("vpm1", 20.0),
    pytest.param("pp08a", 7350.0, marks=pytest.mark.slow),
    pytest.param("vpm2", 13.75, marks=pytest.mark.slow),
    pytest.param("fixnet6", 3983.0, marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("name", "optimum"), LOT_SIZING)
def test_a_published_lot_sizing_model_has_its_published_optimum(engine, shared_data, name, optimum):
    """MIPLIB 3, optima of its catalogue; 1e-6 relative at gap 0 (the folder's README)."""
    model = from_mps(shared_data / "cases" / "lotsizing" / f"{name}.mps")
    engine.load(model)
    solution = engine.solve(gap=0.0)
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(optimum, rel=1e-6)
    assert model.violation(solution.primal) <= 1e-6


def test_the_published_infeasible_models_are_called_what_they_are(engine, shared_data):
    folder = shared_data / "cases" / "infeasible"
    answers = json.loads((folder / "answers.json").read_text())
    names = [path.stem for path in sorted(folder.glob("*.mps"))]
    assert len(names) == 8, answers
    for name in names:
        engine.load(from_mps(folder / f"{name}.mps"))
        expected = "unbounded" if name == "gas11" else "infeasible"
        assert engine.solve().status == expected, name


def test_a_model_without_columns_has_the_empty_optimum(engine):
    engine.load(problem([], np.zeros((0, 0)), [], [], [], []))
    solution = engine.solve()
    assert solution.status == "optimal"
    assert solution.primal.shape == (0,)


def test_an_unknown_solver_is_refused_by_name():
    with pytest.raises(SettingsError, match="no solver named 'cplex'; there is: highs"):
        solver("cplex")


@pytest.mark.parametrize(("lasting", "status"), [(False, "optimal"), (True, "failed")])
def test_rows_that_do_not_follow_from_columns_are_solved_anew_or_not_trusted(monkeypatch, lasting, status):
    """HiGHS called a plan optimal whose balances were off by 1.6e-6 units (us-japan, final assembly)."""
    engine = solver("highs")
    engine.load(problem(**SMALL))
    reported = engine._highs.getSolution
    said = []

    def drifting():
        solution = reported()
        said.append(solution)
        if lasting or len(said) == 1:
            solution.row_value = [4.5 + 1e-6]  # the columns say 4.5
        return solution

    monkeypatch.setattr(type(engine._highs), "getSolution", lambda _: drifting(), raising=True)
    solution = engine.solve()
    assert solution.status == status
    assert (solution.primal is None) == lasting
    if not lasting:
        np.testing.assert_allclose(solution.primal, [1.5, 3.0])


def test_a_problem_in_units_far_apart_has_the_optimum_it_has_in_sensible_ones(engine):
    """Doses by the hundred million, money in millionths: the solver gave up on the vaccine example."""
    rng = np.random.default_rng(3)
    n, m = 12, 8
    rows = rng.uniform(0.5, 2.0, (m, n)) * (rng.random((m, n)) < 0.5)
    cost = -rng.uniform(1.0, 2.0, n)
    plain = problem(cost, rows, [-INF] * m, [5.0] * m, [0.0] * n, [3.0] * n)
    engine.load(plain)
    expected = engine.solve()
    column, row = 10.0 ** rng.uniform(-6, 8, n), 10.0 ** rng.uniform(-6, 6, m)
    odd = problem(cost / column, rows * row[:, None] / column, [-INF] * m, 5.0 * row, [0.0] * n, 3.0 * column)
    engine.load(odd)
    found = engine.solve()
    assert found.objective == pytest.approx(expected.objective, rel=1e-9)
    np.testing.assert_allclose(found.primal / column, expected.primal, atol=1e-9)
    np.testing.assert_allclose(found.row_dual * row, expected.row_dual, atol=1e-9)
    # Bounds changed in place mean the same in both.
    engine.load(plain)
    engine.set_column_bounds(np.array([0]), np.array([0.0]), np.array([1.0]))
    engine.set_row_bounds(np.array([1]), np.array([-INF]), np.array([1.0]))
    changed = engine.solve()
    engine.load(odd)
    engine.set_column_bounds(np.array([0]), np.array([0.0]), np.array([column[0]]))
    engine.set_row_bounds(np.array([1]), np.array([-INF]), np.array([row[1]]))
    assert engine.solve().objective == pytest.approx(changed.objective, rel=1e-9)


def test_a_point_lies_within_the_bounds_that_hold_now(engine):
    # Least x with x >= 2, where x was fixed at 0 when the problem was handed over and is freed afterwards.
    engine.load(problem([1.0], [[1.0]], [2.0], [np.inf], [0.0], [0.0]))
    engine.set_column_bounds(np.array([0]), np.array([0.0]), np.array([9.0]))
    found = engine.solve()
    assert found.primal == pytest.approx([2.0])


def test_highs_is_given_the_seconds_of_this_solve_whatever_ran_before():
    # It counts an LP's limit over all runs of the model, and a mixed-integer model's from the start of its
    # own: given the same, the second overran its limit by all that had run before.
    engine = solver("highs")
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 100, (4, 30)).astype(float)
    half = np.floor(rows.sum(axis=1) / 2)
    integer = np.ones(30, dtype=bool)
    engine.load(problem(np.ones(30), rows, half, half + 40, np.zeros(30), np.ones(30), integer))
    engine.relax_integers(True)
    assert engine.solve().status == "optimal"
    ran = engine._highs.getRunTime()
    assert ran > 0
    engine.solve(time_limit=7.0)
    assert engine._highs.getOptionValue("time_limit")[1] > 7.0
    engine.relax_integers(False)
    engine.solve(time_limit=7.0, nodes=1)
    assert engine._highs.getOptionValue("time_limit")[1] == 7.0


def test_a_solve_out_of_pivots_says_so_and_one_with_enough_goes_on(engine):
    n = 30
    rng = np.random.default_rng(5)
    rows = rng.uniform(0.1, 1.0, (n, n))
    engine.load(problem(-np.ones(n), rows, [-INF] * n, np.full(n, 5.0), np.zeros(n), [INF] * n))
    assert engine.solve("dual", pivots=1).status == "failed"
    assert engine.solve("dual").status == "optimal"


def test_a_basis_goes_on_to_a_problem_with_other_columns(engine):
    rng = np.random.default_rng(3)
    rows = rng.uniform(0.1, 1.0, (8, 12))
    cost, free = -rng.uniform(1.0, 2.0, 12), ([-INF] * 8, np.full(8, 5.0))
    before = problem(cost, rows, *free, np.zeros(12), [INF] * 12)
    engine.load(before)
    first = engine.solve("dual")
    lost = int(np.flatnonzero(first.primal > 0)[0])  # a basic one
    kept = np.delete(np.arange(12), lost)
    columns = np.append(kept, -1)
    new = np.column_stack([rows[:, kept], rng.uniform(0.1, 1.0, 8)])
    new_cost = np.append(cost[kept], -1.5)
    carried = engine.basis_of(engine.statuses(engine.basis()).carried(before, columns))
    other = problem(new_cost, new, *free, np.zeros(12), [INF] * 12)
    engine.load(other)
    engine.start_from_basis(carried)
    warm = engine.solve("dual")
    cold = solver(engine.name.lower())
    cold.load(other)
    assert warm.status == "optimal"
    assert warm.objective == pytest.approx(cold.solve().objective, rel=1e-9)


def test_a_basis_says_what_is_at_which_bound_and_is_made_of_that_again(engine):
    rows = np.array([[1.0, 1.0, 1.0], [1.0, -1.0, 0.0]])
    engine.load(problem([-2.0, -1.0, 1.0], rows, [-INF, -INF], [5.0, INF], [0.0, 0.0, 0.0], [3.0, INF, INF]))
    assert engine.solve("dual").primal == pytest.approx([3.0, 2.0, 0.0])
    statuses = engine.statuses(engine.basis())
    again = engine.statuses(engine.basis_of(statuses))
    assert again.columns.tolist() == statuses.columns.tolist()
    assert again.rows.tolist() == statuses.rows.tolist()


def test_what_is_not_basic_stands_at_the_bound_its_point_is_at():
    given = Statuses(np.array([LOWER, LOWER, BASIC, LOWER], np.int8), np.array([UPPER, BASIC], np.int8))
    bounds = (np.array([0.0, 0, 0, -INF]), np.array([1.0, 1, 1, INF]), np.array([2.0, 0]), np.array([INF, 1]))
    moved = given.at(np.array([1.0, 0.0, 0.5, 0.0]), np.array([2.0, 1.0]), bounds)
    assert moved.columns.tolist() == [UPPER, LOWER, BASIC, FREE]
    assert moved.rows.tolist() == [LOWER, BASIC]


def test_a_start_given_before_the_costs_is_still_the_plan_when_no_time_is_left(engine):
    rng = np.random.default_rng(0)
    rows = rng.integers(1, 50, (8, 60)).astype(float)
    knapsack = problem(
        [0.0] * 60, rows, [-INF] * 8, 0.3 * rows.sum(axis=1), [0.0] * 60, [1.0] * 60, [True] * 60
    )
    cost = -rng.integers(1, 50, 60).astype(float)
    engine.load(knapsack)
    engine.set_costs(cost)
    best = engine.solve().primal
    engine.load(knapsack)
    engine.start_from(best)
    engine.set_costs(cost)
    cut = engine.solve(time_limit=1e-6)
    assert cut.status == "time limit"
    assert cost @ cut.primal == pytest.approx(cost @ best)
    engine.set_costs(cost)  # and it is offered once
    assert engine.solve(time_limit=1e-6).primal is None
