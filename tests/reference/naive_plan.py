"""
The plan a second time, the slow and obvious way: plain dictionaries, PuLP, one solve after the other.

Written from docs/conventions.md and from the tables of a study alone. Every stock has a variable in every
period, every goal is a row that is added to the model once its best value is known, and whatever is a yes or
a no for a whole study (is anything made under a licence with a work share?) is tried both ways.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulp
from tests.reference.naive_activities import merged
from tests.reference.naive_lines import Lines
from tests.reference.naive_study import Study, blank, plus_months

if TYPE_CHECKING:
    from coprod.study.tables import Tables

#: A goal is fixed within this before the next one: of its value, or absolute for values below 1; where a
#: solver finds nothing so close (its own tolerance on a row is 1e-9 and more), within the next one. What
#: later goals gain by it is that much times the worth of a unit-month in money: 1e-9 bought 2e-4 unit-months
#: at worst.
FIXED_WITHIN = {"highs": (0.0, 1e-9, 1e-8, 1e-7), "cbc": (1e-9, 1e-8, 1e-7)}


@dataclass
class NaiveResult:
    """
    Value of each goal in order; builds by (investment, period); the plan by name and period where it is not
    0.
    """

    status: str
    stages: list[tuple[str, float]] = field(default_factory=list)
    builds: dict[tuple[str, int], int] = field(default_factory=dict)
    starts: dict[tuple[str, int], float] = field(default_factory=dict)
    shipments: dict[tuple[str, int], float] = field(default_factory=dict)
    stock: dict[tuple[tuple[str, str], int], float] = field(default_factory=dict)
    breaches: dict[str, float] = field(default_factory=dict)


class Model(Lines):
    """
    The whole linear model of a study; `made_under` says for each licence with a work share whether it is
    used.
    """

    def __init__(self, study: Study, made_under: dict[str, bool]):
        super().__init__(study)
        self.made_under = made_under
        self._needs()
        self._stock()
        self._caps()
        self._work_shares()
        self._budgets()

    # ------------------------------------------------------------------ needs and stock

    def _needs(self):
        study, cal = self.study, self.calendar
        self.goals = defaultdict(list)  # ("demands" | "objectives", class) -> terms
        for row in study["demands"]:
            due = defaultdict(float)
            if blank(row["until"]):
                due[max(0, cal.ending_by(row["due"].date()))] += row["quantity"]
            else:
                last = cal.ending_by(row["until"].date())
                parts = list(range(cal.containing(row["due"].date()), last + 1)) or [last]
                for t in parts:
                    due[max(0, t)] += row["quantity"] / len(parts)
            assert all(t < cal.n for t in due), row["demand"]
            before = None
            for t in self.T:
                delivered, late = self.var(), self.var()
                was = [] if before is None else [(1, before)]
                self.add(self.total([(1, late), (1, delivered), *((-c, v) for c, v in was)]) == due[t])
                self.balance[row["item"], row["site"], t].append((-1, delivered))
                self.goals["demands", int(row["priority"])].append((row["weight"] * cal.months, late))
                before = late
        self.short = []
        for row in study["stock_objectives"]:
            first = 0 if blank(row["by"]) else max(0, cal.ending_by(row["by"].date()))
            for t in range(first, cal.n):
                short = self.var()
                self.short.append((short, row["level"], (row["item"], row["site"]), t))
                self.goals["objectives", int(row["priority"])].append((row["weight"] * cal.months, short))

    def _stock(self):
        study, cal = self.study, self.calendar
        received = defaultdict(float)
        nodes = {(item, site) for item, site, _ in self.balance}
        for row in study["stock"]:
            t = 0 if blank(row["due"]) else max(0, cal.containing(row["due"].date()))
            received[row["item"], row["site"], t] += row["quantity"]
            nodes.add((row["item"], row["site"]))
        nodes |= {node for _, _, node, _ in self.short}
        limits = {(r["item"], r["site"]): r for r in study["stock_limits"]}
        nodes |= set(limits)
        items = {r["item"]: r for r in study["items"]}
        self.I, self.breach = {}, {}
        for item, site in sorted(nodes):
            if item not in items:
                continue
            holding = study.figure("items", items[item], "holding_cost_per_month")
            currency = items[item]["currency"]
            for t in self.T:
                stock = self.I[(item, site), t] = self.var()
                was = [(1, self.I[(item, site), t - 1])] if t else []
                flows = self.balance[item, site, t]
                self.add(
                    self.total([(1, stock), *((-c, v) for c, v in was + flows)]) == received[item, site, t]
                )
                if holding[t]:
                    money = holding[t] * cal.months
                    self.charge("items", item, "holding", money, currency, t, stock)
        for (item, site), row in limits.items():
            for column, sign in (("minimum", 1), ("maximum", -1)):
                limit = study.figure("stock_limits", row, column)
                for t in self.T:
                    if not blank(limit[t]) and ((item, site), t) in self.I:
                        missing = self.may_break(f"{column} of {item}/{site} in {t}", limit[t])
                        self.add(sign * self.I[(item, site), t] + missing >= sign * limit[t])
        for short, level, node, t in self.short:
            self.add(short >= level - self.I[node, t])

    def may_break(self, name, limit):
        """
        A breach that stage 0 keeps as small as it can, as a share of the limit (of 1 where the limit is 0).
        """
        variable = self.var()
        self.breach[name] = (variable, 1.0 / (limit if limit > 0 else 1.0))
        return variable

    # ------------------------------------------------------------------ licences

    def _caps(self):
        study, cal = self.study, self.calendar
        for licence in study["licences"]:
            name = licence["licence"]
            processes = [r for r in study["processes"] if r["licence"] == name]
            lanes = [] if processes else [r for r in study["lanes"] if r["licence"] == name]
            counted = licence["counted_item"]
            life, years = [], defaultdict(list)
            begin = cal.start if blank(licence["valid_from"]) else licence["valid_from"].date()
            for row in processes + lanes:
                if counted and row["item"] != counted:
                    continue
                good = study.figure("processes", row, "yield_fraction") if processes else [1.0] * cal.n
                variables = self.x if processes else self.f
                for t in self.T:
                    if (row["_key"], t) in variables:
                        term = (good[t], variables[row["_key"], t])
                        life.append(term)
                        years[licence_year(begin, cal.middle(t + study.lag(row)))].append(term)
            if not blank(licence["quantity_cap"]):
                self.add(self.total(life) <= licence["quantity_cap"] - licence["already_used"])
            if not blank(licence["cap_per_year"]):
                for terms in years.values():
                    self.add(self.total(terms) <= licence["cap_per_year"])

    def _work_shares(self):
        study = self.study
        party_of = {r["site"]: r["partner"] for r in study["sites"]}
        for licence in study["licences"]:
            if licence["licence"] not in self.made_under:
                continue
            if not self.made_under[licence["licence"]]:
                for row in study["processes"]:
                    if row["licence"] == licence["licence"]:
                        self.add(
                            self.total([(1, v) for (name, _), v in self.x.items() if name == row["process"]])
                            <= 0
                        )
                continue
            mine, everything = [], []
            for row in study["processes"]:
                if licence["scope"] and row["item"] not in licence["scope"]:
                    continue
                price = study.figure("processes", row, "unit_cost")
                terms = [
                    (study.base_money(price[t], row["currency"]), self.x[row["process"], t])
                    for t in self.T
                    if (row["process"], t) in self.x
                ]
                everything += terms
                if party_of[row["site"]] == licence["party"]:
                    mine += terms
            self.add(self.total(mine) >= licence["minimum_work_share"] * self.total(everything))

    # ------------------------------------------------------------------ budgets

    def _budgets(self):
        study, cal = self.study, self.calendar
        for payer in study.names("payers"):
            rows = [r for r in study["budgets"] if r["payer"] == payer]
            if not rows:
                continue
            listed = {(int(r["fiscal_year"]), r["category"]): (r["amount"], r["carry_over"]) for r in rows}
            years = sorted({study.fiscal_year(payer, cal.middle(t)) for t in self.T} | {y for y, _ in listed})
            carried = {}
            for year in range(years[0], years[-1] + 1):
                here = {c: v for (y, c), v in listed.items() if y == year}
                if not here:
                    here[""] = (0.0, False)
                if "" not in here:
                    for category in ("production", "transport", "holding", "fixed", "investment"):
                        here.setdefault(category, (0.0, False))
                for category, (amount, carry) in here.items():
                    spent = [
                        term
                        for (p, y, c), terms in self.spending.items()
                        if p == payer and y == year and category in ("", c)
                        for term in terms
                    ]
                    have = amount + (carried.get((year - 1, category), 0.0))
                    missing = self.may_break(f"budget of {payer} {year} {category}", amount)
                    self.add(self.total(spent) <= have + missing)
                    if carry:
                        left = carried[year, category] = self.var()
                        self.add(left + self.total(spent) <= have + missing)

    # ------------------------------------------------------------------ goals

    def goal_list(self):
        """(name, terms) in the order of the study."""
        goals = [("breach", [(share, v) for v, share in self.breach.values()])]
        if self.study.settings["objective_mode"] == "weighted":
            # The two weights must be given: what the plan takes for a blank one is its own choice.
            price = {"demands": "backlog_weight", "objectives": "shortfall_weight"}
            terms = list(self.cost)
            for (kind, _), found in self.goals.items():
                terms += [(c * self.study.settings[price[kind]], v) for c, v in found]
            return [*goals, ("weighted", terms)]
        for kind in self.study.settings["objective_order"]:
            if kind == "cost":
                goals.append(("cost", self.cost))
            else:
                classes = sorted(number for k, number in self.goals if k == kind)
                goals += [(f"{kind} {number}", self.goals[kind, number]) for number in classes]
        return goals

    def solve(self, solver, gap, within=()) -> NaiveResult:
        found, held = [], []
        self.within = within or FIXED_WITHIN[solver]
        allowed = self.study.settings["stage_allowance_fraction"]
        for name, terms in self.goal_list():
            goal = self.total(terms)
            status = self._optimise(goal, held, solver, gap)
            if status != "Optimal":
                return NaiveResult(status.lower(), found)
            best = self._settled(goal, terms, held, solver)
            found.append((name, best))
            held.append((goal, best + (allowed * abs(best) if name != "breach" else 0.0)))
        return NaiveResult(
            "optimal",
            found,
            {key: round(v.varValue) for key, v in self.y.items() if round(v.varValue)},
            {key: v.varValue for key, v in self.x.items() if v.varValue},
            {key: v.varValue for key, v in self.f.items() if v.varValue},
            {key: v.varValue for key, v in self.I.items() if v.varValue},
            {name: v.varValue for name, (v, _) in self.breach.items() if v.varValue > 1e-7},
        )

    def _optimise(self, goal, held, solver, gap) -> str:
        """Solve for a goal with the ones before it held as closely as the solver will have it."""
        for within in self.within:
            model = self.model.copy()
            for row, most in held:
                if len(row):
                    model += row <= most + within * max(1.0, abs(most))
            model.setObjective(goal)
            status = pulp.LpStatus[model.solve(make_solver(solver, gap))]
            if status == "Optimal":
                if solver == "highs" and self.whole:
                    self._asked_again(model, gap)
                break
        return status

    def _asked_again(self, model, gap) -> None:
        """
        Keep the better of two answers: HiGHS 1.14 called -69.44 optimal where -222.72 is without its presolve
        (seed 4532), and 50.63 where 48.63 is with it (seed 2462).
        """
        first, found = pulp.value(model.objective), {v: v.varValue for v in model.variables()}
        status = pulp.LpStatus[model.solve(make_solver("highs", gap, presolve="on"))]
        if status != "Optimal" or pulp.value(model.objective) >= first - 1e-9 * max(1.0, abs(first)):
            for v, value in found.items():
                v.varValue = value

    def _settled(self, goal, terms, held, solver) -> float:
        """
        Return a goal's best value with the whole numbers found, fixed where they are whole.

        A billionth of a build behind a gate lets a little through, and so does what the goals before are held
        within: a value had by that shuts out other builds that are as good without.
        """
        value = lambda: sum(c * v.varValue for c, v in merged(terms))  # noqa: E731
        best, kept = value(), [(v, v.lowBound, v.upBound) for v in self.whole]
        for v in self.whole:
            v.lowBound = v.upBound = round(v.varValue)
        if kept and self._optimise(goal, held, solver, 0.0) == "Optimal":
            best = value()
        for v, low, high in kept:
            v.lowBound, v.upBound = low, high
        return best


def licence_year(begin, day) -> int:
    year = day.year - begin.year
    return year if plus_months(begin, 12 * year) <= day else year - 1


def make_solver(name: str, gap: float, presolve: str = "off"):
    """CBC, a second solver, unless HiGHS is asked for."""
    if name == "highs":
        # HiGHS 1.14 with its presolve called 50.63 optimal where 48.63 is (seed 2462), whatever the
        # tolerances.
        return pulp.HiGHS(
            msg=False,
            presolve=presolve,
            gapRel=gap,
            # Its own 1e-6 left a first goal 5e-7 above the best, at half the cost (seed 8836).
            gapAbs=0.0,
            mip_feasibility_tolerance=1e-9,
            primal_feasibility_tolerance=1e-9,
            dual_feasibility_tolerance=1e-9,
        )
    # CBC 2.10 with its preprocessing called 145.44 optimal where 144.48 is (seed 13), whatever the
    # tolerances.
    options = ["preprocess off", "primalT 1e-9", "dualT 1e-9", "integerT 1e-9", "increment 1e-9"]
    return pulp.PULP_CBC_CMD(msg=False, gapRel=gap, gapAbs=0.0, options=options)


def without_slack(tables: Tables) -> dict[str, float]:
    """
    Value of each goal with what the slack of the goals before bought taken back.

    A billionth of one goal may buy a fiftieth of the next (seed 3128). Where twice the slack buys twice as
    much, what none buys is the difference of the two; where it buys nothing, this is the plain value.
    """
    once, twice = (naive_plan(tables, solver="highs", within=(most,)) for most in (1e-9, 2e-9))
    assert once.status == twice.status == "optimal"
    more = dict(twice.stages)
    return {name: 2 * value - more[name] for name, value in once.stages}


def naive_plan(
    tables: Tables, gap: float = 0.0, solver: str = "cbc", within: tuple[float, ...] = ()
) -> NaiveResult:
    """
    Plan a study, lexicographically (or weighted), every stage to proven optimality.

    The stages are named as the conventions name them; ``breach`` is there only where it is above 0. Where a
    work share may bind, the study is planned once with and once without anything made under the licence.
    `within` is tried in place of the solver's entry in `FIXED_WITHIN`.
    """
    study = Study(tables)
    shared = [
        r["licence"]
        for r in study["licences"]
        if not blank(r["minimum_work_share"]) and r["minimum_work_share"] > 0
    ]
    results = []
    for used in itertools.product((True, False), repeat=len(shared)):
        result = Model(study, dict(zip(shared, used, strict=True))).solve(solver, gap, within)
        if result.status == "optimal":
            results.append(result)
        failed = result
    if not results:
        return failed
    best = results[0]
    for other in results[1:]:
        if better(other.stages, best.stages):
            best = other
    if best.stages[0][1] < 1e-7:
        best.stages = best.stages[1:]
    return best


def better(one, two) -> bool:
    """Whether one list of stage values comes before another, beyond what a solver's tolerance can say."""
    for (_, a), (_, b) in zip(one, two, strict=True):
        if abs(a - b) > 1e-6 * max(1.0, abs(a), abs(b)):
            return a < b
    return False
