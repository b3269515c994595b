"""
The AMRAAM plan of budget year 2017: lots above the maximum rate of their own line.

Scheduled deliveries by US fiscal year, 2017 to 2023: 643, 626, 840, 802, 951, 990, 1,048, together 5,900; the
exhibit's maximum rate is 700 a year, 4,900 in seven years. How many are late depends on what may be built
ahead.
"""

import pandas as pd
import pytest
from tests.cases import p21
from tests.reference.planned import planned

FISCAL_YEARS = [2017, 2018, 2019, 2020, 2021, 2022, 2023]

# (period, built ahead, first month): units due and not delivered at the end of each fiscal year.
LATE = {
    # From October 2016, a twelfth of 700 a month, rounds may wait for their order: by the end of FY2018 the
    # line has made 1,400 for 1,269 due; 131 ahead. FY2019: 131 + 700 - 840 = 9 late; then + 102, + 251, +
    # 290, + 348: 1,000, which is 5,900 - 4,900: the line is never idle.
    ("month", True, "2016-10"): [0, 0, 9, 111, 362, 652, 1000],
    # The same line already free in April 2016, when the exhibit's table begins: six more months, 350 rounds,
    # of which 62 are due before October. The other 288 are the difference: 1,000 - 288 = 712.
    ("month", True, "2016-04"): [0, 0, 0, 0, 74, 364, 712],
    # 700 in any fiscal year, nothing ahead of it: 57 and 74 of the first two years are lost, and from FY2019
    # on 140 + 102 + 251 + 290 + 348 = 1,131 remain.
    ("year", False, "2016-10"): [0, 0, 140, 242, 493, 783, 1131],
    # With building ahead a year's maximum loses nothing either, and gives the 1,000 of the monthly one.
    ("year", True, "2016-10"): [0, 0, 9, 111, 362, 652, 1000],
    # A twelfth a month and nothing ahead, the strictest: deliveries come in four lumps a year, 100 to 255 in
    # a month, and the months between them count only while something is late. FY2017 ends 128 late.
    ("month", False, "2016-10"): [128, 54, 194, 296, 547, 837, 1185],
}


@pytest.fixture(scope="module")
def due(shared_data):
    """Scheduled deliveries by month, all customers."""
    return p21.amraam_due(shared_data / "us-budget")


def late_at_year_ends(deliveries, period):
    """Units due and not delivered at the end of each fiscal year, from a plan's deliveries."""
    backlog = deliveries.groupby("period")["backlog"].sum()
    if period == "year":  # dates moved on by three months: calendar year is fiscal year
        return [float(backlog.get(pd.Timestamp(year, 1, 1), 0.0)) for year in FISCAL_YEARS]
    return [float(backlog.get(pd.Timestamp(year, 9, 1), 0.0)) for year in FISCAL_YEARS]


def test_the_schedule_is_the_published_one(due):
    by_year = {year: sum(u for m, u in due.items() if p21.fiscal_year(m) == year) for year in FISCAL_YEARS}
    assert list(by_year.values()) == [643, 626, 840, 802, 951, 990, 1048]
    assert sum(u for m, u in due.items() if m < p21.number("2016-10")) == 62


@pytest.mark.parametrize(("period", "ahead", "first"), LATE)
def test_late_units_by_fiscal_year_under_each_convention(due, period, ahead, first):
    result = planned(p21.amraam_study(due, period=period, ahead=ahead, first=first))
    found = late_at_year_ends(result.deliveries, period)
    assert found == pytest.approx(LATE[period, ahead, first], abs=1e-5)


def test_with_due_dates_hard_the_line_would_need_more_than_its_maximum(due):
    # Cumulative need over cumulative capacity is largest at the end of FY2023: 5,900 / 4,900 = 1.204.
    result = planned(p21.amraam_study(due, period="month", ahead=True), kind="minimal-relaxation")
    assert len(result.relaxations)
    assert set(result.relaxations["kind"]) == {"capacity"}


def test_loading_at_completion_gives_the_same_as_a_line_without_lead_time(due):
    # PLT 23 months: what is started from November 2014 on is complete from October 2016 on, at 700 a year.
    tables = p21.amraam_study(due, period="month", ahead=True)
    processes = tables["processes"].copy()
    processes["lead_time_months"] = 23.0
    early = tables.replace("processes", processes).with_settings(
        start=tables.settings["start"].replace(year=2014, month=11),
        study_date=tables.settings["start"].replace(year=2014),
    )
    found = late_at_year_ends(planned(early).deliveries, "month")
    assert found == pytest.approx(LATE["month", True, "2016-10"], abs=1e-5)
