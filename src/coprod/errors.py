"""
Every exception and warning of coprod, as one tree.

CoprodError
├── StudyError          the study has errors; carries the list of problems
├── SettingsError       an engine's settings are out of range or contradict each other
├── SolverError         the solver failed, or is missing
│   └── NoPlanError     no plan that can be trusted within the limits given
├── ResultError         a result table does not keep to its schema
├── RunFolderError      a run folder is incomplete, damaged or of another version
└── BookError           a budget book cannot be read
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BookError",
    "Cell",
    "CoprodError",
    "NoPlanError",
    "Problem",
    "ResultError",
    "RunFolderError",
    "SettingsError",
    "SolverError",
    "StudyError",
]

Severity = Literal["error", "warning", "notice"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a study: file (or sheet), row and column, as far as they are known."""

    file: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(self.column)
        # Names come from files: what would steer a terminal, or break the line, is shown by its number.
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in ", ".join(parts))


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing wrong with a study.

    Parameters
    ----------
    code
        Stable code such as ``CP201``; each has a page in the documentation.
    severity
        ``error`` stops a run; ``warning`` is repeated in the report; ``notice`` is only printed.
    cell
        Where it is.
    found
        What was found there, in words, with the value quoted.
    needs
        What would be right, and the likely cure.
    table, key
        Table and row key of the study the problem speaks of, where there is one.
    """

    code: str
    severity: Severity
    cell: Cell
    found: str
    needs: str
    table: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        return f"{self.cell}: found {self.found}; {self.needs} [{self.code}]"


class CoprodError(Exception):
    """Base of every exception coprod raises on purpose."""


class StudyError(CoprodError):
    """
    The study has errors.

    Parameters
    ----------
    problems
        All problems found, errors and warnings alike, in the order of the study.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        errors = [p for p in self.problems if p.severity == "error"]
        count = f"{len(errors)} error{'s' if len(errors) != 1 else ''}"
        lines = [f"{count} in the study; nothing was run."]
        lines += [f"  {problem}" for problem in errors]
        super().__init__("\n".join(lines))


class SettingsError(CoprodError):
    """An engine's settings are out of range or contradict each other."""


class SolverError(CoprodError):
    """The solver failed, or is missing."""


class NoPlanError(SolverError):
    """No plan that can be trusted was found within the limits given."""


class ResultError(CoprodError):
    """A result table does not keep to its schema."""


class RunFolderError(CoprodError):
    """A run folder is incomplete, damaged or of another version."""


class BookError(CoprodError):
    """A budget book cannot be read, or does not hold what was asked of it."""
