"""How busy each line is: the rows of ``loads`` in which it runs full, the busiest line first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.report.material import FULL_SHARE

if TYPE_CHECKING:
    from coprod.report.facts import Cells
    from coprod.report.material import Material

__all__ = ["Busy", "busiest", "span_months"]

_MONTHS = {"day": 12 / 365.25, "week": 84 / 365.25, "month": 1.0, "quarter": 3.0, "year": 12.0}


@dataclass(frozen=True, slots=True)
class Busy:
    """A line: all its rows, those in which it is full, and whether anything loads it."""

    name: str
    site: str
    rows: Cells
    full: Cells
    used: bool


def busiest(material: Material, option: str | None = None) -> list[Busy]:
    """Return the lines of an option, of the one under discussion if none is named, the longest full first."""
    loads = material.cells("loads", option or material.option)
    frame = loads.frame
    mask = (frame["use"] > 1e-9) & (frame["use"] >= FULL_SHARE * frame["capacity"])
    full, found = loads.where(mask), []
    for name in dict.fromkeys(frame["resource"]):
        rows = loads.having(resource=name)
        found.append(
            Busy(
                name,
                rows.text("site"),
                rows,
                full.having(resource=name),
                bool((rows.here()["use"] > 1e-9).any()),
            )
        )
    return sorted(found, key=lambda own: (-len(own.full), not own.used, -_highest(own)))


def _highest(own: Busy) -> float:
    rows = own.rows.here()
    share = (rows["use"] / rows["capacity"]).where(rows["capacity"] > 0)
    return float(share.max()) if share.notna().any() else 0.0


def span_months(kind: str) -> float:
    """Return a period's length in months of 365.25/12 days."""
    return _MONTHS[kind]
