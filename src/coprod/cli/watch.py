"""What a command says while it works, phase and time, and how Ctrl-C stops it cleanly."""

from __future__ import annotations

import signal
import sys
import time
from threading import Event, RLock, Thread
from typing import TYPE_CHECKING, Any

import click

from coprod.progress import Progress

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["TerminalProgress"]

#: Nothing is said before this many seconds: a quick command needs no progress.
PATIENCE = 2.0
#: Seconds between two lines of progress.
TICK = 0.5


class TerminalProgress(Progress):
    """
    Phase and elapsed time on standard error, the time left where options are counted; Ctrl-C cancels.

    Use it as a context: it listens to Ctrl-C while it is open. The first Ctrl-C stops at the next place
    where that is clean, for a solver must not be torn down in the middle of a call; the second stops at
    once, and so does any before the first phase is told.

    Parameters
    ----------
    quiet
        Whether nothing is shown. Nothing is shown either where standard error is no terminal.
    first
        What is done before the first phase is told.
    """

    def __init__(self, *, quiet: bool, first: str = "reading the study") -> None:
        self._quiet = quiet or not sys.stderr.isatty()
        self._begin = time.monotonic()
        self._phase = first
        self._told = False
        self._done = 0.0
        self._done_at = self._begin
        self._total: float | None = None
        self._shown = False
        self._cancelled = False
        self._before: Any = None
        self._closed = Event()
        self._lock = RLock()
        # A phase can be one call of a solver that lasts minutes, so the clock runs beside it.
        self._clock = Thread(target=self._tick, daemon=True)

    def __enter__(self) -> TerminalProgress:
        """Listen to Ctrl-C, and start the clock."""
        self._before = signal.signal(signal.SIGINT, self._interrupt)
        if not self._quiet:
            self._clock.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """
        Stop listening, and end the line of progress.

        Raises
        ------
        KeyboardInterrupt
            If Ctrl-C came too late to stop anything: the caller still asked to stop.
        """
        signal.signal(signal.SIGINT, self._before)
        self._closed.set()
        if self._clock.is_alive():
            self._clock.join()
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)
        if self._cancelled and kind is None:
            raise KeyboardInterrupt

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self._cancelled or not self._told:
            raise KeyboardInterrupt
        self._cancelled = True

    def _tick(self) -> None:
        while not self._closed.wait(TICK):
            self._show()

    def _show(self) -> None:
        """Write the line of progress anew."""
        elapsed = time.monotonic() - self._begin
        if self._quiet or elapsed < PATIENCE:
            return
        left = ""
        if self._total and 0 < self._done < self._total:
            whole = (self._done_at - self._begin) / self._done * self._total
            left = f", about {max(0.0, whole - elapsed):.0f} s left"
        stopping = "stopping: " if self._cancelled else ""
        with self._lock:
            click.echo(f"\r\033[K{elapsed:5.0f} s  {stopping}{self._phase}{left}", nl=False, err=True)
            self._shown = True

    def phase(self, name: str) -> None:
        """
        Show the phase.

        Raises
        ------
        KeyboardInterrupt
            If Ctrl-C was pressed: between two phases it is always clean to stop.
        """
        if self._cancelled:
            raise KeyboardInterrupt
        self._phase, self._told = name, True
        self._show()

    def step(self, done: float, total: float | None = None) -> None:
        """Count options."""
        self._done, self._total, self._done_at = done, total, time.monotonic()

    def message(self, text: str) -> None:
        """Say something once, on a line of its own."""
        if not self._quiet:
            with self._lock:
                click.echo(f"\r\033[K{text}" if self._shown else text, err=True)

    def cancelled(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._cancelled
