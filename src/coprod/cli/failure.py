"""Errors a user can do something about: the words to say, and the exit code."""

from __future__ import annotations

import errno
import os

import click

from coprod.errors import CoprodError, NoPlanError, RunFolderError, SettingsError, SolverError, StudyError

__all__ = ["tell"]

CODES: list[tuple[type[Exception], int]] = [
    (StudyError, 1),
    (SettingsError, 2),
    (NoPlanError, 3),
    (SolverError, 3),
    (RunFolderError, 5),
    (CoprodError, 5),
    (OSError, 5),
]

#: What the system says, in words, and what to do.
CAUSES = {
    errno.EACCES: ("no right to read or write there", "choose another place, or ask for the right"),
    errno.EPERM: ("no right to read or write there", "choose another place, or ask for the right"),
    errno.EROFS: ("that disk can only be read", "choose another place to write to"),
    errno.ENOENT: ("nothing there", "check the path"),
    errno.ENOTDIR: ("a file stands where a folder is needed", "choose another place"),
    errno.EISDIR: ("a folder stands where a file is needed", "choose another place"),
    errno.EEXIST: ("something is there already", "choose another name"),
    errno.ENOTEMPTY: ("a folder with files in it is there already", "choose another name"),
    errno.ENOSPC: ("the disk is full", "make room, or choose another place"),
    errno.EDQUOT: ("your share of the disk is used up", "make room, or choose another place"),
    errno.ENAMETOOLONG: ("that name is too long for the disk", "choose a shorter name"),
    errno.ELOOP: ("links that lead in a circle", "give the place itself"),
    errno.EXDEV: ("that place is on another disk", "choose a place beside it"),
}


def tell(error: Exception) -> int:
    """
    Print an error a user can do something about and return its exit code; raise any other.

    Parameters
    ----------
    error
        What a command raised.
    """
    for kind, code in CODES:
        if isinstance(error, kind):
            click.echo(_words(error) if isinstance(error, OSError) else str(error), err=True)
            return code
    raise error


def _words(error: OSError) -> str:
    """Return what happened to a file, and what to do, without the system's number."""
    cause, cure = CAUSES.get(error.errno or 0, ("", ""))
    where = error.filename2 or error.filename
    place = f"{os.fsdecode(where)}: " if isinstance(where, (str, bytes, os.PathLike)) else ""
    if not cause:
        return f"{place}{error.strerror or error}; the file or folder cannot be used"
    return f"{place}{cause}; {cure}"
