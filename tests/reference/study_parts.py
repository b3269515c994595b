"""The parts of a generated study, table by table; each adds its rows to what the parts before have drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tests.reference.naive_study import DAYS, UNITS

if TYPE_CHECKING:
    from tests.reference.studies import Draw


def places(draw: Draw, rows) -> None:
    rows["sites"] += [
        {"site": "us", "partner": "US"},
        {"site": "jp", "partner": "JP"},
        {"site": "depot"},
    ]
    for item, kind in (("round", "end item"), ("kit", "component"), ("powder", "material")):
        row = {"item": item, "kind": kind}
        if draw.chance(0.6):
            row["holding_cost_per_month"] = float(draw.pick(0.5, 1, 2))
        rows["items"].append(row)


def _process(draw: Draw, name: str, site: str, item: str, **more) -> dict:
    row = {
        "process": name,
        "site": site,
        "item": item,
        "unit_cost": float(draw.whole(0, 20)),
        **draw.duration("lead_time", 3),
        **more,
    }
    if draw.has("yields") and draw.chance(0.5):
        row["yield_fraction"] = draw.pick(0.5, 0.8, 0.9)
    if draw.has("alt") and draw.chance(0.5):
        row |= draw.duration("administrative_lead_time", 2)
    if draw.chance(0.15):
        row["available_from"] = draw.inside(draw.whole(-1, 2))
    if draw.chance(0.1):
        row["available_to"] = draw.inside(draw.n - draw.whole(1, 3))
    return row


def _offset(draw: Draw, process: dict) -> dict:
    """An offset of an input or load, 0 to the lead time, in any unit."""
    if not draw.has("offsets") or draw.chance(0.4):
        return {}
    days = sum(process.get(f"lead_time_{unit}", 0.0) * per for unit, per in UNITS.items())
    unit = draw.pick(*UNITS)
    share = draw.pick(0.3, 0.5, 1.0)
    same = process.get(f"lead_time_{unit}")
    value = same * share if same is not None else np.floor(days * share / UNITS[unit] * 1e6) / 1e6
    return {f"offset_{unit}": float(value)}


def activities(draw: Draw, rows) -> None:
    final = _process(draw, "final-us", "us", "round")
    processes = [final, _process(draw, "kit-us", "us", "kit")]
    if draw.has("alternate"):
        processes.append(_process(draw, "final-jp", "jp", "round"))
        if draw.chance(0.5):
            processes.append(_process(draw, "kit-jp", "jp", "kit"))
    if draw.has("material"):
        processes.append(_process(draw, "buy-powder", "us", "powder"))
    if draw.has("sale"):
        # Bounded by its line, or the plan would be.
        sale = {
            "process": "sell-kits",
            "site": "us",
            "item": "powder",
            "unit_cost": -float(draw.whole(5, 40)),
        }
        processes.append(sale)
        rows["inputs"].append({"process": "sell-kits", "item": "kit"})
        rows["loads"].append({"process": "sell-kits", "resource": "market"})
        rows["resources"].append(
            {"resource": "market", "site": "us", "maximum_rate_per_month": draw.rate(draw.whole(1, 5))}
        )
    for row in processes:
        if row["process"].startswith("final"):
            rows["inputs"].append(
                {
                    "process": row["process"],
                    "item": "kit",
                    "quantity_per": float(draw.pick(1, 1, 2, 0.5)),
                    **_offset(draw, row),
                }
            )
        if row["process"].startswith("kit") and draw.has("material"):
            rows["inputs"].append(
                {"process": row["process"], "item": "powder", "quantity_per": 2.0, **_offset(draw, row)}
            )
            if row["site"] == "jp" and draw.chance(0.4):
                rows["inputs"][-1]["site"] = "us"
    if draw.has("lanes") or draw.has("alternate"):
        for item, origin, end in (
            ("round", "us", "depot"),
            ("round", "jp", "depot"),
            ("kit", "us", "jp"),
            ("kit", "jp", "us"),
        ):
            lane = {"item": item, "from_site": origin, "to_site": end, "unit_cost": float(draw.whole(0, 5))}
            lane |= draw.duration("lead_time", 1)
            if draw.chance(0.3):
                lane["capacity_per_month"] = draw.rate(draw.whole(2, 8))
            rows["lanes"].append(lane)
        if draw.has("material") and draw.chance(0.5):
            rows["lanes"].append(
                {
                    "item": "powder",
                    "from_site": "us",
                    "to_site": "jp",
                    "lead_time_days": 1.0,
                    "unit_cost": 1.0,
                }
            )
    if draw.has("inactive"):
        rows["processes"].append(_process(draw, "idle", "us", "round", active=False, unit_cost=0.0))
        rows["resources"].append(
            {"resource": "closed-line", "site": "us", "maximum_rate_per_month": 1.0, "active": False}
        )
        rows["items"].append({"item": "ghost", "active": False})
        forbidden = _process(draw, "forbidden", "us", "kit", unit_cost=0.0)
        processes.append(forbidden)
        if draw.chance(0.5):
            rows["loads"].append({"process": "forbidden", "resource": "closed-line"})
        else:
            rows["inputs"].append({"process": "forbidden", "item": "ghost"})
        rows["inputs"].append({"process": "final-us", "item": "powder", "quantity_per": 9.0, "active": False})
    rows["processes"] += processes


def lines(draw: Draw, rows) -> None:
    by_name = {row["process"]: row for row in rows["processes"]}
    for name, row in by_name.items():
        if name in ("idle", "forbidden", "sell-kits", "buy-powder") or draw.chance(0.15):
            continue
        line = {"resource": f"line-{name}", "site": row["site"]}
        rate = draw.rate(draw.whole(2, 9))
        match draw.pick("maximum", "rate", "both", "none"):
            case "maximum":
                line["maximum_rate_per_month"] = rate
            case "rate":
                line["rate_per_month"] = rate
            case "both":
                line |= {"rate_per_month": rate, "maximum_rate_per_month": draw.rate(draw.whole(1, 9))}
            case _ if draw.has("msr"):
                line["maximum_rate_per_month"] = rate
        if draw.has("msr") and draw.chance(0.6):
            most = min(line.get("rate_per_month", np.inf), line.get("maximum_rate_per_month", np.inf))
            line["minimum_sustaining_rate_per_month"] = float(np.round(most * draw.pick(0.2, 0.5), 3))
        if draw.has("fixed cost") and draw.chance(0.6):
            line["fixed_cost_per_month"] = float(draw.whole(1, 10))
        rows["resources"].append(line)
        if draw.chance(0.4):
            row["resource"] = line["resource"]
            row["resource_use"] = float(draw.pick(1, 1, 2))
            row["resource_at"] = draw.pick("start", "completion")
        else:
            rows["loads"].append(
                {
                    "process": name,
                    "resource": line["resource"],
                    "use_per_unit": float(draw.pick(1, 1, 0.5)),
                    **_offset(draw, row),
                }
            )
    if draw.chance(0.2) and len(by_name) > 2:  # one more resource that two processes share
        rows["resources"].append(
            {"resource": "crew", "site": "us", "rate_per_month": draw.rate(draw.whole(4, 15))}
        )
        rows["loads"] += [
            {"process": "final-us", "resource": "crew"},
            {"process": "kit-us", "resource": "crew", "use_per_unit": 0.5},
        ]


def supplies(draw: Draw, rows) -> None:
    if not draw.has("material"):
        rows["stock"].append({"item": "powder", "site": "us", "quantity": 3.0})
    if draw.chance(0.6):
        rows["stock"].append(
            {
                "item": draw.pick("round", "kit"),
                "site": draw.pick("us", "us", "depot"),
                "quantity": float(draw.whole(0, 12)),
            }
        )
    if draw.has("pipeline"):
        for t in {draw.whole(-2, draw.n), draw.whole(0, 3)}:
            rows["stock"].append(
                {
                    "item": draw.pick("round", "kit"),
                    "site": "us",
                    "quantity": float(draw.whole(1, 9)),
                    "due": draw.inside(t),
                }
            )
    if draw.has("limits"):
        rows["stock_limits"].append({"item": "kit", "site": "us", "maximum": float(draw.whole(15, 40))})
        if draw.chance(0.5):
            rows["stock_limits"].append(
                {"item": "round", "site": "us", "minimum": float(draw.pick(0, 1, 2)), "maximum": 60.0}
            )


def needs(draw: Draw, rows) -> None:
    shipped = any(lane["to_site"] == "depot" for lane in rows["lanes"])
    place = lambda: draw.pick("us", "depot") if shipped else "us"  # noqa: E731
    for number in range(draw.whole(0, 3)):
        due = draw.whole(-1, draw.n - 1)
        row = {
            "demand": f"order-{number}",
            "item": draw.pick("round", "round", "kit"),
            "site": "us",
            "quantity": float(draw.whole(0, 25)),
        }
        row["due"] = min(draw.inside(due), draw.last(draw.n - 1))
        if row["item"] == "round":
            row["site"] = place()
        if draw.has("until") and draw.chance(0.6):
            row["until"] = max(row["due"], draw.inside(min(draw.n - 1, max(due, 0) + draw.whole(0, 4))))
        if draw.has("classes"):
            row |= {"priority": float(draw.whole(1, 3)), "weight": float(draw.pick(1, 2, 0.5))}
        if draw.has("inactive") and draw.chance(0.3):
            row["active"] = False
        rows["demands"].append(row)
    for number in range(draw.whole(0 if rows["demands"] else 1, 2)):
        row = {
            "objective": f"stockpile-{number}",
            "item": "round",
            "site": place(),
            "level": float(draw.whole(1, 30)),
        }
        if draw.has("by") and draw.chance(0.7):
            row["by"] = draw.inside(draw.whole(0, draw.n - 1))
        if draw.has("classes"):
            row |= {"priority": float(draw.whole(1, 2)), "weight": float(draw.pick(1, 3))}
        rows["stock_objectives"].append(row)


def licence(draw: Draw, rows) -> None:
    licensed = [r for r in rows["processes"] if r["site"] == "jp"] or [
        r for r in rows["processes"] if r["process"] == "final-us"
    ]
    row = {"licence": "agreement", "licensor": "US", "licensee": "JP"}
    if draw.has("licence"):
        if draw.chance(0.6):
            row |= {"quantity_cap": float(draw.whole(5, 30)), "already_used": float(draw.whole(0, 5))}
        if draw.chance(0.6):
            row["cap_per_year"] = float(draw.whole(3, 20))
        if draw.chance(0.5):
            row["valid_from"] = draw.inside(draw.whole(-2, 2))
        if draw.chance(0.3):
            row["valid_to"] = draw.inside(draw.n - draw.whole(1, 3))
        if draw.chance(0.3):
            row["counted_item"] = "round"
        if draw.has("inactive") and draw.chance(0.3):
            row["active"] = False
    if draw.has("work share"):
        row |= {"minimum_work_share": draw.pick(0.2, 0.5), "party": draw.pick("JP", "US")}
        if draw.chance(0.3):
            row["scope"] = ("round",)
    rows["licences"].append(row)
    for process in licensed:
        process["licence"] = "agreement"
    if rows["lanes"] and draw.has("licence"):
        rows["licences"].append(
            {
                "licence": "export",
                "cap_per_year": float(draw.whole(5, 20)),
                "valid_from": draw.inside(draw.whole(-1, 1)),
            }
        )
        for lane in rows["lanes"]:
            if lane["from_site"] == "jp":
                lane["licence"] = "export"


def investments(draw: Draw, rows) -> None:
    # Left out: several builds of an investment with a fixed start, and a gate on a line with a sustaining
    # rate (whether fixed cost then runs from the gate or while the line is open is not said).
    lines = [r["resource"] for r in rows["resources"] if r["resource"].startswith("line-")]
    if draw.has("investments") and lines:
        row = {
            "investment": "widen",
            "capex": float(draw.whole(0, 200)),
            "resource": tuple(lines[: draw.whole(1, 2)]),
            "adds_rate_per_month": draw.rate(draw.whole(1, 8)),
            **draw.duration("lead_time", 2),
        }
        if draw.chance(0.5):
            row["ramp_months"] = DAYS[draw.kind] / UNITS["months"] * draw.pick(1, 2, 3, 1.5)
        match draw.pick("free", "free", "several", "fixed", "sunk"):
            case "several":
                row["max_builds"] = 2.0
            case "fixed":
                row["start"] = draw.inside(draw.whole(0, draw.n - 1))
            case "sunk":
                row["start"] = draw.inside(-draw.whole(1, 3))
            case _ if draw.chance(0.4):
                row["earliest"] = draw.inside(draw.whole(-1, 3))
        rows["investments"].append(row)
        if draw.chance(0.3) and "start" not in row:
            rows["inputs"].append(
                {
                    "process": "widen",
                    "item": "kit",
                    "site": "us",
                    "quantity_per": float(draw.whole(1, 3)),
                    **_offset(draw, row),
                }
            )
        if draw.chance(0.3):
            free = [
                r["resource"]
                for r in rows["resources"]
                if not r.get("minimum_sustaining_rate_per_month") and r.get("active", True)
            ]
            if free:
                rows["loads"].append(
                    {"process": "widen", "resource": free[0], "use_per_unit": 1.0, **_offset(draw, row)}
                )
    if draw.has("gates"):
        gated = [
            r["process"] for r in rows["processes"] if r["process"] in ("final-jp", "kit-jp", "sell-kits")
        ]
        gated += [
            r["resource"]
            for r in rows["resources"]
            if not r.get("minimum_sustaining_rate_per_month") and r["resource"] == "line-kit-us"
        ]
        gated += [f"{r['item']}/{r['from_site']}/{r['to_site']}" for r in rows["lanes"][:1]]
        gated += [r["licence"] for r in rows["licences"][:1]]
        if not gated:
            gated = ["final-us"]
        row = {
            "investment": "qualify",
            "capex": float(draw.whole(0, 100)),
            "enables": (draw.pick(*gated),),
            **draw.duration("lead_time", 2),
        }
        if draw.chance(0.2):
            row["start"] = draw.inside(-draw.whole(1, 4))
        elif draw.chance(0.2):
            row["start"] = draw.inside(draw.whole(0, 3))
        if draw.has("inactive") and draw.chance(0.3):
            row["active"] = False
        rows["investments"].append(row)
        if len(gated) > 1 and draw.chance(0.4):
            rows["investments"].append(
                {
                    "investment": "qualify-2",
                    "capex": float(draw.whole(0, 60)),
                    "enables": tuple(gated[:2]),
                    **draw.duration("lead_time", 1),
                }
            )
            if draw.chance(0.5):
                rows["investments"][-1]["requires"] = ("qualify",)
    if len(rows["investments"]) > 1 and draw.chance(0.3):
        first, second = rows["investments"][0], rows["investments"][-1]
        if "start" not in second:
            second["excludes" if draw.chance(0.5) and "requires" not in second else "requires"] = (
                first["investment"],
            )


def money(draw: Draw, rows) -> None:
    if draw.has("money") or draw.has("budgets"):
        rows["payers"] += [
            {
                "payer": "usg",
                "fiscal_year_start": 10.0,
                "fiscal_year_named_by": draw.pick("most", "end", "start"),
            },
            {"payer": "jmod", "currency": "JPY", "fiscal_year_start": 4.0},
        ]
        if draw.chance(0.3):
            rows["payers"].append({"payer": "firm", "currency": "USD"})
        for year, rate in ((2026, 150.0), (2027, 145.0), (2029, 140.0))[: draw.whole(1, 3)]:
            rows["exchange_rates"].append({"currency": "JPY", "year": float(year), "per_base": rate})
        rows["funding"].append({"payer": "usg", "share": 1.0})
        if any(row["site"] == "jp" for row in rows["processes"]) or rows["lanes"]:
            rows["funding"] += [
                {"key": "*jp*", "payer": "jmod", "share": 0.75},
                {"key": "*jp*", "payer": "usg", "share": 0.25},
            ]
        if draw.chance(0.5):
            rows["funding"] += [
                {"table": "investments", "payer": rows["payers"][-1]["payer"]},
                {"key": "wid*", "category": "investment", "payer": "jmod"},
            ][: 1 + any(row["investment"] == "widen" for row in rows["investments"])]
        for process in rows["processes"]:
            if process["site"] == "jp" and draw.chance(0.7):
                process["unit_cost"] *= 150
                process["currency"] = "JPY"
    elif draw.chance(0.3):
        rows["payers"].append({"payer": "usg"})
    if draw.has("escalation"):
        for year in (2025, 2027, 2028)[: draw.whole(1, 3)]:
            rows["escalation"].append(
                {
                    "currency": draw.pick("USD", "USD", "JPY")
                    if draw.has("money") or draw.has("budgets")
                    else "USD",
                    "year": float(year),
                    "index": 100.0 * 1.03 ** (year - 2025),
                }
            )
    if draw.has("budgets"):
        _budgets(draw, rows)


def _budgets(draw: Draw, rows) -> None:
    # Every fiscal year that a period can touch has a row, or carry-over into a year without one would come
    # up, of which the conventions say nothing. Fixed cost and fixed builds get no ceiling they could break.
    if any(
        r.get("fixed_cost_per_month") or r.get("holding_cost_per_month")
        for r in rows["resources"] + rows["items"]
    ):
        scale = 30.0
    else:
        scale = 10.0
    years = range(draw.first(-3).year - 1, draw.first(draw.n).year + 2)
    fixed = sum(r["capex"] for r in rows["investments"] if "start" in r)
    for payer, rate in (("usg", 1.0), ("jmod", 150.0)):
        if draw.chance(0.7):
            carry = draw.has("carry over")
            for year in years:
                amount = float(draw.whole(5, 40)) * scale * rate + fixed * rate
                rows["budgets"].append(
                    {"payer": payer, "fiscal_year": float(year), "amount": amount, "carry_over": carry}
                )
                if draw.chance(0.3) and not carry:
                    rows["budgets"].append(
                        {
                            "payer": payer,
                            "fiscal_year": float(year),
                            "category": "production",
                            "amount": round(amount / 2, 1),
                        }
                    )


def profiles(draw: Draw, rows) -> None:
    choices = [("processes", "final-us", "unit_cost", 7.0), ("processes", "kit-us", "yield_fraction", 0.75)]
    choices += [("items", "round", "holding_cost_per_month", 0.25)]
    for line in rows["resources"]:
        if line.get("active", True) and not line.get("minimum_sustaining_rate_per_month"):
            column = "rate_per_month" if "rate_per_month" in line else "maximum_rate_per_month"
            choices.append(("resources", line["resource"], column, draw.rate(draw.whole(0, 12))))
    for lane in rows["lanes"][:1]:
        choices.append(
            (
                "lanes",
                f"{lane['item']}/{lane['from_site']}/{lane['to_site']}",
                "capacity_per_month",
                draw.rate(4),
            )
        )
    for number in sorted({draw.whole(0, len(choices) - 1) for _ in range(3)}):
        table, key, column, value = choices[number]
        for t in sorted({draw.whole(-1, draw.n - 1) for _ in range(draw.whole(1, 2))}):
            rows["profiles"].append(
                {
                    "table": table,
                    "key": key,
                    "column": column,
                    "from": draw.inside(t),
                    "value": value * draw.pick(1.0, 0.5, 1.0),
                }
            )
