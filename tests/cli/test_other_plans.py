"""``coprod frontier`` and ``coprod workshare`` on the example worked out in conftest.py, and from Python."""

import json

import pytest

import coprod

COMMANDS = {
    "frontier": ["frontier", "alternatives", "leeway"],
    "workshare": ["work_share_range", "work_share_curve"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_they_print_their_tables_as_text_and_as_json(call, hello, command):
    code, printed, _ = call(command, hello, "--option", "faster", "--quiet")
    assert code == 0
    assert "Second shift: " in printed
    code, printed, said = call(command, hello, "--option", "faster", "--json")
    assert (code, said) == (0, "")
    found = json.loads(printed)
    assert list(found) == COMMANDS[command]
    assert all(row["option"] == "faster" for rows in found.values() for row in rows)


def test_the_line_as_it_is_leaves_one_date_and_one_plan(call, hello):
    found = coprod.read(hello).frontier()
    # Ten a month is all there is, so the stock is full in February 2028 and no sooner; the horizon is then.
    (row,) = found["frontier"].to_dict("records")
    assert f"{row['full_from [last day]']:%Y-%m-%d}" == "2028-02-29"
    assert row["cost [base currency, price year]"] == pytest.approx(65_500, rel=1e-6)
    assert len(found["alternatives"]) == 1
    _, printed, _ = call("frontier", hello, "--json")
    assert json.loads(printed)["frontier"][0]["full_from [last day]"] == "2028-02-29"


def test_the_only_maker_has_all_of_the_work(hello):
    found = coprod.read(hello).work_share()
    (row,) = found["work_share_range"].to_dict("records")
    assert [row[f"{name} [fraction]"] for name in ("share", "least", "most", "most_late")] == [1.0] * 4


@pytest.mark.parametrize("command", COMMANDS)
def test_an_option_that_is_not_there_is_an_error_of_the_study(call, hello, command):
    assert call(command, hello, "--option", "nowhere", "--quiet")[0] == 1


def test_an_allowance_is_a_share(call, hello):
    assert call("frontier", hello, "--allowance", "2")[0] == 2
