"""Which lines could surge, and what later books restated: by hand, and against the published tables."""

import numpy as np
import pandas as pd
import pytest
from tests.p21 import made

from coprod.p21.calendar import month_name, parse_month
from coprod.p21.restated import item_key, restated_budgets, restated_lots
from coprod.p21.surge import fit_of, surge_table
from coprod.report.charts.budget_lines import ROWS, RestatedChart, SurgeChart
from coprod.report.charts.render import draw


def test_months_to_replace_are_units_over_rate_after_the_lead_time(tmp_path):
    (row,) = surge_table([made.one(tmp_path)]).to_dict("records")
    # 4 units in the twelve months before February 2016; 3 + 10 months to the first; 48, 24 and 12 a year.
    assert (row["replace_units"], row["basis"]) == (4.0, "last 12 months, 2015-02 to 2016-01")
    assert row["order_to_first_delivery_months"] == 13.0
    made_in = [row[f"months_at_{name}"] for name in ("minimum", "economic", "maximum")]
    assert made_in == [4.0, 2.0, 1.0]
    done = [row[f"replaced_after_{name}"] for name in ("minimum", "economic", "maximum")]
    assert done == [17.0, 15.0, 14.0]
    # The largest twelve months are the 36 units of November and December 2017.
    assert (row["peak_12_months"], row["spare_per_year"], row["plan_fits"]) == (36.0, 12.0, "yes")
    (asked,) = surge_table([made.one(tmp_path)], units=96).to_dict("records")
    assert (asked["basis"], asked["replaced_after_maximum"]) == ("as asked", 13.0 + 24.0)


def test_a_plan_above_its_maximum_is_late_by_what_no_twelve_months_hold(tmp_path):
    cells = [("2017-11", 30), ("2018-10", 30)]
    line = made.one(
        tmp_path, lots=[made.lot(2017, "2017-01", "2017-11", 60, made.schedule("Army", 60, cells))]
    )
    fit = fit_of(line)
    # 48 in any twelve months: 30 + 18, and the other 12 once the first 30 are a year old, a month later.
    assert (fit.over, fit.late_units, fit.late_months, fit.fits) == (12.0, 12.0, 1, False)


def test_a_plan_a_thousand_times_the_rate_is_reckoned_too(tmp_path):
    # 48,000 in one month at 48 a year: 48 at once, and 48 every twelve months after: 999 years more.
    lots = [made.lot(2017, "2017-01", "2017-11", 48000, made.schedule("Army", 48000, [("2017-11", 48000)]))]
    fit = fit_of(made.one(tmp_path, lots=lots))
    assert (fit.late_units, fit.late_months) == (47_952.0, 999 * 12)


@pytest.mark.parametrize(
    ("award", "early", "fits"), [("2017-01", 0, True), ("2017-02", 1, True), ("2017-03", 2, False)]
)
def test_a_first_delivery_sooner_than_the_lead_time_does_not_fit_beyond_a_month_of_counting(
    tmp_path, award, early, fits
):
    lots = [made.lot(2017, award, "2017-11", 24, made.schedule("Army", 24, [("2017-11", 24)]))]
    fit = fit_of(made.one(tmp_path, lots=lots))
    assert (fit.early_months, fit.fits) == (early, fits)


def test_what_a_book_does_not_say_stays_blank(tmp_path):
    (row,) = surge_table([made.one(tmp_path, rates="", times="")]).to_dict("records")
    for column in (
        "maximum_per_year",
        "order_to_first_delivery_months",
        "replaced_after_maximum",
        "late_units",
    ):
        assert row[column] is None or np.isnan(row[column])
    assert row["plan_fits"] == ""


def restated(tmp_path):
    """One lot in the books of 2016 and 2017: three months later, four units fewer, a fifth dearer."""

    def text(year, name, first, quantity, cost):
        lots = [made.lot(2017, "2017-01", first, quantity, unit_cost=cost)]
        return made.book([made.line_item([made.item([made.maker(lots)], name=name)])], year=year)

    later = text(2017, "2. Pump-20B (New)", "2018-02", 20, "0.6")
    return made.read(tmp_path, later, text(2016, "PUMP-20 NEW", "2017-11", 24, "0.5"))


def test_a_lot_is_followed_over_renumbered_and_respelt_items(tmp_path):
    table = restated_lots(restated(tmp_path).lines)
    assert list(table["budget_year"]) == [2016, 2017]
    last = table.iloc[-1]
    assert (last["slip_months"], last["award_slip_months"], last["quantity_change"]) == (3, 0, -4)
    assert last["unit_cost_growth_percent"] == pytest.approx(20.0)
    assert (last["unit_cost"], last["first_delivery"]) == (600_000.0, pd.Timestamp("2018-02-01"))


def test_two_variants_in_one_book_are_never_taken_for_one(tmp_path):
    both = [made.item([made.maker(made.LOTS)], name=name) for name in ("Pump-20A", "Pump-20B")]
    books = made.read(
        tmp_path,
        made.book([made.line_item(both)]),
        made.book([made.line_item(both[:1])], year=2016),
    )
    assert set(restated_lots(books.lines)["item"]) == {"Pump-20A"}
    assert item_key("1.1.4) MC1150 Dozer") == "mc1150 dozer"
    assert item_key("-- LMTV Cargo") == "lmtv cargo"


def test_fiscal_years_are_followed_over_the_books(tmp_path):
    table = restated_budgets(restated(tmp_path).items)
    # Each made book gives CurrentYear 12 and BudgetYearOne 24: FY2016 is 24 in the first book, then 12.
    year = table[table["fiscal_year"] == 2016]
    assert list(year["quantity"]) == [24.0, 12.0]
    assert list(year["quantity_change"]) == [0.0, -12.0]
    assert list(year["total_cost"]) == [12e6, 6e6]


def test_restated_first_deliveries_are_those_others_found(published, rows):
    """Every date of lot_first_delivery_restated_across_budgets.csv whose item the books name alike."""
    own = {}
    for line in published.lines:
        for lot in line.lots:
            key = (line.line.service, line.item.name.upper(), str(lot.fiscal_year), line.line.year)
            own.setdefault(key, set()).add((lot.award, lot.first))
    table = restated_lots(published.lines)
    slips = {
        (row["service"], row["item"].upper(), str(row["fiscal_year"]), row["budget_year"]): row["slip_months"]
        for row in table.to_dict("records")
    }
    compared = slipped = 0
    for row in rows("lot_first_delivery_restated_across_budgets.csv"):
        first = None
        for year in range(2014, 2018):
            key = (row["service"], row["item"], row["lot_fy"], year)
            if not row[f"first_delivery_pb{year}"] or key not in own:
                continue
            listed = (parse_month(row[f"award_pb{year}"]), parse_month(row[f"first_delivery_pb{year}"]))
            assert listed in own[key], (row, year, [tuple(map(month_name, pair)) for pair in own[key]])
            compared += 1
            first = listed[1] if first is None else first
            if key in slips and len(own[key]) == 1:
                assert slips[key] == listed[1] - first, (row, year)
                slipped += 1
    assert (compared, slipped) == (160, 146)


def test_the_amraam_lots_of_2014_slipped_by_eight_months(published):
    """2016-02 in the book of 2014, 2016-10 in that of 2017, under three names of the item."""
    table = restated_lots(published.lines)
    own = table[
        (table["line_item"] == "MAMRA0") & (table["lot"] == "FY2014") & table["item"].str.contains("AUR")
    ]
    assert list(own["budget_year"]) == [2014, 2015, 2016, 2017]
    assert list(own["slip_months"]) == [0, 0, 0, 8]
    assert list(own["quantity"]) == [181.0, 165.0, 165.0, 261.0]


def test_the_summary_of_every_published_line(published):
    table = surge_table(published.lines)
    assert len(table) == len(published.lines) == 581
    line = table[(table["budget_year"] == 2017) & (table["line_item"] == "MAMRA0")]
    (amraam,) = line[line["item"].str.contains("AUR")].to_dict("records")
    # shared/data/facts.md, 1: rates 400 / 400 / 700, lead times 6 + 23; 0.4: it breaks its capacity.
    rates = [amraam[f"{name}_per_year"] for name in ("minimum", "economic", "maximum")]
    assert rates == [400, 400, 700]
    assert amraam["order_to_first_delivery_months"] == 29
    assert (amraam["plan_fits"], amraam["over_maximum_units"]) == ("no", 348)
    fits = table["plan_fits"].value_counts()
    assert (fits["yes"], fits["no"], fits[""]) == (295, 23, 263)


def test_the_charts_show_a_page_of_lines_and_say_of_how_many(published):
    surge = SurgeChart(surge_table(published.lines))
    drawn = surge.drawn()
    assert len(drawn) == ROWS
    assert set(drawn["budget_year"]) == {2017}
    assert drawn["replaced_after_maximum"].is_monotonic_increasing
    page = draw(surge.spec())
    assert f"{ROWS} of 581 lines" in page
    assert "plan is 348 above" in page
    moved = RestatedChart(restated_lots(published.lines))
    lots = moved.drawn()
    assert len(lots) == ROWS
    least = min(abs(own["slip_months"].iloc[-1]) for own in lots)
    by_lot = moved.table.groupby(["service", "line_item", "maker", "lot", "item"])
    rest = by_lot["slip_months"].last().abs()
    assert (rest > least).sum() <= ROWS
    assert "First deliveries as restated by the budgets of 2014 to 2017" in draw(moved.spec())


def test_charts_of_little_or_nothing_are_drawn_too(tmp_path):
    empty = made.one(tmp_path, rates="", times="")
    assert "0 of 1 lines" in draw(SurgeChart(surge_table([empty])).spec())
    assert "months" in draw(RestatedChart(restated_lots(restated(tmp_path).lines)).spec())
