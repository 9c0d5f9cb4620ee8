"""Every test runs in a home of its own, never in the reader's."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_home = Path(tempfile.mkdtemp(prefix="zhike-tests-"))
os.environ["ZHIKE_HOME"] = str(_home / "data")
os.environ["ZHIKE_KEYS"] = str(_home / "keys")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

import pytest  # noqa: E402

from tests.cast import Cast, assemble  # noqa: E402

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
