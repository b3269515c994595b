"""The third way in: a study built in Python equals the one read from files, and is refused as clearly."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from coprod.errors import StudyError
from coprod.study import Tables, check_tables, read, tables_hash, write_workbook
from coprod.study.schema import schema, tables

FILES = {
    "study.yaml": "title: Three ways\nstudy_date: 2027-01\nbase_currency: JPY\n"
    "questions: ['When?', 'What for?']\n",
    "items.csv": "item,kind,unit_value\npump,end item,900\nmotor,component,\n",
    "processes.csv": "process,site,item,lead_time_weeks,yield_fraction,active\n"
    "make,plant,pump,6,0.95,true\nold,plant,pump,,,no\n",
    "licences.csv": "licence,licensor,licensee,scope,valid_to\nl,us,jp,pump; motor,2030\n",
    "stock.csv": "item,site,quantity,due\nmotor,plant,15,\nmotor,plant,5,2027-05\n",
}


@pytest.fixture
def built():
    """The same study in Python values: numbers, dates, bools, tuples; what is left out has its default."""
    return Tables.from_rows(
        {
            "title": "Three ways",
            "study_date": dt.date(2027, 1, 1),
            "base_currency": "JPY",
            "questions": ("When?", "What for?"),
        },
        items=[
            {"item": "pump", "kind": "end item", "unit_value": 900},
            {"item": "motor", "kind": "component"},
        ],
        processes=[
            {
                "process": "make",
                "site": "plant",
                "item": "pump",
                "lead_time_weeks": 6.0,
                "yield_fraction": 0.95,
            },
            {"process": "old", "site": "plant", "item": "pump", "active": False},
        ],
        licences=[
            {
                "licence": "l",
                "licensor": "us",
                "licensee": "jp",
                "scope": ("pump", "motor"),
                "valid_to": pd.Timestamp("2030-12-31"),
            }
        ],
        stock=[
            {"item": "motor", "site": "plant", "quantity": 15},
            {"item": "motor", "site": "plant", "quantity": 5, "due": "2027-05-01"},
        ],
    )


def test_a_study_built_in_python_equals_the_same_study_from_a_folder_and_from_a_workbook(built, tmp_path):
    (tmp_path / "s").mkdir()
    for name, text in FILES.items():
        (tmp_path / "s" / name).write_text(text, encoding="utf-8")
    from_folder, problems = read(tmp_path / "s")
    assert problems == []
    write_workbook(from_folder, tmp_path / "s.xlsx")
    from_workbook, problems = read(tmp_path / "s.xlsx")
    assert problems == []
    assert built == from_folder == from_workbook
    assert tables_hash(built) == tables_hash(from_folder) == tables_hash(from_workbook)
    for name in tables():
        for column in schema()[name].columns:
            assert built[name][column].dtype == from_folder[name][column].dtype, (name, column)
    # And the checks say the same of all three, but for the name of the file or sheet.
    said = [
        [(p.code, p.cell.row, p.cell.column, p.found) for p in check_tables(way)]
        for way in (built, from_folder, from_workbook)
    ]
    assert said[0] == said[1] == said[2] != []


@pytest.mark.parametrize(
    ("settings", "rows", "message"),
    [
        (
            {"horizn": "2030"},
            {},
            r"found setting 'horizn'; there is no such setting\. Did you mean 'horizon'",
        ),
        ({}, {"item": [{"item": "a"}]}, r"found table 'item'; there is no such table\. Did you mean 'items'"),
        (
            {},
            {"items": [{"item": "a", "unit_valu": 1}]},
            r"items: found column 'unit_valu'; there is no such column\. Did you mean 'unit_value'",
        ),
        (
            {},
            {"items": [{"item": "a", "unit_value": "dear"}]},
            r"items\.csv, unit_value: found .*needs numbers",
        ),
        ({}, {"stock": [{"due": "soon"}]}, r"stock\.csv, due: found .*; needs dates"),
    ],
)
def test_a_name_that_does_not_exist_and_a_value_of_another_kind_are_refused(settings, rows, message):
    with pytest.raises(StudyError, match=message):
        Tables.from_rows({"title": "t", "study_date": "2027-01-01"} | settings, **rows)
