"""Answers: why it is late, what challenges it and would cure it, and what is feasible at the partner."""

from coprod.explain.answer import Explanation, explain
from coprod.explain.feasible import feasibility
from coprod.explain.remedy import Remedies, remedies

__all__ = ["Explanation", "Remedies", "explain", "feasibility", "remedies"]
