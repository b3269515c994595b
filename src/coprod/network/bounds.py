"""How much of an activity a plan can need in one period: finite bounds for rows that switch something on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.network.network import (
        Activities,
        Arcs,
        Demands,
        Expansions,
        Investments,
        Nodes,
        Objectives,
        Resources,
        WorkShares,
    )

__all__ = ["upper_bounds"]

#: Where a circle of activities lets needs feed on themselves, the explosion stops here (times the needs
#: themselves).
CIRCLE_LIMIT = 1e6

#: Rounds in which what a work share asks for and what that takes of others settle; what does not, a circle
#: again, gets the limit above.
ROUNDS = 100


def upper_bounds(
    activities: Activities,
    material: Arcs,
    loads: Arcs,
    nodes: Nodes,
    resources: Resources,
    expansions: Expansions,
    investments: Investments,
    demands: Demands,
    objectives: Objectives,
    shares: WorkShares,
) -> NDArray[np.float64]:
    """
    Return an upper bound on useful starts per period, shape (A, T), finite.

    The smaller of two: what the lines it loads can give with every build on them, and all that the needs can
    ask of it, exploded through the bill of materials with every alternative counted in full, plus what
    sustaining rates may make beyond need and what sales (negative unit costs) may take beyond it. What a work
    share may ask for, or what is cheaper to hold than its inputs, is of use beyond any need too: it is
    bounded by its lines and by what its inputs can come to. Where neither bounds it, a share asks for no more
    of it than outweighs all that others in its scope may make, and cheaper holding for none.
    """
    A, T = activities.allowed.shape
    flows = activities.n_processes + activities.n_lanes
    bound: NDArray[np.float64] = np.full((A, T), np.inf)
    most = resources.capacity.copy()
    builds = investments.max_builds[expansions.investment].astype(float)
    np.add.at(most, expansions.resource, (builds * expansions.adds)[:, None])
    for k in range(loads.row.size):
        column, lag = int(loads.column[k]), int(loads.lag[k])
        if column >= flows or lag >= T:
            continue
        use = loads.coefficient[k, : T - lag]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(use > 0, most[loads.row[k], lag:] / use, np.inf)
        bound[column, : T - lag] = np.minimum(bound[column, : T - lag], share)
    bound = np.minimum(bound, activities.limit)
    # A sale pays without any need for it: only its lines bound it, and what it takes is wanted too.
    sold = np.where(activities.unit_cost[:flows].min(axis=1, initial=0.0) < 0, bound[:flows].sum(axis=1), 0.0)
    lines, flow = bound[:flows].sum(axis=1), _Flow.of(material, flows)
    beyond = _reach(lines, flow, nodes)
    bounded = np.isfinite(beyond)
    useful = _for_a_share(activities, shares) | _cheaper_to_hold(activities, flow, nodes)
    sold = np.maximum(sold, np.where(useful & bounded, beyond, 0.0))
    wanted = _explosion(activities, material, flow, loads, nodes, resources, demands, objectives, sold)
    # What outweighs others takes inputs, some of them made by those others: round by round.
    for number in range(ROUNDS):
        asked = np.where(bounded, 0.0, _outweighing(np.minimum(wanted, lines), activities, shares))
        if not asked.any():
            break
        if number == ROUNDS - 1:
            asked[asked > 0] = CIRCLE_LIMIT * wanted.max()
        more = np.maximum(sold, asked)
        again = _explosion(activities, material, flow, loads, nodes, resources, demands, objectives, more)
        settled = np.allclose(again, wanted, rtol=1e-9, atol=0.0)
        wanted = again
        if settled:
            break
    bound[:flows] = np.minimum(bound[:flows], wanted[:, None])
    bound[flows:] = investments.max_builds[:, None]
    return bound


@dataclass(frozen=True, slots=True)
class _Flow:
    """
    What processes and lanes take and give per start, over all periods.

    Attributes
    ----------
    used, user : (K,) int
        Node an input is taken from, and the process or lane that takes it.
    most, least : (K,)
        Largest and smallest quantity taken; a period that takes none counts as 0.
    made, maker : (L,) int
        Node an output comes to, and the process or lane it comes from.
    highest, lowest : (L,)
        Largest and smallest quantity made; a period that makes none does not count.
    """

    used: NDArray[np.int64]
    user: NDArray[np.int64]
    most: NDArray[np.float64]
    least: NDArray[np.float64]
    made: NDArray[np.int64]
    maker: NDArray[np.int64]
    highest: NDArray[np.float64]
    lowest: NDArray[np.float64]

    @classmethod
    def of(cls, material: Arcs, flows: int) -> _Flow:
        """Read them from the bill of materials of `flows` processes and lanes."""
        quantity, own = material.coefficient, material.column < flows
        taken = np.flatnonzero((quantity < 0).any(axis=1) & own)
        given = np.flatnonzero((quantity > 0).any(axis=1) & own)
        return cls(
            used=material.row[taken],
            user=material.column[taken],
            most=-quantity[taken].min(axis=1, initial=0.0),
            least=-quantity[taken].max(axis=1, initial=-np.inf),
            made=material.row[given],
            maker=material.column[given],
            highest=quantity[given].max(axis=1, initial=0.0),
            lowest=np.where(quantity[given] > 0, quantity[given], np.inf).min(axis=1, initial=np.inf),
        )


def _reach(most: NDArray[np.float64], flow: _Flow, nodes: Nodes) -> NDArray[np.float64]:
    """
    Return the most of each process and lane over the horizon that its lines, `most`, and its inputs allow,
    (P + F,); inf where neither bounds it.
    """
    own = np.maximum(nodes.opening + nodes.receipts.sum(axis=1), 0.0)
    always = flow.least > 0
    used, user, least = flow.used[always], flow.user[always], flow.least[always]
    starts = most.copy()
    for _ in range(own.size + 1):
        supply = own.copy()
        np.add.at(supply, flow.made, flow.highest * starts[flow.maker])
        again = starts.copy()
        np.minimum.at(again, user, supply[used] / least)
        if np.array_equal(again, starts):
            break
        starts = again
    return starts


def _outweighing(
    made: NDArray[np.float64], activities: Activities, shares: WorkShares
) -> NDArray[np.float64]:
    """
    Return how much of each process alone would keep every minimum work share, (P + F,); 0 where none asks.

    The party's work is worth ``share / (1 - share)`` times that of the others in scope at most, who make
    `made` (P + F,), and what its own sales take off it. A whole share asks nothing: others may not work then.
    """
    asked = np.zeros(made.size)
    P = activities.n_processes
    price = activities.unit_cost[:P]
    worth = made[:P] * price.max(axis=1, initial=0.0)
    off = made[:P] * -price.min(axis=1, initial=0.0)
    cheapest = np.where(price > 0, price, np.inf).min(axis=1, initial=np.inf)
    for share, scope, party in zip(shares.share, shares.in_scope, shares.of_party, strict=True):
        if 0 < share < 1:
            needed = share / (1.0 - share) * worth[scope & ~party].sum() + off[party].sum()
            asked[:P] = np.maximum(asked[:P], np.where(party, needed / cheapest, 0.0))
    return asked


def _for_a_share(activities: Activities, shares: WorkShares) -> NDArray[np.bool_]:
    """Return which processes a minimum work share may ask for, (P + F,)."""
    flows = activities.n_processes + activities.n_lanes
    asked = np.zeros(flows, dtype=bool)
    asked[: activities.n_processes] = shares.of_party.any(axis=0)
    return asked & (activities.unit_cost[:flows] > 0).any(axis=1)


def _cheaper_to_hold(activities: Activities, flow: _Flow, nodes: Nodes) -> NDArray[np.bool_]:
    """Return what may save holding cost, (P + F,): its inputs cost more to hold, or it takes long."""
    flows = activities.n_processes + activities.n_lanes
    before, after = np.zeros(flows), np.zeros(flows)
    most, least = nodes.holding_cost.max(axis=1, initial=0.0), nodes.holding_cost.min(axis=1, initial=np.inf)
    np.add.at(before, flow.user, most[flow.used] * flow.most)
    np.add.at(after, flow.maker, least[flow.made] * flow.lowest)
    # What is under way is held by nobody.
    return (before > after) | ((before > 0) & (activities.lag[:flows] > 0))


def _explosion(
    activities: Activities,
    material: Arcs,
    flow: _Flow,
    loads: Arcs,
    nodes: Nodes,
    resources: Resources,
    demands: Demands,
    objectives: Objectives,
    sold: NDArray[np.float64],
) -> NDArray[np.float64]:
    """
    Return the most that can ever be wanted of each process and lane in all, (P + F,).

    What lanes connect both ways is one place: what is wanted anywhere in it may be made or sent anywhere in
    it, and sent away and back at most once (a ceiling on stock may ask for that).
    """
    flows = activities.n_processes + activities.n_lanes
    own = np.zeros(len(nodes.item))
    np.add.at(own, demands.node, demands.due.sum(axis=1))
    np.add.at(own, objectives.node, objectives.level)
    own += nodes.minimum.max(axis=1, initial=0.0)
    sustained = np.zeros(flows)
    use = loads.coefficient.max(axis=1, initial=0.0)
    loading = (loads.column < flows) & (use > 0)
    made = resources.sustaining.sum(axis=1)[loads.row[loading]] / use[loading]
    np.maximum.at(sustained, loads.column[loading], made)
    sustained += sold
    yielded = np.ones(flows)
    yielded[flow.maker] = flow.lowest
    place = _places(activities, flow, len(nodes.item))
    node = place[activities.node[:flows]]
    ceiling = CIRCLE_LIMIT * max(1.0, float(own.sum()))
    builds = np.flatnonzero(material.column >= flows)
    taken = -material.coefficient[builds].min(axis=1, initial=0.0)
    np.add.at(own, material.row[builds], taken * 10.0)  # a handful of qualification lots
    wanted = np.zeros(place.max(initial=-1) + 1)
    np.add.at(wanted, place, own)
    inner = (place[flow.used] == node[flow.user]) & (flow.user >= activities.n_processes)
    times = np.ones(flows)
    times[flow.user[inner]] = 2.0
    used, user, most = place[flow.used[~inner]], flow.user[~inner], flow.most[~inner]
    total, starts = wanted.copy(), np.zeros(flows)
    for _ in range(wanted.size + 1):
        starts = np.minimum(times * total[node] / yielded + sustained, ceiling)
        again = wanted.copy()
        np.add.at(again, used, most * starts[user])
        again = np.minimum(again, ceiling)
        if np.array_equal(again, total):
            break
        total = again
    return np.maximum(starts, 1.0)


def _places(activities: Activities, flow: _Flow, n_nodes: int) -> NDArray[np.int64]:
    """Return the number of each node's place, (N,): nodes that lanes connect both ways share one."""
    sent = flow.user >= activities.n_processes
    begin, end = flow.used[sent], activities.node[flow.user[sent]]
    graph = coo_array((np.ones(begin.size), (begin, end)), shape=(n_nodes, n_nodes))
    _, place = connected_components(graph.tocsr(), directed=True, connection="strong")
    return place.astype(np.int64)
