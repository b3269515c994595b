"""
The report's colours: tokens with a light and a dark value, and which option or place gets which.

Three families, so that a colour's kind tells what it stands for: cool colours are options, warm ones are
places and payers, and vermilion is late, short or over capacity and nothing else. Every light value is a
different code, because each code in a drawing becomes its CSS variable: two tokens with one code could not
part in the dark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["DARK", "LIGHT", "TOKENS", "option_tokens", "place_token", "text_token"]

#: Token: light value, dark value.
TOKENS: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#12161b"),
    "panel": ("#f4f5f7", "#1b2127"),
    "ink": ("#161b22", "#e9ecef"),
    "ink2": ("#4d5763", "#b3bcc6"),
    "line": ("#c9ced5", "#444d57"),
    "grid": ("#e4e7eb", "#2a3138"),
    "soft": ("#8d96a1", "#7a848f"),
    "late": ("#c5310c", "#ff7350"),
    "latebg": ("#fbe9e3", "#3a2019"),
    "opt1": ("#6b7480", "#8a9097"),
    "opt2": ("#0f9a6e", "#6ee0b2"),
    "opt3": ("#c45bc9", "#e6b4ee"),
    "opt4": ("#0e437a", "#4a93ea"),
    "opt5": ("#4a1238", "#5f6e97"),
    "opt2t": ("#0a7050", "#6ee0b3"),
    "opt3t": ("#9336a0", "#e6b4ef"),
    "opt5t": ("#4a1239", "#98a6cc"),
    "opt4a": ("#7d9cbd", "#355f92"),
    "opt4b": ("#c2d1e0", "#22364e"),
    "rest": ("#9ba1a8", "#6d747c"),
    "restt": ("#666d76", "#a3abb3"),
    "who1": ("#54473b", "#87725f"),
    "who2": ("#c28613", "#f4da82"),
    "who3": ("#9b9384", "#b5a591"),
    "who4": ("#ead9ab", "#504320"),
    "ok": ("#0f5f57", "#63c9bd"),
}
LIGHT = {token: values[0] for token, values in TOKENS.items()}
DARK = {token: values[1] for token, values in TOKENS.items()}

#: Tokens whose marks are too light to carry text, and what the text takes instead.
_TEXT = {"opt2": "opt2t", "opt3": "opt3t", "opt5": "opt5t", "rest": "restt"}
_BASE, _DISCUSSED, _OTHERS, _REST = "opt1", "opt4", ("opt2", "opt3", "opt5"), "rest"


def option_tokens(options: Sequence[str], discussed: str) -> dict[str, str]:
    """
    Return each option's colour token: by its place in the study, so that it is the same in every figure.

    Parameters
    ----------
    options
        Names in the study's order, the base first.
    discussed
        The option under discussion: navy, unless it is the base, which is always grey.

    Examples
    --------
    >>> option_tokens(["base", "kits", "both"], "both")
    {'base': 'opt1', 'kits': 'opt2', 'both': 'opt4'}
    """
    found: dict[str, str] = {}
    others = iter(_OTHERS)
    for place, option in enumerate(options):
        if place == 0:
            found[option] = _BASE
        elif option == discussed:
            found[option] = _DISCUSSED
        else:
            found[option] = next(others, _REST)
    return found


def place_token(place: int) -> str:
    """
    Return the colour token of the n-th place of final assembly, counted from 0; all after the fourth share
    one.
    """
    return f"who{min(place, 3) + 1}"


def text_token(token: str) -> str:
    """Return the token for text in a mark's colour: at least 4.5:1 on paper."""
    return _TEXT.get(token, token)
