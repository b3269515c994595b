"""Pegging: which supply serves a need, which needs a supply serves, one unit's way through time."""

from coprod.pegging.engine import pegging
from coprod.pegging.result import PeggingResult
from coprod.pegging.settings import PeggingSettings
from coprod.pegging.views import Asked, line_use, pegged, summary

__all__ = ["Asked", "PeggingResult", "PeggingSettings", "line_use", "pegged", "pegging", "summary"]
