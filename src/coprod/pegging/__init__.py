"""Pegging: which supply serves a need, which needs a supply serves, one unit's way through time."""

from coprod.pegging.engine import pegging
from coprod.pegging.result import PeggingResult
from coprod.pegging.settings import PeggingSettings

__all__ = ["PeggingResult", "PeggingSettings", "pegging"]
