"""The decisions of the option under discussion that have a date, in the order of their dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from coprod.study.funding import CATEGORY_OF, UNASSIGNED, Funding

if TYPE_CHECKING:
    from coprod.report.facts import Cells, Fact
    from coprod.report.material import Material

__all__ = ["Decided", "calendar", "payers_of"]

#: Kinds in the order they stand in on one day.
KINDS = ("build", "licence", "order", "make", "expiry")


@dataclass(frozen=True, slots=True)
class Decided:
    """
    One decision.

    Attributes
    ----------
    kind
        ``build``: an investment starts; ``order`` or ``make``: the plan first orders, or starts to make, what
        an activity gives; ``licence``: a licence is first used; ``expiry``: a licence ends.
    name
        The investment, the activity, or the licence.
    date
        By when.
    rows
        The rows of the results that it was taken from; of the study, for a licence's end.
    """

    kind: Literal["build", "licence", "order", "make", "expiry"]
    name: str
    date: Fact
    rows: Cells


def calendar(material: Material) -> list[Decided]:
    """
    Return every dated decision, the earliest first.

    An order is dated by the plan's own first order: up to then the option keeps its dates. Activities that
    take inputs and need no administration before they start follow from the orders, and are left out; where
    a plan decides nothing else they stand for it.
    """
    found = [*_builds(material), *_orders(material), *_licences(material)]
    return sorted(found, key=lambda own: (own.date.value, KINDS.index(own.kind), -_capex(own), own.name))


def _capex(own: Decided) -> float:
    """Return what an investment costs: of those of one day the dearest comes first."""
    return float(own.rows.cell("capex").value) if own.kind == "build" else 0.0


def _builds(material: Material) -> list[Decided]:
    builds = material.own("builds")
    ahead = builds.where(~builds.frame["sunk"])
    rows = [builds.where(builds.frame.index == row) for row in ahead.rows]
    return [Decided("build", row.text("investment"), row.cell("start"), row) for row in rows]


def _orders(material: Material) -> list[Decided]:
    starts = material.own("starts")
    starts = starts.where(starts.frame["quantity"] > 1e-6)
    made = set(material.given("inputs").frame["process"])
    frame = starts.here()
    waits = set(frame.loc[frame["order_date"] < frame["period"], "process"])
    names = list(dict.fromkeys(frame["process"]))
    weighty = [name for name in names if name not in made or name in waits]
    if not weighty and not len(material.own("builds")):
        weighty = names
    found = []
    for name in weighty:
        rows = starts.having(process=name)
        found.append(Decided("make" if name in made else "order", name, rows.of("order_date", "min"), rows))
    return found


def _licences(material: Material) -> list[Decided]:
    """Return licences not yet in force when they are first used, and those in use that end."""
    licences = material.given("licences")
    opened = {name for names in material.given("investments").here()["enables"] for name in names}
    found = []
    for place in licences.rows:
        row = licences.where(licences.frame.index == place)
        name, begin, end = row.text("licence"), row.cell("valid_from"), row.cell("valid_to")
        used = _first_use(material, name)
        if used is None:
            continue
        if begin and begin.value > material.today and name not in opened:
            found.append(Decided("licence", name, used.of("period", "min"), used))
        if end and end.value >= material.today:
            found.append(Decided("expiry", name, end, row))
    return found


def _first_use(material: Material, licence: str) -> Cells | None:
    """Return the rows of production under a licence, else of transport; None for an unused one."""
    processes = material.given("processes").having(licence=licence).here()
    starts = material.own("starts")
    used = starts.where(
        starts.frame["process"].isin(processes["process"]) & (starts.frame["quantity"] > 1e-6)
    )
    if len(used):
        return used
    names = ["item", "from_site", "to_site"]
    lanes = pd.MultiIndex.from_frame(material.given("lanes").having(licence=licence).here()[names])
    sent = material.own("shipments")
    under = pd.MultiIndex.from_frame(sent.frame[names]).isin(lanes)
    used = sent.where(under & (sent.frame["quantity"] > 1e-6))
    return used if len(used) else None


def payers_of(material: Material, decided: Decided) -> list[tuple[str, float]]:
    """Return who pays for a decision, and which share; nobody for a licence, or where the study is silent."""
    table = {"build": "investments", "order": "processes", "make": "processes"}.get(decided.kind)
    if table is None:
        return []
    funding = Funding.of(material.applied(material.option))
    shares = funding.shares(table, decided.name, CATEGORY_OF[table])
    return [(payer, share) for payer, share in shares if payer != UNASSIGNED]
