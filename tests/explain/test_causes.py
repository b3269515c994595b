"""Why it is late: by hand, and by taking the causes out of generated studies one after the other."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.reference.naive_plan import naive_plan
from tests.reference.planned import planned, values
from tests.reference.studies import generate, studies

from coprod.explain import explain
from coprod.explain.late.causes import causes
from coprod.explain.late.trials import Trials
from coprod.explain.limits import KINDS, Limit, lift, limits_of
from coprod.network import compile_network
from coprod.plan import PlanSettings
from coprod.study.tables import Tables

#: A failing study is drawn by its seed: shrinking a seed shows nothing and takes minutes.
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
EXACT = PlanSettings(gap=0.0)
SETTINGS = {
    "title": "two lines in series",
    "study_date": "2027-01-01",
    "start": "2027-01-01",
    "horizon": "2028-12-31",
}


def series(body=10.0, final=10.0, **more):
    """
    Parts are made on one line and assembled on another, without lead times; 240 are due after a year, so
    that 20 a month are needed of both lines from the first month on.
    """
    rows = {
        "items": [{"item": "round", "kind": "end item"}, {"item": "part"}],
        "sites": [{"site": "plant"}],
        "processes": [
            {"process": "make", "site": "plant", "item": "part", "resource": "part-line"},
            {"process": "assemble", "site": "plant", "item": "round", "resource": "final-line"},
        ],
        "inputs": [{"process": "assemble", "item": "part"}],
        "resources": [
            {"resource": "part-line", "site": "plant", "rate_per_month": body},
            {"resource": "final-line", "site": "plant", "rate_per_month": final},
        ],
        "demands": [
            {"demand": "order", "item": "round", "site": "plant", "quantity": 240.0, "due": "2027-12-31"}
        ],
    }
    rows.update(more)
    return Tables.from_rows(SETTINGS, **rows)


def found_in(tables):
    return causes(Trials(tables, "base", EXACT))


def test_two_lines_in_series_that_are_both_too_small_are_one_cause():
    found = found_in(series())
    # 120 of 240 are there when due; then 10 a month: 120 + 110 + ... + 0 unit-months behind.
    behind = sum(range(0, 121, 10))
    assert found.before.total == pytest.approx(behind)
    assert found.alone == {}
    (step,) = found.steps
    assert {str(limit) for limit in step.limits} == {"line rate of part-line", "line rate of final-line"}
    assert step.gain.sum() == pytest.approx(behind)
    assert found.left.total == pytest.approx(0.0, abs=1e-6)


def test_the_smaller_of_two_lines_is_credited_with_what_the_larger_lets_go():
    found = found_in(series(body=10.0, final=15.0))
    first, second = found.steps
    assert [str(limit) for limit in first.limits] == ["line rate of part-line"]
    assert [str(limit) for limit in second.limits] == ["line rate of final-line"]
    # With the part line lifted, 180 are there when due and 15 a month follow: 60 + 45 + 30 + 15.
    assert first.gain.sum() == pytest.approx(780 - 150)
    assert second.gain.sum() == pytest.approx(150)
    assert [str(limit) for limit in found.alone] == ["line rate of part-line"]


def test_what_is_due_before_anything_can_be_there_is_left_unless_the_lead_time_goes():
    tables = series(1000.0, 1000.0)
    frame = tables["processes"].copy()
    frame.loc[frame["process"] == "assemble", "lead_time_months"] = 14.0
    found = found_in(tables.replace("processes", frame))
    # The first can be there in the 15th month: 240 are behind in months 12, 13 and 14.
    assert found.before.total == pytest.approx(3 * 240)
    (step,) = found.steps
    assert [str(limit) for limit in step.limits] == ["lead time of assemble"]


def test_a_budget_a_licence_and_a_gate_are_found_by_name():
    licensed = series(
        1000.0,
        1000.0,
        processes=[
            {"process": "make", "site": "plant", "item": "part", "unit_cost": 1.0},
            {"process": "assemble", "site": "plant", "item": "round", "licence": "right"},
        ],
        licences=[{"licence": "right", "quantity_cap": 100.0}],
        payers=[{"payer": "ministry"}],
        funding=[{"payer": "ministry"}],
        budgets=[{"payer": "ministry", "fiscal_year": year, "amount": 50.0} for year in (2027, 2028)],
    )
    found = found_in(licensed)
    assert {str(limit) for step in found.steps for limit in step.limits} == {
        "licence cap of right",
        "budget of ministry",
    }
    gated = series(
        1000.0,
        1000.0,
        investments=[{"investment": "hall", "lead_time_months": 18.0, "enables": ("make",)}],
    )
    (step,) = found_in(gated).steps
    assert [str(limit) for limit in step.limits] == ["build time of hall"]


def test_an_item_that_nothing_makes_is_a_cause_and_one_that_is_made_elsewhere_is_not():
    tables = series(
        1000.0,
        1000.0,
        processes=[{"process": "assemble", "site": "plant", "item": "round"}],
        stock=[{"item": "part", "site": "plant", "quantity": 100.0}],
    )
    (step,) = found_in(tables).steps
    assert [str(limit) for limit in step.limits] == ["material of part/plant"]
    assert not [limit for limit in Trials(series(), "base", EXACT).limits if limit.kind == "material"]


def test_a_component_made_scarce_on_purpose_is_named_first(repository_root):
    from coprod.study import read
    from coprod.study.overrides import apply_sets

    tables, _ = read(repository_root / "examples" / "hello")
    scarce = apply_sets(tables, ["resources.line.rate_per_month=1"])
    found = explain(scarce, "base", EXACT)
    assert found.causes["limits"].iloc[0] == "line rate of line"
    assert found.challenges["name"].iloc[0] == "line"
    assert found.challenges["cure"].iloc[0] == "second-shift"


def test_the_cheapest_cure_is_the_studys_own_investment_with_what_it_requires():
    tables = series(
        10.0,
        1000.0,
        investments=[
            {"investment": "hall", "capex": 5.0, "active": False},
            {
                "investment": "machines",
                "capex": 7.0,
                "resource": ("part-line",),
                "adds_rate_per_month": 10.0,
                "requires": ("hall",),
                "active": False,
            },
            {
                "investment": "robots",
                "capex": 100.0,
                "resource": ("part-line",),
                "adds_rate_per_month": 20.0,
                "active": False,
            },
        ],
    )
    row = explain(tables, "base", EXACT).challenges.iloc[0]
    assert (row["cure"], row["cure_capex"]) == ("machines", 12.0)
    assert row["cure_gain"] == pytest.approx(780.0)  # 20 a month from the first month on is just enough


def test_nothing_late_needs_no_explanation():
    found = explain(series(100.0, 100.0), "base", EXACT)
    assert found.lateness == 0.0
    assert len(found.causes) == len(found.challenges) == 0


def test_the_tables_add_up_and_say_what_is_left():
    found = explain(series(10.0, 15.0), "base", EXACT)
    assert found.causes["gain"].sum() + found.left == pytest.approx(found.lateness)
    assert found.causes["left"].tolist() == pytest.approx([150.0, 0.0])
    # With the part line lifted, 60 of the 240 come late; with both, none.
    assert found.causes["late_units_left"].tolist() == pytest.approx([60.0, 0.0])
    assert found.causes["share"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_limit_is_drawn_by_the_generator_or_made_here(kind):
    """Where this fails, a kind is listed that nothing tests."""
    made = [
        series(),
        series(
            processes=[{"process": "assemble", "site": "plant", "item": "round"}],
            stock_limits=[{"item": "round", "site": "plant", "maximum": 5.0}],
        ),
    ]
    tables = itertools.chain(made, map(generate, range(60)))
    assert any(limit.kind == kind for own in tables for limit in limits_of(own, compile_network(own)))


@settings(max_examples=6, deadline=None, phases=UNSHRUNK)
@given(studies())
def test_on_generated_studies_the_steps_add_up_and_each_set_is_minimal(tables):
    trials = Trials(tables, "base", EXACT)
    found = causes(trials)
    gone = sum((step.gain for step in found.steps), np.zeros_like(found.before.values))
    assert gone + found.left.values == pytest.approx(found.before.values, rel=1e-6, abs=1e-5)
    lifted = []
    for step in found.steps:
        if not step.together:
            for spared in step.limits if len(step.limits) > 1 else ():
                rest = [limit for limit in step.limits if limit != spared]
                gain = trials.gain(lifted, rest)
                assert not (gain.any() and gain[np.flatnonzero(gain)[0]] > 0)
        lifted += step.limits


@settings(max_examples=6, deadline=None, phases=UNSHRUNK)
@given(studies(), st.data())
def test_a_lifted_limit_gains_what_a_plan_of_the_lifted_study_says(tables, data):
    """The counterfactual by another way: the study written with the limit gone, planned whole."""
    order = tuple(tables.settings["objective_order"])
    trials = Trials(tables, "base", PlanSettings(gap=0.0, objective_order=order))
    chosen = data.draw(st.lists(st.sampled_from(trials.limits), unique=True, max_size=3))
    fixed = tables.with_settings(horizon=pd.Timestamp(trials.tables.settings["horizon"]))
    whole = values(planned(lift(fixed, chosen, trials.most), calm_allowance=0.0))
    found = trials.lateness(chosen)
    for goal, value in zip(found.goals, found.values, strict=True):
        if tables.settings["objective_mode"] == "lexicographic":
            assert value == pytest.approx(whole[goal], rel=1e-6, abs=1e-5)


@settings(max_examples=8, deadline=None, phases=UNSHRUNK)
@given(studies())
def test_on_generated_studies_the_naive_model_sees_the_lateness_go_step_by_step(tables):
    """
    Take the causes out of the study in order: the other model, which knows no causes, finds what is left.
    """
    if tables.settings["objective_mode"] != "lexicographic":
        return
    trials = Trials(tables, "base", EXACT)
    lifted = []
    for step in causes(trials).steps[:3]:
        lifted += step.limits
        judged = dict(naive_plan(lift(trials.tables, lifted, trials.most), solver="highs").stages)
        for goal, value in zip(step.after.goals, step.after.values, strict=True):
            assert value == pytest.approx(judged.get(goal, 0.0), rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("scarce", ["part-line", "kit-line", "final-line"])
def test_whichever_of_three_lines_is_made_scarce_is_named_first(scarce):
    """A part, a kit of it and the round, each on a line of its own that is large enough, but for one."""
    rates = {"part-line": 25.0, "kit-line": 22.0, "final-line": 30.0, scarce: 12.0}
    tables = series(
        items=[{"item": "round", "kind": "end item"}, {"item": "kit"}, {"item": "part"}],
        processes=[
            {"process": "make", "site": "plant", "item": "part", "resource": "part-line"},
            {"process": "pack", "site": "plant", "item": "kit", "resource": "kit-line"},
            {"process": "assemble", "site": "plant", "item": "round", "resource": "final-line"},
        ],
        inputs=[{"process": "assemble", "item": "kit"}, {"process": "pack", "item": "part"}],
        resources=[
            {"resource": name, "site": "plant", "rate_per_month": rate} for name, rate in rates.items()
        ],
    )
    found = explain(tables, "base", EXACT)
    assert found.causes["limits"].tolist() == [f"line rate of {scarce}"]
    assert found.challenges["name"].tolist() == [scarce]
    assert found.worth["name"].tolist() == [scarce]


@settings(max_examples=15, deadline=None, phases=UNSHRUNK)
@given(studies(), st.data())
def test_on_generated_studies_a_line_made_scarce_on_purpose_is_named_first(tables, data):
    """
    Where all is in time until a line is made scarce, it alone is to blame; what can stand in for it is said.
    """
    trials = Trials(tables, "base", EXACT)
    lines = [limit for limit in trials.limits if limit.kind == "line rate"]
    if not lines or trials.lateness().total > 1e-6:
        return
    line = data.draw(st.sampled_from(lines))
    frame = tables["resources"].copy()
    row = frame["resource"] == line.name
    frame.loc[row, ["rate_per_month", "maximum_rate_per_month"]] *= 0.01
    scarce = tables.replace("resources", frame).with_settings(horizon=trials.tables.settings["horizon"])
    found = causes(Trials(scarce, "base", EXACT))
    if found.steps:
        first = found.steps[0]
        assert line in (*first.limits, *first.instead)
        assert first.after.total == pytest.approx(0.0, abs=1e-4 + 1e-4 * found.before.total)


def test_a_steps_units_months_and_periods_are_the_evidence():
    (row,) = explain(series(10.0, 1000.0), "base", EXACT).causes.to_dict("records")
    assert row["units"] == pytest.approx(120.0)
    assert row["months"] == pytest.approx(780 / 120)  # 120 late units come 6.5 months sooner each
    assert (str(row["first"].date()), str(row["last"].date())) == ("2027-01-01", "2028-11-30")
    # All 240 are there after 24 months: one more part in the last of them would gain nothing.


def test_limits_are_named_in_words():
    assert str(Limit("line rate", "part-line")) == "line rate of part-line"
