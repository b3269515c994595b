"""The longest way back from the needs, against a search of every way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprod.network.longest import MOST_NODES, longest_back


def every_way(n, needs, arcs):
    """Follow every way that passes no node twice, arc by arc."""
    best = [-np.inf] * n

    def follow(node, so_far, passed):
        best[node] = max(best[node], so_far)
        for made, taken, length in arcs:
            if made == node and taken not in passed:
                follow(taken, so_far + length, passed | {taken})

    for node in needs:
        follow(node, 0.0, {node})
    return best


def found(n, needs, arcs):
    made, taken, length = (
        np.array([arc[i] for arc in arcs], dtype=t) for i, t in enumerate((int, int, float))
    )
    return longest_back(n, np.array(needs, dtype=np.int64), made, taken, length)


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 6))
    node = st.integers(0, n - 1)
    arcs = draw(st.lists(st.tuples(node, node, st.integers(0, 9)), max_size=14))
    return n, draw(st.lists(node, max_size=2)), arcs


@given(graphs())
def test_the_search_of_every_way_finds_the_same(case):
    n, needs, arcs = case
    assert found(n, needs, arcs).tolist() == pytest.approx(every_way(n, needs, arcs))


def test_in_a_large_circle_no_way_is_taken_for_shorter_than_it_is():
    # A ring of ten both ways: the longest way from 0 to its neighbour is nine arcs the long way round.
    n = MOST_NODES + 2
    ring = [(a, (a + step) % n, 1.0) for a in range(n) for step in (1, -1)]
    result = found(n, [0], ring)
    assert (result >= np.array(every_way(n, [0], ring))).all()
    assert result.max() <= n  # and does not grow with the number of passes
