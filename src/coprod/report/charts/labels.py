"""
A greedy placer of labels: each takes the first of its positions where it meets no label before it.

Labels come in order of importance. A label may lie over lines (it has a halo then), but prefers not to; over
another label it may not lie. One that finds no place is left out: its value stands in the table below the
chart.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from coprod.report.charts.metrics import text_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Box", "Placed", "Placer", "around"]

Align = Literal["left", "center", "right"]

#: Height of a line of text over its font size, and the air kept around it, in pixels.
LINE, AIR = 1.16, 2.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two boxes share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        """Whether this one lies in the other."""
        return (
            self.left >= other.left - 0.5
            and self.right <= other.right + 0.5
            and self.top >= other.top - 0.5
            and self.bottom <= other.bottom + 0.5
        )

    def wider(self, by: float) -> Box:
        """Return it with air around it."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass(frozen=True, slots=True)
class Placed:
    """A label that found its place: where its text is anchored, and the box it fills."""

    text: str
    x: float
    y: float
    align: Align
    box: Box


def around(x: float, y: float, gap: float = 7.0) -> list[tuple[float, float, Align]]:
    """Return the eight positions about a point, best first: right, left, above, below, the corners."""
    return [
        (x + gap, y, "left"),
        (x - gap, y, "right"),
        (x, y - gap - 7, "center"),
        (x, y + gap + 7, "center"),
        (x + gap, y - gap - 5, "left"),
        (x + gap, y + gap + 5, "left"),
        (x - gap, y - gap - 5, "right"),
        (x - gap, y + gap + 5, "right"),
    ]


@dataclass
class Placer:
    """
    Places labels inside a frame.

    Attributes
    ----------
    frame
        Where labels may lie.
    size
        Font size in pixels.
    placed
        Labels so far.
    lines
        Lines drawn, each a list of points, which labels shun.
    taken, areas
        Boxes labels keep out of, and boxes they shun.
    """

    frame: Box
    size: float
    placed: list[Placed] = field(default_factory=list)
    lines: list[Sequence[tuple[float, float]]] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)
    areas: list[Box] = field(default_factory=list)

    def box(self, text: str, x: float, y: float, align: Align, weight: int = 400) -> Box:
        """Return the box of a text anchored at a point, vertically in its middle."""
        width, height = text_width(text, self.size, weight), self.size * LINE
        left = {"left": x, "center": x - width / 2, "right": x - width}[align]
        return Box(left, y - height / 2, left + width, y + height / 2)

    def block(self, box: Box) -> None:
        """Keep labels out of a box."""
        self.taken.append(box)

    def line(self, points: Sequence[tuple[float, float]]) -> None:
        """Let labels shun a line."""
        self.lines.append(points)

    def place(
        self, text: str, positions: Iterable[tuple[float, float, Align]], weight: int = 400
    ) -> Placed | None:
        """
        Place a label at the best of its positions.

        Parameters
        ----------
        text
            One line.
        positions
            Anchors and alignments, the best first.
        weight
            Of the font.

        Returns
        -------
        Placed or None
            None where every position meets a label or leaves the frame.
        """
        best: tuple[float, Placed] | None = None
        for rank, (x, y, align) in enumerate(positions):
            box = self.box(text, x, y, align, weight)
            if not box.within(self.frame) or any(box.wider(AIR).meets(other) for other in self._others()):
                continue
            cost = rank * 0.3 + self._crossed(box) + 2 * any(box.meets(area) for area in self.areas)
            if best is None or cost < best[0] - 1e-9:
                best = cost, Placed(text, x, y, align, box)
        if best is None:
            return None
        self.placed.append(best[1])
        return best[1]

    def _others(self) -> list[Box]:
        return [label.box for label in self.placed] + self.taken

    def _crossed(self, box: Box) -> float:
        """Return the number of lines that run through a box."""
        return float(sum(any(_cuts(box, a, b) for a, b in itertools.pairwise(line)) for line in self.lines))


def _cuts(box: Box, a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Whether the segment from a to b enters a box (clipping after Liang and Barsky)."""
    (x0, y0), (x1, y1) = a, b
    low, high = 0.0, 1.0
    for delta, near, far in (
        (x1 - x0, box.left - x0, box.right - x0),
        (y1 - y0, box.top - y0, box.bottom - y0),
    ):
        if abs(delta) < 1e-12:
            if near > 0 or far < 0:
                return False
            continue
        first, last = sorted((near / delta, far / delta))
        low, high = max(low, first), min(high, last)
        if low > high:
            return False
    return True
