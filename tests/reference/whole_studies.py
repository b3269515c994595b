"""
Whole studies with every table of the schema: a study of the twin's generator, and the rest around it.

The tables that the plan does not read (steps, uncertainties, disruptions, sources, provenance) are drawn to
name what the study holds, an option changes one figure of it, and every row gets what only a report reads, so
that all of a study goes through reading, checking and overriding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from tests.reference.studies import generate

from coprod.study.schema import schema

if TYPE_CHECKING:
    from coprod.study.tables import Tables

#: What a folder or a workbook could spoil: numbers, dates and formulas to the eye, other scripts, quotes.
ODD_TEXTS = ("007", "=1+1", "2026-01", "NaN", "日本", 'a, "b"', "true", "- c", "line\nbreak")

#: What a row may say besides its figures, by column.
TOLD: dict[str, tuple] = {
    "source": ("book",),
    "confidence": ("high", "medium", "low", "assumption"),
    "note": ODD_TEXTS,
    "unit": ("piece", "kg"),
    "unit_value": (12.5,),
    "country": ("Japan", "United States"),
    "operator": ODD_TEXTS,
    "lat": (35.5, -90.0),
    "lon": (139.7, -180.0),
    "learning_rate": (0.85, 1.0),
    "economic_rate_per_month": (2.0,),
    "customer": ODD_TEXTS,
    "contract_type": ("foreign military sale",),
    "priority_rating": ("DO", "DX"),
}
#: A source is no note about where a source is from.
KEPT = {("sources", "source"), ("provenance", "source")}


def whole_study(seed: int) -> Tables:
    """
    Build the whole study of a seed: any whole number; the same seed gives the same study.

    The option ``other`` changes what the base leaves alone; the base is the twin's study of this seed, in one
    of three with a second currency, with rows that are not active, or with an allowance.
    """
    rng = np.random.default_rng([seed, 1])
    tables = generate(seed)
    odd = lambda: str(rng.choice(ODD_TEXTS))  # noqa: E731
    processes, resources = list(tables["processes"]["process"]), list(tables["resources"]["resource"])
    target = str(rng.choice(processes))
    rows: dict[str, list[dict]] = {
        "sources": [
            {"source": "book", "citation": odd(), "url": "https://example.org/a?b=c&d", "date": "2026-03-31"},
            {"source": odd(), "citation": "a second one", "active": False},
        ],
        "provenance": [
            {"table": "processes", "key": target, "column": "unit_cost", "source": "book", "note": odd()}
        ],
        "activities": [
            {
                "activity": "survey",
                "duration_days": float(rng.integers(0, 90)),
                "crew": ("surveyors:2",),
                "calendar": "JP",
            },
            {
                "activity": "approval",
                "duration_days": 20.0,
                "after": (("survey", "survey+30")[rng.integers(2)],),
            },
        ],
        "uncertainties": [
            {
                "table": "processes",
                "key": target,
                "column": "unit_cost",
                "distribution": "triangular",
                "parameters": ("low=0.9", "mode=1", "high=1.3"),
                "driver": odd(),
            }
        ],
        "disruptions": [
            {
                "target": str(rng.choice(resources or processes)),
                "annual_probability": float(rng.choice([0.0, 0.1, 1.0])),
                "time_to_recover_months": float(rng.integers(0, 9)),
                "capacity_left_fraction": float(rng.choice([0.0, 0.5, 1.0])),
                "hazard_group": odd(),
            }
        ],
        "options": [
            _change(rng, tables, target),
            {
                "option": "third",
                "title": odd(),
                "based_on": "other",
                "table": "items",
                "key": "round",
                "column": "unit_value",
                "action": "set",
                "value": "3",
            },
        ],
    }
    if tables["investments"].shape[0]:
        rows["activities"].append(
            {"activity": "build", "investment": str(tables["investments"]["investment"].iloc[0])}
        )
    made = type(tables).from_rows({"title": "x", "study_date": "2026-01-01"}, **rows)
    for name in rows:
        tables = tables.replace(name, made[name])
    if rng.random() < 1 / 3:
        tables = _planned_otherwise(rng, tables)
    return _told(rng, tables)


def _planned_otherwise(rng: np.random.Generator, tables: Tables) -> Tables:
    """Change what the twin's generator leaves alone though the plan reads it."""
    foreign = [c for c in ("JPY",) if c in set(tables["exchange_rates"]["currency"])]
    money = {
        "items": ("holding_cost_per_month",),
        "resources": ("fixed_cost_per_month",),
        "lanes": ("unit_cost",),
        "investments": ("capex",),
    }
    for name, columns in money.items():
        frame = tables[name].copy()
        if foreign and len(frame):
            row = frame.index[rng.integers(len(frame))]
            frame.loc[row, "currency"] = foreign[0]
            for column in columns:
                frame.loc[row, column] *= 150.0
            tables = tables.replace(name, frame)
    for name in ("lanes", "stock", "stock_limits", "stock_objectives"):
        frame = tables[name].copy()
        if len(frame) > 1 and rng.random() < 0.3:
            frame.loc[frame.index[rng.integers(len(frame))], "active"] = False
            tables = tables.replace(name, frame)
    if rng.random() < 0.3:
        tables = tables.with_settings(stage_allowance_fraction=0.01)
    return tables


def _told(rng: np.random.Generator, tables: Tables) -> Tables:
    """Fill in what only a report, a check or a later engine reads."""
    for name, table in schema().items():
        if name not in tables.frames or not len(tables[name]):
            continue
        frame = tables[name].copy()
        for column, words in TOLD.items():
            if column in table.columns and (name, column) not in KEPT:
                told = [words[rng.integers(len(words))] if rng.random() < 0.5 else x for x in frame[column]]
                frame[column] = pd.Series(told, index=frame.index, dtype=frame[column].dtype)
        tables = tables.replace(name, frame)
    return tables.with_settings(
        headline_item=("round",),
        headline_site=("us",),
        partner=("JP",),
        marking=str(rng.choice(ODD_TEXTS)),
        language=str(rng.choice(["en", "ja"])),
        questions=("How many, and when?",),
        annex="usc10-222d",
        option_under_discussion="other",
    )


def _change(rng: np.random.Generator, tables: Tables, process: str) -> dict:
    """An option that changes a figure, or leaves a row out."""
    rows = [
        {"table": "processes", "key": "*", "column": "yield_fraction", "action": "scale", "value": "0.8"},
        {"table": "processes", "key": process, "action": "exclude"},
    ]
    if len(tables["demands"]):
        rows.append(
            {
                "table": "demands",
                "key": "*",
                "column": "quantity",
                "action": "scale",
                "value": str(rng.integers(0, 4)),
            }
        )
    if len(tables["resources"]):
        key = str(rng.choice(tables["resources"]["resource"]))
        rows.append({"table": "resources", "key": key, "action": "exclude"})
    return {"option": "other", "title": "Another way", **rows[rng.integers(len(rows))]}
