"""Circles in a graph of names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["circles"]


def circles(after: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """
    Return circles of a directed graph, enough of them that breaking them breaks all.

    Parameters
    ----------
    after
        The names each name points to; names that are not keys point nowhere.

    Returns
    -------
    list of list of str
        Each circle in the direction of the arrows, from the name of it that comes first in `after`.

    Examples
    --------
    >>> circles({"a": ["b"], "b": ["c", "a"], "c": []})
    [['a', 'b']]
    """
    found: list[list[str]] = []
    done: set[str] = set()
    order = {name: n for n, name in enumerate(after)}
    for root in after:
        # Depth first without recursion: a chain may be longer than Python's stack.
        path: list[str] = []
        on_path: dict[str, int] = {}
        waiting = [(root, iter([root]))]
        while waiting:
            _, successors = waiting[-1]
            name = next(successors, None)
            if name is None:
                waiting.pop()
                if path:
                    last = path.pop()
                    del on_path[last]
                    done.add(last)
            elif name in on_path:
                circle = path[on_path[name] :]
                first = min(range(len(circle)), key=lambda n: order[circle[n]])
                found.append([*circle[first:], *circle[:first]])
            elif name not in done and name in after:
                on_path[name] = len(path)
                path.append(name)
                waiting.append((name, iter(list(after[name]))))
    return found
