"""What a caller may ask of the pegging engine."""

from __future__ import annotations

from dataclasses import dataclass

from coprod.errors import SettingsError

__all__ = ["PeggingSettings"]


@dataclass(frozen=True, slots=True)
class PeggingSettings:
    """
    Settings of the pegging engine.

    Attributes
    ----------
    full_share
        A line used to this share of its capacity counts as full in a period.
    item, site
        Where the unit that is followed through time is delivered, unless `need` says; "" for anywhere.
    need
        Order or stock objective whose unit is followed.
    unit
        Which unit of it, counted from 1 in the order they are delivered; None for the last one that is late,
        or the last one where none is.
    """

    full_share: float = 0.97
    item: str = ""
    site: str = ""
    need: str = ""
    unit: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.full_share <= 1:
            msg = f"full_share: found {self.full_share!r}; needs a fraction above 0, at most 1"
            raise SettingsError(msg)
        if self.unit is not None and not self.unit > 0:
            msg = f"unit: found {self.unit!r}; needs a number above 0, counted in the order of delivery"
            raise SettingsError(msg)
        if self.unit is not None and not self.need:
            msg = (
                f"unit: found {self.unit:g} without need; needs the order or stock objective it is counted in"
            )
            raise SettingsError(msg)
