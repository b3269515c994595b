import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coprod.errors import StudyError
from coprod.study.findings import Findings
from coprod.study.overrides import apply_option, apply_options, apply_sets, option_names, option_title
from coprod.study.tables import Tables

MONTH = 365.25 / 12

PROCESSES = [
    {"process": "final-us", "site": "us", "item": "missile", "lead_time_months": 2.0, "unit_cost": 100.0},
    {"process": "final-jp", "site": "jp", "item": "missile", "lead_time_days": 60.0, "unit_cost": 120.0},
    {"process": "seeker-us", "site": "us", "item": "seeker", "unit_cost": 30.0, "active": False},
]
RESOURCES = [
    {"resource": "line-us", "site": "us", "rate_per_month": 10.0},
    {"resource": "line-jp", "site": "jp", "maximum_rate_per_month": 8.0},
]
PROFILES = [
    {"table": "resources", "key": "line-us", "column": "rate_per_month", "from": "2027-01-01", "value": 20.0},
    {"table": "processes", "key": "final*", "column": "unit_cost", "from": "2028-01-01", "value": 90.0},
]


def study(*options, **tables):
    """Two final assemblies (one lead time in months, one in days) and a seeker; options as rows."""
    rows = {"processes": PROCESSES, "resources": RESOURCES, **tables}
    return Tables.from_rows({"title": "case", "study_date": "2026-01-01"}, options=list(options), **rows)


def row(option, target, action, value="", **more):
    """An option row; the target is table/key/column, or table/key for include and exclude."""
    table, _, rest = target.partition("/")
    key, _, column = rest.rpartition("/") if action not in {"include", "exclude"} else (rest, "", "")
    return {
        "option": option,
        "table": table,
        "key": key,
        "column": column,
        "action": action,
        "value": value,
        **more,
    }


def column(tables, table, name):
    return tables[table][name].tolist()


def message(tables, option="x"):
    with pytest.raises(StudyError) as caught:
        apply_option(tables, option)
    return "\n".join(str(problem) for problem in caught.value.problems)


def test_base_always_exists_and_changes_nothing():
    tables = study()
    assert option_names(tables) == ["base"]
    assert apply_option(tables, "base") == tables


def test_options_are_named_base_first_then_as_in_the_file_and_by_their_titles():
    tables = study(
        row("late", "processes/*/unit_cost", "scale", "2"),
        {"option": "early", "title": "Start early"},
        {"option": "late", "title": "Start late"},
        {"option": "gone", "active": False},
    )
    assert option_names(tables) == ["base", "late", "early"]
    assert [option_title(tables, name) for name in option_names(tables)] == [
        "base",
        "Start late",
        "Start early",
    ]


def test_the_five_actions_come_in_their_order_whatever_that_of_the_rows():
    rows = [
        row("x", "processes/seeker-us", "exclude"),
        row("x", "processes/*", "include"),
        row("x", "processes/final-us/unit_cost", "increase", "5"),
        row("x", "processes/final-us/unit_cost", "scale", "3"),
        row("x", "processes/final-us/unit_cost", "set", "200"),
    ]
    for order in (rows, rows[::-1]):
        changed = apply_option(study(*order), "x")
        assert column(changed, "processes", "unit_cost") == [200 * 3 + 5, 120, 30]
        assert column(changed, "processes", "active") == [True, True, False]


def test_factors_of_one_cell_multiply_and_increases_add():
    changed = apply_option(
        study(
            row("x", "processes/final*/unit_cost", "scale", "2"),
            row("x", "processes/*-us/unit_cost", "scale", "3"),
            row("x", "processes/*/unit_cost", "increase", "1"),
            row("x", "processes/final-us/unit_cost", "increase", "-2"),
        ),
        "x",
    )
    assert column(changed, "processes", "unit_cost") == [100 * 2 * 3 + 1 - 2, 120 * 2 + 1, 30 * 3 + 1]


def test_the_parent_comes_whole_before_the_child():
    # Parent: 100 + 10. Child: times 2, although scale comes before increase inside one option.
    tables = study(
        row("child", "processes/final-us/unit_cost", "scale", "2", based_on="parent"),
        row("parent", "processes/final-us/unit_cost", "increase", "10"),
    )
    assert column(apply_option(tables, "child"), "processes", "unit_cost") == [220, 120, 30]
    assert column(apply_option(tables, "parent"), "processes", "unit_cost") == [110, 120, 30]


def test_a_child_may_set_what_its_parent_set():
    tables = study(
        row("parent", "processes/final-us/unit_cost", "set", "1"),
        row("child", "processes/final-us/unit_cost", "set", "2", based_on="parent"),
    )
    assert column(apply_option(tables, "child"), "processes", "unit_cost") == [2, 120, 30]


def test_a_setting_is_changed_as_table_study_whatever_the_key():
    tables = study(
        row("x", "study/any/horizon", "set", "2031"),
        row("x", "study/*/discount_rate_per_year", "increase", "0.03"),
    )
    changed = apply_option(tables, "x")
    assert changed.settings["horizon"] == pd.Timestamp("2031-12-31")
    assert changed.settings["discount_rate_per_year"] == 0.03
    assert all(changed.frames[name] is frame for name, frame in tables.frames.items())


def test_setting_a_duration_blanks_its_other_units():
    changed = apply_option(study(row("x", "processes/final*/lead_time_weeks", "set", "4")), "x")
    assert column(changed, "processes", "lead_time_weeks")[:2] == [4, 4]
    assert changed.duration_days("processes", "lead_time").tolist() == [28, 28, 0]


def test_a_duration_in_another_unit_is_converted_before_it_is_changed():
    tables = study(
        row("more", "processes/final*/lead_time_months", "increase", "1"),
        row("half", "processes/final*/lead_time_months", "scale", "0.5"),
    )
    more = apply_option(tables, "more")
    assert more.duration_days("processes", "lead_time")[:2] == pytest.approx([3 * MONTH, 60 + MONTH])
    assert math.isnan(column(more, "processes", "lead_time_days")[1])
    half = apply_option(tables, "half")
    assert half.duration_days("processes", "lead_time")[:2] == pytest.approx([MONTH, 30])


def test_a_blank_duration_is_0_and_can_be_increased():
    changed = apply_option(study(row("x", "processes/seeker-us/lead_time_days", "increase", "9")), "x")
    assert column(changed, "processes", "lead_time_days")[2] == 9


def test_scale_and_increase_act_on_the_profile_too():
    tables = study(
        row("x", "resources/line-us/rate_per_month", "scale", "2"),
        row("x", "resources/line-us/rate_per_month", "increase", "1"),
        profiles=PROFILES,
    )
    changed = apply_option(tables, "x")
    assert column(changed, "resources", "rate_per_month")[0] == 10 * 2 + 1
    assert column(changed, "profiles", "value") == [20 * 2 + 1, 90]


def test_an_empty_cell_with_a_profile_can_be_scaled():
    tables = study(
        row("x", "resources/line-jp/rate_per_month", "scale", "2"), profiles=[{**PROFILES[0], "key": "*"}]
    )
    changed = apply_option(tables, "x")
    assert math.isnan(column(changed, "resources", "rate_per_month")[1])
    assert changed["profiles"][["key", "value"]].to_numpy().tolist() == [["line-us", 20], ["line-jp", 40]]


def test_a_profile_for_several_rows_is_written_out_where_only_some_of_them_change():
    tables = study(row("x", "processes/final-jp/unit_cost", "scale", "2"), profiles=PROFILES)
    changed = apply_option(tables, "x")["profiles"]
    assert changed[["key", "value"]].to_numpy().tolist() == [
        ["line-us", 20],
        ["final-us", 90],
        ["final-jp", 180],
    ]
    assert changed.index.tolist() == [2, 3, 3]


def test_a_profile_that_the_option_excludes_no_longer_counts():
    tables = study(
        row("x", "resources/line-us/rate_per_month", "set", "7"),
        row("x", "profiles/resources*", "exclude"),
        profiles=PROFILES,
    )
    assert column(apply_option(tables, "x"), "resources", "rate_per_month")[0] == 7


def test_an_inactive_row_of_an_option_changes_nothing():
    tables = study(row("x", "processes/*/unit_cost", "scale", "2", active=False), {"option": "x"})
    assert apply_option(tables, "x")["processes"].equals(tables["processes"])


def test_sets_from_the_command_line_split_at_the_first_and_the_last_dot():
    tables = study(processes=[*PROCESSES, {"process": "a.b=c", "site": "us", "item": "seeker"}])
    changed = apply_sets(tables, ["processes.final-us.lead_time_months=3", "study.start=2027-01"])
    assert changed.duration_days("processes", "lead_time")[0] == 3 * MONTH
    assert changed.settings["start"] == pd.Timestamp("2027-01-01")
    tables = study(processes=[*PROCESSES, {"process": "a.b", "site": "us", "item": "seeker"}])
    assert column(apply_sets(tables, ["processes.a.b.unit_cost=-1.5"]), "processes", "unit_cost")[3] == -1.5


def test_a_list_a_date_a_text_and_a_blank_are_set_as_cells_are_read():
    tables = study(
        investments=[{"investment": "second", "max_builds": 1.0}, {"investment": "third"}],
        stock_objectives=[{"objective": "full", "item": "missile", "site": "jp", "level": 9.0}],
    )
    changed = apply_sets(
        tables,
        [
            "investments.*.resource=line-us; line-jp",
            "stock_objectives.full.by=2030-06",
            "processes.final-us.site=jp",
            "resources.line-us.rate_per_month=",
        ],
    )
    assert column(changed, "investments", "resource") == [("line-us", "line-jp")] * 2
    assert column(changed, "stock_objectives", "by") == [pd.Timestamp("2030-06-30")]
    assert column(changed, "processes", "site")[0] == "jp"
    assert math.isnan(column(changed, "resources", "rate_per_month")[0])
    assert all((changed[name].dtypes == tables[name].dtypes).all() for name in tables.frames)


def test_a_date_that_is_set_to_nothing_is_blank():
    rows = {"objective": "full", "item": "missile", "site": "jp", "level": 9.0, "by": "2030-06-30"}
    changed = apply_sets(study(stock_objectives=[rows]), ["stock_objectives.full.by="])
    assert changed["stock_objectives"]["by"].isna().all()


def test_all_that_is_wrong_with_the_assignments_is_said_at_once():
    with pytest.raises(StudyError) as caught:
        apply_sets(
            study(), ["nonsense", "processes.final-uk.unit_cost=1", "processes.final-us.unit_cost=much"]
        )
    assert [str(problem) for problem in caught.value.problems] == [
        "--set nonsense: found 'nonsense'; needs table.key.column=value, or study.setting=value [CP223]",
        "--set processes.final-uk.unit_cost=1: found 'final-uk'; no such key in processes.csv. "
        "Did you mean 'final-us'? [CP204]",
        "--set processes.final-us.unit_cost=much: found 'much'; "
        "needs a number (currency per unit started) [CP227]",
    ]


def test_two_assignments_of_one_cell_are_an_error():
    with pytest.raises(StudyError, match="unit_cost of final-us is already set by --set"):
        apply_sets(study(), ["processes.final-us.unit_cost=1", "processes.final*.unit_cost=2"])


def test_an_unknown_option_names_those_there_are():
    tables = study(row("second-line", "resources/*", "exclude"))
    assert message(tables, "second-lane") == (
        "options.csv, option: found 'second-lane'; no such option; the study has base, second-line. "
        "Did you mean 'second-line'? [CP201]"
    )


def test_every_option_is_applied_and_the_others_survive_a_broken_one():
    tables = study(
        row("broken", "processes/none/unit_cost", "set", "1"),
        row("child", "processes/final-us/unit_cost", "set", "7", based_on="broken"),
        row("fine", "processes/final-us/unit_cost", "set", "8"),
    )
    findings = Findings(tables)
    applied = apply_options(tables, findings)
    assert list(applied) == ["base", "broken", "child", "fine"]
    assert [problem.code for problem in findings.problems] == ["CP204"]
    assert [column(applied[name], "processes", "unit_cost")[0] for name in applied] == [100, 100, 7, 8]


KEYS = st.sampled_from(["final-us", "final-jp", "seeker-us", "final*", "*-us", "*"])
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("scale"), KEYS, st.sampled_from(["0.1", "0.7", "3"])),
        st.tuples(st.just("increase"), KEYS, st.sampled_from(["0.1", "0.3", "-7"])),
        st.tuples(st.sampled_from(["include", "exclude"]), KEYS, st.just("")),
        st.tuples(
            st.just("set"),
            st.sampled_from(["final-us", "final-jp", "seeker-us"]),
            st.sampled_from(["1", "2"]),
        ),
    ),
    max_size=6,
    unique_by=lambda change: change[:2],
)


def rows_for(changes):
    return [
        row(
            "x",
            f"processes/{key}" + ("" if action in {"include", "exclude"} else "/unit_cost"),
            action,
            value,
        )
        for action, key, value in changes
    ]


@settings(max_examples=60, deadline=None)
@given(CHANGES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(changes, random):
    rows = [{"option": "x"}, *rows_for(changes)]
    shuffled = random.sample(rows, len(rows))
    profiles = [PROFILES[1]] if not any(action == "set" for action, _, _ in changes) else []
    first, second = (apply_option(study(*order, profiles=profiles), "x") for order in (rows, shuffled))
    assert all(first[name].equals(second[name]) for name in first.frames if name != "options")


@settings(max_examples=40, deadline=None)
@given(CHANGES.filter(lambda changes: not any(action == "set" for action, _, _ in changes)))
def test_a_wildcard_equals_the_list_of_keys_it_stands_for(changes):
    tables = study(profiles=PROFILES)
    keys = tables.keys("processes")
    written_out = [
        (action, key, value)
        for action, pattern, value in changes
        for key in keys
        if __import__("fnmatch").fnmatchcase(key, pattern)
    ]
    first, second = (
        apply_option(study({"option": "x"}, *rows_for(rows), profiles=PROFILES), "x")
        for rows in (changes, written_out)
    )
    assert all(first[name].equals(second[name]) for name in first.frames if name != "options")


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["lead_time_days", "lead_time_weeks", "lead_time_months", "unit_cost", "yield_fraction"]),
    st.integers(0, 1),
)
def test_set_and_set_back_is_where_we_began(name, position):
    tables = study()
    key = tables.keys("processes")[position]
    given_in = name if not name.startswith("lead") else ["lead_time_months", "lead_time_days"][position]
    old = tables["processes"][given_in].iloc[position]
    away = apply_sets(tables, [f"processes.{key}.{name}=0.5"])
    assert away != tables
    assert (
        apply_sets(away, [f"processes.{key}.{given_in}={old!r}".replace("np.float64(", "").rstrip(")")])
        == tables
    )
