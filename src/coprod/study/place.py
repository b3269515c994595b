"""Files and folders written aside, then put into place: never half a study, never over something else."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from coprod.errors import Cell, StudyError
from coprod.study.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["free_folder", "keeping_others", "no_place", "written_aside"]


def no_place(code: str, place: str, found: str, needs: str) -> NoReturn:
    """
    Refuse a place that cannot be written to or read from.

    Parameters
    ----------
    code, found, needs
        As in `coprod.errors.Problem`.
    place
        Name of the file or folder.

    Raises
    ------
    StudyError
        Always.
    """
    problems = Problems()
    problems.add(code, Cell(place), found, needs)
    raise StudyError(problems.found)


def free_folder(path: Path, mark: str | None = None) -> None:
    """
    Check that a folder may be written at a path: nothing is there, or an empty folder, or one of its kind.

    Parameters
    ----------
    path
        The folder.
    mark
        Name of the file that every folder of its kind holds; without it the folder must be new or empty.

    Raises
    ------
    StudyError
        If something else is there.
    """
    if not path.exists() and not path.is_symlink():
        return
    if path.is_symlink() or not path.is_dir():
        no_place("CP161", path.name, "a file or link of that name", "needs a new place; nothing was written")
    if any(path.iterdir()) and (mark is None or not (path / mark).is_file()):
        found = "a folder with files in it" + (f" and no {mark}" if mark else "")
        no_place("CP161", path.name, found, "needs a new or empty folder; nothing was written")


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """
    Give a name beside `path` to write to; what was written there takes the place of `path` at the end.

    If the writing fails, what was there before stays as it was.

    Parameters
    ----------
    path
        Where the file or folder is to stand; folders above it are made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    aside, before = room / "new", room / "old"
    try:
        yield aside
        if aside.is_dir() and path.exists():  # a folder cannot be renamed onto one that has files
            path.rename(before)
        aside.replace(path)
    except BaseException:
        if before.exists() and not path.exists():
            before.rename(path)
        raise
    finally:
        shutil.rmtree(room, ignore_errors=True)


def keeping_others(path: Path, aside: Path, ours: Callable[[Path], bool]) -> None:
    """
    Copy what is not ours from a folder into the one that will take its place.

    Parameters
    ----------
    path
        The folder that stands there; may be missing.
    aside
        The new one.
    ours
        Whether an entry is written anew, or left out on purpose.
    """
    for entry in path.iterdir() if path.is_dir() else ():
        if ours(entry):
            continue
        target = aside / entry.name
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, target, symlinks=True)
        else:
            shutil.copy2(entry, target, follow_symlinks=False)
