"""Amounts whose unit stands in a column beside them, and decisions of plans, in the report's words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

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
    key = f"c3.unit.{unit.replace(' ', '_')}"
    return material.text.word(key).format(value=material.formats.number(value))


def change(material: Material, value: float, unit: str) -> str:
    """Return an increase with its plus, a decrease with its minus; rounded up, so that it is still enough."""
    step = 0.01 if unit == "fraction" else 1.0 if abs(value) >= 100 else 0.1
    enough = math.copysign(math.ceil(abs(value) / step - 1e-4) * step, value) if value else value
    said = amount(material, enough, unit)
    return f"+{said}" if value > 0 else said
