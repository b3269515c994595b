"""The globe on paper: published distances and places, the date line, the poles, and what a window shows."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.charts.crowded_charts import crowded_map

from coprod.report.charts.clip import area, clip_line, clip_ring, length, simplify
from coprod.report.charts.frame import NARROW, WIDE
from coprod.report.charts.labels import Box
from coprod.report.charts.mapview import holds, panels
from coprod.report.charts.outlines import land
from coprod.report.charts.sphere import best_west, great_circle, miller, unwrap, view_of

#: Mean radius of the Earth in kilometres (IUGG).
RADIUS = 6371.0088
BOX = Box(0, 0, 800, 400)
TOKYO = (139.767, 35.700)

lons, lats = st.floats(-180, 180), st.floats(-83, 83)
places = st.tuples(lons, lats)


def kilometres(a, b) -> float:
    """Haversine: another formula than the one under test."""
    (x0, y0), (x1, y1) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    half = math.sin((y1 - y0) / 2) ** 2 + math.cos(y0) * math.cos(y1) * math.sin((x1 - x0) / 2) ** 2
    return 2 * RADIUS * math.asin(math.sqrt(min(1.0, half)))


def test_the_way_from_los_angeles_to_new_york_is_the_published_one():
    # E. Williams, Aviation Formulary, worked examples: LAX to JFK is 0.623585 radians; 40 % of the way lies
    # 38 deg 40.167' N, 101 deg 37.570' W.
    lax, jfk = (-(118 + 24 / 60), 33 + 57 / 60), (-(73 + 47 / 60), 40 + 38 / 60)
    way = great_circle(lax, jfk, 50)
    long = sum(kilometres(a, b) for a, b in itertools.pairwise(way)) / RADIUS
    assert long == pytest.approx(0.623585, abs=1e-5)
    assert way[20] == pytest.approx((-(101 + 37.570 / 60), 38 + 40.167 / 60), abs=1e-4)


@given(places, places)
def test_a_great_circle_ends_where_it_should_and_no_way_is_shorter(a, b):
    way = great_circle(a, b, 16)
    assert len(way) == 17
    assert kilometres(way[0], a) < 0.5
    assert kilometres(way[-1], b) < 0.5
    long = sum(kilometres(p, q) for p, q in itertools.pairwise(way))
    assert long == pytest.approx(kilometres(a, b), rel=1e-3, abs=1.0)
    assert all(abs(p[0] - q[0]) <= 180.000001 for p, q in itertools.pairwise(way))


def test_a_way_over_the_pole_and_one_to_the_other_side_of_the_globe_exist():
    over = great_circle((0, 80), (180, 80), 8)
    assert max(y for _, y in over) == pytest.approx(90, abs=1e-6)
    far = great_circle((10, 20), (-170, -20), 8)
    assert sum(kilometres(a, b) for a, b in itertools.pairwise(far)) == pytest.approx(
        math.pi * RADIUS, rel=1e-6
    )


@given(st.floats(-84, 84))
def test_the_map_is_millers(lat):
    # Snyder, Map Projections: A Working Manual (USGS 1395, 1987), section 11, in the form with arcsinh.
    y = math.asinh(math.tan(0.8 * math.radians(lat))) / 0.8
    assert math.radians(miller(lat)) == pytest.approx(y, abs=1e-9)
    assert miller(90) == miller(84)  # nothing is drawn beyond


@given(st.lists(places, min_size=1, max_size=30))
def test_longitudes_never_jump_once_unwrapped(line):
    found = unwrap(line)
    assert all(abs(a[0] - b[0]) <= 180.000001 for a, b in itertools.pairwise(found))
    assert all(
        abs((a[0] - b[0]) / 360 - round((a[0] - b[0]) / 360)) < 1e-9 for a, b in zip(found, line, strict=True)
    )


def test_the_globe_is_cut_open_away_from_the_sites():
    pacific = [great_circle(TOKYO, (-112.0, 33.0)), [TOKYO], [(-112.0, 33.0)]]
    west = best_west(pacific)
    assert -112 < west < 139  # through the Atlantic, not through the Pacific
    view = view_of(pacific, BOX, west)
    xs = [view.spot(site)[0] for site in (TOKYO, (-112.0, 33.0))]
    assert 0 < xs[0] < xs[1] < 800  # Japan left of America, both in sight


@given(st.lists(places, min_size=2, max_size=12), st.sampled_from([WIDE, NARROW]), st.data())
def test_every_site_is_in_the_overview(sites, width, data):
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(sites), st.sampled_from(sites)), max_size=6))
    found = panels(sites, [great_circle(a, b, 48) for a, b in pairs], width)
    assert all(holds(found.overview, site) for site in sites)
    for look in found.looks:
        assert look.scale > found.overview.scale
        assert 0 <= look.box.left < look.box.right <= found.width + 1e-6
        assert 0 <= look.box.top < look.box.bottom <= found.height + 1e-6


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_lanes_all_the_way_round_leave_no_site_out(width):
    """Brazil's vaccine: a lane over the far north to China, one from there west to Rio in the south."""
    sites = [(-70.9, 42.6), (120.3, 31.5), (4.3, 50.6), (13.2, 41.7), (-43.2, -22.9), (73.9, 18.5)]
    ways = [great_circle(sites[a], sites[b], 48) for a, b in ((0, 1), (0, 2), (2, 4), (1, 3), (1, 4))]
    found = panels(sites, ways, width)
    for site in sites:
        x, y = found.overview.spot(site)
        assert found.overview.box.left + 5 <= x <= found.overview.box.right - 5
        assert found.overview.box.top + 5 <= y <= found.overview.box.bottom - 5


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_every_site_of_a_crowded_map_has_its_mark(narrow):
    chart = crowded_map()
    spec = chart.spec(narrow=narrow)
    tips = [
        row["tip"]
        for layer in spec["layer"]
        if layer["mark"]["type"] == "point"
        for row in layer["data"]["values"]
        if "tip" in row
    ]
    assert set(tips) == {site.tip for site in chart.sites}


@given(st.lists(st.tuples(st.floats(-50, 150), st.floats(-50, 150)), min_size=2, max_size=15))
def test_a_clipped_line_lies_in_the_box_and_is_no_longer(line):
    box = Box(0, 0, 100, 100)
    pieces = clip_line(line, box)
    assert all(-1e-6 <= x <= 100 + 1e-6 and -1e-6 <= y <= 100 + 1e-6 for piece in pieces for x, y in piece)
    assert sum(map(length, pieces)) <= length(line) + 1e-6


@given(st.floats(-50, 140), st.floats(-50, 140), st.floats(1, 200), st.floats(1, 200))
def test_a_clipped_rectangle_has_the_area_that_both_share(x, y, wide, high):
    ring = clip_ring([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], Box(0, 0, 100, 100))
    shared = max(0.0, min(100, x + wide) - max(0, x)) * max(0.0, min(100, y + high) - max(0, y))
    assert (area(ring) if ring else 0.0) == pytest.approx(shared, abs=1e-6)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=2, max_size=20), st.floats(0.1, 10))
def test_a_thinned_line_keeps_its_ends_and_its_order(line, tolerance):
    found = simplify(line, tolerance)
    assert (found[0], found[-1]) == (line[0], line[-1])
    left = iter(line)
    assert all(point in left for point in found)


@pytest.mark.parametrize(
    ("name", "place", "dry"),
    [
        ("Canberra", (149.1, -35.3), True),
        ("Brasilia", (-47.9, -15.8), True),
        ("Nagano", (138.2, 36.6), True),
        ("Tucson", (-110.9, 32.2), True),
        ("Warsaw", (21.0, 52.2), True),
        ("Null Island", (0.0, 0.0), False),
        ("North Pacific", (-150.0, 30.0), False),
        ("date line at the equator", (180.0, 0.5), False),
        ("Bay of Bengal", (88.0, 14.0), False),
    ],
)
def test_cities_stand_on_land_and_the_sea_is_none(name, place, dry):
    view = view_of([[place]], BOX, place[0] - 180, least=40.0)
    spot = view.spot(place)
    assert sum(_inside(spot, ring) for ring in land(view)) % 2 == dry, name


def _inside(spot, ring) -> bool:
    """Count the edges that a ray to the right crosses."""
    x, y = spot
    crossed = [
        (x1 - x0) * (y - y0) / (y1 - y0) + x0 > x
        for (x0, y0), (x1, y1) in itertools.pairwise(ring)
        if (y0 > y) != (y1 > y)
    ]
    return sum(crossed) % 2 == 1
