"""Dates against each other, against the start and against the horizon."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from coprod.study.findings import Findings
    from coprod.study.tables import Tables

__all__ = ["check_dates", "first_day", "last_day", "start_of"]

_FREQUENCY = {"month": "M", "quarter": "Q", "year": "Y"}
_FIRST = {
    "month": "the first day of a month",
    "quarter": "1 January, April, July or October",
    "year": "1 January",
}

# Pairs (table, from, to): the second may not be before the first.
_SPANS = (
    ("processes", "available_from", "available_to"),
    ("licences", "valid_from", "valid_to"),
    ("demands", "due", "until"),
)

# When a need falls due: the last of its dates.
_NEEDS = (("demands", "due"), ("demands", "until"), ("stock_objectives", "by"))


def first_day(kind: str, day: date) -> date:
    """Return the first day of the calendar period a date is in; for days and weeks the date itself."""
    return pd.Period(day, _FREQUENCY[kind]).start_time.date() if kind in _FREQUENCY else day


def last_day(kind: str, start: date, day: date) -> date:
    """Return the last day of the period that contains a date; `start` is the study's."""
    if kind in _FREQUENCY:
        return pd.Period(day, _FREQUENCY[kind]).end_time.date()
    length = 7 if kind == "week" else 1
    return day + timedelta(days=length - 1 - (day - start).days % length)


def start_of(tables: Tables) -> date:
    """Return the study's start: the setting, else the first day of a period on or after study_date."""
    given = tables.settings["start"]
    if not pd.isna(given):
        return pd.Timestamp(given).date()
    kind, day = tables.settings["period"], pd.Timestamp(tables.settings["study_date"]).date()
    if kind == "week":
        return day + timedelta(days=-day.weekday() % 7)
    first = first_day(kind, day)
    return first if first == day else last_day(kind, first, day) + timedelta(days=1)


def check_dates(findings: Findings) -> None:
    """Settings, then the dates of active rows."""
    tables = findings.tables
    kind, given, horizon = (tables.settings[name] for name in ("period", "start", "horizon"))
    study_date = tables.settings["study_date"]
    if pd.isna(study_date):
        return
    start = start_of(tables)
    if not pd.isna(given) and first_day(kind, start) != start:
        findings.add(
            "CP331", "study", None, "start", f"'{start}'", f"needs {_FIRST[kind]}, since period is {kind}"
        )
    if not pd.isna(given) and given < study_date:
        needs = f"the study date is {study_date:%Y-%m-%d}, and the plan cannot decide about the past"
        findings.add("CP333", "study", None, "start", f"'{start}'", needs)
    _check_spans(findings)
    _check_before_start(findings, start)
    if not pd.isna(horizon):
        if horizon.date() < start:
            found = f"'{horizon:%Y-%m-%d}'"
            findings.add(
                "CP332", "study", None, "horizon", found, f"the start is {start}; needs a date after it"
            )
        else:
            _check_beyond(findings, last_day(kind, start, horizon.date()))


def _check_spans(findings: Findings) -> None:
    for table, first, last in _SPANS:
        frame = findings.active(table)
        for row, begin, end in frame.loc[frame[last] < frame[first], [first, last]].itertuples():
            needs = f"{first} is {begin:%Y-%m-%d}; needs a date from that on"
            findings.add("CP336", table, row, last, f"'{end:%Y-%m-%d}'", needs)
    frame = findings.active("investments")
    early = frame["start"] < frame["earliest"]
    for row, begin, earliest in frame.loc[early, ["start", "earliest"]].itertuples():
        needs = f"earliest is {earliest:%Y-%m-%d}; needs a date from that on"
        findings.add("CP338", "investments", row, "start", f"'{begin:%Y-%m-%d}'", needs)


def _check_before_start(findings: Findings, start: date) -> None:
    """Needs that fall due before the first period ends, and receipts before it begins."""
    tables = findings.tables
    first_end = pd.Timestamp(last_day(tables.settings["period"], start, start))
    begin = pd.Timestamp(start)
    demands = findings.active("demands")
    spread = demands["until"].notna()
    early = (~spread & (demands["due"] < first_end)) | (spread & (demands["due"] < begin))
    for row, due in demands.loc[early, "due"].items():
        what = "the start is" if due < begin else "no period ends by it; the start is"
        findings.add(
            "CP335",
            "demands",
            row,
            "due",
            f"'{due:%Y-%m-%d}'",
            f"{what} {start}; it counts in the first period",
        )
    for table, column, limit in (("stock_objectives", "by", first_end), ("stock", "due", begin)):
        frame = findings.active(table)
        for row, day in frame.loc[frame[column] < limit, column].items():
            what = "the start is" if day < begin else "no period ends by it; the start is"
            needs = f"{what} {start}; it counts in the first period"
            findings.add("CP335", table, row, column, f"'{day:%Y-%m-%d}'", needs)


def _check_beyond(findings: Findings, end: date) -> None:
    for table, column in _NEEDS:
        frame = findings.active(table)
        late = frame[column] > pd.Timestamp(end)
        for row, day in frame.loc[late, column].items():
            needs = f"the horizon ends on {end}; needs a date by then"
            findings.add("CP334", table, row, column, f"'{day:%Y-%m-%d}'", needs)
    stock = findings.active("stock")
    for row, day in stock.loc[stock["due"] > pd.Timestamp(end), "due"].items():
        needs = f"the horizon ends on {end}; it is left out"
        findings.add("CP337", "stock", row, "due", f"'{day:%Y-%m-%d}'", needs)
