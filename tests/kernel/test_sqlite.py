"""Eight writers, a reader that does not let go, and a backup on one SQLite: everybody is served."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from tests.cast import NOW
from zhike.kernel import numbering
from zhike.kernel.clock import local_date
from zhike.kernel.models import Sequence

WRITERS, EACH = 8, 25


@pytest.fixture(autouse=True)
def only_on_sqlite(transactional_db: None) -> Iterator[None]:
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")
    yield
    connection.close()


def take_numbers(_writer: int) -> list[str]:
    taken = []
    with closing(connections["default"]):
        for _turn in range(EACH):
            with transaction.atomic():
                taken += numbering.take("C", local_date(NOW))
    return taken


def back_up(copy: Path, is_over: threading.Event) -> int:
    copies = 0
    with closing(connections["default"]) as own, own.cursor() as cursor:
        while not is_over.is_set():
            cursor.execute("VACUUM INTO %s", [str(copy / f"{copies}.sqlite3")])
            copies += 1
    return copies


def test_eight_writers_a_long_reader_and_a_backup_are_all_served(tmp_path: Path) -> None:
    is_over = threading.Event()
    reader: Any = connections["default"].copy()
    with closing(reader), ThreadPoolExecutor(WRITERS + 1) as threads:
        with reader.cursor() as reading:
            reading.execute("BEGIN DEFERRED")
            reading.execute("SELECT count(*) FROM kernel_sequence")
            before = reading.fetchall()
            copying = threads.submit(back_up, tmp_path, is_over)
            taken = [number for each in threads.map(take_numbers, range(WRITERS)) for number in each]
            is_over.set()
            reading.execute("SELECT count(*) FROM kernel_sequence")
            assert reading.fetchall() == before == [(0,)]
            reading.execute("COMMIT")
        assert copying.result() > 0
    assert len(taken) == len(set(taken)) == WRITERS * EACH
    assert Sequence.objects.get().value == WRITERS * EACH


def test_a_transaction_that_cannot_begin_leaves_the_line() -> None:
    other = connections["default"].copy()
    with closing(other):
        with other.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 0")
        with transaction.atomic(), pytest.raises(Exception, match="locked"):
            other.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        other.needs_rollback = False
    with transaction.atomic():
        assert numbering.take("C", local_date(NOW))
