"""Money: currencies and their rates, escalation, budgets over the years, who pays for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coprod.study.checks.dates import start_of
from coprod.study.checks.fiscal import fiscal_year
from coprod.study.checks.rates import Rates, price_year
from coprod.study.findings import listing, plain
from coprod.study.funding import CATEGORY_OF, UNASSIGNED, Funding
from coprod.study.patterns import matching

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from datetime import date

    from numpy.typing import NDArray

    from coprod.study.findings import Findings
    from coprod.study.funding import FundingRow
    from coprod.study.tables import Tables

__all__ = ["check_money"]

_WITH_CURRENCY = ("items", "processes", "resources", "lanes", "investments", "payers")

#: Columns that make the rows of a table cost something.
_COSTS = {
    "processes": "unit_cost",
    "lanes": "unit_cost",
    "items": "holding_cost_per_month",
    "resources": "fixed_cost_per_month",
    "investments": "capex",
}


def check_money(findings: Findings) -> None:
    """Active rows; budgets are held against the years from the start to the horizon, or to the last need."""
    if pd.isna(findings.tables.settings["study_date"]):
        return
    _check_currencies(findings)
    _check_budgets(findings)
    _check_payers(findings)
    _check_funding(findings)


def _ends(tables: Tables) -> tuple[date, date]:
    """Return the start, and the horizon or, if that is blank, the last need."""
    start = pd.Timestamp(start_of(tables))
    dates = [tables.settings["horizon"]]
    if pd.isna(dates[0]):
        dates = [
            tables.active(table)[column].max()
            for table, column in (("demands", "due"), ("demands", "until"), ("stock_objectives", "by"))
        ]
    last = max([day for day in dates if not pd.isna(day)], default=start)
    return start.date(), max(start, last).date()


def _years(missing: Iterable[int]) -> str:
    """Return years in words, runs of them as ``2027 to 2031``."""
    runs: list[list[int]] = []
    for year in sorted(missing):
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in runs)


def _check_currencies(findings: Findings) -> None:
    tables = findings.tables
    rates = Rates.of(tables)
    used: dict[str, tuple[str, Hashable]] = {}
    count: dict[str, int] = {}
    for table in _WITH_CURRENCY:
        for row, currency in findings.active(table)["currency"].items():
            if currency not in {"", rates.base}:
                used.setdefault(currency, (table, row))
                count[currency] = count.get(currency, 0) + 1
    listed = findings.active("exchange_rates")
    wrong = (listed["currency"] == rates.base) & (listed["per_base"] != 1)
    for row, rate in listed.loc[wrong, "per_base"].items():
        needs = f"{rates.base} is the base currency; needs 1"
        findings.add("CP359", "exchange_rates", row, "per_base", f"'{plain(rate)}'", needs)
    budgeted = len(findings.active("budgets")) > 0
    first, last = _ends(tables)
    # Without budgets, money is only converted at the price year.
    wanted = {rates.year} | (set(range(first.year, last.year + 1)) if budgeted else set())
    for currency, (table, row) in used.items():
        if currency not in rates.per_base:
            hint = findings.suggest(currency, rates.per_base)
            needs = f"no rate for it in {tables.cell('exchange_rates')} (in {count[currency]} "
            needs += f"row{'s' * (count[currency] > 1)}).{hint}"
            findings.add("CP351", table, row, "currency", f"'{currency}'", needs)
        elif missing := wanted - set(rates.per_base[currency]):
            needs = "the nearest listed year is used"
            findings.add(
                "CP352", "exchange_rates", None, "year", f"no rate of {currency} for {_years(missing)}", needs
            )
    if budgeted:
        _check_escalation(findings, {rates.base, *used}, wanted)


def _check_escalation(findings: Findings, currencies: set[str], wanted: set[int]) -> None:
    tables = findings.tables
    frame = findings.active("escalation")
    base_year = price_year(tables)
    others = sorted({int(year) for year in findings.active("budgets")["fiscal_year"].dropna()} - {base_year})
    for currency in sorted(currencies):
        listed = {int(year) for year in frame.loc[frame["currency"] == currency, "year"].dropna()}
        if not listed and others:
            needs = f"the budgets of {_years(others)} are held against prices of {base_year}"
            findings.add("CP353", "escalation", None, "currency", f"no price index of {currency}", needs)
        elif listed and (missing := wanted - listed):
            found = f"no price index of {currency} for {_years(missing)}"
            findings.add("CP360", "escalation", None, "year", found, "the nearest listed year is used")


def _check_budgets(findings: Findings) -> None:
    tables = findings.tables
    budgets, payers = findings.active("budgets"), findings.active("payers")
    default = int(tables.settings["fiscal_year_start"])
    first, last = _ends(tables)
    open_end = pd.isna(tables.settings["horizon"])
    for payer, month, named_by in payers[["payer", "fiscal_year_start", "fiscal_year_named_by"]].itertuples(
        index=False
    ):
        rows = budgets[(budgets["payer"] == payer) & budgets["fiscal_year"].notna()]
        if rows.empty:
            continue
        begins = default if np.isnan(month) else int(month)
        start, end = (fiscal_year(day, begins, named_by) for day in (first, last))
        outside = (rows["fiscal_year"] < start) | ((rows["fiscal_year"] > end) & (not open_end))
        for row, year in rows.loc[outside, "fiscal_year"].items():
            ends = f"from {start} on" if open_end else f"from {start} to {end}"
            findings.add(
                "CP354", "budgets", row, "fiscal_year", f"'{plain(year)}'", f"the plan has years {ends}"
            )
        for_all = {int(year) for year in rows.loc[rows["category"] == "", "fiscal_year"]}
        some = {int(year) for year in rows["fiscal_year"]}
        years = set(range(start, end + 1))
        row = int(rows.index[0])
        if missing := years - some:
            needs = f"it has no row for {_years(missing)}, so it can spend nothing then"
            findings.add("CP355", "budgets", row, "payer", f"'{payer}'", needs)
        for year in sorted((years & some) - for_all):
            given = set(rows.loc[rows["fiscal_year"] == year, "category"])
            if left := [category for category in CATEGORY_OF.values() if category not in given]:
                needs = f"in {year} it has no row for {', '.join(left)}, so it can spend nothing on that"
                findings.add("CP355", "budgets", row, "payer", f"'{payer}'", needs)


def _check_payers(findings: Findings) -> None:
    """A row of an inactive payer is a contradiction; of an unknown one, a wrong reference."""
    payers = findings.tables["payers"]
    asleep = set(payers.loc[~payers["active"], "payer"])
    for table in ("funding", "budgets"):
        frame = findings.active(table)
        for row, payer in frame.loc[frame["payer"].isin(asleep), "payer"].items():
            findings.add("CP357", table, row, "payer", f"'{payer}'", "this payer is not active")


def _check_funding(findings: Findings) -> None:
    tables = findings.tables
    funding = Funding.of(tables)
    apart: dict[tuple[int, ...], list[str]] = {}
    unpaid: list[str] = []
    for table, category in CATEGORY_OF.items():
        keys = findings.keys(table)
        active = tables[table]["active"].to_numpy()
        costs = (tables[table][_COSTS[table]] != 0).to_numpy() & active
        costs |= _profiled(tables, table, keys) & active
        for rows, positions in _groups(funding, table, category, keys):
            names = [keys[n] for n in positions if active[n]]
            if not rows:
                unpaid += [f"{table}/{keys[n]}" for n in positions if costs[n]]
            elif names and abs(sum(row.share for row in rows) - 1.0) > 1e-6:
                apart.setdefault(tuple(row.row for row in rows), []).extend(names)
    share = {row.row: row.share for row in funding.rows}
    for numbers, names in apart.items():
        total = plain(round(sum(share[number] for number in numbers), 9))
        where = f"row{'s' * (len(numbers) > 1)} {', '.join(str(number) for number in numbers)}"
        found = f"shares that add to {total} in {where}"
        needs = f"they pay for {listing(dict.fromkeys(names))}; needs shares that add to 1"
        findings.add("CP356", "funding", numbers[0], "share", found, needs)
    if unpaid and funding.default == UNASSIGNED and len(findings.active("payers")):
        count = f"{len(unpaid)} row{'s' * (len(unpaid) > 1)} with costs that no row pays for"
        findings.add(
            "CP358", "funding", None, None, count, f"{listing(unpaid)}: paid by '{UNASSIGNED}', without limit"
        )


def _profiled(tables: Tables, table: str, keys: list[str]) -> NDArray[np.bool_]:
    """Whether the cost of a row has a profile."""
    found = np.zeros(len(keys), dtype=bool)
    rows = tables.active("profiles")
    for pattern in rows.loc[(rows["table"] == table) & (rows["column"] == _COSTS[table]), "key"]:
        found[matching(pattern, keys)] = True
    return found


def _groups(
    funding: Funding, table: str, category: str, keys: list[str]
) -> list[tuple[tuple[FundingRow, ...], list[int]]]:
    """Group the rows of a table by the funding rows that win: `Funding.winning` for all keys at once."""
    by_rank: dict[tuple[bool, int, bool], list[FundingRow]] = {}
    for row in funding.rows:
        if row.table in {"*", table} and row.category in {"", category}:
            by_rank.setdefault(row.rank, []).append(row)
    open_ = np.ones(len(keys), dtype=bool)
    groups: dict[tuple[FundingRow, ...], list[int]] = {}
    for rank in sorted(by_rank, reverse=True):
        won: dict[int, list[FundingRow]] = {}
        for row in by_rank[rank]:
            for n in matching(row.key, keys):
                if open_[n]:
                    won.setdefault(int(n), []).append(row)
        for n, rows in won.items():
            open_[n] = False
            groups.setdefault(tuple(rows), []).append(n)
    return [*groups.items(), ((), np.flatnonzero(open_).tolist())]
