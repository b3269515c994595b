"""Pieces of work side by side, each in a process of its own."""

from __future__ import annotations

import os
import signal
from multiprocessing import connection, get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from multiprocessing.context import SpawnProcess

    from coprod.progress import Progress

__all__ = ["LostError", "side_by_side"]

#: Seconds between two looks at whether the caller wants to stop.
TICK = 0.2


class LostError(Exception):
    """A process ended without a result: killed from outside, or out of memory."""


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, killed say, and nobody waits for the outcome."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _sent(sender: connection.Connection, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    """Do a piece of work and send what came of it, or what was raised."""
    # Ctrl-C reaches every process of a terminal; the one that started this one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    outcome: object
    try:
        outcome = work(*given)
    except Exception as error:  # raised again where the work was asked for
        outcome = error
    sender.send(outcome)


def side_by_side(
    pieces: Mapping[str, tuple[Callable[..., Any], tuple[Any, ...]]], workers: int, progress: Progress
) -> dict[str, Any]:
    """
    Return what each piece of work returns, or an exception that it raised, in the order of the pieces.

    Parameters
    ----------
    pieces
        By name: a function of a module, and what it is given; both go to the process pickled.
    workers
        At most so many at a time.
    progress
        Told which are under way; where it is cancelled, the processes are ended at once.

    Raises
    ------
    KeyboardInterrupt
        If the caller cancels.
    """
    context = get_context("spawn")  # a fork of a process whose solver has threads may hang
    waiting, found = list(pieces), {}
    running: dict[connection.Connection, tuple[str, SpawnProcess]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                name = waiting.pop(0)
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_sent, args=(sender, *pieces[name]), daemon=True)
                process.start()
                sender.close()
                running[receiver] = (name, process)
            progress.phase("; ".join(name for name, _ in running.values()))
            for ready in connection.wait(list(running), timeout=TICK):
                assert isinstance(ready, connection.Connection)
                name, process = running.pop(ready)
                try:
                    found[name] = ready.recv()
                except EOFError:
                    process.join()
                    found[name] = LostError(f"its process ended with {process.exitcode}")
            if progress.cancelled():
                raise KeyboardInterrupt
    finally:
        for _, process in running.values():
            process.terminate()
    return {name: found[name] for name in pieces}
