"""The real example: what is made is at the depot at once, and goals may stand in any order."""

from pathlib import Path

import pytest

from coprod.run.order import plan_options, plan_settings
from coprod.study import read

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "us-japan-air-defence"


def test_no_round_waits_at_a_plant_while_its_stock_is_short():
    """The last step of the calm rule once failed: what six years made lay at its plant until 2032."""
    tables, _ = read(EXAMPLE)
    settings = plan_settings(tables, earliest_backfill=False)
    (run,) = plan_options(tables, ["japan-licensed-second-source"], settings)
    assert run.checked.passed, run.checked.failures
    stock = run.plan.tables["stock"]
    waiting = stock[stock["item"].isin(["AMRAAM", "PAC-3 MSE"]) & ~stock["site"].str.endswith("depot")]
    assert len(waiting) == 4 * 120  # two rounds, each made at two plants, 120 months
    # At the end nothing needs to leave any more; before the first objective's date all that is made does.
    before = waiting[waiting["period"] < "2032-12"]
    assert before["quantity"].max() < 1.0


@pytest.mark.slow
def test_cost_may_stand_before_a_need():
    """A row of 4e10 dollars held within 1e-8 of one: the solver gave up on the goal after it."""
    tables, _ = read(EXAMPLE)
    tables = tables.with_settings(objective_order=("objectives", "cost", "demands"))
    (run,) = plan_options(tables, ["us-expanded"], plan_settings(tables, earliest_backfill=False))
    assert run.checked.passed, run.checked.failures
    assert run.plan.stages["stage"].tolist() == ["objectives 1", "cost", "demands 1"]
