"""The workbook: every table with its numbers, dates and units, and nothing that calculates."""

from __future__ import annotations

from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest
import python_calamine
from pandas.testing import assert_series_equal
from tests.report.made_study import made_study

from coprod.report import write_workbook
from coprod.report.material import Material
from coprod.report.pivots import load_by_line, made_by_year, stock_by_option
from coprod.results.schema import result_schema
from coprod.run import run_study

HEAD = 4  # marking, what it is, the way back, headers


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The made-up study with three options; one supplier's name looks like a formula."""
    marking = {"marking": "Invented & unofficial"}
    plain = made_study(options=3, settings=marking)
    names = ("sites", "resources", "processes", "lanes", "disruptions")
    renamed = {name: plain[name].replace("Camden", "=Camden+1").to_dict("records") for name in names}
    tables = made_study(options=3, settings=marking, **renamed)
    return run_study(tables, tmp_path_factory.mktemp("workbook") / "run")


@pytest.fixture(scope="module")
def path(run):
    return write_workbook(run.path)


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def material(run):
    return Material(run.path)


def test_every_table_with_rows_has_a_sheet_and_the_contents_link_to_it(book, material):
    contents = book["contents"]
    listed = {row[0].value: row for row in contents.iter_rows(min_row=7) if row[0].value}
    tables = dict.fromkeys(material.run.tables())
    tables |= dict.fromkeys(material.run.tables(material.option), material.option)
    assert len(tables) > 20
    for name, option in tables.items():
        rows = len(material.table(name, option))
        assert listed[name][3].value == rows
        assert (name in book.sheetnames) is (rows > 0)
        assert (listed[name][0].hyperlink is not None) is (rows > 0)
    for name in book.sheetnames[1:]:
        assert listed[name][0].hyperlink.location == f"'{name}'!A1"


def test_a_second_reader_finds_every_value_as_it_stands_in_the_results(path, material):
    with python_calamine.CalamineWorkbook.from_path(path) as book:
        for name in ("comparison", "starts", "loads", "verdict"):
            option = None if name in material.run.tables() else material.option
            frame = material.table(name, option)
            head, *rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)[HEAD - 1 :]
            assert head == [column.header for column in result_schema()[name].values()]
            assert len(rows) == len(frame)
            for place, column in enumerate(result_schema()[name].values()):
                for row, value in zip(rows, frame[column.name], strict=True):
                    assert row[place] == _as_read(value, column.type), f"{name}.{column.name}"


def _as_read(value, kind):
    if kind == "date":
        return "" if pd.isna(value) else value.date()
    if kind == "number":
        # A workbook holds 16 digits of a double's 17.
        return "" if pd.isna(value) else pytest.approx(value, rel=1e-15)
    return value


def test_dates_and_shares_are_written_as_such(book):
    sheet = book["comparison"]
    head = {cell.value: cell.column for cell in sheet[HEAD]}
    first = HEAD + 1
    full = sheet.cell(first, head["backfill_date [last day]"])
    assert full.value is None or isinstance(full.value, datetime)
    assert full.number_format == "yyyy-mm-dd"
    assert sheet.cell(first, head["partner_share [fraction]"]).number_format == "0.0%"
    assert sheet.cell(first, head["cost [base currency, price year]"]).number_format == "#,##0"


def test_every_sheet_carries_the_marking_and_headers_that_stay(book):
    for sheet in book.worksheets:
        assert sheet["A1"].value == "Invented & unofficial"
        assert "Invented && unofficial" in sheet.oddHeader.left.text
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == f"B{HEAD + 1}"
        assert sheet.auto_filter.ref.startswith(f"A{HEAD}:")
        assert sheet.auto_filter.ref.endswith(str(sheet.max_row))
        assert sheet["A3"].hyperlink.location == "'contents'!A1"


def test_a_name_that_looks_like_a_formula_stays_a_text(book):
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    found = [cell for cell in cells if cell.value == "=Camden+1"]
    assert found
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)


def test_the_charts_speak_of_the_cells_beside_them(book):
    stock = book["stock by option"]
    # Two headlines; each chart has its objective and three options.
    assert len(stock._charts) == 2
    assert [len(chart.series) for chart in stock._charts] == [4, 4]
    values = stock._charts[1].series[0].val.numRef.f
    assert values == f"'stock by option'!$F$5:$F${stock.max_row}"
    assert stock["F4"].value == "Merlin, objective [round]"
    assert len(book["made by fiscal year"]._charts) == 2
    assert len(book["load by line"]._charts) == 1


def test_stock_by_option_repeats_the_shortfall_table(material):
    pivot = stock_by_option(material)
    option = material.options[1]
    rows = material.table("shortfalls", option.name)
    rows = rows[rows["objective"] == material.headlines[0].objective]
    column = next(c for c in pivot.columns if c.head.startswith("Harrier, option B"))
    assert column.values.tolist() == rows["stock"].tolist()
    # Monthly periods from 1 January 2027: the first ends on the 31st.
    assert pivot.index[0].date() == date(2027, 1, 31)


def test_made_by_year_adds_up_to_the_fiscal_years_table(material):
    pivot = made_by_year(material)
    rows = material.table("fiscal_years")
    total = rows.loc[rows["option"] == material.option, "quantity"].sum()
    assert sum(column.values.sum() for column in pivot.columns) == pytest.approx(total)
    assert pivot.index.tolist() == list(range(pivot.index[0], pivot.index[-1] + 1))


def test_the_fullest_line_comes_first_and_lines_without_capacity_have_no_share(material):
    pivot = load_by_line(material)
    loads = material.table("loads", material.option)
    full = [(column.values >= 0.97).sum() for column in pivot.columns]
    assert full == sorted(full, reverse=True)
    line = pivot.columns[0].name
    own = loads[loads["resource"] == line].set_index("period")
    assert_series_equal(
        pivot.columns[0].values.dropna(),
        (own["use"] / own["capacity"])[own["capacity"] > 0],
        check_names=False,
    )


def test_equal_runs_give_equal_files(run, path):
    before = path.read_bytes()
    assert write_workbook(run.path).read_bytes() == before
