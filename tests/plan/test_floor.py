"""Floors: duals of one plan bound another from below, whatever the other is."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.explain.test_causes import EXACT, series
from tests.reference.studies import studies

from coprod.explain.late.trials import Trials
from coprod.explain.limits import lift
from coprod.network import compile_network
from coprod.plan import Planner, PlanSettings
from coprod.plan.floor import Proof

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)


def planner_of(tables):
    network = compile_network(tables)
    return Planner(network, EXACT), network


def test_a_plans_own_duals_prove_its_own_lateness():
    planner, network = planner_of(series(body=10.0, final=15.0))
    found = planner.lateness()
    assert found.proof is not None
    assert found.slack == 0.0
    assert planner.floors(network, found.proof, found.values) == pytest.approx(found.values)


def test_by_hand_the_floor_of_a_wider_line_is_below_its_lateness_and_above_nothing():
    """
    240 are due after a year, and both lines make 10 a month. With 11 of both, 132 are there when due and 11 a
    month follow: 108 + 97 + ... + 9 unit-months late.
    """
    planner, _ = planner_of(series())
    before = planner.lateness()
    wider = compile_network(series(body=11.0, final=11.0))
    (floor,) = planner.floors(wider, before.proof, before.values)
    planner.update(wider)
    (value,) = planner.lateness().values
    assert value == pytest.approx(sum(range(9, 109, 11)))
    assert 0.0 < floor <= value + 1e-6


def test_prices_that_are_wrong_make_a_low_floor_and_never_an_untrue_one():
    planner, network = planner_of(series(body=10.0, final=15.0))
    found = planner.lateness()
    random = np.random.default_rng(1)
    for scale in (0.5, 1.0, 100.0):
        spoilt = tuple(
            {name: price * random.normal(1.0, scale) for name, price in prices.items()}
            for prices in found.proof.prices
        )
        floor = planner.floors(network, Proof(found.proof.values, found.proof.weights, spoilt), found.values)
        assert (floor <= found.values + 1e-6).all()


def test_a_weighted_plan_and_one_with_cost_first_prove_nothing():
    for asked in (
        PlanSettings(mode="weighted"),
        PlanSettings(objective_order=("cost", "demands", "objectives")),
    ):
        planner = Planner(compile_network(series()), asked)
        found = planner.lateness()
        assert found.proof is None
        assert found.slack == np.inf


@settings(max_examples=15, deadline=None, phases=UNSHRUNK)
@given(studies(), st.data())
def test_on_generated_studies_no_plan_is_less_late_than_its_floor(tables, data):
    """Duals of one set of lifted limits, read on another: more lifted, fewer, or others altogether."""
    trials = Trials(tables, "base", EXACT)
    one = data.draw(st.lists(st.sampled_from(trials.limits), unique=True, max_size=2))
    other = data.draw(st.lists(st.sampled_from(trials.limits), unique=True, max_size=3))
    proven, found = trials.lateness(one), trials.lateness(other)
    if proven.proof is None:
        return
    network = compile_network(lift(trials.tables, other, trials.most), "base")
    floors = trials._planner.floors(network, proven.proof, found.values)
    assert (floors <= found.values + 1e-5 * np.maximum(1.0, found.values)).all()
    if set(one) == set(other) and proven.slack == 0.0:
        assert floors == pytest.approx(proven.proof.values, rel=1e-5, abs=1e-5)


@settings(max_examples=8, deadline=None, phases=UNSHRUNK)
@given(studies())
def test_on_generated_studies_what_is_spared_gains_nothing_when_it_is_solved(tables):
    trials = Trials(tables, "base", EXACT)
    promising = trials.promising((), trials.limits)
    for limit in trials.limits:
        gain = trials.gain((), [limit])
        changed = np.flatnonzero(gain)
        if limit not in promising:
            assert not (changed.size and gain[changed[0]] > 0), limit
        elif changed.size == 1:
            assert gain.sum() <= promising[limit] * (1 + 1e-6) + 1e-6
