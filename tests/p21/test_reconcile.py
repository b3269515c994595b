"""Each kind of contradiction made on purpose: found with both places, and resolved by its rule."""

import pytest
from tests.p21 import made

from coprod.p21.calendar import month_name
from coprod.p21.reconcile import KINDS, peak_of_twelve

ARMY = made.schedule("Army", 24, [("2017-11", 12), ("2017-12", 12)])


def planned(schedules=ARMY, quantity=24, award="2017-01", first="2017-11", extra=""):
    return [made.lot(2017, award, first, quantity, schedules, extra=extra)]


def total(quantity, cells):
    return (
        f"<MonthlyDeliveryScheduleTotal><ProcQuantity>{quantity}</ProcQuantity>"
        f"<MonthlyDeliveryList>{made.months(cells)}</MonthlyDeliveryList></MonthlyDeliveryScheduleTotal>"
    )


CASES = {
    "months against quantity": (
        {"lots": planned(made.schedule("Army", 30, [("2017-11", 12), ("2017-12", 12)]), 30)},
        "months 24 + accepted 0",
        "procured 30",
    ),
    "total row against customers": (
        {"lots": planned(extra=total(25, [("2017-11", 25)]))},
        "25",
        "24",
    ),
    "customers against lot": ({"lots": planned(quantity=20)}, "24", "quantity 20"),
    "first delivery against months": (
        {"lots": planned(first="2018-01")},
        "first units 2017-11",
        "first delivery 2018-01",
    ),
    "delivery before award": (
        {"lots": planned(award="2017-12")},
        "12 units from 2017-11",
        "award 2017-12",
    ),
    "first delivery before award": (
        {"lots": planned(award="2017-12")},
        "award 2017-12",
        "first delivery 2017-11",
    ),
    "peak above maximum": (
        {"lots": planned(made.schedule("Army", 60, [("2017-11", 30), ("2018-10", 30)]), 60)},
        "maximum 48 a year",
        "60 units",
    ),
    "maximum far above peak": (
        {"lots": planned(), "rates": made.RATES.replace(">48<", ">4800<")},
        "maximum 4800 a year as printed",
        "24 units",
    ),
    "rates out of order": (
        {"lots": planned(), "rates": made.RATES.replace(">24<", ">96<")},
        "minimum, economic, maximum: 12, 96, 48",
        "needs to rise",
    ),
    "total lead time against its parts": (
        {"lots": planned(), "times": made.TIMES.replace(">13<", ">15<")},
        "3 + 10 = 13 months",
        "total 15",
    ),
    "negative figure": (
        {"lots": planned(made.schedule("Army", 24, [("2017-11", 30), ("2017-12", -6)]))},
        "-6 units",
        "at least 0",
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_contradiction_is_found_with_both_places(tmp_path, kind):
    changes, first, second = CASES[kind]
    line = made.one(tmp_path, **changes)
    found = [own for own in line.contradictions if own.kind == kind]
    assert found
    assert (found[0].first, found[0].second) == (first, second)
    for place in (found[0].first_place, found[0].second_place):
        assert str(place).startswith("PB2017 Army 2035A, P1 Pumps, P-")


def test_every_kind_has_a_case_and_a_sound_line_has_none(tmp_path):
    assert {*CASES, "monthly rate read as yearly"} == set(KINDS)
    assert made.one(tmp_path).contradictions == ()


def with_unit(tmp_path, unit, rates=(12, 24, 48), cells=(("2017-11", 12), ("2017-12", 12)), year=2017):
    low, middle, high = rates
    printed = (
        f"<MinimumSustainingRate>{low}</MinimumSustainingRate><Rate185>{middle}</Rate185>"
        f"<MaximumProductionRate>{high}</MaximumProductionRate>"
    )
    lots = planned(made.schedule("Army", sum(units for _, units in cells), cells))
    units = 'unitCostUnits="Millions"' + (f' manufacturerRateUnits="{unit}"' if unit else "")
    return made.book([made.line_item([made.item([made.maker(lots, printed)])], units=units)], year=year)


@pytest.mark.parametrize(
    ("unit", "rates", "maximum", "read_as"),
    [
        ("Yearly", (12, 24, 48), 48, "Yearly"),
        # 24 units in twelve months: 12 x 4 a month are twice that, so it may well be monthly.
        ("Monthly", (1, 2, 4), 48, "Monthly"),
        # 12 x 48 = 576 would be 24 times the largest twelve months, and 48 a year cover them.
        ("Monthly", (12, 24, 48), 48, "Yearly"),
        # 10 a year would not cover them by far: more than twice as many.
        ("Monthly", (2, 5, 10), 120, "Monthly"),
        # No unit, as in the books of 2014.
        ("", (12, 24, 48), 48, "Yearly"),
        ("", (2, 5, 10), 120, "Monthly"),
    ],
)
def test_the_unit_of_rates(tmp_path, unit, rates, maximum, read_as):
    (line,) = made.read(tmp_path, with_unit(tmp_path, unit, rates)).lines
    assert (line.rates.maximum, line.rates.unit, line.rates.stated_unit) == (maximum, read_as, unit)
    flipped = [own for own in line.contradictions if own.kind == "monthly rate read as yearly"]
    assert bool(flipped) == (unit == "Monthly" and read_as == "Yearly")


def test_the_same_numbers_yearly_in_another_budget_settle_the_unit(tmp_path):
    # 240 monthly in one book: 5 times the peak alone would leave it monthly.
    cells = [("2017-11", 20), ("2018-11", 20)]
    monthly = with_unit(tmp_path, "Monthly", (2, 5, 12), cells)
    (alone,) = made.read(tmp_path, monthly).lines
    assert alone.rates.unit == "Monthly"
    lines = made.read(tmp_path, monthly, with_unit(tmp_path, "Yearly", (2, 5, 12), cells, year=2016)).lines
    assert [line.rates.unit for line in lines] == ["Yearly", "Yearly"]
    (flip,) = [own for own in lines[0].contradictions if own.kind == "monthly rate read as yearly"]
    assert (flip.first, flip.second) == ("maximum 12, Monthly", "the same numbers, Yearly")
    assert flip.second_place.book == "budget year 2016"


def test_the_largest_twelve_months_are_any_twelve_on_end():
    assert peak_of_twelve({10: 3.0, 21: 4.0, 22: 5.0}) == 9.0
    assert peak_of_twelve({}) == 0.0


def test_the_peaks_of_the_published_amraam_plan(published):
    """1,048 against 700: shared/data/facts.md, 0.4, and p21_data_quality_anomalies.csv."""
    (line,) = [own for own in published.select(["MAMRA0"], 2017) if "AUR" in own.name]
    (peak,) = [own for own in line.contradictions if own.kind == "peak above maximum"]
    assert (peak.amount, line.rates.maximum) == (348.0, 700.0)
    assert month_name(min(line.deliveries)) == "2016-04"
