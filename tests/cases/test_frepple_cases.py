"""A peer's test suite: deliveries by order and day, equal or within the bound that the case states."""

import json
from collections import defaultdict
from datetime import date, timedelta

import pytest
from tests.cases import frepple_cases
from tests.cases.frepple_cases import BOUND, EXACT, LEFT_OUT, NOT_EXPRESSED, day
from tests.reference.planned import planned

VARIANTS = {"constraints_leadtime_3": ("A", "B")}
RUNS = [(name, variant) for name in EXACT for variant in VARIANTS.get(name, (None,))]


@pytest.fixture(scope="module")
def cases(shared_data):
    """The cases by name: the plant, the answers, what may be compared."""
    text = (shared_data / "cases" / "frepple" / "cases.json").read_text(encoding="utf-8")
    return {case["test"]: case for case in json.loads(text)["cases"]}


def published(case, variant):
    """Cumulative deliveries of the constrained plan by order, and what each order asks for."""
    named = [a for a in case["answers"] if "by_demand" in a and a["plan"] != "unconstrained"]
    (answer,) = [a for a in named if variant is None or a["plan"].endswith(f"variant {variant}")]
    left_out = LEFT_OUT.get(case["test"], {})
    return {
        d["demand"]: {day(when): units for when, units in d["delivered_cumulative"].items()}
        for d in answer["by_demand"]
        if d["demand"] not in left_out
    }


def delivered(result):
    """Planned deliveries by order: day to quantity."""
    found = defaultdict(dict)
    for row in result.deliveries.itertuples():
        if row.quantity > 1e-7:
            found[row.demand][row.period.date()] = row.quantity
    return found


def until(curve, when):
    return max((units for on, units in curve.items() if on <= when), default=0.0)


def compared(case, variant):
    """
    Deliveries up to every day from the due date on, published and planned.

    Orders of one priority, date, site and item count together, and what is delivered early does not count.
    """
    result = planned(frepple_cases.study(case, variant))
    assert result.status == "optimal"
    plan, answer = delivered(result), published(case, variant)
    given = case["translation"]
    groups = defaultdict(list)
    for demand in given["demands"]:
        if demand["demand"] in answer:
            key = (demand["priority"], day(demand["due"]), demand["site"], demand["item"])
            groups[key].append(demand["demand"])
    rows = []
    start, end = day(given["start"]), day(given["horizon"])
    for (_, due, _, _), names in groups.items():
        when = max(due, start)
        while when <= end:
            theirs = sum(until(answer[name], when) for name in names)
            ours = sum(q for name in names for on, q in plan[name].items() if on <= when)
            rows.append((" + ".join(names), when, theirs, ours))
            when += timedelta(days=1)
    return rows, result


def test_every_case_is_compared_or_has_a_reason_why_not(cases):
    assert sorted([*EXACT, *BOUND, *NOT_EXPRESSED]) == sorted(cases)


@pytest.mark.parametrize(("name", "variant"), RUNS)
def test_deliveries_are_the_peers_on_every_day(cases, name, variant):
    rows, _ = compared(cases[name], variant)
    assert rows
    for order, when, theirs, ours in rows:
        assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-6), (order, when)


def test_a_lead_time_a_day_longer_is_noticed(cases):
    case = json.loads(json.dumps(cases["flow_location"]))
    next(p for p in case["translation"]["processes"] if "location C" in p["process"])["fixed_days"] += 1
    rows, _ = compared(case, None)
    # The hundred come a day later: on one day, the 17th, nothing is there yet.
    assert [(when, ours) for _, when, theirs, ours in rows if abs(ours - theirs) > 1e-6] == [
        (date(2025, 1, 17), 0.0)
    ]


def test_of_several_sources_in_time_the_cheapest_is_used(cases):
    _, result = compared(cases["operation_alternate"], None)
    made = result.starts[result.starts["process"].str.startswith("4.")].groupby("process")["quantity"].sum()
    assert {name[:14]: q for name, q in made.items() if q > 1e-6} == {"4. alternate B": pytest.approx(10.0)}


def test_starts_are_the_latest_where_holding_costs_rise_along_the_chain(cases):
    case = cases["criticality"]
    _, result = compared(case, None)
    planned_starts = defaultdict(float)
    for row in result.starts.itertuples():
        if row.quantity > 1e-6:
            planned_starts[row.process.rsplit(" ", 1)[0], row.period.date()] += row.quantity
    expected = defaultdict(float)
    (answer,) = [a for a in case["answers"] if a["plan"] == "just in time"]
    for row in answer["latest_starts"]:
        if row["process"] != "delivery":
            expected[row["process"], day(row["start"])] += row["quantity"]
    assert planned_starts == pytest.approx(dict(expected), abs=1e-6)


@pytest.mark.parametrize("name", ["constraints_resource_1", "constraints_resource_4"])
def test_a_plan_without_lots_or_runs_is_never_later_than_the_heuristic(cases, name):
    rows, _ = compared(cases[name], None)
    assert all(ours >= theirs - 1e-6 for _, _, theirs, ours in rows)
    # The published optimum is no lateness at all, which a relaxation must reach too.
    due = {d["demand"]: (day(d["due"]), d["quantity"]) for d in cases[name]["translation"]["demands"]}
    last = {order: ours for order, when, _, ours in rows for o in order.split(" + ") if when == due[o][0]}
    assert sum(last.values()) == pytest.approx(sum(quantity for _, quantity in due.values()))


def test_whole_days_promise_no_earlier_than_hours_and_at_most_a_day_a_step_later(cases):
    # 5 days and 19 hours along four steps: each step may round up to a day more.
    rows, _ = compared(cases["constraints_leadtime_2"], None)
    complete = min(when for _, when, _, ours in rows if ours >= 3.0 - 1e-6)
    assert date(2014, 1, 7) <= complete <= date(2014, 1, 7) + timedelta(days=3)


def test_an_order_shipped_whole_is_complete_on_its_day(cases):
    rows, _ = compared(cases["period_of_cover"], None)
    for order in {row[0] for row in rows}:
        theirs, ours = (
            [r[1] for r in rows if r[0] == order and r[n] >= _whole(rows, order) - 1e-6] for n in (2, 3)
        )
        assert min(theirs) == min(ours), order


def _whole(rows, order):
    return max(theirs for name, _, theirs, _ in rows if name == order)
