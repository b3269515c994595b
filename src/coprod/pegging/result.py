"""What the pegging engine hands back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PeggingResult"]


@dataclass(frozen=True, slots=True)
class PeggingResult:
    """
    Which supply serves which need; see ``results/columns.csv`` for the columns.

    Attributes
    ----------
    pegs
        What of each supply serves each need, through the whole bill of materials. Over the needs (and what is
        left over) the rows of a supply add up to it.
    late_units
        What is delivered late or never, and the evidence for where its time went.
    unit_chain
        One unit's chain through time; empty where nothing is delivered.
    notes
        What a reader should know: why there are no pegs, if there are none.
    """

    pegs: pd.DataFrame
    late_units: pd.DataFrame
    unit_chain: pd.DataFrame
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        late, steps = self.late_units["quantity"].sum(), len(self.unit_chain)
        return f"PeggingResult({len(self.pegs):,} pegs, {late:,.6g} units late, chain of {steps} steps)"
