"""Conflicts: each set is infeasible, and feasible without any one member; a second solver says so too."""

import json
import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ortools.linear_solver import pywraplp
from tests.reference.stopping import Stopping
from tests.solve.test_solvers import INF, from_mps, problem

from coprod.solve.conflict import irreducible

MODELS = ("bgetam", "box1", "ex72a", "galenet", "klein1", "woodinfe")


def held(model, found):
    """Keep the sides of a set alone."""
    return replace(
        model,
        cost=np.zeros(model.n_columns),
        row_lower=np.where(found.row_lower, model.row_lower, -INF),
        row_upper=np.where(found.row_upper, model.row_upper, INF),
        lower=np.where(found.lower, model.lower, -INF),
        upper=np.where(found.upper, model.upper, INF),
    )


def second_opinion(model, whole):
    """Whether a problem is feasible, by GLOP (CLP where it gives up), or by SCIP with whole numbers."""
    for name in ("SCIP", "CBC") if whole else ("GLOP", "CLP"):
        engine = pywraplp.Solver.CreateSolver(name)
        limits = zip(model.lower, model.upper, model.integer, strict=True)
        columns = [engine.Var(float(a), float(b), bool(i and whole), "") for a, b, i in limits]
        sides = zip(model.row_lower, model.row_upper, strict=True)
        rows = [engine.Constraint(float(a), float(b)) for a, b in sides]
        entries = model.matrix.tocoo()
        for i, j, value in zip(*entries.coords, entries.data, strict=True):
            rows[i].SetCoefficient(columns[j], float(value))
        status = engine.Solve()
        if status in (engine.OPTIMAL, engine.FEASIBLE, engine.INFEASIBLE):
            return bool(status != engine.INFEASIBLE)
    msg = f"no second opinion: {status}"
    raise AssertionError(msg)


def assert_irreducible(model, found):
    assert found.status == "infeasible"
    assert found.irreducible
    assert found.size > 0
    alone = held(model, found)
    assert not second_opinion(alone, found.whole)
    for name, without in (("row_lower", -INF), ("row_upper", INF), ("lower", -INF), ("upper", INF)):
        for number in np.flatnonzero(getattr(found, name)):
            sides = getattr(alone, name).copy()
            sides[number] = without
            assert second_opinion(replace(alone, **{name: sides}), found.whole), (name, number)


def assert_certified(model, found):
    """
    Prove a set in rational arithmetic: multipliers, unique and all positive, that add it up to 0 < 0.

    Such multipliers exist for the irreducible sets and no others (Gleeson and Ryan, 1990).
    """
    sides = [(1, "row_lower"), (-1, "row_upper"), (1, "lower"), (-1, "upper")]
    rows, unit, members = model.matrix.toarray(), np.eye(model.n_columns), []
    for sign, name in sides:
        for number in np.flatnonzero(getattr(found, name)):
            row = rows[number] if "row" in name else unit[number]
            limit = getattr(model, name)[number]
            members.append([sign * Fraction(str(value)) for value in (*row, limit)])
    # Columns are members, rows the coefficients of each variable: solved for the one direction left free.
    table = [list(row) for row in zip(*members, strict=True)]
    limits, table = table.pop(), [row for row in table if any(row)]
    pivots = []
    for column in range(len(members)):
        at = next((i for i in range(len(pivots), len(table)) if table[i][column]), None)
        if at is None:
            continue
        top = len(pivots)
        table[top], table[at] = table[at], table[top]
        table[top] = [value / table[top][column] for value in table[top]]
        for i, row in enumerate(table):
            if i != top and row[column]:
                table[i] = [a - row[column] * b for a, b in zip(row, table[top], strict=True)]
        pivots.append(column)
    free = [column for column in range(len(members)) if column not in pivots]
    assert len(free) == 1
    multiplier = [Fraction(1)] * len(members)
    for row, column in zip(table, pivots, strict=False):
        multiplier[column] = -row[free[0]]
    assert min(multiplier) > 0
    assert sum(y * limit for y, limit in zip(multiplier, limits, strict=True)) > 0


def published(shared_data, name):
    answers = json.loads((shared_data / "cases" / "infeasible" / "answers.json").read_text())
    return next(answer for answer in answers if answer["model"] == f"{name}.mps")


def check_published(shared_data, name, whole):
    model = from_mps(shared_data / "cases" / "infeasible" / f"{name}.mps")
    found = irreducible(model)
    size = published(shared_data, name)["one_irreducible_set"]["size"]
    sys.stdout.write(f"{name}: {found.size} members, {size} in the published set\n")
    assert found.whole == whole
    assert found.size <= 2 * size
    if not whole:
        assert_certified(model, found)
    if name != "klein1":  # floating point does not settle it: GLOP gives up on it, CLP errs
        assert_irreducible(model, found)


@pytest.mark.parametrize("name", MODELS)
def test_published_infeasible_models(shared_data, name):
    check_published(shared_data, name, whole=False)


@pytest.mark.slow
def test_a_published_model_that_only_whole_numbers_make_infeasible(shared_data):
    check_published(shared_data, "infeasible-mip1", whole=True)


def test_an_unbounded_model_is_called_unbounded(shared_data):
    found = irreducible(from_mps(shared_data / "cases" / "infeasible" / "gas11.mps"))
    assert (found.status, found.size) == ("unbounded", 0)


def test_infeasible_comes_before_unbounded():
    # x may grow without end, and y is asked to be 2 and at most 1.
    found = irreducible(problem([-1, 0], [[0, 1]], [2], [INF], [0, 0], [INF, 1]))
    assert found.status == "infeasible"
    assert found.row_lower.tolist() == [True]
    assert found.upper.tolist() == [False, True]
    assert found.size == 2


def test_two_rows_and_the_row_that_has_nothing_to_do_with_it():
    model = problem([0, 0], [[1, 1], [1, 1], [1, -1]], [5, -INF, -1], [INF, 4, 1], [0, 0], [9, 9])
    found = irreducible(model)
    assert found.row_lower.tolist() == [True, False, False]
    assert found.row_upper.tolist() == [False, True, False]
    assert found.size == 2
    assert found.irreducible


@pytest.mark.parametrize(("row", "bound"), [((3, 2), (0, 9)), ((0, 2), (4, 3))])
def test_a_row_or_bound_that_contradicts_itself(row, bound):
    found = irreducible(problem([0], [[1]], [row[0]], [row[1]], [bound[0]], [bound[1]]))
    assert found.size == 2
    assert found.irreducible


def test_whole_numbers_alone_make_it_infeasible():
    # A third to two thirds of a whole x; y is another matter.
    model = problem([0, 0], [[3, 0], [0, 1]], [1, -INF], [2, 8], [0, 0], [5, 5], [True, True])
    found = irreducible(model)
    assert found.whole
    assert (found.row_lower.tolist(), found.row_upper.tolist()) == ([True, False], [True, False])
    assert found.size == 2
    assert_irreducible(model, found)
    assert irreducible(replace(model, integer=np.array([False, True]))).status == "feasible"


def test_what_branching_cannot_prove_is_not_called_irreducible():
    # Infeasible whatever the bounds, but without them there is no end to the branches.
    model = problem([0, 0], [[2, 2]], [3], [3], [0, 0], [5, 5], [True, True])
    found = irreducible(model)
    assert found.status == "infeasible"
    assert found.whole
    assert found.row_lower[0]
    assert found.row_upper[0]
    assert found.irreducible == (found.size == 2)


def test_given_sides_are_not_asked_about():
    model = problem([0, 0], [[1, 1], [1, 1]], [5, -INF], [INF, 4], [0, 0], [9, 9])
    fixed = np.array([1, 0, 0, 0, 1, 1, 0, 0], dtype=bool)
    found = irreducible(model, given=fixed)
    assert (found.size, found.row_upper.tolist()) == (1, [False, True])
    fixed[3] = True
    assert irreducible(model, given=fixed).size == 0


def test_no_time_no_answer():
    model = problem([0], [[1]], [3], [INF], [0], [2])
    assert irreducible(model, time_limit=0.0).status == "unknown"


@pytest.mark.parametrize("after", [0, 3])
def test_a_caller_who_cancels_stops_the_search(after):
    model = problem([0], [[1]], [3], [INF], [0], [2])
    with pytest.raises(KeyboardInterrupt):
        irreducible(model, progress=Stopping(after))


@st.composite
def contradictions(draw):
    """Random rows, and one that asks for less than a positive sum of some of them allows."""
    m, n = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    number = st.integers(-4, 4)
    rows = np.array(draw(st.lists(st.lists(number, min_size=n, max_size=n), min_size=m, max_size=m)), float)
    least = np.array(draw(st.lists(number, min_size=m, max_size=m)), dtype=float)
    weight = np.array(draw(st.lists(st.integers(0, 2), min_size=m, max_size=m)), dtype=float)
    last = weight @ rows
    rows = np.vstack([rows, last])
    upper = np.append(np.full(m, INF), weight @ least - draw(st.integers(1, 5)))
    lower = np.append(least, -INF)
    integer = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    return problem(np.ones(n), rows, lower, upper, np.full(n, -10.0), np.full(n, 10.0), integer)


@given(contradictions())
def test_random_contradictions(model):
    found = irreducible(model)
    assert not found.whole
    assert_irreducible(model, found)
    assert found.size <= model.n_columns + 1  # Farkas: no more sides than columns and one are needed
    again = irreducible(model)
    assert np.array_equal(again.row_lower, found.row_lower)
    assert np.array_equal(again.upper, found.upper)
