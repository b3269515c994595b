"""Every specification keeps to the Vega-Lite schema, which altair holds, and fetches nothing."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import altair
import pytest
from jsonschema import Draft7Validator
from tests.report.charts.crowded_charts import crowded_frontier, crowded_graph, crowded_map
from tests.report.charts.drawings import specs
from tests.report.made_study import made_study

from coprod.run import run_study
from coprod.study import read

STUDIES = ["hello", "one", "made", pytest.param("us-japan-air-defence", marks=pytest.mark.slow)]


@pytest.fixture(scope="module")
def schema():
    """The checker of the Vega-Lite schema."""
    path = Path(altair.__file__).parent / "vegalite" / "v6" / "schema" / "vega-lite-schema.json"
    return Draft7Validator(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module", params=STUDIES)
def charts(request, tmp_path_factory, repository_root):
    """Every specification of a study's report by name."""
    name = request.param
    if name == "one":
        tables = made_study(items=1, options=1, settings={"marking": ""})
    elif name == "made":
        tables = made_study(options=6)
    else:
        tables = read(repository_root / "examples" / name)[0]
    return dict(specs(run_study(tables, tmp_path_factory.mktemp("specs") / "run").path))


def test_every_chart_of_a_report_keeps_to_the_schema(charts, schema):
    assert len(charts) >= 6
    for name, spec in charts.items():
        assert spec["$schema"].endswith("/v6.json"), name
        assert [error.message[:200] for error in schema.iter_errors(spec)] == [], name


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_the_fullest_charts_keep_to_the_schema(narrow, schema):
    for chart in (crowded_map(), crowded_graph(), crowded_frontier()):
        assert not list(schema.iter_errors(chart.spec(narrow=narrow)))


@pytest.mark.parametrize(
    "damage",
    [
        lambda spec: spec["layer"][1]["mark"].update(type="lines"),
        lambda spec: spec["layer"][0]["encoding"]["x"].update(type="number"),
        lambda spec: spec.update(widht=3),
        lambda spec: spec["config"]["axis"].update(labelFontSize="large"),
    ],
    ids=["mark", "type", "name", "size"],
)
def test_a_broken_chart_does_not_keep_to_it(damage, schema):
    spec = copy.deepcopy(crowded_graph().spec(narrow=True))
    assert schema.is_valid(spec)
    damage(spec)
    assert not schema.is_valid(spec)


def test_nothing_in_a_chart_is_fetched(charts):
    for name, spec in charts.items():
        text = json.dumps({key: value for key, value in spec.items() if key != "$schema"})
        assert "http" not in text, name
        assert '"url"' not in text, name
