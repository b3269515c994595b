"""What share of each lot serves each need, through the whole bill of materials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.pegging.fifo import Matched
    from coprod.pegging.flows import Lots, Needs, Uses

    Matrix = csr_array[Any, Any]

__all__ = ["shares"]

#: Below this share nothing leaves a circle.
NONE = 1e-12


def shares(lots: Lots, needs: Needs, uses: Uses, matched: Matched) -> Matrix:
    """
    Return the share of each lot that serves each need, (M, K); every row adds up to 1.

    Where a lot goes into another, it serves what that one serves, in the same shares:
    ``F = D + G F``, with D the shares that serve a need directly and G those that go into other lots.

    Parameters
    ----------
    lots, needs, uses, matched
        The plan, and which lot serves which use.
    """
    M, K = lots.node.size, needs.kind.size
    nodes = matched.first.size - 1
    left = K - nodes + lots.node
    whole = np.bincount(matched.lot, matched.quantity, minlength=M)
    share = matched.quantity / whole[matched.lot]
    rest = matched.use < 0
    into, need = np.append(uses.lot, -1)[matched.use], np.append(uses.need, -1)[matched.use]
    need[rest] = left[matched.lot[rest]]
    own = into < 0
    empty = np.flatnonzero(whole == 0)  # nothing good comes of it, so it serves nothing
    direct = csr_array(
        (
            np.append(share[own], np.ones(empty.size)),
            (np.append(matched.lot[own], empty), np.append(need[own], left[empty])),
        ),
        shape=(M, K),
    )
    onward = csr_array((share[~own], (matched.lot[~own], into[~own])), shape=(M, M))
    onward, direct = _without_circles(onward, direct, left)
    found = step = direct
    # Without circles the chains end: the longest has as many steps as the bill of materials.
    while step.nnz:
        step = onward @ step
        found = found + step
    return csr_array(found)


def _without_circles(onward: Matrix, direct: Matrix, left: NDArray[np.int64]) -> tuple[Matrix, Matrix]:
    """
    Return the same shares with every circle of lots resolved.

    Circles without lag are allowed in a study, and in one period lots can go round in them. Within a circle C
    ``F_C = (I - G_CC)^-1 (D_C + G_C,rest F_rest)``; where nothing leaves it, all of it is left over, at one
    of its nodes.
    """
    number, label = connected_components(onward, directed=True, connection="strong")
    size = np.bincount(label, minlength=number)
    looped = np.flatnonzero((size[label] > 1) | (onward.diagonal() > 0))
    if not looped.size:
        return onward, direct
    into, given = onward.tolil(), direct.tolil()
    for circle in np.unique(label[looped]):
        own = np.flatnonzero(label == circle)
        out = into[own].toarray()
        among = out[:, own].copy()
        out[:, own] = 0.0
        needs = given[own].toarray()
        if out.sum() + needs.sum() < NONE:
            out[:], needs[:] = 0.0, 0.0
            needs[:, left[own].min()] = 1.0
        else:
            both = np.linalg.solve(np.eye(own.size) - among, np.hstack([out, needs]))
            out, needs = both[:, : out.shape[1]], both[:, out.shape[1] :]
        into[own], given[own] = out, needs
    return csr_array(into), csr_array(given)
