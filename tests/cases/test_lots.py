"""
The public lots: what award, lead time, quantity and rate predict of their deliveries, against what is
published.
"""

import math

import pytest
from benchmarks import lots as script
from tests.cases import lots as study_of_lots
from tests.cases import p21
from tests.reference.planned import planned


@pytest.fixture(scope="module")
def folder(shared_data):
    """The exhibits' tables."""
    return shared_data / "us-budget"


@pytest.fixture(scope="module")
def lots(folder):
    """All lots given."""
    return p21.read_lots(folder)


def months_of(result):
    """Planned deliveries by lot and month."""
    found = {}
    for row in result.deliveries.itertuples():
        if row.quantity > 1e-6:
            found.setdefault(row.demand, {})[row.period.year * 12 + row.period.month - 1] = row.quantity
    return found


def test_a_lot_of_100_at_240_a_year_takes_five_months_from_its_lead_time_on():
    # Award March 2027, PLT 17 months: first delivery August 2028. 20 a month: 100 units by December 2028.
    forecast = p21.predicted(p21.number("2027-03"), 17.0, 100.0, 20.0)
    assert {p21.name(m): units for m, units in forecast.items()} == {
        f"2028-{m:02d}": 20.0 for m in range(8, 13)
    }


@pytest.mark.parametrize("programme", p21.PROGRAMMES)
def test_the_plan_of_one_lot_alone_is_the_prediction_month_by_month(folder, programme):
    lot = p21.read_programme(folder, programme)[0]
    rate, plt = lot.rates["maximum"] / 12, lot.plt["reorder"]
    found = months_of(planned(p21.lot_study([lot], rate, {lot.lot: plt})))
    assert found[lot.lot] == pytest.approx(p21.predicted(lot.award, plt, lot.quantity, rate), abs=1e-5)


@pytest.mark.parametrize("programme", p21.PROGRAMMES)
def test_the_plan_of_a_programme_makes_its_lots_in_turn_on_the_line(folder, programme):
    lots = p21.read_programme(folder, programme)
    rate, plt = lots[0].rates["maximum"] / 12, {lot.lot: lot.plt["reorder"] for lot in lots}
    found = months_of(planned(p21.lot_study(lots, rate, plt)))
    for name, forecast in p21.in_turn(lots, rate, plt).items():
        assert found[name] == pytest.approx(forecast, abs=1e-5), name


def test_the_stated_lead_time_is_right_to_the_month_for_about_half_of_the_lots(lots):
    # 435 of 785 lots (55 %): the same count as in the published summary of these tables, the nearer PLT
    # taken.
    exact, stated = study_of_lots.reasons(lots)["first delivery = award + a stated PLT (initial or reorder)"]
    assert (exact, stated) == (435, 785)
    nearer = next(s for s in study_of_lots.first_delivery(lots) if s.what == "nearer")
    assert round(nearer.within_one, 2) == 0.70


def test_a_lot_spread_over_a_year_is_told_better_than_one_at_the_rate_of_its_line(lots):
    spreads = {s.what: s for s in study_of_lots.last_delivery(lots, published_first=True)}
    assert spreads["a twelfth of the lot"].exact == pytest.approx(0.50, abs=0.005)
    assert spreads["maximum"].exact == pytest.approx(0.07, abs=0.005)


def test_the_error_of_a_curve_that_comes_a_month_late_is_one_month(lots):
    lot = next(lot for lot in lots if lot.complete)
    late = {month + 1: units for month, units in lot.schedule.items()}
    gap, delay = p21.curve_errors(lot, late)
    assert delay == pytest.approx(1.0)
    assert gap == pytest.approx(max(lot.schedule.values()) / lot.quantity)


def test_every_lot_with_a_stated_lead_time_is_counted(lots):
    assert len(lots) == 819
    assert all(math.isfinite(lot.quantity) and lot.quantity >= 0 for lot in lots)


def test_the_committed_table_is_what_the_script_prints(folder, repository_root, capsys):
    script.main(folder)
    printed = [row for row in capsys.readouterr().out.splitlines() if row.startswith("|")]
    committed = (repository_root / "docs" / "evidence-lots.md").read_text(encoding="utf-8")
    assert [row for row in printed if row not in committed] == []
