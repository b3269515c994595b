"""Pegging of a plan: the public function of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coprod.pegging.chain import unit_chain
from coprod.pegging.evidence import evidence
from coprod.pegging.fifo import match
from coprod.pegging.flows import BUILD, LEFT, OBJECTIVE, OPENING, ORDER, read_plan
from coprod.pegging.late import late_units
from coprod.pegging.result import PeggingResult
from coprod.pegging.settings import PeggingSettings
from coprod.pegging.trace import shares
from coprod.pegging.walk import Walker
from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from coprod.network.network import Network
    from coprod.pegging.flows import Lots, Needs

__all__ = ["pegging"]

KINDS = {ORDER: "order", OBJECTIVE: "objective", BUILD: "build", LEFT: "left over"}
#: What of a lot is below this serves nobody: the solver's dust, as in the plan's own tables.
DUST = 1e-7


def pegging(
    network: Network, tables: Mapping[str, pd.DataFrame], settings: PeggingSettings | None = None
) -> PeggingResult:
    """
    Peg a plan's supply to its needs: first in, first out at every node, traced through the bill of materials.

    Parameters
    ----------
    network
        Compiled study.
    tables
        Its plan's result tables by name.
    settings
        When a line counts as full, and which unit to follow.

    Returns
    -------
    PeggingResult

    Raises
    ------
    ResultError
        If the tables do not add up to a plan of this network.
    SettingsError
        If the unit to follow does not exist.
    """
    asked = settings or PeggingSettings()
    lots, needs, uses = read_plan(network, tables)
    matched = match(lots, uses, len(network.nodes.item))
    found = evidence(network, tables, asked.full_share)
    walker = Walker(network, lots, uses, matched, found)
    return PeggingResult(
        _pegs(network, lots, needs, shares(lots, needs, uses, matched)),
        late_units(network, tables, needs, walker, found),
        unit_chain(network, needs, walker, found, asked),
    )


def _pegs(network: Network, lots: Lots, needs: Needs, share: Any) -> pd.DataFrame:
    """Return the table ``pegs``: by need, then supply."""
    periods, nodes, activities = network.periods, network.nodes, network.activities
    pairs = share.tocoo()
    lot, need = pairs.coords
    kept = (pairs.data * np.maximum(lots.started, lots.output)[lot] > DUST) & (pairs.data > 0)
    lot, need, part = lot[kept], need[kept], pairs.data[kept]
    order = np.lexsort((lot, need))
    lot, need, part = lot[order], need[order], part[order]

    def words(values: list[str], where: Any) -> Any:
        return np.array(values, dtype=object)[where]

    owners = {
        ORDER: network.demands.name,
        OBJECTIVE: network.objectives.name,
        BUILD: network.investments.name,
    }
    named = [
        owners[kind][index] if kind in owners else ""
        for kind, index in zip(needs.kind.tolist(), needs.index.tolist(), strict=True)
    ]
    stocks = [f"{item}/{site}" for item, site in zip(nodes.item, nodes.site, strict=True)]
    labels: list[tuple[str, str, str]] = []
    for activity, node in zip(lots.activity.tolist(), lots.node.tolist(), strict=True):
        if activity < 0:
            kind = "opening stock" if activity == OPENING else "receipt"
            labels.append((kind, stocks[node], nodes.site[node]))
        elif activity < activities.n_processes:
            labels.append(("process", activities.key[activity], nodes.site[node]))
        else:
            labels.append(("lane", activities.key[activity], activities.key[activity].split("/")[1]))
    first = np.array([periods.first_day(t) for t in range(periods.n)], dtype="datetime64[s]")
    last = np.array([periods.last_day(t) for t in range(periods.n)], dtype="datetime64[s]")
    due = np.where(needs.due >= 0, last[needs.due], np.datetime64("NaT", "s"))
    return make_table(
        "pegs",
        {
            "need_kind": words([KINDS[kind] for kind in needs.kind.tolist()], need),
            "need": words(named, need),
            "need_item": words([nodes.item[n] for n in needs.node], need),
            "need_site": words([nodes.site[n] for n in needs.node], need),
            "due": due[need],
            "met": first[needs.met][need],
            "kind": words([label[0] for label in labels], lot),
            "name": words([label[1] for label in labels], lot),
            "item": words([nodes.item[n] for n in lots.node], lot),
            "site": words([label[2] for label in labels], lot),
            "start": first[lots.start][lot],
            "arrival": first[lots.arrival][lot],
            "quantity": lots.started[lot] * part,
            "good_quantity": lots.output[lot] * part,
        },
    )
