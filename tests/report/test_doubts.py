"""A plan that the independent checker found wrong is named on the first page, before any figure of it."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from tests.report.made_study import made_study

from coprod.report.material import Material
from coprod.report.page import page
from coprod.results.run_folder import checksum
from coprod.run import run_study

OPTIONS = 3


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return run_study(made_study(options=OPTIONS, items=1), tmp_path_factory.mktemp("doubts") / "run").path


def fail(run, option):
    """Let an option's plan fail its first check: in the table, and in the manifest's checksum of it."""
    manifest = json.loads((run / "manifest.json").read_text())
    place = next(entry["folder"] for entry in manifest["options"] if entry["name"] == option)
    file = run / "results" / place / "checks.parquet"
    kept = file.read_bytes(), (run / "manifest.json").read_text()
    checks = pd.read_parquet(file)
    checks["passed"] = [False, *checks["passed"].iloc[1:]]
    checks.to_parquet(file)
    manifest["files"][str(file.relative_to(run))] = checksum(file)
    (run / "manifest.json").write_text(json.dumps(manifest))
    return file, kept


@pytest.fixture
def failed(run):
    """Fail options; the run is as it was afterwards."""
    undone = []

    def of(*options):
        undone.extend(fail(run, option) for option in options)
        return Material(run)

    yield of
    for file, (data, manifest) in reversed(undone):
        file.write_bytes(data)
        (run / "manifest.json").write_text(manifest)


def said(html):
    """Return what the page says before its answer, and the words in the options table."""
    found = re.findall(r'<p class="wrong">(.*?)</p>', html, re.DOTALL)
    assert all(html.index(words) < html.index('<div class="hero') for words in found)
    return [re.sub(r"<[^>]+>|\s+", " ", words).replace("\u00a0", " ").strip() for words in found]


def test_plans_that_passed_are_not_doubted(run):
    html = page(Material(run))
    assert said(html) == []
    assert "found wrong by the checker" not in html


def test_the_plan_under_discussion_is_not_to_be_used_where_it_failed(run, failed):
    material = failed(Material(run).option)
    html = page(material)
    words = said(html)
    assert len(words) == 1
    assert "Do not use these figures." in words[0]
    assert f"plan of option {material.discussed.letter} wrong in 1 check." in words[0]
    assert html.count("<small>found wrong by the checker</small>") == 2  # the table, and the phone's


def test_another_option_that_failed_is_not_to_be_compared_with(run, failed):
    own = Material(run).option
    other = next(name for name in Material(run).names if name != own)
    material = failed(other)
    letter = next(option.letter for option in material.options if option.name == other)
    words = said(page(material))
    assert len(words) == 1
    assert f"Do not compare with option {letter}." in words[0]
    assert "Do not use" not in words[0]
