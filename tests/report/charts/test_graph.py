"""The graph: layers, an order with few crossings, ribbons that add up at every node."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.made_study import made_study

from coprod.report.chapters.busyyear import busy_year
from coprod.report.chapters.chain import chain_figure, tightest
from coprod.report.chapters.flows import flows
from coprod.report.chapters.mapfigure import map_figure
from coprod.report.charts.layers import crossings, layered
from coprod.report.charts.wrap import wrapped
from coprod.report.material import Material
from coprod.run import run_study


@st.composite
def graphs(draw):
    """Up to four layers of up to four nodes, and links to later layers."""
    depth = sorted(draw(st.lists(st.integers(0, 3), min_size=2, max_size=12)))
    depth = [sorted(set(depth)).index(layer) for layer in depth]
    pairs = [(a, b) for a, b in itertools.product(range(len(depth)), repeat=2) if depth[a] < depth[b]]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=12)) if pairs else []
    return depth, [(a, b, draw(st.integers(1, 5))) for a, b in chosen]


@given(graphs())
def test_every_node_stands_once_in_its_layer_and_every_link_passes_each_layer(case):
    depth, links = case
    found = layered(depth, links)
    for layer, row in enumerate(found.rows):
        assert [n for n in sorted(row) if n < len(depth)] == [
            n for n, own in enumerate(depth) if own == layer
        ]
    at = {node: layer for layer, row in enumerate(found.rows) for node in row}
    for (start, end, _), path in zip(links, found.paths, strict=True):
        assert (path[0], path[-1]) == (start, end)
        assert [at[node] for node in path] == list(range(depth[start], depth[end] + 1))


@given(graphs())
def test_the_order_found_crosses_no_more_than_the_one_given(case):
    depth, links = case
    found = layered(depth, links)
    edges = [
        (a, b, weight)
        for (_, _, weight), path in zip(links, found.paths, strict=True)
        for a, b in itertools.pairwise(path)
    ]
    given_rows = [sorted(row) for row in found.rows]
    assert crossings(found.rows, edges) <= crossings(given_rows, edges) + 1e-9


def test_two_links_that_cross_are_uncrossed():
    found = layered([0, 0, 1, 1], [(0, 3, 1.0), (1, 2, 1.0)])
    assert crossings(found.rows, [(0, 3, 1.0), (1, 2, 1.0)]) == 0


def test_a_link_backwards_is_not_drawn():
    assert layered([0, 1], [(1, 0, 1.0)]).paths == [[]]


def test_a_name_wider_than_its_lines_ends_with_dots():
    lines = wrapped("a very long name of a very long plant somewhere", 60, 2, 13)
    assert len(lines) == 2
    assert lines[-1].endswith("…")


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    """The made-up study, two end items, all options."""
    return Material(run_study(made_study(), tmp_path_factory.mktemp("graph") / "run").path)


def test_what_flows_into_a_process_is_what_its_bill_asks_for(material):
    """
    Sets are conserved: who makes end items gets no more sets of a part than it starts, and no less than the
    share that makers cover.
    """
    year = busy_year(material)
    found = flows(material, year)
    assert found.between
    starts = material.own("starts").here()
    starts = starts[year.holds(starts["period"])]
    inputs = material.given("inputs").here()
    asked = came = 0.0
    for user in {end for _, end in found.between if end[0]}:
        item, site = user
        for part in inputs["item"].unique():
            lines = inputs[inputs["item"] == part].set_index("process")["quantity_per"]
            own = starts[(starts["item"] == item) & (starts["site"] == site)]
            units = (own["quantity"] * own["process"].map(lines).fillna(0.0)).sum() / year.months
            into = sum(f for (a, b), f in found.between.items() if b == user and a[0] == part)
            assert into <= found.sets.of(part, units) + 1e-6, (part, user)
            came += into
    for process, quantity in starts.groupby("process")["quantity"].sum().items():
        for _, line in inputs[inputs["process"] == process].iterrows():
            asked += found.sets.of(line["item"], quantity * line["quantity_per"] / year.months)
    assert came == pytest.approx(asked * (1 - found.untold), rel=1e-6)


def test_one_set_of_each_part_is_what_the_bill_says(material):
    found = flows(material, busy_year(material)).sets
    assert found.per_set["Harrier"] == found.per_set["Merlin"] == 1.0
    # A motor goes into each of both; a seeker into the Harrier only; 120 kg of grain into a motor.
    assert found.per_set["rocket motor"] == pytest.approx(1.0)
    assert found.per_set["seeker"] == pytest.approx(1.0)
    assert found.per_set["grain"] == pytest.approx(120.0)
    assert found.steps == {"Harrier": 0, "Merlin": 0, "seeker": 1, "rocket motor": 1, "grain": 2}


def test_what_the_map_says_was_shipped_is_what_the_table_says(material):
    year = busy_year(material)
    ships = material.own("shipments").here()
    inside = ships[(ships["period"] >= year.begin) & (ships["period"] < year.after)]
    sums = inside.groupby(["item", "from_site", "to_site"])["quantity"].sum() / year.months
    figure = map_figure(material, year, set(), "")
    said = {(item, start, end): rate for start, end, item, rate, _ in figure.data.rows}
    number = material.formats.number
    assert said == {key: number(rate) for key, rate in sums.items() if rate > 1e-6}
    assert len(said) >= 3


def test_the_load_of_a_place_is_that_of_its_tightest_line(material):
    year = busy_year(material)
    loads = material.own("loads").here()
    loads = loads[(loads["period"] >= year.begin) & (loads["period"] < year.after)]
    found = tightest(material, year)
    assert found
    for load in found.values():
        own = loads[loads["resource"] == load.line]
        assert load.share == pytest.approx(own["use"].sum() / own["capacity"].sum())
        assert load.share <= 1 + 1e-6


def test_the_table_of_the_graph_holds_every_ribbon(material):
    found = flows(material, busy_year(material))
    figure = chain_figure(material)
    assert len(figure.data.rows) == len(found.between)
    flow = sorted(material.formats.number(value) for value in found.between.values())
    assert sorted(row[2] for row in figure.data.rows) == flow
