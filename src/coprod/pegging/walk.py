"""One unit followed upstream: at every assembly, the input that arrived last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.network.network import Network
    from coprod.pegging.evidence import Evidence
    from coprod.pegging.fifo import Matched
    from coprod.pegging.flows import Lots, Uses

    Ints = NDArray[np.int64]

__all__ = ["Link", "Walker"]


@dataclass(frozen=True, slots=True)
class Link:
    """
    A lot that serves a use.

    Attributes
    ----------
    lot, use
        Their numbers.
    position
        Of the unit on the node's line.
    wait
        Periods it lies in stock before the use.
    others
        The other inputs of what the use belongs to: each could have been as much later as it waits.
    """

    lot: int
    use: int
    position: float
    wait: int
    others: tuple[Link, ...] = ()


class Walker:
    """
    Follows units through a matched plan.

    Where several inputs of an assembly are equally late, the branch with the longest run of a full line is
    taken, then the one whose chain begins first: a plan that starts everything as late as it can has all its
    inputs arrive together.

    Parameters
    ----------
    network, lots, uses, matched, found
        The plan, matched, and what its tables tell of full lines.
    """

    def __init__(self, network: Network, lots: Lots, uses: Uses, matched: Matched, found: Evidence) -> None:
        self.lots, self.uses, self.matched = lots, uses, matched
        order = np.argsort(uses.lot, kind="stable")
        into = uses.lot[order]
        self._inputs, self._first = order, np.searchsorted(into, np.arange(lots.node.size + 1))
        self._run, self._origin = self._upstream(network, found)

    def _upstream(self, network: Network, found: Evidence) -> tuple[Ints, Ints]:
        """Return, by lot, the longest run of a full line on its critical branches, and where those begin."""
        lots, uses, matched = self.lots, self.uses, self.matched
        pieces = np.flatnonzero(matched.use >= 0)
        pieces = pieces[uses.lot[matched.use[pieces]] >= 0]
        source, use = matched.lot[pieces], matched.use[pieces]
        into, slack = uses.lot[use], uses.period[use] - lots.arrival[source]
        least = np.full(lots.node.size, np.iinfo(np.int64).max)
        np.minimum.at(least, into, slack)
        last = slack == least[into]
        source, into = source[last], into[last]
        run = found.runs(lots)
        office = np.append(network.activities.admin_lag, [0, 0])  # none for receipts and opening stock
        origin = lots.start - office[lots.activity]
        for _ in range(lots.node.size):
            longer, sooner = run.copy(), origin.copy()
            np.maximum.at(longer, into, run[source])
            np.minimum.at(sooner, into, origin[source])
            if np.array_equal(longer, run) and np.array_equal(sooner, origin):
                break
            run, origin = longer, sooner
        return run, origin

    def _link(self, use: int, position: float) -> Link | None:
        lot = self.matched.lot_at(int(self.uses.node[use]), position)
        if lot < 0:
            return None
        return Link(lot, use, position, int(self.uses.period[use] - self.lots.arrival[lot]))

    def inputs(self, link: Link) -> list[Link]:
        """Return what went into a unit of a lot, the critical input first."""
        lot, matched = link.lot, self.matched
        whole = float(self.lots.output[lot])
        share = (link.position - (float(matched.lot_to[lot]) - whole)) / whole if whole > 0 else 1.0
        found = []
        for use in self._inputs[self._first[lot] : self._first[lot + 1]]:
            low, high = float(matched.use_from[use]), float(matched.use_to[use])
            source = self._link(int(use), low + min(max(share, 0.0), 1.0) * (high - low))
            if source is not None:
                found.append(source)
        return sorted(found, key=lambda one: (one.wait, -self._run[one.lot], self._origin[one.lot]))

    def chain(self, use: int, position: float) -> list[Link]:
        """Return the critical chain of a unit that a use takes, from the need upstream."""
        links: list[Link] = []
        seen: set[int] = set()
        found = self._link(use, position)
        others: tuple[Link, ...] = ()
        while found is not None and found.lot not in seen:
            seen.add(found.lot)
            links.append(Link(found.lot, found.use, found.position, found.wait, others))
            sources = self.inputs(found)
            found, others = (sources[0], tuple(sources[1:])) if sources else (None, ())
        return links

    def last_unit(self, use: int) -> float:
        """Return the position of the middle of the last unit that a use takes."""
        low, high = float(self.matched.use_from[use]), float(self.matched.use_to[use])
        return high - min(0.5, (high - low) / 2)
