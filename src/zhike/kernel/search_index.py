"""The index behind `search_text`: full-text tables kept by triggers on SQLite, GIN over the grams on PostgreSQL."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any, Final, TypeVar

from django.db import connections, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q
from django.db.models.expressions import RawSQL

from zhike.kernel import search_text

M = TypeVar("M", bound=models.Model)

MANY: Final = 2_000
"""From how many rows on a text is found by going through the list instead of the index."""

_SQLITE_CREATE = (
    "CREATE VIRTUAL TABLE {table}_search USING fts5("
    "search_text, content='{table}', content_rowid='id', tokenize=\"unicode61 tokenchars '.'\")",
    "CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} BEGIN"
    " INSERT INTO {table}_search(rowid, search_text) VALUES (new.id, new.search_text); END",
    "CREATE TRIGGER {table}_search_delete AFTER DELETE ON {table} BEGIN"
    " INSERT INTO {table}_search({table}_search, rowid, search_text) VALUES ('delete', old.id, old.search_text); END",
    "CREATE TRIGGER {table}_search_update AFTER UPDATE OF search_text ON {table}"
    " WHEN old.search_text IS NOT new.search_text BEGIN"
    " INSERT INTO {table}_search({table}_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
    " INSERT INTO {table}_search(rowid, search_text) VALUES (new.id, new.search_text); END",
)
_POSTGRES_CREATE = (
    "CREATE INDEX {table}_search ON {table} USING gin (string_to_array(search_text, ' ')) WITH (fastupdate = off)"
)


class CreateSearchIndex(migrations.RunPython):
    """Migration step that makes the index for one table."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(self._create, self._drop)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.table], {}

    def _create(self, apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for statement in _SQLITE_CREATE:
                schema_editor.execute(statement.format(table=self.table))
        else:
            schema_editor.execute(_POSTGRES_CREATE.format(table=self.table))

    def _drop(self, apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for event in ("insert", "delete", "update"):
                schema_editor.execute(f"DROP TRIGGER {self.table}_search_{event}")
            schema_editor.execute(f"DROP TABLE {self.table}_search")
        else:
            schema_editor.execute(f"DROP INDEX {self.table}_search")


class RestoreSearchIndex(migrations.RunPython):
    """Migration step that makes the index of one table anew, behind a change that made SQLite copy the table."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(self._restore, migrations.RunPython.noop)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.table], {}

    def _restore(self, apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor != "sqlite":
            return
        for event in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_search_{event}")
        schema_editor.execute(f"DROP TABLE IF EXISTS {self.table}_search")
        for statement in _SQLITE_CREATE:
            schema_editor.execute(statement.format(table=self.table))
        schema_editor.execute(f"INSERT INTO {self.table}_search({self.table}_search) VALUES ('rebuild')")


def naming(model: type[models.Model], text: str, using: str = "default") -> Q | None:
    """The rows whose names contain every word of `text`; None for a text without letter, digit or Han character.

    Few are looked up in the index. Where many match, each row is read when its turn in the list comes: a page of thirty
    is full long before all of them would have been looked up and sorted. One query more, to tell which it is.
    """
    words = [grams for word in text.split() if (grams := search_text.grams(word))]
    if not words:
        return None
    found = _ids(model, words, using)
    if any(letter.isdigit() for letter in text):
        # Numbers are given out in the order of creation: all that match may stand at the far end of the list.
        return Q(pk__in=found)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({found.sql} LIMIT {MANY}) found", found.params)
        if cursor.fetchone()[0] < MANY:
            return Q(pk__in=found)
    runs = [f"{' '.join(grams)} " for grams in words]
    conditions = [Q(search_text__contains=f" {run}") | Q(search_text__startswith=run) for run in runs]
    return reduce(and_, conditions)


def _ids(model: type[models.Model], words: list[list[str]], using: str) -> RawSQL:
    table = model._meta.db_table
    if connections[using].vendor == "sqlite":
        query = " ".join('"' + " ".join(grams) + '"' for grams in words)
        return RawSQL(f'SELECT rowid FROM "{table}_search" WHERE "{table}_search" MATCH %s', [query])  # noqa: S611
    # A query of its own, for a condition on the table itself could not be carried into another query as a part.
    holds = " AND ".join("string_to_array(search_text, ' ') @> %s AND search_text LIKE %s" for _ in words)
    values = [value for grams in words for value in (grams, f"%{' '.join(grams)}%")]
    return RawSQL(f'SELECT id FROM "{table}" WHERE {holds}', values)  # noqa: S611


def matching(rows: models.QuerySet[M], text: str) -> models.QuerySet[M]:
    """The rows whose names contain `text`, as written, in pinyin or in initials; all words must be found."""
    found = naming(rows.model, text, rows.db)
    return rows.none() if found is None else rows.filter(found)
