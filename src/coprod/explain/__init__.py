"""Answers: why it is late, what challenges it, and what would cure it."""

from coprod.explain.answer import Explanation, explain

__all__ = ["Explanation", "explain"]
