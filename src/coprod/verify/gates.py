"""When things may start: dates, gates, licences, and the rules of builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.verify.balance import ROW
from coprod.verify.case import blank, joined
from coprod.verify.reach import dates_allow, gates_of

if TYPE_CHECKING:
    from coprod.verify.case import Case
    from coprod.verify.result import Ledger

__all__ = ["check_builds", "check_licences", "check_starts", "check_work_shares"]

#: Starts below this are a solver's dust (the plan itself leaves out what is below a tenth of it).
DUST = 1e-6


def check_starts(case: Case, ledger: Ledger) -> None:
    """
    Nothing starts when dates, administrative lead time, licences, inactive rows or the horizon forbid
    it, or behind a shut gate.
    """
    wrong, shut, where = [], [], []
    for name, started in {**case.starts, **case.shipments}.items():
        if name not in case.processes and name not in case.lanes:
            continue
        wrong.append(np.where(dates_allow(case, name), 0.0, started))
        closed = np.zeros(case.T, dtype=bool)
        for gate in gates_of(case, name):
            closed |= case.opened(gate) < 1 - DUST
        shut.append(np.where(closed, started, 0.0))
        where += [f"{name}, {case.label(t)}" for t in range(case.T)]
    ledger.note(
        "dates of starts", joined(wrong), DUST, where, "units", "starts when dates or inactive rows forbid it"
    )
    ledger.note("gates", joined(shut), DUST, where, "units", "starts before its gate is open")
    dates, places = [], []
    for table, begin, end, lag in (
        ("starts", "period", "complete", "lead_time"),
        ("shipments", "period", "arrival", "lead_time"),
    ):
        frame = case.published[table]
        columns = ["process"] if table == "starts" else ["item", "from_site", "to_site"]
        names = ["/".join(name) for name in zip(*(frame[column] for column in columns), strict=True)]
        for name, first, last in zip(names, frame[begin], frame[end], strict=True):
            row = case.processes.get(name) or case.lanes.get(name)
            if row is not None:
                right = case.grid.first(case.grid.containing(first.date()) + case.grid.lag(row[lag]))
                dates.append(float(abs((last.date() - right).days)))
                places.append(f"{name}, {first.date()}")
    ledger.note(
        "completion dates", dates, 0.5, places, "days", "published completion is not start plus lead time"
    )


def check_builds(case: Case, ledger: Ledger) -> None:
    """
    Builds are whole, few enough, at allowed times, after what they require, and without what they
    exclude.
    """
    t = np.arange(case.T)
    whole: list[float] = []
    many: list[float] = []
    early: list[float] = []
    fixed: list[float] = []
    order: list[float] = []
    both: list[float] = []
    names: list[str] = []
    for name, row in case.investments.items():
        built = case.builds.get(name, np.zeros(case.T))
        names.append(name)
        start = row["start"]
        whole.append(float(np.abs(built - np.round(built)).max(initial=0.0)))
        is_fixed = not blank(start)
        many.append(float(built.sum() - (1 if is_fixed else row["max_builds"])))
        lag = case.grid.lag(row["lead_time"])
        allowed = t + lag < case.T
        if not blank(row["earliest"]):
            allowed &= t >= case.grid.containing(row["earliest"].date())
        if is_fixed:
            at = case.grid.containing(start.date())
            wanted = (t == at).astype(float)
            fixed.append(float(np.abs(built - wanted).max(initial=0.0)))
            allowed = wanted > 0
        else:
            fixed.append(0.0)
        early.append(float(np.where(allowed, 0.0, built).max(initial=0.0)))
        begun = np.cumsum(built)
        missing = [
            np.where(begun > 0.5, 1.0 - np.minimum(case.opened(other), 1.0), 0.0).max(initial=0.0)
            for other in row["requires"]
        ]
        order.append(float(max(missing, default=0.0)))
        clash = [other for other in row["excludes"] if case.begun(other)]
        both.append(float(bool(clash) and bool(case.begun(name))))
    ledger.note("whole builds", whole, 1e-6, names, "builds", "not a whole number of builds")
    ledger.note("number of builds", many, 1e-6, names, "builds", "more builds than max_builds")
    ledger.note("dates of builds", early, 1e-6, names, "builds", "starts when it may not")
    ledger.note("fixed builds", fixed, 1e-6, names, "builds", "not built at its fixed start")
    ledger.note("requirements", order, 1e-6, names, "builds", "starts before what it requires is complete")
    ledger.note("exclusions", both, 0.5, names, "pairs", "built although another excludes it")
    frame, days, places = case.published["builds"], [], []
    for name, first, complete in zip(frame["investment"], frame["start"], frame["complete"], strict=True):
        if name in case.investments:
            at = case.grid.containing(first.date()) + case.grid.lag(case.investments[name]["lead_time"])
            right = case.grid.first(at) if at <= case.T else complete.date()
            days.append(float(abs((complete.date() - right).days)))
            places.append(name)
    ledger.note(
        "completion of builds", days, 0.5, places, "days", "published completion is not start plus lead time"
    )


def check_licences(case: Case, ledger: Ledger) -> None:
    """Good units under a licence stay within its caps, over its life and in every licence year."""
    wrong, forgiven, where = [], [], []
    for name, row in case.licences.items():
        own = [key for key, process in case.processes.items() if process["licence"] == name]
        table, rows = case.starts, case.processes
        if not own:
            own, table, rows = (
                [key for key, lane in case.lanes.items() if lane["licence"] == name],
                case.shipments,
                case.lanes,
            )
        done = np.zeros(case.T)
        for key in own:
            if row["counted_item"] in {"", rows[key]["item"]} and key in table:
                good = table[key]
                if table is case.starts:
                    good = good * case.figure("processes", key, "yield_fraction", rows[key]["yield_fraction"])
                lag = case.grid.lag(rows[key]["lead_time"])
                done[lag:] += good[: case.T - lag]
        if not np.isnan(row["quantity_cap"]):
            wrong.append(float(done.sum() + row["already_used"] - row["quantity_cap"]))
            forgiven.append(ROW * (1.0 + row["quantity_cap"]))
            where.append(f"{name}, life")
        if not np.isnan(row["cap_per_year"]):
            begin = row["valid_from"] if not blank(row["valid_from"]) else case.settings["start"]
            begin = begin.date() if not blank(begin) else case.grid.first(0)
            years: dict[int, float] = {}
            for t in np.flatnonzero(done):
                day = case.grid.middle(int(t))
                year = day.year - begin.year - ((day.month, day.day) < (begin.month, begin.day))
                years[year] = years.get(year, 0.0) + done[t]
            for year, total in years.items():
                wrong.append(total - row["cap_per_year"])
                forgiven.append(ROW * (1.0 + row["cap_per_year"]))
                where.append(f"{name}, licence year {year + 1}")
    ledger.note(
        "licence caps", wrong, forgiven or 1.0, where, "good units", "more good units than the licence allows"
    )


def check_work_shares(case: Case, ledger: Ledger) -> None:
    """
    Minimum work shares hold wherever anything is started under the licence; published shares are the
    plan's own.
    """
    added = {
        name: case.figure("processes", name, "unit_cost", row["unit_cost"]) / case_rate(case, row["currency"])
        for name, row in case.processes.items()
    }
    value = {name: float((added[name] * case.starts.get(name, 0.0)).sum()) for name in case.processes}
    wrong, forgiven, where = [], [], []
    for licence, row in case.licences.items():
        used = sum(
            case.starts[p].sum()
            for p, r in case.processes.items()
            if r["licence"] == licence and p in case.starts
        )
        if row["minimum_work_share"] > 0 and used > DUST:
            scope = [p for p, r in case.processes.items() if not row["scope"] or r["item"] in row["scope"]]
            total = sum(value[p] for p in scope)
            theirs = sum(
                value[p] for p in scope if case.sites[case.processes[p]["site"]]["partner"] == row["party"]
            )
            wrong.append(row["minimum_work_share"] * total - theirs)
            forgiven.append(ROW * (1.0 + abs(total)))
            where.append(f"{licence} for {row['party']}")
    unit = f"{case.settings['base_currency']}, price year"
    ledger.note("work shares", wrong, forgiven or 1.0, where, unit, "the party's value added is too small")
    total = sum(value.values())
    off, parties, size = [], [], []
    frame = case.published["work_shares"]
    for party, published in zip(frame["party"], frame["value_added"], strict=True):
        theirs = sum(v for p, v in value.items() if case.sites[case.processes[p]["site"]]["partner"] == party)
        off.append(abs(theirs - published))
        size.append(ROW * (1.0 + abs(total)))
        parties.append(party)
    ledger.note(
        "published work shares",
        off,
        size or 1.0,
        parties,
        unit,
        "published value added is not what is started",
    )


def case_rate(case: Case, currency: str) -> float:
    """Return units of a currency per unit of base currency in the price year."""
    from coprod.verify.money import Ledgers

    return Ledgers(case).per_base(currency, Ledgers(case).price_year)
