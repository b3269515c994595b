"""The plan's columns, block by block: which column number stands for which decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coprod.network.reach import earliest_start

if TYPE_CHECKING:
    from coprod.network.network import Network
    from coprod.plan.settings import Kind

__all__ = ["Columns", "lay_out"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
ABSENT = -1


@dataclass(frozen=True, slots=True)
class Columns:
    """
    Column numbers of every decision; ``-1`` where a decision does not exist.

    Attributes
    ----------
    start : (P + F, T)
        x[p,t], f[l,t]: units started or shipped. Absent where it may not start.
    built : (E, T)
        Y[e,t]: builds started up to and including t; whole numbers, never falling. Cumulative, because a
        branch on Y decides "by t or later", which moves the relaxation; a branch on one month of y hardly
        does.
    stock : (N, T)
        I[n,t] at the period's end.
    delivered : (D, T)
        Q[d,t]: delivered up to t. Absent before anything is due.
    short : (G, T)
        s[g,t]: missing to the objective's level.
    open : (R, T)
        z[r,t], 0 or 1: lines with a minimum sustaining rate.
    paid : (R, T)
        0 to 1: how far a gated line's fixed cost is due; lines with fixed cost and a gate.
    licensed : (W,)
        0 or 1: whether anything under the licence of a work share is started.
    chosen : (E,)
        0 or 1: whether an investment that excludes another is built at all.
    carried : (B,)
        Budget money carried to the next fiscal year.
    below, above : (N, T)
        Breach of a stock floor or ceiling (fixed at 0 unless stage 0 releases it).
    overspent : (B,)
        Breach of a budget (likewise).
    relaxed : (R + M + B,)
        Relative slack on the capacity of a line, a licence cap, a budget; minimal-relaxation plans only.
    n
        Number of columns.
    """

    start: Ints
    built: Ints
    stock: Ints
    delivered: Ints
    short: Ints
    open: Ints
    paid: Ints
    licensed: Ints
    chosen: Ints
    carried: Ints
    below: Ints
    above: Ints
    overspent: Ints
    relaxed: Ints
    n: int

    def blocks(self) -> dict[str, Ints]:
        """Return every block by name."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "n"}


def _number(mask: NDArray[np.bool_], after: int) -> tuple[Ints, int]:
    """Number the True cells in row-major order from `after` on."""
    numbers = np.full(mask.shape, ABSENT, dtype=np.int64)
    count = int(mask.sum())
    numbers[mask] = np.arange(after, after + count)
    return numbers, after + count


def lay_out(network: Network, kind: Kind = "constrained") -> Columns:
    """
    Lay out the columns for a network and a kind of plan.

    A start before the lead-time pass says its inputs can be there gets no column: it would be 0 in every
    plan.
    (Presolve finds fewer of these: 13 % of the columns on networks of 200 and 500 processes.)
    """
    T, activities = network.periods.n, network.activities
    flows = activities.n_processes + activities.n_lanes
    periods = np.arange(T)
    if kind == "unconstrained":
        # Whatever may ever start may start at any time that lets it arrive in time.
        lag = activities.lag[:flows, None]
        may_start = activities.allowed[:flows].any(axis=1, keepdims=True) & (periods + lag < T)
    else:
        may_start = activities.allowed[:flows] & (periods >= earliest_start(network)[:flows, None])
    R, E, B = len(network.resources.name), activities.n_investments, network.budgets.payer.size
    lines = (network.resources.sustaining > 0).any(axis=1, keepdims=True)
    gated = np.zeros(R, dtype=bool)
    gated[network.resource_gates.resource] = True
    gated &= (network.resources.fixed_cost > 0).any(axis=1)
    excluding = np.zeros(E, dtype=bool)
    excluding[network.investments.excludes.ravel()] = True
    masks = {
        "start": may_start,
        "built": np.ones((E, T), dtype=bool),
        "stock": np.ones((len(network.nodes.item), T), dtype=bool),
        "delivered": np.cumsum(network.demands.due, axis=1) > 0,
        "short": np.ones((len(network.objectives.name), T), dtype=bool),
        "open": np.repeat(lines, T, axis=1),
        "paid": np.repeat(gated[:, None], T, axis=1),
        "licensed": np.ones(len(network.work_shares.party), dtype=bool),
        "chosen": excluding,
        "carried": network.budgets.carry_to >= 0,
        "below": network.nodes.minimum > 0,
        "above": np.isfinite(network.nodes.maximum),
        "overspent": np.ones(B, dtype=bool),
        "relaxed": np.full(R + len(network.caps.name) + B, kind == "minimal-relaxation"),
    }
    numbers, n = {}, 0
    for name, mask in masks.items():
        numbers[name], n = _number(mask, n)
    return Columns(**numbers, n=n)
