"""
Whole studies with every table of the schema: a study of the twin's generator, and the rest around it.

The tables that the plan does not read (steps, uncertainties, disruptions, sources, provenance) are drawn to
name what the study holds, and an option changes one figure of it, so that all of a study goes through
reading, checking and overriding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tests.reference.studies import generate

if TYPE_CHECKING:
    from coprod.study.tables import Tables

#: What a folder or a workbook could spoil: numbers, dates and formulas to the eye, other scripts, quotes.
ODD_TEXTS = ("007", "=1+1", "2026-01", "NaN", "日本", 'a, "b"', "true", "- c", "line\nbreak")


def whole_study(seed: int) -> Tables:
    """
    Build the whole study of a seed: any whole number; the same seed gives the same study.

    The option ``other`` changes what the base leaves alone; the base is the twin's study of this seed.
    """
    rng = np.random.default_rng([seed, 1])
    tables = generate(seed)
    odd = lambda: str(rng.choice(ODD_TEXTS))  # noqa: E731
    processes, resources = list(tables["processes"]["process"]), list(tables["resources"]["resource"])
    target = str(rng.choice(processes))
    rows: dict[str, list[dict]] = {
        "sources": [{"source": "book", "citation": odd()}, {"source": odd(), "citation": "a second one"}],
        "provenance": [
            {"table": "processes", "key": target, "column": "unit_cost", "source": "book", "note": odd()}
        ],
        "activities": [
            {"activity": "survey", "duration_days": float(rng.integers(0, 90))},
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
            }
        ],
        "disruptions": [
            {
                "target": str(rng.choice(resources or processes)),
                "annual_probability": float(rng.choice([0.0, 0.1, 1.0])),
                "time_to_recover_months": float(rng.integers(0, 9)),
                "capacity_left_fraction": float(rng.choice([0.0, 0.5, 1.0])),
            }
        ],
        "options": [_change(rng, tables, target)],
    }
    if tables["investments"].shape[0]:
        rows["activities"].append(
            {"activity": "build", "investment": str(tables["investments"]["investment"].iloc[0])}
        )
    made = type(tables).from_rows({"title": "x", "study_date": "2026-01-01"}, **rows)
    for name in rows:
        tables = tables.replace(name, made[name])
    return tables


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
