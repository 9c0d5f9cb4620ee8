"""Rows written by the thousand: plain values straight into the table, past the model instances.

The caller keeps what instances would have kept: its transaction, defaults, marks of change and the trail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from zhike.kernel.vault.fields import seal_columns, with_companions


def reserve_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Primary keys that nobody else will be given, for rows that are about to be inserted with them.

    Must run inside the transaction that inserts the rows.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise RuntimeError("ids are reserved inside the transaction that uses them")
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [f'"{table}"', count]
            )
            return [row[0] for row in cursor.fetchall()]
        # Writing transactions exclude each other on SQLite, so what stands here cannot move before the rows are in.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    first = (found[0] if found else 0) + 1
    return range(first, first + count)


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values in the order of `fields` (names of model fields; a foreign key takes the id).

    Values are what the database holds: dates, aware times, decimals, numbers and texts; JSON already as text. Those of
    sealed fields are plain, and are sealed on the way.
    """
    connection = transaction.get_connection()
    rows = seal_columns(model, fields, rows)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in fields)  # type: ignore[union-attr]
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(fields))
        written = _sqlite_writers(model, fields, connection)
        values = rows if not written else (_write(row, written) for row in rows)
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)


def _sqlite_writers(
    model: type[models.Model], fields: Sequence[str], connection: BaseDatabaseWrapper
) -> list[tuple[int, Any]]:
    """How to write the values for which SQLite has no type of its own, by their place in the row."""
    adapt = {
        "DateField": lru_cache(1_000)(date.isoformat),
        "DateTimeField": lru_cache(1_000)(connection.ops.adapt_datetimefield_value),
    }
    kinds = (model._meta.get_field(name).get_internal_type() for name in fields)
    return [(index, adapt[kind]) for index, kind in enumerate(kinds) if kind in adapt]


def _write(row: Sequence[Any], written: list[tuple[int, Any]]) -> list[Any]:
    values = list(row)
    for index, write in written:
        if values[index] is not None:
            values[index] = write(values[index])
    return values


def update_rows(model: type[models.Model], fields: Sequence[str], instances: Sequence[models.Model]) -> None:
    """Write these fields (names of model fields) of instances that stand in the database already."""
    connection = transaction.get_connection()
    quote = connection.ops.quote_name
    known = [model._meta.get_field(name) for name in with_companions(model, fields) or ()]
    columns = ", ".join(f"{quote(field.column)} = %s" for field in known)  # type: ignore[union-attr]
    rows = [
        [
            *(field.get_db_prep_save(field.pre_save(each, False), connection) for field in known),  # type: ignore[union-attr]
            each.pk,
        ]
        for each in instances
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE id = %s", rows)
