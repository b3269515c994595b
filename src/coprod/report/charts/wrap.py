"""Names broken into lines of a given width, the last cut with … where they are longer."""

from __future__ import annotations

import re

from coprod.report.charts.metrics import ellipsis, text_width

__all__ = ["wrapped"]


def wrapped(text: str, width: float, most: int, size: float, weight: int = 400) -> list[str]:
    """
    Return a text in lines, broken at spaces and after hyphens.

    Parameters
    ----------
    text
        One line.
    width
        Of a line in pixels.
    most
        Lines at most.
    size, weight
        Of the font.

    Examples
    --------
    >>> wrapped("pac3-seeker, huntsville", 90, 2, 13)
    ['pac3-seeker,', 'huntsville']
    """
    pieces = re.findall(r"[^\s-]+-?|-|\s+", text)
    lines: list[str] = []
    line = ""
    for place, piece in enumerate(pieces):
        if line and text_width((line + piece).rstrip(), size, weight) > width:
            if len(lines) == most - 1:
                return [*lines, ellipsis(line + "".join(pieces[place:]), width, size, weight)]
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    if line.strip():
        lines.append(line.rstrip())
    return [ellipsis(own, width, size, weight) for own in lines]
