"""Explanations of some needs alone: what goes if they come first, then the limits."""

from datetime import date

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.explain.test_causes import EXACT, series
from tests.reference.studies import studies

from coprod.errors import StudyError
from coprod.explain import Focus, explain
from coprod.network import compile_network

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)


def two_orders(rate=5.0):
    """120 for A and 120 for B, both due after a year, A before B; `rate` a month of parts."""
    orders = [
        {
            "demand": name,
            "item": "round",
            "site": "plant",
            "quantity": 120.0,
            "due": "2027-12-31",
            "priority": rank,
        }
        for rank, name in ((1, "A"), (2, "B"))
    ]
    return series(body=rate, final=1000.0, demands=orders)


def test_an_order_waits_for_another_first_and_for_the_line_then():
    """
    At 5 a month A takes the 24 months to the horizon whole: B lacks 120 at the end of 13 months. If B came
    first, 60 were there when due, and 5 a month less are missing from then on: 5 x (12 + 11 + ... + 1) = 390.
    """
    found = explain(two_orders(), "base", EXACT, focus=Focus(orders=("B",)))
    assert found.lateness == pytest.approx(13 * 120)
    assert found.causes["limits"].tolist() == ["other needs come first", "line rate of part-line"]
    assert found.causes["gain"].tolist() == pytest.approx([13 * 120 - 390, 390])
    assert found.causes["units"].tolist() == pytest.approx([60.0, 60.0])
    assert found.causes["gain"].sum() + found.left == pytest.approx(found.lateness)
    assert found.challenges["name"].tolist() == ["part-line"]
    # One more part a month: 72 in time, and 6 a month less from then on.
    assert found.worth["gain"].iloc[0] == pytest.approx(390 - sum(max(48 - 6 * n, 0) for n in range(13)))


def test_the_first_order_waits_for_nothing_but_the_line():
    found = explain(two_orders(), "base", EXACT, focus=Focus(orders=("A",)))
    assert found.causes["limits"].tolist() == ["line rate of part-line"]
    assert found.lateness == pytest.approx(390)


def test_with_a_line_large_enough_for_one_only_the_order_of_the_two_is_to_blame():
    found = explain(two_orders(10.0), "base", EXACT, focus=Focus(orders=("B",)))
    assert found.causes["limits"].tolist() == ["other needs come first"]
    assert found.causes["gain"].tolist() == pytest.approx([780.0])  # 120 + 110 + ... + 10
    assert found.left == pytest.approx(0.0, abs=1e-6)
    assert len(found.challenges) == len(found.worth) == 0


def test_until_a_day_only_what_is_due_by_then_counts():
    order = {"demand": "order", "item": "round", "site": "plant", "quantity": 240.0, "due": "2027-01-01"}
    tables = series(10.0, 1000.0, demands=[{**order, "until": "2027-12-31"}])
    whole = explain(tables, "base", EXACT, focus=Focus())
    # 20 a month are due and 10 come: 10, 20 ... 120 behind, then 10 less each month.
    assert whole.lateness == pytest.approx(sum(range(10, 121, 10)) + sum(range(0, 111, 10)))
    until = explain(tables, "base", EXACT, focus=Focus(until=date(2027, 2, 28)))
    # What is due in January and February: 10 and 20 behind, then 10, then nothing.
    assert until.lateness == pytest.approx(10 + 20 + 10)
    assert until.causes["limits"].tolist() == ["line rate of part-line"]


def test_items_and_sites_choose_among_the_needs():
    network = compile_network(two_orders())
    narrowed = Focus(items=("round",), sites=("plant",)).narrowed(network)
    assert narrowed.demands.due == pytest.approx(network.demands.due)
    assert not Focus(orders=("A",), sites=("elsewhere",)).narrowed(network).demands.due.any()
    assert str(Focus(orders=("A",), until=date(2027, 12, 31))) == "A; due until 2027-12-31"
    assert not Focus()


def test_a_need_that_is_not_there_is_refused_by_name():
    with pytest.raises(StudyError, match="needs one of A, B"):
        explain(two_orders(), "base", EXACT, focus=Focus(orders=("C",)))
    with pytest.raises(StudyError, match="needs one of round"):
        explain(two_orders(), "base", EXACT, focus=Focus(items=("part",)))


@settings(max_examples=6, deadline=None, phases=UNSHRUNK)
@given(studies(), st.data())
def test_on_generated_studies_a_needs_steps_add_up_to_its_planned_lateness(tables, data):
    network = compile_network(tables)
    names = [*network.demands.name, *network.objectives.name]
    if not names or tables.settings["objective_mode"] != "lexicographic":
        return
    name = data.draw(st.sampled_from(names))
    orders = (name,) if name in network.demands.name else ()
    focus = Focus(orders=orders, objectives=() if orders else (name,))
    found = explain(tables, "base", EXACT, focus=focus, worthwhile=None)
    assert found.causes["gain"].sum() + found.left == pytest.approx(found.lateness, rel=1e-5, abs=1e-4)
    assert (found.causes["gain"] > 0).all() or np.isclose(found.causes["gain"].min(), 0, atol=1e-3)
