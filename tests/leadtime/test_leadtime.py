"""Lead times worked out by hand, published, against the slow twin, and what must hold for every study."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases.planning_cases import speaker_kit
from tests.reference.naive_study import MONTH
from tests.reference.slow_leadtime import SlowLeadtime
from tests.reference.studies import studies

from coprod.errors import SettingsError
from coprod.leadtime import LeadtimeSettings, leadtime
from coprod.network import compile_network
from coprod.study.tables import DAYS_PER, Tables, duration_columns

SETTINGS = {"title": "lead times", "study_date": "2027-01-01", "start": "2027-01-01", "horizon": "2031-12-31"}
EMPTY, TODAY = "empty stock", "today's stock"


def study(settings=None, /, **rows):
    """A missile at the depot: motor 12 months and seeker 6 + 3 of paper, assembled in 4, shipped in 1."""
    base = {
        "items": [{"item": "missile", "kind": "end item"}, {"item": "motor"}, {"item": "seeker"}],
        "sites": [{"site": "plant"}, {"site": "depot"}],
        "processes": [
            {"process": "assemble", "item": "missile", "site": "plant", "lead_time_months": 4.0},
            {"process": "motors", "item": "motor", "site": "plant", "lead_time_months": 12.0},
            {
                "process": "seekers",
                "item": "seeker",
                "site": "plant",
                "lead_time_months": 6.0,
                "administrative_lead_time_months": 3.0,
            },
        ],
        "inputs": [{"process": "assemble", "item": "motor"}, {"process": "assemble", "item": "seeker"}],
        "lanes": [{"item": "missile", "from_site": "plant", "to_site": "depot", "lead_time_months": 1.0}],
        "stock_objectives": [
            {"objective": "full", "item": "missile", "site": "depot", "level": 9.0, "by": "2030-12-31"}
        ],
    }
    return Tables.from_rows({**SETTINGS, **(settings or {})}, **{**base, **rows})


def result(tables, **changes):
    return leadtime(compile_network(tables), LeadtimeSettings(**changes))


def months(tables, basis=EMPTY):
    rows = result(tables).lead_times
    return rows.loc[rows["basis"] == basis, "cumulative_months"].tolist()


def chain(tables, basis=EMPTY):
    rows = result(tables).chains
    rows = rows[rows["basis"] == basis]
    return [
        (row.kind, row.name_, row.part, round(row.months, 6), round(row.gain_months, 6))
        for row in rows.rename(columns={"name": "name_"}).itertuples()
    ]


def processes(**changes):
    """The processes, with cells changed by process name."""
    rows = study()["processes"][
        ["process", "item", "site", "lead_time_months", "administrative_lead_time_months"]
    ]
    found = [{k: v for k, v in row.items() if v == v} for row in rows.to_dict("records")]
    return [{**row, **changes.get(row["process"], {})} for row in found]


# ---- by hand


def test_the_longest_input_decides_and_each_step_is_worth_what_it_leads_the_next_chain_by():
    # Motors: 12 + 4 + 1 = 17. Seekers: 3 + 6 + 4 + 1 = 14. Without the motors' 12 months the seekers' chain
    # counts, so that gains 17 - 14 = 3; assembly and the lane are on both chains and gain all of theirs.
    assert months(study()) == pytest.approx([17.0])
    assert chain(study()) == [
        ("lane", "missile/plant/depot", "transport", 1.0, 1.0),
        ("process", "assemble", "production", 4.0, 4.0),
        ("process", "motors", "production", 12.0, 3.0),
    ]


def test_an_administrative_lead_time_is_a_step_of_its_own():
    # With motors of 8 months the seekers decide: 3 + 6 against 8, so either part gains one month at most.
    tables = study(processes=processes(motors={"lead_time_months": 8.0}))
    assert months(tables) == pytest.approx([14.0])
    assert chain(tables)[2:] == [
        ("process", "seekers", "production", 6.0, 1.0),
        ("process", "seekers", "administrative", 3.0, 1.0),
    ]


def test_papers_go_on_while_inputs_are_on_their_way():
    # 9 months of papers for the assembly end before the motors are there: nothing changes. 14 end after.
    assert months(
        study(processes=processes(assemble={"administrative_lead_time_months": 9.0}))
    ) == pytest.approx([17.0])
    assert months(study(processes=processes(assemble={"administrative_lead_time_months": 14.0}))) == (
        pytest.approx([14.0 + 4.0 + 1.0])
    )


def test_an_input_needed_later_starts_its_process_earlier():
    # The motor is needed 3 of the 4 months into assembly: 12 + (4 - 3) + 1 = 14; seekers are 14 as well.
    tables = study(
        inputs=[
            {"process": "assemble", "item": "motor", "offset_months": 3.0},
            {"process": "assemble", "item": "seeker", "offset_months": 1.0},
        ]
    )
    # Seekers come to 13: nine, then the three of four that are left, and one.
    assert months(tables) == pytest.approx([14.0])
    assert chain(tables)[1] == ("process", "assemble", "production", 1.0, 1.0)


def test_of_alternatives_the_quicker_counts():
    second = {"process": "motors-2", "item": "motor", "site": "plant", "lead_time_months": 10.0}
    tables = study(processes=[*processes(), second])
    assert months(tables) == pytest.approx([15.0])  # 10 + 4 + 1
    assert chain(tables)[2] == ("process", "motors-2", "production", 10.0, 1.0)  # then seekers, 9


def test_stock_ends_a_chain_and_a_receipt_is_there_from_its_period():
    # Motors on hand: the seekers' 14 months. A receipt of seekers in May 2027, 120 days after 1 January
    # (31 + 28 + 31 + 30), then 4 + 1 months.
    stock = [
        {"item": "motor", "site": "plant", "quantity": 5.0},
        {"item": "seeker", "site": "plant", "quantity": 5.0, "due": "2027-05-20"},
    ]
    assert months(study(stock=stock), TODAY) == pytest.approx([120 / MONTH + 5.0])
    assert chain(study(stock=stock), TODAY)[-1][:2] == ("stock", "seeker/plant")
    assert months(study(stock=stock[:1]), TODAY) == pytest.approx([14.0])
    assert months(study(stock=stock), EMPTY) == pytest.approx([17.0])


def test_a_gate_waits_for_its_build_and_that_for_what_it_requires():
    # Qualification 8 months after a building of 10: 18 + 4 + 1 = 23, against motors' 17.
    tables = study(
        investments=[
            {
                "investment": "qualify",
                "enables": ("assemble",),
                "lead_time_months": 8.0,
                "requires": ("hall",),
            },
            {"investment": "hall", "lead_time_months": 10.0},
        ]
    )
    assert months(tables) == pytest.approx([23.0])
    assert chain(tables)[2:] == [
        ("gate", "qualify", "build", 8.0, 6.0),
        ("gate", "hall", "build", 10.0, 6.0),
    ]


def test_dates_count_today_and_not_in_a_lead_time():
    tables = study(processes=processes(motors={"available_from": "2028-01-01"}))
    assert months(tables, EMPTY) == pytest.approx([17.0])
    assert months(tables, TODAY) == pytest.approx([365 / MONTH + 17.0])
    assert chain(tables, TODAY)[-1][:2] == ("date", "motors")
    # Nor are they taken for rounding.
    assert result(tables).lead_times["cumulative_periods"].tolist() == [17, 29]
    assert result(tables).notes == ()


def test_papers_that_end_in_the_period_a_date_begins_do_not_hide_the_date():
    # Papers of 45 days end inside the second month; nothing may start before 15 March, in the third.
    rows = processes(
        motors={
            "administrative_lead_time_days": 45.0,
            "available_from": "2027-03-15",
            "lead_time_months": 12.0,
        }
    )
    assert months(study(processes=rows), TODAY) == pytest.approx([59 / MONTH + 17.0])


def test_rounding_that_costs_a_period_is_told():
    # Three steps of 31 days are two months each: 6 periods for 93 days, 3.06 months.
    rows = [
        {"process": "assemble", "item": "missile", "site": "plant", "lead_time_days": 31.0},
        {"process": "motors", "item": "motor", "site": "plant", "lead_time_days": 31.0},
    ]
    tables = study(
        processes=rows,
        inputs=[{"process": "assemble", "item": "motor"}],
        lanes=[{"item": "missile", "from_site": "plant", "to_site": "depot", "lead_time_days": 31.0}],
    )
    found = result(tables)
    assert found.lead_times["cumulative_periods"].tolist() == [6, 6]
    assert found.notes[0] == (
        "missile at depot, empty stock: rounding each step up to whole periods adds 2.9 of the plan's "
        "6 periods"
    )


def test_what_nothing_brings_is_told_and_has_no_lead_time():
    found = result(study(lanes=[]))
    assert found.lead_times["cumulative_months"].isna().all()
    assert found.notes == ("missile at depot can never be there: nothing that may start makes or ships it",)
    assert found.chains.empty


def test_latest_orders_count_back_from_the_need():
    # 17 months of 30.4375 days are 517.4, so 518 whole days before 31 December 2030: 31 July 2029. Seekers:
    # start 11 months (334.8 days, so 335) before, order 14 months (426.1, so 427).
    orders = result(study()).latest_orders.set_index("process")
    assert orders["latest_order"].to_dict() == {
        "motors": pd.Timestamp("2029-07-31"),
        "seekers": pd.Timestamp("2030-12-31") - pd.Timedelta(days=427),
        "assemble": pd.Timestamp("2030-12-31") - pd.Timedelta(days=153),
    }
    assert orders.loc["seekers", "latest_start"] == pd.Timestamp("2030-12-31") - pd.Timedelta(days=335)
    assert orders["critical"].to_dict() == {"motors": True, "seekers": False, "assemble": True}
    slack = (pd.Timestamp("2029-07-31") - pd.Timestamp("2027-01-01")).days / MONTH
    assert orders.loc["motors", "slack_months"] == pytest.approx(slack)


def test_only_long_leads_have_a_latest_order():
    assert set(result(study(), long_lead_months=9.0).latest_orders["process"]) == {"motors", "seekers"}
    with pytest.raises(SettingsError, match=r"long_lead_months: found -1.0; needs a number >= 0"):
        LeadtimeSettings(long_lead_months=-1.0)


def test_lanes_both_ways_do_not_carry_an_order_round_and_round():
    # Motors made at the plant are ordered 12 + 4 + 1 = 17 months ahead; those made at the other plant go one
    # lane more, 19. Without the rule that no way passes a node twice, both would go round as often as passes
    # were made.
    both = [
        {"item": "motor", "from_site": "plant", "to_site": "other", "lead_time_months": 2.0},
        {"item": "motor", "from_site": "other", "to_site": "plant", "lead_time_months": 2.0},
    ]
    lanes = [{"item": "missile", "from_site": "plant", "to_site": "depot", "lead_time_months": 1.0}, *both]
    extra = {"process": "motors-2", "item": "motor", "site": "other", "lead_time_months": 12.0}
    tables = study(
        sites=[{"site": "plant"}, {"site": "depot"}, {"site": "other"}],
        processes=[*processes(), extra],
        lanes=lanes,
    )
    before = result(tables).latest_orders.set_index("process")["months_before_need"]
    assert before["motors"] == pytest.approx(17.0)
    assert before["motors-2"] == pytest.approx(19.0)


# ---- published


def test_the_speaker_kit_takes_the_weeks_of_its_longest_branch(shared_data):
    # Release weeks of the textbook's gross plan for a need in week 8: the first release of any item is in
    # week 1 (G), so a kit takes 7 weeks from nothing; each item's first release is its latest order.
    cases = json.loads((shared_data / "cases" / "planning" / "cases.json").read_text(encoding="utf-8"))
    case = next(c for c in cases if c["id"] == "mrp_speaker_kit")
    found = result(speaker_kit(case, on_hand=False), long_lead_months=0.0)
    assert found.lead_times["cumulative_days"].tolist() == pytest.approx([49.0, 49.0])
    first = {}
    for item, week, _ in case["answer"]["plan"]["gross_releases"]["rows"]:
        first[item] = min(week, first.get(item, week))
    orders = found.latest_orders.set_index("process")["months_before_need"] * MONTH / 7
    assert (8 - orders).to_dict() == pytest.approx(first)


# ---- twin


def inf(values):
    return [math.inf if v != v else v for v in values]


def slow(tables, basis):
    """The twin's answer for every need, in the order of the table."""
    network = compile_network(tables)
    activities, periods = network.activities, network.periods
    may = {key: a for a, key in enumerate(activities.key) if activities.allowed[a].any()}
    opens, held = dict.fromkeys(may, 0.0), {}
    if basis == TODAY:
        day = lambda t: float((periods.first_day(int(t)) - periods.start).days)  # noqa: E731
        opens = {key: day(activities.opens[a]) for key, a in may.items()}
        rows = tables.active("stock").to_dict("records")
        for row in (r for r in rows if r["quantity"] > 0):
            t = 0 if pd.isna(row["due"]) else max(0, periods.containing(row["due"].date()))
            if t < periods.n:
                node = row["item"], row["site"]
                held[node] = min(held.get(node, math.inf), day(t))
    twin = SlowLeadtime(tables, opens, held)
    rows = leadtime(network).lead_times
    rows = rows[rows["basis"] == basis]
    return rows["cumulative_days"].tolist(), [
        twin.at(node) for node in zip(rows["item"], rows["site"], strict=True)
    ]


@pytest.mark.parametrize("basis", [EMPTY, TODAY])
@settings(max_examples=15)
@given(tables=studies(max_periods=12))
def test_the_slow_twin_finds_the_same_days(basis, tables):
    found, expected = slow(tables, basis)
    assert inf(found) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=8)
@given(studies(max_periods=12))
def test_a_step_gains_what_the_study_gains_without_its_lead_time(tables):
    """The study is compiled anew with the duration set to 0, which the engine never does."""
    column = {
        "production": ("processes", "lead_time"),
        "administrative": ("processes", "administrative_lead_time"),
    }
    column |= {"build": ("investments", "lead_time")}
    names = {"processes": "process", "investments": "investment"}
    before = days_of(tables)
    chains = leadtime(compile_network(tables)).chains
    for step in chains[(chains["basis"] == EMPTY) & chains["part"].isin(list(column))].itertuples():
        table, stem = column[step.part]
        frame = tables[table].copy()
        own = frame[names[table]] == step.name
        frame.loc[own, list(duration_columns(table, stem))] *= 0.0
        offsets = tables["inputs"].copy()
        if stem == "lead_time":  # an input cannot be needed after completion
            offsets.loc[offsets["process"] == step.name, list(duration_columns("inputs", "offset"))] *= 0.0
        after = days_of(tables.replace(table, frame).replace("inputs", offsets))
        node = (step.item, step.site, EMPTY)
        # A process may be possible at last where the horizon forbade it: only what could be done is compared.
        if math.inf not in before.values():
            assert step.gain_months * MONTH == pytest.approx(before[node] - after[node], abs=1e-6)


# ---- laws

FEW = settings(max_examples=8)


def days_of(tables):
    rows = leadtime(compile_network(tables)).lead_times
    return {
        (row.item, row.site, row.basis): math.inf if np.isnan(row.cumulative_days) else row.cumulative_days
        for row in rows.itertuples()
    }


@settings(max_examples=12)
@given(studies(max_periods=12))
def test_the_steps_of_a_chain_add_up_to_its_lead_time_and_none_gains_more_than_its_length(tables):
    found = leadtime(compile_network(tables))
    for (item, site, basis), steps in found.chains.groupby(["item", "site", "basis"]):
        rows = found.lead_times
        own = rows[(rows["item"] == item) & (rows["site"] == site) & (rows["basis"] == basis)].iloc[0]
        assert steps["months"].sum() * MONTH == pytest.approx(own["cumulative_days"], abs=1e-5)
        assert (steps["gain_months"] <= steps["months"] + 1e-9).all()
        assert (steps["to_days"].to_numpy()[1:] == steps["from_days"].to_numpy()[:-1]).all()


@FEW
@given(studies(max_periods=12), st.sampled_from([1.2, 2.0]))
def test_a_lead_time_that_grows_never_makes_anything_sooner(tables, factor):
    longer = tables
    for table, stems in {
        "processes": ("lead_time", "administrative_lead_time"),
        "lanes": ("lead_time",),
        "investments": ("lead_time",),
    }.items():
        frame = longer[table].copy()
        for stem in stems:
            frame[list(duration_columns(table, stem))] *= factor
        longer = longer.replace(table, frame)
    before, after = days_of(tables), days_of(longer)
    assert all(after[node] >= before[node] - 1e-6 for node in before)


@FEW
@given(studies(max_periods=12), st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(tables, seed):
    rng = np.random.default_rng(seed)
    mixed = tables
    for name, frame in tables.frames.items():
        mixed = mixed.replace(name, frame.iloc[rng.permutation(len(frame))])
    assert days_of(mixed) == pytest.approx(days_of(tables), abs=1e-6)
    key = ["process", "for_item", "for_site"]
    one, two = (
        leadtime(compile_network(t)).latest_orders.set_index(key)["months_before_need"].to_dict()
        for t in (tables, mixed)
    )
    assert two == pytest.approx(one, abs=1e-9)


@FEW
@given(studies(max_periods=12), st.sampled_from(["days", "weeks", "months"]))
def test_units_do_not_matter(tables, unit):
    other = tables
    for table, stem in (
        ("processes", "lead_time"),
        ("processes", "administrative_lead_time"),
        ("inputs", "offset"),
        ("lanes", "lead_time"),
        ("investments", "lead_time"),
    ):
        frame = other[table].copy()
        exact = other.duration_days(table, stem)
        frame[list(duration_columns(table, stem))] = np.nan
        frame[f"{stem}_{unit}"] = exact / DAYS_PER[unit]
        other = other.replace(table, frame)
    assert days_of(other) == pytest.approx(days_of(tables), abs=1e-6)


@FEW
@given(studies(max_periods=12))
def test_the_plan_is_never_sooner_than_the_exact_days(tables):
    network = compile_network(tables)
    rows = leadtime(network).lead_times
    rows = rows[(rows["basis"] == EMPTY) & (rows["cumulative_periods"] >= 0)]
    for row in rows.itertuples():
        assert row.cumulative_periods * network.periods.days >= row.cumulative_days - 1e-6
