"""The study's own questions, a line each: the chapter that answers it, in that chapter's first sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.report.chapters.grounds import LATER
from coprod.report.texts import LANGUAGES, load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.material import Material
    from coprod.report.parts import Chapter

__all__ = ["Asked", "asked"]

#: Chapters shown where the study asks nothing itself.
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its answer in a line, and the chapter (0 for none)."""

    question: str
    answer: str
    chapter: int = 0


def asked(material: Material, chapters: Sequence[Chapter]) -> list[Asked]:
    """Return the study's questions with their answers; the chapters' own where it asks none."""
    questions = list(material.study.settings["questions"])
    if not questions:
        return [Asked(chapter.question, chapter.summary, chapter.number) for chapter in chapters[:SHOWN]]
    by_number = {chapter.number: chapter for chapter in chapters}
    return [_answered(material, question, by_number) for question in questions]


def _answered(material: Material, question: str, chapters: dict[int, Chapter]) -> Asked:
    text = material.text
    number = _about(material, question)
    if number in chapters:
        return Asked(question, chapters[number].summary, number)
    if number in LATER:
        return Asked(question, text.word("asked.later").format(engine=text.word(f"c{number}.engine")))
    return Asked(question, text.word("asked.unmatched"))


def _keywords(number: int) -> list[str]:
    """Return a chapter's words in every language: a question may be in another than the report's."""
    return [word for language in LANGUAGES for word in load(language)[f"c{number}.keywords"]]


def _about(material: Material, question: str) -> int:
    """Return the chapter most of whose keywords a question has; 0 for none. The longer words count more."""
    low = question.lower()
    scores = {number: sum(len(word) for word in _keywords(number) if word in low) for number in range(1, 11)}
    best = max(scores, key=lambda number: scores[number])
    return best if scores[best] else 0
