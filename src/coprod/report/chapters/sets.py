"""How much of each item goes into one end item, so that kilograms and pieces can be drawn side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coprod.report.chapters.busyyear import end_items

if TYPE_CHECKING:
    from coprod.report.material import Material

__all__ = ["Sets", "sets_of"]


@dataclass(frozen=True, slots=True)
class Sets:
    """
    What one set is.

    Attributes
    ----------
    per_set
        Units of each item in one end item that contains it; 1 for an end item itself.
    steps
        How many steps each item is from the finished end item: 0 for an end item, 1 for what goes into it.
    inputs
        Inputs of each process: item, units per unit started.
    """

    per_set: dict[str, float]
    steps: dict[str, int]
    inputs: dict[str, list[tuple[str, float]]]

    def of(self, item: str, quantity: float) -> float:
        """Return a quantity of an item in end-item sets."""
        return quantity / self.per_set.get(item, 1.0)


@dataclass
class _Need:
    """The bill of material as planned: what a good unit of each item takes, all its processes together."""

    takes: dict[str, dict[str, float]] = field(default_factory=dict)
    output: dict[str, float] = field(default_factory=dict)


def sets_of(material: Material) -> Sets:
    """
    Return what one end-item set is, in the option under discussion.

    An item that goes into several end items counts in the mix the plan makes: two motors into each A and one
    into each B are 1.5 to a set where as many A as B are made.
    """
    inputs: dict[str, list[tuple[str, float]]] = {}
    given = material.given("inputs").here()
    for process, item, quantity in zip(given["process"], given["item"], given["quantity_per"], strict=True):
        if quantity > 0:
            inputs.setdefault(process, []).append((item, float(quantity)))
    need = _Need()
    starts = material.own("starts").here().groupby(["process", "item"], sort=False)
    sums = starts[["quantity", "good_quantity"]].sum().reset_index()
    for process, item, started, good in sums.itertuples(index=False):
        if good > 0:
            need.output[item] = need.output.get(item, 0.0) + float(good)
            for part, quantity in inputs.get(process, []):
                takes = need.takes.setdefault(item, {})
                takes[part] = takes.get(part, 0.0) + float(started) * quantity
    totals: dict[str, float] = {}
    ends: dict[str, set[str]] = {}
    steps: dict[str, int] = {}
    wanted = end_items(material)
    for item in wanted:
        if need.output.get(item):
            _walk(need, item, need.output[item], item, (), totals, ends, steps)
    per_set = {}
    for item, total in totals.items():
        sets = sum(need.output[end] for end in ends[item])
        per_set[item] = total / sets if total > 0 and sets > 0 else 1.0
    return Sets(per_set | dict.fromkeys(wanted, 1.0), steps | dict.fromkeys(wanted, 0), inputs)


def _walk(
    need: _Need,
    item: str,
    units: float,
    end: str,
    path: tuple[str, ...],
    totals: dict[str, float],
    ends: dict[str, set[str]],
    steps: dict[str, int],
) -> None:
    """Add what some units of an item take, and what that takes; a repair loop is walked once."""
    totals[item] = totals.get(item, 0.0) + units
    ends.setdefault(item, set()).add(end)
    steps[item] = max(steps.get(item, 0), len(path))
    for part, quantity in need.takes.get(item, {}).items():
        if part != item and part not in path:
            _walk(need, part, units * quantity / need.output[item], end, (*path, item), totals, ends, steps)
