"""Tables fit a terminal of any width without breaking a date, a number or a word."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coprod.cli.layout import print_comparison, print_table
from coprod.results.schema import result_schema

STUDY = {"base_currency": "USD", "price_year": float("nan"), "study_date": pd.Timestamp("2027-01-01")}
TITLES = ["US as is", "US lines expanded", "Final assembly from US components", "... and a second source"]


def table_of(count, objectives=("store",)):
    """A comparison of `count` options with figures as long as they get."""
    rows = []
    for objective in objectives:
        for n in range(count):
            row = {}
            for column in result_schema()["comparison"].values():
                row[column.name] = {
                    "text": "a-line-of-some-length",
                    "number": 38_582_707_282.2 if column.unit.startswith("base") else 1234.5678,
                    "date": pd.Timestamp("2036-10-31"),
                }[column.type]
            rows.append(row | {"option": f"o{n}", "title": TITLES[n % 4], "objective": objective})
    return pd.DataFrame(rows)


def words(text):
    """What stands between the lines of tables."""
    return re.sub(r"[─-╿]", " ", text).split()


@pytest.mark.parametrize("count", [1, 2, 5, 9])
@pytest.mark.parametrize("width", [80, 120, 200])
def test_options_side_by_side_fit_and_every_date_is_whole(count, width, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    print_comparison(table_of(count), STUDY)
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= width
    # Three dates an option, each in one piece; and money in millions, said so.
    assert words(printed).count("2036-10-31") == 3 * count
    assert words(printed).count("38,583") == 3 * count
    assert words(printed).count("a-line-of-some-length") == 2 * count
    for title in set(TITLES[: min(count, 4)]):
        assert set(title.split()) <= set(words(printed))


def test_every_figure_has_its_unit_and_money_says_which(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    print_comparison(table_of(2), STUDY)
    printed = " ".join(words(capsys.readouterr().out))
    assert "backfill_date [last day] 2036-10-31 2036-10-31" in printed
    assert "months_against_base [months]" in printed
    assert "cost [million USD, 2027 prices] 38,583 38,583" in printed
    small = table_of(1).assign(capex=50_000.0)
    print_comparison(small, STUDY | {"price_year": 2030.0})
    assert "capex [USD, 2030 prices] 50,000" in " ".join(words(capsys.readouterr().out))


def test_with_several_headlines_each_has_its_dates_and_the_rest_stands_once(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    print_comparison(table_of(2, ("store", "depot")), STUDY)
    printed = capsys.readouterr().out
    for name in ("store", "depot", "whole plan"):
        assert printed.count(f"Options side by side: {name}") == 1
    assert printed.count("backfill_date") == 2
    assert printed.count("peak_load") == 1


def test_what_stands_in_square_brackets_is_shown(capsys):
    print_table(pd.DataFrame({"cost [USD]": [1.0], "note": ["[red] and [/x]"]}), "a [bold] title")
    printed = capsys.readouterr().out
    for text in ("cost [USD]", "[red] and [/x]", "a [bold] title"):
        assert text in printed


def test_dates_numbers_and_blanks_are_written_for_people(capsys):
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2027-03-01", None]),
            "amount": [1234567.0, float("nan")],
            "share": [0.123456, 2.0],
            "sunk": [True, False],
        }
    )
    print_table(frame, "t")
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("│")]
    assert [words(row) for row in rows] == [
        ["2027-03-01", "1,234,567", "0.1235", "yes"],
        ["–", "–", "2", "no"],
    ]


def test_rows_that_are_left_out_are_counted(capsys):
    print_table(pd.DataFrame({"n": range(50)}), "t", 40)
    assert capsys.readouterr().out.endswith("... and 10 more rows\n")


NAMES, CELLS = st.text("abcdefgh-", min_size=1, max_size=30), st.text("abc de", max_size=60)


@given(columns=st.lists(st.tuples(NAMES, CELLS), min_size=1, max_size=12), width=st.integers(40, 200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_columns_and_the_width_no_word_is_broken(columns, width, capsys):
    frame = pd.DataFrame([[text for _, text in columns]], columns=[name for name, _ in columns])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        print_table(frame, "t")
    printed = words(capsys.readouterr().out)
    for name, text in columns:
        assert name in printed
        assert set(text.split()) <= set(printed)
