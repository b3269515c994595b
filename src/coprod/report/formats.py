"""Numbers as people read them, in English and Japanese: dates to the month, money in millions."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

__all__ = ["NB", "Formats", "formats"]

#: No-break space, thin no-break space, minus sign, and the mark of what does not apply.
NB, THIN, MINUS, NONE = "\u00a0", "\u202f", "\u2212", "–"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: Words before a counting unit, each a thousand of the one before it.
_SCALES = ("thousand", "million", "billion")
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
#: A word that begins in kana, kanji or a full-width letter follows its number at once.
_JAPANESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_YEN = {"JPY": "円", "USD": "ドル", "EUR": "ユーロ", "GBP": "ポンド"}


def blank(value: Any) -> bool:
    """Whether there is no value."""
    return value is None or bool(pd.isna(value))


class Formats:
    """
    English.

    Every method takes a bare value and returns text without markup; a no-break space keeps number and unit.
    """

    language = "en"

    def month(self, value: Any) -> str:
        """``Mar 2029``."""
        if blank(value):
            return NONE
        day = pd.Timestamp(value)
        return f"{_MONTHS[day.month - 1]}{NB}{day.year}"

    def day(self, value: Any) -> str:
        """``31 Mar 2027``."""
        if blank(value):
            return NONE
        day = pd.Timestamp(value)
        return f"{day.day}{NB}{_MONTHS[day.month - 1]}{NB}{day.year}"

    def number(self, value: Any) -> str:
        """Whole from 100 on and where it is whole anyway, else one decimal; thin spaces from five digits."""
        if blank(value):
            return NONE
        number = float(value)
        rounded = (
            round(number) if abs(number) >= 100 or abs(number - round(number)) < 0.05 else round(number, 1)
        )
        if not rounded and abs(number) > 1e-9:
            rounded = float(f"{number:.2g}")
        return self.digits(rounded)

    def digits(self, number: float) -> str:
        """A rounded number with this language's groups and minus sign."""
        text = f"{abs(number):,f}".rstrip("0").rstrip(".")
        whole = text.split(".")[0]
        text = text.replace(",", THIN if len(whole.replace(",", "")) > 4 else "")
        return f"{MINUS}{text}" if number < 0 else text

    def whole(self, value: Any) -> str:
        """Rounded to a whole number."""
        return NONE if blank(value) else self.digits(round(float(value)))

    def quantity(self, value: Any, unit: str) -> str:
        """``412 rounds``; ``15 million doses`` of what is counted in thousands of doses."""
        if blank(value):
            return NONE
        number, (scale, _, thing) = float(value), unit.partition(" ")
        while scale in _SCALES[:-1] and abs(number) >= 999.95:
            number, scale = number / 1000.0, _SCALES[_SCALES.index(scale) + 1]
        return f"{self.number(number)}{NB}{scale}{' ' if thing else ''}{thing}"

    def large(self, value: Any) -> str:
        """Like `number`, but ``250 billion`` rather than twelve digits."""
        if blank(value) or abs(float(value)) < 1e7:
            return self.number(value)
        return self.quantity(float(value) / 1e6, "million")

    def year(self, value: Any) -> str:
        """A fiscal year."""
        return NONE if blank(value) else f"FY{NB}{int(value)}"

    def months(self, value: Any) -> str:
        """``1 month``, ``19 months``, ``0.4 months``: how long, without a sign."""
        if blank(value):
            return NONE
        text = self._tenths(abs(float(value)))
        return f"{text}{NB}{'month' if text == '1' else 'months'}"

    def gap(self, value: Any) -> str:
        """Months with their sign: ``+3 months`` is later."""
        if blank(value):
            return NONE
        text = self._tenths(abs(float(value)))
        sign = "" if text == "0" else "+" if float(value) > 0 else MINUS
        return f"{sign}{text}"

    def _tenths(self, value: float) -> str:
        rounded = round(value, 1)
        return self.digits(int(rounded) if rounded == int(rounded) else rounded)

    def money(self, value: Any, currency: str) -> str:
        """``$412 M``; below 10 million one decimal, below a million the amount itself."""
        if blank(value):
            return NONE
        sign = _SIGNS.get(currency, f"{currency}{NB}")
        return self._money(float(value), sign)

    def _money(self, amount: float, sign: str) -> str:
        size = abs(amount)
        minus = MINUS if amount < 0 else ""
        if size >= 9.95e6:
            return f"{minus}{sign}{self.digits(round(size / 1e6))}{NB}M"
        if size >= 999_500:
            return f"{minus}{sign}{self._tenths(size / 1e6)}{NB}M"
        whole = round(size)
        return f"{minus if whole else ''}{sign}{self.digits(whole)}"

    def percent(self, value: Any) -> str:
        """``44 %`` of a fraction; 0 and 100 only where exact."""
        if blank(value):
            return NONE
        share = float(value)
        if 0 < share < 0.01:
            return f"under 1{NB}%"
        if 0.99 < share < 1:
            return f"over 99{NB}%"
        return f"{self.digits(round(share * 100))}{NB}%"

    def span(self, first: Any, last: Any) -> str:
        """``Feb to Jun 2030``, ``Nov 2029 to Jan 2030``."""
        if pd.Timestamp(first).year == pd.Timestamp(last).year:
            head = _MONTHS[pd.Timestamp(first).month - 1]
            return head if self.month(first) == self.month(last) else f"{head} to {self.month(last)}"
        return f"{self.month(first)} to {self.month(last)}"

    def count(self, value: Any, one: str, many: str) -> str:
        """``1 line``, ``3 lines``."""
        text = self.number(value)
        return f"{text}{NB}{one if text == '1' else many}"

    def join(self, words: list[str]) -> str:
        """``a, b and c``."""
        return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


class Japanese(Formats):
    """Japanese: 2030年4月, commas, 億 and 万."""

    language = "ja"

    def month(self, value: Any) -> str:
        """``2029年3月``."""
        return NONE if blank(value) else f"{pd.Timestamp(value).year}年{pd.Timestamp(value).month}月"

    def day(self, value: Any) -> str:
        """``2027年3月31日``."""
        return NONE if blank(value) else f"{self.month(value)}{pd.Timestamp(value).day}日"

    def digits(self, number: float) -> str:
        """With commas."""
        text = f"{abs(number):,f}".rstrip("0").rstrip(".")
        return f"{MINUS}{text}" if number < 0 else text

    def quantity(self, value: Any, unit: str) -> str:
        """``412発``, ``412 rounds``; ``1,500万 doses`` of what is counted in thousands of doses."""
        if blank(value):
            return NONE
        number, (scale, _, thing) = float(value), unit.partition(" ")
        if scale in _SCALES:
            text, unit = self._myriads(number * 1000.0 ** (_SCALES.index(scale) + 1)), thing
        else:
            text = self.number(number)
        return f"{text}{'' if not unit or _JAPANESE.match(unit) else NB}{unit}"

    def _myriads(self, number: float) -> str:
        """
        Return a number in ones, 万, 億 or 兆: each takes over where the one before would read 10,000.

        Three digits at least, as ``6.15億`` beside ``8,401万``: from one word to the next are four.
        """
        word = ""
        for larger in "万億兆":
            if round(abs(number)) < 10_000:
                break
            number, word = number / 10_000, larger
        if not word:
            return self.number(number)
        return f"{self.digits(round(number) if abs(number) >= 100 else float(f'{number:.3g}'))}{word}"

    def large(self, value: Any) -> str:
        """``2,500億``, ``1,200万``."""
        if blank(value) or abs(float(value)) < 1e7:
            return self.number(value)
        return self._myriads(float(value))

    def year(self, value: Any) -> str:
        """A fiscal year."""
        return NONE if blank(value) else f"{int(value)}年度"

    def months(self, value: Any) -> str:
        """``19か月``."""
        return NONE if blank(value) else f"{self._tenths(abs(float(value)))}か月"

    def money(self, value: Any, currency: str) -> str:
        """``4.12億ドル``, ``740万円``, ``1.2万円``; below 1万 whole."""
        if blank(value):
            return NONE
        return f"{self._myriads(round(float(value)))}{_YEN.get(currency, f'{NB}{currency}')}"

    def percent(self, value: Any) -> str:
        """``44％``."""
        if blank(value):
            return NONE
        share = float(value)
        if 0 < share < 0.01:
            return "1％未満"
        if 0.99 < share < 1:
            return "99％超"
        return f"{self.digits(round(share * 100))}％"

    def span(self, first: Any, last: Any) -> str:
        """``2030年2月～2030年6月``."""
        return (
            self.month(first)
            if self.month(first) == self.month(last)
            else f"{self.month(first)}～{self.month(last)}"
        )

    def count(self, value: Any, one: str, many: str) -> str:
        """``3本``: the counter follows at once."""
        return f"{self.number(value)}{many or one}"

    def join(self, words: list[str]) -> str:
        """``a、b、c``."""
        return "、".join(words)


def formats(language: str) -> Formats:
    """Return a language's formats; English where the language is not known."""
    return Japanese() if language == "ja" else Formats()
