"""
Builds as early as they can be.

More capacity sooner never makes a need worse, so where no budget stands in the way the earliest builds reach
the relaxation's own value of every goal of need: proven best at once. What remains is what they cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.plan.face import Face

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["BuildColumns", "all_as_early_as_possible", "per_start"]


@dataclass(frozen=True, slots=True)
class BuildColumns:
    """
    Columns of builds and of what goes with them, and what is known of each build.

    Attributes
    ----------
    built : (E, T) columns of the cumulative builds
    allowed : (E, T) bool
        Where a build may start.
    most : (E,) largest number of builds
    lag : (E,) periods
    requires : (K, 2) int
        Pairs (e, f): e needs f complete first.
    free : (E,) bool
        Builds the plan may choose; the others are fixed by their bounds.
    lines : (R, T) columns of the states of lines with a minimum sustaining rate
    licensed : (W,) columns
        Licences in use.
    """

    built: Ints
    allowed: NDArray[np.bool_]
    most: Floats
    lag: Ints
    requires: Ints
    free: NDArray[np.bool_]
    lines: Ints
    licensed: Ints


def per_start(per_built: Floats) -> Floats:
    """Return what a start in each period comes to, (E, T), from what each Y does: it steps up and stays."""
    return np.asarray(per_built[:, ::-1].cumsum(axis=1)[:, ::-1])


def _earliest(builds: BuildColumns) -> Ints:
    """Return the first period each build can start in, requirements first; T where never."""
    E, T = builds.allowed.shape
    start = np.full(E, T, dtype=np.int64)
    for _ in range(E + 1):
        before = start.copy()
        for e in range(E):
            ready = 0
            for f in builds.requires[builds.requires[:, 0] == e, 1]:
                ready = max(ready, int(start[f] + builds.lag[f]) if start[f] < T else T)
            later = np.flatnonzero(builds.allowed[e, ready:]) if ready < T else np.empty(0, dtype=np.int64)
            start[e] = ready + int(later[0]) if later.size else T
        if np.array_equal(before, start):
            break
    return start


def all_as_early_as_possible(face: Face, builds: BuildColumns) -> None:
    """Fix every free build, all there may be of it, at its earliest start, lines open and licences in use."""
    used = np.ones(builds.licensed.size)
    face.columns(builds.licensed, used, used)
    T = builds.built.shape[1]
    start = _earliest(builds)
    for e in np.flatnonzero(builds.free):
        values = np.where(np.arange(T) >= start[e], builds.most[e], 0.0)
        face.columns(builds.built[e], values, values)
    for line in builds.lines:
        face.columns(line, np.ones(T), np.ones(T))
