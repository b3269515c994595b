"""The lead-time pass: the first period anything can be anywhere, checked against a naive search."""

import pytest
from tests.reference.studies import generate

from coprod.network import compile_network
from coprod.network.reach import latest_useful, longest_lead, reach
from coprod.study.tables import Tables


def naive(network):
    """
    Go period by period until nothing changes: an activity starts in the first period in which it may, all it
    takes has been there, and the builds it waits for are complete.
    """
    activities, material, T = network.activities, network.material, network.periods.n
    flows = activities.n_processes + activities.n_lanes
    waits = [(a, flows + e) for a, e in zip(network.gates.column, network.gates.investment, strict=True)]
    waits += [(flows + e, flows + f) for e, f in network.investments.requires]
    first = [
        0 if network.nodes.opening[n] > 0 else next((t for t in range(T) if row[t] > 0), T)
        for n, row in enumerate(network.nodes.receipts)
    ]
    start = [T] * len(activities.key)
    changed = True
    while changed:
        changed = False
        for a in range(len(start)):
            takes = [
                (material.row[k], material.lag[k])
                for k in range(material.row.size)
                if material.column[k] == a and (material.coefficient[k] < 0).any()
            ]
            behind = [b for follower, b in waits if follower == a]
            for t in range(T):
                if (
                    activities.allowed[a, t]
                    and all(first[n] <= t + lag and first[n] < T for n, lag in takes)
                    and all(start[b] < T and start[b] + activities.lag[b] <= t for b in behind)
                ):
                    if t < start[a]:
                        start[a], changed = t, True
                    break
            if a < flows and start[a] < T:
                arrives = min(start[a] + activities.lag[a], T)
                if arrives < first[activities.node[a]]:
                    first[activities.node[a]], changed = arrives, True
    return first, start


@pytest.mark.parametrize("seed", range(40))
def test_the_naive_search_finds_the_same_periods(seed):
    network = compile_network(generate(seed, periods=10))
    available, start = reach(network)
    assert (available.tolist(), start.tolist()) == tuple(map(list, naive(network)))


def study(**rows):
    """Kits, one month with two of papers, into missiles, three months, sent in one; ten months."""
    base = {
        "items": [{"item": "missile"}, {"item": "kit"}],
        "sites": [{"site": "plant"}, {"site": "depot"}],
        "processes": [
            {"process": "final", "item": "missile", "site": "plant", "lead_time_months": 3.0},
            {
                "process": "kits",
                "item": "kit",
                "site": "plant",
                "lead_time_months": 1.0,
                "administrative_lead_time_months": 2.0,
            },
        ],
        "inputs": [{"process": "final", "item": "kit", "offset_months": 1.0}],
        "lanes": [{"item": "missile", "from_site": "plant", "to_site": "depot", "lead_time_months": 1.0}],
        "stock_objectives": [{"objective": "o", "item": "missile", "site": "depot", "level": 1.0}],
    }
    settings = {"title": "r", "study_date": "2027-01-01", "start": "2027-01-01", "horizon": "2027-10-31"}
    return compile_network(Tables.from_rows(settings, **{**base, **rows}))


def test_units_arrive_when_papers_lags_and_offsets_are_over():
    network = study()
    available, start = reach(network)
    at = dict(zip(zip(network.nodes.item, network.nodes.site, strict=True), available.tolist(), strict=True))
    # Kits start in 2 and are there in 3; assembly starts in 2, for it takes them a month later; there in 5.
    assert at == {("kit", "plant"): 3, ("missile", "plant"): 5, ("missile", "depot"): 6}
    assert dict(zip(network.activities.key, start.tolist(), strict=True)) == {
        "kits": 2,
        "final": 2,
        "missile/plant/depot": 5,
    }


def test_a_unit_is_of_use_as_long_as_it_can_reach_a_need():
    network = study()
    useful = dict(
        zip(
            zip(network.nodes.item, network.nodes.site, strict=True),
            latest_useful(network).tolist(),
            strict=True,
        )
    )
    # At the depot to the end (9); at the plant a month before; kits 3 - 1 months before that.
    assert useful == {("missile", "depot"): 9, ("missile", "plant"): 8, ("kit", "plant"): 6}


def test_the_longest_chain_reaches_back_to_the_order_of_its_first_step():
    # Lane 1, assembly 3 - 1 after its kits, kits 1, papers 2.
    assert longest_lead(study()) == 6


def test_lanes_both_ways_do_not_make_the_chain_longer():
    back = {"item": "missile", "from_site": "depot", "to_site": "plant", "lead_time_months": 5.0}
    there = {"item": "missile", "from_site": "plant", "to_site": "depot", "lead_time_months": 1.0}
    assert longest_lead(study(lanes=[there, back])) == 6
