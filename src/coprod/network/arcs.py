"""What activities do to stocks and lines: outputs, inputs, shipments, loads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.network.activities import yields
from coprod.network.network import Activities, Arcs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.network.parts import Parts

__all__ = ["loads", "material"]


def _arcs(
    parts: Parts,
    activities: Activities,
    row: list[int],
    column: list[int],
    value: list[float],
    offset_days: list[float],
) -> Arcs:
    """Return arcs with constant coefficients, each `offset_days` after the start."""
    columns = np.array(column, dtype=np.int64)
    days = np.array(offset_days, dtype=float)
    lag = [parts.periods.offset(activities.lead_days[a], w) for a, w in zip(columns, days, strict=True)]
    values = np.array(value, dtype=float)
    return Arcs(
        np.array(row, dtype=np.int64),
        columns,
        np.broadcast_to(values[:, None], (values.size, parts.periods.n)),
        np.array(lag, dtype=np.int64),
        days,
    )


def _joined(*blocks: Arcs) -> Arcs:
    return Arcs(
        np.concatenate([block.row for block in blocks]),
        np.concatenate([block.column for block in blocks]),
        np.concatenate([block.coefficient for block in blocks]),
        np.concatenate([block.lag for block in blocks]),
        np.concatenate([block.lag_days for block in blocks]),
    )


def material(parts: Parts, activities: Activities) -> Arcs:
    """
    Compile what is made, shipped and consumed.

    An input of an inactive item forbids its process: written into ``activities.allowed``, in place.
    """
    P, flows, T = parts.n_processes, parts.n_flows, parts.periods.n
    made = np.ones((flows, T))
    made[:P] = yields(parts)
    outputs = Arcs(
        activities.node[:flows], np.arange(flows), made, activities.lag[:flows], activities.lead_days[:flows]
    )
    lanes = parts.lanes
    senders = [parts.nodes[key] for key in zip(lanes["item"], lanes["from_site"], strict=True)]
    sent = _arcs(parts, activities, senders, list(range(P, flows)), [-1.0] * len(lanes), [0.0] * len(lanes))

    inputs = parts.tables.active("inputs")
    offsets = parts.tables.duration_days("inputs", "offset", inputs)
    items = set(parts.tables.active("items")["item"])
    site_of = dict(zip(parts.processes["process"], parts.processes["site"], strict=True))
    row: list[int] = []
    column: list[int] = []
    value: list[float] = []
    after: list[float] = []
    for process, item, quantity, site, days in zip(
        inputs["process"], inputs["item"], inputs["quantity_per"], inputs["site"], offsets, strict=True
    ):
        if process not in parts.column:
            continue  # inactive, sunk, or at an inactive site
        number = parts.column[process]
        if item not in items:
            activities.allowed[number] = False
            continue
        row.append(parts.nodes[item, site or site_of[process]])
        column.append(number)
        value.append(-quantity)
        after.append(days)
    return _joined(outputs, sent, _arcs(parts, activities, row, column, value, after))


def loads(parts: Parts, activities: Activities, number_of: dict[str, int]) -> Arcs:
    """
    Compile the use of resources: rows of ``loads``, and the shorthand in ``processes``.

    A load on an inactive or missing resource forbids its activity: written into ``activities.allowed``, in
    place.

    Parameters
    ----------
    parts, activities
        See the compiler.
    number_of
        Number of each active resource.
    """
    tables, processes = parts.tables, parts.processes
    rows = tables.active("loads")
    listed = list(
        zip(
            rows["process"],
            rows["resource"],
            rows["use_per_unit"],
            tables.duration_days("loads", "offset", rows),
            strict=True,
        )
    )
    lead: NDArray[np.float64] = activities.lead_days[: parts.n_processes]
    for process, resource, use, at, days in zip(
        processes["process"],
        processes["resource"],
        processes["resource_use"],
        processes["resource_at"],
        lead,
        strict=True,
    ):
        if resource:
            listed.append((process, resource, use, days if at == "completion" else 0.0))
    row: list[int] = []
    column: list[int] = []
    value: list[float] = []
    after: list[float] = []
    for process, resource, use, days in listed:
        if process not in parts.column:
            continue
        number = parts.column[process]
        if resource not in number_of:
            activities.allowed[number] = False
            continue
        row.append(number_of[resource])
        column.append(number)
        value.append(use)
        after.append(float(days))
    return _arcs(parts, activities, row, column, value, after)
