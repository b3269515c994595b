"""The codes of problems, loaded from ``codes.csv`` beside this module; its only reader."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from coprod.errors import Severity

__all__ = ["Code", "codes"]


@dataclass(frozen=True, slots=True)
class Code:
    """
    One kind of problem.

    Attributes
    ----------
    code
        Such as ``CP201``: 1xx reading, 2xx names and options, 3xx figures, 4xx what only the graph shows.
    severity
        error, warning or notice.
    title
        What is wrong, in general.
    cure
        What to do about it, with the reason for the rule.
    """

    code: str
    severity: Severity
    title: str
    cure: str


@cache
def codes() -> dict[str, Code]:
    """Return every code by its name, in ascending order."""
    text = files("coprod.study").joinpath("codes.csv").read_text(encoding="utf-8")
    rows = sorted(csv.DictReader(text.splitlines()), key=lambda row: row["code"])
    return {
        row["code"]: Code(row["code"], cast("Severity", row["severity"]), row["title"], row["cure"])
        for row in rows
    }
