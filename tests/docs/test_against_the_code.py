"""Pages that are written by hand name what the code has: row families, checks, the AMRAAM table."""

import ast
import re

import pytest
from tests.cases.test_amraam import LATE

from coprod.network import compile_network
from coprod.plan.rows import FAMILIES
from coprod.plan.settings import PlanSettings
from coprod.plan.variables import lay_out
from coprod.study import read
from coprod.study.schema import schema


@pytest.fixture
def page(repository_root):
    """Reads a page of the documentation."""
    return lambda name: (repository_root / "docs" / name).read_text(encoding="utf-8")


def section(text, heading):
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def first_cells(text):
    """First cell of every row of the tables in a text, headers left out."""
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]
    return [cell for cell in rows if not set(cell) <= set("- ")]


def test_the_families_of_rows_are_those_of_the_code_in_order(page, repository_root):
    network = compile_network(read(repository_root / "examples" / "hello")[0])
    columns = lay_out(network)
    found = [family(network, columns).family for family in FAMILIES]
    assert first_cells(section(page("mathematics.md"), "Rows")) == ["family", *found]


def test_every_check_of_the_checker_is_listed_and_no_other(page, repository_root):
    named = set()
    for path in (repository_root / "src" / "coprod" / "verify").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "note":
                named.add(ast.literal_eval(node.args[0]))
    listed = first_cells(page("checking.md"))
    assert listed[0] == "check"
    assert [cell.strip("`") for cell in listed[1:] if cell.strip("`") not in named] == []
    assert named <= {cell.strip("`") for cell in listed}


def test_defaults_told_in_the_mathematics_are_those_of_the_settings(page):
    text, plan = " ".join(page("mathematics.md").split()), PlanSettings()
    assert f"(`--gap`, {plan.gap:.0%})".replace("%", " %") in text
    assert f"`calm_allowance_fraction`, {plan.calm_allowance:.1%} unless".replace("%", " %") in text
    assert float(schema()["study"].columns["calm_allowance_fraction"].default) == plan.calm_allowance


def test_late_rounds_of_the_amraam_plan_are_those_the_plan_finds(page):
    # LATE is what tests/cases/test_amraam.py plans; here only the printed table is held against it.
    row = re.compile(r"^\| ([a7][^|]*) \| (yes|no) \| (\d{4}-\d\d) \| (.*) \|$", re.M)
    period = {"a twelfth each month": "month", "700 in a fiscal year": "year"}
    printed = {
        (period[rate], ahead == "yes", first): [int(re.sub(r"[*,]", "", n)) for n in numbers.split(" | ")]
        for rate, ahead, first, numbers in row.findall(page("evidence-lots.md"))
    }
    assert printed == LATE
