"""A plan that the checker never saw is not said to have passed it."""

import json

import pytest

from coprod.cli.main import main


@pytest.mark.parametrize("kind", ["unconstrained", "minimal-relaxation"])
def test_a_plan_that_breaks_limits_on_purpose_is_not_called_checked(repository_root, capsys, kind):
    study = str(repository_root / "examples" / "hello")
    assert main(["plan", study, "--option", "base", "--kind", kind]) == 0
    assert "optimal, not checked (its kind breaks limits on purpose)" in capsys.readouterr().out
    assert main(["plan", study, "--option", "base", "--kind", kind, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["check"] == {"passed": None, "failures": []}


def test_a_constrained_plan_says_that_its_check_passed(repository_root, capsys):
    study = str(repository_root / "examples" / "hello")
    assert main(["plan", study, "--option", "base"]) == 0
    assert "optimal, check passed" in capsys.readouterr().out
