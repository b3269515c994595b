"""What forbids the use of the figures: plans that the independent checker found wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

    from coprod.report.facts import Cells
    from coprod.report.material import Material, Option

__all__ = ["doubts", "wrong"]


def wrong(material: Material, option: Option) -> Cells:
    """Return the checks that an option's plan failed."""
    checks = material.cells("checks", option.name)
    return checks.where(~checks.frame["passed"].astype(bool))


def doubts(material: Material) -> list[Markup]:
    """Return what the first page says of failed plans, that of the option under discussion first."""
    text, own = material.text, material.discussed
    found = []
    failed = wrong(material, own)
    if len(failed):
        found.append(text.say("page.wrong", letter=own.letter, count=failed.of("check", "count")))
    others = [
        text.word("page.wrong_option").format(letter=option.letter)
        for option in material.options
        if option is not own and len(wrong(material, option))
    ]
    if others:
        found.append(text.say("page.wrong_some", names=text.list_of(others, len(others))))
    return found
