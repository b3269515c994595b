from fnmatch import fnmatchcase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coprod.study.patterns import literal_length, matches, matching


@pytest.mark.parametrize(
    ("pattern", "key", "expected"),
    [
        ("*", "", True),
        ("a*", "a/b/c", True),
        ("*/jp", "seeker/us/jp", True),
        ("a*c", "a/b\n/c", True),
        ("a", "ab", False),
        ("A*", "a", False),
        ("a?", "ab", False),
        ("a?", "a?", True),
        ("[a]*", "[a]b", True),
        ("a.c", "abc", False),
    ],
)
def test_only_the_star_is_special_and_case_counts(pattern, key, expected):
    assert matches(pattern, key) is expected


@settings(max_examples=100)
@given(st.text("ab/*", max_size=6), st.lists(st.text("ab/", max_size=6), max_size=6))
def test_patterns_agree_with_the_file_name_rule_of_the_standard_library(pattern, keys):
    assert matching(pattern, keys).tolist() == [n for n, key in enumerate(keys) if fnmatchcase(key, pattern)]
    assert [matches(pattern, key) for key in keys] == [fnmatchcase(key, pattern) for key in keys]


def test_the_literal_characters_of_a_pattern_are_counted():
    assert [literal_length(text) for text in ("*", "a*b", "abc")] == [0, 2, 3]
