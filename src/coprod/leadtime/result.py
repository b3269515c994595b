"""What the lead-time engine hands back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LeadtimeResult"]


@dataclass(frozen=True, slots=True)
class LeadtimeResult:
    """
    Lead times of every need; see ``results/columns.csv`` for the columns.

    Attributes
    ----------
    lead_times
        Cumulative lead time of the first unit, from empty and from today's stock.
    chains
        The critical chain of each, step by step from the need backwards, and what each step is worth.
    latest_orders
        By when each long-lead item must be ordered.
    notes
        Where rounding to periods costs a period or more, and items that can never be there.
    """

    lead_times: pd.DataFrame
    chains: pd.DataFrame
    latest_orders: pd.DataFrame
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        rows = self.lead_times
        said = ", ".join(
            f"{row.item} at {row.site} {row.cumulative_months:.1f} months ({row.basis})"
            for row in rows.itertuples()
        )
        return f"LeadtimeResult({said})"
