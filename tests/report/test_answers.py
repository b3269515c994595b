"""The answers beyond the plan: cures, worth, work share, frontier, plans nearby, from tables made by hand."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest

from coprod.report.chapters.amounts import amount, change
from coprod.report.chapters.holds import chapter as challenges
from coprod.report.chapters.nearby import nearby_tables, nearby_text
from coprod.report.chapters.options import chapter as options
from coprod.report.chapters.remedies import remedy_tables, remedy_text
from coprod.report.chapters.share import share_tables, share_text
from coprod.report.chapters.tradeoff import frontier_figures, frontier_text
from coprod.report.chapters.worth import worth_tables, worth_text
from coprod.report.material import Material
from coprod.report.parts import plain
from coprod.results.schema import result_schema
from coprod.results.table import make_table
from coprod.run import run_study
from coprod.study import read

NAN, NAT = math.nan, pd.NaT
BLANK = {"text": "", "number": NAN, "integer": 0, "date": NAT, "boolean": False}


@pytest.fixture(scope="module")
def run(tmp_path_factory, repository_root):
    """The example hello, planned; nothing is explained."""
    tables = read(repository_root / "examples" / "hello")[0]
    return run_study(tables, tmp_path_factory.mktemp("answers") / "run").path


@pytest.fixture
def given(run, monkeypatch):
    """Give the run's material with tables of answers in it; what a row does not say is blank."""
    material = Material(run)

    def with_tables(**tables):
        for name, rows in tables.items():
            columns = result_schema()[name].values()
            blank = {column.name: BLANK[column.type] for column in columns}
            full = [blank | {"option": material.option} | row for row in rows]
            frame = make_table(name, {key: [row[key] for row in full] for key in blank})
            monkeypatch.setitem(material._frames, (name, None, "results"), frame)
        return material

    return with_tables


def day(text):
    return pd.Timestamp(text)


def texts(said):
    """Return sentences as they read, with plain spaces."""
    return re.sub(r"[\u00a0\u202f]", " ", " ".join(plain(one) for one in said))


def cells(table):
    """Return a table's cells as they read, with plain spaces."""
    return [[texts([str(cell)]) for cell in row.cells] for row in table.rows]


CURES = [
    {"cure": 1, "part": 1, "kind": "investment", "name": "line A", "by": 1, "unit": "builds", "now": 0},
    {"cure": 1, "part": 2, "kind": "investment", "name": "line B", "by": 1, "unit": "builds", "now": 0},
    {"cure": 2, "part": 1, "kind": "line rate", "name": "line A", "by": 13.81, "unit": "units a month"},
    {"cure": 3, "part": 1, "kind": "objective's date", "name": "depot", "by": 5, "unit": "months"},
]
PRICED = [row | ({"cost": 4.2e7} if row["cure"] == 1 else {}) for row in CURES]
MOVED = {"first": day("2031-12-31"), "last": day("2032-05-31")}


def test_the_first_cure_is_told_with_all_its_changes_and_its_cost_once(given):
    material = given(cures=[*PRICED[:3], PRICED[3] | MOVED])
    said = texts(remedy_text(material))
    assert "line A and line B" in said
    assert "42 M" in said
    (table,) = remedy_tables(material)
    costs = [row[-1] for row in cells(table)]
    assert "42 M" in costs[0]
    assert costs[1:] == ["–"] * 3
    assert cells(table)[2][2] == "+13.9 a month"
    assert cells(table)[3][2] == "+5 months"
    assert cells(table)[3][4] == "Dec 2031 to May 2032"


def test_a_cure_without_a_price_is_told_without_one(given):
    said = texts(remedy_text(given(cures=CURES[2:3])))
    assert "Rate of line A" in said
    assert "$" not in said
    assert "€" not in said


def test_sets_that_contradict_each_other_are_counted(given):
    rows = [
        {"conflict": n, "member": m, "about": "due dates", "kind": "due date", "name": f"order {n}{m}"}
        | {"limit": 5.0, "unit": "units", "first": day("2031-03-01"), "last": day("2031-03-31")}
        for n in (1, 2)
        for m in (1, 2)
    ]
    material = given(conflicts=rows)
    assert "2 sets" in texts(remedy_text(material))
    (table,) = remedy_tables(material)
    assert [row[1] for row in cells(table)] == ["1", "1", "2", "2"]
    # A single month has its year.
    assert cells(table)[0][3] == "Mar 2031"
    limits = given(conflicts=[row | {"about": "limits"} for row in rows])
    assert "however late" in texts(remedy_text(limits))


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (13.81, "units a month", "+13.9 a month"),
        (13.8, "units a month", "+13.8 a month"),
        (-2.0, "months", "−2 months"),
        (1.0, "months", "+1 month"),
        (412.2, "units", "+413"),
        (-0.052, "fraction", "−6 %"),
        (2.5e9, "JPY", "+¥2500 M"),
        (2.501e9, "JPY", "+¥2510 M"),
        (NAN, "units", "–"),
    ],
)
def test_a_change_is_rounded_so_that_it_is_still_enough(given, value, unit, said):
    assert texts([change(given(), value, unit)]) == said


def test_an_amount_is_rounded_to_the_nearest(given):
    assert texts([amount(given(), 13.81, "units a month")]) == "13.8 a month"


WORTH = {
    "rank": 1,
    "kind": "line rate",
    "name": "line A",
    "step": 10.0,
    "unit": "units a month",
    "from": day("2029-06-01"),
    "gain": 2780.0,
    "share": 0.25,
    "end_item": "pump",
    "rate": 9.5,
    "rate_from": day("2029-09-01"),
    "rate_to": day("2030-08-31"),
    "up_to": 52.6,
}


@pytest.mark.parametrize(
    ("changed", "step", "held"),
    [
        ({}, "10 a month from Jun 2029", "52.6 a month"),
        ({"unit": "units"}, "by 10 from", "up to 52.6."),
        ({"kind": "lead time", "unit": "months", "step": 1.0, "up_to": 3.0}, "by 1 month,", "3 months"),
        (
            {"kind": "budget", "name": "US/2030", "unit": "USD a year", "step": 1.2e9, "up_to": 2e9},
            "USD",
            "2 bi",
        ),
        ({"up_to": NAN}, "10 a month", ""),
    ],
)
def test_worth_is_told_in_the_limits_own_unit(given, changed, step, held):
    second = WORTH | {"rank": 2, "gain": 5.0, "name": "another"}
    material = given(worth=[WORTH | changed, second])
    said = texts(worth_text(material))
    assert step in said
    assert held in said
    assert ("Each further one" in said) is bool(held)
    assert "25 %" in said
    assert "another" not in said
    assert "From Sep 2029 to Aug 2030 9.5 more pump" in said
    (table,) = worth_tables(material)
    assert len(table.rows) == 2


def test_a_worth_of_nothing_is_not_told(given):
    assert worth_text(given(worth=[WORTH | {"gain": 0.0}])) == []


RANGE = {"party": "Japan", "partner": True, "share": 0.05, "least": 0.02, "most": 0.22, "most_late": 0.29}
CURVE = [
    {
        "party": "Japan",
        "share": 0.05,
        "state": "without delay",
        "extra_cost": 0.0,
        "months": 0.0,
        "builds": "A; B",
    },
    {"party": "Japan", "share": 0.121, "state": "without delay", "extra_cost": 4e7, "per_percent": 5.6e6}
    | {"months": 0.0, "builds": "A; C", "full_from": day("2030-12-31")},
    {"party": "Japan", "share": 0.3, "state": "not possible", "extra_cost": NAN, "months": NAN},
]


def test_the_work_share_is_told_as_a_range_with_and_without_delay(given):
    ranges = [RANGE, {"party": "Norway", "partner": False}]
    said = texts(share_text(given(work_share_range=ranges, work_share_curve=CURVE)))
    assert "between 2 % and 22 %" in said
    assert "$40 M more" in said
    assert "29 %" in said
    assert "Norway" not in said
    fixed = given(work_share_range=[RANGE | {"least": 0.05, "most": 0.05, "most_late": 0.05}])
    assert "between" not in texts(share_text(fixed))


def test_each_share_is_compared_with_the_cheapest_plan(given):
    (table,) = share_tables(given(work_share_curve=CURVE))
    first, second, last = cells(table)
    assert first == ["5 %", "$0", "–", "0", "kept", "–"]
    assert second == ["12.1 %", "+$40 M", "+$5.6 M", "0", "kept", "builds C; does not build B"]
    assert last == ["30 %", "–", "–", "–", "not possible", "–"]


def frontier(material, *costs):
    """Return points a year apart with these costs over the cheapest; 0 is as planned."""
    name = material.headlines[0].name
    return [
        {"objective": name, "point": n + 1, "full_from": day(f"{2028 + n}-03-31"), "months": 12.0 * n}
        | {"cost": 1e9 + cost, "extra_cost": cost, "per_month": 2e6, "as_planned": cost == 0}
        for n, cost in enumerate(costs)
    ]


def test_the_frontier_says_what_an_earlier_date_costs_and_a_later_one_saves(given):
    material = given()
    given(frontier=frontier(material, 3e7, 0.0, -2e7))
    said = texts(frontier_text(material))
    assert "Mar 2028 in place of Mar 2029" in said
    assert "30 M more" in said
    assert "saves" in said
    (figure,) = frontier_figures(material)
    assert texts([figure.title]).endswith("50 M cheaper")
    assert len(figure.data.rows) == 3
    # The run's own options cost far less than the hand-made thousand million.
    assert all(option.letter in figure.note.rsplit(":", 1)[-1] for option in material.options)


def test_a_frontier_of_one_date_has_no_figure(given):
    material = given()
    given(frontier=frontier(material, 0.0))
    assert frontier_figures(material) == []
    assert "before Mar 2028" in texts(frontier_text(material))


PLANS = [
    {"plan": 1, "extra_cost": 0.0, "extra": 0.0},
    {"plan": 2, "extra_cost": 1e7, "extra": 0.0123, "builds_added": "C", "activities_left_out": "a; b"},
]
LEEWAY = [
    {"kind": "investment", "name": "A", "state": "must", "chosen": 1.0, "least": 1.0, "most": 1.0},
    {
        "kind": "investment",
        "name": "C",
        "state": "may",
        "chosen": 0.0,
        "least": 0.0,
        "most": 1.0,
        "turned_cost": 1e7,
    },
    {
        "kind": "share of value added",
        "name": "Japan",
        "state": "may",
        "chosen": 0.05,
        "least": 0.02,
        "most": 0.1,
    },
]


def test_plans_that_cost_hardly_more_are_told_by_what_they_share_and_where_they_differ(given):
    material = given(alternatives=PLANS, leeway=LEEWAY)
    said = texts(nearby_text(material))
    assert "1 other plan" in said
    assert "1 % more" in said
    assert "have A." in said
    assert "choose: C." in said
    plans, leeway = nearby_tables(material)
    assert cells(plans)[1][2] == "builds C; does not use a, b"
    assert [row[0] for row in cells(leeway)] == ["C", "Japan", "A"]
    assert cells(leeway)[1][3:6] == ["5 %", "2 %", "10 %"]


def test_a_cheapest_plan_that_stands_alone_is_told_so(given):
    material = given(alternatives=PLANS[:1])
    assert "No plan" in texts(nearby_text(material))
    assert nearby_tables(material) == []


def test_a_run_without_these_tables_says_what_was_not_worked_out(given):
    material = given()
    for told in (remedy_text, worth_text, share_text, frontier_text, nearby_text):
        assert told(material) == []
    for made in (remedy_tables, worth_tables, share_tables, frontier_figures, nearby_tables):
        assert made(material) == []
    assert "not worked out" in texts(challenges(material).paragraphs)
    assert "not worked out" in texts(options(material).paragraphs)
