"""Older versions of the schema: one function per step, applied to the texts before they are understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from coprod.errors import Cell
from coprod.study.problems import Problems, shown
from coprod.study.raw import RawSetting, RawStudy
from coprod.study.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = ["STEPS", "Step", "migrate", "rename_column", "rename_setting"]

Step: TypeAlias = Callable[[RawStudy], RawStudy]

#: The step from each version to the next. Version 1 is the first, so there is none yet.
#: A table that gets a new name keeps its old one in ``aliases.csv``.
STEPS: Mapping[int, Step] = {}

_VERSION = "schema_version"


def migrate(
    raw: RawStudy, problems: Problems, *, current: int = SCHEMA_VERSION, steps: Mapping[int, Step] = STEPS
) -> RawStudy | None:
    """
    Return a study in the current version of the schema.

    Parameters
    ----------
    raw
        The study as its files hold it. Without a version it counts as version 1.
    problems
        Where a newer version (an error) or a migration (a notice) is noted.
    current
        The version wanted.
    steps
        The step from each version to the next.

    Returns
    -------
    RawStudy or None
        None if the study is of a newer version: its columns would only be misread. A version that cannot be
        understood is left for the check of the settings, and the study is read as it stands.
    """
    if raw.settings is None:
        return raw
    given = next((s for s in raw.settings if s.name.strip() == _VERSION and s.text.strip()), None)
    text = given.text.strip() if given else "1"
    if not text.isascii() or not text.isdigit() or int(text[:9]) < 1:
        return raw
    version = int(text[:9])
    cell = Cell(raw.settings_file, given.row if given else None, _VERSION)
    if version > current:
        needed = f"this program knows versions up to {current}; update it. Nothing of the study was read."
        problems.add("CP151", cell, shown(text), needed, "study")
        return None
    if version == current:
        return raw
    for step in range(version, current):
        raw = steps[step](raw)
    found, needed = (
        f"a study of version {version}",
        f"it was read as version {current}; the files were left as they are",
    )
    problems.add("CP152", cell, found, needed, "study")
    settings = [s for s in raw.settings or [] if s.name.strip() != _VERSION]
    return replace(raw, settings=[RawSetting(_VERSION, str(current), cell.row or 1), *settings])


def rename_setting(raw: RawStudy, old: str, new: str) -> RawStudy:
    """Return the study with a setting renamed, for use in steps."""
    return replace(
        raw, settings=[replace(s, name=new) if s.name.strip() == old else s for s in raw.settings or []]
    )


def rename_column(raw: RawStudy, table: str, old: str, new: str) -> RawStudy:
    """Return the study with a table's column renamed, for use in steps."""
    if table not in raw.tables:
        return raw
    found = raw.tables[table]
    header = [new if title.strip() == old else title for title in found.header]
    return replace(raw, tables={**raw.tables, table: replace(found, header=header)})
