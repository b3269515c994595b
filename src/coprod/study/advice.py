"""How to write what was probably meant: the second sentence of a message about a number or a date."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["date_advice", "number_advice"]

_NO_NUMBER = frozenset(
    {"nan", "inf", "infinity", "n/a", "na", "none", "null", "tbd", "tbc", "unknown", "-", "?"}
)
_GROUPED = re.compile(
    r"[+-]?\d{1,3}(?:(?P<mark>[, '_\u00a0\u2009\u202f’])\d{3})(?:(?P=mark)\d{3})*(?:\.\d+)?"
)
_EUROPEAN = re.compile(r"[+-]?\d{1,3}(?:[. ]\d{3})+,\d+")
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
_PLAIN = re.compile(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?")
_DASHES = str.maketrans({"−": "-", "–": "-"})


def number_advice(text: str) -> str:
    """
    Return a sentence for a text that is no plain number, or an empty text.

    Parameters
    ----------
    text
        The cell.

    Examples
    --------
    >>> number_advice("12%")
    '. Write 0.12 for a fraction, or 12: no percent sign.'
    >>> number_advice("soon")
    ''
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)
    if plain.lower().lstrip("+-") in _NO_NUMBER or plain in _NO_NUMBER:
        return ". Leave the cell blank if there is no figure."
    if plain.startswith("="):
        return ". A formula in a CSV file is never worked out; write its value."
    if plain.startswith("#"):
        return ". The formula in this cell has failed; mend it in the spreadsheet."
    if plain.endswith("%") and _PLAIN.fullmatch(plain[:-1].strip()):
        figure = float(plain[:-1])
        return f". Write {figure / 100:.12g} for a fraction, or {figure:.12g}: no percent sign."
    bare, money = _without_currency(plain)
    figure_text, why = _regrouped(bare)
    if figure_text is None:
        return ""
    if money:
        why = "the currency has a column of its own" + (f", and {why}" if why else "")
    elif not why:
        why = "plain digits only" if plain != text else "a number beyond what can be counted with"
        if plain == text:
            return f". This is {why}."
    return f". Write {figure_text}: {why}."


def _without_currency(text: str) -> tuple[str, bool]:
    """Return the text without a currency sign or code at either end, and whether there was one."""
    bare = re.sub(r"^(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥₩])\s*(?=[\d.,+-])", "", text)
    bare = re.sub(r"(?<=\d)\s*(?:[$€£¥₩]|[A-Z]{3}|円)$", "", bare)
    return bare, bare != text


def _regrouped(text: str) -> tuple[str | None, str]:
    """Return the number that was probably meant, and what is wrong with how it is written."""
    grouped = _GROUPED.fullmatch(text)
    if grouped:
        plain = text.replace(grouped["mark"], "")
        if grouped["mark"] == "," and text.count(",") == 1 and "." not in text:
            return (
                f"{plain}, or {text.replace(',', '.')} if the comma is a decimal one",
                "no commas in numbers",
            )
        return plain, "no thousands separators"
    if _EUROPEAN.fullmatch(text):
        return text.replace(".", "").replace(" ", "").replace(
            ",", "."
        ), "a point before the decimals, no separators"
    if _DECIMAL_COMMA.fullmatch(text):
        return text.replace(",", "."), "a point before the decimals"
    return (text, "") if _PLAIN.fullmatch(text) else (None, "")


def date_advice(text: str) -> str:
    """
    Return a sentence for a text that is no ISO date, or an empty text.

    Parameters
    ----------
    text
        The cell.

    Examples
    --------
    >>> date_advice("2027/3/1")
    '. Write 2027-03-01.'
    >>> date_advice("3/1/2027")
    '. Write year-month-day: the order of day and month is not guessed.'
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})?日?)?", plain)
    if found:
        parts = [found[1], *(f"{int(part):02}" for part in found.groups()[1:] if part)]
        return f". Write {'-'.join(parts)}."
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", plain):
        return ". Write year-month-day: the order of day and month is not guessed."
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})[T ]\d.*", plain)
    if found:
        return f". Write {found[1]}: no time of day."
    found = re.fullmatch(r"(\d{4})-?[Qq]([1-4])", plain)
    if found:
        year, first = found[1], 3 * int(found[2]) - 2
        return f". Write a month: this quarter is {year}-{first:02} to {year}-{first + 2:02}."
    if re.fullmatch(r"\d{5}(?:\.\d+)?", plain):
        return ". This looks like a spreadsheet's day number; format the cell as a date."
    return ""
