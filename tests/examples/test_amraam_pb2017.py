"""The AMRAAM line of the budget of 2017: wholly from the book, and what the book's plan comes to."""

from pathlib import Path

import pandas as pd
import pytest

from coprod import Study
from coprod.p21.books import read_books
from coprod.p21.calendar import fiscal_year, parse_month
from coprod.p21.notes import readme
from coprod.p21.surge import fit_of
from coprod.study import read, write_folder

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "amraam-pb2017"
ROUND = "AIM-120 Missile All Up Round (AUR)"


@pytest.fixture(scope="module")
def books(shared_data):
    return read_books([shared_data / "us-budget" / "xml" / "air_force_missile_pb2017.xml"])


def test_the_example_is_what_the_book_gives_file_by_file(books, tmp_path):
    """coprod import p21 air_force_missile_pb2017.xml --line-item MAMRA0 --to examples/amraam-pb2017"""
    made = books.study(["MAMRA0"])
    write_folder(made.tables, tmp_path / "made")
    (tmp_path / "made" / "README.md").write_text(readme(made), encoding="utf-8")
    names = sorted(path.name for path in EXAMPLE.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "made").iterdir())
    for name in names:
        written = (tmp_path / "made" / name).read_text(encoding="utf-8")
        assert written == (EXAMPLE / name).read_text(encoding="utf-8"), name


@pytest.fixture(scope="module")
def tables():
    return read(EXAMPLE)[0]


def test_it_is_sound(tables):
    assert [str(problem) for problem in Study(tables).check() if problem.severity == "error"] == []


def test_its_lots_are_those_of_the_published_plan(tables):
    """Lots of FY2014 to FY2021, all customers: shared/data/facts.md, 0.4."""
    caps = tables["licences"].set_index("licence")["quantity_cap"]
    planned = [caps[f"{ROUND} FY{year}"] for year in range(2016, 2022)]
    assert planned == [714, 669, 935, 964, 1016, 1001]
    stock = tables["stock"]
    assert stock.loc[stock["item"] == ROUND, "quantity"].sum() == 568 + 556


def test_its_orders_and_receipts_by_fiscal_year_are_the_published_deliveries(tables, books):
    """643, 626, 840, 802, 951, 990, 1,048 for FY2017 to FY2023, as in tests/cases/test_amraam.py."""
    (line,) = [own for own in books.lines if own.item.name == ROUND]
    by_year = pd.Series(line.deliveries).groupby(fiscal_year).sum()
    assert [by_year[year] for year in range(2017, 2024)] == [643, 626, 840, 802, 951, 990, 1048]
    # Of these the foreign ones are asked for by the month, those of lots under contract too.
    demands = tables["demands"]
    foreign = demands.groupby(demands["due"].dt.year * 12 + demands["due"].dt.month - 1)["quantity"].sum()
    for month, units in foreign.items():
        assert units <= line.deliveries[month]
    assert foreign.sum() == 300 + 333 + 314 + 250 + 300 + 300 + 350 + 350


def test_the_last_lot_is_full_two_years_late_by_the_plan_and_by_the_schedule_alone(tables, books):
    """
    The plan (a twelfth of 700 a month, lots in their turn, receipts first) and the judgement of the printed
    months (no more than 700 in any twelve) are reckoned apart, and agree: 24 months after January 2024.
    """
    plan = Study(tables).plan("base", gap=0.0)
    assert plan.check_result == "check passed"
    dates = plan.backfills["backfill_date [last day]"]
    assert str(dates.max().date()) == "2026-01-31"
    (line,) = [own for own in books.lines if own.item.name == ROUND]
    assert max(line.deliveries) == parse_month("2024-01")
    assert fit_of(line).late_months == 24


def test_the_other_example_takes_from_the_book_what_still_holds(tables):
    """Rates and lead times of the older figures in us-japan-air-defence are this book's."""
    today = read(ROOT / "examples" / "us-japan-air-defence")[0]
    line = tables["resources"].set_index("resource").loc[ROUND]
    assert line["maximum_rate_per_month"] == pytest.approx(700 / 12)
    lines = today["resources"]
    (from_book,) = lines[lines["note"].str.contains("sustaining rate 400 a year")].to_dict("records")
    sustaining = tables["profiles"]
    sustaining = sustaining[sustaining["column"] == "minimum_sustaining_rate_per_month"]["value"].max()
    assert from_book["minimum_sustaining_rate_per_month"] == pytest.approx(sustaining, abs=0.05)
    process = tables["processes"].iloc[0]
    own = today["processes"]
    chain = own[own["item"].str.contains("AMRAAM|amraam")]
    assert process["lead_time_months"] == 23
    longest = chain.groupby("item")["lead_time_months"].max().sort_values()
    # 23 months of the book are 15 for components and 8 for final assembly there.
    assert {15.0, 8.0} <= set(longest)
