"""One option planned and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from coprod.leadtime import LeadtimeResult
    from coprod.network import Network
    from coprod.pegging import PeggingResult
    from coprod.plan import PlanResult
    from coprod.study import Tables
    from coprod.verify import VerifyResult

__all__ = ["OptionRun"]


@dataclass(frozen=True, slots=True)
class OptionRun:
    """One option planned and checked."""

    name: str
    title: str
    tables: Tables
    network: Network
    plan: PlanResult
    leadtime: LeadtimeResult
    pegging: PeggingResult
    checked: VerifyResult
    seconds: float

    def results(self) -> dict[str, pd.DataFrame]:
        """Return every result table of the option."""
        own = {name: getattr(self.leadtime, name) for name in ("lead_times", "chains", "latest_orders")}
        pegs = {name: getattr(self.pegging, name) for name in ("pegs", "late_units", "unit_chain")}
        return {**self.plan.tables, **pegs, **own, "checks": self.checked.checks}
