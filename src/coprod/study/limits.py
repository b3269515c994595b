"""How large a study may be before reading it is refused: bounds against damaged and hostile files."""

from __future__ import annotations

__all__ = [
    "MAX_CELL_TEXT",
    "MAX_COLUMNS",
    "MAX_FILE_BYTES",
    "MAX_PARTS",
    "MAX_ROWS",
    "MAX_SETTINGS_BYTES",
    "MAX_SHEET_AREA",
    "MAX_UNPACKED_BYTES",
    "MAX_UNPACK_RATIO",
    "MOST_LISTED",
    "UNPACK_RATIO_FROM_BYTES",
]

#: Characters in one cell. Excel holds 32,767; the same bound for CSV keeps both ways in equal.
MAX_CELL_TEXT = 32_000
#: Columns of one table, and rows: five times what a sheet can hold.
MAX_COLUMNS = 500
MAX_ROWS = 5_000_000
MAX_FILE_BYTES = 2**30
MAX_SETTINGS_BYTES = 2**20
#: Cells between A1 and the last used cell of a sheet. The reader lays out all of them: one value in the
#: last cell of an otherwise empty sheet would ask for 500 GB and end the process.
MAX_SHEET_AREA = 60_000_000
#: All parts of a workbook unpacked, their number, and the ratio above which a large part is a bomb.
#: Sheets as people fill them unpack to 5 to 20 times their size.
MAX_UNPACKED_BYTES = 2**30
MAX_PARTS = 2_000
MAX_UNPACK_RATIO = 200
UNPACK_RATIO_FROM_BYTES = 10_000_000
#: Cells with the same problem that are listed one by one, per column.
MOST_LISTED = 20
