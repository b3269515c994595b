"""Did you mean: the nearest known name for one that is not known."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from heapq import nlargest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Suggestions", "did_you_mean"]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """
    Return ``" Did you mean 'x'?"`` with the nearest known name, or an empty text if none is near.

    Parameters
    ----------
    word
        The name that is not known.
    known
        The names that are.

    Examples
    --------
    >>> did_you_mean("seeker-USA", ["motor", "seeker-US"])
    " Did you mean 'seeker-US'?"
    >>> did_you_mean("wing", ["motor", "seeker-US"])
    ''
    """
    lower = word.lower()
    pairs = _pairs(lower)
    # difflib takes a millisecond for two dozen near names, so ten thousand are sifted by common letter pairs.
    near = nlargest(_SIFTED, ((_likeness(pairs, _pairs(name.lower())), name) for name in known))
    by_lower_case = {name.lower(): name for _, name in reversed(near)}
    found = get_close_matches(lower, list(by_lower_case), n=1)
    return f" Did you mean '{by_lower_case[found[0]]}'?" if found else ""


_SIFTED = 20


def _pairs(text: str) -> set[str]:
    framed = f" {text} "
    return {framed[n : n + 2] for n in range(len(framed) - 1)}


def _likeness(a: set[str], b: set[str]) -> float:
    """Dice coefficient of two sets of letter pairs."""
    return 2 * len(a & b) / (len(a) + len(b))


@dataclass(slots=True)
class Suggestions:
    """
    Did-you-mean with an end: a table full of wrong names must not take minutes.

    Attributes
    ----------
    left
        How many suggestions are still computed.
    names_left
        How many known names are still compared with.
    """

    left: int = 50
    names_left: int = 200_000

    def __call__(self, word: str, known: Iterable[str]) -> str:
        """Return the suggestion of `did_you_mean`, or an empty text when enough were made."""
        names = list(known)
        if self.left <= 0 or self.names_left <= 0:
            return ""
        self.left -= 1
        self.names_left -= len(names)
        return did_you_mean(word, names)
