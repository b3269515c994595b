"""Fixtures and settings that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"

# The same cases on every run and machine, and nothing is timed: a slow machine is not a failure.
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    max_examples=50,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# To look for new failing cases by hand: pytest --hypothesis-profile explore
settings.register_profile("explore", settings.get_profile("ci"), derandomize=False, max_examples=1000)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def repository_root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The reference data beside the checkout, which is not part of it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no reference data: ../shared/data does not exist beside the checkout")
    return SHARED_DATA
