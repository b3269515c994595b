"""Investments: gates, circles and contradictions among them, expansions that add nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from coprod.study.checks.circles import circles
from coprod.study.checks.dates import start_of
from coprod.study.findings import listing, plain

if TYPE_CHECKING:
    from coprod.study.findings import Findings

__all__ = ["check_investments"]


def check_investments(findings: Findings) -> None:
    """Active investments, and the inputs that builds consume."""
    frame = findings.active("investments")
    for row, builds, names in frame[["max_builds", "enables"]].itertuples():
        if names and builds != 1:
            needs = f"it enables {listing(names)}; needs 1"
            findings.add("CP314", "investments", row, "max_builds", f"'{plain(builds)}'", needs)
    for row, resources, adds in frame[["resource", "adds_rate_per_month"]].itertuples():
        if resources and not adds > 0:
            needs = f"{listing(resources)} gains nothing from a build"
            findings.add("CP318", "investments", row, "adds_rate_per_month", f"'{plain(adds)}'", needs)
        elif adds > 0 and not resources:
            needs = f"a build adds {plain(adds)} to no resource; name one"
            findings.add("CP318", "investments", row, "resource", "nothing", needs)
    _check_order(findings)
    _check_fixed(findings)
    names = set(findings.tables["investments"]["investment"])
    inputs = findings.active("inputs")
    for row, process in inputs.loc[inputs["site"] == "", "process"].items():
        if process in names:
            needs = f"{process} is an investment; needs the site whose stock it takes from"
            findings.add("CP317", "inputs", row, "site", "nothing", needs)


def _check_order(findings: Findings) -> None:
    frame = findings.active("investments")
    requires = dict(zip(frame["investment"], frame["requires"], strict=True))
    excludes = dict(zip(frame["investment"], frame["excludes"], strict=True))
    row_of = dict(zip(frame["investment"], frame.index, strict=True))
    for circle in circles(requires):
        needs = f"{' requires '.join([*circle, circle[0]])}, so none of them could start"
        found = f"'{circle[1 % len(circle)]}'"
        findings.add("CP315", "investments", row_of[circle[0]], "requires", found, needs)
    for name in requires:
        needed: list[str] = list(requires[name])
        for other in needed:  # grows while it is walked: what is required requires more
            needed += [more for more in requires.get(other, ()) if more not in needed]
        for other in dict.fromkeys([name, *needed]):
            if other in excludes[name]:
                needs = f"{name} requires it as well" if other != name else "it is the investment itself"
                findings.add("CP316", "investments", row_of[name], "excludes", f"'{other}'", needs)
            elif other != name and name in excludes.get(other, ()):
                needs = f"{other} excludes {name}"
                findings.add("CP316", "investments", row_of[name], "requires", f"'{other}'", needs)


def _check_fixed(findings: Findings) -> None:
    """A build with a date that needs what is not active contradicts itself: it may not start, and has to."""
    tables, frame = findings.tables, findings.active("investments")
    if pd.isna(tables.settings["study_date"]):
        return
    asleep = {
        table: set(tables[table].loc[~tables[table]["active"], name])
        for table, name in (("resources", "resource"), ("items", "item"), ("investments", "investment"))
    }
    dated = frame[frame["start"] >= pd.Timestamp(start_of(tables))]
    loads, inputs = findings.active("loads"), findings.active("inputs")
    for row, name, start, requires in dated[["investment", "start", "requires"]].itertuples():
        lines = loads.loc[
            (loads["process"] == name) & loads["resource"].isin(asleep["resources"]), "resource"
        ]
        taken = inputs.loc[(inputs["process"] == name) & inputs["item"].isin(asleep["items"]), "item"]
        before = [other for other in requires if other in asleep["investments"]]
        if missing := list(dict.fromkeys([*lines, *taken, *before])):
            needs = f"the build needs {listing(missing)}, not active; make it active, or leave the date out"
            findings.add("CP321", "investments", row, "start", f"'{start:%Y-%m-%d}'", needs)
