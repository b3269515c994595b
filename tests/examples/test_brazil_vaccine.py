"""The civil example: a transfer of production, told in batches and doses, and a report in its own words."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest

from coprod.report.page import write_report
from coprod.run.order import plan_settings, run_study
from coprod.study import read

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "brazil-vaccine"


def test_every_row_names_a_listed_source_and_every_source_is_used():
    rows = {
        path.stem: list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        for path in EXAMPLE.glob("*.csv")
    }
    listed = {row["source"] for row in rows.pop("sources")}
    del rows["options"]  # have notes, no sources
    named = {row["source"] for table in rows.values() for row in table}
    assert named <= listed
    notes = " ".join(row["note"] for table in rows.values() for row in table)
    assert all(source in notes for source in listed - named)


@pytest.mark.slow
def test_local_substance_fills_the_reserve_and_the_report_speaks_of_doses(tmp_path):
    tables, _ = read(EXAMPLE)
    result = run_study(tables, tmp_path / "run", settings=plan_settings(tables, earliest_backfill=False))
    for run in result.options:
        assert run.checked.passed, (run.name, run.checked.failures)
    found = result.comparison.set_index("option")
    never = found["never_delivered"]
    assert never["base"] > never["fill-finish"] > 0
    assert never["full-transfer"] == pytest.approx(0, abs=1)
    full = pd.to_datetime(found["backfill_date"])
    assert full[["base", "fill-finish"]].isna().all()
    assert full["full-transfer-parallel"] < full["full-transfer"]

    page = write_report(tmp_path / "run").read_text(encoding="utf-8")
    words = re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style)\b.*?</\1>", "", page))
    assert "doses" in words
    assert not re.search(r"\b(rounds|missiles?|interceptors?|depots?|Japan(ese)?)\b", words)
