"""
Published planning models written as studies.

A translator takes a case of the shared file (its data and rules) and returns a study whose last goal,
``cost``, is the published objective: a maximised profit is a negative cost. The words used are the study's
own: what is on hand is opening stock, a sale is a process with a negative unit cost, a limit on sales,
purchases or hours is a line, and a plant with a fixed charge is an investment that enables it. Money is
undiscounted. One period of a case is one period of the study, of the kind that lets the study say what the
case says; one-period cases take a month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod.study.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Callable

Case = dict[str, Any]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

#: What a study cannot say, so far, and why.
NOT_EXPRESSED = {
    "aircraft": "two stages under uncertainty: one assignment serves every demand state",
    "pulp_gemstone": "two stages under uncertainty: steel bought once serves every scenario",
    "williams_factory_planning_2": "choosing when a line is down: a build widens a line, nothing narrows it",
    "williams_food_1": "blending: the mean hardness of a mixture is bounded",
    "williams_food_2": "blending, and conditions on which oils may meet in it",
    "williams_refinery": "blending, and processes with several outputs",
    "williams_mining": "blending to a grade",
    "williams_manpower": "training is limited to a share of the stock it goes into",
    "williams_economic_planning": "capacity grows by any amount; a build is a whole one",
    "williams_economic_planning_book": "capacity grows by any amount; a build is a whole one",
    "williams_farm": "a cow has several outputs: milk, a calf and itself a year older",
    "williams_power_1": "lines go on and off at will; here a closed one opens again only by a build",
    "williams_decentralisation": "costs of pairs of departments (quadratic assignment)",
    **{f"orlib_pmedcap0{n}": "every customer has a single source" for n in range(1, 6)},
}


def table(case: Case, name: str) -> list[dict[str, Any]]:
    found = case["data"]["tables"][name]
    return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]


def study(
    case: Case, *, period: str = "month", horizon: str = "2027-01-31", **rows: list[dict[str, Any]]
) -> Tables:
    """A study from 1 January 2027 without discounting; items and sites are those its rows speak of."""
    items: dict[str, None] = {}
    sites: dict[str, None] = {}
    for found in rows.values():
        for row in found:
            items |= dict.fromkeys(row[c] for c in ("item",) if c in row)
            sites |= dict.fromkeys(row[c] for c in ("site", "from_site", "to_site") if c in row)
    named = {row["item"]: row for row in rows.pop("items", [])}
    settings = {
        "title": case["title"],
        "study_date": "2027-01-01",
        "start": "2027-01-01",
        "horizon": horizon,
        "period": period,
        "price_year": 2027,
        "calm_allowance_fraction": 0.0,  # the published figure is the least cost, not a calm plan's
    }
    return Tables.from_rows(
        settings,
        items=[named.get(item, {"item": item}) for item in items],
        sites=[{"site": site} for site in sites],
        **rows,
    )


def by_period(
    kind: str, key: str, column: str, values: list[float], period: str = "month"
) -> list[dict[str, Any]]:
    """Profile rows that give a figure its value in every period from the start on."""
    dates = {
        "month": [f"2027-{t + 1:02d}-01" for t in range(12)],
        "quarter": [f"2027-{3 * t + 1:02d}-01" for t in range(4)],
        "year": [f"{2027 + t}-01-01" for t in range(20)],
    }[period]
    return [
        {"table": kind, "key": key, "column": column, "from": day, "value": float(value)}
        for day, value in zip(dates, values, strict=False)
    ]


def transport(
    case: Case, supply: dict[str, float], demand: dict[str, float], cost: dict[tuple[str, str], float]
) -> Tables:
    """Goods on hand at origins, orders at destinations, a lane for each price."""
    return study(
        case,
        stock=[{"item": "goods", "site": site, "quantity": float(units)} for site, units in supply.items()],
        demands=[
            {"demand": site, "item": "goods", "site": site, "quantity": float(units), "due": "2027-01-31"}
            for site, units in demand.items()
        ],
        lanes=[
            {"item": "goods", "from_site": a, "to_site": b, "unit_cost": price}
            for (a, b), price in cost.items()
        ],
    )


def trnsport(case: Case) -> Tables:
    per = case["data"]["scalars"]["freight_usd_per_case_per_thousand_miles"] / 1000
    return transport(
        case,
        {r["plant"]: r["capacity"] for r in table(case, "supply")},
        {r["market"]: r["demand"] for r in table(case, "demand")},
        {(r["plant"], r["market"]): per * r["thousand_miles"] for r in table(case, "distance")},
    )


def millco(case: Case) -> Tables:
    per = case["data"]["scalars"]["cost_per_haul_mile_of_distance"]
    return transport(
        case,
        {f"site {r['site']}": r["loads"] for r in table(case, "supply")},
        {r["mill"]: r["loads"] for r in table(case, "demand")},
        {
            (f"site {row['site']}", mill): per * miles
            for row in table(case, "distance")
            for mill, miles in row.items()
            if mill != "site"
        },
    )


def prodmix(case: Case) -> Tables:
    prices = {r["desk"]: r["price"] for r in table(case, "price")}
    return study(
        case,
        resources=[
            {"resource": r["shop"], "site": "works", "maximum_rate_per_month": float(r["hours"])}
            for r in table(case, "capacity")
        ],
        processes=[
            {"process": d, "site": "works", "item": d, "unit_cost": -float(p)} for d, p in prices.items()
        ],
        loads=[
            {"process": desk, "resource": row["shop"], "use_per_unit": float(row[desk])}
            for row in table(case, "labour_hours_per_desk")
            for desk in prices
        ],
    )


def whouse(case: Case) -> Tables:
    data, prices = case["data"]["scalars"], [r["price"] for r in table(case, "price")]
    return study(
        case,
        period="quarter",
        horizon="2027-12-31",
        items=[{"item": "good", "holding_cost_per_month": data["storage_cost_per_unit_quarter"] / 3}],
        processes=[
            {"process": "buy", "site": "store", "item": "good"},
            {"process": "sell", "site": "store", "item": "sold"},
        ],
        inputs=[{"process": "sell", "item": "good"}],
        stock=[{"item": "good", "site": "store", "quantity": float(data["initial_stock"])}],
        stock_limits=[{"item": "good", "site": "store", "maximum": float(data["storage_capacity"])}],
        profiles=by_period("processes", "buy", "unit_cost", prices, "quarter")
        + by_period("processes", "sell", "unit_cost", [-p for p in prices], "quarter"),
    )


def mexss(case: Case) -> Tables:
    """Raw materials are bought at the plants; intermediates have no lane; exports are sold at the port."""
    data = case["data"]["scalars"]
    kinds = {r["commodity"]: r["class"] for r in table(case, "commodities")}
    prices = {(r["commodity"], r["kind"]): r["price"] for r in table(case, "prices")}
    units = {(r["plant"], r["unit"]): r["capacity"] for r in table(case, "capacity")}
    unit_of = {r["process"]: (r["unit"], r["use_per_unit_of_level"]) for r in table(case, "process_unit")}
    plants = list(dict.fromkeys(plant for plant, _ in units))
    processes, inputs, loads = [], [], []
    for plant in plants:
        processes.extend(
            {
                "process": f"buy {raw} {plant}",
                "site": plant,
                "item": raw,
                "unit_cost": prices[raw, "domestic"],
            }
            for raw in (c for c, kind in kinds.items() if kind == "raw")
        )
        for name, (unit, use) in unit_of.items():
            if (plant, unit) not in units:
                continue
            rows = [r for r in table(case, "process_io") if r["process"] == name]
            made = next(r["commodity"] for r in rows if r["amount_per_unit_of_level"] == 1.0)
            process = f"{name} {plant}"
            processes.append({"process": process, "site": plant, "item": made})
            loads.append({"process": process, "resource": f"{unit} {plant}", "use_per_unit": use})
            inputs += [
                {"process": process, "item": r["commodity"], "quantity_per": -r["amount_per_unit_of_level"]}
                for r in rows
                if r["amount_per_unit_of_level"] < 0
            ]
    processes += [
        {
            "process": "import",
            "site": "import",
            "item": "steel",
            "unit_cost": float(prices["steel", "import"]),
        },
        {
            "process": "export",
            "site": "export",
            "item": "exported",
            "unit_cost": -float(prices["steel", "export"]),
        },
    ]
    inputs.append({"process": "export", "item": "steel"})
    loads.append({"process": "export", "resource": "export limit"})
    freight = lambda km: 0.0 if km is None else data["freight_fixed_per_t"] + data["freight_per_t_km"] * km  # noqa: E731
    total = data["steel_demand_total"] * (1 + data["raw_steel_uplift_percent"] / 100)
    return study(
        case,
        processes=processes,
        inputs=inputs,
        loads=loads,
        resources=[
            *(
                {"resource": f"{unit} {plant}", "site": plant, "maximum_rate_per_month": capacity}
                for (plant, unit), capacity in units.items()
            ),
            {"resource": "export limit", "site": "export", "maximum_rate_per_month": data["export_limit"]},
        ],
        lanes=[
            {"item": "steel", "from_site": r["from"], "to_site": r["to"], "unit_cost": freight(r["km"])}
            for r in table(case, "distance")
        ],
        demands=[
            {
                "demand": r["market"],
                "item": "steel",
                "site": r["market"],
                "quantity": total * r["percent"] / 100,
                "due": "2027-01-31",
            }
            for r in table(case, "demand_share")
        ],
    )


def factory_planning(case: Case) -> Tables:
    """Six months; what may be sold in a month is a line with a rate by month, machines down likewise."""
    data = case["data"]["scalars"]
    profit = {r["product"]: float(r["profit"]) for r in table(case, "profit")}
    months = [r["month"] for r in table(case, "market_limit")]
    down = {(r["month"], r["machine"]): r["count"] for r in table(case, "machines_down")}
    profiles = []
    for row in table(case, "machines"):
        hours = [
            data["hours_per_machine_month"] * (row["installed"] - down.get((m, row["machine"]), 0))
            for m in months
        ]
        profiles += by_period("resources", row["machine"], "rate_per_month", hours)
    for product in profit:
        limits = [r[product] for r in table(case, "market_limit")]
        profiles += by_period("resources", f"market {product}", "rate_per_month", limits)
        final = [0.0] * (len(months) - 1) + [data["final_stock_per_product"]]
        profiles += by_period("stock_limits", f"{product}/works", "minimum", final)
        ceiling = [data["stock_limit_per_product"]] * (len(months) - 1) + [data["final_stock_per_product"]]
        profiles += by_period("stock_limits", f"{product}/works", "maximum", ceiling)
    return study(
        case,
        horizon="2027-06-30",
        items=[{"item": p, "holding_cost_per_month": data["holding_cost_per_unit_month"]} for p in profit],
        processes=[
            *({"process": f"make {p}", "site": "works", "item": p} for p in profit),
            *(
                {"process": f"sell {p}", "site": "works", "item": f"{p} sold", "unit_cost": -profit[p]}
                for p in profit
            ),
        ],
        inputs=[{"process": f"sell {p}", "item": p} for p in profit],
        loads=[
            *(
                {
                    "process": f"make {r['product']}",
                    "resource": r["machine"],
                    "use_per_unit": r["hours_per_unit"],
                }
                for r in table(case, "hours")
            ),
            *({"process": f"sell {p}", "resource": f"market {p}"} for p in profit),
        ],
        resources=[
            *({"resource": r["machine"], "site": "works"} for r in table(case, "machines")),
            *({"resource": f"market {p}", "site": "works"} for p in profit),
        ],
        stock_limits=[{"item": p, "site": "works"} for p in profit],
        profiles=profiles,
    )


def distribution(case: Case) -> Tables:
    """
    What has passed a depot (a process with the depot's throughput), or leaves a factory directly, is another
    item.
    """
    factories = {r["factory"]: r["capacity"] for r in table(case, "factories")}
    depots = {r["depot"]: r["throughput_limit"] for r in table(case, "depots")}
    return study(
        case,
        stock=[{"item": "made", "site": f, "quantity": float(q)} for f, q in factories.items()],
        processes=[{"process": f"through {s}", "site": s, "item": "cleared"} for s in [*factories, *depots]],
        inputs=[{"process": f"through {s}", "item": "made"} for s in [*factories, *depots]],
        resources=[{"resource": d, "site": d, "maximum_rate_per_month": float(q)} for d, q in depots.items()],
        loads=[{"process": f"through {d}", "resource": d} for d in depots],
        lanes=[
            {
                "item": "made" if r["to"] in depots else "cleared",
                "from_site": r["from"],
                "to_site": r["to"],
                "unit_cost": r["cost_per_t"],
            }
            for r in table(case, "arcs")
        ],
        demands=[
            {
                "demand": r["customer"],
                "item": "cleared",
                "site": r["customer"],
                "quantity": float(r["demand"]),
                "due": "2027-01-31",
            }
            for r in table(case, "customers")
        ],
    )


def steelp(case: Case) -> Tables:
    hours = {r["mill"]: r["hours"] for r in table(case, "available_hours")}
    cost = {r["product"]: r for r in table(case, "make_cost_per_t")}
    processes, loads = [], []
    for row in table(case, "rate_t_per_hour"):
        for mill in hours:
            name = f"{row['product']} {mill}"
            price = float(cost[row["product"]][mill])
            processes.append({"process": name, "site": mill, "item": row["product"], "unit_cost": price})
            loads.append({"process": name, "resource": mill, "use_per_unit": 1 / row[mill]})
    return study(
        case,
        resources=[{"resource": m, "site": m, "maximum_rate_per_month": float(h)} for m, h in hours.items()],
        processes=processes,
        loads=loads,
        lanes=[
            {"item": r["product"], "from_site": r["mill"], "to_site": place, "unit_cost": float(price)}
            for r in table(case, "freight_per_t")
            for place, price in r.items()
            if place not in ("product", "mill")
        ],
        demands=[
            {
                "demand": f"{r['product']} {place}",
                "item": r["product"],
                "site": place,
                "quantity": float(tons),
                "due": "2027-01-31",
            }
            for r in table(case, "demand")
            for place, tons in r.items()
            if place != "product"
        ],
    )


def bim_budget(case: Case, budget: float | None = None) -> Tables:
    """
    Twelve periods with a purchase budget each, so a month of the case is a year of the study.

    The warehouse is shared by all materials: to store is a process of one period that loads it, and nothing
    stays at the works otherwise. A thirteenth period holds what is left at the end. Another payer pays for
    storing.
    """
    data = case["data"]["scalars"]
    budget = data["budget_per_month"] if budget is None else budget
    prices = {r["material"]: [float(r[m]) for m in MONTHS] for r in table(case, "price")}
    ends = by_period
    profiles = []
    for material, by_month in prices.items():
        profiles += ends("processes", f"buy {material}", "unit_cost", by_month, "year")
    for row in table(case, "stock"):
        key = f"{row['material']}/works"
        profiles += ends("stock_limits", key, "minimum", [0.0] * 12 + [row["required_at_end"]], "year")
        profiles += ends("stock_limits", key, "maximum", [0.0] * 12 + [data["stock_limit_total"]], "year")
    chips = {r["chip"]: [r[m] for m in MONTHS] for r in table(case, "chip_demand")}
    return study(
        case,
        period="year",
        horizon="2039-12-31",
        processes=[
            *(
                {"process": f"buy {m}", "site": "works", "item": m, "available_to": "2038-12-31"}
                for m in prices
            ),
            *(
                {
                    "process": f"store {m}",
                    "site": "works",
                    "item": m,
                    "lead_time_months": 12.0,
                    "unit_cost": data["holding_cost_per_unit_month"],
                    "resource": "warehouse",
                }
                for m in prices
            ),
            *({"process": f"make {chip}", "site": "works", "item": chip} for chip in chips),
        ],
        inputs=[
            *({"process": f"store {m}", "item": m} for m in prices),
            *(
                {
                    "process": f"make {r['chip']}",
                    "item": r["material"],
                    "quantity_per": float(r["quantity_per"]),
                }
                for r in table(case, "bill_of_material")
            ),
        ],
        resources=[
            {
                "resource": "warehouse",
                "site": "works",
                "maximum_rate_per_month": data["stock_limit_total"] / 12,
            }
        ],
        stock=[
            {"item": r["material"], "site": "works", "quantity": float(r["initial"])}
            for r in table(case, "stock")
        ],
        stock_limits=[
            *({"item": r["material"], "site": "works"} for r in table(case, "stock")),
            *({"item": chip, "site": "works", "maximum": 0.0} for chip in chips),
        ],
        demands=[
            {
                "demand": f"{chip} {month}",
                "item": chip,
                "site": "works",
                "quantity": float(units[t]),
                "due": f"{2027 + t}-12-31",
            }
            for chip, units in chips.items()
            for t, month in enumerate(MONTHS)
        ],
        payers=[{"payer": "buyer"}, {"payer": "warehouse"}],
        funding=[{"payer": "buyer"}, {"table": "processes", "key": "store*", "payer": "warehouse"}],
        budgets=[
            {"payer": "buyer", "fiscal_year": float(2027 + t), "amount": float(budget)} for t in range(12)
        ],
        profiles=profiles,
    )


def opencast(case: Case) -> Tables:
    """A block is an investment that requires the four above it; its ore, if any, is sold once it is dug."""
    worth = {f"block-{r['block']}": float(r["profit"]) for r in table(case, "blocks")}
    above = {
        f"block-{r['block']}": tuple(f"block-{r[f'above_{n}']}" for n in range(1, 5))
        for r in table(case, "needs")
    }
    ore = [b for b, value in worth.items() if value > 0]
    return study(
        case,
        investments=[
            {
                "investment": block,
                "capex": max(0.0, -value),
                "requires": above.get(block, ()),
                "enables": (f"sell {block}",) if value > 0 else (),
            }
            for block, value in worth.items()
        ],
        processes=[
            {
                "process": f"sell {b}",
                "site": "pit",
                "item": "ore",
                "unit_cost": -worth[b],
                "resource": f"ore {b}",
            }
            for b in ore
        ],
        resources=[{"resource": f"ore {b}", "site": "pit", "maximum_rate_per_month": 1.0} for b in ore],
    )


def computer_plant(case: Case) -> Tables:
    """Running a plant is an investment that enables its process."""
    plants = {r["plant"]: r for r in table(case, "plants")}
    return study(
        case,
        investments=[
            {"investment": f"run {p}", "capex": float(r["fixed_cost"]), "enables": (f"make {p}",)}
            for p, r in plants.items()
        ],
        processes=[{"process": f"make {p}", "site": p, "item": "computer", "resource": p} for p in plants],
        resources=[
            {"resource": p, "site": p, "maximum_rate_per_month": float(r["capacity"])}
            for p, r in plants.items()
        ],
        lanes=[
            {"item": "computer", "from_site": r["plant"], "to_site": store, "unit_cost": float(price)}
            for r in table(case, "freight_per_unit")
            for store, price in r.items()
            if store != "plant"
        ],
        demands=[
            {
                "demand": r["store"],
                "item": "computer",
                "site": r["store"],
                "quantity": float(r["demand"]),
                "due": "2027-01-31",
            }
            for r in table(case, "demand")
        ],
    )


def wagner_whitin(case: Case) -> Tables:
    """An order is an investment that enables buying in its month alone."""
    rows = table(case, "periods")
    month = {r["period"]: f"2027-{n + 1:02d}" for n, r in enumerate(rows)}
    last = {
        r["period"]: f"2027-{n + 1:02d}-{28 if n == 1 else 30 if n in (3, 5, 8, 10) else 31}"
        for n, r in enumerate(rows)
    }
    return study(
        case,
        horizon=last[rows[-1]["period"]],
        items=[{"item": "good"}],
        investments=[
            {
                "investment": f"order-{r['period']}",
                "capex": float(r["fixed_cost"]),
                "enables": (f"buy-{r['period']}",),
            }
            for r in rows
        ],
        processes=[
            {
                "process": f"buy-{r['period']}",
                "site": "store",
                "item": "good",
                "unit_cost": float(r.get("purchase_cost") or 0.0),
                "available_from": month[r["period"]] + "-01",
                "available_to": last[r["period"]],
            }
            for r in rows
        ],
        stock=[
            {"item": "good", "site": "store", "quantity": float(case["data"]["scalars"]["initial_stock"])}
        ],
        demands=[
            {
                "demand": f"month-{r['period']}",
                "item": "good",
                "site": "store",
                "quantity": float(r["demand"]),
                "due": last[r["period"]],
            }
            for r in rows
        ],
        profiles=by_period("items", "good", "holding_cost_per_month", [r["holding_cost"] for r in rows]),
    )


def speaker_kit(case: Case, *, on_hand: bool = True, holding: bool = True) -> Tables:
    """
    Material requirements planning, lot for lot, over eight weeks.

    An item is dearer to hold the higher it stands in the product, so that the cheapest plan is the latest
    one.
    """
    data = case["data"]["scalars"]
    items, bill = table(case, "items"), table(case, "bill_of_material")
    parents = {r["parent"] for r in bill}
    cost = {r["item"]: 1.0 for r in items} | {"F": 5.0, "B": 30.0, "C": 30.0, "A": 500.0}
    assert set(cost) >= parents
    return study(
        case,
        period="week",
        horizon="2027-02-25",  # eight weeks from Friday 1 January 2027
        items=[{"item": i, "holding_cost_per_month": c if holding else 0.0} for i, c in cost.items()],
        processes=[
            {
                "process": r["item"],
                "site": "works",
                "item": r["item"],
                "lead_time_weeks": float(r["lead_time_weeks"]),
            }
            for r in items
        ],
        inputs=[
            {"process": r["parent"], "item": r["component"], "quantity_per": float(r["quantity_per"])}
            for r in bill
        ],
        stock=[
            {"item": r["item"], "site": "works", "quantity": float(r["on_hand"])}
            for r in items
            if on_hand and r["on_hand"]
        ],
        demands=[
            {
                "demand": "kits",
                "item": data["demand_item"],
                "site": "works",
                "quantity": float(data["demand_quantity"]),
                "due": "2027-02-25",
            }
        ],
    )


#: Case to the study that says the same.
TRANSLATORS: dict[str, Callable[[Case], Tables]] = {
    "trnsport": trnsport,
    "millco": millco,
    "prodmix": prodmix,
    "whouse": whouse,
    "mexss": mexss,
    "williams_factory_planning_1": factory_planning,
    "williams_distribution_1": distribution,
    "ampl_steelp": steelp,
    "bim_budget": bim_budget,
    "williams_opencast": opencast,
    "pulp_computer_plant": computer_plant,
    "wagner_whitin_example_3_9": wagner_whitin,
    "wagner_whitin_problem_3_27": wagner_whitin,
    "wagner_whitin_problem_3_29": wagner_whitin,
    "wagner_whitin_price_change": wagner_whitin,
    "mrp_speaker_kit": speaker_kit,
}
