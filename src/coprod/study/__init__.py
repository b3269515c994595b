"""What a study is: its schema as data, its tables in memory, the ways in and out, and its checks."""

from coprod.study.checks import check_tables
from coprod.study.folder import write_folder
from coprod.study.reading import read
from coprod.study.tables import Tables
from coprod.study.texts import tables_hash
from coprod.study.workbook import write_workbook

__all__ = ["Tables", "check_tables", "read", "tables_hash", "write_folder", "write_workbook"]
