"""What stays shut until a build is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.network.activities import sunk_builds
from coprod.network.network import Activities, Arcs, Gates, ResourceGates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.network.parts import Parts

__all__ = ["gates"]


def gates(
    parts: Parts, activities: Activities, loads: Arcs, number_of: dict[str, int]
) -> tuple[Gates, ResourceGates, NDArray[np.bool_]]:
    """
    Compile the gates.

    A sunk build opens its gates from its completion, and what an inactive investment enables stays shut: both
    are written into ``activities.allowed``, in place, and told of the lines by the third array returned, (R,
    T): whether neither keeps a line shut.

    Parameters
    ----------
    parts, activities, loads
        See the compiler.
    number_of
        Number of each active resource.
    """
    everything = parts.tables["investments"]
    free = {name: e for e, name in enumerate(parts.investments["investment"])}
    sunk = dict(zip(parts.sunk["investment"], sunk_builds(parts).complete, strict=True))
    t = np.arange(parts.periods.n)
    found: dict[tuple[int, int], None] = {}
    lines: dict[tuple[int, int], None] = {}
    unlocked = np.ones((len(number_of), t.size), dtype=bool)
    for name, targets in zip(everything["investment"], everything["enables"], strict=True):
        for target in targets:
            columns = _behind(parts, activities, loads, number_of, target)
            if name in free:
                found.update(dict.fromkeys((column, free[name]) for column in columns))
                if target in number_of:
                    lines[number_of[target], free[name]] = None
            else:
                opened = t >= sunk[name] if name in sunk else np.zeros(t.size, dtype=bool)
                activities.allowed[columns] &= opened
                if target in number_of:
                    unlocked[number_of[target]] &= opened
    pairs = np.array(list(found), dtype=np.int64).reshape(-1, 2)
    line_pairs = np.array(list(lines), dtype=np.int64).reshape(-1, 2)
    return Gates(pairs[:, 0], pairs[:, 1]), ResourceGates(line_pairs[:, 0], line_pairs[:, 1]), unlocked


def _behind(
    parts: Parts, activities: Activities, loads: Arcs, number_of: dict[str, int], target: str
) -> list[int]:
    """Return the processes and lanes that something enabled stands for: itself, or all that need it."""
    flows = parts.n_flows
    if target in parts.column and parts.column[target] < flows:
        return [parts.column[target]]
    if target in number_of:
        using = loads.column[(loads.row == number_of[target]) & (loads.column < flows)]
        return sorted({int(column) for column in using})
    licences = list(parts.tables.active("licences")["licence"])
    if target in licences:
        return [int(a) for a in np.flatnonzero(activities.licence[:flows] == licences.index(target))]
    return []  # inactive, and so forbidden already
