"""One unit's chain through time, from the first order to its delivery, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coprod.errors import SettingsError
from coprod.pegging.evidence import NEVER, Full
from coprod.pegging.flows import OBJECTIVE, OPENING, ORDER, RECEIPT
from coprod.pegging.late import due_period
from coprod.results.schema import result_schema
from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from coprod.network.network import Network
    from coprod.pegging.evidence import Evidence
    from coprod.pegging.flows import Needs
    from coprod.pegging.settings import PeggingSettings
    from coprod.pegging.walk import Link, Walker

__all__ = ["unit_chain"]

Row = dict[str, Any]


def unit_chain(
    network: Network, needs: Needs, walker: Walker, found: Evidence, settings: PeggingSettings
) -> pd.DataFrame:
    """
    Return the table ``unit_chain``.

    Parameters
    ----------
    network, needs, walker, found
        The plan, and what its tables tell.
    settings
        Which unit.

    Raises
    ------
    SettingsError
        If `need` names nothing, or fewer units of it are delivered than `unit` says.
    """
    columns = result_schema()["unit_chain"]
    chosen = _chosen(network, needs, settings)
    if chosen is None:
        return make_table("unit_chain", {name: [] for name in columns})
    need, unit, before = chosen
    use = int(np.flatnonzero(walker.uses.need == need)[0])
    low, high = float(walker.matched.use_from[use]), float(walker.matched.use_to[use])
    size = float(needs.quantity[need])
    at = low + (high - low) * min(max((unit - before - min(0.5, size / 2)) / size, 0.0), 1.0)
    links = walker.chain(use, at)
    rows = _Telling(network, walker, found).rows(
        links, int(needs.met[need]), due_period(network, needs, need)
    )
    own = network.demands if needs.kind[need] == ORDER else network.objectives
    due = int(needs.due[need])
    about = {
        "need_kind": "order" if needs.kind[need] == ORDER else "objective",
        "need": own.name[needs.index[need]],
        "unit": unit,
        "due": network.periods.last_day(due) if due >= 0 else None,
        "met": network.periods.first_day(int(needs.met[need])),
    }
    whole = [{**about, "step": number, **row} for number, row in enumerate(rows, 1)]
    return make_table("unit_chain", {name: [row[name] for row in whole] for name in columns})


def _chosen(network: Network, needs: Needs, settings: PeggingSettings) -> tuple[int, float, float] | None:
    """
    Return the need a unit is of, which unit of the whole order it is, and how many came before that need's.

    Raises
    ------
    SettingsError
        See `unit_chain`.
    """
    wanted = (needs.kind == ORDER) | (needs.kind == OBJECTIVE)
    names = np.array(
        [
            (network.demands if kind == ORDER else network.objectives).name[index] if told else ""
            for kind, index, told in zip(needs.kind, needs.index, wanted, strict=True)
        ],
        dtype=object,
    )
    if settings.need:
        known = (*network.demands.name, *network.objectives.name)
        if settings.need not in known:
            msg = f"need: found {settings.need!r}; needs an order or stock objective: {', '.join(known)}"
            raise SettingsError(msg)
        wanted &= names == settings.need
    else:
        item = np.array([network.nodes.item[node] for node in needs.node], dtype=object)
        site = np.array([network.nodes.site[node] for node in needs.node], dtype=object)
        here = wanted & (item == settings.item) & (site == settings.site)
        wanted = here if here.any() else wanted
    own = np.flatnonzero(wanted)
    if not own.size:
        return None
    if settings.unit is None:
        late = needs.met[own] - np.array([due_period(network, needs, int(need)) for need in own])
        # The last that is late; of those delivered together, the latest. Where none is, what fills a stock
        # objective comes before an order, which waits for its date.
        filling = (needs.kind[own] == OBJECTIVE) & ~(late > 0).any()
        ranked = np.lexsort((late, needs.met[own], filling, late > 0))
        need = int(own[ranked[-1]])
    else:
        need = -1
    same = own if settings.unit is not None else own[(names[own] == names[need])]
    same = same[(needs.kind[same] == needs.kind[same[0]])]
    same = same[np.lexsort((needs.due[same], needs.met[same]))]
    upto = np.cumsum(needs.quantity[same])
    if settings.unit is None:
        place = int(np.flatnonzero(same == need)[0])
        return need, float(upto[place]), float(upto[place] - needs.quantity[need])
    if settings.unit > upto[-1] + 1e-6:
        msg = f"unit: found {settings.unit:g}; {settings.need} has {upto[-1]:g} units delivered"
        raise SettingsError(msg)
    place = min(int(np.searchsorted(upto, settings.unit)), same.size - 1)
    return int(same[place]), settings.unit, float(upto[place] - needs.quantity[same[place]])


class _Telling:
    """Turns a chain of links into steps in order of time."""

    def __init__(self, network: Network, walker: Walker, found: Evidence) -> None:
        self.network, self.walker, self.found = network, walker, found
        self.lots, self.uses = walker.lots, walker.uses

    def rows(self, links: Sequence[Link], met: int, due: int) -> list[Row]:
        """Return every step; the chain's own are critical, the other inputs of its assemblies are not."""
        rows: list[Row] = []
        for place in range(len(links) - 1, -1, -1):
            link = links[place]
            for other in link.others:
                rows += self._branch(other, link)
            rows += self._lot(link, critical=True)
            if link.wait:
                rows.append(self._wait(link, self._held(link, met, due, last=place == 0), critical=True))
        if links:
            node = int(self.uses.node[links[0].use])
            rows.append(self._step("delivered", "", node, "", met, met, critical=True))
        return rows

    def _branch(self, other: Link, critical: Link) -> list[Row]:
        """Return the steps of an input that is not critical, from where it was made, through its lanes."""
        branch, spare = [other], [other.wait]
        while int(self.lots.activity[branch[-1].lot]) >= self.network.activities.n_processes:
            before = self.walker.inputs(branch[-1])
            if not before or any(link.lot == before[0].lot for link in branch):
                break
            branch.append(before[0])
            spare.append(spare[-1] + before[0].wait)
        rows: list[Row] = []
        for link, slack in zip(reversed(branch), reversed(spare), strict=True):
            rows += self._lot(link, critical=False, slack=slack)
            if link.wait:
                awaited = self.network.nodes.item[int(self.lots.node[critical.lot])]
                late = link is other and other.wait > critical.wait
                reason = ("input", awaited, NEVER) if late else ("", "", NEVER)
                rows.append(self._wait(link, reason, critical=False, slack=slack))
        return rows

    def _lot(self, link: Link, *, critical: bool, slack: int | None = None) -> list[Row]:
        """Return the steps of one lot: order and making, shipping, or the stock it was."""
        network, lot = self.network, link.lot
        activity, node = int(self.lots.activity[lot]), int(self.lots.node[lot])
        start, arrival = int(self.lots.start[lot]), int(self.lots.arrival[lot])
        if activity in {OPENING, RECEIPT}:
            kind = "opening stock" if activity == OPENING else "receipt"
            return [self._step(kind, "", node, "", arrival, arrival, critical=critical, slack=slack)]
        name, rows = network.activities.key[activity], []
        before = self._before(activity, start)
        if activity >= network.activities.n_processes:
            sender, site = name.split("/")[1], network.nodes.site[node]
            return [
                self._step(
                    "ship",
                    name,
                    node,
                    site,
                    start,
                    arrival,
                    before,
                    critical=critical,
                    slack=slack,
                    site=sender,
                )
            ]
        office = int(network.activities.admin_lag[activity])
        if office:
            rows.append(
                self._step("order", name, node, "", start - office, start, critical=critical, slack=slack)
            )
        rows.append(
            self._step("make", name, node, "", start, arrival, before, critical=critical, slack=slack)
        )
        return rows

    def _before(self, activity: int, start: int) -> tuple[str, str, Full]:
        """Return why an activity did not start sooner, as far as the plan's tables show it."""
        full = self.found.before(activity, start)
        if full.count:
            return "line" if activity < self.network.activities.n_processes else "lane", full.name, full
        gate, first = int(self.found.gate[activity]), int(self.found.earliest[activity])
        if gate and gate == start and gate >= first:
            return "build", self.found.opener[activity], NEVER
        if first >= start:
            return "lead time", "", NEVER
        return "", "", NEVER

    def _held(self, link: Link, met: int, due: int, *, last: bool) -> tuple[str, str, Full]:
        """Return why a unit of the chain lay in stock before its use."""
        lot = int(self.uses.lot[link.use])
        if last or lot < 0:
            return ("due", "", NEVER) if met <= due else ("", "", NEVER)
        activity, start = int(self.lots.activity[lot]), int(self.lots.start[lot])
        full = self.found.between(activity, start - link.wait, start)
        if full.count:
            return "line" if activity < self.network.activities.n_processes else "lane", full.name, full
        gate = int(self.found.gate[activity])
        if gate and gate > start - link.wait:
            return "build", self.found.opener[activity], NEVER
        return "", "", NEVER

    def _wait(
        self, link: Link, reason: tuple[str, str, Full], *, critical: bool, slack: int | None = None
    ) -> Row:
        node, use = int(self.lots.node[link.lot]), int(self.uses.period[link.use])
        arrival = int(self.lots.arrival[link.lot])
        return self._step("wait", "", node, "", arrival, use, reason, critical=critical, slack=slack)

    def _step(
        self,
        kind: str,
        name: str,
        node: int,
        to_site: str,
        begin: int,
        end: int,
        reason: tuple[str, str, Full] = ("", "", NEVER),
        *,
        critical: bool,
        slack: int | None = None,
        site: str = "",
    ) -> Row:
        periods, (waited, limit, full) = self.network.periods, reason
        return {
            "critical": critical,
            "kind": kind,
            "name": name,
            "item": self.network.nodes.item[node],
            "site": site or self.network.nodes.site[node],
            "to_site": to_site,
            "begin": periods.first_day(begin),
            "end": periods.first_day(end),
            "months": (end - begin) * periods.months,
            "slack_months": np.nan if slack is None else slack * periods.months,
            "waited_for": waited,
            "limit": limit,
            "first_full": periods.first_day(full.first) if full.count else None,
            "last_full": periods.first_day(full.last) if full.count else None,
        }
