"""The page on published cases prints what the tests' own functions find."""

import pytest

from docs import make_evidence


def test_the_tables_of_the_page_are_up_to_date(shared_data):
    assert (shared_data / "cases").is_dir()
    (written,) = make_evidence.MADE.findall(make_evidence.PAGE.read_text(encoding="utf-8"))
    assert written == make_evidence.made(), "run: python docs/make_evidence.py, and read the change"
    assert "**" not in written, "a case that is not within its tolerance"


@pytest.mark.slow
def test_the_tables_of_causes_are_up_to_date(shared_data):
    assert (shared_data / "cases").is_dir()
    (written,) = make_evidence.CAUSES.findall(make_evidence.PAGE.read_text(encoding="utf-8"))
    assert written == make_evidence.made_of_causes(), "run: python docs/make_evidence.py, and read the change"
    assert "**" not in written, "a cause, a relaxation or a set that is not as it should be"
