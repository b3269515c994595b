"""What a change of lateness comes to: units, months, and the periods in which a limit costs lateness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from coprod.explain.limits import Limit
    from coprod.network import Network
    from coprod.plan import Lateness

    Floats = NDArray[np.float64]

__all__ = ["FAMILIES", "binding", "late_units", "missing", "unit_months"]

#: Row family of each kind of limit that is a quantity in a period.
FAMILIES = {
    "line rate": "capacity",
    "minimum rate": "sustaining",
    "licence cap": "licence caps",
    "budget": "budget",
    "stock ceiling": "stock limits",
}

#: A price this small against the largest is a solver's dust.
DUST = 1e-7


def late_units(network: Network, lateness: Lateness) -> float:
    """
    Return the units delivered late or never, oldest order line first, and those missing at objectives' due
    dates.
    """
    due = np.cumsum(network.demands.due, axis=1)
    delivered = due - lateness.backlog
    before = np.concatenate([np.zeros((due.shape[0], 1)), due[:, :-1]], axis=1)
    late = np.maximum(due - np.maximum(delivered, before), 0.0).sum()
    objectives = network.objectives
    rows = np.flatnonzero(_dated(network))
    short = lateness.shortfall[rows, np.minimum(objectives.by_period[rows], due.shape[1] - 1)]
    return float(late + short.sum())


def _dated(network: Network) -> NDArray[np.bool_]:
    return np.array([bool(text) for text in network.objectives.by_date], dtype=bool)


def missing(network: Network, lateness: Lateness) -> Floats:
    """Return what each order and objective lacks at each period's end, (D + G, T) units, from its date on."""
    t = np.arange(network.periods.n)
    counted = t >= network.objectives.by_period[:, None]
    return np.concatenate([lateness.backlog, np.where(counted, lateness.shortfall, 0.0)])


def unit_months(network: Network, lateness: Lateness) -> float:
    """Return how late a plan is in unit-months, no need weighing more than another."""
    return float(missing(network, lateness).sum()) * network.periods.months


def binding(network: Network, limits: Iterable[Limit], lateness: Lateness) -> NDArray[np.int64]:
    """Return the periods in which some limits cost lateness: where their rows have a price."""
    if lateness.proof is None:
        return np.empty(0, dtype=np.int64)
    prices = lateness.proof.prices[-1]
    dust = DUST * max((abs(price) for price in prices.values()), default=0.0)
    wanted = {(FAMILIES[limit.kind], limit.name) for limit in limits if limit.kind in FAMILIES}
    found = [
        period
        for (family, label, period), price in prices.items()
        if abs(price) > dust and period >= 0 and (family, label) in wanted
    ]
    for (family, label, _), price in prices.items():
        payer, _, rest = label.partition("/")
        if family == "budget" and (family, payer) in wanted and abs(price) > dust:
            own = network.spending.year[network.spending.payer == network.payers.index(payer)]
            found += np.flatnonzero((own == int(rest.partition("/")[0])).any(axis=0)).tolist()
    return np.unique(np.array(found, dtype=np.int64))
