"""Steps of migrations that seal columns which stood in the clear, on full tables, killed and run again at any point."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import migrations, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

from zhike.kernel.vault.cipher import MARK
from zhike.kernel.vault.fields import SealedField
from zhike.kernel.vault.keys import ring

AT_ONCE = 1_000

Further = Callable[[dict[str, Any]], Mapping[str, Any]]


class AlterToSealed(migrations.AlterField):
    """Make a column fit for sealed values.

    SQLite does not mind what a column was declared as, and a change there copies the whole table: it is left to the
    next change that copies it anyway.
    """

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, editor, from_state, to_state)


def fill_uuids(table: str) -> migrations.RunPython:
    """The step that gives every row its uuid."""

    def fill(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        made = "gen_random_uuid()" if editor.connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
        with editor.connection.cursor() as cursor:
            cursor.execute(f'UPDATE "{table}" SET uuid = {made} WHERE uuid IS NULL')

    return migrations.RunPython(fill, migrations.RunPython.noop)


def seal_rows(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    *,
    reads: Sequence[str] = (),
    further: Further | None = None,
) -> None:
    """Seal what stands in the clear in the sealed columns of a table, a few rows in each transaction.

    `further` is told the plain values of each row, those of the columns it `reads` too, and gives what else to write:
    column → value.
    """
    fields = [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
    needed = {name for field in fields for name in (*field.identity, *field.condition())}
    columns = ["id", *sorted(needed | set(reads) | {field.column for field in fields})]
    table = connection.ops.quote_name(model._meta.db_table)
    listed = ", ".join(map(connection.ops.quote_name, columns))
    last = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {listed} FROM {table} WHERE id > %s ORDER BY id LIMIT {AT_ONCE}", [last])
            rows = [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]
            if not rows:
                break
            last = rows[-1]["id"]
            changed = [(row["id"], writes) for row in rows if (writes := _writes(row, fields, further))]
            for pk, writes in changed:
                marks = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in writes)
                cursor.execute(f"UPDATE {table} SET {marks} WHERE id = %s", [*writes.values(), pk])
    if last and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")  # pages that hold nothing any more still hold what stood there in the clear


def _writes(row: dict[str, Any], fields: Sequence[SealedField], further: Further | None) -> dict[str, Any]:
    plain = [field for field in fields if _is_plain(row, field)]
    if not plain:
        return {}
    writes = dict(further(row)) if further else {}
    for field in plain:
        identity = [UUID(str(row[name])) if name == "uuid" else row[name] for name in field.identity]
        text = str(row[field.column])
        writes[field.column] = ring.sealing(field.purpose).seal(text.encode(), field.place(identity))
    return writes


def _is_plain(row: dict[str, Any], field: SealedField) -> bool:
    value = row[field.column]
    return value is not None and value not in field.unsealed and str(value)[:1] != MARK and bool(field.is_sealed(row))
