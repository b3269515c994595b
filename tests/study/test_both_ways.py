from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from tests.study.generated import studies

from coprod.errors import StudyError
from coprod.study import Tables, read, tables_hash, write_folder, write_workbook
from coprod.study.schema import tables

SMALL = {"title": "Small", "study_date": "2026-01-01"}
KNOWN_HASH = "d4ec04ee2ef6a88dd4f62a8277b6a999e156de9a34430f1555997c697600f8ca"


def both_ways(study, room):
    """Write the study as a folder and as a workbook, and read both."""
    folder, workbook = Path(room) / "study", Path(room) / "study.xlsx"
    write_folder(study, folder)
    write_workbook(study, workbook)
    return read(folder), read(workbook)


@given(studies())
@settings(max_examples=40)
def test_any_study_written_as_folder_or_workbook_is_read_back_equal_and_without_a_word(study):
    with tempfile.TemporaryDirectory() as room:
        (from_folder, folder_problems), (from_workbook, workbook_problems) = both_ways(study, room)
    assert folder_problems == []
    assert workbook_problems == []
    assert from_folder == study
    assert from_workbook == study
    assert tables_hash(from_folder) == tables_hash(from_workbook) == tables_hash(study)
    for name in tables():  # typed alike too, which equality of empty frames would not show
        assert (from_folder[name].dtypes == study[name].dtypes).all()
        assert (from_workbook[name].dtypes == study[name].dtypes).all()


@pytest.mark.parametrize(
    "number", [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, 2**53 + 2.0, 123456789.12345679]
)
def test_a_number_keeps_all_its_digits_in_both_ways(number, tmp_path):
    study = Tables.from_rows(SMALL, items=[{"item": "a", "unit_value": number}])
    for tables_read, problems in both_ways(study, tmp_path):
        assert not problems
        assert tables_read["items"]["unit_value"].tolist() == [number]


def test_only_required_columns_and_columns_that_differ_from_their_default_are_written(tmp_path):
    study = Tables.from_rows(
        SMALL, items=[{"item": "a"}, {"item": "b", "kind": "material"}], sites=[{"site": "s"}]
    )
    write_folder(study, tmp_path / "s")
    assert (tmp_path / "s" / "items.csv").read_text() == "item,kind\na,\nb,material\n"
    assert (tmp_path / "s" / "sites.csv").read_text() == "site\ns\n"
    assert sorted(p.name for p in (tmp_path / "s").iterdir()) == ["items.csv", "sites.csv", "study.yaml"]
    assert (
        tmp_path / "s" / "study.yaml"
    ).read_text() == "title: Small\nschema_version: 1\nstudy_date: 2026-01-01\n"


def test_a_workbook_holds_real_numbers_and_dates_frozen_headers_comments_and_no_formula(tmp_path):
    study = Tables.from_rows(
        SMALL,
        items=[{"item": "12", "unit_value": 2.5, "note": "=1+1"}],
        stock=[{"item": "12", "site": "s", "quantity": 3, "due": "2027-05-01"}],
    )
    write_workbook(study, tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    items, stock = book["items"], book["stock"]
    assert [cell.value for cell in items[1]] == ["item", "unit_value", "note"]
    assert [cell.data_type for cell in items[2]] == ["s", "n", "s"]
    assert items["C2"].value == "=1+1"
    assert stock["D2"].is_date
    assert stock["D2"].number_format == "yyyy-mm-dd"
    assert items.freeze_panes == "B2"
    assert "currency per unit" in items["B1"].comment.text
    assert items.column_dimensions["A"].width >= 6
    assert [cell.value for cell in book["study"][1]] == ["setting", "value"]


def test_the_same_study_gives_the_same_workbook_byte_for_byte(tmp_path):
    study = Tables.from_rows(SMALL, items=[{"item": "a"}])
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(study, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_the_hash_knows_the_order_of_rows_and_every_cell_and_nothing_else():
    rows = [{"item": "a"}, {"item": "b", "unit_value": 1.0}]
    study = Tables.from_rows(SMALL, items=rows)
    renumbered = study.replace("items", study["items"].set_axis(pd.Index([7, 9]), axis=0))
    assert tables_hash(renumbered) == tables_hash(study)
    others = [
        Tables.from_rows(SMALL, items=rows[::-1]),
        Tables.from_rows(SMALL, items=[rows[0], {"item": "b", "unit_value": np.nextafter(1.0, 2)}]),
        Tables.from_rows(SMALL | {"language": "ja"}, items=rows),
        Tables.from_rows(SMALL, items=rows, sites=[{"site": "s"}]),
        Tables.from_rows(SMALL, items=[{"item": "a", "note": "b"}, {"item": "b", "unit_value": 1.0}]),
    ]
    assert len({tables_hash(other) for other in [study, *others]}) == 6


def test_the_hash_of_a_small_study_is_known_so_that_it_cannot_change_unnoticed():
    study = Tables.from_rows(SMALL, items=[{"item": "a"}])
    assert tables_hash(study) == KNOWN_HASH


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            {"items": [{"item": " a"}]},
            r"items.csv, item: found ' a'; needs a name that is read back as it was",
        ),
        ({"items": [{"item": "a\rb"}]}, r"items.csv, item: found 'a\\rb'; needs a name that is read back"),
        ({"items": [{"item": ""}]}, r"items.csv, row 2, item: found a blank cell; needs a value here"),
        (
            {"items": [{"item": "a", "unit": ""}]},
            r"items.csv, unit: found ''; needs a text that is read back",
        ),
        (
            {"licences": [{"licence": "l", "scope": ("a;b",)}]},
            r"licences.csv, scope: found .*; needs a name in items",
        ),
        (
            {"sources": [{"source": "s", "citation": "c", "date": "2027-01-01T12:00"}]},
            r"sources.csv, date: found",
        ),
        (
            {"items": [{"item": "a", "unit_value": np.inf}]},
            r"items.csv, unit_value: found 'inf'; needs a number",
        ),
    ],
)
def test_a_value_that_would_not_be_read_back_is_refused_before_anything_is_written(rows, message, tmp_path):
    study = Tables.from_rows(SMALL, **rows)
    with pytest.raises(StudyError, match=message):
        write_folder(study, tmp_path / "s")
    with pytest.raises(StudyError, match="CP162"):
        write_workbook(study, tmp_path / "s.xlsx")
    assert list(tmp_path.iterdir()) == []
