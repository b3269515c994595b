"""Checks on the tables of a study: one module per family."""

from coprod.study.checks.families import check_tables

__all__ = ["check_tables"]
