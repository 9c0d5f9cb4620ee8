"""Triggers by which the database itself refuses to change the trail, or to lose what is kept by law."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection, migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KEPT_BY_LAW: Final = 184
"""Days for which a line of the trail cannot be deleted, whatever the settings say."""

_IS_TRIMMED = (
    "EXISTS (SELECT 1 FROM kernel_seal s WHERE s.trimmed_at IS NOT NULL AND s.last_id >= OLD.id"
    " AND s.newest_at >= OLD.at)"
)
_SEALED_COLUMNS = ("number", "at", "previous", "ranges", "count", "last_id", "newest_at", "digest", "hash")
_UNCHANGED = " AND ".join(f'NEW."{name}" IS {{same}} OLD."{name}"' for name in _SEALED_COLUMNS)
_MAY_TRIM = f"OLD.trimmed_at IS NULL AND NEW.trimmed_at IS NOT NULL AND {_UNCHANGED}"

_SQLITE: Final[dict[str, str]] = {
    "kernel_activity_no_update": "BEFORE UPDATE ON kernel_activity BEGIN"
    " SELECT RAISE(ABORT, 'the trail is append-only'); END",
    "kernel_activity_no_delete": "BEFORE DELETE ON kernel_activity"
    f" WHEN OLD.at > datetime('now', '-{KEPT_BY_LAW} days') OR NOT {_IS_TRIMMED}"
    " BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
    "kernel_seal_no_update": f"BEFORE UPDATE ON kernel_seal WHEN NOT ({_MAY_TRIM.format(same='')})"
    " BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
    "kernel_seal_no_delete": "BEFORE DELETE ON kernel_seal WHEN OLD.trimmed_at IS NULL"
    " BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
}
_POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION kernel_trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$"
)
_POSTGRES_DELETE_FUNCTION = (
    "CREATE OR REPLACE FUNCTION kernel_trail_may_go() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" IF OLD.at > now() - interval '{KEPT_BY_LAW} days' OR NOT {_IS_TRIMMED}"
    " THEN RAISE EXCEPTION 'the trail is append-only'; END IF; RETURN OLD; END $$"
)
_REFUSE = "EXECUTE FUNCTION kernel_trail_refuse()"
_POSTGRES: Final[dict[str, tuple[str, str]]] = {
    "kernel_activity_no_update": ("kernel_activity", f"BEFORE UPDATE ON kernel_activity FOR EACH ROW {_REFUSE}"),
    "kernel_activity_no_truncate": ("kernel_activity", f"BEFORE TRUNCATE ON kernel_activity {_REFUSE}"),
    "kernel_activity_no_delete": (
        "kernel_activity",
        "BEFORE DELETE ON kernel_activity FOR EACH ROW EXECUTE FUNCTION kernel_trail_may_go()",
    ),
    "kernel_seal_no_update": (
        "kernel_seal",
        "BEFORE UPDATE ON kernel_seal FOR EACH ROW"
        f" WHEN (NOT ({_MAY_TRIM.format(same='NOT DISTINCT FROM')})) {_REFUSE}",
    ),
    "kernel_seal_no_truncate": ("kernel_seal", f"BEFORE TRUNCATE ON kernel_seal {_REFUSE}"),
    "kernel_seal_no_delete": (
        "kernel_seal",
        f"BEFORE DELETE ON kernel_seal FOR EACH ROW WHEN (OLD.trimmed_at IS NULL) {_REFUSE}",
    ),
}


def missing() -> list[str]:
    """The triggers that ought to be there and are not: a table rebuilt by hand loses them silently."""
    postgres = connection.vendor == "postgresql"
    query = "SELECT tgname FROM pg_trigger" if postgres else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {row[0] for row in cursor.fetchall()}
    return sorted({*(_POSTGRES if postgres else _SQLITE)} - there)


def raise_guard(using: BaseDatabaseWrapper) -> None:
    """Make the triggers that are not there."""
    with using.cursor() as cursor:
        if using.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
            cursor.execute(_POSTGRES_DELETE_FUNCTION)
            for name, (_table, body) in _POSTGRES.items():
                cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {body}")
        else:
            for name, body in _SQLITE.items():
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")


def lower_guard(using: BaseDatabaseWrapper) -> None:
    """Take the triggers away, for a migration of these tables."""
    with using.cursor() as cursor:
        if using.vendor == "postgresql":
            for name, (table, _body) in _POSTGRES.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        else:
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


@contextmanager
def lowered(using: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers for a moment."""
    lower_guard(using)
    try:
        yield
    finally:
        raise_guard(using)


class GuardTrail(migrations.RunPython):
    """Migration step that makes the triggers; put one behind every later change of these tables."""

    def __init__(self) -> None:
        super().__init__(self._raise, self._lower)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [], {}

    @staticmethod
    def _raise(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        raise_guard(editor.connection)

    @staticmethod
    def _lower(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        lower_guard(editor.connection)
