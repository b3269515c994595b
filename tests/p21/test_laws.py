"""What holds for any book: odd or torn figures never stop it, and an occupied rate is the latest possible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.p21 import made

from coprod.errors import BookError
from coprod.p21.books import read_books
from coprod.p21.surge import surge_table
from coprod.p21.tables import occupied

BOOK = made.book([made.line_item([made.item([made.maker(made.LOTS)])])])


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("books") / "book.xml"


@given(st.integers(0, len(BOOK) - 1), st.integers(1, 200))
def test_a_piece_torn_out_of_a_book_gives_what_is_left_or_an_error_in_words(path, first, length):
    path.write_text(BOOK[:first] + BOOK[first + length :], encoding="utf-8")
    said = ""
    try:
        surge_table(read_books([path]).lines)
    except BookError as error:
        said = str(error)
    assert not said or said.startswith("book.xml")


RECEIPTS = st.dictionaries(st.integers(0, 40), st.floats(0.1, 50), max_size=8)


@given(RECEIPTS, st.floats(0.1, 20), st.integers(0, 20))
def test_occupied_months_are_the_latest_that_are_free(receipts, rate, start):
    """The slow obvious version: each delivery, the latest first, fills free months from its own backwards."""
    free = dict.fromkeys(range(start, 41), rate)
    for delivered in sorted(receipts, reverse=True):
        left = receipts[delivered]
        for month in range(delivered, start - 1, -1):
            made_then = min(left, free[month])
            free[month] -= made_then
            left -= made_then
    used = occupied(receipts, rate, start)
    for month, rest in free.items():
        assert used.get(month, 0.0) == pytest.approx(rate - rest, abs=1e-6)
