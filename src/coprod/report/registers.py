"""Lists of the page as sheets of the workbook, with their dates and numbers as such: calendar, annex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from coprod.report.annex import statutory_list
from coprod.report.chapters.path import lines
from coprod.report.chapters.statutory import replies
from coprod.report.parts import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.material import Material

__all__ = ["Register", "RegisterColumn", "registers"]


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """A column: its head, the type of its values (text, date, units, money), and the values."""

    head: str
    type: str
    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Register:
    """One sheet: its name, what it is, its columns."""

    name: str
    about: str
    columns: Sequence[RegisterColumn]


def registers(material: Material) -> list[Register]:
    """Return the lists that have rows."""
    found = (_calendar(material), _annex(material))
    return [own for own in found if own is not None and len(own.columns[0].values)]


def _calendar(material: Material) -> Register:
    text, own = material.text, lines(material)
    values: list[tuple[str, list[Any]]] = [
        ("date", [line.date for line in own]),
        ("text", [line.act for line in own]),
        ("text", [line.where for line in own]),
        ("text", [line.who for line in own]),
        ("money", [line.capex for line in own]),
        ("units", [line.quantity for line in own]),
        ("text", [line.unit for line in own]),
        ("text", [line.then for line in own]),
    ]
    heads = text.words("workbook.calendar_head")
    currency, year = str(material.study.settings["base_currency"]), material.prices
    heads = [head.format(currency=currency, year=year) for head in heads]
    columns = [RegisterColumn(head, kind, rows) for head, (kind, rows) in zip(heads, values, strict=True)]
    return Register(text.word("workbook.calendar_sheet"), text.word("workbook.calendar_about"), columns)


def _annex(material: Material) -> Register | None:
    text, own = material.text, replies(material)
    if not own:
        return None
    asked = statutory_list(str(material.study.settings["annex"]), text.language)
    about = text.word("c11.about").format(citation=asked.citation, title=asked.title)
    texts = [
        [reply.element.number for reply in own],
        [reply.element.text for reply in own],
        [text.word(f"c11.state_{reply.answered.state}") for reply in own],
        [_unmarked(reply.said) for reply in own],
        [_unmarked(reply.lacks) for reply in own],
        [", ".join(reply.answered.tables) for reply in own],
    ]
    heads = text.words("workbook.annex_head")
    columns = [RegisterColumn(head, "text", rows) for head, rows in zip(heads, texts, strict=True)]
    return Register(text.word("workbook.annex_sheet"), about, columns)


def _unmarked(text: Markup) -> str:
    return str(Markup(plain(text)).unescape())
