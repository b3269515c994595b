"""The twin's investments, processes and lanes: what may start when, what it takes, gives and costs."""

from __future__ import annotations

import itertools
from collections import defaultdict

import pulp
from tests.reference.naive_study import Study, blank


def merged(terms):
    """Terms with one coefficient per variable: PuLP's dictionaries keep only the last of two."""
    total, variables = defaultdict(float), {}
    for c, v in terms:
        total[v.name] += c
        variables[v.name] = v
    return [(c, variables[name]) for name, c in total.items()]


class Activities:
    """A linear model of a study with its builds, starts and shipments; nothing holds them yet."""

    def __init__(self, study: Study):
        self.study, self.calendar = study, study.calendar
        self.T = range(self.calendar.n)
        self.model = pulp.LpProblem("twin", pulp.LpMinimize)
        self.counter = itertools.count()
        self.whole = []
        self.balance = defaultdict(list)  # (item, site, t) -> [(coefficient, variable)]
        self.spending = defaultdict(list)  # (payer, fiscal year, category) -> [(amount, variable)]
        self.cost = []
        self.one = self.var(1, 1)
        self.big = self._big()
        self._builds()
        self._activities()

    # ------------------------------------------------------------------ small words

    def var(self, low=0.0, high=None, whole=False):
        kind = "Integer" if whole else "Continuous"
        variable = self.model.add_variable(f"v{next(self.counter)}", low, high, cat=kind)
        if whole:
            self.whole.append(variable)
        return variable

    def add(self, row):
        if len(row):
            self.model += row
        else:  # nothing in it: 0 against a number, which PuLP would not write
            assert row.valid(1e-9), row

    def total(self, terms):
        return pulp.LpAffineExpression([(v, c) for c, v in merged(terms)])

    def charge(self, table, key, category, amount, currency, t, variable):
        """Book money ordered in period t: discounted base money, and then-year money of whoever pays."""
        self.cost.append((self.study.base_money(amount, currency) * self.study.discount(t), variable))
        day = self.calendar.middle(t)
        for payer, share in self.study.who_pays(table, key, category):
            money = share * self.study.then_year(amount, currency, day.year, payer)
            if money:
                self.spending[payer, self.study.fiscal_year(payer, day), category].append((money, variable))

    def _big(self) -> float:
        """
        More than any activity can usefully start in a period: what all needs together explode to, tenfold.
        """
        study = self.study
        need = sum(r["quantity"] for r in study["demands"]) + sum(
            r["level"] for r in study["stock_objectives"]
        )
        for row in study["stock_limits"]:
            need += max(study.figure("stock_limits", row, "minimum"))
        need += sum(r["quantity_per"] for r in study["inputs"])
        factor = 1.0
        for row in study["processes"]:
            per = sum(r["quantity_per"] for r in study["inputs"] if r["process"] == row["process"])
            factor *= max(1.0, per) / min(study.figure("processes", row, "yield_fraction"))
        rates = 0.0
        for row in study["resources"]:
            rates += self.calendar.months * max(
                study.figure("resources", row, "minimum_sustaining_rate_per_month")
            )
        return 10.0 * factor * (need + 1.0) + 10.0 * rates

    # ------------------------------------------------------------------ investments

    def _builds(self):
        study, cal = self.study, self.calendar
        self.y, self.sunk, self.row_of = {}, {}, {}
        active = study.names("investments")
        for row in study["investments"]:
            name, lag = row["investment"], study.lag(row)
            self.row_of[name] = row
            fixed = None if blank(row["start"]) else cal.containing(row["start"].date())
            if fixed is not None and fixed < 0:
                self.sunk[name] = fixed
                continue
            usable = {r for r, _, _ in self.loads_of(name)} <= study.names("resources")
            usable = usable and {i for i, _, _, _ in self.inputs_of(name, "")} <= study.names("items")
            earliest = 0 if blank(row["earliest"]) else cal.containing(row["earliest"].date())
            for t in self.T:
                if fixed is not None:
                    low = high = int(t == fixed)
                else:
                    low, high = 0, row["max_builds"] if t >= earliest and t + lag < cal.n else 0
                self.y[name, t] = self.var(low, high, whole=True)
                self.charge(
                    "investments", name, "investment", row["capex"], row["currency"], t, self.y[name, t]
                )
            most = row["max_builds"] if usable else 0
            self.add(self.total([(1, self.y[name, t]) for t in self.T]) <= most)
        for name, row in self.row_of.items():
            if name in self.sunk:
                continue
            for t in self.T:
                begun = [(1, self.y[name, s]) for s in range(t + 1)]
                for other in row["requires"]:
                    # An investment that is required but inactive is never complete.
                    done = self.done(other, t) if other in active else []
                    self.add(self.total(begun) <= row["max_builds"] * self.total(done))
            for other in row["excludes"]:
                if other not in active:
                    continue
                mine, its = self.ever(name), self.ever(other)
                either = self.var(0, 1, whole=True)
                self.add(mine <= row["max_builds"] * either)
                self.add(its <= self.row_of_all(other)["max_builds"] * (1 - either))

    def row_of_all(self, name):
        return next(r for r in self.study["investments"] if r["investment"] == name)

    def ever(self, name):
        row = self.row_of_all(name)
        if not blank(row["start"]) and self.calendar.containing(row["start"].date()) < 0:
            return self.total([(1, self.one)])
        return self.total([(1, self.y[name, t]) for t in self.T])

    def done(self, name, t):
        """Builds of an investment complete in period t, as terms."""
        lag = self.study.lag(self.row_of_all(name))
        if name in self.sunk:
            return [(1, self.one)] if self.sunk[name] + lag <= t else []
        return [(1, self.y[name, s]) for s in range(t - lag + 1)]

    def starts_of(self, name):
        """
        Periods (negative ones for what is sunk) in which builds of an investment may start, with their
        number.
        """
        if name in self.sunk:
            return [(self.sunk[name], self.one)]
        return [(s, self.y[name, s]) for s in self.T]

    def gates_of(self, *names):
        """Investments, active or not, that must be complete before one of these names works."""
        frame = self.study.tables.frames["investments"]
        return [
            name if active else None
            for name, enables, active in zip(
                frame["investment"], frame["enables"], frame["active"], strict=True
            )
            if any(n in enables for n in names if n)
        ]

    # ------------------------------------------------------------------ processes and lanes

    def loads_of(self, name):
        study = self.study
        lead = self.lead_days(name)
        found = [
            (r["resource"], r["use_per_unit"], study.offset(lead, r))
            for r in study["loads"]
            if r["process"] == name
        ]
        for row in study["processes"]:
            if row["process"] == name and row["resource"]:
                at = study.calendar.lag(lead) if row["resource_at"] == "completion" else 0
                found.append((row["resource"], row["resource_use"], at))
        return found

    def inputs_of(self, name, site):
        lead = self.lead_days(name)
        rows = [r for r in self.study["inputs"] if r["process"] == name]
        return [(r["item"], r["site"] or site, r["quantity_per"], self.study.offset(lead, r)) for r in rows]

    def lead_days(self, name):
        rows = [*self.study["processes"], *self.study["investments"]]
        row = next(r for r in rows if r.get("process", r.get("investment")) == name)
        return self.study.days(row, "lead_time")

    def window(self, row, lag, admin):
        """
        First and last period of a start: ALT, dates of the row and of its licence, arrival inside the
        horizon.
        """
        cal, study = self.calendar, self.study
        first, last = admin, cal.n - 1 - lag
        dates = [(row.get("available_from"), row.get("available_to"))]
        if row["licence"]:
            licence = next((r for r in study["licences"] if r["licence"] == row["licence"]), None)
            if licence is None:
                return 1, 0
            dates.append((licence["valid_from"], licence["valid_to"]))
        for begin, end in dates:
            if not blank(begin):
                first = max(first, cal.containing(begin.date()))
            if not blank(end):
                last = min(last, cal.ending_by(end.date()))
        return first, last

    def _activities(self):
        study = self.study
        items, resources = study.names("items"), study.names("resources")
        self.x, self.f, self.gates, self.span = {}, {}, {}, {}
        for row in study["processes"]:
            name, lag, admin = row["process"], study.lag(row), study.lag(row, "administrative_lead_time")
            first, last = self.window(row, lag, admin)
            loads, inputs = self.loads_of(name), self.inputs_of(name, row["site"])
            usable = {r for r, _, _ in loads} <= resources and {i for i, _, _, _ in inputs} <= items
            usable = usable and row["item"] in items
            self.gates[name] = self.gates_of(name, row["licence"], *(r for r, _, _ in loads))
            if not usable or None in self.gates[name]:
                first, last = 1, 0
            self.span[name] = (first, last)
            good = study.figure("processes", row, "yield_fraction")
            price = study.figure("processes", row, "unit_cost")
            for t in range(first, last + 1):
                start = self.x[name, t] = self.var()
                self.balance[row["item"], row["site"], t + lag].append((good[t], start))
                for item, site, quantity, offset in inputs:
                    self.balance[item, site, t + offset].append((-quantity, start))
                self.behind_gates(start, self.gates[name], t)
                self.charge("processes", name, "production", price[t], row["currency"], t - admin, start)
        for row in study["lanes"]:
            key, lag = row["_key"], study.lag(row)
            first, last = self.window(row, lag, 0)
            gates = self.gates_of(key, row["licence"])
            if row["item"] not in items or None in gates:
                first, last = 1, 0
            capacity = study.figure("lanes", row, "capacity_per_month")
            price = study.figure("lanes", row, "unit_cost")
            for t in range(first, last + 1):
                flow = self.f[key, t] = self.var(
                    0, None if blank(capacity[t]) else capacity[t] * self.calendar.months
                )
                self.balance[row["item"], row["from_site"], t].append((-1, flow))
                self.balance[row["item"], row["to_site"], t + lag].append((1, flow))
                self.behind_gates(flow, gates, t)
                self.charge("lanes", key, "transport", price[t], row["currency"], t, flow)
        for (name, t), build in self.y.items():
            for item, site, quantity, offset in self.inputs_of(name, ""):
                if t + offset < self.calendar.n:
                    self.balance[item, site, t + offset].append((-quantity, build))

    def behind_gates(self, variable, gates, t):
        for gate in gates:
            self.add(variable <= self.big * self.total(self.done(gate, t)))
