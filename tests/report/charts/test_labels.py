"""No text of a chart lies on another or leaves the drawing, and none is smaller than can be read."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.charts.crowded_charts import crowded_frontier, crowded_graph, crowded_map
from tests.report.charts.crowded_study import crowded_study
from tests.report.charts.drawings import specs, whole, written
from tests.report.made_study import made_study

from coprod.report.charts.graph import MOST_NARROW, MOST_WIDE, collapsed
from coprod.report.charts.labels import Box, Placer, around
from coprod.report.texts import LANGUAGES
from coprod.run import run_study

#: Narrow drawings are made 350 px wide; a phone of 320 px shows them 286 wide, its margins taken off.
PHONE, SMALL_PHONE, SMALL_PLOT = 350, 320, 286
NARROW_TEXT, SMALL_TEXT = 12.0, 10.0


def assert_fit(name: str, spec: dict) -> None:
    """Hold one drawing's texts against each other and its edges."""
    texts, edges = written(spec), whole(spec)
    assert texts, name
    assert [text.text for text in texts if not text.box.within(edges)] == [], name
    meet = [(a.text, b.text) for a, b in itertools.combinations(texts, 2) if a.box.meets(b.box)]
    assert meet == [], name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
@pytest.mark.parametrize("chart", [crowded_map, crowded_graph, crowded_frontier])
def test_the_fullest_charts_have_no_two_texts_that_meet(chart, narrow, language):
    assert_fit(f"{chart.__name__}, {language}", chart(language).spec(narrow=narrow))


def test_texts_that_meet_are_found():
    spec = crowded_map().spec(narrow=True)
    texts = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    texts[0]["data"] = texts[1]["data"]
    texts[0]["mark"] = texts[1]["mark"]
    with pytest.raises(AssertionError, match="broken"):
        assert_fit("broken", spec)


def test_a_text_beyond_the_edge_is_found():
    spec = crowded_map().spec(narrow=True)
    text = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "text")
    text["mark"]["align"] = "left"
    text["data"]["values"][0]["x"] = 349
    with pytest.raises(AssertionError, match="broken"):
        assert_fit("broken", spec)


def test_the_names_on_a_map_are_counted():
    chart = crowded_map()
    frame, named = chart.frame(narrow=True)
    names = {site.name for site in chart.sites} | {site.makes for site in chart.sites}
    assert named == len([text for text in written(frame.spec()) if text.text in names])
    assert 0 < named < len(chart.sites)


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_a_layer_with_forty_nodes_keeps_the_bottleneck_and_adds_up_the_rest(narrow):
    chart = crowded_graph()
    small = collapsed(chart, MOST_NARROW if narrow else MOST_WIDE)
    for layer in range(len(chart.heads)):
        own = [node for node in small.nodes if node.layer == layer]
        assert len(own) == (MOST_NARROW if narrow else MOST_WIDE)
        assert sum(node.flow for node in own) == sum(n.flow for n in chart.nodes if n.layer == layer)
    assert [node.name for node in small.nodes if node.hot] == [n.name for n in chart.nodes if n.hot]
    assert sum(link.flow for link in small.links) == sum(link.flow for link in chart.links)


@pytest.fixture(scope="module", params=[(1, 1), (6, 2)], ids=["one option", "six options"])
def made(request, tmp_path_factory):
    """The made-up study, the least and the most of it."""
    options, items = request.param
    folder = tmp_path_factory.mktemp("labels") / "run"
    return run_study(made_study(options=options, items=items), folder).path


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """A study of 60 sites, 40 nodes a layer and six options, planned."""
    return run_study(crowded_study(), tmp_path_factory.mktemp("crowded") / "run").path


def test_no_texts_meet_in_a_report(made):
    for name, spec in specs(made):
        assert_fit(name, spec)


@pytest.mark.slow
def test_no_texts_meet_in_the_report_of_a_crowded_study(crowded):
    for name, spec in specs(crowded):
        assert_fit(name, spec)


def test_narrow_drawings_can_be_read_on_a_phone(made):
    for name, spec in specs(made):
        if not name.endswith("narrow"):
            continue
        width = whole(spec).right
        for text in written(spec):
            assert text.size * min(1.0, PHONE / width) >= NARROW_TEXT, (name, text.text)
            assert text.size * SMALL_PLOT / width >= SMALL_TEXT, (name, text.text)


@given(
    st.lists(
        st.tuples(st.floats(0, 300), st.floats(0, 200), st.text("abWM 日本", min_size=1, max_size=12)),
        min_size=1,
        max_size=25,
    ),
    st.sampled_from([12.5, 13.0]),
)
def test_placed_labels_never_meet_and_never_leave_the_frame(points, size):
    placer = Placer(Box(0, 0, 300, 200), size)
    blocked = [Box(x - 4, y - 4, x + 4, y + 4) for x, y, _ in points]
    for box in blocked:
        placer.block(box)
    for x, y, text in points:
        placer.place(text, around(x, y, 9.0), 600)
    boxes = [label.box for label in placer.placed]
    assert all(box.within(placer.frame) for box in boxes)
    assert not any(a.meets(b) for a, b in itertools.combinations(boxes, 2))
    assert not any(box.meets(dot) for box in boxes for dot in blocked)


def test_a_label_takes_its_first_place_that_is_free_and_crosses_no_line():
    placer = Placer(Box(0, 0, 300, 200), 13.0)
    placer.line([(100, 100), (300, 100)])
    placed = placer.place("name", around(100, 100))
    assert placed.align == "right"  # to the right a line runs
    assert placer.place("name", [(placed.x, placed.y, placed.align)]) is None
