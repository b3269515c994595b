"""
A study planned by coprod itself, with the settings it gives: what the tests compare the twin and the books
with.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from coprod.network import compile_network
from coprod.plan import PlanResult, PlanSettings, plan

if TYPE_CHECKING:
    from coprod.study.tables import Tables


def planned(tables: Tables, **changes: Any) -> PlanResult:
    """Plan exactly (gap 0), by the study's own settings; `changes` are fields of PlanSettings."""
    own = tables.settings
    weights = {
        name: own[name] for name in ("backlog_weight", "shortfall_weight") if not math.isnan(own[name])
    }
    settings = {
        "objective_order": tuple(own["objective_order"]),
        "mode": own["objective_mode"],
        "stage_allowance": own["stage_allowance_fraction"],
        "calm_allowance": own["calm_allowance_fraction"],
        "gap": 0.0,
        "earliest_backfill": False,
        **weights,
        **changes,
    }
    return plan(compile_network(tables), PlanSettings(**settings))


def values(result: PlanResult) -> dict[str, float]:
    """Best value of each goal by name, in the order they were pursued."""
    return dict(zip(result.stages["stage"], result.stages["best"], strict=True))
