"""What a plan hands back: tables, and how sure the solver is of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["PlanResult"]


@dataclass(frozen=True, slots=True)
class PlanResult:
    """
    One plan of one option.

    Every table is described, column by column with its unit, in ``results/columns.csv``; each is also an
    attribute.

    Attributes
    ----------
    option
        Name of the option planned.
    kind
        ``constrained``, ``unconstrained`` or ``minimal-relaxation``.
    status
        ``optimal``; ``within gap`` (builds searched to a stated gap); ``time limit`` (the best
        plan found by then).
    gap
        Largest proven gap over the goals; 0 where all are exact, NaN where the time limit left one unproven.
    tables
        Result tables by name.
    notes
        What a reader of the plan should know: the calm rule's words, stated weights, builds that gain little.
    solver
        Name, version, iterations, seconds, rows, columns and nonzeros of the solve.
    """

    option: str
    kind: str
    status: str
    gap: float
    tables: Mapping[str, pd.DataFrame]
    notes: tuple[str, ...]
    solver: Mapping[str, Any]

    @property
    def starts(self) -> pd.DataFrame:
        """Units started, by process and period."""
        return self.tables["starts"]

    @property
    def shipments(self) -> pd.DataFrame:
        """Units shipped, by lane and period."""
        return self.tables["shipments"]

    @property
    def stock(self) -> pd.DataFrame:
        """Stock at each period's end, by item and site."""
        return self.tables["stock"]

    @property
    def deliveries(self) -> pd.DataFrame:
        """Due, delivered and backlog, by order and period."""
        return self.tables["deliveries"]

    @property
    def demand_summary(self) -> pd.DataFrame:
        """Each order: on time, late, never delivered."""
        return self.tables["demand_summary"]

    @property
    def shortfalls(self) -> pd.DataFrame:
        """Stock and shortfall, by objective and period."""
        return self.tables["shortfalls"]

    @property
    def backfills(self) -> pd.DataFrame:
        """Each objective: backfill date, first touch, earliest possible."""
        return self.tables["backfills"]

    @property
    def loads(self) -> pd.DataFrame:
        """Use and capacity, by line and period."""
        return self.tables["loads"]

    @property
    def builds(self) -> pd.DataFrame:
        """Investments chosen, with dates."""
        return self.tables["builds"]

    @property
    def spending(self) -> pd.DataFrame:
        """Commitments by payer, fiscal year and category."""
        return self.tables["spending"]

    @property
    def budget_use(self) -> pd.DataFrame:
        """Ceilings and what was spent of them."""
        return self.tables["budget_use"]

    @property
    def licence_use(self) -> pd.DataFrame:
        """Licence caps and what was used of them."""
        return self.tables["licence_use"]

    @property
    def work_shares(self) -> pd.DataFrame:
        """Value added by party."""
        return self.tables["work_shares"]

    @property
    def costs(self) -> pd.DataFrame:
        """Cost by category, discounted and not."""
        return self.tables["costs"]

    @property
    def stages(self) -> pd.DataFrame:
        """Value of each goal, in order."""
        return self.tables["stages"]

    @property
    def breaches(self) -> pd.DataFrame:
        """Limits that had to be broken; empty for a feasible study."""
        return self.tables["breaches"]

    @property
    def relaxations(self) -> pd.DataFrame:
        """Limits that would have to be larger (minimal-relaxation plans)."""
        return self.tables["relaxations"]

    def stage(self, name: str) -> float:
        """
        Return the plan's value of a goal, such as ``demands 1`` or ``cost``.

        Raises
        ------
        KeyError
            If the plan has no such goal.
        """
        found = self.stages.loc[self.stages["stage"] == name, "value"]
        if found.empty:
            msg = f"no goal named {name!r}; there is: {', '.join(self.stages['stage'])}"
            raise KeyError(msg)
        return float(found.iloc[0])

    def __repr__(self) -> str:
        goals = ", ".join(f"{row.stage} {row.value:,.6g}" for row in self.stages.itertuples())
        return f"PlanResult({self.option!r}, {self.kind}, {self.status}: {goals})"
