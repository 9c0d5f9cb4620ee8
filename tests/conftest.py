"""Fixtures of the whole suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cast import Cast, assemble

REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def cast(db: None) -> Cast:
    """The people every test speaks of, with their departments, roles and customers."""
    return assemble()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data beside the project; tests on it are skipped where it is not there."""
    if not REAL_DATA.is_dir():
        pytest.skip("the real data is not on this machine")
    return REAL_DATA
