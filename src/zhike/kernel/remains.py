"""What deleted and overwritten values leave behind in the files of the database, and its removal.

SQLite keeps old cells in free space and deleted words in the search index; PostgreSQL keeps old rows until the table
is written anew. `sweep` rewrites what may hold personal data. It cannot reach backups, PostgreSQL's own log of changes,
nor blocks that the disk has freed.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection

from zhike.kernel.sensitivity import Sensitivity, classes_of


def sweep() -> bool:
    """Rewrite the database's files without remains; False where readers kept the old pages in use: try again later.

    Must run outside of a transaction. Writers wait while it runs, on PostgreSQL readers of the table as well.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            for table in personal_tables():
                cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(table)}")
            return True
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%USING fts5%%'")
        for (table,) in cursor.fetchall():
            # Deleted words stay in older segments of the index until these are merged into one.
            cursor.execute(f'INSERT INTO "{table}"("{table}") VALUES (\'optimize\')')
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy, _pages, _moved = cursor.fetchone()
    return not is_busy


def personal_tables() -> list[str]:
    """The tables of models that hold personal data, and of what is beside the trail, by name."""
    models = [model for model in apps.get_models() if model.__module__.startswith("zhike.")]
    personal = (
        model
        for model in models
        if any(known.sensitivity >= Sensitivity.PERSONAL for known in classes_of(model).values())
    )
    return sorted({model._meta.db_table for model in personal} | {"identity_session"})
