"""Which chapters there are, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod.report.chapters import (
    deliveries,
    grounds,
    holds,
    leadtimes,
    lines,
    money,
    options,
    path,
    statutory,
    where,
)

if TYPE_CHECKING:
    from coprod.report.material import Material
    from coprod.report.parts import Chapter

__all__ = ["chapters"]

ENGINES = (leadtimes, where, holds, lines, path, deliveries, money, options)


def chapters(material: Material) -> list[Chapter]:
    """Return the chapters this run has something for; the tenth names those it has not, an annex follows."""
    found = [chapter for module in ENGINES if (chapter := module.chapter(material)) is not None]
    found.append(grounds.chapter(material, [chapter.number for chapter in found]))
    annex = statutory.chapter(material)
    return [*found, annex] if annex else found
