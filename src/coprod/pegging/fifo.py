"""First in, first out: the uses of each node matched with its lots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coprod.errors import ResultError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.pegging.flows import Lots, Uses

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Matched", "match"]

#: How far a plan's tables may miss a node's balance, as units and as a share of all it receives: a solver's
#: tolerance, added up over a long calendar, stays below a tenth of it; what is more is no plan.
ABSOLUTE, RELATIVE = 1e-3, 1e-5
#: Ends of lots and uses closer than this share of it are one.
SNAP = 1e-3


@dataclass(frozen=True, slots=True)
class Matched:
    """
    Lots and uses laid out along one line of units per node, in the order they come and go.

    Attributes
    ----------
    lot_to : (M,) units
        Where each lot ends on its node's line; it begins where the one before it ends.
    use_from, use_to : (U,) units
        Where each use lies on it.
    lot, use : (Q,) int
        Pieces: which lot serves which use; use -1 for what is left over. By lot, then position.
    quantity : (Q,) units
    first : (N + 1,) int
        Lots of node n are first[n] … first[n + 1] - 1.
    """

    lot_to: Floats
    use_from: Floats
    use_to: Floats
    lot: Ints
    use: Ints
    quantity: Floats
    first: Ints

    def lot_at(self, node: int, position: float) -> int:
        """Return the lot at a position of a node's line; -1 where the node has no lot."""
        low, high = int(self.first[node]), int(self.first[node + 1])
        if low == high:
            return -1
        return low + min(int(np.searchsorted(self.lot_to[low:high], position)), high - low - 1)


def match(lots: Lots, uses: Uses, nodes: int) -> Matched:
    """
    Match the uses of every node with its lots, first in, first out.

    Parameters
    ----------
    lots
        By node, then arrival.
    uses
        By node, then period.
    nodes
        Number of nodes, N.

    Returns
    -------
    Matched
        Every lot is allocated whole. Every use is covered by lots that are there by then, up to the
        solver's dust.

    Raises
    ------
    ResultError
        If a node gives more than it has received: the tables are no plan.
    """
    first = np.searchsorted(lots.node, np.arange(nodes + 1))
    begin = np.searchsorted(uses.node, np.arange(nodes + 1))
    lot_to = np.zeros(lots.node.size)
    use_from, use_to = np.zeros(uses.node.size), np.zeros(uses.node.size)
    pieces: list[tuple[Ints, Ints, Floats]] = []
    for n in range(nodes):
        own, taken = slice(first[n], first[n + 1]), slice(begin[n], begin[n + 1])
        given = np.cumsum(lots.output[own])
        ends = _ends(given, lots.arrival[own], np.cumsum(uses.quantity[taken]), uses.period[taken], n)
        lot_to[own], use_to[taken] = given, ends
        use_from[taken] = np.append(0.0, ends[:-1])[: ends.size]
        edges = np.union1d(given, ends)
        edges = edges[edges > 0]
        lot = np.searchsorted(given, edges)
        use = np.searchsorted(ends, edges)
        use = np.where(use < ends.size, use + begin[n], -1)
        pieces.append((lot + first[n], use, np.diff(edges, prepend=0.0)))
    lot, use, quantity = (np.concatenate(part) for part in zip(*pieces, strict=True))
    return Matched(lot_to, use_from, use_to, lot, use, quantity, first)


def _ends(given: Floats, arrival: Ints, taken: Floats, period: Ints, node: int) -> Floats:
    """
    Return where the uses end, none beyond what has arrived, and none a hair beside the end of a lot.

    Raises
    ------
    ResultError
        See `match`.
    """
    if not taken.size:
        return taken
    marks = np.append(0.0, given)
    there = marks[np.searchsorted(arrival, period, side="right")]
    allowed = ABSOLUTE + RELATIVE * marks[-1]
    worst = int(np.argmax(taken - there))
    if taken[worst] - there[worst] > allowed:
        msg = (
            f"node {node}: {taken[worst]:.9g} units are used by period {period[worst]}, "
            f"{there[worst]:.9g} have arrived; these tables do not add up to a plan"
        )
        raise ResultError(msg)
    ends = np.minimum(taken, there)
    after = np.minimum(np.searchsorted(marks, ends), marks.size - 1)
    before = np.maximum(after - 1, 0)
    near = np.where(marks[after] - ends < ends - marks[before], marks[after], marks[before])
    snapped: Floats = np.where(np.abs(near - ends) <= SNAP * allowed, near, ends)
    return snapped
