"""Fiscal years, rates, escalation and then-year money, worked out by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprod.money import Money, fiscal_year, nearest_year

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
MONTHS = st.integers(1, 12)


def money(**changes):
    """Yen at 150 in 2026 and 140 in 2028; dollars dearer by 2 % a year, yen by 1 %."""
    figures = {
        "base": "USD",
        "price_year": 2026,
        "per_base": {"JPY": {2026: 150.0, 2028: 140.0}},
        "index": {
            "USD": {2026: 100.0, 2027: 102.0, 2028: 104.04},
            "JPY": {2026: 200.0, 2027: 202.0, 2028: 204.02},
        },
    }
    return Money(**{**figures, **changes})


@pytest.mark.parametrize(
    ("day", "first_month", "named_by", "year"),
    [
        (date(2026, 9, 30), 10, "most", 2026),  # the last day of the US fiscal year 2026
        (date(2026, 10, 1), 10, "most", 2027),  # the first day of the next
        (date(2027, 3, 31), 4, "most", 2026),  # Japan's year is called after its start
        (date(2027, 4, 1), 4, "most", 2027),
        (date(2026, 7, 1), 7, "most", 2027),  # six months in either calendar year: its end
        (date(2026, 6, 30), 7, "most", 2026),
        (date(2026, 12, 31), 1, "end", 2026),  # a calendar year ends in the year it starts in
        (date(2026, 10, 1), 10, "start", 2026),
        (date(2026, 4, 1), 4, "end", 2027),
    ],
)
def test_a_day_lies_in_the_fiscal_year_it_is_known_by(day, first_month, named_by, year):
    assert fiscal_year(day, first_month, named_by) == year


@given(DAYS, MONTHS, st.sampled_from(["most", "start", "end"]))
def test_a_fiscal_year_changes_on_the_first_of_its_month_and_on_no_other_day(day, first_month, named_by):
    before = fiscal_year(date.fromordinal(day.toordinal() - 1), first_month, named_by)
    turn = day.day == 1 and day.month == first_month
    assert fiscal_year(day, first_month, named_by) == before + turn


@given(DAYS, MONTHS)
def test_the_name_by_most_is_the_year_with_more_months_counted_one_by_one(day, first_month):
    begin = day.year if day.month >= first_month else day.year - 1
    years = [begin + (first_month - 1 + month) // 12 for month in range(12)]
    expected = max(set(years), key=lambda year: (years.count(year), year))
    assert fiscal_year(day, first_month) == expected


def test_of_two_years_equally_near_the_earlier_is_taken():
    assert nearest_year({2026: 0.0, 2028: 0.0}, 2027) == 2026
    assert nearest_year({2026: 0.0, 2028: 0.0}, 2035) == 2028
    with pytest.raises(ValueError, match="empty"):
        nearest_year({}, 2027)


def test_costs_are_converted_at_the_price_years_rate():
    assert money().to_base(3000.0, "JPY") == pytest.approx(20.0)  # at 150 yen
    assert money(price_year=2028).to_base(2800.0, "JPY") == pytest.approx(20.0)  # at 140
    assert money().to_base(7.0, "") == money().to_base(7.0, "USD") == 7.0


def test_spending_escalates_in_its_own_currency_and_is_then_converted_at_that_years_rate():
    # 3,000 yen of 2026 are 3,000 * 204.02 / 200 = 3,060.3 yen in 2028, at 140 yen 21.859 dollars.
    assert money().then_year(3000.0, "JPY", "USD", 2028) == pytest.approx(3060.3 / 140.0)
    # 20 dollars of 2026 are 20 * 1.0404 = 20.808 in 2028: 2,913.12 yen for a payer in yen.
    assert money().then_year(20.0, "USD", "JPY", 2028) == pytest.approx(2913.12)
    # In the payer's own currency the rate of the year goes in and out again.
    assert money().then_year(3000.0, "JPY", "JPY", 2028) == pytest.approx(3060.3)


def test_a_year_that_is_not_listed_takes_the_nearest_and_is_remembered():
    asked = money()
    assert asked.rate("JPY", 2031) == 140.0
    assert asked.escalation("USD", 2030) == pytest.approx(1.0404)
    assert asked.missing == {("exchange_rates", "JPY", 2031, 2028), ("escalation", "USD", 2030, 2028)}


def test_what_is_listed_or_needs_no_list_is_not_remembered():
    asked = money()
    asked.then_year(1.0, "USD", "USD", 2027)
    asked.then_year(1.0, "USD", "JPY", 2028)
    assert asked.escalation("EUR", 2028) == 1.0  # no index: prices stay
    assert asked.missing == set()


def test_a_currency_without_rates_cannot_be_converted():
    with pytest.raises(KeyError, match="EUR"):
        money().rate("EUR", 2026)


@given(st.floats(-1e9, 1e9), st.sampled_from([2026, 2027, 2028]))
def test_a_cost_in_parts_is_the_cost_in_whole(amount, year):
    parts = sum(money().then_year(amount * share, "JPY", "USD", year) for share in (0.25, 0.75))
    assert parts == pytest.approx(money().then_year(amount, "JPY", "USD", year), rel=1e-12, abs=1e-12)
