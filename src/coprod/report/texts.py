"""
The report's words: one TOML file per language, and sentences made of them.

A sentence's numbers are `Fact`s, its names plain texts of the study; a bare number is refused, so that no
figure comes from anywhere but a table. What each language says is its own: Japanese sentences are no
translated English.
"""

from __future__ import annotations

import string
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from coprod.report.facts import Fact
from coprod.report.formats import Formats, formats

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["LANGUAGES", "Sentence", "Texts", "load", "texts"]

LANGUAGES = ("en", "ja")


@cache
def load(language: str) -> dict[str, Any]:
    """Return a language's texts by dotted key: texts, and lists of texts."""
    source = files("coprod.report").joinpath("text", f"{language}.toml").read_text(encoding="utf-8")
    flat: dict[str, Any] = {}

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(f"{prefix}.{name}" if prefix else name, inner)
        else:
            flat[prefix] = value

    walk("", tomllib.loads(source))
    return flat


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that was said: its key, its text, and the facts in it."""

    key: str
    html: str
    facts: Mapping[str, Fact]


class _Filler(string.Formatter):
    """Fills ``{name:format}``, as in ``{short:quantity|{unit}}``, with facts formatted and escaped."""

    def __init__(self, say: Formats, currency: str) -> None:
        self.say = say
        self.currency = currency

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Markup):
            return str(value)
        if isinstance(value, str):
            return str(escape(value))
        name, *words = format_spec.split("|")
        if name == "quantity":  # the unit is a text of its own, escaped when it was filled in
            return str(escape(self.say.quantity(value.value, Markup("|".join(words)).unescape())))
        if name == "count":
            return str(escape(self.say.count(value.value, words[0], words[-1])))
        if name == "money":
            return str(escape(self.say.money(value.value, self.currency)))
        return str(escape(getattr(self.say, name or "number")(value.value)))


@dataclass
class Texts:
    """
    The words of one report.

    Attributes
    ----------
    language
        ``en`` or ``ja``.
    currency
        The study's base currency.
    said
        Every sentence said so far, for the tests.
    """

    language: str
    currency: str
    said: list[Sentence] = field(default_factory=list)

    @property
    def formats(self) -> Formats:
        """How this language writes numbers."""
        return formats(self.language)

    def word(self, key: str) -> str:
        """Return a text without anything to fill in."""
        return str(load(self.language)[key])

    def words(self, key: str) -> list[str]:
        """Return a list of texts."""
        return list(load(self.language)[key])

    def say(self, key: str, /, **filled: object) -> Markup:
        """
        Return a sentence.

        Parameters
        ----------
        key
            Of the text, such as ``answer.yes``.
        filled
            What stands in its braces: facts for numbers and dates, texts for names (escaped).

        Raises
        ------
        TypeError
            If a bare number is filled in.
        """
        for name, value in filled.items():
            if not isinstance(value, (Fact, str)):
                msg = f"{key}: {name} is {value!r}; a sentence takes facts and names only"
                raise TypeError(msg)
        html = _Filler(self.formats, self.currency).vformat(self.word(key), (), filled)
        facts = {name: value for name, value in filled.items() if isinstance(value, Fact)}
        self.said.append(Sentence(key, html, facts))
        return Markup(html)  # the text is ours, everything filled in was escaped

    def list_of(self, names: Sequence[str], most: int = 3) -> str:
        """Return names as one text, the first few of them where there are many."""
        if len(names) <= most:
            return self.formats.join(list(names))
        return self.formats.join([*names[:most], self.word("words.others")])

    def note(self, key: str, count: int) -> Markup:
        """Return a text with a count of what the page itself leaves out: no figure of the study."""
        return Markup(self.word(key)).format(count=self.formats.digits(count))


def texts(language: str, currency: str) -> Texts:
    """Return the words of a report; English where a language has none."""
    return Texts(language if language in LANGUAGES else "en", currency)
