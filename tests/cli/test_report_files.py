"""Which files stand beside the report: the workbook by default, charts where they are asked for."""

from __future__ import annotations


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_a_run_has_report_and_workbook_but_no_charts(hello_run):
    assert names(hello_run) == {"manifest.json", "report.html", "report.xlsx", "results", "study"}


def test_a_workbook_is_left_out_and_charts_are_added_on_request(call, hello, tmp_path):
    run = tmp_path / "r"
    assert call("run", hello, "--out", run, "--no-workbook", "--option", "base")[0] == 0
    assert "report.html" in names(run)
    assert "report.xlsx" not in names(run)
    code, printed, _ = call("report", run, "--charts", "--no-workbook")
    assert code == 0
    assert printed.splitlines()[1] == f"Charts: {run / 'charts'} ({len(names(run / 'charts'))} files)"
    assert "report.xlsx" not in names(run)
    assert call("report", run)[0] == 0
    assert "report.xlsx" in names(run)
