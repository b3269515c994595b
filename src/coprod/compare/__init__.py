"""Options side by side: what each gives, and what it changes against the base."""

from coprod.compare.options import Planned, comparison, completions, headlines

__all__ = ["Planned", "comparison", "completions", "headlines"]
