"""The run as a workbook: contents, tables turned for reading with charts, and every result table."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.report.material import Material
from coprod.report.palette import LIGHT
from coprod.report.pivots import pivots
from coprod.report.registers import registers
from coprod.results.schema import result_schema
from coprod.study.place import written_aside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod.report.pivots import Pivot
    from coprod.report.registers import Register
    from coprod.results.schema import ResultColumn

__all__ = ["WORKBOOK", "write_frames", "write_workbook"]

WORKBOOK = "report.xlsx"
#: Rows of a sheet, the four above its data included.
MOST_ROWS = 1_048_576
#: Marking, what it is, the way back, and headers stand above a sheet's data.
_ABOVE = 4
#: The first tables are the ones a reader asks for first; the others follow in the schema's order.
_FIRST = ("comparison", "verdict", "backfills", "demand_summary", "builds", "lead_times", "latest_orders")
_SAMPLE = 300
#: A text that begins so is marked as text, or a spreadsheet would calculate it once somebody edits the cell.
_FORMULA_SIGNS = ("=", "+", "-", "@")
_FONT: dict[str, Any] = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
_LOOKS: dict[str, dict[str, Any]] = {
    "marking": {"bold": True, "font_color": LIGHT["paper"], "bg_color": LIGHT["ink"]},
    "title": {"bold": True, "font_size": 14},
    "about": {"font_color": LIGHT["ink2"]},
    "link": {"font_color": LIGHT["opt4"], "underline": 1},
    "head": {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2},
    "text": {},
    "wrapped": {"text_wrap": True},
    "sign": {"quote_prefix": True},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "integer": {"num_format": "0"},
    "units": {"num_format": "#,##0.0"},
    "money": {"num_format": "#,##0"},
    "share": {"num_format": "0.0%"},
    "free": {"num_format": "General"},
}


def write_workbook(run_folder: Path | str, *, language: str | None = None, option: str | None = None) -> Path:
    """
    Write ``report.xlsx`` into a run folder.

    Parameters
    ----------
    run_folder, language, option
        As in `coprod.report.write_report`.

    Returns
    -------
    Path
        Of the workbook. Equal runs give equal files: the clock is no part of one.

    Raises
    ------
    RunFolderError
        If the folder is no run, or has no such option.
    """
    import xlsxwriter

    material = Material(Path(run_folder), language=language, option=option)
    target = Path(run_folder) / WORKBOOK
    plain = {f"strings_to_{kind}": False for kind in ("formulas", "numbers", "urls")}
    with written_aside(target) as aside, xlsxwriter.Workbook(str(aside), plain) as book:
        _Writer(book, material).write()
    return target


class _Writer:
    """Writes one workbook's sheets in order."""

    def __init__(self, book: Any, material: Material) -> None:
        self.book = book
        self.material = material
        self.word = material.text.word
        self.marking = str(material.study.settings["marking"])
        self.looks = {name: book.add_format(_FONT | look) for name, look in _LOOKS.items()}

    def write(self) -> None:
        """Write everything; the contents, first in the workbook, are filled last."""
        settings = self.material.study.settings
        self.book.set_properties(
            {
                "title": str(settings["title"]),
                "comments": self.marking,
                "created": datetime(2000, 1, 1),
            }
        )
        contents = self._sheet(self.word("workbook.contents"))
        entries = [self._register(register) for register in registers(self.material)]
        entries += [self._pivot(pivot) for pivot in pivots(self.material)]
        for option in (None, self.material.option):
            entries.extend(self._table(name, option) for name in self._tables(option))
        entries.append(self._columns())
        self._contents(contents, entries)

    def _tables(self, option: str | None) -> list[str]:
        there = self.material.run.tables(option)
        return [name for name in dict.fromkeys((*_FIRST, *result_schema())) if name in there]

    def _sheet(self, name: str, about: str = "") -> Any:
        """Add a sheet with its marking, and with its name and a way back to the contents."""
        sheet = self.book.add_worksheet(name)
        if self.marking:
            sheet.set_row(0, None, self.looks["marking"])
            sheet.write_string(0, 0, self.marking, self.looks["marking"])
            sheet.set_header(f"&L{self.marking[:200].replace('&', '&&')}&R{name}")
        sheet.set_footer("&R&P / &N")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        if about:
            contents = self.word("workbook.contents")
            sheet.write_string(1, 0, about, self.looks["about"])
            sheet.write_url(2, 0, f"internal:'{contents}'!A1", self.looks["link"], self.word("workbook.back"))
        return sheet

    def _table(self, name: str, option: str | None) -> tuple[str, str, str, int]:
        """Write a result table; one without rows gets no sheet, only its line in the contents."""
        frame = self.material.table(name, option)
        about = self.word(f"workbook.tables.{name}")
        rows = len(frame)
        letter = self.material.discussed.letter
        whose = (
            self.word("workbook.whose_option").format(letter=letter)
            if option
            else self.word("workbook.whose_run")
        )
        if not rows:
            return name, about, whose, rows
        if rows > MOST_ROWS - _ABOVE:
            frame = frame.iloc[: MOST_ROWS - _ABOVE]
            about = self.word("workbook.cut").format(about=about, count=len(frame))
        columns = list(result_schema()[name].values())
        sheet = self._sheet(name, about)
        self._head(sheet, [column.header for column in columns], rows)
        for place, column in enumerate(columns):
            look = self.looks[_look(column)]
            self._values(sheet, place, frame[column.name].tolist(), column.type, look)
            sheet.set_column(place, place, _width(column.header, frame[column.name], column.type))
        return name, about, whose, rows

    def _head(self, sheet: Any, heads: Sequence[str], rows: int) -> None:
        """Write the headers: frozen, filtered, repeated on paper."""
        row = _ABOVE - 1
        for place, head in enumerate(heads):
            sheet.write_string(row, place, head, self.looks["head"])
        sheet.set_row(row, 46)
        sheet.freeze_panes(_ABOVE, 1)
        sheet.repeat_rows(row)
        sheet.autofilter(row, 0, row + min(rows, MOST_ROWS - _ABOVE), len(heads) - 1)

    def _values(self, sheet: Any, place: int, values: list[Any], kind: str, look: Any) -> None:
        """Write a column downwards; a blank stays an empty cell."""
        for row, value in enumerate(values, start=_ABOVE):
            if kind == "text":
                if value:
                    sign = self.looks["sign"] if value.startswith(_FORMULA_SIGNS) else look
                    sheet.write_string(row, place, value[:32_767], sign)
            elif kind == "boolean":
                sheet.write_boolean(row, place, value, look)
            elif kind == "date":
                if value is not pd.NaT:
                    sheet.write_datetime(row, place, value.to_pydatetime(), look)
            elif math.isfinite(value):
                sheet.write_number(row, place, value, look)

    def _register(self, register: Register) -> tuple[str, str, str, int]:
        sheet = self._sheet(register.name, register.about)
        rows = len(register.columns[0].values)
        self._head(sheet, [column.head for column in register.columns], rows)
        for place, column in enumerate(register.columns):
            kind = column.type if column.type in {"text", "date"} else "number"
            look = self.looks["wrapped" if kind == "text" else column.type]
            self._values(sheet, place, list(column.values), kind, look)
            sheet.set_column(place, place, _width(column.head, pd.Series(list(column.values)), kind))
        return register.name, register.about, self.word("workbook.whose_page"), rows

    def _pivot(self, pivot: Pivot) -> tuple[str, str, str, int]:
        sheet = self._sheet(pivot.name, pivot.about)
        self._head(sheet, [pivot.head, *[column.head for column in pivot.columns]], len(pivot.index))
        dates = isinstance(pivot.index, pd.DatetimeIndex)
        kind = "date" if dates else "integer"
        self._values(sheet, 0, list(pivot.index), kind, self.looks[kind])
        sheet.set_column(0, 0, 20)
        look = self.looks["share" if pivot.share else "units"]
        for place, column in enumerate(pivot.columns, start=1):
            self._values(sheet, place, column.values.tolist(), "number", look)
        sheet.set_column(1, len(pivot.columns), 13)
        self._charts(sheet, pivot, dates=dates)
        return pivot.name, pivot.about, self.word("workbook.whose_page"), len(pivot.index)

    def _charts(self, sheet: Any, pivot: Pivot, *, dates: bool) -> None:
        first, last = _ABOVE, _ABOVE + len(pivot.index) - 1
        kind = {"type": pivot.kind} | ({"subtype": "stacked"} if pivot.kind == "column" else {})
        titles = dict.fromkeys(column.chart for column in pivot.columns)
        for number, title in enumerate(titles):
            chart = self.book.add_chart(kind)
            for place, column in enumerate(pivot.columns, start=1):
                if column.chart != title or not column.name:
                    continue
                colour = LIGHT[column.token]
                series: dict[str, Any] = {
                    "name": column.name,
                    "categories": [pivot.name, first, 0, last, 0],
                    "values": [pivot.name, first, place, last, place],
                }
                if pivot.kind == "line":
                    line = {"color": colour, "width": 2.75 if column.heavy else 1.75}
                    series["line"] = line | ({"dash_type": "dash"} if column.dashed else {})
                else:
                    series |= {"fill": {"color": colour}, "gap": 40}
                chart.add_series(series)
            chart.set_title({"name": title, "name_font": {"size": 13}, "overlay": False})
            chart.set_legend({"position": "bottom"})
            years = {"date_axis": True, "num_format": "yyyy", "major_unit": 1, "major_unit_type": "years"}
            chart.set_x_axis(years if dates else {})
            grid = {"visible": True, "line": {"color": LIGHT["grid"]}}
            number_format = "0%" if pivot.share else "#,##0"
            chart.set_y_axis({"min": 0, "num_format": number_format, "major_gridlines": grid})
            chart.set_size({"width": 860, "height": 400})
            sheet.insert_chart(_ABOVE + 21 * number, len(pivot.columns) + 2, chart, {"description": title})

    def _columns(self) -> tuple[str, str, str, int]:
        name, about = self.word("workbook.columns"), self.word("workbook.columns_about")
        sheet = self._sheet(name, about)
        rows = [column for columns in result_schema().values() for column in columns.values()]
        self._head(sheet, self.material.text.words("workbook.columns_head"), len(rows))
        for row, column in enumerate(rows, start=_ABOVE):
            for place, text in enumerate((column.table, column.name, column.unit, column.description)):
                sheet.write_string(row, place, text, self.looks["text"])
        for place, width in enumerate((20, 24, 26, 110)):
            sheet.set_column(place, place, width)
        return name, about, self.word("workbook.whose_page"), len(rows)

    def _contents(self, sheet: Any, entries: Sequence[tuple[str, str, str, int]]) -> None:
        material, settings = self.material, self.material.study.settings
        sheet.write_string(1, 0, str(settings["title"]), self.looks["title"])
        about = self.word("workbook.about").format(
            date=material.formats.day(material.today),
            letter=material.discussed.letter,
            option=material.discussed.title,
            currency=settings["base_currency"],
            year=material.prices,
        )
        sheet.write_string(2, 0, about, self.looks["about"])
        sheet.write_string(3, 0, self.word("workbook.legend"), self.looks["about"])
        for place, head in enumerate(material.text.words("workbook.head")):
            sheet.write_string(5, place, head, self.looks["head"])
        for row, (name, what, whose, rows) in enumerate(entries, start=6):
            if rows:
                sheet.write_url(row, 0, f"internal:'{name}'!A1", self.looks["link"], name)
            else:
                sheet.write_string(row, 0, name, self.looks["about"])
            sheet.write_string(row, 1, what, self.looks["text"])
            sheet.write_string(row, 2, whose, self.looks["text"])
            sheet.write_number(row, 3, rows, self.looks["money"])
        for place, width in enumerate((24, 80, 16, 9)):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(6, 0)
        sheet.activate()


def _look(column: ResultColumn) -> str:
    """Return the name of a column's format, after its type and unit."""
    if column.type != "number":
        return column.type if column.type in {"date", "integer"} else "text"
    if column.unit == "fraction":
        return "free" if column.name == "gap" else "share"
    if "currency" in column.unit:
        return "money"
    # A tolerance of 1e-6 would read as 0.0.
    return "free" if column.unit == "see unit" else "units"


def _width(head: str, values: pd.Series[Any], kind: str) -> float:
    """Return a column's width in characters: its longest word or value, within reason."""
    words = max(len(word) for word in head.replace("_", " ").split()) + 3
    if kind == "date":
        return float(max(12, words))
    if kind == "text":
        longest = max((len(str(value)) for value in values.iloc[:_SAMPLE]), default=0)
        return float(min(60, max(10, words, longest + 2)))
    numbers = values.iloc[:_SAMPLE].abs().max() if kind == "number" and len(values) else 0.0
    digits = len(f"{numbers:,.1f}") if math.isfinite(numbers) else 0
    return float(min(30, max(11, words, digits + 2)))


def write_frames(path: Path, sheets: Mapping[str, pd.DataFrame]) -> None:
    """
    Write tables as a workbook, one sheet each: typed cells, frozen headers, filters, nothing to calculate.

    Parameters
    ----------
    path
        The file; what stands there is replaced.
    sheets
        Tables by the name of their sheet.
    """
    import xlsxwriter

    plain = {f"strings_to_{kind}": False for kind in ("formulas", "numbers", "urls")}
    with written_aside(path) as aside, xlsxwriter.Workbook(str(aside), plain) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        looks = {name: book.add_format(_FONT | look) for name, look in _LOOKS.items()}
        for name, frame in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            for place, head in enumerate(frame.columns):
                values = frame[head]
                dates = pd.api.types.is_datetime64_any_dtype(values)
                kind = "date" if dates else "number" if pd.api.types.is_numeric_dtype(values) else "text"
                sheet.write_string(0, place, str(head), looks["head"])
                sheet.set_column(place, place, _width(str(head), values, kind))
                for row, value in enumerate(values, start=1):
                    if pd.isna(value) or value == "":
                        continue
                    if kind == "date":
                        sheet.write_datetime(row, place, value.to_pydatetime(), looks["date"])
                    elif kind == "number":
                        sheet.write_number(row, place, float(value), looks["free"])
                    else:
                        text = str(value)
                        look = "sign" if text.startswith(_FORMULA_SIGNS) else "text"
                        sheet.write_string(row, place, text, looks[look])
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(1, len(frame)), max(0, len(frame.columns) - 1))
