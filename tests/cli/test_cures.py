"""``coprod cures`` on the example whose answer is worked out in conftest.py, and from Python."""

import json

import pytest

import coprod


def test_the_conflict_and_its_cures_are_told_in_words(call, hello):
    code, printed, _ = call("cures", hello, "--quiet")
    assert code == 0
    # 15 are short at the end of 2027: 15 more in the seven months from May to November, when motors are
    # there again; two months later they are there without.
    assert printed.splitlines() == [
        "base: not every due date can be kept.",
        "",
        "Conflict 1: these cannot all hold; without any one of them the rest can.",
        "  full-store: 120 in stock in 2027-12",
        "  line: at most 80 from 2027-05 to 2027-12 (10 a month)",
        "  lead time of buy-motor: 4 months",
        "",
        "Cure 1 for 50,000 USD:",
        "  build second-shift",
        "",
        "Cure 2:",
        "  give full-store 2 months more (2028-02 instead of 2027-12)",
        "",
        "Cure 3:",
        "  raise line by 2.15 a month from 2027-05 to 2027-11 (from 10)",
        "",
        "Cure 4:",
        "  shorten the lead time of buy-motor by 2 months (from 4)",
    ]


def test_where_every_date_can_be_kept_that_is_said(call, hello):
    code, printed, _ = call("cures", hello, "--option", "faster")
    assert (code, printed) == (
        0,
        "Second shift: every limit holds and every due date can be kept, so there is nothing to cure.\n",
    )


def test_json_and_python_have_the_tables_of_the_run(call, hello, hello_run):
    found = coprod.read(hello).cures()
    assert repr(found) == "Remedies(base: 1 conflicts, 4 cures)"
    code, printed, said = call("cures", hello, "--json")
    assert (code, said) == (0, "")
    told = json.loads(printed)
    assert (told["option"], told["feasible"], told["dates"]) == ("base", False, True)
    assert [row["by [see unit]"] for row in told["cures"]] == pytest.approx(
        [1.0, 2.0, 15 / 7, -2.0], rel=1e-4
    )
    for name in ("conflicts", "cures"):
        own = getattr(found, name)
        assert [row["sentence"] for row in told[name]] == own["sentence"].tolist()
        assert coprod.open_run(hello_run).table(name)["sentence"].tolist() == own["sentence"].tolist()


def test_an_unknown_option_is_refused(call, hello):
    code, _, said = call("cures", hello, "--option", "fastest")
    assert code == 1
    assert "Did you mean 'faster'?" in said
