"""
A peer's test suite written as studies on day periods.

An instant at 00:00 of a day is that day's period: what starts on day D with a lag of L days is there on day
D + L and can leave then. A run of q units that takes `fixed + q × per unit` days is planned in runs of the
size the case was checked with; durations round up to whole days. A delivery that takes days is a lane to the
customer, a validity judged at arrival is one of the start, a lag earlier. Priorities, orders and receipts
are the study's own.
"""

from __future__ import annotations

import itertools
import math
from datetime import date, timedelta
from typing import Any

from coprod.study.tables import Tables

Case = dict[str, Any]
DAYS_PER_MONTH = 365.25 / 12
UNLIMITED = 1e6  # a month, where a lane's capacity opens on a date: far above any order

#: Cases whose deliveries must be equal, order by order and day by day, and what of them is compared.
EXACT = {
    "constraints_leadtime_1": "both orders",
    "constraints_leadtime_3": "both orders, in both variants",
    "constraints_material_1": "twelve orders, and what is never delivered",
    "criticality": "three orders, and every latest start",
    "demand_policy": "the orders that may come in parts and at any date: A, H1 to H3, J1 to J3",
    "distribution_1": "five orders; 1a and 1b together",
    "flow_alternate_1": "the order",
    "flow_location": "the order",
    "operation_alternate": "seven orders, and that 4. item comes from the cheapest source",
    "operation_effective": "five orders; a due time of 12:00 is taken at 00:00, on the safe side",
    "supplier": "every order; the lot of item C changes no delivery",
}

#: Cases whose answer bounds ours, and why no more can be said.
BOUND = {
    "constraints_leadtime_2": "hours: whole days promise no earlier, and at most a day a step later",
    "constraints_resource_1": "lots of 10; without lots a plan is no later than the heuristic's",
    "constraints_resource_4": "runs hold a machine; without runs a plan is no later than the heuristic's",
    "period_of_cover": "one shipment, lots of 15: complete on the answer's day, parts earlier",
}

#: What a study cannot say, and why.
NOT_EXPRESSED = {
    "constraints_material_4": "lots of exactly 1000, and the number of lots is the answer",
    "constraints_resource_2": "orders that are dropped when late, lots of 10",
    "constraints_resource_3": "lots of 10 and hours: without lots a part of order 3 is in time",
    "load_alternate": "a run needs 1.5 machines at once; a plan of quantities makes two thirds of it on one",
    "operation_split": "shares of each order in units, one run per order and way of making",
}

#: Orders of a case that ask for what a study cannot say.
LEFT_OUT = {
    "demand_policy": {
        "order B": "dropped when late",
        "order C": "whole or not at all",
        "order D": "whole, and dropped when late",
        "order E": "dropped when two days late",
        "order F": "smallest shipment",
        "order G": "smallest shipment, above the order",
        **{f"order I{n}": "a group delivered together" for n in (1, 2, 3)},
    }
}


def day(text: str) -> date:
    """The day of an instant, its time dropped."""
    return date.fromisoformat(text[:10])


def lag(process: dict[str, Any]) -> int:
    """Days from start to end of a run of the size given, rounded up; a second is rounding of the file."""
    return math.ceil(process["fixed_days"] + process["per_unit_days"] * process.get("run_size", 1) - 1e-5)


def study(case: Case, variant: str | None = None) -> Tables:
    """Write a case as a study, with one of its variants."""
    given, changes = case["translation"], case["translation"].get("variants", {}).get(variant, {})
    changes = {} if isinstance(changes, str) else changes
    rows: dict[str, list[dict[str, Any]]] = {
        name: []
        for name in ("processes", "inputs", "loads", "lanes", "demands", "resources", "profiles", "stock")
    }
    for number, process in enumerate(given["processes"]):
        _process(rows, {**process, **changes.get(process["process"], {})}, number, day(given["start"]))
    for demand in given["demands"]:
        if demand["demand"] not in LEFT_OUT.get(case["test"], {}):
            _demand(rows, demand)
    for held in (*given.get("on_hand", ()), *given.get("receipts", ())):
        due = {"due": day(held["date"])} if "date" in held else {}
        rows["stock"].append(
            {"item": held["item"], "site": held["site"], "quantity": float(held["quantity"]), **due}
        )
    for resource in given.get("resources", ()):
        name, steps = resource["resource"], resource["capacity"]
        rows["resources"].append(
            {
                "resource": name,
                "site": resource["site"],
                "rate_per_month": float(steps[0]["value"]) * DAYS_PER_MONTH,
            }
        )
        rows["profiles"] += [
            _figure("resources", name, "rate_per_month", day(step["from"]), step["value"] * DAYS_PER_MONTH)
            for step in steps[1:]
        ]
    # Holding is dearer the later a good stands in the product, so that the cheapest plan is the latest.
    stage = _stages(rows)
    sites = {row[column] for table in rows.values() for row in table for column in SITES if column in row}
    return Tables.from_rows(
        {
            "title": case["title"],
            "study_date": given["start"],
            "start": given["start"],
            "horizon": given["horizon"],
            "period": "day",
            "calm_allowance_fraction": 0.0,
        },
        items=[
            {"item": item, "holding_cost_per_month": float(10 ** stage.get(item, 0))}
            for item in dict.fromkeys([*given["items"], *(row["item"] for row in rows["demands"])])
        ],
        sites=[{"site": site} for site in sorted(sites)],
        **rows,
    )


SITES = ("site", "from_site", "to_site")


def _figure(table: str, key: str, column: str, start: date, value: float) -> dict[str, Any]:
    return {"table": table, "key": key, "column": column, "from": start, "value": float(value)}


def _process(rows: dict[str, list], process: dict[str, Any], number: int, start: date) -> None:
    """Add a lane, or a process for every choice among alternate inputs."""
    days, (output,) = lag(process), process["outputs"]
    before, after = process.get("arrivals_not_before"), process.get("arrivals_not_after")
    first = day(before) - timedelta(days=days) if before else None
    last = day(after) - timedelta(days=days) if after else None
    if process.get("kind") == "lane":
        key = f"{output['item']}/{process['site']}/{output['site']}"
        rows["lanes"].append(
            {
                "item": output["item"],
                "from_site": process["site"],
                "to_site": output["site"],
                "lead_time_days": float(days),
                **({"capacity_per_month": 0.0 if first > start else UNLIMITED} if first else {}),
            }
        )
        if first and first > start:
            rows["profiles"].append(_figure("lanes", key, "capacity_per_month", first, UNLIMITED))
        if last:
            rows["lanes"][-1]["capacity_per_month"] = UNLIMITED
            closed = last + timedelta(days=1)
            rows["profiles"].append(_figure("lanes", key, "capacity_per_month", closed, 0.0))
        return
    if "start_not_before" in process:
        first = day(process["start_not_before"])
    if last is not None and last < start:
        return  # nothing it starts arrives in time
    choices = [entry.get("any_of", [entry]) for entry in process["inputs"]]
    for way, chosen in enumerate(itertools.product(*choices)):
        name = f"{process['process']} {number}.{way}"
        rows["processes"].append(
            {
                "process": name,
                "site": output["site"],
                "item": output["item"],
                "lead_time_days": float(days),
                "unit_cost": float(process.get("unit_cost", 0.0)),
                **({"available_from": first} if first else {}),
                **({"available_to": last} if last else {}),
            }
        )
        for taken, entry in zip(chosen, process["inputs"], strict=True):
            source = entry["site"]
            rows["inputs"].append(
                {"process": name, "item": taken["item"], "quantity_per": float(taken["per_unit"])}
            )
            lane = {"item": taken["item"], "from_site": source, "to_site": output["site"]}
            if source != output["site"] and lane not in rows["lanes"]:
                rows["lanes"].append(lane)
        rows["loads"] += [
            {
                "process": name,
                "resource": load["resource"],
                # A run holds what it uses while it lasts.
                "use_per_unit": load["use"]
                * (process["fixed_days"] + process["per_unit_days"] * process.get("run_size", 1))
                / process.get("run_size", 1),
            }
            for load in process.get("resources", ())
        ]


def _demand(rows: dict[str, list], demand: dict[str, Any]) -> None:
    """Add an order, and the lane to its customer where delivery takes days."""
    site = demand["site"]
    if demand.get("delivery_days"):
        site = f"customer of {demand['demand']}"
        rows["lanes"].append(
            {
                "item": demand["item"],
                "from_site": demand["site"],
                "to_site": site,
                "lead_time_days": float(demand["delivery_days"]),
            }
        )
    rows["demands"].append(
        {
            "demand": demand["demand"],
            "item": demand["item"],
            "site": site,
            "quantity": float(demand["quantity"]),
            "due": day(demand["due"]),
            "priority": float(demand["priority"]),
        }
    )


def _stages(rows: dict[str, list]) -> dict[str, int]:
    """How many processes stand before an item on its longest chain."""
    inputs: dict[str, list[str]] = {}
    for row in rows["inputs"]:
        inputs.setdefault(row["process"], []).append(row["item"])
    stage: dict[str, int] = {}
    for _ in rows["processes"]:
        for row in rows["processes"]:
            before = [stage.get(item, 0) for item in inputs.get(row["process"], ())]
            stage[row["item"]] = max([stage.get(row["item"], 0), *(1 + n for n in before)])
    return stage
