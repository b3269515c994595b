"""
Programme networks of any size: assembly trees with shared parts, several sites, lanes, lags, investments.

`programme(processes, seed)` returns a whole study of the class that the plan is made for. End items sit on
four to six levels of components; one component in three serves several parents; one item in five has a second
source at another site; a line serves one to three processes at 0.7 to 1.1 of what the orders ask of it; three
items in five have stock and pipeline. Investments widen the lines that are loaded most (ten, unless told
otherwise), and there may be money for a part of them only. Where orders surge beyond what the lines were laid
out for, most lines hold something back, and money has to choose among many investments worth having.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from coprod.study.tables import Tables

START_YEAR = 2027
BUILDS = 10
#: Fiscal years over which a budget for investments comes in.
BUDGET_YEARS = 6


@dataclass
class _Programme:
    """What is drawn so far: rows by table, and how many units of each item a month the orders ask for."""

    rng: np.random.Generator
    rows: dict[str, list[dict]] = field(default_factory=lambda: defaultdict(list))
    rate: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    makers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    value: dict[str, float] = field(default_factory=dict)
    parents: dict[str, list[tuple[str, float]]] = field(default_factory=lambda: defaultdict(list))

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)


def programme(
    processes: int,
    seed: int = 0,
    *,
    months: int = 120,
    builds: int = BUILDS,
    money: float | None = None,
    surge: float = 1.0,
    widening: float = 0.3,
) -> Tables:
    """
    Build a study.

    Parameters
    ----------
    processes
        About how many processes; at least 10.
    seed
        Of everything drawn.
    months
        Periods of the plan.
    builds
        Investments offered, none fixed; 0 leaves a linear program.
    money
        Share of the investments' capital cost that a budget pays, in equal parts over the first years; None
        for no budget.
    surge
        Orders as a multiple of those that lines, stock and pipeline were laid out for.
    widening
        Share of its line's rate that an investment adds.
    """
    made = _Programme(np.random.default_rng([seed, processes]))
    levels = _levels(processes, made)
    sites = [f"plant-{n}" for n in range(int(made.rng.integers(3, 6)))]
    for name in [*sites, "depot"]:
        made.rows["sites"].append({"site": name})
    _bill(made, levels)
    _processes(made, levels, sites)
    _lanes(made, levels)
    _needs(made, levels[0], months, surge)
    _lines(made, builds, widening)
    if money is not None:
        _budget(made, money, months)
    _stock(made)
    settings = {
        "title": f"programme of {processes} processes, seed {seed}",
        "study_date": f"{START_YEAR - 1}-12-01",
        "start": f"{START_YEAR}-01-01",
        "horizon": str((np.datetime64(f"{START_YEAR}-01") + months).astype("datetime64[D]") - 1),
        "period": "month",
        "discount_rate_per_year": 0.03,
    }
    return Tables.from_rows(settings, **made.rows)


def _levels(processes: int, made: _Programme) -> list[list[str]]:
    """Draw the items of each level, end items first: with second sources they make about `processes`."""
    items = max(6, round(processes / 1.2))
    n_levels = int(made.rng.integers(4, 7)) if items >= 20 else 3
    ends = min(int(made.rng.integers(2, 6)), max(1, items // 10))
    share = np.array([1.6**level for level in range(1, n_levels)])
    counts = np.maximum(1, np.round((items - ends) * share / share.sum()).astype(int))
    names = [[f"product-{n}" for n in range(ends)]]
    names += [[f"part-{level + 1}-{n}" for n in range(count)] for level, count in enumerate(counts)]
    for level in names:
        for item in level:
            kind = "end item" if level is names[0] else "component"
            made.rows["items"].append({"item": item, "kind": kind})
    return names


def _bill(made: _Programme, levels: list[list[str]]) -> None:
    """Give every part one parent a level above, one in three a second: and add up what the orders ask."""
    for item in levels[0]:
        made.rate[item] = float(made.rng.integers(10, 60))
    for above, level in pairwise(levels):
        for number, item in enumerate(level):
            # Every parent has at least one part as long as parts last.
            first = above[number] if number < len(above) else above[int(made.rng.integers(len(above)))]
            parents = {first: float(made.rng.integers(1, 4))}
            if made.chance(1 / 3):
                parents.setdefault(above[int(made.rng.integers(len(above)))], 1.0)
            made.parents[item] = list(parents.items())
            made.rate[item] = sum(made.rate[parent] * per for parent, per in parents.items())


def _processes(made: _Programme, levels: list[list[str]], sites: list[str]) -> None:
    longest = {0: 4, 1: 8}
    for depth, level in enumerate(levels):
        for item in level:
            home = int(made.rng.integers(len(sites)))
            places = [sites[home]]
            if made.chance(0.2):
                places.append(sites[(home + 1 + int(made.rng.integers(len(sites) - 1))) % len(sites)])
            made.makers[item] = []
            cost = float(np.round(made.rng.uniform(5, 50) * 10 ** (2 - 0.4 * depth), 1))
            for place in places:
                name = f"make-{item}-{place}"
                made.makers[item].append((name, place))
                bought = depth == len(levels) - 1
                most = 24 if bought else longest.get(depth, 12)
                made.rows["processes"].append(
                    {
                        "process": name,
                        "item": item,
                        "site": place,
                        "lead_time_months": int(made.rng.integers(1, most + 1)),
                        "unit_cost": cost
                        * (1.0 if place == places[0] else float(made.rng.uniform(1.02, 1.3))),
                        "yield_fraction": float(made.rng.choice([1.0, 1.0, 0.97, 0.9])),
                    }
                )
    value: dict[str, float] = defaultdict(float)
    cost_of = {row["item"]: row["unit_cost"] for row in reversed(made.rows["processes"])}
    for level in reversed(levels):
        for item in level:
            value[item] += cost_of[item]
            for parent, per in made.parents.get(item, []):
                value[parent] += per * value[item]
    made.value = dict(value)
    for row in made.rows["items"]:
        row["unit_value"] = round(made.value[row["item"]], 2)
        row["holding_cost_per_month"] = round(0.004 * made.value[row["item"]], 4)
    for level in levels[1:]:
        for item in level:
            for parent, per in made.parents[item]:
                for maker, _ in made.makers[parent]:
                    made.rows["inputs"].append({"process": maker, "item": item, "quantity_per": per})


def _lanes(made: _Programme, levels: list[list[str]]) -> None:
    """Let every item go from where it is made to where it is used, in no, one or two months."""
    site_of = {row["process"]: row["site"] for row in made.rows["processes"]}
    users: dict[str, set[str]] = defaultdict(set)
    for row in made.rows["inputs"]:
        users[row["item"]].add(site_of[row["process"]])
    for item in levels[0]:
        users[item].add("depot")
    for item, wanted in users.items():
        made_at = {place for _, place in made.makers[item]}
        for source in sorted(made_at):
            for target in sorted(wanted - {source}):
                made.rows["lanes"].append(
                    {
                        "item": item,
                        "from_site": source,
                        "to_site": target,
                        "lead_time_months": int(made.rng.integers(0, 3)),
                        "unit_cost": round(0.01 * made.value[item], 2),
                    }
                )


def _needs(made: _Programme, ends: list[str], months: int, surge: float) -> None:
    """Spread orders over the plan's second half and a stock objective at its end, for every end item."""
    first, last = (
        np.datetime64(f"{START_YEAR}-01") + months // 4,
        np.datetime64(f"{START_YEAR}-01") + months - 1,
    )
    for number, item in enumerate(ends):
        span = int((last - first).astype(int))
        made.rows["demands"].append(
            {
                "demand": f"orders-{item}",
                "item": item,
                "site": "depot",
                "quantity": surge * made.rate[item] * span,
                "due": f"{first}-01",
                "until": f"{last}-01",
                "priority": 1 + number % 2,
            }
        )
        made.rows["stock_objectives"].append(
            {
                "objective": f"stock-{item}",
                "item": item,
                "site": "depot",
                "level": 6 * made.rate[item],
                "by": str(np.datetime64(f"{START_YEAR}-01") + 2 * months // 3),
            }
        )


def _lines(made: _Programme, builds: int, widening: float) -> None:
    """Give one to three processes of a site a line, loaded at 0.7 to 1.1; the fullest may be widened."""
    load = {}
    for item, makers in made.makers.items():
        for name, _ in makers:
            load[name] = made.rate[item] / len(makers)
    by_site: dict[str, list[str]] = defaultdict(list)
    for row in made.rows["processes"]:
        by_site[row["site"]].append(row["process"])
    fullness: list[tuple[float, str, float]] = []
    for site, names in by_site.items():
        order = [names[i] for i in made.rng.permutation(len(names))]
        while order:
            take, order = order[: (n := int(made.rng.integers(1, 4)))], order[n:]
            line = f"line-{site}-{len(fullness)}"
            full = float(made.rng.uniform(0.7, 1.1))
            rate = sum(load[name] for name in take) / full
            made.rows["resources"].append({"resource": line, "site": site, "rate_per_month": round(rate, 3)})
            made.rows["loads"] += [{"process": name, "resource": line} for name in take]
            fullness.append((full, line, rate))
    for number, (_, line, rate) in enumerate(sorted(fullness, reverse=True)[:builds]):
        made.rows["investments"].append(
            {
                "investment": f"widen-{number}",
                "capex": round(float(made.rng.uniform(2, 20)) * 1e5),
                "lead_time_months": int(made.rng.integers(6, 30)),
                "resource": (line,),
                "adds_rate_per_month": round(widening * rate, 3),
                "ramp_months": int(made.rng.integers(1, 13)),
            }
        )


def _budget(made: _Programme, money: float, months: int) -> None:
    """Let one payer pay for investments, with a budget year by year, and another for the rest."""
    yearly = round(money * sum(row["capex"] for row in made.rows["investments"]) / BUDGET_YEARS)
    made.rows["payers"] += [{"payer": "industry fund"}, {"payer": "buyer"}]
    made.rows["funding"] += [{"payer": "buyer"}, {"table": "investments", "payer": "industry fund"}]
    years = months // 12
    for year in range(years):
        made.rows["budgets"].append(
            {
                "payer": "industry fund",
                "fiscal_year": START_YEAR + year,
                "amount": yearly if year < BUDGET_YEARS else 0,
                "carry_over": year < years - 1,
            }
        )


def _stock(made: _Programme) -> None:
    """Three items in five have two to six months of stock and a pipeline for as long as their lead time."""
    lead = {row["item"]: (row["lead_time_months"], row["site"]) for row in reversed(made.rows["processes"])}
    for item, (months, site) in lead.items():
        if not made.chance(0.6):
            continue
        rate = made.rate[item]
        made.rows["stock"].append(
            {"item": item, "site": site, "quantity": round(rate * float(made.rng.uniform(2, 6)))}
        )
        for month in range(months):
            due = str(np.datetime64(f"{START_YEAR}-01") + month)
            made.rows["stock"].append({"item": item, "site": site, "quantity": round(0.8 * rate), "due": due})
