"""What the checker says: one row per check, and words for what failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from coprod.results.table import make_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["Ledger", "VerifyResult"]


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """
    The checker's verdict on one plan.

    Attributes
    ----------
    checks
        One row per check: how many things were looked at, the worst violation, the tolerance.
    failures
        What failed, in words: where, what was found and what is right.
    """

    checks: pd.DataFrame
    failures: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return bool(self.checks["passed"].all())

    def __repr__(self) -> str:
        words = "passed" if self.passed else f"FAILED: {'; '.join(self.failures)}"
        return f"VerifyResult({len(self.checks)} checks, {words})"


@dataclass
class Ledger:
    """Collects checks as they are made."""

    rows: list[tuple[str, int, float, float, str, bool, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def note(
        self,
        check: str,
        violation: Sequence[float] | np.ndarray,
        tolerance: Sequence[float] | np.ndarray | float,
        where: Sequence[str] | None,
        unit: str,
        words: str = "",
    ) -> None:
        """
        Note a check over many places.

        Parameters
        ----------
        check
            Its name.
        violation
            By how much each place is wrong; 0 or less is right, NaN is wrong.
        tolerance
            How much is forgiven, for each place or for all.
        where
            Each place in words; None where there is but one.
        unit
            Unit of violation and tolerance.
        words
            What is wrong, for the message.
        """
        wrong = np.atleast_1d(np.asarray(violation, dtype=float))
        wrong = np.where(np.isnan(wrong), np.inf, np.maximum(wrong, 0.0))
        forgiven = np.broadcast_to(np.asarray(tolerance, dtype=float), wrong.shape)
        if not wrong.size:
            self.rows.append((check, 0, 0.0, 0.0, unit, True, ""))
            return
        at = int(np.argmax(wrong / forgiven))
        passed = bool(wrong[at] <= forgiven[at])
        place = where[at] if where else ""
        self.rows.append((check, wrong.size, float(wrong[at]), float(forgiven[at]), unit, passed, place))
        if not passed:
            count = int((wrong > forgiven).sum())
            more = f" ({count} such places)" if count > 1 else ""
            self.failures.append(
                f"{check}: {place}: {words or 'off'} by {wrong[at]:.6g} {unit}{more}".replace(": : ", ": ")
            )

    def result(self) -> VerifyResult:
        """Return the verdict; checks of one name are kept apart."""
        names = ("check", "count", "worst", "tolerance", "unit", "passed", "where")
        table = make_table("checks", {name: [row[i] for row in self.rows] for i, name in enumerate(names)})
        return VerifyResult(table, tuple(self.failures))
