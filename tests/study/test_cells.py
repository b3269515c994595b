from __future__ import annotations

import datetime as dt
import doctest
import importlib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.study.generated import values

from coprod.study.advice import date_advice, number_advice
from coprod.study.cells import CellError, check_range, parse, parse_date, to_text
from coprod.study.schema import schema

COLUMNS = [column for table in schema().values() for column in table.columns.values()]


def column(table, name):
    return schema()[table].columns[name]


@pytest.mark.parametrize("module", ["advice", "cells", "names", "problems", "sheets", "document"])
def test_the_examples_in_the_docstrings_run(module):
    found = doctest.testmod(importlib.import_module(f"coprod.study.{module}"))
    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12.0), ("-0.5", -0.5), ("+3", 3.0), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("007", 7.0)],
)
def test_plain_numbers_are_read(text, value):
    assert parse(column("items", "unit_value"), text) == value


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("1,234", "Write 1234, or 1.234 if the comma is a decimal one: no commas in numbers."),
        ("1,234,567.8", "Write 1234567.8: no thousands separators."),
        ("1 234", "Write 1234: no thousands separators."),
        ("1'234", "Write 1234: no thousands separators."),
        ("1_000", "Write 1000: no thousands separators."),
        ("1,5", "Write 1.5: a point before the decimals."),
        ("1.234,5", "Write 1234.5: a point before the decimals, no separators."),
        ("$1200", "Write 1200: the currency has a column of its own."),
        ("US$ 1200", "Write 1200: the currency has a column of its own."),
        ("¥1,234,567", "Write 1234567: the currency has a column of its own, and no thousands separators."),
        ("300 EUR", "Write 300: the currency has a column of its own."),
        ("300円", "Write 300: the currency has a column of its own."),
        ("12%", "Write 0.12 for a fraction, or 12: no percent sign."),
        ("12.5 %", "Write 0.125 for a fraction, or 12.5: no percent sign."),
        ("１２", "Write 12: plain digits only."),
        ("−3", "Write -3: plain digits only."),
        ("nan", "Leave the cell blank if there is no figure."),
        ("-inf", "Leave the cell blank if there is no figure."),
        ("n/a", "Leave the cell blank if there is no figure."),
        ("1e999", "This is a number beyond what can be counted with."),
        ("=A1*2", "A formula in a CSV file is never worked out; write its value."),
        ("#DIV/0!", "The formula in this cell has failed; mend it in the spreadsheet."),
    ],
)
def test_a_number_that_is_not_plain_is_refused_with_what_would_be_right(text, advice):
    with pytest.raises(CellError) as caught:
        parse(column("items", "unit_value"), text)
    assert caught.value.code == "CP103"
    assert str(caught.value) == f"needs a number >= 0 (currency per unit). {advice}"


@pytest.mark.parametrize("text", ["soon", "1 2 3", "--3", "1.2.3", "0x10", "1/2", "٣"])
def test_words_get_no_advice_that_would_be_a_guess(text):
    with pytest.raises(
        CellError, match=r"^needs a number >= 0 \(currency per unit\)(\. Write 3: plain digits only\.)?$"
    ):
        parse(column("items", "unit_value"), text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2027", dt.date(2027, 1, 1), dt.date(2027, 12, 31)),
        ("2028-02", dt.date(2028, 2, 1), dt.date(2028, 2, 29)),
        ("2027-12", dt.date(2027, 12, 1), dt.date(2027, 12, 31)),
        ("2027-03-15", dt.date(2027, 3, 15), dt.date(2027, 3, 15)),
    ],
)
def test_a_bare_month_or_year_means_its_first_or_last_day(text, first, last):
    assert parse_date(text, "first") == first
    assert parse_date(text, "last") == last


def test_the_schema_says_which_day_a_bare_month_means():
    # A need counts at its month's end, a receipt at its month's beginning: never optimistic.
    assert parse(column("demands", "due"), "2027-03") == pd.Timestamp("2027-03-31")
    assert parse(column("stock", "due"), "2027-03") == pd.Timestamp("2027-03-01")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2027/3/1", "needs a date, such as 2027-03-15, 2027-03 or 2027. Write 2027-03-01."),
        ("2027年3月1日", "needs a date, such as 2027-03-15, 2027-03 or 2027. Write 2027-03-01."),
        ("2027-3", "needs a date, such as 2027-03-15, 2027-03 or 2027. Write 2027-03."),
        (
            "01.03.2027",
            "needs a date, such as 2027-03-15, 2027-03 or 2027. "
            "Write year-month-day: the order of day and month is not guessed.",
        ),
        (
            "2027-03-01 12:30:00",
            "needs a date, such as 2027-03-15, 2027-03 or 2027. Write 2027-03-01: no time of day.",
        ),
        (
            "2027-Q2",
            "needs a date, such as 2027-03-15, 2027-03 or 2027. "
            "Write a month: this quarter is 2027-04 to 2027-06.",
        ),
        (
            "46082",
            "needs a date, such as 2027-03-15, 2027-03 or 2027. "
            "This looks like a spreadsheet's day number; format the cell as a date.",
        ),
        ("2027-13", "needs a date as year-month-day; there is no such month"),
        ("2027-00", "needs a date as year-month-day; there is no such month"),
        ("2027-02-29", "needs a date; 2027-02 has 28 days"),
        ("2027-02-00", "needs a date; 2027-02 has 28 days"),
        ("0027", "needs a date, such as 2027-03-15, 2027-03 or 2027"),
        ("soon", "needs a date, such as 2027-03-15, 2027-03 or 2027"),
    ],
)
def test_a_date_that_is_not_iso_is_refused_with_what_would_be_right(text, message):
    with pytest.raises(CellError) as caught:
        parse(column("demands", "due"), text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("FALSE", False), ("Yes", True), ("no", False), ("1", True)]
)
def test_true_and_false_may_be_written_as_spreadsheets_and_people_do(text, value):
    assert parse(column("items", "active"), text) is value


def test_a_list_is_split_at_semicolons_and_blank_entries_do_not_count():
    assert parse(column("licences", "scope"), "a; b ;;c;") == ("a", "b", "c")


def test_a_choice_in_another_case_is_refused_and_the_right_one_named():
    with pytest.raises(
        CellError, match=r"needs one of: end item, component, material\. Did you mean 'end item'\?"
    ):
        parse(column("items", "kind"), "End Item")


@pytest.mark.parametrize("bad", ["\0", "\x07", "\x0b", "\x7f", "\ud800", "\ufffe"])
def test_what_no_workbook_can_hold_is_refused_in_every_text(bad):
    with pytest.raises(CellError, match="needs a text without control characters"):
        parse(column("items", "note"), f"a{bad}b")


def test_ranges_include_their_ends():
    share = column("funding", "share")
    for value in (0.0, 1.0):
        check_range(share, value)
    for value in (-0.001, 1.001):
        with pytest.raises(CellError, match=r"needs a number from 0 to 1 \(fraction\)"):
            check_range(share, value)


@given(st.sampled_from(COLUMNS).flatmap(lambda c: st.tuples(st.just(c), values(c))))
def test_the_text_of_a_value_is_read_as_that_value_and_only_a_default_is_blank(case):
    col, value = case
    value = pd.Timestamp(value) if col.type == "date" else value
    text = to_text(col, value)
    if text:
        assert parse(col, text) == value
    else:
        assert col.default is not None


@given(st.text(max_size=20))
def test_advice_never_fails_and_never_changes_its_mind_about_what_is_a_sentence(text):
    for advice in (number_advice(text), date_advice(text)):
        assert advice == "" or (advice.startswith(". ") and advice.endswith("."))
