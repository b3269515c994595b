"""Wildcards in keys: ``*`` stands for any text, across the whole key; nothing else is special."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["literal_length", "matches", "matching"]


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.DOTALL)


def matches(pattern: str, key: str) -> bool:
    """
    Whether a key matches a pattern.

    Parameters
    ----------
    pattern
        A key, or one with ``*`` for any text, ``/`` included. Case counts; ``?`` and ``[`` are plain text.
    key
        The key of a row.

    Examples
    --------
    >>> matches("seeker*/plant-jp", "seeker-kit/plant-us/plant-jp")
    True
    >>> matches("seeker", "seeker-kit")
    False
    """
    return key == pattern if "*" not in pattern else _expression(pattern).fullmatch(key) is not None


def matching(pattern: str, keys: Sequence[str]) -> NDArray[np.int64]:
    """
    Return the positions of the keys that match a pattern.

    Parameters
    ----------
    pattern
        As for `matches`.
    keys
        The keys of a table, in row order.
    """
    if pattern == "*":
        return np.arange(len(keys), dtype=np.int64)
    if "*" not in pattern:
        return np.array([n for n, key in enumerate(keys) if key == pattern], dtype=np.int64)
    full = _expression(pattern).fullmatch
    return np.array([n for n, key in enumerate(keys) if full(key)], dtype=np.int64)


def literal_length(pattern: str) -> int:
    """Return the number of characters of a pattern that are not ``*``: the more, the more specific it is."""
    return len(pattern) - pattern.count("*")
