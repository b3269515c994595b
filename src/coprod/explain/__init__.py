"""Answers: why it is late, what would cure it, what the partner could do, and what other plans would cost."""

from coprod.explain.choices.alternatives import alternatives
from coprod.explain.choices.cheapest import Cheapest, cheapest
from coprod.explain.choices.frontier import frontier
from coprod.explain.choices.work_share import work_share
from coprod.explain.feasible import feasibility
from coprod.explain.late.answer import Explanation, explain
from coprod.explain.late.focus import Focus
from coprod.explain.late.worth import WorthSettings
from coprod.explain.remedies.remedy import Remedies, remedies

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
