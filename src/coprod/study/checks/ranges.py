"""Figures against each other: floors and ceilings, rates, offsets, loads, needs of different value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.study.checks.rates import Rates
from coprod.study.findings import listing, plain

if TYPE_CHECKING:
    from coprod.study.findings import Findings

__all__ = ["check_ranges"]

# Figures whose schema range includes 0, and which make no sense there.
_ABOVE_ZERO = (
    ("processes", "yield_fraction"),
    ("demands", "weight"),
    ("stock_objectives", "weight"),
    ("exchange_rates", "per_base"),
    ("escalation", "index"),
)

# A class in which values per weight differ by more than this is worth a warning.
_MIXED = 10.0


def check_ranges(findings: Findings) -> None:
    """Active rows whose figures contradict each other."""
    _above_zero(findings)
    _stock_limits(findings)
    _resource_rates(findings)
    _offsets(findings)
    _loads(findings)
    _lanes(findings)
    _costs(findings)
    _licences(findings)
    _classes(findings, "demands")
    _classes(findings, "stock_objectives")


def _above_zero(findings: Findings) -> None:
    for table, column in _ABOVE_ZERO:
        frame = findings.active(table)
        for row, value in frame.loc[frame[column] <= 0, column].items():
            findings.add("CP307", table, row, column, f"'{plain(value)}'", "needs a number > 0")


def _stock_limits(findings: Findings) -> None:
    frame = findings.active("stock_limits")
    for row, low, high in frame.loc[frame["minimum"] > frame["maximum"], ["minimum", "maximum"]].itertuples():
        needs = f"the maximum is {plain(high)}; needs a minimum at most that"
        findings.add("CP301", "stock_limits", row, "minimum", f"'{plain(low)}'", needs)


def _resource_rates(findings: Findings) -> None:
    frame = findings.active("resources")
    sustaining = frame["minimum_sustaining_rate_per_month"]
    rate, highest = frame["rate_per_month"], frame["maximum_rate_per_month"]
    column = "minimum_sustaining_rate_per_month"
    for row in frame.index[sustaining > highest]:
        needs = f"the maximum rate is {plain(highest[row])}; needs a sustaining rate at most that"
        findings.add("CP302", "resources", row, column, f"'{plain(sustaining[row])}'", needs)
    for row in frame.index[rate > highest]:
        needs = f"the maximum rate is {plain(highest[row])}, and the plan uses that"
        findings.add("CP303", "resources", row, "rate_per_month", f"'{plain(rate[row])}'", needs)
    for row in frame.index[(sustaining > rate) & ~(sustaining > highest)]:
        needs = f"rate_per_month is {plain(rate[row])}; without a build the line cannot stay open"
        findings.add("CP304", "resources", row, column, f"'{plain(sustaining[row])}'", needs)


def _offsets(findings: Findings) -> None:
    tables = findings.tables
    lead = {
        name: days
        for table in ("processes", "investments")
        for name, days in zip(findings.keys(table), tables.duration_days(table, "lead_time"), strict=True)
    }
    for table in ("inputs", "loads"):
        frame = findings.active(table)
        offsets = tables.duration_days(table, "offset", frame)
        # A hundred-thousandth of a day forgives a lead time in weeks beside an offset in months.
        for row, process, offset in zip(frame.index, frame["process"], offsets, strict=True):
            if offset > lead.get(process, np.inf) + 1e-5:
                given = next(
                    c for c in map(str, frame) if c.startswith("offset_") and not np.isnan(frame[c][row])
                )
                unit = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12}[given.removeprefix("offset_")]
                word = given.removeprefix("offset_")
                needs = f"the lead time of {process} is {plain(round(lead[process] / unit, 6))} {word}; "
                needs += "needs an offset at most that"
                findings.add("CP305", table, row, given, f"'{plain(frame[given][row])}'", needs)


def _loads(findings: Findings) -> None:
    tables = findings.tables
    loads, processes, resources = (findings.active(name) for name in ("loads", "processes", "resources"))
    for row, resource in loads.loc[loads["use_per_unit"] == 0, "resource"].items():
        findings.add(
            "CP310", "loads", row, "use_per_unit", "'0'", f"as it is, {resource} does not limit this process"
        )
    short = processes[processes["resource"] != ""]
    for row, resource in short.loc[short["resource_use"] == 0, "resource"].items():
        needs = f"as it is, {resource} does not limit this process"
        findings.add("CP310", "processes", row, "resource_use", "'0'", needs)
    twice = set(zip(short["process"], short["resource"], strict=True))
    for row, process, resource in loads[["process", "resource"]].itertuples():
        if (process, resource) in twice:
            needs = f"{tables.cell('processes').file} loads {process} on it already; one of the two must go"
            findings.add("CP320", "loads", row, "resource", f"'{resource}'", needs)
    loaded = {*loads["resource"], *short["resource"]}
    for row, resource in resources.loc[~resources["resource"].isin(loaded), "resource"].items():
        findings.add(
            "CP311", "resources", row, "resource", f"'{resource}'", "nothing loads it, so it limits nothing"
        )


def _lanes(findings: Findings) -> None:
    frame = findings.active("lanes")
    for row, site in frame.loc[frame["from_site"] == frame["to_site"], "to_site"].items():
        findings.add(
            "CP312", "lanes", row, "to_site", f"'{site}'", "the lane starts there; needs another site"
        )


def _costs(findings: Findings) -> None:
    for table in ("processes", "lanes"):
        frame = findings.active(table)
        for row, cost in frame.loc[frame["unit_cost"] < 0, "unit_cost"].items():
            findings.add(
                "CP309", table, row, "unit_cost", f"'{plain(cost)}'", "below 0, so it is taken for a sale"
            )


def _licences(findings: Findings) -> None:
    frame = findings.active("licences")
    over = frame["already_used"] > frame["quantity_cap"]
    for row, used, cap in frame.loc[over, ["already_used", "quantity_cap"]].itertuples():
        needs = f"the cap is {plain(cap)}; needs at most that"
        findings.add("CP308", "licences", row, "already_used", f"'{plain(used)}'", needs)


def _classes(findings: Findings, table: str) -> None:
    """A unit late counts by its weight alone, so within a class value per weight should be alike."""
    tables = findings.tables
    items = findings.active("items")
    rates = Rates.of(tables)
    value = {
        item: unit_value / rate
        for item, unit_value, currency in zip(
            items["item"], items["unit_value"], items["currency"], strict=True
        )
        if unit_value > 0 and (rate := rates.at_price_year(currency))
    }
    frame = findings.active(table)
    for priority, rows in frame.groupby("priority", sort=True):
        worth = {
            item: value[item] / weight
            for item, weight in zip(rows["item"], rows["weight"], strict=True)
            if item in value and weight > 0
        }
        if worth and (ratio := max(worth.values()) / min(worth.values())) > _MIXED:
            names = sorted(worth, key=lambda item: -worth[item])
            found = f"class {plain(float(str(priority)))} with {listing(names)}"
            needs = f"their values per weight differ by a factor of {ratio:.0f}, "
            needs += "yet a late unit counts by weight alone"
            findings.add("CP313", table, int(rows.index[0]), "priority", found, needs)
