"""The thirteen published books, read once, and a small made one."""

from __future__ import annotations

import csv

import pytest

from coprod.p21.books import read_books


@pytest.fixture(scope="session")
def us_budget(shared_data):
    """Folder of the published tables and books."""
    return shared_data / "us-budget"


@pytest.fixture(scope="session")
def published(us_budget):
    """All thirteen books."""
    return read_books(sorted((us_budget / "xml").glob("*.xml")))


@pytest.fixture(scope="session")
def rows(us_budget):
    """Read one of the published tables."""

    def read(name):
        with (us_budget / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read
