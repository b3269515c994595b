"""What a limit is worth: by hand, against plans made anew, and on generated studies."""

import itertools

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from tests.explain.test_causes import EXACT, series
from tests.reference.naive_plan import naive_plan
from tests.reference.studies import generate, studies

from coprod.explain import WorthSettings, explain
from coprod.explain.late.trials import Trials, helps
from coprod.explain.late.worth import AS_MUCH, worth
from coprod.explain.limits import QUANTITIES, Limit, widened
from coprod.network import compile_network
from coprod.study.overrides import apply_sets

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)


def late(rate):
    """240 are due after twelve months of `rate`; what is missing then goes down by `rate` a month."""
    return sum(max(240 - rate * month, 0.0) for month in range(12, 25))


def test_one_more_part_a_month_is_worth_what_a_hand_works_out():
    (row,) = explain(series(body=10.0, final=1000.0), "base", EXACT).worth.to_dict("records")
    assert (row["kind"], row["name"], row["step"], row["unit"]) == (
        "line rate",
        "part-line",
        1.0,
        "units a month",
    )
    assert row["gain"] == pytest.approx(late(10) - late(11)) == pytest.approx(780 - 585)
    assert row["share"] == pytest.approx(195 / 780)
    assert row["units"] == pytest.approx(12.0)  # 120 of 240 in time, and 132 with it
    # One more round a month from the first month on, until the line that is as it is has caught up.
    assert (row["end_item"], row["rate"]) == ("round", pytest.approx(1.0))
    assert str(row["rate_from"].date()) == "2027-01-01"
    # All is there after 24 months, and at 11 a month after 22.
    assert row["months"] == pytest.approx(2.0)
    # 20 a month are just enough.
    assert row["most"] == pytest.approx(10.0, abs=0.5)
    assert row["total"] == pytest.approx(780.0, rel=2e-3)
    assert row["dual"] == pytest.approx((late(10) - late(10.001)) / 0.001, rel=1e-3)
    steps = np.arange(1.0, 3.0, 0.01)
    as_much = [step for step in steps if 780 - late(10 + step) >= (1 - AS_MUCH) * 195 * step]
    assert row["up_to"] == pytest.approx(max(as_much), abs=0.11)
    assert row["sentence"].startswith(
        "line rate of part-line: 1 unit a month more from January 2027 takes away 195"
    )


def test_an_order_that_is_in_time_does_not_blur_what_is_gained():
    """It keeps its date: one more part a month is still one more round a month for the order that is late."""
    order = {"item": "round", "site": "plant"}
    orders = [
        {**order, "demand": "early", "quantity": 30.0, "due": "2027-12-31"},
        {**order, "demand": "late", "quantity": 240.0, "due": "2027-12-31", "priority": 2},
    ]
    row = explain(series(10.0, 1000.0, demands=orders), "base", EXACT).worth.iloc[0]
    assert row["rate"] == pytest.approx(1.0)


def test_from_a_later_day_on_less_is_gained():
    now = explain(series(body=10.0, final=1000.0), "base", EXACT)
    since = compile_network(series()).periods.first_day(6)
    later = explain(series(body=10.0, final=1000.0), "base", EXACT, worthwhile=WorthSettings(since=since))
    assert str(later.worth["from"].iloc[0].date()) == "2027-07-01"
    # Six months at 10 and six at 11 make 126 of 240; from then on 11 a month.
    behind = sum(max(114 - 11 * month, 0) for month in range(13))
    assert later.worth["gain"].iloc[0] == pytest.approx(780 - behind)
    assert later.worth["gain"].iloc[0] < now.worth["gain"].iloc[0]
    # Six months at 10 and six at 30 are just enough.
    assert later.worth["most"].iloc[0] == pytest.approx(20.0, abs=1.0)


def test_a_shorter_lead_time_is_worth_whole_months():
    tables = series(1000.0, 1000.0)
    frame = tables["processes"].copy()
    frame.loc[frame["process"] == "assemble", "lead_time_months"] = 14.0
    found = explain(tables.replace("processes", frame), "base", EXACT)
    (row,) = found.worth.to_dict("records")
    assert (row["kind"], row["unit"], row["step"]) == ("lead time", "months", 1.0)
    assert row["gain"] == pytest.approx(240.0)  # three months late without it, two with it
    assert (row["up_to"], row["most"], row["total"]) == (3.0, 3.0, pytest.approx(720.0))


def test_a_large_or_a_small_line_is_eased_by_a_tenth():
    for rate, due, step in ((1e4, 2.4e5, 1e3), (1.0, 24.0, 0.1)):
        order = {"demand": "order", "item": "round", "site": "plant", "quantity": due, "due": "2027-12-31"}
        found = explain(series(body=rate, final=1e6, demands=[order]), "base", EXACT)
        assert found.worth["step"].tolist() == [pytest.approx(step)]


def test_a_budget_is_eased_by_a_hundredth_in_its_own_currency():
    tables = series(
        1000.0,
        1000.0,
        processes=[
            {"process": "make", "site": "plant", "item": "part", "unit_cost": 1.0},
            {"process": "assemble", "site": "plant", "item": "round"},
        ],
        payers=[{"payer": "ministry"}],
        funding=[{"payer": "ministry"}],
        budgets=[{"payer": "ministry", "fiscal_year": year, "amount": 100.0} for year in (2027, 2028)],
    )
    (row,) = explain(tables, "base", EXACT).worth.to_dict("records")
    assert (row["kind"], row["step"], row["unit"]) == ("budget", 1.0, "USD a year")
    # 240 are due at the end of 2027 and 100 are paid for in each year: one more is there a year sooner, and
    # one more that was never there comes in January 2028.
    assert row["gain"] == pytest.approx(13.0 + 12.0)
    assert row["dual"] == pytest.approx(25.0)


def test_nothing_is_asked_where_nothing_is_wanted_and_no_more_than_is_wanted():
    tables = series(10.0, 15.0)
    assert len(explain(tables, "base", EXACT, worthwhile=None).worth) == 0
    assert len(explain(tables, "base", EXACT, worthwhile=WorthSettings(most=0)).worth) == 0


def test_easing_on_the_live_model_is_what_the_study_with_the_figure_changed_gives(repository_root):
    """The network eased in place against the study written anew and compiled: every figure of every array."""
    from coprod.study import read

    tables, _ = read(repository_root / "examples" / "hello")
    name = tables.keys("resources")[0]
    rate = float(tables["resources"]["rate_per_month"].iloc[0])
    eased = widened(compile_network(tables), Limit("line rate", name), 2.0)
    anew = compile_network(apply_sets(tables, [f"resources.{name}.rate_per_month={rate + 2.0:g}"]))
    assert eased.resources.capacity == pytest.approx(anew.resources.capacity)
    # The bounds behind the rows that switch things on are those of the line without its limit.
    assert (eased.activities.upper >= anew.activities.upper - 1e-9).all()


@pytest.mark.parametrize("kind", QUANTITIES)
def test_every_quantity_can_be_eased_and_easing_it_never_makes_a_plan_later(kind):
    bought = series(
        processes=[{"process": "assemble", "site": "plant", "item": "round"}],
        stock=[{"item": "part", "site": "plant", "quantity": 100.0}],
    )
    for tables in itertools.chain([bought], map(generate, range(200))):
        trials = Trials(tables, "base", EXACT)
        limits = [limit for limit in trials.limits if limit.kind == kind]
        if limits:
            break
    before, after = trials.lateness(), trials.planned(widened(trials.network, limits[0], 1.0))
    changed = np.flatnonzero(np.abs(before.values - after.values) > 1e-5 * np.maximum(1.0, before.values))
    assert not changed.size or before.values[changed[0]] > after.values[changed[0]]
    if kind == "material":  # 140 of 240 are late from December 2027 to the horizon; one less
        assert before.values - after.values == pytest.approx([13.0])


def with_more_stock_or_budget(tables, own):
    """
    The study with a quantity eased in its tables; None for a quantity that this simple way does not ease.
    """
    if own.limit.kind == "line rate":
        frame = tables["resources"].copy()
        row = frame["resource"] == own.limit.name
        rates = frame.loc[row, ["rate_per_month", "maximum_rate_per_month"]]
        profiled = tables["profiles"]["table"].eq("resources").any()
        if profiled or rates["rate_per_month"].isna().any() or not row.any():
            return None
        frame.loc[row, ["rate_per_month", "maximum_rate_per_month"]] = rates + own.step
        return tables.replace("resources", frame)
    if own.limit.kind == "licence cap":
        frame = tables["licences"].copy()
        row = frame["licence"] == own.limit.name
        frame.loc[row, ["quantity_cap", "cap_per_year"]] += own.step
        return tables.replace("licences", frame)
    if own.limit.kind == "budget":
        frame = tables["budgets"].copy()
        row = frame["payer"] == own.limit.name
        years = compile_network(tables).budgets.year
        if set(years) - set(frame.loc[row, "fiscal_year"]):  # others have a budget of 0 too
            return None
        frame.loc[row, "amount"] += own.step
        return tables.replace("budgets", frame)
    return None


@settings(max_examples=12, deadline=None, phases=UNSHRUNK)
@given(studies())
def test_on_generated_studies_the_naive_model_finds_a_step_worth_as_much(tables):
    """
    Two models that share no code, the figure changed in the tables of one and in the arrays of the other.
    """
    trials = Trials(tables, "base", EXACT)
    before = trials.lateness()
    if before.total < 1e-3:
        return
    alone = {limit: trials.gain((), [limit]) for limit in trials.limits if limit.kind in QUANTITIES}
    found = worth(
        trials, {limit: gain for limit, gain in alone.items() if helps(gain)}, WorthSettings(most=2)
    )
    assert [own.gain for own in found] == sorted((own.gain for own in found), reverse=True)
    for own in found:
        assert 0 < own.gain <= own.total * (1 + 1e-5) + 1e-6
        eased = with_more_stock_or_budget(trials.tables, own)
        if eased is not None and tables.settings["objective_mode"] == "lexicographic":
            late = [value for name, value in naive_plan(eased, solver="highs").stages if name in before.goals]
            assert sum(late) == pytest.approx(before.total - own.gain, rel=1e-5, abs=1e-4)
