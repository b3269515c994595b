"""The chart of one unit's chain: no two texts meet, wherever its dates lie and however long its names are."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.charts.drawings import whole, written

from coprod.report.charts.unit import UnitBar, UnitChart, UnitRow, UnitRule

NAMES = {"en": "guidance section of the works number", "ja": "誘導部の製作所"}
DATES = {"en": "Sep 2031", "ja": "2031年9月"}
RULES = {
    "en": ("there Sep 2034", "due Dec 2032", "today"),
    "ja": ("到着2034年9月", "期限2032年12月", "検討時点"),
}


def chart(language, rows, dates, *, start=2030.0):
    """A chain of so many rows, a third of them other inputs, every fourth held up by a full line."""
    made = []
    for n in range(rows):
        at = start + n * 0.4
        bars = [
            UnitBar("order", at, at + 0.1, "1", "tip"),
            UnitBar("make", at + 0.1, at + 0.1 + 0.3 * (n % 4), "3", "tip"),
            UnitBar("wait", at + 0.1 + 0.3 * (n % 4), at + 1.3, "12", "tip"),
        ]
        name = f"{NAMES[language]} {n}"
        full = (start - 2, at) if n % 4 == 0 else None
        made.append(
            UnitRow(
                name,
                f"{name} 2028 {DATES[language]}",
                DATES[language],
                bars if n % 5 else (),
                at,
                n % 3 > 0,
                full,
            )
        )
    rules = [
        UnitRule(at, label, n > 0) for n, (at, label) in enumerate(zip(dates, RULES[language], strict=True))
    ]
    return UnitChart(made, rules)


def assert_fit(spec):
    texts, edges = written(spec), whole(spec)
    assert [text.text for text in texts if not text.box.within(edges)] == []
    assert [(a.text, b.text) for a, b in itertools.combinations(texts, 2) if a.box.meets(b.box)] == []


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
@pytest.mark.parametrize("rows", [1, 12])
def test_no_two_of_its_texts_meet(language, narrow, rows):
    assert_fit(chart(language, rows, (2034.7, 2033.0, 2026.9)).spec(narrow=narrow))


@settings(max_examples=40)
@given(
    st.tuples(*[st.floats(2026, 2036)] * 3), st.booleans(), st.sampled_from(["en", "ja"]), st.integers(1, 5)
)
def test_wherever_its_dates_lie(dates, narrow, language, rows):
    assert_fit(chart(language, rows, dates).spec(narrow=narrow))


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_a_stock_that_was_there_is_a_dot_and_an_order_has_a_tick(narrow):
    spec = chart("en", 2, (2034.7, 2033.0, 2026.9)).spec(narrow=narrow)
    kinds = [layer["mark"]["type"] for layer in spec["layer"][1:]]
    assert kinds.count("point") == 1  # the first row has no bars
    assert kinds.count("text") >= 3 + 2 * 3
