"""What part of an end item an activity would make: by hand."""

import math

import pytest

from coprod.explain.value_chain import ValueChain
from coprod.network import compile_network
from coprod.study.tables import Tables

SETTINGS = {"title": "chain", "study_date": "2027-01-01", "start": "2027-01-01", "horizon": "2027-12-31"}


def chain(**more):
    """A round of two motors and a seeker: motors at 5, seekers at 20 or 30, assembly at 10 or 15."""
    rows = {
        "items": [
            {"item": "round", "kind": "end item"},
            {"item": "motor"},
            {"item": "seeker"},
            {"item": "ore"},
        ],
        "sites": [{"site": "home"}, {"site": "there"}],
        "processes": [
            {"process": "motor", "site": "home", "item": "motor", "unit_cost": 5.0},
            {"process": "seeker", "site": "home", "item": "seeker", "unit_cost": 20.0},
            {"process": "seeker there", "site": "there", "item": "seeker", "unit_cost": 30.0},
            {"process": "round", "site": "home", "item": "round", "unit_cost": 10.0},
            {"process": "round there", "site": "there", "item": "round", "unit_cost": 15.0},
        ],
        "inputs": [
            {"process": process, "item": item, "quantity_per": quantity}
            for process in ("round", "round there")
            for item, quantity in (("motor", 2.0), ("seeker", 1.0))
        ],
        "lanes": [
            {"item": item, "from_site": a, "to_site": b}
            for item in ("motor", "seeker")
            for a, b in (("home", "there"), ("there", "home"))
        ],
        "stock_objectives": [{"objective": "o", "item": "round", "site": "home", "level": 1.0}],
    }
    network = compile_network(Tables.from_rows(SETTINGS, **{**rows, **more}))
    found = ValueChain(network)
    return found, {
        key: found.share(p, ["round"]) for p, key in enumerate(network.activities.key) if p < len(found.items)
    }


def test_each_activity_s_part_of_a_round_made_with_it():
    found, share = chain()
    # Two motors 10, a seeker 20, assembly 10: 40. With theirs: 20 + 15 + 10 = 45, and 10 + 30 + 10 = 50.
    assert found.least["round"] == pytest.approx(40.0)
    assert share == pytest.approx(
        {
            "motor": 10.0 / 40.0,
            "seeker": 20.0 / 40.0,
            "seeker there": 30.0 / 50.0,
            "round": 10.0 / 40.0,
            "round there": 15.0 / 45.0,
        }
    )


def test_what_fails_a_test_is_made_again():
    yields = [
        {"process": "motor", "site": "home", "item": "motor", "unit_cost": 5.0, "yield_fraction": 0.5},
        {"process": "round", "site": "home", "item": "round", "unit_cost": 10.0},
    ]
    inputs = [{"process": "round", "item": "motor", "quantity_per": 2.0}]
    _, share = chain(processes=yields, inputs=inputs, lanes=[])
    # Four motors are started for a round: 20 of 30.
    assert share == pytest.approx({"motor": 20.0 / 30.0, "round": 10.0 / 30.0})


def test_what_goes_into_no_end_item_is_a_part_of_its_own():
    processes = [
        {"process": "ore", "site": "home", "item": "ore", "unit_cost": 3.0},
        {"process": "round", "site": "home", "item": "round"},
    ]
    _, share = chain(processes=processes, inputs=[], lanes=[])
    assert share["ore"] == 1.0
    assert math.isnan(share["round"])  # nothing is added
