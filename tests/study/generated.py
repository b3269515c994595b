"""Studies made by Hypothesis: any content that the schema allows, cell by cell."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from coprod.study.schema import schema, tables
from coprod.study.tables import Tables

# What a file can hold: no control characters but tab and line feed, no surrogates, no non-characters.
_CHARACTERS = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"
) | st.sampled_from("\t\n=+-@'\",;:#%0123456789")
TEXTS = st.text(_CHARACTERS, min_size=1, max_size=12).filter(
    lambda text: text == text.strip() != ""
) | st.sampled_from(
    [
        "12",
        "1.0",
        "true",
        "null",
        "~",
        "no",
        "=1+1",
        "2027-03",
        "NaN",
        "#REF!",
        "_x0041_",
        "- a",
        "日本",
        "a: b",
        "🙂",
    ]
)
ENTRIES = TEXTS.map(lambda text: text.replace(";", ",")).filter(lambda text: text == text.strip() != "")
DATES = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))


def values(column):
    """Return a strategy for the values of a column."""
    match column.type:
        case "number":
            return st.floats(column.minimum, column.maximum, allow_nan=False, allow_infinity=False)
        case "integer":
            low, high = column.minimum, column.maximum
            return st.integers(int(low or 0), int(high) if high is not None else 10**12).map(float)
        case "boolean":
            return st.booleans()
        case "date":
            return DATES
        case "choice":
            return st.sampled_from(column.choices)
        case "list":
            return st.lists(ENTRIES, min_size=1, max_size=3).map(tuple)
        case _:
            return TEXTS


@st.composite
def rows(draw, table):
    """Return a row: what is required, and some of the rest."""
    row = {}
    durations = set()
    for column in schema()[table].columns.values():
        if column.group:
            if column.group in durations or not draw(st.booleans()):
                continue
            durations.add(column.group)
        elif not column.required and draw(st.integers(0, 3)):
            continue
        row[column.name] = draw(values(column))
    return row


@st.composite
def studies(draw, most_tables=3):
    """Return a study with rows in a few tables."""
    settings = {"title": draw(TEXTS), "study_date": draw(DATES)}
    for name, column in schema()["study"].columns.items():
        if name not in {*settings, "schema_version"} and not draw(st.integers(0, 3)):
            settings[name] = draw(values(column))
    chosen = draw(st.lists(st.sampled_from(list(tables())), unique=True, max_size=most_tables))
    return Tables.from_rows(
        settings, **{table: draw(st.lists(rows(table), min_size=1, max_size=3)) for table in chosen}
    )
