"""
Questions about other plans, put to the twin: least or most of anything, with this or that required.

A question is one model built from the tables, rows added to it, one solve. Nothing is kept between two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulp
from tests.reference.naive_plan import Model, make_solver
from tests.reference.naive_study import Study, blank

if TYPE_CHECKING:
    from collections.abc import Callable

    from coprod.study.tables import Tables

#: How far a value that is held may slip, relative: above the solver's tolerance.
SLIP = 1e-8


class Asked(Model):
    """The model of a study in which no limit may be broken, with names for what questions are about."""

    def __init__(self, tables: Tables):
        super().__init__(Study(tables), {})
        for variable, _ in self.breach.values():
            self.add(variable <= 0)

    def needs(self):
        """Terms of each order's, then each objective's lateness, in the order of the tables."""
        study, cal = self.study, self.calendar
        left = {key: list(terms) for key, terms in self.goals.items()}
        found = []
        for kind, table in (("demands", "demands"), ("objectives", "stock_objectives")):
            for row in study[table]:
                first = 0
                if kind == "objectives" and not blank(row["by"]):
                    first = max(0, cal.ending_by(row["by"].date()))
                terms = left[kind, int(row["priority"])]
                found.append([terms.pop(0) for _ in range(first, cal.n)])
        assert not any(left.values())
        return found

    def started(self, process):
        return [(1, v) for (name, _), v in self.x.items() if name == process]

    def built(self, investment):
        return [(1, v) for (name, _), v in self.y.items() if name == investment]

    def added(self, party=None):
        """Terms of the value added at a party's sites; at all sites without one."""
        study, terms = self.study, []
        party_of = {r["site"]: r["partner"] for r in study["sites"]}
        for row in study["processes"]:
            if party is None or party_of[row["site"]] == party:
                price = study.figure("processes", row, "unit_cost")
                for (name, t), v in self.x.items():
                    if name == row["process"]:
                        terms.append((study.base_money(price[t], row["currency"]), v))
        return terms

    # ------------------------------------------------------------------ what may be required

    def no_later(self, values, but=()):
        """Each need no later than a value, some of them excepted."""
        for number, (terms, value) in enumerate(zip(self.needs(), values, strict=True)):
            if number not in but and terms:
                self.add(self.total(terms) <= value + SLIP * max(1.0, abs(value)))

    def classes(self, values):
        """Each class of needs, in the order of the goals, at a value."""
        names = [(kind, n) for kind in ("demands", "objectives") for k, n in sorted(self.goals) if k == kind]
        for name, value in zip(names, values, strict=True):
            self.add(self.total(self.goals[name]) <= value + SLIP * max(1.0, abs(value)))

    def full_from(self, objective, period):
        row = self.study["stock_objectives"][objective]
        for t in range(period, self.calendar.n):
            self.add(self.I[(row["item"], row["site"]), t] >= row["level"])

    def left_over(self, most):
        """At the end no more of an item in stock, over all sites, than the dictionary says."""
        for item, value in most.items():
            stocks = [
                (1, v) for (node, t), v in self.I.items() if node[0] == item and t == self.calendar.n - 1
            ]
            if stocks:
                self.add(self.total(stocks) <= value + SLIP * max(1.0, value))


def answer(
    tables: Tables, goal: Callable[[Asked], list], *required: Callable[[Asked], None], solver: str = "highs"
) -> float | None:
    """Return the least of a goal's terms; None where nothing keeps to what is required."""
    model = Asked(tables)
    for one in required:
        one(model)
    terms = goal(model)
    model.model.setObjective(model.total(terms))
    status = pulp.LpStatus[model.model.solve(make_solver(solver, 0.0))]
    assert status in ("Optimal", "Infeasible"), status
    return None if status == "Infeasible" else sum(c * (v.varValue or 0.0) for c, v in terms)
