"""Published lead-time cases of frePPLe's test suite: the same dates, latest starts and critical chains."""

import json
from datetime import datetime

import pytest
from tests.reference.naive_study import MONTH

from coprod.leadtime import LeadtimeSettings, leadtime
from coprod.network import compile_network
from coprod.study.tables import Tables

EMPTY, TODAY = "empty stock", "today's stock"


@pytest.fixture(scope="module")
def cases(shared_data):
    """The published cases by name: translation and answers."""
    found = json.loads((shared_data / "cases" / "frepple" / "cases.json").read_text(encoding="utf-8"))
    return {case["test"]: case for case in found["cases"]}


def lead_times(case, *, run=1.0, **not_before):
    """
    Lead times of a case by days; every process makes runs of `run` units.

    A delivery time of orders is a lane to the customer. `not_before`, by process, is a variant's fence.
    """
    data = case["translation"]
    rows = {"sites": set(data["sites"]), "processes": [], "inputs": [], "lanes": []}
    for number, row in enumerate(data["processes"]):
        days = row["fixed_days"] + run * row["per_unit_days"]
        (output,) = row["outputs"]
        if row.get("kind") == "lane":
            lane = {"item": output["item"], "from_site": row["site"], "to_site": output["site"]}
            rows["lanes"].append({**lane, "lead_time_days": float(days)})
            continue
        name = f"{number} {row['process']}"
        process = {"process": name, "item": output["item"], "site": output["site"], "lead_time_days": days}
        fence = not_before.get(row["process"], row.get("start_not_before"))
        rows["processes"].append({**process, **({"available_from": fence} if fence else {})})
        rows["inputs"] += [{"process": name, "item": i["item"], "site": i["site"]} for i in row["inputs"]]
    demands = []
    for row in data["demands"]:
        site = row["site"]
        if row.get("delivery_days"):
            site = "customer"
            lane = {"item": row["item"], "from_site": row["site"], "to_site": site}
            if lane | {"lead_time_days": float(row["delivery_days"])} not in rows["lanes"]:
                rows["lanes"].append({**lane, "lead_time_days": float(row["delivery_days"])})
        due = max(row["due"], data["start"])
        demands.append(
            {"demand": row["demand"], "item": row["item"], "site": site, "quantity": 1.0, "due": due}
        )
    rows["sites"] = [{"site": site} for site in sorted({*rows["sites"], *(row["site"] for row in demands)})]
    settings = {
        "title": case["title"],
        "study_date": data["start"],
        "start": data["start"],
        "horizon": data["horizon"],
        "period": "day",
    }
    tables = Tables.from_rows(
        settings,
        items=[{"item": item} for item in data["items"]],
        stock=[{**row, "quantity": float(row["quantity"])} for row in data["on_hand"]],
        demands=demands,
        **rows,
    )
    return leadtime(compile_network(tables), LeadtimeSettings(long_lead_months=0.0))


def days(result, item, site, basis):
    rows = result.lead_times
    own = (rows["item"] == item) & (rows["site"] == site) & (rows["basis"] == basis)
    (found,) = rows.loc[own, "cumulative_days"]
    return found


def delivered(case, answer, demand):
    """Days from the start to each date on which more of a demand is published as delivered."""
    start = datetime.fromisoformat(case["translation"]["start"])
    (own,) = [row for row in case["answers"][answer]["by_demand"] if row["demand"] == demand]
    return [(datetime.fromisoformat(text) - start).days for text in own["delivered_cumulative"]]


def test_stock_of_components_leaves_the_last_step_and_the_delivery(cases):
    case = cases["constraints_leadtime_1"]
    result = lead_times(case)
    assert [days(result, "end item", "customer", TODAY)] == delivered(case, 0, "order 1") == [8]


def test_a_chain_of_runs_has_the_published_length_steps_and_latest_starts(cases):
    # One run of three units per process, whose time grows with the units: 225 hours in all.
    case = cases["constraints_leadtime_2"]
    result, answer = lead_times(case, run=3.0), case["answers"][1]
    # Per-unit hours are printed as ten digits of a day.
    assert days(result, "end item", "factory", EMPTY) * 24 == pytest.approx(
        answer["cumulative_lead_time_hours"], abs=1e-6
    )
    chain = result.chains[result.chains["basis"] == EMPTY].sort_values("step", ascending=False)
    assert [name.split(" ", 1)[1] for name in chain["name"]] == answer["critical_chain"]
    due = datetime(2014, 1, 1)
    expected = {
        row["process"]: (due - datetime.fromisoformat(row["start"])).total_seconds() / 86400
        for row in answer["latest_starts"]
    }
    orders = result.latest_orders
    found = dict(
        zip(orders["process"].str.split(" ", n=1).str[1], orders["months_before_need"] * MONTH, strict=True)
    )
    assert found == pytest.approx(expected, abs=1e-6)


def test_a_fence_counts_when_the_stock_behind_it_is_used_up(cases):
    # Fifteen subassemblies serve order 1 and half of order 2; the rest waits for the fence.
    case = cases["constraints_leadtime_3"]
    first, rest = delivered(case, 0, "order 2")
    assert days(lead_times(case), "end item", "factory", TODAY) == first
    bare = {**case, "translation": {**case["translation"], "on_hand": []}}
    assert days(lead_times(bare), "end item", "factory", TODAY) == rest
    fences = case["translation"]["variants"]["B"]
    later = lead_times(bare, **{name: change["start_not_before"] for name, change in fences.items()})
    assert days(later, "end item", "factory", TODAY) == delivered(case, 1, "order 2")[1]


def test_goods_on_hand_at_the_centre_come_first_and_then_those_that_are_bought(cases):
    case = cases["distribution_1"]
    result = lead_times(case)
    on_hand, bought = delivered(case, 0, "order 1a for product A")
    assert days(result, "product A", "Local DC 1a", TODAY) == on_hand
    assert days(result, "product A", "Local DC 1a", EMPTY) == bought
    # The second region buys for itself, quicker than the centre could send.
    assert [days(result, "product A", "Local DC 2a", EMPTY)] == delivered(case, 0, "order 3 for product A")


def test_of_two_components_at_other_sites_the_longer_decides_by_its_lead_over_the_other(cases):
    case = cases["flow_location"]
    result, answer = lead_times(case), case["answers"][0]
    assert [days(result, "end item", "location A", EMPTY)] == delivered(case, 0, "1. order 1")
    steps = result.chains[result.chains["basis"] == EMPTY]
    assert steps["name"].iloc[1].endswith("buy component from location C from Supplier of components")
    slack = answer["slack_days"]["component from location B"]
    assert steps["gain_months"].iloc[1] * MONTH == pytest.approx(slack)
