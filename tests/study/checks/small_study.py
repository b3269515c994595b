"""A small study without a single problem, to be damaged."""

from coprod.study.tables import Tables

SETTINGS = {
    "title": "Missile, two countries",
    "study_date": "2026-01-01",
    "start": "2026-01-01",
    "horizon": "2028-12-31",
    "headline_item": ("missile",),
    "headline_site": ("depot-jp",),
    "partner": ("japan",),
}

ROWS = {
    "items": [
        {"item": "missile", "kind": "end item", "unit_value": 4000.0},
        {"item": "seeker", "unit_value": 900.0},
    ],
    "sites": [
        {"site": "plant-us", "partner": "usa"},
        {"site": "plant-jp", "partner": "japan"},
        {"site": "depot-jp", "partner": "japan"},
    ],
    "processes": [
        {
            "process": "seeker-us",
            "site": "plant-us",
            "item": "seeker",
            "lead_time_months": 6.0,
            "unit_cost": 900.0,
        },
        {
            "process": "final-us",
            "site": "plant-us",
            "item": "missile",
            "lead_time_months": 3.0,
            "unit_cost": 1000.0,
            "resource": "line-us",
        },
        {
            "process": "final-jp",
            "site": "plant-jp",
            "item": "missile",
            "lead_time_months": 4.0,
            "unit_cost": 150000.0,
            "currency": "JPY",
            "licence": "missile-licence",
        },
    ],
    "inputs": [
        {"process": "final-us", "item": "seeker", "offset_months": 1.0},
        {"process": "final-jp", "item": "seeker"},
        {"process": "second-line", "item": "seeker", "site": "plant-jp", "quantity_per": 2.0},
    ],
    "loads": [{"process": "final-jp", "resource": "line-jp"}],
    "resources": [
        {"resource": "line-us", "site": "plant-us", "rate_per_month": 10.0, "maximum_rate_per_month": 20.0},
        {
            "resource": "line-jp",
            "site": "plant-jp",
            "minimum_sustaining_rate_per_month": 2.0,
            "rate_per_month": 5.0,
        },
    ],
    "lanes": [
        {
            "item": "seeker",
            "from_site": "plant-us",
            "to_site": "plant-jp",
            "lead_time_weeks": 5.0,
            "unit_cost": 2.0,
        },
        {"item": "missile", "from_site": "plant-us", "to_site": "depot-jp", "lead_time_weeks": 6.0},
        {"item": "missile", "from_site": "plant-jp", "to_site": "depot-jp"},
    ],
    "stock": [
        {"item": "seeker", "site": "plant-us", "quantity": 30.0},
        {"item": "seeker", "site": "plant-us", "quantity": 12.0, "due": "2026-05-01"},
    ],
    "stock_limits": [{"item": "seeker", "site": "plant-us", "minimum": 1.0, "maximum": 100.0}],
    "demands": [
        {"demand": "first", "item": "missile", "site": "plant-us", "quantity": 20.0, "due": "2027-06-30"},
        {
            "demand": "second",
            "item": "missile",
            "site": "plant-us",
            "quantity": 12.0,
            "due": "2027-07-01",
            "until": "2028-06-30",
        },
    ],
    "stock_objectives": [
        {"objective": "full", "item": "missile", "site": "depot-jp", "level": 100.0, "by": "2028-06-30"}
    ],
    "licences": [
        {
            "licence": "missile-licence",
            "licensor": "usa",
            "licensee": "japan",
            "quantity_cap": 200.0,
            "valid_from": "2026-01-01",
            "valid_to": "2030-12-31",
            "minimum_work_share": 0.2,
            "party": "japan",
        }
    ],
    "investments": [
        {
            "investment": "second-line",
            "capex": 5e6,
            "lead_time_months": 12.0,
            "resource": ("line-jp",),
            "adds_rate_per_month": 5.0,
            "requires": ("qualification",),
        },
        {"investment": "qualification", "capex": 1e6, "enables": ("final-jp", "seeker/plant-us/plant-jp")},
    ],
    "activities": [
        {"activity": "agreement", "duration_days": 60.0},
        {"activity": "drawings", "after": ("agreement+10",), "duration_days": 90.0, "crew": ("office:2",)},
    ],
    "payers": [{"payer": "us"}, {"payer": "jp", "currency": "JPY", "fiscal_year_start": 4.0}],
    "budgets": [{"payer": "us", "fiscal_year": float(year), "amount": 1e9} for year in (2026, 2027, 2028)],
    "funding": [
        {"payer": "us"},
        {"table": "processes", "key": "final-jp", "payer": "jp", "share": 0.75},
        {"table": "processes", "key": "final-jp", "payer": "us", "share": 0.25},
    ],
    "exchange_rates": [
        {"currency": "JPY", "year": float(year), "per_base": 150.0} for year in (2026, 2027, 2028)
    ],
    "escalation": [
        {"currency": currency, "year": float(year), "index": 100.0 + 2 * (year - 2026)}
        for currency in ("USD", "JPY")
        for year in (2026, 2027, 2028)
    ],
    "profiles": [
        {
            "table": "resources",
            "key": "line-us",
            "column": "rate_per_month",
            "from": "2027-01-01",
            "value": 15.0,
        }
    ],
    "uncertainties": [
        {
            "table": "processes",
            "key": "final-us",
            "column": "lead_time_months",
            "distribution": "triangular",
            "parameters": ("low=2", "mode=3", "high=6"),
        }
    ],
    "disruptions": [{"target": "plant-jp", "annual_probability": 0.05, "time_to_recover_months": 6.0}],
    "options": [
        {
            "option": "faster",
            "table": "processes",
            "key": "final*",
            "column": "lead_time_months",
            "action": "scale",
            "value": "0.5",
        }
    ],
    "sources": [{"source": "report", "citation": "A public report"}],
    "provenance": [{"table": "study", "column": "discount_rate_per_year", "source": "report"}],
}

_NO_EVIDENCE = {"options", "sources", "provenance", "sites"}


def small_study(settings=None, /, **tables):
    """
    Return the study with settings changed and tables replaced: rows for a table, or a function of its rows.
    """
    rows = {name: [dict(row) for row in given] for name, given in ROWS.items()}
    for name, change in tables.items():
        rows[name] = change(rows.get(name, [])) if callable(change) else change
    for name, given in rows.items():
        for row in given:
            if name not in _NO_EVIDENCE:
                row.setdefault("source", "report")
    tables = Tables.from_rows({**SETTINGS, **(settings or {})}, **rows)
    files = {name: f"{name}.csv" for name in rows} | {"study": "study.yaml"}
    return Tables(tables.settings, tables.frames, files)


def plus(*more):
    """Append rows."""
    return lambda rows: [*rows, *more]


def change(number, **values):
    """Change cells of the row with an index, counted from 0; None takes a cell out."""

    def changed(rows):
        row = {**rows[number], **values}
        return [*rows[:number], {k: v for k, v in row.items() if v is not None}, *rows[number + 1 :]]

    return changed
