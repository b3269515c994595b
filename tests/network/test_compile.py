"""What the compiler makes of each table, block by block, worked out by hand from the conventions."""

import numpy as np
import pytest

from coprod.network import compile_network
from coprod.network.horizon import study_periods
from coprod.network.network import CATEGORIES
from coprod.network.periods import MONTH_DAYS
from coprod.study.tables import Tables

#: Twelve months, January to December 2027: periods 0 to 11.
SETTINGS = {
    "title": "compiled",
    "study_date": "2027-01-01",
    "start": "2027-01-01",
    "horizon": "2027-12-31",
    "price_year": 2027.0,
}


def study(settings=None, /, **rows):
    """Missiles from a plant, in three months, from kits that are bought in one."""
    base = {
        "items": [{"item": "missile", "kind": "end item"}, {"item": "kit"}],
        "sites": [{"site": "plant", "partner": "usa"}, {"site": "depot"}],
        "processes": [final(), {"process": "kits", "item": "kit", "site": "plant", "lead_time_months": 1.0}],
        "inputs": [{"process": "final", "item": "kit"}],
        "lanes": [{"item": "missile", "from_site": "plant", "to_site": "depot", "lead_time_months": 1.0}],
        "stock_objectives": [{"objective": "full", "item": "missile", "site": "depot", "level": 9.0}],
    }
    return Tables.from_rows({**SETTINGS, **(settings or {})}, **{**base, **rows})


def final(**changes):
    return {"process": "final", "item": "missile", "site": "plant", "lead_time_months": 3.0, **changes}


def kits(**changes):
    return {"process": "kits", "item": "kit", "site": "plant", "lead_time_months": 1.0, **changes}


def compiled(*given, **rows):
    return compile_network(study(*given, **rows))


def may_start(network, key):
    """Periods in which an activity may start."""
    return np.flatnonzero(network.activities.allowed[network.activities.key.index(key)]).tolist()


def months(first, last):
    return list(range(first, last + 1))


def arcs(network, block, key):
    """(row, coefficient in period 0, lag) of an activity's arcs."""
    names = (
        [f"{i}/{s}" for i, s in zip(network.nodes.item, network.nodes.site, strict=True)]
        if block is network.material
        else network.resources.name
    )
    own = np.flatnonzero(block.column == network.activities.key.index(key))
    return [(names[block.row[k]], float(block.coefficient[k, 0]), int(block.lag[k])) for k in own]


# ---- arcs: yields, inputs, lanes, offsets


def test_a_start_takes_its_inputs_and_gives_good_units_a_lead_time_later():
    network = compiled(
        processes=[final(yield_fraction=0.8), kits()],
        inputs=[{"process": "final", "item": "kit", "quantity_per": 2.0}],
    )
    assert arcs(network, network.material, "final") == [("missile/plant", 0.8, 3), ("kit/plant", -2.0, 0)]
    lane = "missile/plant/depot"
    assert arcs(network, network.material, lane) == [("missile/depot", 1.0, 1), ("missile/plant", -1.0, 0)]


@pytest.mark.parametrize(("offset", "lag"), [(0.0, 0), (0.5, 0), (1.0, 1), (1.5, 1), (2.0, 2), (3.0, 3)])
def test_what_is_left_after_an_offset_rounds_up(offset, lag):
    # Of 3 months, 2.5 are left after half a month: 3 periods, so the input is taken at the start.
    network = compiled(inputs=[{"process": "final", "item": "kit", "offset_months": offset}])
    assert arcs(network, network.material, "final")[1] == ("kit/plant", -1.0, lag)


def test_an_input_may_come_from_another_site():
    network = compiled(inputs=[{"process": "final", "item": "kit", "site": "depot"}])
    assert arcs(network, network.material, "final")[1][0] == "kit/depot"


def test_a_line_is_loaded_at_the_start_or_at_completion_or_after_an_offset():
    lines = [{"resource": name, "site": "plant", "rate_per_month": 1.0} for name in ("a", "b", "c")]
    network = compiled(
        processes=[
            final(resource="a", resource_use=2.0, resource_at="completion"),
            kits(resource="a", resource_at="start"),
        ],
        loads=[{"process": "final", "resource": "b", "use_per_unit": 0.5, "offset_months": 2.0}],
        resources=lines,
    )
    assert sorted(arcs(network, network.loads, "final")) == [("a", 2.0, 3), ("b", 0.5, 2)]
    assert arcs(network, network.loads, "kits") == [("a", 1.0, 0)]


def test_a_profile_wins_from_the_period_that_holds_its_date():
    change = {
        "table": "processes",
        "key": "final",
        "column": "yield_fraction",
        "from": "2027-05-20",
        "value": 0.5,
    }
    network = compiled(processes=[final(yield_fraction=0.8), kits()], profiles=[change])
    assert network.material.coefficient[0].tolist() == [0.8] * 4 + [0.5] * 8


# ---- when something may start


def test_nothing_starts_before_its_papers_or_too_late_to_be_complete():
    # 45 days of papers are two months; what starts in September (8) is complete in December (11).
    network = compiled(processes=[final(administrative_lead_time_days=45.0), kits()])
    assert may_start(network, "final") == months(2, 8)
    assert network.activities.opens[0] == 0


def test_dates_of_availability_bound_starts():
    network = compiled(processes=[final(available_from="2027-03-15", available_to="2027-06-29"), kits()])
    # The month that holds 15 March, and the last that ends by 29 June: May.
    assert may_start(network, "final") == months(2, 4)


def test_starts_lie_within_the_validity_of_their_licence_and_an_inactive_one_is_no_right():
    right = {"licence": "l", "valid_from": "2027-02-01", "valid_to": "2027-07-31"}
    licensed = [final(licence="l"), kits()]
    assert may_start(compiled(processes=licensed, licences=[right]), "final") == months(1, 6)
    assert may_start(compiled(processes=licensed, licences=[{**right, "active": False}]), "final") == []


def test_inactive_inputs_and_lines_forbid_their_process_and_inactive_rows_are_not_there():
    ghost = {"item": "kit", "active": False}
    network = compiled(items=[{"item": "missile", "kind": "end item"}, ghost], processes=[final()])
    assert may_start(network, "final") == []
    line = {"resource": "line", "site": "plant", "active": False}
    network = compiled(processes=[final(resource="line"), kits(active=False)], resources=[line])
    assert may_start(network, "final") == []
    assert "kits" not in network.activities.key


# ---- gates and builds


def investment(**changes):
    return {"investment": "build", "capex": 100.0, "lead_time_months": 2.0, **changes}


def test_a_build_of_the_plan_is_a_gate_and_leaves_starts_to_it():
    network = compiled(investments=[investment(enables=("final", "missile/plant/depot"))])
    gated = [network.activities.key[a] for a in network.gates.column]
    assert gated == ["final", "missile/plant/depot"]
    assert network.gates.investment.tolist() == [0, 0]
    assert may_start(network, "final") == months(0, 8)


def test_a_line_or_licence_that_is_enabled_gates_all_that_needs_it():
    network = compiled(
        processes=[final(resource="line"), kits(licence="l")],
        resources=[{"resource": "line", "site": "plant", "rate_per_month": 1.0}],
        licences=[{"licence": "l"}],
        investments=[investment(enables=("line", "l"))],
    )
    assert [network.activities.key[a] for a in network.gates.column] == ["final", "kits"]
    assert network.resource_gates.resource.tolist() == [0]


def test_a_sunk_build_opens_on_its_completion_and_an_inactive_one_never():
    # Started in November 2026, two months: complete in period 0; one of six months in period 4.
    early = investment(enables=("final",), start="2026-11-10")
    assert may_start(compiled(investments=[early]), "final") == months(0, 8)
    later = {**early, "lead_time_months": 6.0}
    network = compiled(investments=[later])
    assert may_start(network, "final") == months(4, 8)
    assert network.sunk.start.tolist() == [-2]
    assert network.gates.column.size == 0
    assert may_start(compiled(investments=[{**later, "active": False}]), "final") == []


def test_builds_name_what_they_require_and_exclude():
    network = compiled(
        investments=[
            investment(requires=("hall",), excludes=("other",)),
            investment(investment="hall", start="2027-03-05"),
            investment(investment="other"),
        ]
    )
    assert network.investments.requires.tolist() == [[0, 1]]
    assert network.investments.excludes.tolist() == [[0, 2]]
    assert network.investments.fixed_start.tolist() == [-1, 2, -1]
    assert may_start(network, "hall") == [2]


# ---- lines


def line(**changes):
    return {"resource": "line", "site": "plant", **changes}


@pytest.mark.parametrize(
    ("rates", "capacity"),
    [
        ({"rate_per_month": 5.0, "maximum_rate_per_month": 8.0}, 5.0),
        ({"maximum_rate_per_month": 8.0}, 8.0),
        ({"rate_per_month": 9.0, "maximum_rate_per_month": 8.0}, 8.0),
        ({}, np.inf),
    ],
)
def test_the_rate_counts_up_to_the_maximum_and_blank_is_the_maximum(rates, capacity):
    network = compiled(processes=[final(resource="line"), kits()], resources=[line(**rates)])
    assert network.resources.capacity[0].tolist() == [capacity] * 12
    told = [text for text in network.warnings if "exceeds its maximum by 1 a month" in text]
    assert len(told) == (rates.get("rate_per_month") == 9.0)


def test_no_profile_lifts_a_rate_above_the_maximum():
    change = {
        "table": "resources",
        "key": "line",
        "column": "rate_per_month",
        "from": "2027-07-01",
        "value": 20.0,
    }
    rates = line(rate_per_month=5.0, maximum_rate_per_month=8.0)
    network = compiled(processes=[final(resource="line"), kits()], resources=[rates], profiles=[change])
    assert network.resources.capacity[0].tolist() == [5.0] * 6 + [8.0] * 6


def test_rates_are_per_month_whatever_the_period():
    network = compile_network(
        study(
            {"period": "quarter"},
            processes=[final(resource="line")],
            inputs=[],
            resources=[line(rate_per_month=5.0)],
        )
    )
    assert network.resources.capacity[0].tolist() == pytest.approx([15.0] * 4)


def test_a_sunk_build_ramps_by_equal_steps_from_its_completion():
    # Complete in February (1): a third, two thirds and all of 6 in February, March and April.
    sunk = investment(start="2026-12-01", resource=("line",), adds_rate_per_month=6.0, ramp_months=3.0)
    network = compiled(
        processes=[final(resource="line"), kits()], resources=[line(rate_per_month=5.0)], investments=[sunk]
    )
    assert network.resources.capacity[0].tolist() == pytest.approx([5.0, 7.0, 9.0] + [11.0] * 9)
    assert np.flatnonzero(network.resources.sunk_ramp[0]).tolist() == [1, 2, 3]
    assert np.flatnonzero(network.resources.sunk_reopen[0]).tolist() == [1]


def test_a_build_of_the_plan_adds_to_every_line_it_names():
    network = compiled(
        processes=[final(resource="line"), kits(resource="second")],
        resources=[line(rate_per_month=5.0), line(resource="second", rate_per_month=5.0)],
        investments=[investment(resource=("second", "line"), adds_rate_per_month=6.0, ramp_months=1.5)],
    )
    added = network.expansions
    assert added.resource.tolist() == [1, 0]
    assert added.adds.tolist() == [6.0, 6.0]
    assert added.ramp.tolist() == [2, 2]


def test_a_sustaining_rate_holds_while_a_start_can_load_the_line_and_a_load_can_reach_a_need():
    # Loaded at completion. Kits are there in February (1), so a missile completes in May (4) at the earliest.
    # From December (11) back: a month to the depot, so the last load that is of use is in November (10).
    network = compiled(
        processes=[final(resource="line", resource_at="completion"), kits()],
        resources=[line(rate_per_month=5.0, minimum_sustaining_rate_per_month=2.0)],
    )
    assert network.resources.window[0].tolist() == [4, 10]
    assert network.resources.sustaining[0].tolist() == [2.0] * 12


# ---- stock and needs


def test_stock_and_receipts_lie_where_the_conventions_put_them():
    network = compiled(
        stock=[
            {"item": "kit", "site": "plant", "quantity": 7.0},
            {"item": "kit", "site": "plant", "quantity": 3.0, "due": "2027-02-28"},
            {"item": "kit", "site": "plant", "quantity": 2.0, "due": "2026-12-05"},
            {"item": "kit", "site": "plant", "quantity": 5.0, "due": "2028-01-05"},
        ]
    )
    node = network.nodes.item.index("kit")
    assert network.nodes.opening[node] == 7.0
    assert network.nodes.receipts[node].tolist() == [2.0, 3.0] + [0.0] * 10
    assert network.warnings == (
        "receipt of 2 kit at plant on 2026-12-05 lies before the start: counted in its first period",
        "receipt of 5 kit at plant on 2028-01-05 lies beyond the horizon: left out",
    )


def test_an_order_is_due_in_the_last_month_that_ends_by_its_date_or_evenly_until_its_end():
    order = {"item": "missile", "site": "depot", "quantity": 12.0}
    network = compiled(
        demands=[
            {"demand": "one", **order, "due": "2027-06-15"},
            {"demand": "spread", **order, "due": "2027-03-15", "until": "2027-06-30"},
            {"demand": "old", **order, "due": "2026-06-30"},
        ]
    )
    due = network.demands.due
    assert np.flatnonzero(due[0]).tolist() == [4]  # May is the last to end by 15 June
    assert due[1].tolist() == [0, 0, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0]
    assert due[2].tolist() == [12.0] + [0.0] * 11
    assert network.warnings == (
        "order old is due before the study's start: that part counts in its first period",
    )


def test_a_shortfall_counts_from_the_period_that_ends_by_its_date():
    objective = {"objective": "full", "item": "missile", "site": "depot", "level": 9.0}
    assert compiled(stock_objectives=[{**objective, "by": "2027-06-30"}]).objectives.by_period.tolist() == [5]
    assert compiled(stock_objectives=[{**objective, "by": "2027-06-29"}]).objectives.by_period.tolist() == [4]
    assert compiled(stock_objectives=[objective]).objectives.by_period.tolist() == [0]


def test_periods_in_front_hold_no_stock_and_no_need():
    stock = [{"item": "kit", "site": "plant", "quantity": 7.0}]
    network = compile_network(study(stock=stock), before_periods=3)
    assert network.periods.n == 15
    assert network.periods.label(0) == "2026-10"
    node = network.nodes.item.index("kit")
    assert network.nodes.opening[node] == 0.0
    assert np.flatnonzero(network.nodes.receipts[node]).tolist() == [3]
    assert network.objectives.by_period.tolist() == [3]


# ---- licences


def test_a_cap_counts_good_units_less_what_was_used_and_a_year_by_completion():
    # Licence years begin on 1 May. Starts 0 to 8 complete in periods 3 to 11, so only January's start is
    # complete in April, before the second year begins.
    right = {
        "licence": "l",
        "quantity_cap": 50.0,
        "already_used": 8.0,
        "cap_per_year": 20.0,
        "valid_from": "2026-05-01",
    }
    network = compiled(processes=[final(licence="l", yield_fraction=0.5), kits()], licences=[right])
    caps = network.caps
    assert caps.name == ("l", "l/1", "l/2")
    assert caps.upper.tolist() == [42.0, 20.0, 20.0]
    assert caps.period[caps.row == 0].tolist() == months(0, 8)
    assert caps.period[caps.row == 1].tolist() == [0]
    assert caps.period[caps.row == 2].tolist() == months(1, 8)
    assert set(caps.coefficient) == {0.5}


def test_lanes_count_under_a_licence_only_where_it_has_no_process():
    lanes = [{"item": "missile", "from_site": "plant", "to_site": "depot", "licence": "l"}]
    right = [{"licence": "l", "quantity_cap": 5.0}]
    network = compiled(lanes=lanes, licences=right)
    assert {network.activities.key[a] for a in network.caps.column} == {"missile/plant/depot"}
    network = compiled(lanes=lanes, licences=right, processes=[final(licence="l"), kits()])
    assert {network.activities.key[a] for a in network.caps.column} == {"final"}


# ---- money


def entries(network, key):
    """(payer, category, then-year amount, base amount, fiscal year) by period for an activity."""
    spending, column = network.spending, network.activities.key.index(key)
    return [
        (
            network.payers[spending.payer[s]],
            CATEGORIES[spending.category[s]],
            spending.amount[s],
            spending.base_amount[s],
            spending.year[s],
        )
        for s in np.flatnonzero((spending.kind == 0) & (spending.index == column))
    ]


def test_each_payer_pays_its_share_in_its_own_currency_and_fiscal_year():
    # 1,500 yen are 10 dollars at 150. A quarter is the US's: 2.5 dollars; three quarters Japan's: 1,125 yen.
    # Papers of two months: a start in March is ordered in January, of the US year 2027 (from October) and
    # Japan's 2026 (from April); one in June in April, Japan's 2027.
    network = compiled(
        processes=[
            final(unit_cost=1500.0, currency="JPY", administrative_lead_time_months=2.0),
            kits(),
        ],
        payers=[
            {"payer": "us", "fiscal_year_start": 10.0},
            {"payer": "jp", "currency": "JPY", "fiscal_year_start": 4.0},
        ],
        funding=[
            {"payer": "us"},
            {"table": "processes", "key": "final", "payer": "us", "share": 0.25},
            {"table": "processes", "key": "final", "payer": "jp", "share": 0.75},
        ],
        exchange_rates=[{"currency": "JPY", "year": 2027.0, "per_base": 150.0}],
    )
    us, jp = entries(network, "final")
    assert us[:2] == ("us", "production")
    assert jp[:2] == ("jp", "production")
    assert us[2][2] == pytest.approx(2.5)
    assert jp[2][2] == pytest.approx(1125.0)
    assert us[3][2] + jp[3][2] == pytest.approx(10.0)
    assert us[4][2:].tolist() == [2027] * 9 + [2028]  # a start in December is ordered in October
    assert jp[4][2:].tolist() == [2026] * 3 + [2027] * 7


def test_a_payer_with_budgets_has_nothing_in_years_and_categories_it_does_not_list():
    network = compiled(
        processes=[final(unit_cost=1.0), kits()],
        payers=[{"payer": "us", "fiscal_year_start": 7.0}],
        budgets=[
            {
                "payer": "us",
                "fiscal_year": 2027.0,
                "category": "production",
                "amount": 5.0,
                "carry_over": True,
            }
        ],
    )
    # The year from July 2026 is called 2027 (a tie: its end), that from July 2027 is 2028.
    budgets = network.budgets
    assert [CATEGORIES[c] for c in budgets.category[budgets.year == 2027]] == list(CATEGORIES)
    assert budgets.amount.tolist() == [5.0] + [0.0] * 9
    assert budgets.year[budgets.carry_to[0]] == 2028
    assert (budgets.carry_to[1:] == -1).all()


def test_costs_are_discounted_from_the_middle_of_the_period_to_the_study_date():
    # The middle of January is 15.5 days after the first: 1.05 ** -(15.5 / 365.25).
    network = compiled({"discount_rate_per_year": 0.05})
    assert network.discount[0] == pytest.approx(1.05 ** (-15.5 / 365.25))
    assert network.discount[11] == pytest.approx(1.05 ** (-(334 + 15.5) / 365.25))


def test_holding_and_fixed_cost_are_per_month_in_base_currency():
    network = compiled(
        {"period": "quarter"},
        items=[
            {"item": "missile", "kind": "end item"},
            {"item": "kit", "holding_cost_per_month": 300.0, "currency": "JPY"},
        ],
        processes=[final(resource="line"), kits()],
        resources=[line(rate_per_month=1.0, fixed_cost_per_month=4.0)],
        exchange_rates=[{"currency": "JPY", "year": 2027.0, "per_base": 150.0}],
    )
    assert network.nodes.holding_cost[network.nodes.item.index("kit")].tolist() == pytest.approx([6.0] * 4)
    assert network.resources.fixed_cost[0].tolist() == pytest.approx([12.0] * 4)


def test_a_line_costs_nothing_before_its_sunk_build_is_complete_and_none_that_stays_shut():
    lines = {
        "processes": [final(resource="line"), kits()],
        "resources": [line(rate_per_month=1.0, fixed_cost_per_month=4.0)],
    }
    # Started in November 2026, four months: complete in period 2.
    sunk = investment(enables=("line",), start="2026-11-10", lead_time_months=4.0)
    network = compiled(investments=[sunk], **lines)
    assert network.resources.fixed_cost[0].tolist() == [0.0, 0.0, *[4.0] * 10]
    network = compiled(investments=[investment(enables=("line",), active=False)], **lines)
    assert not network.resources.fixed_cost.any()


# ---- the horizon


def test_without_a_horizon_the_plan_looks_past_the_last_need_by_the_longest_chain():
    # Need in June 2028 (period 17). Kits 1, final 3, lane 1: 5 periods. The last is 17 + 5, so 23 in all.
    objective = {"objective": "full", "item": "missile", "site": "depot", "level": 9.0, "by": "2028-06-30"}
    assert study_periods(study({"horizon": None}, stock_objectives=[objective])).n == 23


def test_without_a_horizon_or_a_dated_need_the_plan_looks_a_year():
    assert study_periods(study({"horizon": None})).n == 12


def test_the_horizon_counts_an_input_from_where_it_is_taken():
    # Kits are made at another site, which the input names: 9 + 3 + 1 = 13 periods after period 17.
    objective = {"objective": "full", "item": "missile", "site": "depot", "level": 9.0, "by": "2028-06-30"}
    tables = study(
        {"horizon": None},
        sites=[{"site": "plant"}, {"site": "depot"}, {"site": "works"}],
        processes=[final(), kits(site="works", lead_time_months=9.0)],
        inputs=[{"process": "final", "item": "kit", "site": "works"}],
        stock_objectives=[objective],
    )
    assert study_periods(tables).n == 17 + 13 + 1


def test_lanes_both_ways_do_not_lengthen_the_horizon_round_and_round():
    objective = {"objective": "full", "item": "missile", "site": "depot", "level": 9.0, "by": "2028-06-30"}
    lanes = [
        {"item": "missile", "from_site": one, "to_site": other, "lead_time_days": 2 * MONTH_DAYS}
        for one, other in (("plant", "depot"), ("depot", "plant"))
    ]
    tables = study({"horizon": None}, lanes=lanes, stock_objectives=[objective])
    assert study_periods(tables).n == 17 + (1 + 3 + 2) + 1
