"""Pegs add up to the plan both ways, and are those of a slow queue: on generated studies."""

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject, settings
from tests.reference.planned import planned
from tests.reference.slow_pegging import CircleError, SlowPegging
from tests.reference.studies import studies

from coprod.network import compile_network
from coprod.pegging import pegging

SOME = settings(max_examples=15)
#: Solver's dust, of units in the order of a hundred.
CLOSE = {"rel": 1e-5, "abs": 1e-4}


def pegged(tables):
    network, result = compile_network(tables), planned(tables)
    return network, result.tables, pegging(network, result.tables)


@SOME
@given(studies())
def test_over_its_needs_every_supply_adds_up_to_the_plan(tables):
    network, plan, found = pegged(tables)
    pegs = found.pegs
    made = pegs[pegs["kind"] == "process"].groupby(["name", "start"])[["quantity", "good_quantity"]].sum()
    told = plan["starts"].set_index(["process", "period"])[["quantity", "good_quantity"]]
    assert_same(made, told)
    sent = pegs[pegs["kind"] == "lane"].groupby(["name", "start"])[["quantity"]].sum()
    told = plan["shipments"].assign(
        name=[
            "/".join(key)
            for key in plan["shipments"][["item", "from_site", "to_site"]].itertuples(index=False)
        ]
    )
    assert_same(sent, told.set_index(["name", "period"])[["quantity"]])
    stocks = pegs[pegs["kind"].isin(["opening stock", "receipt"])]["quantity"].sum()
    assert stocks == pytest.approx(network.nodes.opening.sum() + network.nodes.receipts.sum(), **CLOSE)


def assert_same(one, two):
    one.index.names = two.index.names
    both = one.add_suffix(" pegged").join(two, how="outer").fillna(0.0)
    half = len(both.columns) // 2
    np.testing.assert_allclose(both.iloc[:, :half], both.iloc[:, half:], rtol=1e-5, atol=1e-4)


def arrivals(pegs):
    """Item and site at which each peg's units arrive."""
    to = [name.split("/")[-1] if kind == "lane" else site for kind, name, site in
          zip(pegs["kind"], pegs["name"], pegs["site"], strict=True)]  # fmt: skip
    return list(zip(pegs["item"], to, strict=True))


def balance(network, pegs):
    found = defaultdict(float)
    for node, good in zip(arrivals(pegs), pegs["good_quantity"], strict=True):
        found[node] += good
    activities, material = network.activities, network.material
    day = {pd.Timestamp(first): t for t, first in enumerate(network.periods.first_days)}
    column = {key: number for number, key in enumerate(activities.key)}
    flows = activities.n_processes + activities.n_lanes
    for name, start, quantity in zip(pegs["name"], pegs["start"], pegs["quantity"], strict=True):
        for k in np.flatnonzero(material.column == column.get(name, -1)):
            if k >= flows:
                node = network.nodes.item[material.row[k]], network.nodes.site[material.row[k]]
                found[node] += material.coefficient[k, day[start]] * quantity
    return found


@SOME
@given(studies())
def test_every_need_is_covered_and_what_comes_to_a_node_for_it_goes_on(tables):
    # A bill of materials that balances for each need by itself: nothing of one need's inputs is in another.
    network, plan, found = pegged(tables)
    keys = ["need_kind", "need", "need_item", "need_site", "due", "met"]
    covered = defaultdict(float)
    for key, own in found.pegs.groupby(keys, dropna=False):
        for node, left in balance(network, own).items():
            if node == (key[2], key[3]):
                covered[key[0], key[1]] += left
            else:
                assert left == pytest.approx(0.0, abs=1e-4), (key, node)
    for name, quantity in plan["deliveries"].groupby("demand")["quantity"].sum().items():
        assert covered["order", name] == pytest.approx(quantity, **CLOSE)


@SOME
@given(studies())
def test_late_units_add_up_to_the_plans_backlog(tables):
    # Each unit is behind from its due period until it comes, or up to the horizon: that is the backlog.
    _, plan, found = pegged(tables)
    late = found.late_units[found.late_units["need_kind"] == "order"]
    behind = (late["quantity"] * late["months_late"]).groupby(late["need"]).sum()
    came = late[late["met"].notna()].groupby("need")["quantity"].sum()
    never = late[late["met"].isna()].groupby("need")["quantity"].sum()
    for row in plan["demand_summary"].itertuples():
        assert behind.get(row.demand, 0.0) == pytest.approx(row.backlog_months, **CLOSE)
        assert came.get(row.demand, 0.0) == pytest.approx(row.late, **CLOSE)
        assert never.get(row.demand, 0.0) == pytest.approx(row.never_delivered, **CLOSE)


@SOME
@given(studies())
def test_the_slow_queue_finds_the_same_pegs(tables):
    network, plan, found = pegged(tables)
    try:
        twin = SlowPegging(network, plan).pegs
    except CircleError:
        reject()
    day = {pd.Timestamp(first): t for t, first in enumerate(network.periods.first_days)}
    last = {pd.Timestamp(network.periods.last_day(t)): t for t in range(network.periods.n)}
    ours = defaultdict(float)
    for row in found.pegs.itertuples():
        due = last.get(row.due)
        name = row.need or f"{row.need_item}/{row.need_site}"
        need = (row.need_kind, name, due, day[row.met])
        ours[need, (row.kind, row.name, day[row.start])] += row.quantity
    for key in {*ours, *twin}:
        assert ours[key] == pytest.approx(twin[key], rel=1e-4, abs=1e-3), key
