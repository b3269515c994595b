"""A time limit that comes after so many solves: the same moment on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod.plan import one_goal, planner
from coprod.plan.deadline import Deadline
from coprod.solve import Solution

if TYPE_CHECKING:
    import pytest

    from coprod.progress import Progress


class Limit:
    """
    Lets a plan make so many solves; then the time is up, and no solve finds anything any more.

    Attributes
    ----------
    solves
        How many there were so far.
    most
        After how many the time is up; None for no limit.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.solves, self.most = 0, None
        solve, limit = one_goal.solve_or_stop, self

        class Counted(Deadline):
            def __init__(self, seconds: float | None, progress: Progress) -> None:
                super().__init__(None, progress)

            def passed(self) -> bool:
                return limit.over

        def solved(*question: Any, **settings: Any) -> Solution:
            if limit.over:
                return Solution("time limit", None, None, None, None, None, None, 0, 0.0)
            limit.solves += 1
            return solve(*question, **settings)

        monkeypatch.setattr(planner, "Deadline", Counted)
        monkeypatch.setattr(one_goal, "solve_or_stop", solved)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.most is not None and self.solves >= self.most

    def after(self, solves: int | None) -> None:
        """Let the time be up after so many solves from now on."""
        self.solves, self.most = 0, solves
