"""Each check is shown a study damaged in exactly its way; the message is compared with messages/CODE.txt."""

from pathlib import Path

import pytest
from tests.study.checks.small_study import change, plus, small_study

from coprod.study.checks import check_tables
from coprod.study.codes import codes

MESSAGES = Path(__file__).parent / "messages"

SEVEN = [{"process": "p", "site": "plant-us", "item": "seeker", "unit_cost": 1.0}]


def option(table, key, column, action, value="", **more):
    return {
        "option": "x",
        "table": table,
        "key": key,
        "column": column,
        "action": action,
        "value": value,
        **more,
    }


def profile(**values):
    row = {
        "table": "resources",
        "key": "line-us",
        "column": "rate_per_month",
        "from": "2028-01-01",
        "value": 12.0,
    }
    return {**row, **values}


def chance(distribution, *parameters):
    return change(0, distribution=distribution, parameters=parameters)


#: A damaged study for each code, or a list of them where a code has several messages.
DAMAGED = {
    "CP201": [
        small_study(inputs=change(0, item="seeker-USA")),
        small_study(inputs=change(2, process="third-line")),
        small_study({"option_under_discussion": "fastest"}),
        small_study(investments=change(1, enables=("final-jp", "seeker/plant-jp/plant-us"))),
        small_study(activities=change(1, after=("agreemnt+10",))),
        small_study(disruptions=change(0, target="plant-uk")),
        small_study(options=change(0, based_on="fast")),
        small_study(options=plus(option("processes", "final-us", "site", "set", "plant-u"))),
    ],
    "CP202": [
        small_study(stock=plus({"item": "seeker", "site": "plant-us", "quantity": 5.0, "active": False})),
        small_study(stock=plus({"item": "seeker", "site": "plant-us", "quantity": 5.0, "due": "2026-05-01"})),
        small_study(budgets=plus({"payer": "us", "fiscal_year": 2027.0, "amount": 1.0})),
    ],
    "CP203": small_study(sites=plus({"site": "plant/uk"}, {"site": "plants*"}, {"site": "a;b"})),
    "CP204": [
        small_study(profiles=plus(profile(key="line-uk"))),
        small_study(provenance=plus({"table": "lanes", "key": "seeker/*/plant", "column": "unit_cost"})),
        small_study(funding=plus({"key": "final-uk", "payer": "us"})),
        small_study(options=plus(option("resources", "line-uk", "rate_per_month", "set", "1"))),
    ],
    "CP205": [
        small_study(uncertainties=change(0, table="procesess")),
        small_study(profiles=plus(profile(table="budgets", column="amount"))),
        small_study(options=plus(option("options", "*", "value", "set", "1"))),
    ],
    "CP206": [
        small_study(provenance=plus({"table": "lanes", "column": "unit_costs", "source": "report"})),
        small_study(options=plus(option("lanes", "*", "", "scale", "2"))),
    ],
    "CP207": small_study(profiles=plus(profile(column="economic_rate_per_month"))),
    "CP208": small_study(
        processes=plus(
            {"process": "second-line", "site": "plant-jp", "item": "seeker", "lead_time_days": 9.0}
        )
    ),
    "CP209": [
        small_study(licences=change(0, party="jpan")),
        small_study({"partner": ("uk",)}),
    ],
    "CP210": small_study({"headline_site": ("depot-jp", "plant-us")}),
    "CP211": small_study({"headline_site": ("plant-jp",)}),
    "CP212": small_study(profiles=plus(profile(key="line*", **{"from": "2027-01-01"}))),
    "CP221": small_study(
        options=plus(
            option("resources", "*", "", "exclude"), option("lanes", "*", "", "exclude", based_on="faster")
        )
    ),
    "CP222": small_study(
        options=[
            option("lanes", "*", "", "exclude", option="a", based_on="c"),
            option("lanes", "*", "", "exclude", option="b", based_on="a"),
            option("lanes", "*", "", "exclude", option="c", based_on="b"),
            option("lanes", "*", "", "exclude", option="d", based_on="c"),
        ]
    ),
    "CP223": [
        small_study(options=plus(option("lanes", "*", "unit_cost", "", "2"))),
        small_study(options=plus(option("lanes", "*", "unit_cost", "exclude"))),
        small_study(options=plus(option("study", "*", "", "include"))),
        small_study(options=plus(option("lanes", "*", "item", "set", "seeker"))),
        small_study(options=plus(option("lanes", "*", "currency", "scale", "2"))),
        small_study(options=plus(option("", "*", "unit_cost", "", "2"))),
        small_study(options=plus(option("lanes", "*", "unit_cost", "scale", "2", option="base"))),
    ],
    "CP224": small_study(
        options=plus(
            option("processes", "final-us", "lead_time_weeks", "set", "9"),
            option("processes", "final*", "lead_time_months", "set", "2"),
        )
    ),
    "CP225": small_study(options=plus(option("resources", "*", "rate_per_month", "set", "9"))),
    "CP226": [
        small_study(options=plus(option("resources", "line-jp", "maximum_rate_per_month", "scale", "2"))),
        small_study(options=plus(option("lanes", "*depot-jp", "lead_time_days", "scale", "2"))),
        small_study(options=plus(option("study", "*", "price_year", "increase", "2"))),
    ],
    "CP227": [
        small_study(options=plus(option("resources", "line-jp", "rate_per_month", "set", "-2"))),
        small_study(options=plus(option("processes", "final-us", "yield_fraction", "scale", "1.5"))),
        small_study(options=plus(option("investments", "*", "max_builds", "scale", "0.5"))),
        small_study(options=plus(option("resources", "line-jp", "rate_per_month", "scale", "twice"))),
        small_study(options=plus(option("processes", "final-us", "site", "set", ""))),
    ],
    "CP301": small_study(stock_limits=change(0, minimum=101.0)),
    "CP302": small_study(resources=change(0, minimum_sustaining_rate_per_month=21.0)),
    "CP303": small_study(resources=change(0, rate_per_month=24.5)),
    "CP304": small_study(resources=change(1, minimum_sustaining_rate_per_month=6.0)),
    "CP305": [
        small_study(inputs=change(0, offset_months=3.5)),
        small_study(inputs=change(0, offset_months=None, offset_weeks=14.0)),
        small_study(options=plus(option("processes", "final-us", "lead_time_days", "set", "10"))),
    ],
    "CP306": small_study(
        profiles=plus(profile(table="processes", key="*", column="yield_fraction", value=1.5))
    ),
    "CP307": small_study(demands=change(0, weight=0.0)),
    "CP308": small_study(licences=change(0, already_used=250.0)),
    "CP309": small_study(processes=change(0, unit_cost=-3.5)),
    "CP310": [
        small_study(loads=change(0, use_per_unit=0.0)),
        small_study(processes=change(1, resource_use=0.0)),
    ],
    "CP311": small_study(loads=[]),
    "CP312": small_study(lanes=change(2, to_site="plant-jp")),
    "CP313": small_study(
        items=change(1, unit_value=3.9e4, currency="JPY"),
        demands=plus(
            {"demand": "spares", "item": "seeker", "site": "plant-us", "quantity": 1.0, "due": "2027-01-31"}
        ),
    ),
    "CP314": small_study(investments=change(1, max_builds=2.0)),
    "CP315": small_study(investments=change(1, requires=("second-line",))),
    "CP316": [
        small_study(investments=change(0, excludes=("qualification",))),
        small_study(investments=change(1, excludes=("second-line",))),
    ],
    "CP317": small_study(inputs=change(2, site=None)),
    "CP318": [
        small_study(investments=change(0, adds_rate_per_month=0.0)),
        small_study(investments=change(0, resource=())),
    ],
    "CP319": small_study(licences=change(0, party=None)),
    "CP320": small_study(loads=plus({"process": "final-us", "resource": "line-us"})),
    "CP321": [
        small_study(
            loads=plus({"process": "second-line", "resource": "tools"}),
            resources=plus({"resource": "tools", "site": "plant-jp", "rate_per_month": 1.0, "active": False}),
            investments=change(0, start="2026-06-01"),
        ),
        small_study(
            investments=change(0, start="2026-06-01"),
            options=plus(option("investments", "qualification", "", "exclude")),
        ),
    ],
    "CP331": [
        small_study({"start": "2026-01-05"}),
        small_study({"start": "2026-02-01", "period": "quarter"}),
    ],
    "CP332": small_study({"horizon": "2025-12-31"}, demands=[], stock_objectives=[], stock=[]),
    "CP333": small_study({"study_date": "2026-01-15"}),
    "CP334": [
        small_study(demands=change(0, due="2029-01-01")),
        small_study(stock_objectives=change(0, by="2029-12-31")),
        small_study(options=plus(option("study", "", "horizon", "set", "2028-05"))),
    ],
    "CP335": [
        small_study(demands=change(0, due="2026-01-15")),
        small_study(stock=change(1, due="2025-12-31")),
        small_study(stock_objectives=change(0, by="2025-06-30")),
    ],
    "CP336": [
        small_study(demands=change(1, until="2027-06-30")),
        small_study(processes=change(0, available_from="2027-01-01", available_to="2026-12-31")),
    ],
    "CP337": small_study(stock=change(1, due="2029-01-01")),
    "CP338": small_study(investments=change(0, start="2026-03-01", earliest="2026-04-01")),
    "CP351": small_study(processes=change(0, currency="JPX")),
    "CP352": small_study(exchange_rates=lambda rows: rows[1:2]),
    "CP353": small_study(escalation=lambda rows: rows[:3]),
    "CP354": small_study(budgets=plus({"payer": "us", "fiscal_year": 2031.0, "amount": 1e9})),
    "CP355": [
        small_study(budgets=lambda rows: rows[:1]),
        small_study(budgets=change(1, category="production")),
    ],
    "CP356": small_study(funding=change(2, share=0.3)),
    "CP357": small_study(payers=change(1, active=False)),
    "CP358": small_study(funding=[{"table": "processes", "payer": "us"}]),
    "CP359": small_study(exchange_rates=plus({"currency": "USD", "year": 2026.0, "per_base": 1.1})),
    "CP360": small_study(escalation=lambda rows: rows[:5]),
    "CP371": small_study(activities=change(1, after=("+10",))),
    "CP372": small_study(activities=change(0, after=("drawings-5",))),
    "CP373": small_study(activities=change(1, crew=("office:many",))),
    "CP381": [
        small_study(uncertainties=chance("triangular", "low=2", "high=6")),
        small_study(uncertainties=chance("discrete", "1", "2")),
        small_study(uncertainties=chance("empirical", "1", "two")),
        small_study(uncertainties=chance("empirical")),
    ],
    "CP382": [
        small_study(uncertainties=chance("pert", "low=2", "mode=7", "high=6")),
        small_study(uncertainties=chance("uniform", "low=2", "high=2")),
        small_study(uncertainties=chance("normal", "mean=2", "sd=0")),
        small_study(uncertainties=chance("beta", "alpha=0", "beta=1", "low=0", "high=1")),
        small_study(uncertainties=chance("bernoulli", "probability=1.1", "value=3")),
        small_study(uncertainties=chance("discrete", "1=0.5", "2=0.4")),
    ],
    "CP383": small_study(uncertainties=change(0, column="site")),
    "CP384": small_study(uncertainties=change(0, key="", column="")),
    "CP391": small_study(stock=change(0, source=""), loads=change(0, source="")),
    "CP392": small_study(lanes=lambda rows: [{**row, "confidence": "low"} for row in rows]),
}


def as_studies(given):
    return given if isinstance(given, list) else [given]


@pytest.mark.parametrize("code", sorted(DAMAGED))
def test_the_message_is_as_written(code):
    found = [
        "\n".join(f"{problem.severity}: {problem}" for problem in check_tables(study))
        for study in as_studies(DAMAGED[code])
    ]
    text = "\n\n".join(found) + "\n"
    assert text == (MESSAGES / f"{code}.txt").read_text(encoding="utf-8")
    assert all(f"[{code}]" in message for message in found)


def test_every_code_about_tables_has_a_damaged_study():
    assert {code for code in codes() if "CP200" <= code < "CP400"} == set(DAMAGED)


def test_there_is_no_message_without_a_code():
    assert {path.stem for path in MESSAGES.glob("*.txt")} == set(DAMAGED)


def test_the_undamaged_study_has_no_problem():
    assert check_tables(small_study()) == []
