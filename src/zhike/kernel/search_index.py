"""The index behind `search_text`: full-text tables kept by triggers on SQLite, GIN over the grams on PostgreSQL."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any, Final, TypeVar

from django.db import connections, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BooleanField, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

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
    is full long before all of them would have been looked up and sorted. PostgreSQL finds out for itself which it is;
    on SQLite it takes a query.
    """
    words = [grams for word in text.split() if (grams := search_text.grams(word))]
    if not words:
        return None
    if connections[using].vendor == "postgresql":
        return reduce(and_, map(_held, words))
    table = model._meta.db_table
    query = " ".join('"' + " ".join(grams) + '"' for grams in words)
    found = RawSQL(f'SELECT rowid FROM "{table}_search" WHERE "{table}_search" MATCH %s', [query])  # noqa: S611
    # Numbers are given out in the order of creation: all that match may stand at the far end of the list.
    if any(letter.isdigit() for letter in text) or _are_few(found, using):
        return Q(pk__in=found)
    runs = [f"{' '.join(grams)} " for grams in words]
    return reduce(and_, (Q(search_text__contains=f" {run}") | Q(search_text__startswith=run) for run in runs))


def _held(grams: list[str]) -> Q:
    """The rows that hold the grams of a word, next to each other.

    The index finds those that hold them at all. Where the list is gone through instead, the run is looked for first:
    `strpos` takes two thirds of the time of `LIKE`, and a quarter less than to cut the text into its grams.
    """
    run = GreaterThan(StrIndex("search_text", Value(" ".join(grams))), 0)
    pieces = Func("search_text", Value(" "), function="string_to_array")
    holds = Func(pieces, Value(grams), arg_joiner=" @> ", template="(%(expressions)s)", output_field=BooleanField())
    return Q(run) & Q(holds)


def _are_few(found: RawSQL, using: str) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({found.sql} LIMIT {MANY}) found", found.params)
        count: int = cursor.fetchone()[0]
    return count < MANY
