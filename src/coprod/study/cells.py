"""One cell: its text to a typed value and back, and what would be right where the text is not."""

# ruff: noqa: EM101 (the first argument is a problem's code, not a message)

from __future__ import annotations

import calendar
import math
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.study.advice import date_advice, number_advice
from coprod.study.limits import MAX_CELL_TEXT
from coprod.study.suggest import did_you_mean
from coprod.study.tables import default_value

if TYPE_CHECKING:
    from coprod.study.schema import Column

__all__ = ["CellError", "check_range", "needs", "parse", "parse_date", "to_text"]

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
# Control characters except tab and line feed, lone surrogates and non-characters: no workbook can hold
# them. Carriage returns are turned into line feeds before this is asked.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})

_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class CellError(ValueError):
    """
    A text that is not what its column needs; the message says what would be right.

    Parameters
    ----------
    code
        Code of the problem.
    message
        What the cell needs.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def parse(column: Column, text: str) -> Any:
    """
    Return the value of a cell that is not blank.

    Parameters
    ----------
    column
        The cell's column; its type decides. Ranges are left to `check_range`.
    text
        The cell, without spaces around it.

    Returns
    -------
    float, bool, pandas.Timestamp, str or tuple of str
        As the frames of `coprod.study.tables` hold it.

    Raises
    ------
    CellError
        If the text is not of the column's type; the message says what would be right.
    """
    match column.type:
        case "number" | "integer":
            return _number(column, text)
        case "boolean":
            return _boolean(text)
        case "date":
            return pd.Timestamp(parse_date(text, column.dated or "first"))
        case "choice":
            return _choice(column, text)
        case "list":
            return tuple(part.strip() for part in _text(text).split(";") if part.strip())
        case _:
            return _text(text)


def _number(column: Column, text: str) -> float:
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise CellError("CP103", needs(column) + number_advice(text))
    if column.type == "integer" and not value.is_integer():
        raise CellError("CP104", needs(column))
    return value + 0.0  # no negative zero: it would differ from zero in a file and be equal in memory


def _boolean(text: str) -> bool:
    lower = text.lower()
    if lower not in _TRUE | _FALSE:
        raise CellError("CP106", "needs true or false")
    return lower in _TRUE


def parse_date(text: str, dated: str) -> date:
    """
    Return the day of an ISO date; a bare month or year means its first or last day.

    Parameters
    ----------
    text
        ``2027-03-15``, ``2027-03`` or ``2027``.
    dated
        ``first`` or ``last``.

    Raises
    ------
    CellError
        If the text is no such date, or outside 1900 to 2200.

    Examples
    --------
    >>> parse_date("2027-02", "first"), parse_date("2027-02", "last")
    (datetime.date(2027, 2, 1), datetime.date(2027, 2, 28))
    """
    found = _DATE.fullmatch(text)
    if found is None or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
        raise CellError("CP105", f"needs a date, such as 2027-03-15, 2027-03 or 2027{date_advice(text)}")
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None, text
    last = dated == "last"
    month = month if month is not None else (12 if last else 1)
    if not 1 <= month <= 12:
        raise CellError("CP105", "needs a date as year-month-day; there is no such month")
    days = calendar.monthrange(year, month)[1]
    day = day if day is not None else (days if last else 1)
    if not 1 <= day <= days:
        raise CellError("CP105", f"needs a date; {year}-{month:02} has {days} days")
    return date(year, month, day)


def _choice(column: Column, text: str) -> str:
    if text not in column.choices:
        hint = did_you_mean(text, column.choices)
        raise CellError("CP107", needs(column) + (f".{hint}" if hint else ""))
    return text


def _text(text: str) -> str:
    if len(text) > MAX_CELL_TEXT:
        raise CellError("CP118", f"needs a text of at most {MAX_CELL_TEXT:,} characters")
    if not text.isprintable():  # a fast way past the usual text
        found = _FORBIDDEN.search(text)
        if found:
            raise CellError(
                "CP118", f"needs a text without control characters; there is a {found[0]!r} in it"
            )
    return text


def check_range(column: Column, value: float) -> None:
    """
    Check a number against its column's range.

    Parameters
    ----------
    column
        The cell's column.
    value
        The number.

    Raises
    ------
    CellError
        If it is outside the range.
    """
    if (column.minimum is not None and value < column.minimum) or (
        column.maximum is not None and value > column.maximum
    ):
        raise CellError("CP102", needs(column))


def needs(column: Column) -> str:
    """
    Return what a cell of a column needs, in words.

    Parameters
    ----------
    column
        The column.

    Examples
    --------
    >>> from coprod.study.schema import schema
    >>> needs(schema()["processes"].columns["lead_time_months"])
    'needs a number >= 0 (months)'
    >>> needs(schema()["inputs"].columns["item"])
    'needs a name in items'
    """
    match column.type:
        case "number" | "integer":
            what = "a whole number" if column.type == "integer" else "a number"
            low, high = column.minimum, column.maximum
            if low is not None and high is not None:
                what += f" from {low:g} to {high:g}"
            elif low is not None:
                what += f" >= {low:g}"
            elif high is not None:
                what += f" <= {high:g}"
            return f"needs {what} ({column.unit})" if column.unit else f"needs {what}"
        case "boolean":
            return "needs true or false"
        case "date":
            return "needs a date, such as 2027-03-15, 2027-03 or 2027"
        case "choice":
            return f"needs one of: {', '.join(column.choices)}"
        case "key":
            return "needs a name"
        case _:
            if column.references:
                return f"needs a name in {' or '.join(column.references)}"
            return "needs a text"


def to_text(column: Column, value: Any) -> str:
    """
    Return the text of a cell: what `parse` reads as the same value, and blank for the column's default.

    Parameters
    ----------
    column
        The cell's column.
    value
        A value as the frames hold it.

    Raises
    ------
    CellError
        If no text would be read back as this value.
    """
    default = default_value(column)
    if _same(value, default):
        return ""
    text = _plain_text(column, value)
    try:
        same = text != "" and text == text.strip() and _same(parse(column, text), value)
    except CellError:
        same = False
    if not same:
        raise CellError("CP162", f"{needs(column)} that is read back as it was; this is not")
    return text


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, (tuple, str)) or isinstance(other, (tuple, str)):
        return type(one) is type(other) and bool(one == other)
    return bool(one == other) or bool(pd.isna(one) and pd.isna(other))


def _plain_text(column: Column, value: Any) -> str:
    match column.type:
        case "number" | "integer":
            number = float(value)
            whole = number.is_integer() and abs(number) < 1e15
            return str(int(number)) if whole else repr(number)
        case "boolean":
            return "true" if value else "false"
        case "date":
            return "" if pd.isna(value) else pd.Timestamp(value).date().isoformat()
        case "list":
            return ";".join(value)
        case _:
            return str(value)
