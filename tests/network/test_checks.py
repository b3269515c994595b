"""What only the compiled study shows: each check meets a study damaged in its way, and its words are read."""

import pytest

from coprod.network import compile_network
from coprod.network.checks import check_network
from coprod.study.tables import Tables

SETTINGS = {"title": "checks", "study_date": "2027-01-01", "start": "2027-01-01", "horizon": "2028-12-31"}


def study(**rows):
    base = {
        "items": [{"item": "m", "kind": "end item"}, {"item": "k"}],
        "sites": [{"site": "P"}, {"site": "D"}],
        "processes": [
            {"process": "final", "site": "P", "item": "m", "lead_time_months": 3.0, "resource": "line"},
            {"process": "parts", "site": "P", "item": "k", "lead_time_months": 4.0},
        ],
        "resources": [{"resource": "line", "site": "P", "rate_per_month": 10.0}],
        "inputs": [{"process": "final", "item": "k"}],
        "lanes": [{"item": "m", "from_site": "P", "to_site": "D", "lead_time_months": 1.0}],
        "demands": [{"demand": "d", "item": "m", "site": "D", "quantity": 5.0, "due": "2028-06-30"}],
    }
    return Tables.from_rows(SETTINGS, **{**base, **rows})


def messages(tables):
    return [str(problem) for problem in check_network(tables, compile_network(tables))]


def test_a_sound_study_has_no_problem():
    assert messages(study()) == []


def test_a_study_just_begun_is_checked_like_any_other():
    assert messages(Tables.from_rows(SETTINGS)) == []


def circle(quantity, cost=0.0, lead=0.0):
    """m is made from k, and k from m."""
    return study(
        processes=[
            {"process": "final", "site": "P", "item": "m", "lead_time_months": lead},
            {"process": "split", "site": "P", "item": "k", "unit_cost": cost},
        ],
        resources=[],
        inputs=[
            {"process": "final", "item": "k", "quantity_per": quantity},
            {"process": "split", "item": "m", "quantity_per": 1.0},
        ],
    )


def test_a_circle_that_makes_more_than_it_takes_is_an_error():
    (message, *_) = [text for text in messages(circle(0.5)) if "CP401" in text]
    assert "final -> split -> final" in message or "split -> final -> split" in message
    assert "gains from nothing and takes no time" in message


@pytest.mark.parametrize("tables", [circle(2.0), circle(0.5, lead=1.0)], ids=["loses", "takes time"])
def test_a_circle_that_loses_or_takes_time_is_none(tables):
    assert not [text for text in messages(tables) if "CP401" in text or "CP402" in text]


def test_a_circle_that_earns_money_is_an_error():
    (message, *_) = [text for text in messages(circle(1.0, cost=-5.0)) if "CP402" in text]
    assert "costs less than nothing and takes no time" in message


def test_a_need_for_what_nothing_brings_is_an_error():
    found = messages(study(lanes=[]))
    assert found == [
        "demands.csv, row 2, item: found m at D, which nothing makes, ships or holds within the horizon; "
        "needs a process, a lane or stock that brings it there [CP403]"
    ]


def test_an_input_that_nothing_brings_and_what_it_stops_are_warnings():
    found = messages(
        study(
            processes=[
                {"process": "final", "site": "P", "item": "m", "lead_time_months": 3.0, "resource": "line"}
            ],
            stock=[{"item": "m", "site": "D", "quantity": 9.0}],
        )
    )
    assert [text.split("[")[1] for text in found] == ["CP404]", "CP405]", "CP405]"]
    assert "inputs.csv, row 2, item: found 'k', which nothing brings to P" in found[0]
    assert "it needs k at P, which can never be there" in found[1]


def test_a_need_before_the_first_unit_can_be_there_is_a_warning():
    # Parts 4 months, assembly 3, lane 1: the first unit is at D after eight months, in September 2027.
    early = study(demands=[{"demand": "d", "item": "m", "site": "D", "quantity": 5.0, "due": "2027-08-31"}])
    assert messages(early) == [
        "demands.csv, row 2, due: found a need in 2027-08, before any unit can be at D; "
        "the first can be there in 2027-09: it will be late, whatever is done [CP406]"
    ]
    in_time = study(demands=[{"demand": "d", "item": "m", "site": "D", "quantity": 5.0, "due": "2027-09-30"}])
    assert messages(in_time) == []


def test_a_build_on_a_line_without_limit_is_a_warning():
    found = messages(
        study(
            resources=[{"resource": "line", "site": "P"}],
            investments=[
                {"investment": "more", "resource": ("line",), "adds_rate_per_month": 5.0, "capex": 1.0}
            ],
        )
    )
    assert found == [
        "investments.csv, row 2, resource: found 'line', which has no limit; "
        "a build on it gains nothing: give the line a rate [CP408]"
    ]


def test_figures_of_very_different_size_are_a_warning():
    found = messages(study(inputs=[{"process": "final", "item": "k", "quantity_per": 1e-11}]))
    assert len(found) == 1
    assert "CP409" in found[0]
    assert "from 1e-11 to 1" in found[0]
