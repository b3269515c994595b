"""Due dates and limits that cannot all be kept: by hand, each set and each cure worked out."""

import numpy as np
import pytest
from tests.explain.test_causes import SETTINGS, series
from tests.reference.stopping import Stop, Stopping

from coprod.explain import remedies
from coprod.explain.limits import Limit
from coprod.explain.remedies.infeasible import Asked, least_number, narrow, proved, thinned
from coprod.explain.remedies.invested import _cheapest
from coprod.explain.remedies.live import WHOLE
from coprod.explain.remedies.worded import rounded_up
from coprod.plan import PlanSettings
from coprod.progress import Progress
from coprod.study.tables import Tables


def found_in(tables):
    return remedies(tables, "base")


def sets(found):
    """Kinds and names of each conflict's members."""
    return [
        set(zip(rows["kind"], rows["name"], strict=True)) for _, rows in found.conflicts.groupby("conflict")
    ]


def changes(found):
    """Kind, name and amount of every change, cure by cure, in order."""
    return [
        [(row["kind"], row["name"], row["by"]) for _, row in rows.iterrows()]
        for _, rows in found.cures.groupby("cure")
    ]


def near(kind, name, by):
    return (kind, name, pytest.approx(by, rel=1e-4))


def test_dates_that_can_be_kept_have_neither_conflict_nor_cure():
    found = found_in(series(body=20.0, final=20.0))
    assert found.feasible
    assert found.conflicts.empty
    assert found.cures.empty


def test_one_line_too_small_needs_a_higher_rate_or_a_later_date():
    # 240 in twelve months: 20 a month, and the line has 15; at 15 a month it takes sixteen months.
    found = found_in(series(body=15.0, final=30.0))
    assert not found.feasible
    assert found.dates
    assert sets(found) == [{("line rate", "part-line"), ("due date", "order")}]
    assert found.conflicts["proved"].all()
    line = found.conflicts[found.conflicts["kind"] == "line rate"].iloc[0]
    assert line["limit"] == pytest.approx(15 * 12)
    assert (line["item"], line["site"]) == ("part", "plant")
    assert (f"{line['first']:%F}", f"{line['last']:%F}") == ("2027-01-01", "2027-12-31")
    assert changes(found) == [[near("due date", "order", 4)], [near("line rate", "part-line", 5.0)]]
    assert found.cures["sentence"].tolist() == [
        "give order 4 months more (2028-04 instead of 2027-12)",
        "raise part-line by 5 a month from 2027-01 to 2027-12 (from 15)",
    ]
    assert found.cures["relative"].tolist() == pytest.approx([4 / 12, 1 / 3], rel=1e-4)


def test_of_two_lines_in_series_both_must_be_wider():
    found = found_in(series(body=10.0, final=10.0))
    (one,) = sets(found)
    assert len(one) == 2  # a line and the order: without either line's rate the other's is enough to prove it
    cures = changes(found)
    assert [near("due date", "order", 12)] in cures
    (both,) = [cure for cure in cures if len(cure) == 2]
    assert sorted(both) == [near("line rate", "final-line", 10.0), near("line rate", "part-line", 10.0)]


def test_a_rate_is_raised_only_while_it_is_needed():
    # Parts take two months, so what is started in the last two months comes too late: 240 in ten months.
    processes = [
        {
            "process": "make",
            "site": "plant",
            "item": "part",
            "resource": "part-line",
            "lead_time_months": 2.0,
        },
        {"process": "assemble", "site": "plant", "item": "round", "resource": "final-line"},
    ]
    found = found_in(series(body=15.0, final=300.0, processes=processes))
    cure = found.cures[found.cures["kind"] == "line rate"].iloc[0]
    assert cure["by"] == pytest.approx(9.0, rel=1e-4)
    assert (f"{cure['first']:%F}", f"{cure['last']:%F}") == ("2027-01-01", "2027-10-31")


LICENSED = [
    {"process": "make", "site": "plant", "item": "part", "resource": "part-line", "unit_cost": 2.0},
    {
        "process": "assemble",
        "site": "plant",
        "item": "round",
        "resource": "final-line",
        "licence": "know-how",
    },
]


def test_a_licence_cap_too_small():
    licences = [{"licence": "know-how", "quantity_cap": 200.0}]
    found = found_in(series(body=30.0, final=30.0, licences=licences, processes=LICENSED))
    assert sets(found) == [{("licence cap", "know-how"), ("due date", "order")}]
    assert changes(found) == [[near("licence cap", "know-how", 40.0)]]


def test_a_budget_too_small_has_a_price_and_the_year_it_is_needed_in():
    payers = [{"payer": "fund", "currency": "USD", "fiscal_year_start": 1}]
    budgets = [{"payer": "fund", "fiscal_year": 2027, "amount": 300.0}]
    processes = [{**row, "licence": ""} for row in LICENSED]
    found = found_in(series(body=30.0, final=30.0, payers=payers, budgets=budgets, processes=processes))
    assert sets(found) == [{("budget", "fund/2027"), ("due date", "order")}]
    # 240 parts at 2: 480.
    assert changes(found) == [[near("budget", "fund/2027", 180.0)]]
    cure = found.cures.iloc[0]
    assert (cure["ranked_by"], cure["unit"]) == ("cost", "USD")
    assert cure["cost"] == pytest.approx(180.0, rel=1e-4)
    assert cure["sentence"] == "raise the budget of fund in 2027 by 180 USD (from 300)"


def test_a_bought_out_material_is_needed_in_time():
    # Nothing makes the part, 200 are there, and assembly takes three months at any rate.
    processes = [
        {"process": "assemble", "site": "plant", "item": "round", "lead_time_months": 3.0},
    ]
    stock = [{"item": "part", "site": "plant", "quantity": 200.0}]
    found = found_in(series(processes=processes, stock=stock))
    assert sets(found)[0] >= {("material", "part/plant"), ("due date", "order")}
    cure = found.cures[found.cures["kind"] == "material"].iloc[0]
    assert cure["by"] == pytest.approx(40.0, rel=1e-4)
    assert f"{cure['last']:%F}" == "2027-09-30"


def test_a_lead_time_longer_than_the_time_there_is():
    # What starts in January is there fourteen months later, in March 2028; it is due in December.
    processes = [
        {"process": "make", "site": "plant", "item": "part", "lead_time_months": 14.0},
        {"process": "assemble", "site": "plant", "item": "round"},
    ]
    found = found_in(series(processes=processes))
    assert sets(found) == [{("lead time", "make"), ("due date", "order")}]
    assert found.conflicts["proved"].all()
    assert changes(found) == [[near("lead time", "make", -3)], [near("due date", "order", 3)]]
    assert found.cures["sentence"].tolist() == [
        "shorten the lead time of make by 3 months (from 14)",
        "give order 3 months more (2028-03 instead of 2027-12)",
    ]


def test_an_opening_date_after_the_due_date():
    processes = [
        {"process": "make", "site": "plant", "item": "part"},
        {"process": "assemble", "site": "plant", "item": "round", "available_from": "2028-05-01"},
    ]
    found = found_in(series(processes=processes))
    assert sets(found) == [{("opening date", "assemble"), ("due date", "order")}]
    assert sorted(changes(found)) == [
        [near("due date", "order", 5)],
        [near("opening date", "assemble", -5)],
    ]


def test_a_transport_too_slow():
    rows = {
        "sites": [{"site": "plant"}, {"site": "depot"}],
        "processes": [{"process": "assemble", "site": "plant", "item": "round"}],
        "inputs": [],
        "resources": [],
        "lanes": [{"item": "round", "from_site": "plant", "to_site": "depot", "lead_time_months": 13.0}],
        "demands": [
            {"demand": "order", "item": "round", "site": "depot", "quantity": 24.0, "due": "2027-12-31"}
        ],
    }
    found = found_in(series(**rows))
    assert sets(found) == [{("transport time", "round"), ("due date", "order")}]
    assert [near("transport time", "round", -2)] in changes(found)
    # A lane that carries 1 a month is too narrow besides: 24 in twelve months.
    rows["lanes"][0] |= {"capacity_per_month": 1.0, "lead_time_months": 0.0}
    found = found_in(series(**rows))
    assert sets(found) == [{("lane capacity", "round/plant/depot"), ("due date", "order")}]
    assert [near("lane capacity", "round/plant/depot", 1.0)] in changes(found)


def test_an_objective_full_too_late():
    objectives = [
        {"objective": "full", "item": "round", "site": "plant", "level": 180.0, "by": "2027-12-31"},
    ]
    found = found_in(series(body=10.0, final=30.0, demands=[], stock_objectives=objectives))
    assert sets(found) == [{("line rate", "part-line"), ("objective's date", "full")}]
    assert sorted(changes(found)) == [
        [near("line rate", "part-line", 5.0)],
        [near("objective's date", "full", 6)],
    ]


def test_the_more_important_of_two_orders_keeps_its_date():
    # 120 and 120 in twelve months at 10 a month: the second comes a year later, whichever was named first.
    order = {"item": "round", "site": "plant", "quantity": 120.0, "due": "2027-12-31"}
    demands = [{"demand": "lesser", "priority": 2, **order}, {"demand": "greater", **order}]
    found = found_in(series(body=10.0, final=30.0, demands=demands))
    assert [near("due date", "lesser", 12)] in changes(found)


def test_a_stock_gives_way_before_the_orders_that_were_late_with_it():
    # Two orders of 60 take all of the year; the stock of 60 takes half of the next.
    order = {"item": "round", "site": "plant", "quantity": 60.0, "due": "2027-12-31"}
    stock = {"item": "round", "site": "plant", "level": 60.0, "by": "2027-12-31"}
    found = found_in(
        series(
            body=10.0,
            final=30.0,
            demands=[{"demand": "one", **order}, {"demand": "two", **order}],
            stock_objectives=[{"objective": "full", **stock}],
        )
    )
    dates = [cure for cure in changes(found) if all(kind != "line rate" for kind, *_ in cure)]
    assert [near("objective's date", "full", 6)] in dates


def test_two_orders_that_contradict_two_lines_are_two_conflicts_with_one_cure():
    # Each order needs 20 a month of a line of its own, which has 10.
    rows = {
        "items": [{"item": "round", "kind": "end item"}, {"item": "shell", "kind": "end item"}],
        "processes": [
            {"process": "make", "site": "plant", "item": "round", "resource": "part-line"},
            {"process": "press", "site": "plant", "item": "shell", "resource": "final-line"},
        ],
        "inputs": [],
        "demands": [
            {"demand": name, "item": name, "site": "plant", "quantity": 240.0, "due": "2027-12-31"}
            for name in ("round", "shell")
        ],
    }
    found = found_in(series(**rows))
    assert sorted(map(sorted, sets(found))) == [
        [("due date", "round"), ("line rate", "part-line")],
        [("due date", "shell"), ("line rate", "final-line")],
    ]
    assert found.conflicts["proved"].all()
    assert sorted(sorted(cure) for cure in changes(found)) == [
        [near("due date", "round", 12), near("due date", "shell", 12)],
        [near("line rate", "final-line", 10.0), near("line rate", "part-line", 10.0)],
    ]


INVESTMENTS = [
    {"investment": name, "capex": capex, "resource": lines, "adds_rate_per_month": adds}
    for name, capex, lines, adds in (
        ("parts", 40.0, ["part-line"], 20.0),
        ("assembly", 30.0, ["final-line"], 20.0),
        ("both", 90.0, ["part-line", "final-line"], 20.0),
        ("too small", 1.0, ["part-line"], 1.0),
    )
]


def test_the_cheapest_investments_outside_the_option_come_first():
    outside = [{**row, "active": False} for row in INVESTMENTS]
    found = found_in(series(investments=outside))
    priced = found.cures[found.cures["ranked_by"] == "cost"]
    assert [(sorted(rows["name"]), rows["cost"].iloc[0]) for _, rows in priced.groupby("cure")] == [
        (["assembly", "parts"], 70.0),
        (["both"], 90.0),
    ]


def test_an_investment_that_needs_another_is_told_with_it():
    outside = [
        {**INVESTMENTS[2], "requires": ["permit"], "active": False},
        {"investment": "permit", "capex": 5.0, "active": False},
    ]
    found = found_in(series(investments=outside))
    priced = found.cures[found.cures["ranked_by"] == "cost"]
    assert sorted(priced["name"]) == ["both", "permit"]
    assert priced["cost"].tolist() == [95.0, 95.0]


@pytest.mark.parametrize("word", ["set 1", "outside the option"])
def test_who_cancels_gets_no_half_an_answer(word):
    outside = [{**row, "active": False} for row in INVESTMENTS]
    with pytest.raises(KeyboardInterrupt):
        remedies(series(investments=outside), "base", progress=Stop(word))


def test_who_cancels_while_a_choice_of_investments_is_looked_for_gets_none():
    asked = Asked(series(), "base", PlanSettings(), Progress())
    one = np.ones(1, dtype=bool)
    assert _cheapest(asked, np.ones(1), [one], []).tolist() == [True]
    assert _cheapest(asked, np.ones(1), [one], [one]) is None
    asked.progress = Stopping(0)
    with pytest.raises(KeyboardInterrupt):
        _cheapest(asked, np.ones(1), [one], [])


def test_limits_that_no_delay_helps_are_asked_about_alone():
    # The floor asks for five parts from the first month, and the first one is there after two.
    processes = [
        {
            "process": "make",
            "site": "plant",
            "item": "part",
            "resource": "part-line",
            "lead_time_months": 2.0,
        },
        {"process": "assemble", "site": "plant", "item": "round", "resource": "final-line"},
    ]
    floor = [{"item": "part", "site": "plant", "minimum": 5.0}]
    found = found_in(series(processes=processes, stock_limits=floor))
    assert not found.dates
    assert set(found.conflicts["about"]) == {"limits"}
    assert sets(found) == [{("stock floor", "part/plant"), ("lead time", "make")}]
    cures = changes(found)
    assert [near("lead time", "make", -2)] in cures
    assert [near("stock floor", "part/plant", -5.0)] in cures
    floor = found.cures[found.cures["kind"] == "stock floor"].iloc[0]
    assert (f"{floor['first']:%F}", f"{floor['last']:%F}") == ("2027-01-01", "2027-02-28")


def test_a_dated_investment_that_no_budget_pays_for():
    investments = [{**INVESTMENTS[0], "start": "2027-03-01"}]
    payers = [{"payer": "fund", "currency": "USD", "fiscal_year_start": 1}]
    budgets = [
        {"payer": "fund", "fiscal_year": 2027, "amount": 10.0},
        {"payer": "fund", "fiscal_year": 2028, "amount": 100.0},
    ]
    found = found_in(series(investments=investments, payers=payers, budgets=budgets))
    assert not found.dates
    assert sets(found) == [{("build date", "parts"), ("budget", "fund/2027")}]
    assert sorted(changes(found)) == [
        [near("budget", "fund/2027", 30.0)],
        [near("build date", "parts", 10)],
    ]
    assert "start parts 10 months later" in found.cures["sentence"].tolist()


def test_nothing_is_a_cure_where_the_horizon_and_the_study_end():
    # No line, no lead time: an item that nothing makes, and the licence that would allow it is not there.
    rows = series(body=1.0, final=30.0)
    short = Tables.from_rows(
        {**SETTINGS, "horizon": "2027-12-31"},
        **{name: rows[name].to_dict("records") for name in ("items", "sites")},
        demands=[{"demand": "order", "item": "round", "site": "plant", "quantity": 1.0, "due": "2027-12-31"}],
    )
    found = found_in(short)
    assert sets(found) == [{("material", "round/plant"), ("due date", "order")}]
    assert changes(found) == [[near("material", "round/plant", 1.0)]]


@pytest.mark.parametrize(
    ("value", "text"),
    [(13.8954, "13.9"), (4_096_000.0, "4.1 million"), (46.0, "46"), (0.004321, "0.00433"), (1e-9, "1e-09")],
)
def test_told_figures_are_never_below_what_is_needed(value, text):
    assert rounded_up(value) == text


def test_a_set_with_a_member_to_spare_is_not_proved():
    asked = Asked(series(body=15.0, final=16.0), "base", PlanSettings(), Progress())
    part, final = Limit("line rate", "part-line"), Limit("line rate", "final-line")
    order = Limit("due date", "order")
    assert proved(asked, {part: WHOLE, order: WHOLE}, [])
    assert not proved(asked, {part: WHOLE, final: WHOLE, order: WHOLE}, [])  # either line would do
    assert not proved(asked, {part: WHOLE, final: WHOLE}, [])  # without the order nothing is asked of them


def test_thinning_keeps_what_nothing_else_does_without():
    def still(kept):
        return {3, 70, 71} <= set(kept)

    assert thinned(range(100), still) == [3, 70, 71]
    assert thinned(range(3), lambda kept: True) == []


@pytest.mark.parametrize("least", [0, 1, 5, 98, 99])
def test_the_least_number_is_found_from_above(least):
    assert least_number(0, 99, lambda n: n >= least) == least
    first, last = narrow(0, 99, lambda span: span[0] <= 7 and span[1] >= 7 + least // 2)
    assert (first, last) == (7, 7 + least // 2)
