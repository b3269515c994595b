"""Pegs looked at from one end: the supply of a need, or the needs of a supply."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import pandas as pd

from coprod.errors import SettingsError
from coprod.study.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coprod.network.network import Network

__all__ = ["Asked", "line_use", "pegged", "summary"]

NEED = ["need_kind", "need", "need_item", "need_site"]
SUPPLY = ["kind", "name", "item", "site"]


@dataclass(frozen=True, slots=True)
class Asked:
    """
    Which pegs are meant; what is "" does not narrow them.

    Attributes
    ----------
    order, objective
        The need.
    item, site
        Of the supply: what is made, shipped or in stock, and where (the sending site of a lane).
    line, process
        That makes it.
    period
        Such as ``2028-03``: in which the supply starts; where only a need is named, in which it takes it.
    """

    order: str = ""
    objective: str = ""
    item: str = ""
    site: str = ""
    line: str = ""
    process: str = ""
    period: str = ""

    @property
    def of_supply(self) -> bool:
        """Whether a supply is named."""
        return bool(self.item or self.site or self.line or self.process)

    @property
    def of_need(self) -> bool:
        """Whether a need is named."""
        return bool(self.order or self.objective)


def pegged(pegs: pd.DataFrame, network: Network, asked: Asked) -> pd.DataFrame:
    """
    Return the rows of the table ``pegs`` that are asked for.

    Parameters
    ----------
    pegs, network
        The table and its study.
    asked
        Which rows.

    Raises
    ------
    SettingsError
        If something asked for is not in the study.
    """
    activities = network.activities
    known: dict[str, Iterable[str]] = {
        "order": network.demands.name,
        "objective": network.objectives.name,
        "item": network.nodes.item,
        "site": network.nodes.site,
        "line": network.resources.name,
        "process": activities.key[activities.processes],
        "period": [network.periods.label(t) for t in range(network.periods.n)],
    }
    for field in fields(asked):
        _known(field.name, getattr(asked, field.name), known[field.name])
    kept = pd.Series(data=True, index=pegs.index)
    for kind in ("order", "objective"):
        if name := getattr(asked, kind):
            kept &= (pegs["need_kind"] == kind) & (pegs["need"] == name)
    for column in ("item", "site"):
        if name := getattr(asked, column):
            kept &= pegs[column] == name
    if asked.process:
        kept &= (pegs["kind"] == "process") & (pegs["name"] == asked.process)
    if asked.line:
        kept &= (pegs["kind"] == "process") & pegs["name"].isin(list(_uses(network, asked.line)))
    if asked.period:
        labels = [network.periods.label(t) for t in range(network.periods.n)]
        day = pd.Timestamp(network.periods.first_day(labels.index(asked.period)))
        kept &= pegs["start" if asked.of_supply or not asked.of_need else "met"] == day
    return pegs[kept].reset_index(drop=True)


def _known(what: str, name: str, known: Iterable[str]) -> None:
    """
    Refuse a name the study has not.

    Raises
    ------
    SettingsError
        With the names it has, and the nearest.
    """
    names = list(dict.fromkeys(known))
    if not name or name in names:
        return
    few = ", ".join(names) if len(names) <= 12 else f"{names[0]} … {names[-1]} ({len(names)} in all)"
    msg = f"{what}: found {name!r}; needs one of: {few or 'the study has none'}.{did_you_mean(name, names)}"
    raise SettingsError(msg)


def _uses(network: Network, line: str) -> dict[str, float]:
    """Return how much of a line each of its processes uses per unit started."""
    found: dict[str, float] = {}
    loads, number = network.loads, network.resources.name.index(line)
    for row, column, use in zip(loads.row, loads.column, loads.coefficient[:, 0], strict=True):
        if row == number:
            key = network.activities.key[column]
            found[key] = found.get(key, 0.0) + float(use)
    return found


def line_use(pegs: pd.DataFrame, network: Network, line: str) -> pd.Series[float]:
    """Return what each row of the table ``pegs`` uses of a line, in its units."""
    return (
        pegs["name"].map(_uses(network, line)).where(pegs["kind"] == "process").fillna(0.0) * pegs["quantity"]
    )


def summary(pegs: pd.DataFrame, *, needs: bool) -> pd.DataFrame:
    """
    Return pegs added up, in order of first appearance.

    Parameters
    ----------
    pegs
        Rows of the table ``pegs``, perhaps with a column ``use``.
    needs
        By need (which needs does a supply serve?), else by supply (which supply serves a need?).
    """
    keys = NEED if needs else SUPPLY
    sums = {name: (name, "sum") for name in ("quantity", "good_quantity", "use") if name in pegs.columns}
    if needs:
        spans = {"first_met": ("met", "min"), "last_met": ("met", "max")}
    else:
        spans = {"first_start": ("start", "min"), "last_start": ("start", "max")}
    return pegs.groupby(keys, sort=False, as_index=False).agg(**sums, **spans)
