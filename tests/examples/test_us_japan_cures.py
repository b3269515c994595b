"""The real example's cures, put into the study and planned: nothing is late, and with less something is."""

from pathlib import Path

import pytest
from tests.reference.dates_kept import eased

from coprod.explain import remedies
from coprod.network import compile_network
from coprod.plan import Planner, PlanSettings
from coprod.study import read
from coprod.study.overrides import apply_option

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "us-japan-air-defence"

#: Unit-months that a solver's tolerance may leave of none.
NOTHING = 1e-3


def late(tables):
    """Unit-months late in the best plan, whatever it costs: by the plan itself, where dates are goals."""
    return Planner(compile_network(tables), PlanSettings(gap=1e-4)).lateness().total


@pytest.mark.slow
def test_what_the_licensed_option_lacks_is_a_second_source_of_seekers():
    tables, _ = read(EXAMPLE)
    licensed = apply_option(tables, "japan-licensed")
    found = remedies(licensed, "japan-licensed")
    assert found.conflicts["proved"].all()
    first = found.cures[found.cures["cure"] == 1]
    # The study's own next option has just this investment more.
    assert first["sentence"].tolist() == ["build Second seeker source"]
    assert first["cost"].tolist() == [250e6]
    assert late(apply_option(tables, "japan-licensed-second-source")) < NOTHING
    assert remedies(
        apply_option(tables, "japan-licensed-second-source"), "japan-licensed-second-source"
    ).feasible
    network = compile_network(licensed)
    line = found.cures[found.cures["name"] == "Seeker line US"].iloc[0].to_dict()
    assert late(eased(licensed, network, line)) < NOTHING
    assert late(eased(licensed, network, line, 0.99)) > 1.0
