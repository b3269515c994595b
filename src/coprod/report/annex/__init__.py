"""Statutory lists of questions, loaded from the CSV files beside this module; their only reader."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Element", "StatutoryList", "statutory_list"]


@dataclass(frozen=True, slots=True)
class Element:
    """
    One thing a law asks for.

    Attributes
    ----------
    number
        As the law counts it.
    answer
        Name of what answers it, in `coprod.report.chapters.elements`.
    text
        What is asked, shortened.
    """

    number: str
    answer: str
    text: str


@dataclass(frozen=True, slots=True)
class StatutoryList:
    """A law's list: where it stands, what it is called, and its elements in order."""

    citation: str
    title: str
    elements: tuple[Element, ...]


def _rows(name: str) -> list[dict[str, str]]:
    text = files("coprod.report").joinpath("annex", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def statutory_list(name: str, language: str) -> StatutoryList:
    """
    Return a list in one of the report's languages.

    Parameters
    ----------
    name
        As in the study's setting ``annex``.
    language
        ``en`` or ``ja``.
    """
    about = next(row for row in _rows("lists") if row["list"] == name)
    elements = tuple(Element(row["element"], row["answer"], row[language]) for row in _rows(name))
    return StatutoryList(about["citation"], about[language], elements)
