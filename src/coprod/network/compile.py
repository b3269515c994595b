"""Tables to network: the blocks in order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from coprod.network.activities import activities, after_office, investments, sunk_builds
from coprod.network.arcs import loads, material
from coprod.network.bounds import upper_bounds
from coprod.network.capacities import expansions, resources, with_windows
from coprod.network.gates import gates
from coprod.network.licences import caps, work_shares
from coprod.network.needs import demands, objectives
from coprod.network.network import Network
from coprod.network.nodes import nodes
from coprod.network.parts import Parts, parts
from coprod.network.reach import earliest_start, latest_useful
from coprod.network.spending import budgets, payers, spending

if TYPE_CHECKING:
    from coprod.study.tables import Tables

__all__ = ["compile_network"]


def compile_network(tables: Tables, option: str = "base", *, before_periods: int = 0) -> Network:
    """
    Compile a study for the engines.

    Parameters
    ----------
    tables
        A study without errors, with an option applied.
    option
        That option's name.
    before_periods
        Periods added in front of the study's start, for plans that may start in the past: opening stock
        enters at the study's start, and needs keep their dates.

    Returns
    -------
    Network
    """
    warnings: list[str] = []
    rows = parts(tables, before_periods)
    found = activities(rows)
    lines = resources(rows, warnings)
    number_of = {name: r for r, name in enumerate(lines.name)}
    options = investments(rows, found.allowed)
    moved = material(rows, found)
    used = loads(rows, found, number_of)
    added = expansions(rows, number_of)
    shut, line_gates, unlocked = gates(rows, found, used, number_of)
    lines = replace(lines, fixed_cost=lines.fixed_cost * unlocked)
    stocks = nodes(rows, warnings)
    orders, levels = demands(rows, warnings), objectives(rows)
    shares = work_shares(rows, found)
    bound = upper_bounds(found, moved, used, stocks, lines, added, options, orders, levels, shares)
    found = after_office(replace(found, upper=bound))
    who = payers(rows)
    spent = spending(rows, found, stocks, lines, who, warnings)
    ceilings = budgets(rows, who)
    settings = tables.settings
    days = rows.periods.middle_days_from(settings["study_date"].date())
    network = Network(
        title=settings["title"],
        option=option,
        study_date=settings["study_date"].date(),
        periods=rows.periods,
        discount=(1.0 + settings["discount_rate_per_year"]) ** (-days / 365.25),
        nodes=stocks,
        activities=found,
        material=moved,
        loads=used,
        resources=lines,
        expansions=added,
        investments=options,
        sunk=sunk_builds(rows),
        gates=shut,
        resource_gates=line_gates,
        demands=orders,
        objectives=levels,
        licences=tuple(tables.active("licences")["licence"]),
        caps=caps(rows, found),
        work_shares=shares,
        payers=tuple(who.name),
        payer_currency=tuple(who.currency),
        spending=spent,
        budgets=ceilings,
        base_currency=settings["base_currency"],
        partner_parties=_partners(rows),
        warnings=(),
    )
    windowed = with_windows(lines, found, used, earliest_start(network), latest_useful(network))
    warnings += _missing_years(rows)
    return replace(network, resources=windowed, warnings=tuple(warnings))


def _partners(rows: Parts) -> tuple[str, ...]:
    """Return the parties that count as the partner's: the setting, or the licensed who license nobody."""
    if rows.tables.settings["partner"]:
        return tuple(rows.tables.settings["partner"])
    licences = rows.tables.active("licences")
    # A lane's licence is one to export: both sides may hold such.
    licences = licences[licences["licence"].isin(rows.processes["licence"])]
    licensors = set(licences["licensor"])
    return tuple(dict.fromkeys(party for party in licences["licensee"] if party and party not in licensors))


def _missing_years(rows: Parts) -> list[str]:
    """Return what the money tables lack, a line per currency."""
    lacking: dict[tuple[str, str], list[int]] = {}
    for table, currency, year, _ in sorted(rows.money.missing):
        lacking.setdefault((table, currency), []).append(year)
    return [
        f"{table} has no {currency} for {_years(years)}: the nearest listed year is used"
        for (table, currency), years in lacking.items()
    ]


def _years(years: list[int]) -> str:
    spans = np.split(np.array(years), np.flatnonzero(np.diff(years) > 1) + 1)
    return ", ".join(str(span[0]) if span.size == 1 else f"{span[0]} to {span[-1]}" for span in spans)
