"""Answers: why it is late, what would cure it, what the partner could do, and what other plans would cost."""

from coprod.explain.alternatives import alternatives
from coprod.explain.answer import Explanation, explain
from coprod.explain.cheapest import Cheapest, cheapest
from coprod.explain.feasible import feasibility
from coprod.explain.focus import Focus
from coprod.explain.frontier import frontier
from coprod.explain.remedy import Remedies, remedies
from coprod.explain.work_share import work_share
from coprod.explain.worth import WorthSettings

__all__ = [
    "Cheapest",
    "Explanation",
    "Focus",
    "Remedies",
    "WorthSettings",
    "alternatives",
    "cheapest",
    "explain",
    "feasibility",
    "frontier",
    "remedies",
    "work_share",
]
