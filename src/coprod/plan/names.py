"""Names of rows and columns: number ↔ family, label, period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from coprod.network.network import Network
    from coprod.plan.rows import RowBlock
    from coprod.plan.variables import Columns

__all__ = ["Name", "Names"]


@dataclass(frozen=True, slots=True)
class Name:
    """
    What a row or column is: its family or block, what it is about, its period's label ("" where it has
    none).
    """

    family: str
    label: str
    period: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.family, self.label, self.period) if part)


class Names:
    """
    The registry beside the arrays; it gives words to duals, infeasible sets and broken rows.

    Names are made when they are asked for: a model has hundreds of thousands.
    """

    def __init__(self, network: Network, columns: Columns, blocks: list[RowBlock]) -> None:
        self._network = network
        self._columns = columns
        self._rows = [(block.family, block.labels, block.periods) for block in blocks]
        self._ends = np.cumsum([block.lower.size for block in blocks])

    def rows_of(self, family: str) -> NDArray[np.int64]:
        """
        Return the row numbers of a family, in order.

        Raises
        ------
        KeyError
            If the model has no such family.
        """
        for number, (name, _, periods) in enumerate(self._rows):
            if name == family:
                end = int(self._ends[number])
                return np.arange(end - periods.size, end)
        raise KeyError(family)

    def labels_of(self, family: str) -> tuple[Sequence[str], NDArray[np.int64]]:
        """
        Return what each row of a family is about, and its period (-1 where it spans all), in order.

        Raises
        ------
        KeyError
            If the model has no such family.
        """
        for name, labels, periods in self._rows:
            if name == family:
                return labels, periods
        raise KeyError(family)

    def rows(self) -> Iterator[tuple[str, str, int]]:
        """Yield the family, label and period (-1 where it spans all) of every row, in order."""
        for family, labels, periods in self._rows:
            for label, period in zip(labels, periods.tolist(), strict=True):
                yield family, label, period

    def same_rows(self, other: Names) -> bool:
        """Whether another model has rows of the same families, labels and periods, in the same order."""
        if len(self._rows) != len(other._rows):
            return False
        return all(
            family == family_there and list(labels) == list(there) and np.array_equal(periods, periods_there)
            for (family, labels, periods), (family_there, there, periods_there) in zip(
                self._rows, other._rows, strict=True
            )
        )

    def row(self, number: int) -> Name:
        """Return the name of a row."""
        block = int(np.searchsorted(self._ends, number, side="right"))
        family, labels, periods = self._rows[block]
        own = number - (int(self._ends[block]) - periods.size)
        return Name(family, labels[own], self._period(int(periods[own])))

    def column(self, number: int) -> Name:
        """
        Return the name of a column.

        Raises
        ------
        KeyError
            If there is no such column.
        """
        for block, numbers in self._columns.blocks().items():
            found = np.argwhere(numbers == number)
            if found.size:
                first, *rest = (int(i) for i in found[0])
                return Name(block, self._labels(block)[first], self._period(rest[0]) if rest else "")
        raise KeyError(number)

    def _period(self, t: int) -> str:
        return self._network.periods.label(t) if t >= 0 else ""

    def _labels(self, block: str) -> list[str]:
        network = self._network
        resources = list(network.resources.name)
        budgets = [
            f"{network.payers[payer]}/{year}"
            for payer, year in zip(network.budgets.payer, network.budgets.year, strict=True)
        ]
        nodes = [f"{item}/{site}" for item, site in zip(network.nodes.item, network.nodes.site, strict=True)]
        return {
            "start": list(network.activities.key),
            "built": list(network.investments.name),
            "chosen": list(network.investments.name),
            "stock": nodes,
            "below": nodes,
            "above": nodes,
            "delivered": list(network.demands.name),
            "short": list(network.objectives.name),
            "open": resources,
            "paid": resources,
            "licensed": [network.licences[i] for i in network.work_shares.licence],
            "carried": budgets,
            "overspent": budgets,
            "relaxed": [*resources, *network.caps.name, *budgets],
        }[block]
