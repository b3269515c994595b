"""What a plan can run into, and studies in which some of it is lifted, moved or widened."""

from coprod.explain.limits.lifted import KINDS, Limit, lift, limits_of
from coprod.explain.limits.moved import TIMES, moved, time_of
from coprod.explain.limits.widened import QUANTITIES, size_of, unit_of, widened

__all__ = [
    "KINDS",
    "QUANTITIES",
    "TIMES",
    "Limit",
    "lift",
    "limits_of",
    "moved",
    "size_of",
    "time_of",
    "unit_of",
    "widened",
]
