"""Small plans whose pegs, late units and chains can be worked out on paper."""

import pandas as pd
import pytest
from tests.reference.planned import planned

from coprod.errors import ResultError, SettingsError
from coprod.network import compile_network
from coprod.pegging import Asked, PeggingSettings, line_use, pegged, pegging, summary
from coprod.study import read
from coprod.study.tables import Tables

SETTINGS = {"title": "pegs", "study_date": "2027-01-01", "start": "2027-01-01", "horizon": "2027-12-31"}
SITES = [{"site": "plant"}, {"site": "depot"}]


def study(**rows):
    return Tables.from_rows(SETTINGS, **{"sites": SITES, **rows})


def found(tables, **asked):
    network, result = compile_network(tables), planned(tables)
    return pegging(network, result.tables, PeggingSettings(**asked))


def told(frame, *columns):
    """Rows as tuples: dates to the month, numbers rounded."""
    say = lambda value: (  # noqa: E731
        None
        if value is None or value is pd.NaT or value != value
        else f"{value:%Y-%m}"
        if isinstance(value, pd.Timestamp)
        else round(value, 4)
        if isinstance(value, float)
        else value
    )
    return [tuple(map(say, row)) for row in frame[list(columns)].itertuples(index=False)]


def two_levels(**rows):
    """
    Ten pumps at the depot in June: two motors each, half of the motors started are good, four are in stock.

    Shipped in May (a month), so started in April (a month). Of the 20 motors 4 are there; for the other 16,
    32 are started in February (two months). Each start of motors takes one casting, offset a month: in March.
    """
    base = {
        "items": [{"item": "pump"}, {"item": "motor"}, {"item": "casting"}],
        "processes": [
            {
                "process": "assemble",
                "item": "pump",
                "site": "plant",
                "lead_time_months": 1.0,
                "unit_cost": 1.0,
            },
            {
                "process": "wind",
                "item": "motor",
                "site": "plant",
                "lead_time_months": 2.0,
                "yield_fraction": 0.5,
                "unit_cost": 1.0,
            },
        ],
        "inputs": [
            {"process": "assemble", "item": "motor", "quantity_per": 2.0},
            {"process": "wind", "item": "casting", "offset_months": 1.0},
        ],
        "lanes": [{"item": "pump", "from_site": "plant", "to_site": "depot", "lead_time_months": 1.0}],
        "stock": [
            {"item": "motor", "site": "plant", "quantity": 4.0},
            {"item": "casting", "site": "plant", "quantity": 40.0, "due": "2027-03-10"},
        ],
        "demands": [
            {"demand": "navy", "item": "pump", "site": "depot", "quantity": 10.0, "due": "2027-06-30"}
        ],
    }
    return study(**{**base, **rows})


# ---- supply of a need, through the bill of materials


def test_an_order_is_pegged_through_lanes_yields_offsets_and_stock():
    pegs = found(two_levels()).pegs
    own = pegs[pegs["need_kind"] == "order"]
    columns = ("need", "due", "met", "kind", "name", "start", "arrival", "quantity", "good_quantity")
    same = ("navy", "2027-06", "2027-06")
    assert sorted(told(own, *columns)) == sorted(
        [
            (*same, "lane", "pump/plant/depot", "2027-05", "2027-06", 10.0, 10.0),
            (*same, "process", "assemble", "2027-04", "2027-05", 10.0, 10.0),
            (*same, "opening stock", "motor/plant", "2027-01", "2027-01", 4.0, 4.0),
            (*same, "process", "wind", "2027-02", "2027-04", 32.0, 16.0),
            (*same, "receipt", "casting/plant", "2027-03", "2027-03", 32.0, 32.0),
        ]
    )
    left = pegs[pegs["need_kind"] == "left over"]
    assert told(left, "need_item", "need_site", "name", "quantity") == [
        ("casting", "plant", "casting/plant", 8.0)
    ]


def test_the_chain_of_its_last_unit_follows_the_input_that_came_last():
    # Motors and castings each arrive as they are needed: the castings in March, the motors in April.
    chain = found(two_levels()).unit_chain
    assert told(chain, "critical", "kind", "name", "item", "site", "to_site", "begin", "end", "months") == [
        (True, "receipt", "", "casting", "plant", "", "2027-03", "2027-03", 0.0),
        (True, "make", "wind", "motor", "plant", "", "2027-02", "2027-04", 2.0),
        (True, "make", "assemble", "pump", "plant", "", "2027-04", "2027-05", 1.0),
        (True, "ship", "pump/plant/depot", "pump", "plant", "depot", "2027-05", "2027-06", 1.0),
        (True, "delivered", "", "pump", "depot", "", "2027-06", "2027-06", 0.0),
    ]
    assert set(told(chain, "need", "unit", "due", "met")) == {("navy", 10.0, "2027-06", "2027-06")}


def test_its_first_units_are_those_whose_motors_were_in_stock():
    # Four motors make two pumps: they have lain there since January, and assembly begins in April.
    chain = found(two_levels(), need="navy", unit=2.0).unit_chain
    assert told(chain, "kind", "item", "begin", "end")[:3] == [
        ("opening stock", "motor", "2027-01", "2027-01"),
        ("wait", "motor", "2027-01", "2027-04"),
        ("make", "pump", "2027-04", "2027-05"),
    ]
    assert told(found(two_levels(), need="navy", unit=2.5).unit_chain, "kind", "item")[0] == (
        "receipt",
        "casting",
    )


def test_another_input_has_the_slack_it_lies_in_stock():
    # Housings come in February and wait two months for the motors.
    tables = two_levels(
        items=[{"item": "pump"}, {"item": "motor"}, {"item": "casting"}, {"item": "housing"}],
        inputs=[
            {"process": "assemble", "item": "motor", "quantity_per": 2.0},
            {"process": "assemble", "item": "housing"},
            {"process": "wind", "item": "casting", "offset_months": 1.0},
        ],
        stock=[
            {"item": "casting", "site": "plant", "quantity": 40.0, "due": "2027-03-10"},
            {"item": "housing", "site": "plant", "quantity": 10.0, "due": "2027-02-01"},
        ],
    )
    chain = found(tables).unit_chain
    others = chain[~chain["critical"]]
    assert told(others, "kind", "item", "begin", "end", "slack_months", "waited_for", "limit") == [
        ("receipt", "housing", "2027-02", "2027-02", 2.0, "", ""),
        ("wait", "housing", "2027-02", "2027-04", 2.0, "input", "motor"),
    ]


# ---- first in, first out


def lots_under_contract():
    """Six come in January and six in February: five for a in January; in February five for b, two for c."""
    return study(
        items=[{"item": "round"}],
        stock=[
            {"item": "round", "site": "depot", "quantity": 6.0, "due": "2027-01-15"},
            {"item": "round", "site": "depot", "quantity": 6.0, "due": "2027-02-15"},
        ],
        demands=[
            {"demand": name, "item": "round", "site": "depot", "quantity": n, "due": due, "priority": rank}
            for name, n, due, rank in (
                ("a", 5.0, "2027-01-31", 2.0),
                ("c", 2.0, "2027-02-28", 2.0),
                ("b", 5.0, "2027-02-28", 1.0),
            )
        ],
    )


def test_what_came_first_goes_first_and_in_a_month_the_higher_class_takes_first():
    pegs = found(lots_under_contract()).pegs
    assert told(pegs, "need", "start", "quantity") == [
        ("b", "2027-01", 1.0),
        ("b", "2027-02", 4.0),
        ("a", "2027-01", 5.0),
        ("c", "2027-02", 2.0),
    ]


def test_an_order_spread_over_months_is_served_first_due_first():
    # Two a month due from January to March, but six come in March: the four of before are late.
    tables = study(
        items=[{"item": "round"}],
        stock=[{"item": "round", "site": "depot", "quantity": 6.0, "due": "2027-03-15"}],
        demands=[
            {
                "demand": "a", "item": "round", "site": "depot", "quantity": 6.0,
                "due": "2027-01-31", "until": "2027-03-31",
            }
        ],
    )  # fmt: skip
    result = found(tables)
    assert told(result.pegs, "due", "met", "quantity") == [
        ("2027-01", "2027-03", 2.0),
        ("2027-02", "2027-03", 2.0),
        ("2027-03", "2027-03", 2.0),
    ]
    columns = ("need", "due", "met", "quantity", "months_late", "limit_kind", "limit", "limit_months")
    assert told(result.late_units, *columns) == [
        ("a", "2027-01", "2027-03", 2.0, 2.0, "receipt", "round/depot", 2.0),
        ("a", "2027-02", "2027-03", 2.0, 1.0, "receipt", "round/depot", 1.0),
    ]


def test_an_objective_takes_what_stays_in_stock_for_good():
    # Ten in stock, of which four leave in February and come back in March: six have been there all along. The
    # higher objective has only what lies above the lower one, and the twelfth is left over.
    tables = study(
        items=[{"item": "round"}],
        stock=[
            {"item": "round", "site": "depot", "quantity": 10.0},
            {"item": "round", "site": "depot", "quantity": 6.0, "due": "2027-03-15"},
        ],
        demands=[{"demand": "a", "item": "round", "site": "depot", "quantity": 4.0, "due": "2027-02-28"}],
        stock_objectives=[
            {"objective": "high", "item": "round", "site": "depot", "level": 11.0},
            {"objective": "low", "item": "round", "site": "depot", "level": 8.0, "by": "2027-12-31"},
        ],
    )
    assert told(found(tables).pegs, "need_kind", "need", "met", "kind", "quantity") == [
        ("order", "a", "2027-02", "opening stock", 4.0),
        ("objective", "low", "2027-01", "opening stock", 6.0),
        ("objective", "low", "2027-03", "receipt", 2.0),
        ("objective", "high", "2027-03", "receipt", 3.0),
        ("left over", "", "2027-12", "receipt", 1.0),
    ]


def test_what_a_build_uses_up_is_a_need_of_its_own():
    # The hall takes three motors for qualification when it is begun; the order's five come of what is left.
    tables = one_process(
        {"quantity": 5.0},
        items=[{"item": "round"}, {"item": "motor"}],
        sites=SITES,
        inputs=[
            {"process": "make", "item": "motor"},
            {"process": "hall", "item": "motor", "quantity_per": 3.0, "site": "depot"},
        ],
        stock=[{"item": "motor", "site": "depot", "quantity": 9.0}],
        investments=[{"investment": "hall", "capex": 9.0, "lead_time_months": 4.0, "enables": ("make",)}],
    )
    pegs = found(tables).pegs
    motors = pegs[pegs["item"] == "motor"]
    assert sorted(told(motors, "need_kind", "need", "kind", "quantity")) == [
        ("build", "hall", "opening stock", 3.0),
        ("left over", "", "opening stock", 1.0),
        ("order", "a", "opening stock", 5.0),
    ]


# ---- circles


def test_a_circle_without_lag_serves_what_leaves_it():
    # A unit of a takes half a unit of b, and a unit of b a whole one of a. With one of b there to begin with,
    # x - s = 10 and 1 + s = x / 2: x = 18 of a are started, s = 8 of them go back. All is for the order.
    tables = study(
        items=[{"item": "a"}, {"item": "b"}, {"item": "raw"}],
        processes=[
            {"process": "make-a", "item": "a", "site": "depot", "lead_time_months": 0.0, "unit_cost": 1.0},
            {"process": "make-b", "item": "b", "site": "depot", "lead_time_months": 0.0, "unit_cost": 1.0},
        ],
        inputs=[
            {"process": "make-a", "item": "raw"},
            {"process": "make-a", "item": "b", "quantity_per": 0.5},
            {"process": "make-b", "item": "a"},
        ],
        stock=[
            {"item": "raw", "site": "depot", "quantity": 100.0},
            {"item": "b", "site": "depot", "quantity": 1.0},
        ],
        demands=[{"demand": "o", "item": "a", "site": "depot", "quantity": 10.0, "due": "2027-03-31"}],
    )
    assert sorted(told(found(tables).pegs, "need_kind", "need", "name", "quantity")) == [
        ("left over", "", "raw/depot", 82.0),
        ("order", "o", "b/depot", 1.0),
        ("order", "o", "make-a", 18.0),
        ("order", "o", "make-b", 8.0),
        ("order", "o", "raw/depot", 18.0),
    ]


# ---- late units


def test_late_units_of_a_full_line_name_it_and_its_full_months(repository_root):
    # See tests/cli/conftest.py: ten come in January 2028 and five in February, due at the end of 2027. They
    # were started in December and January; a month (two months) sooner the line was full.
    tables, _ = read(repository_root / "examples" / "hello")
    columns = ("need", "due", "met", "quantity", "months_late", "limit_kind", "limit", "activity")
    late = found(tables).late_units
    same = ("line", "line", "assemble")
    assert told(late, *columns) == [
        ("full-store", "2027-12", "2028-01", 10.0, 1.0, *same),
        ("full-store", "2027-12", "2028-02", 5.0, 2.0, *same),
    ]
    assert told(late, "first_full", "last_full", "full_months", "limit_months") == [
        ("2027-11", "2027-11", 1.0, 1.0),
        ("2027-11", "2027-12", 2.0, 2.0),
    ]


def one_process(order, **changes):
    """One process of three months, papers of one; five wanted at the end of February."""
    process = {
        "process": "make", "item": "round", "site": "depot", "lead_time_months": 3.0,
        "administrative_lead_time_months": 1.0,
    }  # fmt: skip
    base = {
        "items": [{"item": "round"}],
        "processes": [process],
        "demands": [{"demand": "a", "item": "round", "site": "depot", "due": "2027-02-28", **order}],
    }
    return study(**{**base, **changes})


def test_where_nothing_could_start_sooner_it_is_the_lead_time():
    # Ordered in January, started in February, there in May: three months late, all of them before a start.
    late = found(one_process({"quantity": 5.0})).late_units
    columns = ("met", "months_late", "limit_kind", "limit", "limit_months", "first_full")
    assert told(late, *columns) == [("2027-05", 3.0, "lead time", "make", 3.0, None)]


def test_where_a_build_opens_it_it_is_the_build():
    # Built from January on, four months: the first start is in May, the units come in August.
    tables = one_process(
        {"quantity": 5.0},
        investments=[{"investment": "hall", "capex": 9.0, "lead_time_months": 4.0, "enables": ("make",)}],
    )
    late = found(tables).late_units
    assert told(late, "met", "months_late", "limit_kind", "limit", "limit_months") == [
        ("2027-08", 6.0, "build", "hall", 6.0)
    ]


def test_what_never_comes_is_told_with_what_held_up_the_last_that_came():
    # One a month from May to December are eight of twenty.
    tables = one_process(
        {"quantity": 20.0},
        resources=[{"resource": "line", "site": "depot", "rate_per_month": 1.0}],
        loads=[{"process": "make", "resource": "line"}],
    )
    late = found(tables).late_units
    assert late["quantity"].sum() == pytest.approx(20.0)
    last, never = told(late, "met", "quantity", "months_late", "limit_kind", "limit")[-2:]
    assert last == ("2027-12", 1.0, 10.0, "line", "line")
    assert never == (None, 12.0, 11.0, "line", "line")
    assert told(late, "limit_kind", "limit")[0] == ("lead time", "make")


# ---- from one end


def test_both_views_add_up():
    tables = two_levels()
    network, pegs = compile_network(tables), found(tables).pegs
    up = summary(pegged(pegs, network, Asked(order="navy")), needs=False)
    assert dict(told(up, "name", "quantity"))["wind"] == 32.0
    down = summary(pegged(pegs, network, Asked(item="casting")), needs=True)
    assert told(down, "need_kind", "need", "quantity") == [("order", "navy", 32.0), ("left over", "", 8.0)]
    assert pegged(pegs, network, Asked(process="wind", period="2027-03")).empty
    assert len(pegged(pegs, network, Asked(process="wind", period="2027-02"))) == 1
    assert len(pegged(pegs, network, Asked(order="navy", period="2027-06"))) == 5


def test_a_line_is_pegged_by_what_its_processes_use_of_it(repository_root):
    tables, _ = read(repository_root / "examples" / "hello")
    network, pegs = compile_network(tables), found(tables).pegs
    rows = pegged(pegs, network, Asked(line="line"))
    assert line_use(rows, network, "line").sum() == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"order": "navi"}, r"order: found 'navi'; needs one of: navy\. Did you mean 'navy'\?"),
        ({"objective": "full"}, r"objective: found 'full'; needs one of: the study has none\."),
        ({"item": "motr"}, r"item: found 'motr'; needs one of: pump, motor, casting\. Did you mean 'motor'"),
        ({"line": "x"}, r"line: found 'x'; needs one of: the study has none"),
        ({"period": "2028-03"}, r"period: found '2028-03'; needs one of: 2027-01, .*2027-12"),
    ],
)
def test_a_name_the_study_has_not_is_refused_with_those_it_has(asked, message):
    tables = two_levels()
    pegs = found(tables).pegs
    with pytest.raises(SettingsError, match=message):
        pegged(pegs, compile_network(tables), Asked(**asked))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"full_share": 0.0}, "full_share: found 0.0; needs a fraction above 0, at most 1"),
        ({"unit": -1.0, "need": "navy"}, "unit: found -1.0; needs a number above 0"),
        ({"unit": 3.0}, "unit: found 3 without need"),
        ({"need": "army"}, "need: found 'army'; needs an order or stock objective: navy"),
        ({"need": "navy", "unit": 11.0}, "unit: found 11; navy has 10 units delivered"),
    ],
)
def test_settings_out_of_range_are_refused(asked, message):
    with pytest.raises(SettingsError, match=message):
        found(two_levels(), **asked)


def test_tables_that_are_no_plan_are_refused():
    tables = two_levels()
    network, plan = compile_network(tables), dict(planned(tables).tables)
    plan["shipments"] = plan["shipments"].assign(quantity=12.0)
    with pytest.raises(ResultError, match=r"12 units are used by period 4, 10.* have arrived"):
        pegging(network, plan)
