"""Budgets: what a payer commits in one of its fiscal years stays below its ceiling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.plan.rows.block import RowBlock

if TYPE_CHECKING:
    from coprod.network.network import Network
    from coprod.plan.variables import Columns

__all__ = ["budget", "spending_terms"]

ACTIVITY, HOLDING, FIXED = 0, 1, 2


def spending_terms(
    network: Network, columns: Columns
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """
    Return spending as terms over the columns.

    Returns
    -------
    entry, period, column, value : (K,) int, int, int, then-year money of the payer's currency
        Entry of `network.spending`, the period whose decision it is, the column and its coefficient.
    constant : (S, T) then-year money
        What is spent whatever is decided: fixed cost of lines that have no gate and no sustaining rate.
    """
    spending, activities = network.spending, network.activities
    T = network.periods.n
    flows = activities.n_processes + activities.n_lanes
    constant = np.zeros_like(spending.amount, dtype=float)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []

    def put(entries: np.ndarray, numbers: np.ndarray, values: np.ndarray) -> None:
        keep = (numbers >= 0) & (values != 0.0)
        entry = np.broadcast_to(entries[:, None], numbers.shape)
        period = np.broadcast_to(np.arange(T), numbers.shape)
        parts.append((entry[keep], period[keep], numbers[keep], values[keep]))

    started = np.flatnonzero((spending.kind == ACTIVITY) & (spending.index < flows))
    put(started, columns.start[spending.index[started]], spending.amount[started])
    built = np.flatnonzero((spending.kind == ACTIVITY) & (spending.index >= flows))
    numbers = columns.built[spending.index[built] - flows]
    put(built, numbers, spending.amount[built])
    before = np.full(numbers.shape, -1, dtype=np.int64)
    before[:, 1:] = numbers[:, :-1]
    put(built, before, -spending.amount[built])
    held = np.flatnonzero(spending.kind == HOLDING)
    put(held, columns.stock[spending.index[held]], spending.amount[held])
    lines = np.flatnonzero(spending.kind == FIXED)
    paid = columns.paid[spending.index[lines]]
    paid = np.where(paid >= 0, paid, columns.open[spending.index[lines]])
    put(lines, paid, spending.amount[lines])
    constant[lines] = np.where(paid >= 0, 0.0, spending.amount[lines])
    joined = [np.concatenate(piece) for piece in zip(*parts, strict=True)]
    return joined[0], joined[1], joined[2], joined[3], constant


def budget(network: Network, columns: Columns) -> RowBlock:
    """
    Budget of payer k in fiscal year y: ``spending[k,y] - carried_in + carried_out - overspent <= amount``.

    What is carried can only be what the year leaves: ``carried >= 0`` sits in the same row.
    """
    budgets, spending = network.budgets, network.spending
    B = budgets.payer.size
    labels = []
    for payer, year, category in zip(budgets.payer, budgets.year, budgets.category, strict=True):
        kind = "" if category < 0 else f"/{category}"
        labels.append(f"{network.payers[payer]}/{year}{kind}")
    block = RowBlock("budget", labels, np.full(B, -1), np.full(B, -np.inf), budgets.amount.astype(float))
    entry, period, column, value, constant = spending_terms(network, columns)
    for b in range(B):
        own = spending.payer == budgets.payer[b]
        if budgets.category[b] >= 0:
            own &= spending.category == budgets.category[b]
        in_year = own[:, None] & (spending.year == budgets.year[b])
        mine = in_year[entry, period]
        block.add(np.full(int(mine.sum()), b), column[mine], value[mine])
        block.upper[b] -= constant[in_year].sum()
        if budgets.carry_to[b] >= 0:
            block.add(np.array([b]), columns.carried[b : b + 1], 1.0)
            block.add(budgets.carry_to[b : b + 1], columns.carried[b : b + 1], -1.0)
    block.add(np.arange(B), columns.overspent, -1.0)
    return block
