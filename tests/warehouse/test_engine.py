"""The engine by its URL, its rows as CSV, and their way through a temporary table into the database."""

import csv
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from django.db import connection, transaction

from zhike.warehouse import engine, process, staging

ROWS: list[dict[str, Any]] = [
    {"customer_id": 1, "tier": "a", "total": 4.666666666666667, "figures": '{"region": "a\\"b, c"}'},
    {"customer_id": 2, "tier": None, "total": None, "figures": "{}"},
]
COLUMNS = {
    "customer_id": "integer PRIMARY KEY",
    "tier": "varchar(40)",
    "total": "double precision",
    "figures": "text",
}


def test_an_unknown_engine_is_named(tmp_path: Path) -> None:
    with pytest.raises(engine.UnknownEngine, match="spark://"), engine.connect("spark://cluster", scratch=tmp_path):
        pass


def test_an_engine_takes_its_options_from_the_url_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with engine.connect("duckdb://?threads=1&memory_limit=300MB", scratch=tmp_path) as connected:
        found: Any = connected
        assert found.raw_sql("SELECT current_setting('threads')").fetchone() == (1,)
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
def test_rows_reach_the_database_as_they_left_the_engine(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    with engine.connect("duckdb://", scratch=tmp_path) as connected:
        table = ibis.memtable(pa.Table.from_pylist(ROWS)).order_by("customer_id")
        assert engine.write_csv(connected, table, file) == 2
    (lines,) = staging.batches(file, size=10)
    with transaction.atomic(), connection.cursor() as cursor:
        staging.load(connection, "staged", COLUMNS, lines)
        cursor.execute("SELECT * FROM staged ORDER BY customer_id")
        assert cursor.fetchall() == [tuple(row.values()) for row in ROWS]
        cursor.execute("DROP TABLE staged")


def test_batches_hold_at_most_so_many_lines(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    with file.open("w", newline="") as lines:
        csv.writer(lines).writerows([number] for number in range(7))
    assert [len(batch) for batch in staging.batches(file, size=3)] == [3, 3, 1]


def test_an_empty_file_has_no_batches(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.touch()
    assert not list(staging.batches(file, size=3))


def test_a_process_answers_in_plain_data() -> None:
    assert process.run("json:loads", {"s": '{"a": [1, null]}'}) == {"a": [1, None]}


def test_a_process_that_fails_says_what_it_wrote_last() -> None:
    with pytest.raises(process.EngineFailed, match="JSONDecodeError"):
        process.run("json:loads", {"s": "{"})
