"""
Lead times by walking back from the need, way by way: the slow and obvious twin of coprod.leadtime.

Durations, bills, lanes and gates come straight from the tables. Only what a calendar decides (whether and
from which day something may start at all) is handed in.
"""

from __future__ import annotations

import math

from tests.reference.naive_study import UNITS


def days(row, stem: str) -> float:
    """A duration of a row in days, in whichever unit it is given; 0 where blank."""
    given = [
        row[f"{stem}_{unit}"] * per for unit, per in UNITS.items() if not math.isnan(row[f"{stem}_{unit}"])
    ]
    return given[0] if given else 0.0


class SlowLeadtime:
    """
    When a first unit can be at a node, in days from the start.

    Parameters
    ----------
    tables
        The study.
    opens
        Day from which each process, lane (item/from/to) and investment may start, by key; no key: never.
    held
        Day from which stock is at an (item, site).
    """

    def __init__(self, tables, opens, held):
        self.opens, self.held = opens, held
        rows = {
            name: tables.active(name).to_dict("records") for name in ("processes", "lanes", "inputs", "loads")
        }
        self.makers, self.lead, self.office, self.inputs = {}, {}, {}, {}
        site = {}
        lines, rights = {}, {}
        for row in rows["processes"]:
            name = row["process"]
            self.makers.setdefault((row["item"], row["site"]), []).append(name)
            self.lead[name], self.office[name] = days(row, "lead_time"), days(row, "administrative_lead_time")
            site[name] = row["site"]
            lines.setdefault(row["resource"], set()).add(name)
            rights.setdefault(row["licence"], set()).add(name)
        for row in rows["lanes"]:
            name = f"{row['item']}/{row['from_site']}/{row['to_site']}"
            self.makers.setdefault((row["item"], row["to_site"]), []).append(name)
            self.lead[name], self.office[name] = days(row, "lead_time"), 0.0
            self.inputs[name] = [((row["item"], row["from_site"]), 0.0)]
            rights.setdefault(row["licence"], set()).add(name)
        for row in rows["loads"]:
            lines.setdefault(row["resource"], set()).add(row["process"])
        builds = tables.active("investments").to_dict("records")
        for row in builds:
            self.lead[row["investment"]], self.office[row["investment"]] = days(row, "lead_time"), 0.0
        for row in rows["inputs"]:
            place = row["site"] or site.get(row["process"])
            node = (row["item"], place)
            self.inputs.setdefault(row["process"], []).append((node, days(row, "offset")))
        self.waits = {}
        for row in builds:
            if row["investment"] not in opens:
                continue  # sunk: only a date, which is in `opens` of what it enables
            self.waits.setdefault(row["investment"], set()).update(set(row["requires"]) & set(opens))
            for target in row["enables"]:
                for name in {target} | lines.get(target, set()) | rights.get(target, set()):
                    self.waits.setdefault(name, set()).add(row["investment"])

    def start(self, name: str, passed: frozenset) -> float:
        """First start of an activity, in days."""
        if name not in self.opens:
            return math.inf
        lead = self.lead[name]
        ready = [self.office[name], self.opens[name]]
        ready += [self.at(node, passed) - min(offset, lead) for node, offset in self.inputs.get(name, [])]
        ready += [self.start(build, passed) + self.lead[build] for build in self.waits.get(name, ())]
        return max(ready)

    def at(self, node, passed: frozenset = frozenset()) -> float:
        """First unit at a node, in days: whatever is quicker, without coming back to where the way was."""
        if node in passed:
            return math.inf
        here = passed | {node}
        ways = [self.start(name, here) + self.lead[name] for name in self.makers.get(node, [])]
        return min([self.held.get(node, math.inf), *ways])
