"""A made-up study that crowds every chart: 60 sites, 40 nodes in each layer, six options, eight years."""

from __future__ import annotations

from coprod.study.tables import Tables

__all__ = ["LAYERS", "NODES", "SITES", "crowded_study", "site"]

SITES, NODES, LAYERS = 60, 40, 3
#: A dozen places, and how far apart the sites about each lie: five in every place crowd on any map.
_PLACES = [
    ("United States", 33.0, -112.0),
    ("United States", 34.7, -86.6),
    ("Japan", 35.2, 137.0),
    ("Japan", 33.6, 130.4),
    ("Germany", 48.1, 11.6),
    ("Poland", 52.2, 21.0),
    ("Australia", -34.9, 138.6),
    ("New Zealand", -41.3, 174.8),
    ("Brazil", -22.9, -43.2),
    ("Norway", 69.6, 18.9),
    ("Fiji", -17.7, -179.0),
    ("Chile", -53.2, -70.9),
]
_STEP = 0.7
_STAGES = ("casting of the inner ring", "guidance module", "final round")


def crowded_study(*, language: str = "en") -> Tables:
    """Return the study: every node makes part of its layer's one item, and feeds two nodes of the next."""
    rows: dict[str, list[dict]] = {
        "items": [
            {"item": stage, "unit": "round", "holding_cost_per_month": 1.0 + n}
            for n, stage in enumerate(_STAGES)
        ],
        "sites": [site(n) for n in range(SITES)],
        "processes": [],
        "resources": [],
        "inputs": [],
        "lanes": [],
    }
    for layer, item in enumerate(_STAGES):
        for n in range(NODES):
            _activity(rows, layer, item, n)
    depots = [_name(n) for n in range(NODES, NODES + 3)]
    for n in range(NODES):
        rows["lanes"].append(_lane(_STAGES[-1], _maker(LAYERS - 1, n), depots[n % 3]))
    rows["stock_objectives"] = [
        {
            "objective": f"stock at {depot}",
            "item": _STAGES[-1],
            "site": depot,
            "level": 2400.0,
            "by": "2031-12-31",
        }
        for depot in depots
    ]
    rows["investments"] = [
        {
            "investment": f"expansion of line {n} at {_maker(0, n)}",
            "capex": 1e6 * (n + 1),
            "lead_time_months": 12.0,
            "resource": (f"{_STAGES[0]} line {n}",),
            "adds_rate_per_month": 3.0,
            "active": False,
        }
        for n in range(5)
    ]
    rows["options"] = [
        {
            "option": f"expand {n}",
            "based_on": "base" if n == 0 else f"expand {n - 1}",
            "table": "investments",
            "key": f"expansion of line {n} *",
            "action": "include",
            "title": f"Expansions up to line {n}",
        }
        for n in range(5)
    ]
    settings = {
        "title": "A crowded programme",
        "study_date": "2026-11-01",
        "start": "2027-01-01",
        "horizon": "2034-12-31",
        "period": "year",
        "base_currency": "USD",
        "option_under_discussion": "expand 4",
        "language": language,
        "marking": "Invented data",
    }
    return Tables.from_rows(settings, **rows)


def _name(n: int) -> str:
    return f"{_PLACES[n // 5][0]} works number {n}"


def site(n: int) -> dict:
    """Return the row of a site."""
    country, lat, lon = _PLACES[n // 5]
    row, column = divmod(n % 5, 2)
    return {
        "site": _name(n),
        "country": country,
        "partner": country,
        "lat": lat + _STEP * row,
        "lon": lon + _STEP * column,
    }


def _maker(layer: int, n: int) -> str:
    """Return where node `n` of a layer stands: each layer starts at another site."""
    return _name((n + 20 * layer) % SITES)


def _activity(rows: dict[str, list[dict]], layer: int, item: str, n: int) -> None:
    site, line = _maker(layer, n), f"{item} line {n}"
    rows["resources"].append(
        {"resource": line, "site": site, "rate_per_month": 2.0 + 0.1 * ((7 * n + layer) % NODES)}
    )
    process = f"{item} {n}"
    rows["processes"].append(
        {
            "process": process,
            "site": site,
            "item": item,
            "lead_time_months": 3.0 + 3 * (n % 2),
            "unit_cost": 1000.0 + n,
            "resource": line,
        }
    )
    if layer:
        part = _STAGES[layer - 1]
        rows["inputs"].append({"process": process, "item": part})
        for other in (n, (n + 13) % NODES):
            start = _maker(layer - 1, other)
            if start != site and _lane(part, start, site) not in rows["lanes"]:
                rows["lanes"].append(_lane(part, start, site))


def _lane(item: str, start: str, end: str) -> dict:
    return {"item": item, "from_site": start, "to_site": end, "lead_time_months": 1.0, "unit_cost": 1.0}
