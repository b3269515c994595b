"""
The twin's lines: capacity with what builds add, minimum sustaining rates, and the lead-time pass for their
window.
"""

from __future__ import annotations

from collections import defaultdict

from tests.reference.naive_activities import Activities
from tests.reference.naive_study import INF, Study, blank


class Lines(Activities):
    """Activities with the lines that hold them."""

    def __init__(self, study: Study):
        super().__init__(study)
        self._lines()

    def _lines(self):
        study, cal = self.study, self.calendar
        self.z = {}
        users = [r["process"] for r in study["processes"]] + [n for n in self.row_of if n not in self.sunk]
        for row in study["resources"]:
            name = row["resource"]
            use = defaultdict(list)
            for user in users:
                for resource, amount, offset in self.loads_of(user):
                    for t in self.T:
                        start = self.x.get((user, t - offset), self.y.get((user, t - offset)))
                        if resource == name and start is not None:
                            use[t].append((amount, start))
            adding = [
                n for n, r in self.row_of.items() if name in r["resource"] and r["adds_rate_per_month"] > 0
            ]
            capacity = {t: self.capacity(row, adding, t) for t in self.T}
            for t in self.T:
                if capacity[t] is not None:
                    self.add(self.total(use[t]) <= self.total(capacity[t]))
            sustaining = study.figure("resources", row, "minimum_sustaining_rate_per_month")
            if max(sustaining) > 0:
                self.sustain(row, use, capacity, sustaining, adding)
            gates = self.gates_of(name)
            fixed = study.figure("resources", row, "fixed_cost_per_month")
            for t in self.T:
                if not fixed[t] or None in gates:
                    continue
                is_open = self.z.get((name, t), self.one)
                if gates:  # open once all gates are
                    kept, is_open = is_open, self.var(0, 1)
                    terms = [(1, kept)] + [term for gate in gates for term in self.done(gate, t)]
                    self.add(is_open >= self.total(terms) - len(gates))
                money = fixed[t] * cal.months
                self.charge("resources", name, "fixed", money, row["currency"], t, is_open)

    def ramp(self, investment):
        months = self.row_of[investment]["ramp_months"]
        return max(1, self.calendar.lag(months * 365.25 / 12))

    def capacity(self, row, adding, t):
        """Capacity of a line in a period as terms; None if unlimited."""
        rate = self.study.figure("resources", row, "rate_per_month")[t]
        most = self.study.figure("resources", row, "maximum_rate_per_month")[t]
        given = [r for r in (rate, most) if not blank(r)]
        if not given:
            return None
        terms = [(min(given) * self.calendar.months, self.one)]
        for name in adding:
            gain, n = self.row_of[name]["adds_rate_per_month"] * self.calendar.months, self.ramp(name)
            for s, build in self.starts_of(name):
                months_in = t - (s + self.study.lag(self.row_of[name])) + 1
                if months_in >= 1:
                    terms.append((gain * min(months_in, n) / n, build))
        return terms

    def sustain(self, row, use, capacity, sustaining, adding):
        """Open or closed: a closed line makes nothing and stays closed until a build on it completes."""
        name, cal = row["resource"], self.calendar
        first, last = self.sustaining_window(name)
        before = None
        for t in self.T:
            z = self.z[name, t] = self.var(0, 1, whole=True)
            completing, ramping = [], []
            for investment in adding:
                done = self.study.lag(self.row_of[investment])
                for s, build in self.starts_of(investment):
                    completing += [(1, build)] if s + done == t else []
                    ramping += [(1, build)] if s + done <= t < s + done + self.ramp(investment) else []
            was = self.total([(1, before if before is not None else self.one)])
            self.add(z <= was + self.total(completing))
            most = self.most(row, capacity[t], adding)
            self.add(self.total(use[t]) <= most * z)
            if first <= t <= last:
                least = sustaining[t] * cal.months
                self.add(self.total(use[t]) >= least * z - least * self.total(ramping))
            else:
                self.add(z >= was)
            before = z

    def most(self, row, capacity, adding):
        if capacity is None:
            return self.big
        own = sum(c for c, v in capacity if v is self.one)
        return own + sum(
            self.row_of[n]["adds_rate_per_month"] * self.row_of[n]["max_builds"] * self.calendar.months
            for n in adding
        )

    def sustaining_window(self, resource):
        """
        First period a start of this study can load a line, and the last in which a load can reach a need.
        """
        first, last = INF, -INF
        _available, start = self.earliest()
        distance = self.distance_to_need()
        for row in self.study["processes"]:
            name = row["process"]
            for used, _, offset in self.loads_of(name):
                if used == resource and start[name] < INF:
                    first = min(first, start[name] + offset)
                    way = self.study.lag(row) - offset + distance[row["item"], row["site"]]
                    last = max(last, self.calendar.n - 1 - way)
        return first, last

    def earliest(self):
        """Earliest availability of nodes and earliest start of processes, repeated until nothing changes."""
        study, cal = self.study, self.calendar
        node, start = defaultdict(lambda: INF), defaultdict(lambda: INF)
        for row in study["stock"]:
            if row["quantity"] > 0:
                t = 0 if blank(row["due"]) else max(0, cal.containing(row["due"].date()))
                if t < cal.n:
                    node[row["item"], row["site"]] = min(node[row["item"], row["site"]], t)
        changed = True
        while changed:
            changed = False
            for row in study["processes"]:
                name, (first, last) = row["process"], self.span[row["process"]]
                t = first
                for item, site, _, offset in self.inputs_of(name, row["site"]):
                    t = max(t, node[item, site] - offset)
                for gate in self.gates[name]:
                    t = max(t, self.earliest_complete(gate, node)) if gate else INF
                if t <= last and t < start[name]:
                    start[name], changed = t, True
                    there = (row["item"], row["site"])
                    node[there] = min(node[there], t + study.lag(row))
            for row in study["lanes"]:
                lag = study.lag(row)
                first, last = self.window(row, lag, 0)
                t = max(first, node[row["item"], row["from_site"]])
                for gate in self.gates_of(row["_key"], row["licence"]):
                    t = max(t, self.earliest_complete(gate, node)) if gate else INF
                there = (row["item"], row["to_site"])
                if t <= last and t + lag < node[there]:
                    node[there], changed = t + lag, True
        return node, start

    def earliest_complete(self, name, node):
        """Earliest period in which a build can be complete: after what it requires, with its inputs there."""
        if name not in self.row_of:
            return INF
        row = self.row_of[name]
        lag = self.study.lag(row)
        if name in self.sunk:
            return self.sunk[name] + lag
        if not blank(row["start"]):
            return self.calendar.containing(row["start"].date()) + lag
        if any(name in self.row_of[n]["excludes"] or n in row["excludes"] for n in self.sunk):
            return INF
        t = 0 if blank(row["earliest"]) else max(0, self.calendar.containing(row["earliest"].date()))
        t = max([t, *(self.earliest_complete(other, node) for other in row["requires"])])
        t = max([t, *(node[item, site] - offset for item, site, _, offset in self.inputs_of(name, ""))])
        return t + lag if t + lag < self.calendar.n else INF

    def distance_to_need(self):
        """Shortest time from a node to one with a demand or an objective."""
        study = self.study
        distance = defaultdict(lambda: INF)
        for table in ("demands", "stock_objectives"):
            for row in study[table]:
                distance[row["item"], row["site"]] = 0
        changed = True
        while changed:
            changed = False
            steps = []
            for row in study["processes"]:
                if self.span[row["process"]][0] <= self.span[row["process"]][1]:
                    for item, site, _, offset in self.inputs_of(row["process"], row["site"]):
                        steps.append(((item, site), study.lag(row) - offset, (row["item"], row["site"])))
            steps.extend(
                ((row["item"], row["from_site"]), study.lag(row), (row["item"], row["to_site"]))
                for row in study["lanes"]
            )
            for origin, way, end in steps:
                if distance[end] + way < distance[origin]:
                    distance[origin], changed = distance[end] + way, True
        return distance
