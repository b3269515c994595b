"""What only the graph of a study shows: circles, needs nothing can meet, activities that can never start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.network.reach import reach
from coprod.study.findings import Findings, limited, plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.errors import Problem
    from coprod.network.network import Network
    from coprod.study.tables import Tables

__all__ = ["check_network"]

#: Largest over smallest coefficient of the bill of materials and the loads above which figures are told
#: apart badly.
WIDE = 1e7


def check_network(tables: Tables, network: Network) -> list[Problem]:
    """
    Check what only the compiled study shows.

    Parameters
    ----------
    tables
        The study the network was compiled from; without errors.
    network
        The network.

    Returns
    -------
    list of Problem
        Codes CP401 and following, long runs of one kind cut short.
    """
    findings = Findings(tables)
    available, start = reach(network)
    _circles(findings, network)
    _needs(findings, network, available)
    _activities(findings, network, available, start)
    _expansions(findings, network)
    _sizes(findings, network)
    return limited(findings.problems)


def _row(findings: Findings, table: str, column: str, value: str) -> int | None:
    """Return the index label of the first active row with a value in a column."""
    frame = findings.active(table)
    rows = frame.index[frame[column] == value]
    return int(rows[0]) if len(rows) else None


def _node(network: Network, node: int) -> str:
    return f"{network.nodes.item[node]} at {network.nodes.site[node]}"


def _circles(findings: Findings, network: Network) -> None:
    """
    Find circles of activities without lag that give more than they take, or that earn money.

    In logarithms a circle's gain is a sum, so a circle above 1 is a circle of negative length (Bellman and
    Ford). For money only circles that lose nothing can repeat for ever; their cost is summed where the gain
    is 1.
    """
    material, activities = network.material, network.activities
    flows = activities.n_processes + activities.n_lanes
    outputs = {
        int(c): k for k, c in enumerate(material.column) if material.coefficient[k].max() > 0 and c < flows
    }
    edges: list[tuple[int, int, float, float, int]] = []
    for k in np.flatnonzero((material.coefficient < 0).any(axis=1) & (material.column < flows)):
        column = int(material.column[k])
        taken = float(-material.coefficient[k].min())
        if (
            column not in outputs
            or activities.lag[column] - material.lag[k] > 0
            or not activities.allowed[column].any()
        ):
            continue
        gain = float(material.coefficient[outputs[column]].max()) / taken
        cost = float(activities.unit_cost[column].min()) / taken
        edges.append((int(material.row[k]), int(activities.node[column]), gain, cost, column))
    circle = _negative_circle(
        len(network.nodes.item), [(a, b, -np.log(gain), c) for a, b, gain, _, c in edges]
    )
    if circle:
        _add_circle(findings, network, circle, "CP401", "gains from nothing")
        return
    level = [(a, b, cost, c) for a, b, gain, cost, c in edges if abs(gain - 1.0) < 1e-9]
    circle = _negative_circle(len(network.nodes.item), level)
    if circle:
        _add_circle(findings, network, circle, "CP402", "costs less than nothing")


def _negative_circle(n: int, edges: list[tuple[int, int, float, int]]) -> list[int]:
    """Return the activities of a circle whose lengths add up to less than 0; empty where there is none."""
    if not edges:  # a study just begun has no node either, and no round below would end the search
        return []
    length, by = [0.0] * n, [-1] * n
    last = -1
    for _ in range(n):
        last = -1
        for number, (source, target, value, _) in enumerate(edges):
            if length[source] + value < length[target] - 1e-9:
                length[target], by[target], last = length[source] + value, number, target
        if last < 0:
            return []
    for _ in range(n):
        last = edges[by[last]][0]
    found, at = [], last
    while True:
        edge = edges[by[at]]
        found.append(edge[3])
        at = edge[0]
        if at == last:
            return found[::-1]


def _add_circle(findings: Findings, network: Network, circle: list[int], code: str, what: str) -> None:
    names = [network.activities.key[column] for column in circle]
    first = circle[0]
    table = "processes" if first < network.activities.n_processes else "lanes"
    row = _row(findings, "processes", "process", names[0]) if table == "processes" else None
    found = f"{' -> '.join([*names, names[0]])}, which {what} and takes no time"
    findings.add(code, table, row, None, found, "needs a lead time, a yield or a cost that stops it")


def _needs(findings: Findings, network: Network, available: NDArray[np.int64]) -> None:
    """Check that every need can be met at all, and is not due before anything can be there."""
    T, periods = network.periods.n, network.periods
    for name, node, due in zip(network.demands.name, network.demands.node, network.demands.due, strict=True):
        row = _row(findings, "demands", "demand", name)
        first = int(np.flatnonzero(due > 0)[0]) if (due > 0).any() else T
        if available[node] >= T and first < T:
            found = f"{_node(network, node)}, which nothing makes, ships or holds within the horizon"
            findings.add(
                "CP403",
                "demands",
                row,
                "item",
                found,
                "needs a process, a lane or stock that brings it there",
            )
        elif first < available[node]:
            found = f"a need in {periods.label(first)}, before any unit can be at {network.nodes.site[node]}"
            when = f"the first can be there in {periods.label(int(available[node]))}"
            findings.add("CP406", "demands", row, "due", found, f"{when}: it will be late, whatever is done")
    for name, node, by, text in zip(
        network.objectives.name,
        network.objectives.node,
        network.objectives.by_period,
        network.objectives.by_date,
        strict=True,
    ):
        row = _row(findings, "stock_objectives", "objective", name)
        if available[node] >= T:
            found = f"{_node(network, node)}, which nothing makes, ships or holds within the horizon"
            findings.add(
                "CP403",
                "stock_objectives",
                row,
                "item",
                found,
                "needs a process, a lane or stock that brings it there",
            )
        elif text and by < available[node]:
            found = f"'{text}', before any unit can be at {network.nodes.site[node]}"
            when = f"the first can be there in {periods.label(int(available[node]))}"
            findings.add(
                "CP406", "stock_objectives", row, "by", found, f"{when}: it will be late, whatever is done"
            )


def _activities(
    findings: Findings, network: Network, available: NDArray[np.int64], start: NDArray[np.int64]
) -> None:
    """Check that every process and lane can start, and say what stops it."""
    T, activities, material = network.periods.n, network.activities, network.material
    flows = activities.n_processes + activities.n_lanes
    told: set[int] = set()
    for column in np.flatnonzero(start[:flows] >= T):
        key = activities.key[column]
        own = np.flatnonzero((material.column == column) & (material.coefficient < 0).any(axis=1))
        lacking = [int(node) for node in material.row[own] if available[node] >= T]
        for node in lacking:
            makers = np.flatnonzero(activities.node[:flows] == node)
            if node not in told and not makers.size:
                told.add(node)
                inputs = findings.active("inputs")
                rows = inputs.index[(inputs["item"] == network.nodes.item[node]) & (inputs["process"] == key)]
                if len(rows):
                    found = (
                        f"'{network.nodes.item[node]}', which nothing brings to {network.nodes.site[node]}"
                    )
                    needs = "needs a process, a lane or stock that brings it there"
                    findings.add("CP404", "inputs", int(rows[0]), "item", found, needs)
        if column < activities.n_processes:
            row = _row(findings, "processes", "process", key)
            table, name = "processes", f"'{key}', which can never start"
        else:
            lanes = findings.active("lanes")
            item, sender, receiver = key.split("/")
            at = (lanes["item"] == item) & (lanes["from_site"] == sender) & (lanes["to_site"] == receiver)
            row, table, name = int(lanes.index[at][0]), "lanes", f"'{key}', which can never carry anything"
        findings.add("CP405", table, row, None, name, _why(network, int(column), lacking))


def _why(network: Network, column: int, lacking: list[int]) -> str:
    activities, T = network.activities, network.periods.n
    if not activities.allowed[column].any():
        if activities.lag[column] + activities.admin_lag[column] >= T:
            return "its lead times reach beyond the horizon"
        return (
            "its dates, a licence, an inactive row it needs or a gate that nothing opens forbid every period"
        )
    if lacking:
        return f"it needs {', '.join(_node(network, node) for node in lacking)}, which can never be there"
    return "its inputs or gates come too late for the horizon"


def _expansions(findings: Findings, network: Network) -> None:
    """Check that builds widen lines that have a limit."""
    unlimited = np.atleast_1d(~np.isfinite(network.resources.capacity).any(axis=1))
    for r, e in zip(network.expansions.resource, network.expansions.investment, strict=True):
        if unlimited[r]:
            name = network.investments.name[e]
            row = _row(findings, "investments", "investment", name)
            found = f"'{network.resources.name[r]}', which has no limit"
            findings.add(
                "CP408",
                "investments",
                row,
                "resource",
                found,
                "a build on it gains nothing: give the line a rate",
            )


def _sizes(findings: Findings, network: Network) -> None:
    """Check that figures do not differ by more than a solver can tell apart."""
    size = np.abs(np.concatenate([network.material.coefficient.ravel(), network.loads.coefficient.ravel()]))
    size = size[size > 0]
    if size.size and size.max() / size.min() > WIDE:
        found = f"quantities per unit from {plain(float(size.min()))} to {plain(float(size.max()))}"
        findings.add("CP409", "inputs", None, "quantity_per", found, "needs units that bring them together")
