"""The report: a page, a workbook and charts of a run, made of its result tables and its study alone."""

from coprod.report.exhibits import write_exhibits
from coprod.report.page import write_report
from coprod.report.workbook import write_workbook

__all__ = ["write_exhibits", "write_report", "write_workbook"]
