"""Raw texts to `Tables`: migrate, read the settings, read every table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod.study.frames import frame_of
from coprod.study.migrate import migrate
from coprod.study.schema import tables
from coprod.study.settings import settings_values
from coprod.study.tables import Tables, empty_frame

if TYPE_CHECKING:
    from coprod.study.problems import Problems
    from coprod.study.raw import RawStudy

__all__ = ["assemble", "empty_tables"]


def assemble(raw: RawStudy, problems: Problems) -> Tables:
    """
    Return the study that raw texts hold.

    Parameters
    ----------
    raw
        The study as its files hold it, of any version this program knows.
    problems
        Where problems are noted.
    """
    current = migrate(raw, problems)
    if current is None:
        return empty_tables()
    settings = settings_values(current, problems)
    frames = {
        name: frame_of(current.tables[name], problems) if name in current.tables else empty_frame(name)
        for name in tables()
    }
    files = {"study": current.settings_file, **{name: raw.file for name, raw in current.tables.items()}}
    return Tables(settings, frames, files)


def empty_tables() -> Tables:
    """Return a study without settings and rows, which stands for one that could not be read."""
    return Tables.from_rows({})
