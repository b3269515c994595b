"""A made-up study for the report: two end items, four lines, a partner plant, four options, eight years."""

from __future__ import annotations

from coprod.study.tables import Tables

#: Everything here is invented.
SETTINGS = {
    "title": "Harrier interceptor and Merlin radar round",
    "study_date": "2026-11-01",
    "start": "2027-01-01",
    "horizon": "2034-12-31",
    "base_currency": "USD",
    "price_year": 2026,
    "discount_rate_per_year": 0.03,
    "fiscal_year_start": 4,
    "option_under_discussion": "both",
    "marking": "Invented data",
    "questions": (
        "Which lead times are necessary?",
        "What holds production back?",
        "Can the partner do the final assembly, and which activities are feasible there?",
        "Who pays for the expansion?",
    ),
}


def made_study(*, options: int = 4, items: int = 2, settings: dict | None = None, **replaced) -> Tables:
    """
    The study with some of its parts.

    `options` counts the base; `items` is 1 or 2; `replaced` tables take the place of the study's own.
    """
    rows = {**_places(), **_activities(), **_needs(items), **_money(), **_options()}
    names = ["base", *dict.fromkeys(row["option"] for row in rows["options"] if row["option"] != "base")][
        :options
    ]
    rows["options"] = [row for row in rows["options"] if row["option"] in names]
    own = SETTINGS | (settings or {})
    if own["option_under_discussion"] not in names:
        own["option_under_discussion"] = names[-1]
    return Tables.from_rows(own, **{**rows, **replaced})


def _places() -> dict[str, list[dict]]:
    return {
        "items": [
            {"item": "Harrier", "kind": "end item", "unit": "round", "confidence": "high"},
            {"item": "Merlin", "kind": "end item", "unit": "round", "confidence": "high"},
            {"item": "seeker", "holding_cost_per_month": 200.0},
            {"item": "rocket motor", "holding_cost_per_month": 100.0},
            {"item": "grain", "kind": "material", "unit": "kg"},
        ],
        "sites": [
            {"site": "Tucson", "country": "United States", "partner": "US", "lat": 32.2, "lon": -110.9},
            {"site": "Camden", "country": "United States", "partner": "US"},
            {"site": "Nagoya", "country": "Japan", "partner": "Japan", "lat": 35.2, "lon": 136.9},
            {"site": "Depot", "country": "Japan", "partner": "Japan"},
        ],
        "sources": [
            {"source": "GAO-24", "citation": "Weapon systems annual assessment, 2024", "date": "2024-06-01"},
            {
                "source": "letter",
                "citation": "Letter of the seeker plant to the ministry",
                "date": "2026-09-01",
            },
        ],
        "disruptions": [
            {"target": "Camden", "annual_probability": 0.02, "time_to_recover_months": 9.0},
        ],
        "uncertainties": [
            {
                "table": "processes",
                "key": "seekers",
                "column": "lead_time_months",
                "distribution": "triangular",
                "parameters": ("low=8", "mode=10", "high=18"),
            },
        ],
    }


def _process(name: str, site: str, item: str, lead: float, cost: float, resource: str, **more) -> dict:
    return {
        "process": name,
        "site": site,
        "item": item,
        "lead_time_months": lead,
        "unit_cost": cost,
        "resource": resource,
        **more,
    }


def _activities() -> dict[str, list[dict]]:
    return {
        "resources": [
            {
                "resource": "Final line Tucson",
                "site": "Tucson",
                "rate_per_month": 40.0,
                "maximum_rate_per_month": 50.0,
                "fixed_cost_per_month": 2e5,
                "confidence": "high",
                "source": "GAO-24",
            },
            {
                "resource": "Final line Nagoya",
                "site": "Nagoya",
                "rate_per_month": 0.0,
                "fixed_cost_per_month": 1e5,
                "confidence": "assumption",
                "note": "Sized like the line in Tucson.",
            },
            {
                "resource": "Seeker line",
                "site": "Tucson",
                "rate_per_month": 34.0,
                "confidence": "medium",
                "source": "letter",
            },
            {
                "resource": "Motor casting",
                "site": "Camden",
                "rate_per_month": 60.0,
                "confidence": "low",
                "source": "letter",
                "note": "Rate after the second shift; record of one year only.",
            },
        ],
        "processes": [
            _process(
                "assemble Harrier, Tucson",
                "Tucson",
                "Harrier",
                3.0,
                9e5,
                "Final line Tucson",
                confidence="high",
            ),
            _process(
                "assemble Harrier, Nagoya",
                "Nagoya",
                "Harrier",
                4.0,
                11e5,
                "Final line Nagoya",
                licence="Harrier licence",
                learning_rate=0.9,
                confidence="assumption",
            ),
            _process(
                "assemble Merlin, Tucson",
                "Tucson",
                "Merlin",
                3.0,
                5e5,
                "Final line Tucson",
                confidence="medium",
            ),
            _process(
                "seekers",
                "Tucson",
                "seeker",
                10.0,
                12e5,
                "Seeker line",
                administrative_lead_time_months=4.0,
                confidence="medium",
                source="letter",
            ),
            _process(
                "motors",
                "Camden",
                "rocket motor",
                8.0,
                3e5,
                "Motor casting",
                administrative_lead_time_months=3.0,
            ),
            {
                "process": "buy grain",
                "site": "Camden",
                "item": "grain",
                "lead_time_months": 5.0,
                "unit_cost": 900.0,
                "administrative_lead_time_months": 2.0,
            },
        ],
        "inputs": [
            {"process": "assemble Harrier, Tucson", "item": "seeker"},
            {"process": "assemble Harrier, Tucson", "item": "rocket motor"},
            {"process": "assemble Harrier, Nagoya", "item": "seeker"},
            {"process": "assemble Harrier, Nagoya", "item": "rocket motor"},
            {"process": "assemble Merlin, Tucson", "item": "rocket motor"},
            {"process": "motors", "item": "grain", "quantity_per": 120.0},
        ],
        "lanes": [
            {
                "item": "rocket motor",
                "from_site": "Camden",
                "to_site": "Tucson",
                "lead_time_months": 0.5,
                "unit_cost": 4e3,
            },
            {
                "item": "rocket motor",
                "from_site": "Camden",
                "to_site": "Nagoya",
                "lead_time_months": 1.5,
                "unit_cost": 2e4,
            },
            {
                "item": "seeker",
                "from_site": "Tucson",
                "to_site": "Nagoya",
                "lead_time_months": 1.0,
                "unit_cost": 2e4,
            },
            {
                "item": "Harrier",
                "from_site": "Tucson",
                "to_site": "Depot",
                "lead_time_months": 1.5,
                "unit_cost": 3e4,
            },
            {
                "item": "Harrier",
                "from_site": "Nagoya",
                "to_site": "Depot",
                "lead_time_months": 0.25,
                "unit_cost": 5e3,
            },
            {
                "item": "Merlin",
                "from_site": "Tucson",
                "to_site": "Depot",
                "lead_time_months": 1.5,
                "unit_cost": 3e4,
            },
        ],
        "licences": [
            {
                "licence": "Harrier licence",
                "licensor": "US",
                "licensee": "Japan",
                "quantity_cap": 900.0,
                "counted_item": "Harrier",
                "valid_from": "2027-04-01",
                "valid_to": "2036-03-31",
            },
        ],
        "investments": [
            {
                "investment": "Nagoya assembly",
                "capex": 58e6,
                "lead_time_months": 18.0,
                "ramp_months": 6.0,
                "resource": ("Final line Nagoya",),
                "adds_rate_per_month": 20.0,
                "earliest": "2027-04-01",
                "active": False,
                "confidence": "assumption",
                "note": "Cost taken from the Tucson line.",
            },
            {
                "investment": "Second seeker line",
                "capex": 74e6,
                "lead_time_months": 20.0,
                "ramp_months": 4.0,
                "resource": ("Seeker line",),
                "adds_rate_per_month": 22.0,
                "earliest": "2027-03-01",
                "active": False,
                "confidence": "low",
                "source": "letter",
            },
        ],
    }


def _needs(items: int) -> dict[str, list[dict]]:
    objectives = [
        {
            "objective": "Harrier stock",
            "item": "Harrier",
            "site": "Depot",
            "level": 900.0,
            "by": "2030-12-31",
        },
        {
            "objective": "Merlin stock",
            "item": "Merlin",
            "site": "Depot",
            "level": 400.0,
            "by": "2031-03-31",
            "priority": 2,
        },
    ][:items]
    return {
        "stock": [
            {"item": "Harrier", "site": "Depot", "quantity": 210.0, "confidence": "high"},
            {"item": "Merlin", "site": "Depot", "quantity": 90.0, "confidence": "high"},
            {"item": "seeker", "site": "Tucson", "quantity": 120.0},
            {"item": "rocket motor", "site": "Tucson", "quantity": 150.0},
            *[
                {"item": "seeker", "site": "Tucson", "quantity": 40.0, "due": f"2027-{m:02d}"}
                for m in range(1, 13)
            ],
            *[
                {"item": "seeker", "site": "Tucson", "quantity": 40.0, "due": f"2028-{m:02d}"}
                for m in range(1, 4)
            ],
            *[
                {"item": "rocket motor", "site": "Tucson", "quantity": 50.0, "due": f"2027-{m:02d}"}
                for m in range(1, 13)
            ],
        ],
        "demands": [
            {
                "demand": "US Army 2027 to 2031",
                "customer": "US Army",
                "item": "Harrier",
                "site": "Depot",
                "quantity": 1100.0,
                "due": "2027-06-30",
                "until": "2031-12-31",
                "confidence": "high",
                "source": "GAO-24",
            },
            {
                "demand": "Air force Merlin",
                "customer": "Air force",
                "item": "Merlin",
                "site": "Depot",
                "quantity": 480.0,
                "due": "2028-01-31",
                "until": "2031-12-31",
                "confidence": "medium",
            },
        ],
        "stock_objectives": objectives,
    }


def _money() -> dict[str, list[dict]]:
    return {
        "payers": [
            {
                "payer": "Japan MoD",
                "currency": "JPY",
                "fiscal_year_start": 4,
                "fiscal_year_named_by": "start",
            },
            {"payer": "US DoD", "currency": "USD", "fiscal_year_start": 10, "fiscal_year_named_by": "end"},
        ],
        "funding": [
            {"payer": "US DoD"},
            {"table": "investments", "key": "Nagoya*", "payer": "Japan MoD"},
            {"table": "processes", "key": "*Nagoya", "payer": "Japan MoD"},
        ],
        "exchange_rates": [{"currency": "JPY", "year": 2026, "per_base": 150.0, "confidence": "high"}],
    }


def _options() -> dict[str, list[dict]]:
    def include(option: str, key: str, title: str, based_on: str = "base") -> dict:
        return {
            "option": option,
            "table": "investments",
            "key": key,
            "action": "include",
            "title": title,
            "based_on": based_on,
        }

    return {
        "options": [
            {"option": "base", "title": "As is: Tucson at today's rate"},
            include("seekers", "Second seeker line", "Second seeker line"),
            include("nagoya", "Nagoya assembly", "Assembly at Nagoya"),
            include("both", "Nagoya assembly", "Nagoya and second seekers", "seekers"),
            {
                "option": "third shift",
                "table": "resources",
                "key": "Final line Tucson",
                "column": "rate_per_month",
                "action": "set",
                "value": "50",
                "title": "Third shift at Tucson",
            },
            {
                "option": "all",
                "based_on": "both",
                "table": "resources",
                "key": "Final line Tucson",
                "column": "rate_per_month",
                "action": "set",
                "value": "50",
                "title": "Everything together",
            },
        ]
    }
