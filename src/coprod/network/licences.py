"""Licence caps and minimum work shares as rows over starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coprod.network.activities import yields
from coprod.network.network import Activities, CapRows, WorkShares

if TYPE_CHECKING:
    from datetime import date

    from coprod.network.parts import Parts

__all__ = ["caps", "work_shares"]


def _licence_year(begin: date, day: date) -> int:
    """Return the licence year that holds a day, 1 for the first; years run from `begin`'s day and month."""
    return day.year - begin.year - ((day.month, day.day) < (begin.month, begin.day)) + 1


def caps(parts: Parts, activities: Activities) -> CapRows:
    """
    Compile the caps over a licence's life and in each licence year.

    Processes count, or lanes where a licence has no process; only the counted item. A start counts in the
    licence year that holds the middle of the period it completes in.
    """
    P, flows = parts.n_processes, parts.n_flows
    good = np.ones((flows, parts.periods.n))
    good[:P] = yields(parts)
    item = [*parts.processes["item"], *parts.lanes["item"]]
    names: list[str] = []
    licence: list[int] = []
    upper: list[float] = []
    terms: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
    rows = parts.tables.active("licences")
    for number, row in enumerate(rows.to_dict("records")):
        own = np.flatnonzero(activities.licence[:P] == number)
        if not own.size:
            own = np.flatnonzero(activities.licence[:flows] == number)
        counted = [a for a in own if row["counted_item"] in {"", item[a]}]
        a, t = np.nonzero(activities.allowed[counted])
        column = np.array(counted, dtype=np.int64)[a] if counted else np.empty(0, dtype=np.int64)
        if not np.isnan(row["quantity_cap"]):
            terms.append((np.full(column.size, len(names)), column, t, good[column, t]))
            names.append(row["licence"])
            licence.append(number)
            upper.append(row["quantity_cap"] - row["already_used"])
        if not np.isnan(row["cap_per_year"]):
            begin = parts.start if pd.isna(row["valid_from"]) else row["valid_from"].date()
            complete = t + activities.lag[column]
            year = np.array(
                [_licence_year(begin, parts.periods.middle(int(c))) for c in complete], dtype=np.int64
            )
            for own_year in np.unique(year):
                in_year = year == own_year
                mine, period = column[in_year], t[in_year]
                terms.append((np.full(mine.size, len(names)), mine, period, good[mine, period]))
                names.append(f"{row['licence']}/{own_year}")
                licence.append(number)
                upper.append(row["cap_per_year"])
    joined = [np.concatenate(piece) for piece in zip(*terms, strict=True)] if terms else [np.empty(0)] * 4
    return CapRows(
        tuple(names),
        np.array(licence, dtype=np.int64),
        np.array(upper, dtype=float),
        joined[0].astype(np.int64),
        joined[1].astype(np.int64),
        joined[2].astype(np.int64),
        joined[3].astype(float),
    )


def work_shares(parts: Parts, activities: Activities) -> WorkShares:
    """Compile the minimum work shares: who is licensed, what counts, and what of it is the party's."""
    P = parts.n_processes
    item = np.array(parts.processes["item"], dtype=object)
    party = np.array(activities.party[:P], dtype=object)
    rows = parts.tables.active("licences").to_dict("records")
    found = [(number, row) for number, row in enumerate(rows) if row["minimum_work_share"] > 0]
    scope = [np.isin(item, row["scope"]) if row["scope"] else np.ones(P, dtype=bool) for _, row in found]
    return WorkShares(
        np.array([number for number, _ in found], dtype=np.int64),
        tuple(row["party"] for _, row in found),
        np.array([row["minimum_work_share"] for _, row in found], dtype=float),
        np.array([activities.licence[:P] == number for number, _ in found], dtype=bool).reshape(
            len(found), P
        ),
        np.array(scope, dtype=bool).reshape(len(found), P),
        np.array(
            [inside & (party == row["party"]) for inside, (_, row) in zip(scope, found, strict=True)],
            dtype=bool,
        ).reshape(len(found), P),
    )
