"""
Options side by side: backfill, deliveries, peak load, investment and cost, and the difference from
the base.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from coprod.money import fiscal_year
from coprod.results.schema import result_schema
from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod.study.tables import Tables

__all__ = ["FULL", "Headline", "Planned", "comparison", "completions", "headlines"]

MONTH_DAYS = 365.25 / 12.0
FULL = 1e-4


@dataclass(frozen=True, slots=True)
class Planned:
    """One option's plan, as far as a comparison needs it."""

    option: str
    title: str
    status: str
    tables: Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Headline:
    """
    What the answer is about: an end item at a site.

    Attributes
    ----------
    item, site
    objective
        Its stock objective; "" where it has none and its orders stand for it.
    """

    item: str
    site: str
    objective: str


def headlines(tables: Tables) -> list[Headline]:
    """
    Return a study's headlines.

    The settings ``headline_item`` and ``headline_site``, paired; by default the stock objectives of end items
    in order (of any item where none is an end item's), else the orders' items.
    """
    objectives = tables.active("stock_objectives")
    named = {
        (item, site): name
        for name, item, site in zip(
            objectives["objective"], objectives["item"], objectives["site"], strict=True
        )
    }
    pairs = list(zip(tables.settings["headline_item"], tables.settings["headline_site"], strict=False))
    if not pairs:
        items = tables.active("items")
        ends = set(items.loc[items["kind"] == "end item", "item"])
        pairs = [pair for pair in named if pair[0] in ends] or list(named)
    if not pairs:
        demands = tables.active("demands")
        pairs = list(dict.fromkeys(zip(demands["item"], demands["site"], strict=True)))
    return [Headline(item, site, named.get((item, site), "")) for item, site in pairs]


def headline_dates(plan: Mapping[str, pd.DataFrame], headline: Headline) -> dict[str, Any]:
    """
    Return a headline's dates in a plan: backfill_date, earliest_backfill, first_touch, due, short_at_due.

    Where a headline has orders but no objective, the last delivery stands for the backfill and the last due
    date for the due date.
    """
    if headline.objective:
        row = plan["backfills"].set_index("objective").loc[headline.objective]
        names = ("backfill_date", "earliest_backfill", "first_touch", "short_at_due")
        return {**{name: row[name] for name in names}, "due": row["by"]}
    orders = plan["demand_summary"]
    orders = orders[(orders["item"] == headline.item) & (orders["site"] == headline.site)]
    never = float(orders["never_delivered"].sum())
    last = orders["last_delivery"].max() if len(orders) and orders["last_delivery"].notna().all() else pd.NaT
    due = orders["due"].max() if len(orders) else pd.NaT
    return {
        "backfill_date": last,
        "earliest_backfill": last,
        "first_touch": pd.NaT,
        "due": due,
        "short_at_due": never,
    }


def months_between(later: Any, earlier: Any) -> float:
    """Return months of 365.25/12 days from one date to another; NaN where one is missing."""
    if pd.isna(later) or pd.isna(earlier):
        return float("nan")
    return float((pd.Timestamp(later) - pd.Timestamp(earlier)).days / MONTH_DAYS)


def _peak(loads: pd.DataFrame) -> tuple[float, str]:
    """Return the highest use over capacity of any line, and the line."""
    limited = loads[loads["capacity"] > 0]
    if limited.empty:
        return float("nan"), ""
    share = (limited["use"] / limited["capacity"]).to_numpy(dtype=float)
    at = int(share.argmax())
    return float(share[at]), str(limited["resource"].iloc[at])


def _goal_sum(stages: pd.DataFrame, kind: str) -> float:
    return float(stages.loc[stages["stage"].str.startswith(kind + " "), "value"].sum())


def comparison(plans: Sequence[Planned], found: Sequence[Headline], partners: Sequence[str]) -> pd.DataFrame:
    """
    Return the table ``comparison``: a row per option and headline.

    Parameters
    ----------
    plans
        The base option first.
    found
        The headlines.
    partners
        Parties whose share of value added is the partner's.
    """
    rows: list[dict[str, Any]] = []
    base_cost = float(plans[0].tables["costs"]["discounted"].sum()) if plans else 0.0
    for headline in found:
        base_date = headline_dates(plans[0].tables, headline)["backfill_date"]
        for plan in plans:
            tables = plan.tables
            dates = headline_dates(tables, headline)
            due = dates.pop("due")
            del due
            cost = float(tables["costs"]["discounted"].sum())
            shares = tables["work_shares"]
            peak, line = _peak(tables["loads"])
            orders = tables["demand_summary"]
            rows.append(
                {
                    "option": plan.option,
                    "title": plan.title,
                    "objective": headline.objective or f"{headline.item}/{headline.site}",
                    **dates,
                    "months_against_base": months_between(dates["backfill_date"], base_date),
                    "delivered": float((orders["on_time"] + orders["late"]).sum()),
                    "never_delivered": float(orders["never_delivered"].sum()),
                    "backlog_months": _goal_sum(tables["stages"], "demands"),
                    "shortfall_months": _goal_sum(tables["stages"], "objectives"),
                    "capex": float(tables["builds"]["capex"].sum()),
                    "cost": cost,
                    "cost_against_base": cost - base_cost,
                    "peak_load": peak,
                    "peak_line": line,
                    "partner_share": float(shares.loc[shares["party"].isin(list(partners)), "share"].sum()),
                    "status": plan.status,
                }
            )
    names = list(result_schema()["comparison"])
    return make_table("comparison", {name: [row[name] for row in rows] for name in names})


def completions(plans: Sequence[Planned], tables: Tables) -> pd.DataFrame:
    """
    Return the table ``fiscal_years``: end items completed, by option, site of final assembly and fiscal year.

    A start counts in the fiscal year (of the study's `fiscal_year_start`) that holds the first day of its
    completion.
    """
    items = tables["items"]
    ends = set(items.loc[items["kind"] == "end item", "item"])
    first = int(tables.settings["fiscal_year_start"])
    parts = []
    for plan in plans:
        starts = plan.tables["starts"]
        own = starts[starts["item"].isin(ends)]
        years = [fiscal_year(day, first) for day in own["complete"].dt.date]
        frame = pd.DataFrame(
            {
                "option": plan.option,
                "item": own["item"].to_numpy(),
                "origin": own["site"].to_numpy(),
                "fiscal_year": np.array(years, dtype=np.int64),
                "quantity": own["good_quantity"].to_numpy(dtype=float),
            }
        )
        parts.append(
            frame.groupby(["option", "item", "origin", "fiscal_year"], as_index=False, sort=True).sum()
        )
    joined = (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=["option", "item", "origin", "fiscal_year", "quantity"])
    )
    return make_table("fiscal_years", {name: joined[name] for name in joined.columns})
