"""How much of an activity a plan can need: tight enough for rows that switch, and never too little."""

import numpy as np
import pytest
from hypothesis import given, settings
from tests.reference.planned import planned
from tests.reference.studies import studies

from coprod.network import compile_network
from coprod.study.tables import Tables


def study(**rows):
    """Nine missiles at the depot, each of two kits; kits are made at either plant and lanes go both ways."""
    base = {
        "items": [{"item": "missile", "kind": "end item"}, {"item": "kit"}],
        "sites": [{"site": "us"}, {"site": "jp"}],
        "processes": [
            {"process": "final", "item": "missile", "site": "us", "yield_fraction": 0.9},
            {"process": "kits-us", "item": "kit", "site": "us", "yield_fraction": 0.5},
            {"process": "kits-jp", "item": "kit", "site": "jp"},
        ],
        "inputs": [{"process": "final", "item": "kit", "quantity_per": 2.0}],
        "lanes": [
            {"item": "kit", "from_site": "us", "to_site": "jp"},
            {"item": "kit", "from_site": "jp", "to_site": "us"},
        ],
        "stock_objectives": [{"objective": "full", "item": "missile", "site": "us", "level": 9.0}],
    }
    settings = {"title": "b", "study_date": "2027-01-01", "start": "2027-01-01", "horizon": "2027-12-31"}
    return Tables.from_rows(settings, **{**base, **rows})


def bounds(tables):
    network = compile_network(tables)
    return dict(zip(network.activities.key, network.activities.upper.max(axis=1).tolist(), strict=True))


def test_needs_are_exploded_and_lanes_both_ways_do_not_feed_on_themselves():
    # 9 / 0.9 = 10 starts of the missile, 20 kits: 40 starts in the US or 20 in Japan; a lane between the two
    # may carry each away and back.
    assert bounds(study()) == pytest.approx(
        {"final": 10.0, "kits-us": 40.0, "kits-jp": 20.0, "kit/us/jp": 40.0, "kit/jp/us": 40.0}
    )


def test_a_line_or_a_lane_bounds_what_loads_it_with_every_build_on_it():
    found = bounds(
        study(
            loads=[{"process": "final", "resource": "line", "use_per_unit": 2.0}],
            resources=[{"resource": "line", "site": "us", "rate_per_month": 3.0}],
            investments=[
                {"investment": "more", "resource": ("line",), "adds_rate_per_month": 4.0, "max_builds": 2.0}
            ],
            lanes=[{"item": "kit", "from_site": "jp", "to_site": "us", "capacity_per_month": 6.0}],
        )
    )
    assert found["final"] == pytest.approx((3.0 + 2 * 4.0) / 2.0)
    assert found["kit/jp/us"] == 6.0
    assert found["more"] == 2.0


def test_a_circle_of_processes_has_a_finite_bound():
    # A missile is taken apart into a kit, and takes two: needs feed on themselves up to the limit.
    split = {"process": "split", "item": "kit", "site": "us", "lead_time_months": 1.0}
    base = study()["processes"][["process", "item", "site", "yield_fraction"]].to_dict("records")
    found = bounds(
        study(
            processes=[*base, split],
            inputs=[
                {"process": "final", "item": "kit", "quantity_per": 2.0},
                {"process": "split", "item": "missile"},
            ],
        )
    )
    assert np.isfinite(list(found.values())).all()


@settings(max_examples=10)
@given(studies(max_periods=6, features=["alternate", "lanes", "material", "yields", "offsets", "pipeline"]))
def test_no_plan_starts_more_than_its_bound(tables):
    # The bounds are what rows that switch something on allow, so no best plan may need more.
    network = compile_network(tables)
    starts = planned(tables, calm_allowance=0.0).starts
    upper = dict(zip(network.activities.key, network.activities.upper.max(axis=1), strict=True))
    for process, quantity in zip(starts["process"], starts["quantity"], strict=True):
        assert quantity <= upper[process] + 1e-6


def test_a_sale_is_bounded_by_its_line_alone_and_what_it_takes_is_wanted():
    # Found by generated study 109: a gated sale was held to a unit a period, for nobody needs what it makes.
    # The market takes 5 a month, 60 in the year: 60 kits more, 120 starts in the US (half are good) or 60 in
    # Japan, on top of the 40 and 20 that the missiles need.
    found = bounds(
        study(
            items=[{"item": "missile", "kind": "end item"}, {"item": "kit"}, {"item": "sold"}],
            processes=[
                {"process": "final", "item": "missile", "site": "us", "yield_fraction": 0.9},
                {"process": "kits-us", "item": "kit", "site": "us", "yield_fraction": 0.5},
                {"process": "kits-jp", "item": "kit", "site": "jp"},
                {"process": "sell", "item": "sold", "site": "us", "unit_cost": -7.0},
            ],
            inputs=[
                {"process": "final", "item": "kit", "quantity_per": 2.0},
                {"process": "sell", "item": "kit"},
            ],
            loads=[{"process": "sell", "resource": "market"}],
            resources=[{"resource": "market", "site": "us", "rate_per_month": 5.0}],
        )
    )
    assert found["sell"] == pytest.approx(5.0)
    assert found["kits-us"] == pytest.approx(160.0)
    assert found["kits-jp"] == pytest.approx(80.0)


def test_a_gated_sale_sells_all_that_its_market_takes():
    # Open from the start for 10; 5 a month for twelve months at 7 each: -420 + 10.
    tables = study(
        items=[{"item": "sold"}],
        processes=[{"process": "sell", "item": "sold", "site": "us", "unit_cost": -7.0}],
        inputs=[],
        lanes=[],
        stock_objectives=[],
        loads=[{"process": "sell", "resource": "market"}],
        resources=[{"resource": "market", "site": "us", "rate_per_month": 5.0}],
        investments=[{"investment": "gate", "capex": 10.0, "enables": ("sell",)}],
    )
    stages = planned(tables).stages
    assert stages["best"].iloc[-1] == pytest.approx(-410.0)


def test_a_share_asks_for_no_more_than_outweighs_the_others():
    # Final assembly at 30, ten of them for nine missiles, 300 in all; of the value 90 % has to be Japan's:
    # 2,700, which kits at 2 come to with 1,350. No line and no input bounds them; needed are 20. Held to 20 a
    # month, no missile could be made at all.
    tables = study(
        processes=[
            {"process": "final", "item": "missile", "site": "us", "yield_fraction": 0.9, "unit_cost": 30.0},
            {"process": "kits-jp", "item": "kit", "site": "jp", "unit_cost": 2.0, "licence": "L"},
        ],
        sites=[{"site": "us", "partner": "US"}, {"site": "jp", "partner": "Japan"}],
        lanes=[{"item": "kit", "from_site": "jp", "to_site": "us"}],
        licences=[{"licence": "L", "minimum_work_share": 0.9, "party": "Japan"}],
    )
    assert bounds(tables)["kits-jp"] == pytest.approx(20.0 + 1350.0)
    assert planned(tables).stages["best"].tolist() == pytest.approx([0.0, 300.0 + 2700.0])
