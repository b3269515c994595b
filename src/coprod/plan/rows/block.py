"""A family of rows while it is being put together, and the expansion of arcs over time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coprod.plan.variables import ABSENT, Columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.network.network import Arcs

__all__ = ["RowBlock", "Terms", "expand"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(slots=True)
class RowBlock:
    """
    Rows of one family: ``lower <= sum of terms <= upper``.

    Attributes
    ----------
    family
        Name of the family, as the mathematics page has it.
    labels, periods
        What each row is about, and its period (-1 where it spans all).
    lower, upper
        Bounds of each row.
    terms
        Row (within the block), column and value triples.
    """

    family: str
    labels: Sequence[str]
    periods: Ints
    lower: Floats
    upper: Floats
    terms: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)

    def add(self, rows: Ints, columns: Ints, values: Floats | float) -> None:
        """Add terms; rows below 0 and absent columns are left out."""
        rows, columns, values = np.broadcast_arrays(
            np.asarray(rows, dtype=np.int64),
            np.asarray(columns, dtype=np.int64),
            np.asarray(values, dtype=np.float64),
        )
        keep = (rows >= 0) & (columns != ABSENT) & (values != 0.0)
        self.terms.append((rows[keep], columns[keep], values[keep]))


@dataclass(frozen=True, slots=True)
class Terms:
    """Arcs spread over time: in period `time`, `row` gets `value` per unit of `column`. All shape (K,)."""

    row: Ints
    time: Ints
    column: Ints
    value: Floats


def expand(arcs: Arcs, columns: Columns, n_flows: int, T: int) -> Terms:
    """
    Spread arcs over time.

    What starts in t acts in t + lag. A build in t is ``built[t] - built[t - 1]``, so an investment's arc
    gives two terms.

    Parameters
    ----------
    arcs
        K arcs; `column` counts processes, lanes, then investments.
    columns
        The plan's columns.
    n_flows
        Number of processes and lanes.
    T
        Number of periods.
    """
    begin = np.arange(T)
    time = begin[None, :] + arcs.lag[:, None]
    inside = (time >= 0) & (time < T) & (arcs.coefficient != 0.0)
    flows = arcs.column < n_flows
    parts = []
    row = np.broadcast_to(arcs.row[:, None], time.shape)

    column = np.full(time.shape, ABSENT, dtype=np.int64)
    column[flows] = columns.start[arcs.column[flows]]
    keep = inside & (column != ABSENT)
    parts.append((row[keep], time[keep], column[keep], arcs.coefficient[keep]))

    if not flows.all():
        builds = np.flatnonzero(~flows)
        numbers = columns.built[arcs.column[builds] - n_flows]
        for shift, sign in ((0, 1.0), (1, -1.0)):
            column = np.full(numbers.shape, ABSENT, dtype=np.int64)
            column[:, shift:] = numbers[:, : T - shift] if shift else numbers
            keep = inside[builds] & (column != ABSENT)
            parts.append(
                (row[builds][keep], time[builds][keep], column[keep], sign * arcs.coefficient[builds][keep])
            )
    joined = [np.concatenate(piece) for piece in zip(*parts, strict=True)]
    return Terms(
        joined[0].astype(np.int64), joined[1].astype(np.int64), joined[2].astype(np.int64), joined[3]
    )
