"""The rows of a study that take part, with the indices the blocks share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coprod.money import Money
from coprod.network.figures import Figures
from coprod.network.horizon import study_periods, study_start

if TYPE_CHECKING:
    from datetime import date

    from coprod.network.periods import Periods
    from coprod.study.tables import Tables

__all__ = ["Parts", "money_of", "parts"]


@dataclass(frozen=True)
class Parts:
    """
    What every block of the compiler starts from.

    Attributes
    ----------
    tables
        The study, with an option applied.
    periods
        The calendar; `before` of its periods lie in front of the study's start.
    start
        The study's own start.
    figures, money
        Figures over time; currencies and price bases.
    processes, lanes
        Active rows at active sites and of active items: what may be planned at all.
    investments
        Active investments that the plan may build, in row order; `sunk` are those started before the study.
    keys
        Key of every activity: processes, lanes, investments.
    column
        Number of each key.
    nodes
        Number of each (item, site), in order of first appearance.
    """

    tables: Tables
    periods: Periods
    before: int
    start: date
    figures: Figures
    money: Money
    processes: pd.DataFrame
    lanes: pd.DataFrame
    investments: pd.DataFrame
    sunk: pd.DataFrame
    keys: tuple[str, ...]
    column: dict[str, int]
    nodes: dict[tuple[str, str], int]

    @property
    def n_processes(self) -> int:
        """Number of processes, P."""
        return len(self.processes)

    @property
    def n_flows(self) -> int:
        """Number of processes and lanes, P + F."""
        return len(self.processes) + len(self.lanes)


def money_of(tables: Tables) -> Money:
    """Return a study's currencies and price bases."""
    listed: dict[str, dict[str, dict[int, float]]] = {"exchange_rates": {}, "escalation": {}}
    for table, column in (("exchange_rates", "per_base"), ("escalation", "index")):
        frame = tables.active(table)
        for currency, year, value in zip(frame["currency"], frame["year"], frame[column], strict=True):
            listed[table].setdefault(currency, {})[int(year)] = float(value)
    settings = tables.settings
    year = settings["price_year"]
    price_year = settings["study_date"].year if year != year else int(year)
    return Money(settings["base_currency"], price_year, listed["exchange_rates"], listed["escalation"])


def parts(tables: Tables, before: int = 0) -> Parts:
    """
    Gather the rows that take part.

    Parameters
    ----------
    tables
        The study, with an option applied.
    before
        Periods added in front of the study's start.
    """
    periods = study_periods(tables, before)
    items = set(tables.active("items")["item"])
    sites = set(tables.active("sites")["site"])
    processes, lanes = tables.active("processes"), tables.active("lanes")
    processes = processes[processes["item"].isin(items) & processes["site"].isin(sites)]
    lanes = lanes[lanes["item"].isin(items) & lanes["from_site"].isin(sites) & lanes["to_site"].isin(sites)]
    investments = tables.active("investments")
    early = np.array(
        [not pd.isna(day) and periods.containing(day.date()) < before for day in investments["start"]],
        dtype=bool,
    )
    free, sunk = investments[~early], investments[early]
    lane_keys = [
        "/".join(row) for row in zip(lanes["item"], lanes["from_site"], lanes["to_site"], strict=True)
    ]
    keys = (*processes["process"], *lane_keys, *free["investment"])
    return Parts(
        tables=tables,
        periods=periods,
        before=before,
        start=study_start(tables),
        figures=Figures(tables, periods),
        money=money_of(tables),
        processes=processes,
        lanes=lanes,
        investments=free,
        sunk=sunk,
        keys=keys,
        column={key: number for number, key in enumerate(keys)},
        nodes=_nodes(tables, processes, lanes),
    )


def _nodes(tables: Tables, processes: pd.DataFrame, lanes: pd.DataFrame) -> dict[tuple[str, str], int]:
    site_of = dict(zip(processes["process"], processes["site"], strict=True))
    inputs = tables.active("inputs")
    inputs = inputs[inputs["item"].isin(set(tables.active("items")["item"]))]
    found = list(zip(processes["item"], processes["site"], strict=True))
    for item, sender, receiver in zip(lanes["item"], lanes["from_site"], lanes["to_site"], strict=True):
        found += [(item, sender), (item, receiver)]
    for process, item, site in zip(inputs["process"], inputs["item"], inputs["site"], strict=True):
        if site or process in site_of:
            found.append((item, site or site_of[process]))
    for table in ("stock", "stock_limits", "demands", "stock_objectives"):
        frame = tables.active(table)
        found += list(zip(frame["item"], frame["site"], strict=True))
    return {node: number for number, node in enumerate(dict.fromkeys(found))}
