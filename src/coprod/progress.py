"""Progress and cancellation: one callback object, which does nothing unless a caller says otherwise."""

from __future__ import annotations

__all__ = ["Progress"]


class Progress:
    """
    What an engine tells its caller while it works; subclass it to show something.

    An engine calls `phase` when it begins a piece of work, `step` while it counts through one, and asks
    `cancelled` wherever it can stop cleanly.
    """

    def phase(self, name: str) -> None:
        """Begin a phase, such as ``"solve stage 1: demands"``."""

    def step(self, done: float, total: float | None = None) -> None:
        """Report how far the phase is; `total` is None where it is not known."""

    def message(self, text: str) -> None:
        """Say something worth reading once."""

    def cancelled(self) -> bool:
        """Whether the caller wants the work to stop."""
        return False
