"""Amounts whose unit stands in a column beside them, and decisions of plans, in the report's words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from coprod.report.formats import MINUS

if TYPE_CHECKING:
    from coprod.report.material import Material

__all__ = ["amount", "change"]

#: Units that have words in the report; any other is a currency's code.
_UNITS = {"units", "builds", "units a month", "days", "weeks", "months", "quarters", "years"}


def amount(material: Material, value: float, unit: str) -> str:
    """Return a value with its unit; – for none."""
    if math.isnan(value):
        return material.text.word("words.none")
    if unit == "fraction":
        return material.formats.percent(value)
    if unit not in _UNITS:
        return material.formats.money(value, unit)
    if unit == "months":
        return f"{MINUS if value < 0 else ''}{material.formats.months(value)}"
    key = f"c3.unit.{unit.replace(' ', '_')}"
    return material.text.word(key).format(value=material.formats.number(value))


def change(material: Material, value: float, unit: str) -> str:
    """Return an increase with its plus, a decrease with its minus; rounded up, so that it is still enough."""
    if math.isnan(value) or not value:
        return amount(material, value, unit)
    step = _step(abs(value), unit)
    # What is needed is known to about a millionth: that much above a step is the step.
    enough = math.copysign(math.ceil(abs(value) / step * (1 - 2e-6)) * step, value)
    said = amount(material, enough, unit)
    return f"+{said}" if value > 0 else said


def _step(size: float, unit: str) -> float:
    """Return what an amount of this size is rounded to as it reads; money to three digits."""
    if unit == "fraction":
        return 0.01
    if unit not in _UNITS:
        return float(10.0 ** (math.floor(math.log10(size)) - 2))
    return 1.0 if size >= 100 else 0.1
