"""What a caller may ask of the lead-time engine."""

from __future__ import annotations

from dataclasses import dataclass

from coprod.errors import SettingsError

__all__ = ["LeadtimeSettings"]


@dataclass(frozen=True, slots=True)
class LeadtimeSettings:
    """
    Settings of the lead-time engine.

    Attributes
    ----------
    long_lead_months
        Processes whose lead time, administrative part included, is at least this long get a latest order
        date.
    """

    long_lead_months: float = 3.0

    def __post_init__(self) -> None:
        if not self.long_lead_months >= 0:
            msg = f"long_lead_months: found {self.long_lead_months!r}; needs a number >= 0 (months)"
            raise SettingsError(msg)
