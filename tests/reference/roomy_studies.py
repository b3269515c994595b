"""Small studies with something to choose, for questions about other plans: goals in the usual order."""

from __future__ import annotations

import numpy as np
import pytest
from tests.reference.naive_trade import Asked, answer
from tests.reference.studies import FEATURES, generate

from coprod.study.tables import Tables

#: Left out: what the twin tries both ways, another order of goals, and sales, which make shares above 1.
_OUT = ("work share", "order", "sale")


def few_and_more(few: int, more: int) -> list:
    """Return the seeds of the usual run, and those of the slow one after them."""
    return [*range(few), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(few, more))]


def roomy(seed: int) -> Tables:
    """
    Return a study of rounds and parts at two parties, each made in more than one way, with builds to widen.

    The due date lies after the earliest possible one, mostly, so that there is time and money to trade.
    """
    rng = np.random.default_rng(seed)

    def pick(*values: float) -> float:
        return float(values[rng.integers(len(values))])

    sites = [{"site": "home", "partner": "US"}, {"site": "there", "partner": "Japan"}]
    processes, resources, loads, investments = [], [], [], []
    for item, low in (("part", 4.0), ("round", 10.0)):
        for site in ("home", "there"):
            name = f"{item} {site}"
            processes.append(
                {
                    "process": name,
                    "site": site,
                    "item": item,
                    "lead_time_months": pick(0.0, 1.0),
                    "unit_cost": low * pick(1.0, 1.1, 1.3) + pick(0.0, 0.25),
                    "yield_fraction": pick(1.0, 1.0, 0.9),
                }
            )
            gated = site == "there" and rng.random() < 0.5
            rate = 0.0 if gated else pick(4.0, 6.0, 9.0)
            resources.append({"resource": f"line {name}", "site": site, "rate_per_month": rate})
            if rng.random() < 0.2 and rate:
                resources[-1]["minimum_sustaining_rate_per_month"] = 1.0
            loads.append({"process": name, "resource": f"line {name}"})
            if gated or rng.random() < 0.5:
                investments.append(
                    {
                        "investment": f"build {name}",
                        "capex": pick(5.0, 20.0, 60.0),
                        "lead_time_months": pick(1.0, 2.0, 3.0),
                        "resource": (f"line {name}",),
                        "adds_rate_per_month": pick(3.0, 6.0),
                        "ramp_months": pick(0.0, 2.0),
                    }
                )
    pairs = [(item, a, b) for item in ("part", "round") for a, b in (("home", "there"), ("there", "home"))]
    return Tables.from_rows(
        {
            "title": f"roomy {seed}",
            "study_date": "2027-01-01",
            "start": "2027-01-01",
            "horizon": "2027-12-31",
            "partner": ("Japan",),
            "discount_rate_per_year": pick(0.0, 0.05),
        },
        items=[{"item": "part"}, {"item": "round", "kind": "end item"}],
        sites=sites,
        processes=processes,
        inputs=[{"process": f"round {site}", "item": "part"} for site in ("home", "there")],
        resources=resources,
        loads=loads,
        investments=investments,
        lanes=[
            {"item": item, "from_site": a, "to_site": b, "lead_time_months": pick(0.0, 1.0), "unit_cost": 0.1}
            for item, a, b in pairs
        ],
        stock=[{"item": "part", "site": "home", "quantity": pick(0.0, 10.0)}],
        stock_objectives=[
            {
                "objective": "stock",
                "item": "round",
                "site": "home",
                "level": pick(25.0, 40.0),
                "by": pick_date(rng),
            }
        ],
        demands=[{"demand": "order", "item": "round", "site": "there", "quantity": 6.0, "due": "2027-10-31"}],
    )


def pick_date(rng: np.random.Generator) -> str:
    """Return a due date within the horizon."""
    return str(rng.choice(["2027-06-30", "2027-08-31", "2027-10-31"]))


def plain(number: int, periods: int = 7) -> Tables:
    """Return the `number`-th of the odd studies that can be planned without a breach, every party named."""
    seed = 1000 * number
    while True:
        rng = np.random.default_rng(seed)
        features = frozenset(name for name in FEATURES if name not in _OUT and rng.random() < 0.4)
        tables = generate(seed, periods=periods, features=features | {"alternate"})
        parties = tuple(sorted({party for party in tables["sites"]["partner"] if party}))
        tables = tables.with_settings(partner=parties, stage_allowance_fraction=0.0)
        if answer(tables, nothing) is not None:
            return tables
        seed += 1


def nothing(model: Asked) -> list:
    """A goal of nothing: whether there is a plan at all."""
    return [(0.0, model.one)]
