from coprod.study.funding import UNASSIGNED, Funding, shares
from coprod.study.tables import Tables


def study(*funding, payers=("us", "jp")):
    return Tables.from_rows(
        {"title": "case", "study_date": "2026-01-01"},
        payers=[{"payer": payer} for payer in payers],
        funding=[dict(row) for row in funding],
    )


def test_without_rows_the_only_payer_pays_everything():
    assert shares(study(payers=["us"]), "processes", "final", "production") == [("us", 1.0)]


def test_without_rows_and_with_several_payers_nobody_is_assigned():
    assert shares(study(), "processes", "final", "production") == [(UNASSIGNED, 1.0)]
    assert shares(study(payers=[]), "processes", "final", "production") == [(UNASSIGNED, 1.0)]


def test_an_exact_table_wins_over_a_longer_key_of_any_table():
    rows = [{"key": "seeker-line", "payer": "us"}, {"table": "resources", "payer": "jp"}]
    assert shares(study(*rows), "resources", "seeker-line", "fixed") == [("jp", 1.0)]
    assert shares(study(*rows), "investments", "seeker-line", "investment") == [("us", 1.0)]


def test_more_literal_characters_win_then_a_category():
    rows = [
        {"table": "processes", "key": "seek*", "category": "production", "payer": "us"},
        {"table": "processes", "key": "seeker*", "payer": "jp"},
        {"table": "processes", "key": "seeker*", "category": "production", "payer": "us"},
    ]
    case = study(*rows)
    assert [row.row for row in Funding.of(case).winning("processes", "seeker-1", "production")] == [4]
    assert shares(case, "processes", "seek-1", "production") == [("us", 1.0)]


def test_equally_specific_rows_share_and_a_payer_named_twice_gets_the_sum():
    rows = [
        {"table": "lanes", "key": "*jp", "payer": "jp", "share": 0.25},
        {"table": "lanes", "key": "*jp", "payer": "us", "share": 0.5},
        {"table": "lanes", "key": "se*", "payer": "jp", "share": 0.25},
    ]
    assert shares(study(*rows), "lanes", "seeker/us/jp", "transport") == [("jp", 0.5), ("us", 0.5)]


def test_inactive_rows_and_inactive_payers_do_not_count():
    case = Tables.from_rows(
        {"title": "case", "study_date": "2026-01-01"},
        payers=[{"payer": "us"}, {"payer": "jp", "active": False}],
        funding=[{"payer": "jp", "active": False}],
    )
    assert shares(case, "items", "missile", "holding") == [("us", 1.0)]
