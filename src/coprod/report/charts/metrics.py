"""How wide a text is in the report's font, so that labels can be placed without drawing them."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from importlib.resources import files

__all__ = ["ellipsis", "text_width"]

#: Kana, kanji and full-width signs share one em in every system's font.
_WIDE = {"W", "F", "A"}
#: Letters the embedded font lacks come from another one; a little more than its average is safe.
_UNKNOWN = 620


@cache
def _advances() -> dict[str, dict[str, int]]:
    text = files("coprod.report.charts").joinpath("advances.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, int]] = json.loads(text)
    return loaded


def text_width(text: str, size: float, weight: int = 400) -> float:
    """
    Return the width of a text in pixels; kerning, which only narrows it, is left out.

    Parameters
    ----------
    text
        One line.
    size
        Font size in pixels.
    weight
        400, 600 or 700.
    """
    table = _advances()[str(weight)]
    total = 0
    for letter in text:
        known = table.get(letter)
        if known is None:
            wide = unicodedata.east_asian_width(letter) in _WIDE
            known = 0 if unicodedata.combining(letter) else 1000 if wide else _UNKNOWN
        total += known
    return total * size / 1000.0


def ellipsis(text: str, most: float, size: float, weight: int = 400) -> str:
    """Return the text, cut with … where it is wider than `most` pixels."""
    if text_width(text, size, weight) <= most:
        return text
    kept = text
    while kept and text_width(kept.rstrip() + "…", size, weight) > most:
        kept = kept[:-1]
    return kept.rstrip() + "…"
