"""What stands on the page, in order and numbered: the figures at the answer, the options, the chapters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.report.chapters.curves import stock_figure
from coprod.report.chapters.order import chapters
from coprod.report.chapters.sidebyside import options_table
from coprod.report.parts import Figure, numbered

if TYPE_CHECKING:
    from coprod.report.material import Material
    from coprod.report.parts import Chapter, Table

__all__ = ["HERO_FIGURES", "Content", "content"]

#: Figures beside the answer; further headlines' stock stands in chapter 6's tables.
HERO_FIGURES = 2


@dataclass(frozen=True, slots=True)
class Content:
    """
    The page's figures and tables.

    Attributes
    ----------
    hero
        Figures at the answer.
    glance
        The options table, or nothing.
    chapters, bodies
        The chapters, and each one's numbered figures and tables.
    """

    hero: list[Figure | Table]
    glance: list[Figure | Table]
    chapters: list[Chapter]
    bodies: list[list[Figure | Table]]

    @property
    def figures(self) -> list[Figure]:
        """Every figure in the order of its number."""
        parts = (part for group in (self.hero, self.glance, *self.bodies) for part in group)
        return [part for part in parts if isinstance(part, Figure)]


def content(material: Material) -> Content:
    """Return what stands on the page of one run."""
    found = chapters(material)
    headlines = material.headlines[:HERO_FIGURES]
    small = len(headlines) > 1
    figures = [stock_figure(material, own, place, small=small) for place, own in enumerate(headlines)]
    hero: list[Figure | Table] = [figure for figure in figures if figure]
    table = options_table(material)
    glance: list[Figure | Table] = [table] if table else []
    groups = numbered([hero, glance, *[chapter.parts for chapter in found]])
    return Content(groups[0], groups[1], found, groups[2:])
