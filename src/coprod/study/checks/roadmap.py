"""Steps of the roadmap: predecessors with lags, crews with numbers, circles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coprod.study.checks.circles import circles

if TYPE_CHECKING:
    from collections.abc import Collection

    from coprod.study.findings import Findings

__all__ = ["check_roadmap", "parse_crew", "parse_predecessor"]

_LAG = re.compile(r"(?P<name>.*?)\s*(?P<lag>[+-]\s*\d+(\.\d+)?)?\s*")


def parse_predecessor(text: str, known: Collection[str]) -> tuple[str, float]:
    """
    Read ``name``, ``name+30`` or ``name-10``: the step, and the lag in days.

    Parameters
    ----------
    text
        One entry of the column ``after``.
    known
        Names of the steps: a step called ``test-2`` is no step ``test`` with a lag of -2.

    Raises
    ------
    ValueError
        If there is no name before the lag, or more than one lag.

    Examples
    --------
    >>> parse_predecessor("drawings+30", {"drawings"})
    ('drawings', 30.0)
    >>> parse_predecessor("test-2", {"test-2"})
    ('test-2', 0.0)
    """
    text = text.strip()
    if text in known:
        return text, 0.0
    match = _LAG.fullmatch(text)
    name = match["name"] if match else ""
    if not name or not match or name.endswith(("+", "-")):
        message = "needs name, name+30 or name-10"
        raise ValueError(message)
    return name, float(match["lag"].replace(" ", "")) if match["lag"] else 0.0


def parse_crew(text: str) -> tuple[str, float]:
    """
    Read ``crew`` or ``crew:2``: the name, and how many are needed.

    Parameters
    ----------
    text
        One entry of the column ``crew``.

    Raises
    ------
    ValueError
        If the name is missing, or the number is not above 0.

    Examples
    --------
    >>> parse_crew("welders:2")
    ('welders', 2.0)
    """
    name, colon, count = (part.strip() for part in text.partition(":"))
    try:
        number = float(count) if colon else 1.0
    except ValueError:
        number = 0.0
    if not name or not 0 < number < float("inf"):
        message = "needs crew or crew:2"
        raise ValueError(message)
    return name, number


def check_roadmap(findings: Findings) -> None:
    """Active steps; predecessors may be inactive (their duration then counts as 0)."""
    frame = findings.active("activities")
    known = list(findings.tables["activities"]["activity"])
    names = set(known)
    after: dict[str, list[str]] = {}
    for row, activity, entries, crews in frame[["activity", "after", "crew"]].itertuples():
        for entry in entries:
            try:
                name, _ = parse_predecessor(entry, names)
            except ValueError as error:
                findings.add("CP371", "activities", row, "after", f"'{entry}'", str(error))
                continue
            if name not in names:
                hint = findings.suggest(name, known)
                needs = f"no such activity in {findings.tables.cell('activities')}.{hint}"
                findings.add("CP201", "activities", row, "after", f"'{name}'", needs)
            after.setdefault(activity, []).append(name)
        for entry in crews:
            try:
                parse_crew(entry)
            except ValueError as error:
                findings.add("CP373", "activities", row, "crew", f"'{entry}'", str(error))
    row_of = dict(zip(frame["activity"], frame.index, strict=True))
    for circle in circles(after):
        needs = f"{' comes after '.join([*circle, circle[0]])}, so none of them could start"
        findings.add("CP372", "activities", row_of[circle[0]], "after", f"'{circle[1 % len(circle)]}'", needs)
