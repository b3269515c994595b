"""Pegging done slowly: a queue of lots at every node, each lot traced to its needs by recursion."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coprod.network.network import Network

EMPTY = 1e-7


class CircleError(Exception):
    """A lot goes into itself within a period: more than a queue can tell."""


class SlowPegging:
    """
    First in, first out, one node and one use after the other; no circles.

    `pegs` holds, by need and lot, the units started of the lot that serve the need. A need is ``(kind, name,
    due period, period met)``, a lot ``(kind, name, start period)``.
    """

    def __init__(self, network: Network, tables: dict):
        self.network = network
        self.day = {day: t for t, day in enumerate(network.periods.first_days)}
        self.column = {key: number for number, key in enumerate(network.activities.key)}
        self.nodes = list(zip(network.nodes.item, network.nodes.site, strict=True))
        self.started, self.output, self.given = {}, {}, defaultdict(lambda: defaultdict(float))
        arrivals = defaultdict(list)
        for lot, node, arrival, started, output in self._lots(tables):
            self.started[lot], self.output[lot] = started, output
            arrivals[node].append((arrival, lot))
        takings = defaultdict(list)
        for number, (node, period, rank, quantity, target) in enumerate(self._uses(tables)):
            takings[node].append((period, rank, number, quantity, target))
        for node in range(len(self.nodes)):
            self._serve(node, sorted(arrivals[node], key=lambda pair: pair[0]), sorted(takings[node]))
        self.known, self.open = {}, set()
        self.pegs = defaultdict(float)
        for lot in self.started:
            for need, share in self._serves(lot).items():
                self.pegs[need, lot] += share * self.started[lot]

    def _period(self, stamp):
        return self.day[stamp.date()]

    def _lots(self, tables):
        network, activities = self.network, self.network.activities
        for n, (item, site) in enumerate(self.nodes):
            if network.nodes.opening[n] > 0:
                quantity = float(network.nodes.opening[n])
                yield ("opening stock", f"{item}/{site}", 0), n, 0, quantity, quantity
            for t in range(network.periods.n):
                if network.nodes.receipts[n, t] > 0:
                    quantity = float(network.nodes.receipts[n, t])
                    yield ("receipt", f"{item}/{site}", t), n, t, quantity, quantity
        made = [("process", row.process, row) for row in tables["starts"].itertuples()]
        made += [
            ("lane", f"{row.item}/{row.from_site}/{row.to_site}", row)
            for row in tables["shipments"].itertuples()
        ]
        made.sort(key=lambda one: self.column[one[1]])
        for kind, name, row in made:
            a, t = self.column[name], self._period(row.period)
            good = row.good_quantity if kind == "process" else row.quantity
            yield (kind, name, t), int(activities.node[a]), t + int(activities.lag[a]), row.quantity, good

    def _uses(self, tables):
        """Yield what takes from a node: node, period, rank in the period, quantity, and what takes it."""
        yield from self._order_uses(tables["deliveries"])
        material, flows = self.network.material, len(self.network.activities.key)
        flows -= self.network.activities.n_investments
        for lot in list(self.started):
            kind, name, t = lot
            if kind in ("process", "lane"):
                a = self.column[name]
                for k in range(flows, material.row.size):
                    if material.column[k] == a:
                        quantity = -float(material.coefficient[k, t]) * self.started[lot]
                        yield int(material.row[k]), t + int(material.lag[k]), (1, a, t), quantity, lot
        for row in tables["builds"].itertuples():
            if row.sunk or row.investment not in self.column:
                continue
            t = self._period(row.start)
            for k in range(flows, material.row.size):
                if material.column[k] == self.column[row.investment]:
                    period = t + int(material.lag[k])
                    quantity = -float(material.coefficient[k, t]) * row.quantity
                    if period < self.network.periods.n and quantity > 0:
                        need = ("build", row.investment, None, period)
                        yield int(material.row[k]), period, (1, 10**6, t), quantity, need
        yield from self._objective_uses(tables["stock"])

    def _order_uses(self, deliveries):
        demands = self.network.demands
        for rank, d in enumerate(
            sorted(range(len(demands.name)), key=lambda d: (demands.priority[d], demands.name[d]))
        ):
            owed = deque()
            rows = deliveries[deliveries["demand"] == demands.name[d]]
            for row in rows.sort_values("period").itertuples():
                t = self._period(row.period)
                if row.due > 0:
                    owed.append([t, row.due])
                left = row.quantity
                while left > EMPTY and owed:
                    part = min(left, owed[0][1])
                    due = owed[0][0]
                    if part > EMPTY:
                        yield (
                            int(demands.node[d]),
                            t,
                            (0, rank, due),
                            part,
                            ("order", demands.name[d], due, t),
                        )
                    left -= part
                    owed[0][1] -= part
                    if owed[0][1] <= EMPTY:
                        owed.popleft()

    def _objective_uses(self, stock):
        objectives = self.network.objectives
        taken = defaultdict(float)
        for g in sorted(range(len(objectives.name)), key=lambda g: (objectives.level[g], objectives.name[g])):
            node = int(objectives.node[g])
            item, site = self.nodes[node]
            own = stock[(stock["item"] == item) & (stock["site"] == site)].sort_values("period")
            held = own["quantity"].tolist()
            due = int(objectives.by_period[g]) if objectives.by_date[g] else None
            for t in range(len(held)):
                stays = max(0.0, min(held[t:]))
                part = min(stays, float(objectives.level[g])) - taken[node]
                if part > 0:
                    need = ("objective", objectives.name[g], due, t)
                    yield node, t, (2, float(objectives.level[g]), g), part, need
                    taken[node] += part

    def _serve(self, node, arrivals, takings):
        queue = deque([arrival, self.output[lot], lot] for arrival, lot in arrivals)
        for period, _, _, quantity, target in takings:
            left = quantity
            while left > EMPTY and queue:
                assert queue[0][0] <= period, (self.nodes[node], period, queue[0])
                part = min(left, queue[0][1])
                self.given[queue[0][2]][target] += part
                left -= part
                queue[0][1] -= part
                if queue[0][1] <= EMPTY:
                    queue.popleft()
            assert left <= 1e-4 * max(1.0, quantity), (self.nodes[node], period, left)
        item, site = self.nodes[node]
        for _, quantity, lot in queue:
            self.given[lot]["left over", f"{item}/{site}", None, self.network.periods.n - 1] += quantity

    def _serves(self, lot):
        if lot in self.known:
            return self.known[lot]
        if lot in self.open:
            raise CircleError(lot)
        self.open.add(lot)
        whole = sum(self.given[lot].values())
        found = defaultdict(float)
        for target, quantity in self.given[lot].items():
            inner = self._serves(target) if target in self.started else {target: 1.0}
            for need, share in inner.items():
                found[need] += share * quantity / whole
        self.known[lot] = found
        return found
