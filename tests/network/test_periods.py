"""Dates, periods and lags, by the conventions: worked out by hand, and for any day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference.naive_study import Calendar

from coprod.network.horizon import study_periods
from coprod.network.periods import MONTH_DAYS, Periods, first_period_start
from coprod.study.tables import Tables

KINDS = ["day", "week", "month", "quarter", "year"]
MONTHLY = Periods("month", date(2027, 1, 1), 24)


def test_a_need_counts_at_the_last_period_that_ends_by_it_and_a_supply_in_the_one_that_holds_it():
    assert MONTHLY.ending_by(date(2027, 3, 30)) == 1
    assert MONTHLY.ending_by(date(2027, 3, 31)) == 2
    assert MONTHLY.containing(date(2027, 3, 1)) == MONTHLY.containing(date(2027, 3, 31)) == 2
    assert MONTHLY.containing(date(2026, 12, 31)) == -1


@pytest.mark.parametrize(("days", "periods"), [(0, 0), (1, 1), (30, 1), (MONTH_DAYS, 1), (31, 2), (61, 3)])
def test_a_lag_rounds_up_to_whole_periods(days, periods):
    # Two months are 60.875 days: 61 are a little more.
    assert MONTHLY.lag(days) == periods


def test_an_offset_leaves_its_rest_rounded_up():
    # 90 days of lead time are 3 periods. 40 after the start 50 are left, 2 periods: so 1 after the start.
    assert MONTHLY.offset(90.0, 40.0) == 1
    assert MONTHLY.offset(90.0, 0.0) == 0
    assert MONTHLY.offset(90.0, 90.0) == 3


@pytest.mark.parametrize(
    ("kind", "on_or_after", "expected"),
    [
        ("day", date(2027, 5, 5), date(2027, 5, 5)),
        ("week", date(2027, 1, 1), date(2027, 1, 4)),  # a Friday: the Monday after it
        ("week", date(2027, 1, 4), date(2027, 1, 4)),
        ("month", date(2027, 1, 2), date(2027, 2, 1)),
        ("month", date(2027, 12, 2), date(2028, 1, 1)),
        ("quarter", date(2027, 2, 1), date(2027, 4, 1)),
        ("quarter", date(2027, 10, 1), date(2027, 10, 1)),
        ("year", date(2027, 1, 1), date(2027, 1, 1)),
        ("year", date(2027, 7, 1), date(2028, 1, 1)),
    ],
)
def test_the_first_period_begins_on_or_after_the_study_date(kind, on_or_after, expected):
    assert first_period_start(kind, on_or_after) == expected


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("day", "2027-01-02"),
        ("week", "2027-01-08"),
        ("month", "2027-02"),
        ("quarter", "2027-Q2"),
        ("year", "2028"),
    ],
)
def test_periods_are_called_as_people_call_them(kind, label):
    assert Periods(kind, date(2027, 1, 1), 2).label(1) == label


@pytest.mark.parametrize("kind", KINDS)
@given(day=st.dates(date(2020, 1, 1), date(2045, 12, 31)))
def test_every_day_is_in_one_period_and_periods_follow_without_a_gap(kind, day):
    periods = Periods(kind, date(2027, 1, 1), 5)
    t = periods.containing(day)
    assert periods.first_day(t) <= day <= periods.last_day(t)
    assert periods.last_day(t) + timedelta(days=1) == periods.first_day(t + 1)
    assert periods.last_day(periods.ending_by(day)) <= day < periods.last_day(periods.ending_by(day) + 1)
    assert periods.first_day(t) <= periods.middle(t) <= periods.last_day(t)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12)
@given(day=st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_the_naive_calendar_walks_to_the_same_periods(kind, day):
    start = {"week": date(2026, 3, 4)}.get(kind, date(2026, 1, 1))
    given_settings = {
        "title": "x",
        "study_date": start,
        "start": start,
        "horizon": "2028-12-31",
        "period": kind,
    }
    tables = Tables.from_rows(given_settings)
    naive, periods = Calendar(tables), study_periods(tables)
    assert (periods.n, periods.containing(day)) == (naive.n, naive.containing(day))
    assert periods.ending_by(day) == naive.ending_by(day)
    assert periods.middle(periods.containing(day)) == naive.middle(naive.containing(day))
