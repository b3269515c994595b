"""
Why orders of the peer's suite are late, and the changes that it says cure them, beside coprod's.

Each late order is asked about alone: the other late ones are taken out, the orders that are in time stay. A
cause of theirs is a place that their search ran into; a set of ours has no member to spare. So ours should
name no limit that theirs does not.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cases import frepple_cases
from tests.cases.frepple_cases import EXACT, LEFT_OUT, NOT_EXPRESSED, day
from tests.reference.planned import planned

from coprod.explain import explain, remedies

if TYPE_CHECKING:
    import pandas as pd

    from coprod.explain import Remedies
    from coprod.study.tables import Tables

Case = dict[str, Any]
Cause = tuple[str, str]

SUITE = Path(__file__).resolve().parents[3] / "shared" / "data" / "cases" / "frepple"

#: Causes that are no limit of a plan, and why they are not compared.
IGNORED = {
    "overdue": "due before today: a date, not a limit",
    "order_group": "orders delivered together, which a study cannot say",
}

#: Orders whose cause is not compared, and why.
UNCOMPARED = {
    ("supplier", "order 8 for item E"): "in time; the case itself says to ignore its cause",
}

#: Activities that the translation calls otherwise.
NAMED = {
    "buy from supplier D": "buy item 1 from supplier D",
    "1. multi-location operation": "multi-location operation",
}

#: Orders whose set has limits that the suite does not name, and lacks some that it does; and why.
OTHERWISE = {
    (
        "flow_alternate_1",
        "order 1",
    ): "they name the component tried first; each of the others had to fail too",
    (
        "operation_alternate",
        "item 3 SO1",
    ): "the purchase cannot arrive in time at all, so the study has none of it",
    ("operation_effective", "2. order 1"): "a source's dates are written as its lane's capacity",
    ("operation_effective", "3. order 1"): "a source's dates are written as its lane's capacity",
}

#: The changes of the suite's relaxations, as edits of the case: process, its days; or stock, more of it.
CHANGES: dict[tuple[str, str], tuple[str, str, float]] = {
    ("constraints_leadtime_1", "make end item takes 1 day"): ("days", "make end item", 1.0),
    ("constraints_material_1", "5 more of item 2 on 2009-01-01"): ("stock", "item 2", 5.0),
    ("flow_location", "component from location B in 5 days (not the cause: nothing changes)"): (
        "days", "buy component from location B from Supplier of components", 5.0,
    ),
    ("flow_location", "component from location C in 10 days"): (
        "days", "buy component from location C from Supplier of components", 10.0,
    ),
    ("operation_alternate", "lead time of item 3 is 9 days"): ("days", "buy item 3 from MySupplier", 9.0),
}  # fmt: skip


@dataclass(frozen=True)
class Late:
    """
    A late order: what the suite calls its causes, what coprod's set and cures are, and the limits that gain
    something when they are lifted.
    """

    case: str
    order: str
    theirs: frozenset[Cause]
    ours: frozenset[Cause]
    gaining: frozenset[Cause]
    found: Remedies

    @property
    def compared(self) -> str:
        """How the two compare."""
        if self.ours == self.theirs:
            return "the same"
        if self.ours < self.theirs and self.ours:
            return "fewer: the rest can be spared"
        if self.ours > self.theirs and self.theirs:
            return "more: every other way had to fail too"
        return OTHERWISE.get((self.case, self.order), "**differs**")


def answer(case: Case, variant: str | None) -> list[dict[str, Any]]:
    """The suite's orders of its constrained plan."""
    named = [a for a in case["answers"] if "by_demand" in a and a["plan"] != "unconstrained"]
    (one,) = [a for a in named if variant is None or a["plan"].endswith(f"variant {variant}")]
    left_out = LEFT_OUT.get(case["test"], {})
    return [order for order in one["by_demand"] if order["demand"] not in left_out]


def theirs(causes: list[dict[str, str]]) -> frozenset[Cause]:
    """Their causes in coprod's words."""
    found = set()
    for cause in causes:
        where = cause.get("where", "")
        if cause["kind"] in IGNORED:
            continue
        if cause["kind"] == "capacity":
            found.add(("line rate", where))
        elif cause["kind"] == "material":
            found.add(("material", where.replace(" @ ", "/").replace("buffer ", "item ")))
        elif where.startswith("Ship "):
            found.add(("transport time", where.removeprefix("Ship ").split(" from ")[0]))
        elif " valid from " in where:
            found.add(("opening date", bought(where.split(" valid from ")[0])))
        else:
            found.add(("lead time", bought(where)))
    return frozenset(found)


def bought(where: str) -> str:
    """An activity of theirs by the name it has in the case's translation."""
    if where in NAMED:
        return NAMED[where]
    return re.sub(r"^Purchase (?:1\. )?(.*?) @ .*? from (.*)$", r"buy \1 from \2", where)


def ours(found: Remedies) -> frozenset[Cause]:
    """The limits of coprod's sets, a process by its name in the translation without the number of its way."""
    return _causes(found.conflicts[~found.conflicts["kind"].isin(["due date", "objective's date"])])


def _causes(limits: pd.DataFrame) -> frozenset[Cause]:
    names = (re.sub(r" \d+\.\d+$", "", name) for name in limits["name"])
    return frozenset(zip(limits["kind"], names, strict=True))


def without(tables: Tables, orders: set[str]) -> Tables:
    """The study without some orders."""
    frame = tables["demands"]
    return tables.replace("demands", frame[~frame["demand"].isin(orders)])


def late_orders(case: Case, variant: str | None = None) -> list[Late]:
    """Every late order of a case that a study can say."""
    tables = frepple_cases.study(case, variant)
    backlog = planned(tables).deliveries
    late = set(backlog.loc[backlog["backlog"] > 1e-6, "demand"])
    title = f"{case['test']}, variant {variant}" if variant else case["test"]
    found = []
    for order in answer(case, variant):
        name = order["demand"]
        if not order.get("causes") or (case["test"], name) in UNCOMPARED:
            continue
        alone = without(tables, late - {name})
        one, why = remedies(alone, "base"), explain(alone, "base")
        gaining = _causes(why.challenges)
        found.append(Late(title, name, theirs(order["causes"]), ours(one), gaining, one))
    return found


def changed(case: Case, change: str) -> Case:
    """The case with the change of one of its relaxations."""
    kind, name, value = CHANGES[case["test"], change]
    given = dict(case["translation"])
    if kind == "stock":
        site = given["on_hand"][0]["site"] if given["on_hand"] else given["sites"][0]
        more = {"item": name, "site": site, "quantity": value}
        given["on_hand"] = [*given["on_hand"], more]
    else:
        given["processes"] = [
            {**process, "fixed_days": value, "per_unit_days": 0.0} if process["process"] == name else process
            for process in given["processes"]
        ]
    return {**case, "translation": given}


def relaxations(case: Case) -> list[tuple[dict[str, Any], dict[Any, float], dict[Any, float]]]:
    """Each relaxation that a study can say: it, the deliveries it names, and coprod's up to the same days."""
    found = []
    for relaxation in case.get("relaxations", ()):
        if (case["test"], relaxation["change"]) not in CHANGES:
            continue
        rows = planned(frepple_cases.study(changed(case, relaxation["change"]))).deliveries
        own = rows[rows["demand"] == relaxation["demand"]]
        named = {day(when): float(units) for when, units in relaxation["delivered_cumulative"].items()}
        made = {when: float(own.loc[own["period"].dt.date <= when, "quantity"].sum()) for when in named}
        found.append((relaxation, named, made))
    return found


def not_compared(case: Case) -> list[tuple[str, str]]:
    """Each relaxation of a case that a study cannot say, with the reason."""
    reasons = []
    for relaxation in case.get("relaxations", ()):
        if (case["test"], relaxation["change"]) in CHANGES:
            continue
        order = LEFT_OUT.get(case["test"], {}).get(relaxation["demand"])
        reasons.append((relaxation["change"], order or NOT_EXPRESSED[case["test"]]))
    return reasons


RUNS = [
    (name, variant) for name in EXACT for variant in {"constraints_leadtime_3": ("A", "B")}.get(name, (None,))
]


@cache
def late_of_suite() -> tuple[Late, ...]:
    """Every late order of every case that a study can say; worked out once."""
    text = (SUITE / "cases.json").read_text(encoding="utf-8")
    suite = {case["test"]: case for case in json.loads(text)["cases"]}
    return tuple(late for name, variant in RUNS for late in late_orders(suite[name], variant))
