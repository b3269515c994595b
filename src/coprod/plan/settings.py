"""What a caller may ask of the plan engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from coprod.errors import SettingsError

__all__ = ["Kind", "PlanSettings"]

Kind = Literal["constrained", "unconstrained", "minimal-relaxation"]
GOALS = ("demands", "objectives", "cost")


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """
    Settings of one plan; the study's own settings that the plan obeys are handed over here by the caller.

    Attributes
    ----------
    kind
        ``constrained`` (every limit binds, late is allowed), ``unconstrained`` (no capacity, budget or gate;
        starts before the study's start allowed: compile the network with ``before_periods``),
        ``minimal-relaxation`` (what can be delivered in time must be; the least relative slack on limits that
        makes it possible).
    objective_order
        The three goals ``demands``, ``objectives``, ``cost``, in the order they are pursued.
    mode
        ``lexicographic`` or ``weighted`` (one sum; needs no order).
    backlog_weight, shortfall_weight
        Weighted mode: base currency per unit-month; None lets the plan choose and state them.
    stage_allowance
        Fraction of each goal's best value that later goals may use up.
    calm_allowance
        Fraction of cost the calm rule may spend; 0 switches it off.
    gap
        Relative gap at which the search for builds may stop, at every goal; the gap reached is proven and
        told. 0 is exact.
    time_limit
        Wall seconds for the whole plan; None for no limit.
    threads
        Threads the solver may use.
    earliest_backfill
        Whether the backfill date is also found as if every objective were wanted as soon as possible.
    solver
        Name of the solver.
    """

    kind: Kind = "constrained"
    objective_order: tuple[str, ...] = GOALS
    mode: Literal["lexicographic", "weighted"] = "lexicographic"
    backlog_weight: float | None = None
    shortfall_weight: float | None = None
    stage_allowance: float = 0.0
    calm_allowance: float = 0.001
    gap: float = 0.01
    time_limit: float | None = None
    threads: int = 1
    earliest_backfill: bool = True
    solver: str = "highs"

    def __post_init__(self) -> None:
        if sorted(self.objective_order) != sorted(GOALS):
            found = ";".join(self.objective_order)
            msg = f"objective_order: found {found!r}; needs each of demands, objectives, cost once"
            raise SettingsError(msg)
        for name in ("stage_allowance", "calm_allowance", "gap"):
            value = getattr(self, name)
            if not 0 <= value < 1:
                msg = f"{name}: found {value!r}; needs a fraction from 0 to below 1"
                raise SettingsError(msg)
        for name in ("backlog_weight", "shortfall_weight", "time_limit"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                msg = f"{name}: found {value!r}; needs a number >= 0"
                raise SettingsError(msg)
        if self.threads < 1:
            msg = f"threads: found {self.threads!r}; needs 1 or more"
            raise SettingsError(msg)
        if self.kind not in ("constrained", "unconstrained", "minimal-relaxation"):
            msg = f"kind: found {self.kind!r}; needs constrained, unconstrained or minimal-relaxation"
            raise SettingsError(msg)
        if self.mode not in ("lexicographic", "weighted"):
            msg = f"mode: found {self.mode!r}; needs lexicographic or weighted"
            raise SettingsError(msg)
