"""The longest way back from the needs to every node, passing no node twice."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["longest_back"]

#: Circles of more nodes than this are not searched way by way.
MOST_NODES = 8


def longest_back(n_nodes: int, needs: Ints, made: Ints, taken: Ints, length: Floats) -> Floats:
    """
    Return how long before a need a unit must be at each node, by the longest way between them.

    Round a circle (lanes both ways, a repair) a way has no longest; so none passes a node twice. In circles
    of more than `MOST_NODES` nodes the ways would be too many: there the longest walk of as many arcs as a
    way can have stands for it, which is never shorter.

    Parameters
    ----------
    n_nodes
        N.
    needs : (D,)
        Nodes with a need, at distance 0.
    made, taken : (K,)
        What is at node ``made[k]`` took from node ``taken[k]``.
    length : (K,)
        Time from the one to the other, >= 0.

    Returns
    -------
    ndarray, shape (N,)
        In the unit of `length`; -inf where no way leads to a need.

    Examples
    --------
    >>> longest_back(3, np.array([0]), np.array([0, 1, 0]), np.array([1, 2, 2]), np.array([2.0, 3.0, 4.0]))
    array([0., 2., 5.])
    """
    ahead = np.full(n_nodes, -np.inf)
    ahead[needs] = 0.0
    graph = coo_array((np.ones(made.size), (made, taken)), shape=(n_nodes, n_nodes))
    _, group = connected_components(graph.tocsr(), directed=True, connection="strong")
    members: dict[int, list[int]] = {}
    arcs: dict[int, list[int]] = {}
    order: TopologicalSorter[int] = TopologicalSorter()
    for node, own in enumerate(group.tolist()):
        members.setdefault(own, []).append(node)
        order.add(own)
    for k, (one, other) in enumerate(zip(group[made].tolist(), group[taken].tolist(), strict=True)):
        arcs.setdefault(one, []).append(k)
        if one != other:
            order.add(other, one)
    for own in order.static_order():
        inside = [k for k in arcs.get(own, []) if group[taken[k]] == own and taken[k] != made[k]]
        if inside:
            after = _within(members[own], inside, ahead, made, taken, length)
            ahead[list(after)] = list(after.values())
        for k in arcs.get(own, []):
            if group[taken[k]] != own:
                ahead[taken[k]] = max(ahead[taken[k]], ahead[made[k]] + length[k])
    return ahead


def _within(
    nodes: list[int], arcs: list[int], ahead: Floats, made: Ints, taken: Ints, length: Floats
) -> dict[int, float]:
    """Return the longest ways to the nodes of one circle, from where ways enter it."""
    onward: dict[int, dict[int, float]] = {node: {} for node in nodes}
    for k in arcs:
        one, other = int(made[k]), int(taken[k])
        onward[one][other] = max(onward[one].get(other, -np.inf), float(length[k]))
    best = {node: float(ahead[node]) for node in nodes}
    if len(nodes) > MOST_NODES:
        for _ in nodes[1:]:
            now = dict(best)
            for one, steps in onward.items():
                for other, days in steps.items():
                    best[other] = max(best[other], now[one] + days)
        return best

    def follow(node: int, so_far: float, passed: frozenset[int]) -> None:
        best[node] = max(best[node], so_far)
        for other, days in onward[node].items():
            if other not in passed:
                follow(other, so_far + days, passed | {other})

    for node in nodes:
        if np.isfinite(ahead[node]):
            follow(node, float(ahead[node]), frozenset({node}))
    return best
