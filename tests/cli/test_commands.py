"""What each command does, on the example whose answer is worked out in conftest.py."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import coprod
from coprod.cli.run import next_run
from coprod.study import read

PLAN_KEYS = {
    "option",
    "title",
    "kind",
    "status",
    "gap",
    "stages",
    "never_delivered",
    "objectives",
    "builds",
    "work_shares",
    "check",
    "notes",
    "solver",
}


def test_plan_as_json_has_stages_dates_builds_shares_gap_and_the_checkers_verdict(call, hello):
    code, printed, said = call("plan", hello, "--json")
    base, faster = json.loads(printed)
    assert (code, said) == (0, "")
    assert set(base) == set(faster) == PLAN_KEYS
    assert (base["option"], faster["option"], faster["title"]) == ("base", "faster", "Second shift")
    assert (base["status"], base["gap"], base["kind"]) == ("optimal", 0.0, "constrained")
    assert base["never_delivered"] == 0.0
    (objective,) = base["objectives"]
    assert objective["objective"] == "full-store"
    assert objective["backfill_date"] == objective["first_touch"] == "2028-02-29"
    assert objective["short_at_due"] == pytest.approx(15.0)
    shortfall = next(stage for stage in base["stages"] if stage["stage"].startswith("objectives"))
    assert shortfall["value"] == pytest.approx(20.0)
    assert shortfall["unit"] == "unit-months"
    assert base["builds"] == []
    (build,) = faster["builds"]
    assert build["investment"] == "second-shift"
    assert build["start"] < build["complete"] <= build["full_rate"] < "2028"
    assert [share["party"] for share in base["work_shares"]] == ["maker"]
    assert base["work_shares"][0]["share"] == pytest.approx(1.0)
    assert base["check"] == {"passed": True, "failures": []}


def test_set_changes_a_figure_for_this_call_alone(call, hello):
    # 20 a month: 15 in January, 85 more from May: 20 a month, 5 in September, in the store in October at the
    # earliest; and by the due date in December, as calmly as that allows.
    code, printed, _ = call(
        "plan", hello, "--option", "base", "--json", "--set", "resources.line.rate_per_month=20"
    )
    assert code == 0
    (objective,) = json.loads(printed)[0]["objectives"]
    assert (objective["earliest_backfill"], objective["short_at_due"]) == ("2027-10-31", 0.0)
    assert read(hello)[0]["resources"]["rate_per_month"].tolist() == [10.0]


def test_plan_prints_every_option_with_its_status_and_units(call, hello):
    code, printed, said = call("plan", hello, "--threads", "2", "--time-limit", "60", "--gap", "0.01")
    assert (code, said) == (0, "")
    assert "base (base): optimal, check passed" in printed
    assert "Second shift (faster): optimal, check passed" in printed
    for header in ("backfill_date", "[last day]", "unit-months", "2028-02-29"):
        assert header in printed


def test_plan_can_be_asked_for_one_option(call, hello):
    printed = call("plan", hello, "--option", "faster", "--json")[1]
    assert [plan["option"] for plan in json.loads(printed)] == ["faster"]


def test_check_as_json_has_code_severity_file_row_column_found_and_needs(call, hello, tmp_path):
    shutil.copytree(hello, tmp_path / "s")
    items = tmp_path / "s" / "items.csv"
    items.write_text(items.read_text().replace("900", "-900"))
    code, printed, said = call("check", tmp_path / "s", "--json")
    assert (code, said) == (1, "")
    assert {
        "code": "CP102",
        "severity": "error",
        "file": "items.csv",
        "row": 2,
        "column": "unit_value",
        "found": "'-900'",
        "needs": "needs a number >= 0 (currency per unit)",
    } in json.loads(printed)


def test_check_prints_errors_first_and_counts_each_kind(call, hello, tmp_path):
    shutil.copytree(hello, tmp_path / "s")
    sites = tmp_path / "s" / "sites.csv"
    sites.write_text(sites.read_text().replace("plant,", "plan,"))
    code, printed, _ = call("check", tmp_path / "s")
    lines = printed.splitlines()
    assert code == 1
    assert lines[0].startswith("error: ")
    assert "no such site" in printed or "Did you mean 'plan'?" in printed
    errors = sum(line.startswith("error: ") for line in lines)
    assert lines[-1].startswith(f"{errors} error")


def test_leadtime_prints_the_chain_and_as_json_all_three_tables(call, hello):
    code, printed, _ = call("leadtime", hello)
    assert code == 0
    for said in ("Cumulative lead time of the first unit", "Critical chain", "Latest orders", "assemble"):
        assert said in printed
    tables = json.loads(call("leadtime", hello, "--option", "faster", "--json")[1])
    assert set(tables) == {"lead_times", "chains", "latest_orders"}


def test_compare_as_json_is_the_table_of_the_api(call, hello):
    code, printed, _ = call("compare", hello, "--json")
    rows = json.loads(printed)
    assert code == 0
    assert [row["option"] for row in rows] == ["base", "faster"]
    assert [row["backfill_date"] for row in rows] == ["2028-02-29", "2027-12-31"]
    # Two months earlier: 60 days of 365.25 / 12.
    assert rows[1]["months_against_base"] == pytest.approx(-60 / 30.4375)
    assert [row["capex"] for row in rows] == [0.0, 50000.0]


def test_compare_of_one_option_sets_it_against_the_base(call, hello):
    rows = json.loads(call("compare", hello, "--option", "faster", "--json")[1])
    assert [row["option"] for row in rows] == ["base", "faster"]


def test_run_as_json_names_folder_report_verdict_and_comparison(call, hello, tmp_path):
    code, printed, _ = call("run", hello, "--out", tmp_path / "r", "--json")
    told = json.loads(printed)
    assert code == 0
    assert (told["run"], told["report"]) == (str(tmp_path / "r"), str(tmp_path / "r" / "report.html"))
    assert told["passed"] is True
    assert len(told["verdict"]) == 1
    assert [row["option"] for row in told["comparison"]] == ["base", "faster"]
    assert Path(told["report"]).read_text(encoding="utf-8").startswith("<!doctype html>")


def test_runs_are_numbered_below_runs_where_no_folder_is_given(call, hello, tmp_path, monkeypatch):
    # Relative on purpose: on Python 3.11 such paths once led to a folder that was not there.
    monkeypatch.chdir(tmp_path)
    for number in (1, 2):
        code, printed, _ = call("run", hello, "--quiet")
        assert code == 0
        assert f"Report: runs/hello-{number}/report.html" in printed
        assert coprod.open_run(f"runs/hello-{number}").options[0]["name"] == "base"
    assert sorted(entry.name for entry in (tmp_path / "runs").iterdir()) == ["hello-1", "hello-2"]


def test_a_run_is_named_after_its_folder_or_its_workbook_without_the_ending(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan-v1.2").mkdir()
    (tmp_path / "book.xlsx").touch()
    assert next_run("plan-v1.2") == Path("runs/plan-v1.2-1")
    assert next_run("book.xlsx") == Path("runs/book-1")


def test_a_relative_out_is_taken_from_where_one_stands(call, hello, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("run", hello, "--out", "here/r", "--quiet")[0] == 0
    assert coprod.open_run(tmp_path / "here" / "r").study.settings["title"] == "A pump, made at one plant"
    assert [entry.name for entry in (tmp_path / "here").iterdir()] == ["r"]


def test_force_replaces_a_run_and_nothing_else(call, hello, hello_run, tmp_path):
    shutil.copytree(hello_run, tmp_path / "r")
    before = (tmp_path / "r" / "manifest.json").read_text()
    code, _, said = call("run", hello, "--out", tmp_path / "r", "--quiet")
    assert code == 5
    assert "there is a run already" in said
    assert "nothing was written" in said
    assert (tmp_path / "r" / "manifest.json").read_text() == before
    assert call("run", hello, "--out", tmp_path / "r", "--quiet", "--force", "--option", "base")[0] == 0
    assert (tmp_path / "r" / "manifest.json").read_text() != before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    code, _, said = call("run", hello, "--out", tmp_path / "mine", "--force", "--quiet")
    assert code == 5
    assert "something that is no run" in said
    assert [entry.name for entry in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_open_shows_the_report(call, hello_run, monkeypatch):
    opened = []
    monkeypatch.setattr("click.launch", opened.append)
    assert call("report", hello_run, "--open")[0] == 0
    assert opened == [str(hello_run / "report.html")]


def test_report_writes_again_on_another_option(call, hello_run, tmp_path):
    shutil.copytree(hello_run, tmp_path / "r")
    before = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    code, printed, _ = call("report", tmp_path / "r", "--language", "en", "--option", "base")
    assert code == 0
    assert printed == f"Report: {tmp_path / 'r' / 'report.html'}\n"
    after = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert after.startswith('<!doctype html>\n<html lang="en">')
    assert after != before


def test_show_lists_tables_shows_one_and_gives_all_rows_as_csv(call, hello_run):
    code, printed, _ = call("show", hello_run)
    assert code == 0
    assert "comparison" in printed
    assert "Options:          base, faster" in printed
    _, printed, _ = call("show", hello_run, "stock", "--rows", "3")
    assert "stock, faster" in printed
    assert "more rows" in printed
    _, printed, _ = call("show", hello_run, "backfills", "--option", "base", "--csv")
    header, row = printed.splitlines()
    assert "backfill_date [last day]" in header
    assert "2028-02-29" in row


def test_diff_shows_the_cell_that_changed_and_what_it_did_to_the_answer(call, hello, hello_run, tmp_path):
    change = ["--set", "resources.line.rate_per_month=20"]
    assert call("run", hello, "--out", tmp_path / "r", "--quiet", *change)[0] == 0
    code, printed, _ = call("diff", hello_run, tmp_path / "r", "--json")
    assert code == 0
    changes = json.loads(printed)
    assert changes["study"] == [
        {"table": "resources", "key": "line", "column": "rate_per_month", "before": "10", "after": "20"}
    ]
    dates = {row["option"]: row for row in changes["answer"] if row["figure"] == "earliest_backfill"}
    assert (dates["base"]["before"], dates["base"]["after"]) == ("2028-02-29", "2027-10-31")
    printed = call("diff", hello_run, tmp_path / "r")[1]
    assert "Changed in the study" in printed
    assert "rate_per_month" in printed


def test_diff_of_a_run_with_itself_is_nothing(call, hello_run):
    _, printed, _ = call("diff", hello_run, hello_run)
    assert printed == "Changed in the study: nothing\nChanged in the answer: nothing\n"


@pytest.mark.parametrize("place", ["s", "s.xlsx"])
def test_a_new_template_can_be_checked_at_once(call, tmp_path, place):
    code, printed, _ = call("new", tmp_path / place)
    assert code == 0
    assert printed.endswith(f"Next: coprod check {tmp_path / place}\n")
    code, printed, _ = call("check", tmp_path / place)
    assert printed.splitlines()[-1].startswith("0 errors")
    assert code == 0


def test_an_example_is_copied_as_a_folder_or_as_a_workbook_and_both_are_the_same_study(call, hello, tmp_path):
    assert call("new", tmp_path / "s", "--example", "hello")[0] == 0
    assert call("new", tmp_path / "s.xlsx", "--example", "hello")[0] == 0
    assert coprod.read(tmp_path / "s") == coprod.read(tmp_path / "s.xlsx") == coprod.read(hello)


def test_an_example_that_does_not_exist_names_those_there_are(call, tmp_path):
    code, _, said = call("new", tmp_path / "s", "--example", "helo")
    assert code == 1
    assert "Did you mean 'hello'?" in said
    assert list(tmp_path.iterdir()) == []


def test_new_never_touches_what_is_there(call, hello, tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "letter.txt").write_text("keep me")
    for more in ([], ["--example", "hello"]):
        code, _, said = call("new", tmp_path / "s", *more)
        assert code == 1
        assert "needs a new or empty folder; nothing was written" in said
    assert [entry.name for entry in (tmp_path / "s").iterdir()] == ["letter.txt"]


def test_convert_there_and_back_is_the_same_study(call, hello, tmp_path):
    assert call("convert", hello, tmp_path / "s.xlsx")[0] == 0
    assert call("convert", tmp_path / "s.xlsx", tmp_path / "s")[0] == 0
    assert coprod.read(tmp_path / "s") == coprod.read(hello)


def test_schema_lists_tables_explains_one_and_gives_all_as_json(call):
    code, printed, _ = call("schema")
    assert code == 0
    assert any(line.startswith("processes ") for line in printed.splitlines())
    printed = call("schema", "lanes")[1]
    assert "Key: item / from_site / to_site" in printed
    assert "capacity_per_month (number; units per month" in printed
    told = json.loads(call("schema", "--json")[1])
    assert told["schema_version"] == 1
    assert {"study", "processes", "options"} <= set(told["tables"])
