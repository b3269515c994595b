"""
What is feasible at the partner: for each of its activities, when a first unit can come out, and after what.

Found by solving: a study in which nothing is wanted but one unit of that activity, as soon as it can be, with
every investment of every option open to the plan. Cost comes after the date, so that the builds in the plan
are the cheapest ones with which that date can be kept. Where investments exclude each other, each option is
asked as well, for two that exclude each other may open the same gate, and then both together open none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from coprod.explain.late.causes import causes
from coprod.explain.late.trials import Trials
from coprod.explain.value_chain import ValueChain
from coprod.network import compile_network
from coprod.plan import Planner, PlanSettings
from coprod.progress import Progress
from coprod.results.table import make_table
from coprod.study.overrides import apply_option, option_names
from coprod.study.patterns import matching
from coprod.study.tables import DAYS_PER, frame_from_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.network import Network
    from coprod.plan import PlanResult
    from coprod.study import Tables

__all__ = ["feasibility", "with_everything_open"]

#: Gap of the search for builds: below what would be told as a difference.
GAP = 1e-3
#: Item and order of which one unit is wanted; a name that no study has.
_ASKED = "one unit asked for"


def with_everything_open(tables: Tables) -> Tables:
    """Return a study, no option applied, with every row that any option includes taking part."""
    options = tables.active("options")
    for table, rows in options[options["action"] == "include"].groupby("table", sort=False):
        frame, keys = tables[str(table)].copy(), tables.keys(str(table))
        named = np.unique(np.concatenate([matching(key, keys) for key in rows["key"]]))
        frame.loc[frame.index[named], "active"] = True
        tables = tables.replace(str(table), frame)
    return tables


def _for_one_unit(tables: Tables, process: str, first: pd.Timestamp) -> Tables:
    """
    Return the study that wants nothing but one unit of a process.

    The process makes an item of its own here, so that the unit can come from nowhere else; what it needs,
    lots that qualify it among them, still comes from wherever the study has it.
    """
    rows = tables["processes"].copy()
    own = rows["process"] == process
    site = str(rows.loc[own, "site"].iloc[0])
    rows.loc[own, "item"] = _ASKED
    item = frame_from_rows("items", [{"item": _ASKED, "kind": "end item"}])
    tables = tables.replace("processes", rows).replace("items", pd.concat([tables["items"], item]))
    wanted = {"demand": _ASKED, "item": _ASKED, "site": site, "quantity": 1.0, "due": first}
    tables = tables.replace("demands", frame_from_rows("demands", [wanted]))
    profiles = tables["profiles"]
    needs = profiles["table"].isin(["demands", "stock_objectives"])
    tables = tables.replace("profiles", profiles[~needs])
    return tables.replace("stock_objectives", tables["stock_objectives"].iloc[:0])


def feasibility(
    tables: Tables,
    settings: PlanSettings | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """
    Return the table ``feasibility``: a row for each activity at a site of the partner.

    Parameters
    ----------
    tables
        A study without errors, no option applied.
    settings
        Of the plan; only solver, threads and time limit count.
    progress
        Told of every activity; may cancel.

    Returns
    -------
    DataFrame
        Empty where the study names no partner.

    Raises
    ------
    NoPlanError, SolverError
        See `coprod.plan.Planner.solve`.
    """
    told = progress or Progress()
    opened = with_everything_open(tables)
    network = compile_network(opened)
    horizon = pd.Timestamp(network.periods.last_day(network.periods.n - 1))
    fixed = {"horizon": horizon, "start": pd.Timestamp(network.periods.first_day(0))}
    studies = [opened.with_settings(**fixed)]
    if network.investments.excludes.size:
        names = option_names(tables)
        studies += [apply_option(tables, name).with_settings(**fixed) for name in names]
    asked = replace(
        settings or PlanSettings(),
        kind="constrained",
        mode="lexicographic",
        objective_order=("demands", "objectives", "cost"),
        calm_allowance=0.0,
        earliest_backfill=False,
        gap=GAP,
    )
    theirs = [
        p
        for p in range(network.activities.n_processes)
        if network.activities.party[p] in network.partner_parties
    ]
    items = opened["items"]
    ends = set(items.loc[items["kind"] == "end item", "item"])
    chain = ValueChain(network)
    rows = []
    for number, p in enumerate(theirs):
        process = network.activities.key[p]
        told.step(number, len(theirs))
        told.phase(f"feasible at the partner: {process}")
        first = pd.Timestamp(network.periods.last_day(0))
        wanted = [_for_one_unit(study, process, first) for study in studies]
        rows.append({**_row(network, p, wanted, asked, told), "value_share": chain.share(p, ends)})
    names = ["process", "item", "site", "state", "first_output", "months", "after", "capex", "reason"]
    names += ["unit_cost", "value_share", "incumbent", "incumbent_site", "incumbent_unit_cost"]
    return make_table("feasibility", {name: [row[name] for row in rows] for name in names})


def _row(
    network: Network, p: int, studies: Sequence[Tables], settings: PlanSettings, progress: Progress
) -> dict[str, Any]:
    """Return what is found of one activity: the earliest over the studies, and the cheapest of those."""
    activities = network.activities
    node = int(activities.node[p])
    plans = [Planner(compile_network(study), settings, progress).solve() for study in studies]
    plan = min(plans, key=_date_and_cost)
    date = plan.demand_summary["last_delivery"].iloc[0]
    never = pd.isna(date)
    builds = plan.builds[~plan.builds["sunk"]] if not never else plan.builds.iloc[:0]
    days = (date - pd.Timestamp(network.study_date)).days if not never else float("nan")
    costs = activities.unit_cost[: activities.n_processes, 0]
    same = [
        other
        for other in range(activities.n_processes)
        if network.nodes.item[int(activities.node[other])] == network.nodes.item[node]
        and activities.party[other] not in network.partner_parties
    ]
    incumbent = min(same, key=lambda other: (costs[other], other), default=None)
    site = "" if incumbent is None else network.nodes.site[int(activities.node[incumbent])]
    return {
        "process": activities.key[p],
        "item": network.nodes.item[node],
        "site": network.nodes.site[node],
        "state": "no" if never else "after investment" if len(builds) else "now",
        "first_output": date,
        "months": days / DAYS_PER["months"],
        "after": "; ".join(dict.fromkeys(builds["investment"])),
        "capex": float(builds["capex"].sum()) if not never else float("nan"),
        "reason": _reason(studies[0], settings, progress) if never else "",
        "unit_cost": float(costs[p]),
        "incumbent": "" if incumbent is None else activities.key[incumbent],
        "incumbent_site": site,
        "incumbent_unit_cost": float("nan") if incumbent is None else float(costs[incumbent]),
    }


def _date_and_cost(plan: PlanResult) -> tuple[pd.Timestamp, float]:
    date = plan.demand_summary["last_delivery"].iloc[0]
    return (pd.Timestamp.max if pd.isna(date) else date), float(plan.builds["capex"].sum())


def _reason(study: Tables, settings: PlanSettings, progress: Progress) -> str:
    """Return the limits in the way of an activity that is not feasible; "" if it is none of them."""
    steps = causes(Trials(study, "base", settings, progress)).steps
    return "; ".join(map(str, steps[0].limits)) if steps else ""
