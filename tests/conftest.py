"""Fixtures of the whole suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from tests.cast import Cast, assemble
from zhike.kernel.trail import throttle
from zhike.kernel.trail.guard import lowered
from zhike.web.audit.accesses import forget_looks

REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session", autouse=True)
def tests_may_empty_the_trail() -> Iterator[None]:
    """Between tests with transactions of their own, Django empties every table; the trail's guard stands aside then."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def past_the_guard(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        with lowered(connection):
            flush(operations, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", past_the_guard)
        yield


@pytest.fixture(autouse=True)
def every_refusal_is_the_first(settings: LazySettings, tmp_path: Path) -> None:
    """What one test was refused does not count in the next; what it looked at is noted in a folder of its own."""
    throttle.forget()
    forget_looks()
    settings.ZHIKE_TRAIL = tmp_path / "trail"
    settings.ZHIKE_WITNESS = lambda: tmp_path / "keys"


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
