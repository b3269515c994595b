"""A result table is held against the schema when it is made."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from coprod.errors import ResultError
from coprod.results.schema import result_schema
from coprod.results.table import make_table, with_units

STAGES = {name: [] for name in result_schema()["stages"]}


@pytest.mark.parametrize("rows", [0, 2])
def test_columns_come_in_schema_order_and_typed_with_and_without_rows(rows):
    value = {"text": "a", "number": 1, "integer": 1, "boolean": True, "date": "2027-01-31"}
    for name, columns in result_schema().items():
        frame = make_table(name, {key: [value[columns[key].type]] * rows for key in reversed(columns)})
        assert list(frame.columns) == list(columns)
        for column in columns.values():
            expected = {
                "text": "object",
                "number": "float64",
                "integer": "int64",
                "boolean": "bool",
                "date": "datetime64[s]",
            }[column.type]
            assert str(frame[column.name].dtype) == expected, column


def test_blank_dates_and_numbers_stay_blank():
    columns = {
        column.name: {"text": ["a"], "number": [np.nan], "date": [None], "boolean": [True], "integer": [1]}[
            column.type
        ]
        for column in result_schema()["builds"].values()
    }
    frame = make_table("builds", columns)
    assert pd.isna(frame["start"].iloc[0])
    assert np.isnan(frame["capex"].iloc[0])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {name: value for name, value in STAGES.items() if name != "value"} | {"worth": []},
            r"result table stages: missing columns \['value'\], unknown columns \['worth'\]",
        ),
        (
            {name: [] for name in STAGES} | {"value": [1.0]},
            "result table stages: columns of different lengths",
        ),
        (
            STAGES | {"value": ["soon"]},
            "result table stages, column value: could not convert string to float",
        ),
    ],
)
def test_what_does_not_fit_the_schema_is_refused_by_name(columns, message):
    with pytest.raises(ResultError, match=message):
        make_table("stages", columns)


def test_units_stand_in_brackets_behind_the_names_that_have_one():
    frame = with_units("comparison", make_table("comparison", {n: [] for n in result_schema()["comparison"]}))
    assert "backfill_date [last day]" in frame.columns
    assert "peak_line" in frame.columns
    assert frame.columns.is_unique


def test_every_number_and_date_of_every_table_has_a_unit_and_every_column_a_meaning():
    for table in result_schema().values():
        for column in table.values():
            assert column.description.endswith("."), column
            if column.type in {"number", "date"}:
                assert column.unit, column
