"""Due dates that cannot be kept: by hand, and every cure put into the study."""

import pytest
from tests.explain.test_causes import series

from coprod.explain.infeasible import conflict
from coprod.network import compile_network


def asked(tables):
    return conflict(compile_network(tables))


def test_dates_that_can_be_kept_have_no_conflict():
    found = asked(series(body=20.0, final=20.0))
    assert found.feasible
    assert found.conflicts.empty
    assert found.cures.empty


def test_one_line_too_small_and_how_much_it_takes():
    # 240 in twelve months: 20 a month, and the line has 15.
    found = asked(series(body=15.0, final=30.0))
    assert not found.feasible
    assert found.irreducible
    lines = found.conflicts.iloc[:-1]
    assert set(lines["name"]) == {"part-line"}
    assert lines["limit"].sum() == pytest.approx(15 * 12)
    assert found.conflicts["name"].iloc[-1] == "order"
    cure = found.cures.iloc[0]
    assert (cure["kind"], cure["name"], len(found.cures)) == ("line rate", "part-line", 1)
    assert cure["by"] == pytest.approx(5.0)
    assert cure["relative"] == pytest.approx(1 / 3)
    assert asked(series(body=15.0 + cure["by"] * (1 + 1e-6), final=30.0)).feasible
    assert not asked(series(body=15.0 + cure["by"] * (1 - 1e-3), final=30.0)).feasible


def test_of_two_lines_in_series_neither_alone_is_a_cure():
    found = asked(series(body=10.0, final=10.0))
    assert found.irreducible
    assert found.cures.empty


def test_a_licence_cap_too_small():
    licences = [{"licence": "know-how", "quantity_cap": 200.0}]
    processes = [
        {"process": "make", "site": "plant", "item": "part", "resource": "part-line"},
        {
            "process": "assemble",
            "site": "plant",
            "item": "round",
            "resource": "final-line",
            "licence": "know-how",
        },
    ]
    found = asked(series(body=30.0, final=30.0, licences=licences, processes=processes))
    assert found.conflicts["kind"].tolist() == ["licence cap", "due date"]
    assert found.cures["by"].tolist() == pytest.approx([40.0])
    licences[0]["quantity_cap"] = 240.0
    assert asked(series(body=30.0, final=30.0, licences=licences, processes=processes)).feasible


def test_a_budget_too_small():
    payers = [{"payer": "fund", "currency": "USD", "fiscal_year_start": 1}]
    budgets = [{"payer": "fund", "fiscal_year": 2027, "amount": 300.0}]
    processes = [
        {"process": "make", "site": "plant", "item": "part", "resource": "part-line", "unit_cost": 2.0},
        {"process": "assemble", "site": "plant", "item": "round", "resource": "final-line"},
    ]
    found = asked(series(body=30.0, final=30.0, payers=payers, budgets=budgets, processes=processes))
    assert found.conflicts["kind"].tolist() == ["budget", "due date"]
    assert found.cures["by"].tolist() == pytest.approx([180.0])
    budgets[0]["amount"] = 480.0
    assert asked(series(body=30.0, final=30.0, payers=payers, budgets=budgets, processes=processes)).feasible
