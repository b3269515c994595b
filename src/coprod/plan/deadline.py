"""A time limit that spans several solves."""

from __future__ import annotations

import time
from copy import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coprod.progress import Progress

__all__ = ["Deadline"]


class Deadline:
    """A time limit over several solves, and the caller's wish to stop."""

    def __init__(self, seconds: float | None, progress: Progress) -> None:
        self.progress = progress
        self._end = None if seconds is None else time.monotonic() + seconds

    def left(self) -> float | None:
        """Return the seconds left, at least a tenth; None without a limit."""
        return None if self._end is None else max(0.1, self._end - time.monotonic())

    def passed(self) -> bool:
        """Whether the time is up."""
        return self._end is not None and time.monotonic() >= self._end

    def leaving(self, seconds: float) -> Deadline:
        """Return a limit that comes earlier by some seconds, or by half of what is left if that is less."""
        earlier = copy(self)
        if self._end is not None:
            now = time.monotonic()
            earlier._end = max(self._end - seconds, now + 0.5 * (self._end - now))
        return earlier
