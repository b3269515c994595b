"""``coprod pegs``: both ways, one unit, and what it says to names it does not know."""

import json

import pandas as pd
import pytest

from coprod import read


def test_with_nothing_asked_it_shows_what_is_late_and_the_last_late_units_way(call, hello):
    code, printed, _ = call("pegs", hello, "--quiet")
    assert code == 0
    assert "evidence, not proof" in " ".join(printed.split())  # the title wraps in a narrow terminal
    assert "Unit 120 of full-store, from its first order on" in printed


def test_as_json_it_gives_pegs_late_units_and_a_chain(call, hello):
    code, printed, _ = call("pegs", hello, "--objective", "full-store", "--unit", "30", "--json")
    found = json.loads(printed)
    assert code == 0
    # 100 of the 120 pumps are assembled; 20 are there, of motors 15.
    made = {}
    for row in found["pegs"]:
        made[row["kind"], row["name"]] = (
            made.get((row["kind"], row["name"]), 0) + row["quantity [units started]"]
        )
    assert made == {
        ("process", "assemble"): pytest.approx(100),
        ("process", "buy-motor"): pytest.approx(85),
        ("opening stock", "pump/plant"): pytest.approx(20),
        ("opening stock", "motor/plant"): pytest.approx(15),
    }
    assert [row["kind"] for row in found["unit_chain"]] == ["opening stock", "wait", "make", "delivered"]
    assert sum(row["quantity [units]"] for row in found["late_units"]) == pytest.approx(15)


def test_a_line_is_shown_with_what_its_needs_use_of_it(call, hello):
    code, printed, _ = call("pegs", hello, "--line", "line", "--period", "2027-05")
    assert code == 0
    assert "The needs it serves" in printed
    assert "use [resource" in printed
    assert "from its first order on" not in printed


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--line", "lin"], 2, "line: found 'lin'; needs one of: line. Did you mean 'line'?"),
        (["--order", "x"], 2, "order: found 'x'; needs one of: the study has none."),
        (
            ["--objective", "full-store", "--unit", "121"],
            2,
            "unit: found 121; full-store has 120 units delivered",
        ),
        (["--unit", "3"], 2, "unit: found 3 without need"),
        (["--order", "a", "--objective", "b"], 2, "needs --order or --objective, not both"),
        (["--option", "fastr"], 1, "Did you mean 'faster'?"),
    ],
)
def test_what_it_does_not_know_it_says(call, hello, arguments, code, message):
    found, _, said = call("pegs", hello, "--quiet", *arguments)
    assert found == code
    assert message in said


@pytest.mark.parametrize("kind", ["unconstrained", "minimal-relaxation"])
def test_the_other_kinds_of_plan_are_pegged_too(hello, kind):
    plan = read(hello).plan(kind=kind)
    made = plan.pegged(process="assemble")["quantity [units started]"].sum()
    assert made == pytest.approx(plan.starts.query("process == 'assemble'")["quantity [units started]"].sum())
    assert plan.late_units.empty  # without limits, or with wider ones, the store is full in time


def test_from_python_a_plan_has_the_same_views(hello):
    plan = read(hello).plan()
    rows = plan.pegged(process="buy-motor")
    assert rows["quantity [units started]"].sum() == pytest.approx(85)
    pd.testing.assert_frame_equal(read(hello).pegs(process="buy-motor"), rows)
    assert plan.chain().equals(plan.unit_chain)
    assert plan.chain("full-store", 120)["unit [units]"].tolist() == [120.0] * 3
