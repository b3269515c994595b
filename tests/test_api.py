"""The Python API: the same study and the same answers as the command line, as frames with units."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

import coprod
from coprod.errors import RunFolderError, SettingsError, StudyError
from coprod.results.schema import result_schema
from coprod.study import Tables
from tests.reference.stopping import Stop


@pytest.fixture(scope="module")
def study(repository_root):
    """The five-line example; its answer is worked out in tests/cli/conftest.py."""
    return coprod.read(repository_root / "examples" / "hello")


@pytest.fixture(scope="module")
def plan(study):
    """Its base option planned."""
    return study.plan()


def test_what_is_public_is_there_and_nothing_else_is_promised():
    assert (
        dir(coprod)
        == sorted(coprod.__all__)
        == ["Plan", "Study", "__version__", "open_run", "read", "read_p21"]
    )
    with pytest.raises(AttributeError, match="has no attribute 'rea'"):
        coprod.rea  # noqa: B018


def test_a_study_knows_its_title_and_its_options_base_first(study):
    assert study.title == "A pump, made at one plant"
    assert study.options == {"base": "base", "faster": "Second shift"}
    assert next(iter(study.options)) == "base"
    assert "A pump" in repr(study)


def test_a_plan_has_every_result_table_as_a_frame_with_units_in_its_column_names(plan):
    known = result_schema()
    assert {"stages", "deliveries", "stock", "loads", "builds", "backfills", "checks"} <= set(plan.tables)
    for name, frame in plan.tables.items():
        assert list(frame.columns) == [column.header for column in known[name].values()], name
        pd.testing.assert_frame_equal(getattr(plan, name), frame)
        assert name in dir(plan)


def test_a_plan_gives_the_answer_worked_out_by_hand(plan):
    row = plan.backfills.iloc[0]
    assert row["backfill_date [last day]"] == pd.Timestamp("2028-02-29")
    assert (plan.option, plan.title, plan.status, plan.gap) == ("base", "base", "optimal", 0.0)
    assert plan.passed
    assert plan.checked
    assert repr(plan).endswith("check passed")


def test_a_table_that_does_not_exist_names_those_that_do(plan):
    with pytest.raises(AttributeError, match=r"a plan has no table 'stok'; there is: .*stock"):
        plan.stok  # noqa: B018


def test_set_gives_another_study_and_leaves_the_first_as_it_was(study, plan):
    faster = study.set("resources.line.rate_per_month=20")
    assert faster != study
    # 20 a month: 15 in January, 85 more from May to September; in the store in October at the earliest.
    row = faster.plan().backfills.iloc[0]
    assert row["earliest_backfill [last day]"] == pd.Timestamp("2027-10-31")
    assert study.plan().backfills.equals(plan.backfills)


def test_several_options_come_in_the_order_asked_for(study):
    assert [plan.option for plan in study.plan_all(["faster", "base"])] == ["faster", "base"]


def test_compare_puts_the_base_first_even_where_it_is_not_asked_for(study):
    table = study.compare(["faster"])
    assert table["option"].tolist() == ["base", "faster"]
    assert "months_against_base [months]" in table.columns


def test_lead_times_come_as_three_tables_with_units(study):
    tables = study.leadtime()
    assert list(tables) == ["lead_times", "chains", "latest_orders"]
    for name, frame in tables.items():
        assert list(frame.columns) == [column.header for column in result_schema()[name].values()]
        assert len(frame)


def test_settings_are_refused_where_they_are_out_of_range(study):
    for wrong in ({"threads": 0}, {"gap": 2.0}, {"kind": "wild"}, {"time_limit": -1.0}):
        with pytest.raises(SettingsError, match=next(iter(wrong))):
            study.plan(**wrong)


def test_an_option_that_does_not_exist_is_refused_by_every_verb_that_takes_one(study):
    for verb in (study.plan, study.leadtime):
        with pytest.raises(StudyError, match="fastr"):
            verb("fastr")


def test_a_study_with_errors_lists_them_and_is_not_planned(study, repository_root, tmp_path):
    shutil.copytree(repository_root / "examples" / "hello", tmp_path / "s")
    (tmp_path / "s" / "items.csv").write_text("item,unit_value\npump,dear\nmotor,300\n")
    broken = coprod.read(tmp_path / "s")
    (problem,) = [own for own in broken.check() if own.severity == "error"]
    assert (problem.code, problem.cell.file, problem.cell.row, problem.cell.column) == (
        "CP103",
        "items.csv",
        2,
        "unit_value",
    )
    for verb in (broken.plan, broken.compare, broken.leadtime, lambda: broken.run(tmp_path / "r")):
        with pytest.raises(StudyError, match="1 error in the study; nothing was run") as caught:
            verb()
        assert problem in caught.value.problems
    assert not (tmp_path / "r").exists()


def test_a_study_from_folder_workbook_or_python_has_one_plan(study, plan, tmp_path):
    study.to_folder(tmp_path / "s")
    study.to_workbook(tmp_path / "s.xlsx")
    rows = {name: frame.to_dict("records") for name, frame in study.tables.frames.items()}
    built = coprod.Study(Tables.from_rows(study.tables.settings, **rows))
    for other in (coprod.read(tmp_path / "s"), coprod.read(tmp_path / "s.xlsx"), built):
        assert other == study
        for name, frame in other.plan().tables.items():
            pd.testing.assert_frame_equal(frame, plan.tables[name])


def test_a_relative_place_is_taken_from_where_one_stands(study, tmp_path, monkeypatch):
    # On Python 3.11 what was written aside once went to a place that was not there.
    monkeypatch.chdir(tmp_path)
    study.to_folder("s")
    study.to_folder("below/s")
    study.to_workbook("s.xlsx")
    study.to_workbook("below/s.xlsx")
    for place in ("s", "below/s", "s.xlsx", "below/s.xlsx"):
        assert coprod.read(tmp_path / place) == study
    left = {path.name for path in [*tmp_path.iterdir(), *(tmp_path / "below").iterdir()]}
    assert left == {"s", "s.xlsx", "below"}


def test_progress_is_told_of_every_phase_and_may_cancel(study, tmp_path):
    told = Stop("never")
    study.run(tmp_path / "r", progress=told)
    for phase in ("option base: compile", "option faster: check", "verdict", "write", "report"):
        assert phase in told.phases
    with pytest.raises(KeyboardInterrupt):
        study.run(tmp_path / "other", progress=Stop("plan: "))
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_run_gives_back_what_was_planned_and_can_go_without_a_report(study, plan, tmp_path):
    result = study.run(tmp_path / "r", options=["base"], report=False)
    assert not (tmp_path / "r" / "report.html").exists()
    opened = coprod.open_run(tmp_path / "r")
    # The option under discussion is planned too, or there would be no verdict.
    assert [entry["name"] for entry in opened.options] == ["base", "faster"]
    assert opened.study == study.tables
    for name in ("backfills", "stock", "stages"):
        pd.testing.assert_frame_equal(opened.table(name, "base"), plan.run.results()[name])
    pd.testing.assert_frame_equal(opened.table("comparison"), result.comparison)
    with pytest.raises(RunFolderError, match="there is a run already"):
        study.run(tmp_path / "r")
