"""A peer's test suite: why orders are late, and the changes that cure them."""

import json

import pytest
from tests.cases.frepple_causes import (
    CHANGES,
    NOT_EXPRESSED,
    OTHERWISE,
    RUNS,
    late_of_suite,
    late_orders,
    not_compared,
    relaxations,
)


@pytest.fixture(scope="module")
def suite(shared_data):
    text = (shared_data / "cases" / "frepple" / "cases.json").read_text(encoding="utf-8")
    return {case["test"]: case for case in json.loads(text)["cases"]}


#: Cases with one late order or two; the others are compared on the page of evidence, and in the slow tests.
FEW = [
    run
    for run in RUNS
    if run[0] in ("constraints_leadtime_1", "flow_location", "flow_alternate_1", "operation_alternate")
]


@pytest.mark.parametrize(("name", "variant"), FEW)
def test_causes_are_the_peers_but_for_what_can_be_spared(suite, name, variant):
    for late in late_orders(suite[name], variant):
        assert late.found.conflicts["proved"].all(), late
        assert late.compared != "**differs**", (late.case, late.order, late.ours, late.theirs)
        # A reason why two differ is given for no pair that does not.
        if (late.case, late.order) in OTHERWISE:
            assert late.ours - late.theirs
            assert late.theirs - late.ours
        assert len(late.found.cures), late


@pytest.mark.slow
def test_causes_of_every_case(shared_data):
    found = late_of_suite()
    assert all(late.found.conflicts["proved"].all() for late in found)
    assert not [(late.case, late.order) for late in found if late.compared == "**differs**"]
    assert {(late.case, late.order) for late in found if late.compared in OTHERWISE.values()} == set(
        OTHERWISE
    )
    assert sum(late.compared == "the same" for late in found) >= 20
    assert all(len(late.found.cures) for late in found)
    # Whatever they name gains something when it is lifted, where it is not one of a chain due before today.
    missed = [late for late in found if not late.theirs <= late.gaining]
    assert len(missed) <= 4
    assert all(late.theirs & (late.ours | late.gaining) for late in found if late.order != "item 3 SO1")


def test_the_peers_relaxations_deliver_what_it_says(suite):
    compared = 0
    for case in suite.values():
        for relaxation, named, made in relaxations(case):
            assert made == pytest.approx(named), relaxation
            compared += 1
    assert compared == len(CHANGES)


def test_a_cure_is_no_more_than_the_peers_relaxation(suite):
    """Theirs is enough, so the least change of the same limit is no larger: here it is the same one."""
    (order,) = late_orders(suite["constraints_leadtime_1"])
    cures = order.found.cures
    # They make the last step in one day instead of seven.
    assert cures.loc[cures["kind"] == "lead time", "by"].tolist() == [-6.0]


@pytest.mark.slow
def test_the_material_they_add_is_the_cure(shared_data):
    found = {late.order: late.found.cures for late in late_of_suite()}
    assert found["order prio 3 for item 2"]["by"].tolist() == pytest.approx([5.0], rel=1e-4)


def test_every_relaxation_is_compared_or_has_a_reason_why_not(suite):
    said = sum(len(case.get("relaxations", ())) for case in suite.values())
    left = [(case["test"], change) for case in suite.values() for change, _ in not_compared(case)]
    assert len(left) + len(CHANGES) == said
    assert {name for name, _ in left} <= {*NOT_EXPRESSED, "demand_policy"}
