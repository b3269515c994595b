"""Plans small enough to work out by hand; the working stands beside each number."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.reference.stopping import Stop

from coprod.errors import SettingsError, SolverError
from coprod.network import compile_network
from coprod.plan import Planner, PlanSettings, plan
from coprod.study.tables import Tables

SETTINGS = {"title": "by hand", "study_date": "2027-01-01", "start": "2027-01-01", "horizon": "2027-12-31"}
EXACT = PlanSettings(gap=0.0)


def study(settings=None, **rows):
    """
    One end item `m`, made at plant P in two months on a line of 10 a month; each test adds what it is
    about.
    """
    base = {
        "items": [{"item": "m", "kind": "end item"}, {"item": "k"}],
        "sites": [{"site": "P", "partner": "US"}, {"site": "D", "partner": "US"}],
        "processes": [
            {"process": "final", "site": "P", "item": "m", "lead_time_months": 2.0, "resource": "line"}
        ],
        "resources": [{"resource": "line", "site": "P", "rate_per_month": 10.0}],
    }
    return Tables.from_rows({**SETTINGS, **(settings or {})}, **{**base, **rows})


def planned(tables, settings=EXACT):
    return plan(compile_network(tables), settings)


def day(text):
    return pd.Timestamp(text)


def test_a_line_of_ten_a_month_serves_forty_units_from_its_lead_time_on():
    # 40 due end of January. Starts of 10 in Jan ... Apr are complete in Mar ... Jun, so the backlog at the
    # month ends is 40, 40, 30, 20, 10, 0: 140 unit-months.
    result = planned(
        study(demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 40.0, "due": "2027-01-31"}])
    )
    assert result.status == "optimal"
    assert result.stage("demands 1") == pytest.approx(140.0)
    summary = result.demand_summary.iloc[0]
    assert (summary["on_time"], summary["late"], summary["never_delivered"]) == pytest.approx((0, 40, 0))
    assert summary["last_delivery"] == day("2027-06-30")
    assert list(result.starts["quantity"]) == pytest.approx([10, 10, 10, 10])
    assert list(result.starts["complete"]) == [day(f"2027-0{m}-01") for m in (3, 4, 5, 6)]


def test_what_cannot_be_made_within_the_horizon_counts_to_its_end():
    # Ten months of completions (Mar ... Dec) at 10: 100 of 130. Backlog: 130, 130, 120, ..., 30.
    result = planned(
        study(demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 130.0, "due": "2027-01-31"}])
    )
    assert result.demand_summary["never_delivered"].iloc[0] == pytest.approx(30)
    assert result.stage("demands 1") == pytest.approx(130 + 130 + sum(range(30, 121, 10)))


def test_priority_one_is_served_before_priority_two_whatever_the_weights():
    demands = [
        {
            "demand": "second",
            "item": "m",
            "site": "P",
            "quantity": 10.0,
            "due": "2027-01-31",
            "priority": 2,
            "weight": 1e3,
        },
        {
            "demand": "first",
            "item": "m",
            "site": "P",
            "quantity": 10.0,
            "due": "2027-01-31",
            "priority": 1,
            "weight": 1e-3,
        },
    ]
    result = planned(study(demands=demands))
    last = result.demand_summary.set_index("demand")["last_delivery"]
    assert last["first"] == day("2027-03-31")
    assert last["second"] == day("2027-04-30")
    assert result.stage("demands 1") == pytest.approx(1e-3 * 20)
    assert result.stage("demands 2") == pytest.approx(1e3 * 30)


def test_an_objective_is_refilled_at_the_rate_and_its_dates_are_the_stocks():
    # 25 wanted, 5 there: 10 come in March, 10 in April: full at the end of April.
    result = planned(
        study(
            stock=[{"item": "m", "site": "P", "quantity": 5.0}],
            stock_objectives=[
                {"objective": "o", "item": "m", "site": "P", "level": 25.0, "by": "2027-06-30"}
            ],
        )
    )
    row = result.backfills.iloc[0]
    # June is in time, so nothing is short when it counts ...
    assert result.stage("objectives 1") == pytest.approx(0.0)
    assert row["backfill_date"] <= day("2027-06-30")
    # ... and the speed that is possible is found all the same.
    assert row["earliest_backfill"] == day("2027-04-30")


def test_an_input_with_an_offset_is_needed_that_much_later():
    # The kit (lead 3 months, bought from January) is there in April; used one month after the start of a
    # two-month process, so the start can be in March and the first unit is there in May.
    tables = study(
        processes=[
            {"process": "final", "site": "P", "item": "m", "lead_time_months": 2.0, "resource": "line"},
            {"process": "buy", "site": "P", "item": "k", "lead_time_months": 3.0},
        ],
        inputs=[{"process": "final", "item": "k", "quantity_per": 2.0, "offset_months": 1.0}],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 10.0, "due": "2027-01-31"}],
    )
    result = planned(tables)
    assert result.demand_summary["last_delivery"].iloc[0] == day("2027-05-31")
    bought = result.starts[result.starts["process"] == "buy"]
    assert bought["quantity"].sum() == pytest.approx(20)


def test_yield_asks_for_more_starts_than_good_units():
    tables = study(
        processes=[
            {
                "process": "final",
                "site": "P",
                "item": "m",
                "lead_time_months": 1.0,
                "resource": "line",
                "yield_fraction": 0.8,
            }
        ],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 8.0, "due": "2027-02-28"}],
    )
    result = planned(tables)
    assert result.starts["quantity"].sum() == pytest.approx(10)
    assert result.starts["good_quantity"].sum() == pytest.approx(8)
    assert result.stage("demands 1") == pytest.approx(0)


def test_administrative_lead_time_delays_the_first_start_and_dates_the_order():
    tables = study(
        processes=[
            {
                "process": "final",
                "site": "P",
                "item": "m",
                "lead_time_months": 1.0,
                "administrative_lead_time_months": 3.0,
                "unit_cost": 100.0,
            }
        ],
        settings={"discount_rate_per_year": 0.1},
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 1.0, "due": "2027-12-31"}],
    )
    result = planned(tables, replace(EXACT, calm_allowance=0.0))
    first = result.starts.iloc[0]
    # Nothing is late, so it is cheapest to start last: in November, ordered (and paid for) in August.
    assert (first["period"], first["order_date"]) == (day("2027-11-01"), day("2027-08-01"))
    years = (pd.Timestamp("2027-08-01") - pd.Timestamp("2027-01-01")).days / 365.25 + 15.5 / 365.25
    assert result.stage("cost") == pytest.approx(100 * 1.1**-years)


def expansion(**changes):
    return {
        "investment": "second shift",
        "capex": 50.0,
        "lead_time_months": 2.0,
        "resource": ("line",),
        "adds_rate_per_month": 10.0,
        **changes,
    }


def test_a_build_is_chosen_when_it_helps_and_its_ramp_is_linear():
    # Ramp of 2 months from March: 5 more in March, 10 more from April. Lead time of the process 0 here:
    # completions 10, 10, 15, 20 in Jan ... Apr. 55 due at once: backlog 45, 35, 20, 0.
    tables = study(
        processes=[{"process": "final", "site": "P", "item": "m", "resource": "line"}],
        investments=[expansion(ramp_months=2.0)],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 55.0, "due": "2027-01-31"}],
    )
    result = planned(tables)
    assert result.stage("demands 1") == pytest.approx(45 + 35 + 20)
    build = result.builds.iloc[0]
    assert (build["start"], build["complete"], build["full_rate"]) == (
        day("2027-01-01"),
        day("2027-03-01"),
        day("2027-04-01"),
    )
    capacity = result.loads["capacity"].to_numpy()
    assert list(capacity[:5]) == pytest.approx([10, 10, 15, 20, 20])


def test_a_build_that_helps_nothing_is_left_out():
    tables = study(
        investments=[expansion()],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 10.0, "due": "2027-12-31"}],
    )
    assert planned(tables).builds.empty


def test_a_gate_stays_shut_until_its_build_is_complete():
    tables = study(
        processes=[{"process": "final", "site": "P", "item": "m"}],
        resources=[],
        investments=[{"investment": "qualify", "capex": 1.0, "lead_time_months": 4.0, "enables": ("final",)}],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 7.0, "due": "2027-01-31"}],
    )
    result = planned(tables)
    assert list(result.starts["period"]) == [day("2027-05-01")]
    assert result.stage("demands 1") == pytest.approx(7 * 4)


def test_a_budget_by_fiscal_year_delays_the_build():
    # 20 a year in fiscal years from October: the capex of 50 fits in none. With 60 in FY2028 (Oct 2027) it
    # starts then.
    base = study(
        processes=[{"process": "final", "site": "P", "item": "m", "resource": "line"}],
        investments=[expansion()],
        payers=[{"payer": "army", "fiscal_year_start": 10}],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 200.0, "due": "2027-01-31"}],
        budgets=[
            {"payer": "army", "fiscal_year": 2027, "amount": 20.0},
            {"payer": "army", "fiscal_year": 2028, "amount": 60.0},
        ],
    )
    result = planned(base)
    assert list(result.builds["start"]) == [day("2027-10-01")]
    spent = result.budget_use.set_index("fiscal_year")["spent"]
    assert spent[2027] == pytest.approx(0)
    assert spent[2028] == pytest.approx(50)


def test_money_is_carried_over_only_where_the_row_says_so():
    rows = [
        {"payer": "army", "fiscal_year": 2027, "amount": 30.0},
        {"payer": "army", "fiscal_year": 2028, "amount": 30.0},
    ]
    rows_over = [{**row, "carry_over": True} for row in rows]
    starts = []
    for budgets in (rows, rows_over):
        tables = study(
            processes=[{"process": "final", "site": "P", "item": "m", "resource": "line"}],
            investments=[expansion(lead_time_months=1.0)],
            payers=[{"payer": "army", "fiscal_year_start": 10}],
            demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 200.0, "due": "2027-01-31"}],
            budgets=budgets,
        )
        starts.append(list(planned(tables).builds["start"]))
    assert starts == [[], [day("2027-10-01")]]


def test_a_line_below_its_sustaining_rate_closes_for_good():
    # 10 wanted over the year, one a month at most is delivered (due dates); the line needs 5 a month or it
    # closes.
    # Strict priority keeps it open as long as stock may pile up; a ceiling of 0 stock at P forces it shut.
    demands = [
        {"demand": f"d{m}", "item": "m", "site": "P", "quantity": 1.0, "due": f"2027-{m:02d}-28"}
        for m in (4, 12)
    ]
    tables = study(
        processes=[{"process": "final", "site": "P", "item": "m", "resource": "line"}],
        resources=[
            {
                "resource": "line",
                "site": "P",
                "rate_per_month": 10.0,
                "minimum_sustaining_rate_per_month": 5.0,
            }
        ],
        demands=demands,
        stock_limits=[{"item": "m", "site": "P", "maximum": 0.0}],
    )
    result = planned(tables)
    assert result.demand_summary["never_delivered"].sum() == pytest.approx(2)
    assert not result.loads["open"].any()


def test_a_cap_counts_good_units_and_what_was_used_before():
    tables = study(
        processes=[{"process": "final", "site": "P", "item": "m", "licence": "L", "yield_fraction": 0.5}],
        licences=[{"licence": "L", "quantity_cap": 30.0, "already_used": 10.0}],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 50.0, "due": "2027-01-31"}],
    )
    result = planned(tables)
    assert result.demand_summary["never_delivered"].iloc[0] == pytest.approx(30)
    assert result.starts["quantity"].sum() == pytest.approx(40)
    use = result.licence_use.iloc[0]
    assert (use["limit"], use["used"]) == pytest.approx((20, 20))


def test_a_work_share_moves_work_to_the_dearer_party():
    # Home makes it for 1, the partner for 3; both under the licence. Of 10 units h + j = 10 with 3j >= 0.5
    # (h + 3j):
    # 1.5 j >= 0.5 h, so j = 2.5 and h = 7.5: cost 7.5 + 7.5 = 15.
    tables = study(
        sites=[{"site": "P", "partner": "US"}, {"site": "J", "partner": "Japan"}],
        processes=[
            {"process": "home", "site": "P", "item": "m", "unit_cost": 1.0, "licence": "L"},
            {"process": "there", "site": "J", "item": "m", "unit_cost": 3.0, "licence": "L"},
        ],
        resources=[],
        lanes=[{"item": "m", "from_site": "J", "to_site": "P"}],
        licences=[{"licence": "L", "minimum_work_share": 0.5, "party": "Japan"}],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 10.0, "due": "2027-12-31"}],
    )
    result = planned(tables, replace(EXACT, calm_allowance=0.0))
    assert result.stage("cost") == pytest.approx(15.0)
    assert result.work_shares.set_index("party")["share"]["Japan"] == pytest.approx(0.5)


def test_a_stock_floor_that_cannot_hold_is_met_as_far_as_possible_and_printed_first():
    tables = study(
        stock=[{"item": "m", "site": "P", "quantity": 4.0}],
        stock_limits=[{"item": "m", "site": "P", "minimum": 10.0}],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 4.0, "due": "2027-01-31"}],
    )
    result = planned(tables)
    assert result.stages["stage"].iloc[0] == "breach"
    # Floor 10, 4 there, first completions in March: 6 short in January and February. The floor comes before
    # the order.
    assert list(result.breaches["quantity"]) == pytest.approx([6, 6])
    assert result.stage("breach") == pytest.approx(1.2)
    assert result.demand_summary["last_delivery"].iloc[0] >= day("2027-03-31")


def test_who_cancels_while_the_least_breach_is_looked_for_is_not_told_that_there_is_no_plan():
    tables = study(stock_limits=[{"item": "m", "site": "P", "minimum": 10.0}])
    with pytest.raises(KeyboardInterrupt):
        plan(compile_network(tables), EXACT, Stop("plan: least breach"))


def test_an_unconstrained_plan_starts_in_the_past_what_should_have_been_ordered_by_then():
    tables = study(
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 100.0, "due": "2027-01-31"}]
    )
    network = compile_network(tables, before_periods=4)
    result = plan(network, PlanSettings(kind="unconstrained"))
    assert result.stage("demands 1") == pytest.approx(0)
    # Two months before January, all at once: no line limits it.
    assert list(result.starts["period"]) == [day("2026-11-01")]
    assert list(result.starts["quantity"]) == pytest.approx([100])


def test_a_minimal_relaxation_names_the_least_slack_that_makes_the_dates_hold():
    # 30 due in March: only January's starts can be there, 10 of them. The line would need 3 times its rate.
    tables = study(demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 30.0, "due": "2027-03-31"}])
    result = planned(tables, PlanSettings(kind="minimal-relaxation", gap=0.0))
    assert result.stage("demands 1") == pytest.approx(0)
    row = result.relaxations.iloc[0]
    assert (row["kind"], row["name"]) == ("capacity", "line")
    assert (row["relative"], row["quantity"]) == pytest.approx((2.0, 20.0))


def test_the_calm_rule_steadies_rates_at_no_cost():
    # 60 due in December; made any time from January on. Without calm a vertex lumps; with it the line runs
    # level.
    tables = study(
        processes=[{"process": "final", "site": "P", "item": "m", "resource": "line"}],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 60.0, "due": "2027-12-31"}],
    )
    quantity = planned(tables).starts["quantity"].to_numpy()
    assert np.abs(np.diff(quantity)).max() == pytest.approx(0, abs=1e-6)
    assert quantity.sum() == pytest.approx(60)


def test_the_calm_rule_gives_away_nothing_of_orders_where_they_are_the_last_goal():
    # As in the first test 140 unit-months late at best. Its allowance is one of cost: a thousandth of the 140
    # would leave 0.14 / 7 = 0.02 of the last unit unmade (it is late for the seven months June to December).
    tables = study(demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 40.0, "due": "2027-01-31"}])
    order = ("objectives", "cost", "demands")
    result = planned(tables, replace(EXACT, objective_order=order))
    assert result.stage("demands 1") == pytest.approx(140.0, abs=1e-6)
    assert result.demand_summary["never_delivered"].sum() == pytest.approx(0.0, abs=1e-6)


def test_weighted_mode_trades_lateness_for_cost_at_the_stated_price():
    # One unit, 2 months late at least; a dear quick source (cost 100, lead 0) saves 2 unit-months at 10
    # each: not worth it.
    tables = study(
        processes=[
            {"process": "final", "site": "P", "item": "m", "lead_time_months": 2.0, "unit_cost": 1.0},
            {"process": "quick", "site": "P", "item": "m", "unit_cost": 100.0},
        ],
        resources=[],
        demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 1.0, "due": "2027-01-31"}],
    )
    cheap = planned(tables, PlanSettings(mode="weighted", backlog_weight=10.0, gap=0.0))
    assert set(cheap.starts["process"]) == {"final"}
    dear = planned(tables, PlanSettings(mode="weighted", backlog_weight=60.0, gap=0.0))
    assert set(dear.starts["process"]) == {"quick"}


def test_a_live_planner_changed_in_place_gives_what_a_fresh_one_gives():
    demands = [{"demand": "d", "item": "m", "site": "P", "quantity": 100.0, "due": "2027-01-31"}]
    slow, fast = (
        study(demands=demands),
        study(demands=demands, resources=[{"resource": "line", "site": "P", "rate_per_month": 20.0}]),
    )
    planner = Planner(compile_network(slow), EXACT)
    planner.solve()
    assert planner.update(compile_network(fast))
    warm = planner.solve()
    cold = planned(fast)
    pd.testing.assert_frame_equal(warm.stages, cold.stages)
    longer = study(
        demands=demands,
        processes=[
            {"process": "final", "site": "P", "item": "m", "lead_time_months": 3.0, "resource": "line"}
        ],
    )
    assert not planner.update(compile_network(longer))
    assert planner.solve().stage("demands 1") == pytest.approx(planned(longer).stage("demands 1"))


def test_a_sale_without_limit_is_named_and_not_solved():
    tables = study(processes=[{"process": "sale", "site": "P", "item": "m", "unit_cost": -1.0}], resources=[])
    with pytest.raises(SolverError, match="pays for itself without end"):
        planned(tables)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"gap": -1.0}, "gap: found -1.0; needs a fraction"),
        ({"threads": 0}, "threads: found 0; needs 1 or more"),
        ({"objective_order": ("cost",)}, "needs each of demands, objectives, cost once"),
        ({"time_limit": -5.0}, "time_limit: found -5.0"),
        ({"kind": "lazy"}, "kind: found 'lazy'"),
    ],
)
def test_settings_out_of_range_say_what_would_be_right(setting, message):
    with pytest.raises(SettingsError, match=message):
        PlanSettings(**setting)


def test_rows_and_columns_have_names_in_the_studys_words():
    tables = study(demands=[{"demand": "d", "item": "m", "site": "P", "quantity": 1.0, "due": "2027-01-31"}])
    model = Planner(compile_network(tables)).model
    assert str(model.names.row(0)) == "balance m/P 2027-01"
    rows = model.names.rows_of("capacity")
    assert str(model.names.row(int(rows[3]))) == "capacity line 2027-04"
    assert str(model.names.column(int(model.columns.start[0, 5]))) == "start final 2027-06"
