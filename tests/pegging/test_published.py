"""A peer's test suite: what it gives as the causes of late orders, and what the plan's own tables show."""

import json

import pytest
from tests.cases import frepple_cases
from tests.cases.frepple_cases import EXACT
from tests.reference.planned import planned

from coprod.network import compile_network
from coprod.pegging import pegging

#: Its words for our kinds of limit.
THEIRS = {"lead time": "lead_time", "line": "capacity", "receipt": "material"}
#: Cases whose answers give none.
NO_CAUSES = {"constraints_leadtime_3", "criticality"}


@pytest.fixture(scope="module")
def cases(shared_data):
    """The cases by name."""
    text = (shared_data / "cases" / "frepple" / "cases.json").read_text(encoding="utf-8")
    return {case["test"]: case for case in json.loads(text)["cases"]}


def causes(case):
    """The peer's causes by order: pairs of kind and place."""
    return {
        row["demand"]: {(cause["kind"], cause["where"]) for cause in row["causes"]}
        for answer in case["answers"]
        for row in answer.get("by_demand", ())
        if row.get("causes")
    }


def test_what_held_up_late_orders_is_among_the_peers_causes(cases):
    # Every order that comes late, in all eleven cases whose deliveries are the peer's; places where they are
    # named alike. What never comes at all has no chain to look at.
    compared = 0
    for name in EXACT:
        if name in NO_CAUSES:
            continue
        tables = frepple_cases.study(cases[name])
        late = pegging(compile_network(tables), planned(tables).tables).late_units
        for need, rows in late[late["met"].notna()].groupby("need"):
            theirs = causes(cases[name])[need]
            for kind, limit in set(zip(rows["limit_kind"], rows["limit"], strict=True)):
                assert THEIRS[kind] in {cause for cause, _ in theirs}, (name, need)
                if kind == "line":
                    assert ("capacity", limit) in theirs
            compared += 1
    assert compared >= 25


def test_the_longest_step_of_a_chain_is_named_where_nothing_could_start_sooner(cases):
    tables = frepple_cases.study(cases["constraints_leadtime_1"])
    late = pegging(compile_network(tables), planned(tables).tables).late_units
    assert [limit.rsplit(" ", 1)[0] for limit in late["limit"]] == ["make end item"]
