"""Answers: why it is late, what challenges it and would cure it, and what is feasible at the partner."""

from coprod.explain.answer import Explanation, explain
from coprod.explain.feasible import feasibility

__all__ = ["Explanation", "explain", "feasibility"]
