"""Rows from the engine into a temporary table of Django's own connection, to be written from there in whole sets.

The file is CSV as `engine.write_csv` makes it: no header, nulls as nothing at all.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def batches(file: Path, *, size: int) -> Iterator[list[str]]:
    """The file's lines, `size` at a time."""
    with file.open(newline="") as lines:
        while batch := list(islice(lines, size)):
            yield batch


def load(connection: BaseDatabaseWrapper, table: str, columns: Mapping[str, str], lines: list[str]) -> None:
    """Make a temporary table (column → SQL type, in the order of the file) and fill it with lines of CSV.

    Runs in the caller's transaction; the caller drops the table. Quick on SQLite (one statement run many times) and on
    PostgreSQL (COPY).
    """
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns)
    shape = ", ".join(f"{quote(name)} {kind}" for name, kind in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {quote(table)} ({shape})")
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN (FORMAT csv)") as copy:
                copy.write("".join(lines))
            cursor.execute(f"ANALYZE {quote(table)}")
            return
        marks = ", ".join(["NULLIF(%s, '')"] * len(columns))
        rows: Any = csv.reader(lines)
        cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})", rows)
