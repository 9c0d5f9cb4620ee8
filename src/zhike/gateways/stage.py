"""A side file between reading a table and applying it: the rows as read, walked by groups from wherever one stopped.

It is a SQLite file of its own, open to one process at a time: the lock goes with the process, so what a killed one left
can be taken over at once. It is filled in one transaction; a file filled half-way is empty again. What it holds of the
rows is sealed; a keyed hash stands for their keys.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from zhike.kernel.vault.cipher import Tampered, derive
from zhike.kernel.vault.files import Box

_TABLES = """
CREATE TABLE runs (id INTEGER PRIMARY KEY, key BLOB NOT NULL, size INTEGER NOT NULL, lines BLOB NOT NULL);
CREATE TABLE problems (row INTEGER NOT NULL, content BLOB NOT NULL);
CREATE TABLE walk (id INTEGER PRIMARY KEY, first INTEGER NOT NULL, until INTEGER NOT NULL);
CREATE TABLE summary (content BLOB NOT NULL);
"""
#: Rows of one key in a row are kept together, this many at most.
LONGEST_RUN = 1_000


class StageBusy(Exception):
    """Another process has the file open."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number in the file, and its values, None where it could not be read."""

    row: int
    values: list[Any] | None


@dataclass(frozen=True, slots=True)
class Group:
    """All rows of one key, in the order of the file; `until` counts the rows walked with this group behind one."""

    key: str
    lines: list[Line]
    until: int


class Stage:
    """The side file; `with Stage(path) as stage` raises StageBusy where another process works on it."""

    def __init__(self, path: Path, key: str) -> None:
        self._box = Box(key)
        self._hash_key = derive(bytes.fromhex(key), "keys of a stage")
        try:
            self._connection = _open(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise StageBusy(str(path)) from error
            path.unlink()
            self._connection = _open(path)
        self._key = ""
        self._run: list[list[Any]] = []
        self._problems: list[tuple[int, bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Leave the file to others; what was not finished is undone."""
        with suppress(sqlite3.Error):
            self._connection.rollback()
        self._connection.close()

    def summary(self) -> dict[str, Any] | None:
        """What `finish` was told, None where the file has not been filled to its end."""
        try:
            found = self._connection.execute("SELECT content FROM summary").fetchone()
            return json.loads(self._box.open(found[0], b"summary")) if found else None
        except (sqlite3.OperationalError, Tampered, TypeError):
            return None  # empty, filled half-way, or by a version that did not seal

    def begin(self) -> None:
        """Start afresh."""
        execute = self._connection.execute
        execute("BEGIN")
        for table in ("runs", "problems", "walk", "summary"):
            execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _TABLES.strip().split(";\n"):
            execute(statement)

    def add(self, key: str, row: int, values: list[Any] | None) -> None:
        """Keep one row under its key; the values are what JSON can hold, None for a row that could not be read."""
        if key != self._key or len(self._run) == LONGEST_RUN:
            self._flush()
            self._key = key
        self._run.append([row, values])

    def add_problem(self, row: int, heading: str, value: str, code: str, parameters: dict[str, Any]) -> None:
        """Keep what is wrong with a row."""
        content = json.dumps([heading, value, code, json.dumps(parameters) if parameters else "{}"])
        self._problems.append((row, self._box.seal(content.encode(), b"problem")))
        if len(self._problems) == LONGEST_RUN:
            self._flush_problems()

    def arrange(self) -> None:
        """Lay out the walk: keys by their first appearance, the rows of each together."""
        self._flush()
        self._flush_problems()
        self._connection.execute(
            "INSERT INTO walk SELECT id, first, sum(size) OVER (ORDER BY first, id) "
            "FROM (SELECT id, size, min(id) OVER (PARTITION BY key) AS first FROM runs)"
        )
        self._connection.execute("CREATE INDEX walk_until ON walk (until)")
        self._connection.execute("CREATE INDEX problems_row ON problems (row)")

    def largest_group(self) -> tuple[str, int]:
        """The key with the most rows, and how many."""
        found = self._connection.execute(
            "SELECT min(id), sum(size) AS rows FROM runs GROUP BY key ORDER BY rows DESC LIMIT 1"
        ).fetchone()
        if not found:
            return "", 0
        (lines,) = self._connection.execute("SELECT lines FROM runs WHERE id = ?", [found[0]]).fetchone()
        return self._opened(lines)[0], found[1]

    def finish(self, summary: dict[str, Any]) -> None:
        """Make all of it last; `summary` is the caller's."""
        content = self._box.seal(json.dumps(summary, ensure_ascii=False).encode(), b"summary")
        self._connection.execute("INSERT INTO summary VALUES (?)", [content])
        self._connection.execute("COMMIT")

    def groups(self, position: int) -> Iterator[Group]:
        """The groups that begin after the first `position` rows of the walk."""
        runs = self._connection.execute(
            "SELECT walk.first, walk.until, runs.lines FROM walk JOIN runs USING (id) "
            "WHERE walk.until > ? ORDER BY walk.until",
            [position],
        )
        group: Group | None = None
        at = 0
        for first, until, sealed in runs:
            key, run = self._opened(sealed)
            lines = [Line(row, values) for row, values in run]
            if group is not None and first == at:
                group = Group(key, group.lines + lines, until)
                continue
            if group is not None:
                yield group
            group, at = Group(key, lines, until), first
        if group is not None:
            yield group

    def problems(self, rows: list[int]) -> list[tuple[int, str, str, str, str]]:
        """What is wrong with these rows: row, heading, value, code, parameters as JSON."""
        found: list[tuple[int, str, str, str, str]] = []
        for start in range(0, len(rows), 500):
            some = rows[start : start + 500]
            marks = ", ".join("?" * len(some))
            rows_found = self._connection.execute(f"SELECT row, content FROM problems WHERE row IN ({marks})", some)
            found += ((row, *json.loads(self._box.open(content, b"problem"))) for row, content in rows_found)
        return found

    def _opened(self, sealed: bytes) -> tuple[str, list[Any]]:
        """The key of a run, and its lines."""
        key, lines = json.loads(self._box.open(sealed, b"run"))
        return key, lines

    def _flush(self) -> None:
        if self._run:
            content = json.dumps([self._key, self._run], ensure_ascii=False, separators=(",", ":"))
            hashed = hmac.digest(self._hash_key, self._key.encode(), "sha256")[:16]
            self._connection.execute(
                "INSERT INTO runs (key, size, lines) VALUES (?, ?, ?)",
                [hashed, len(self._run), self._box.seal(content.encode(), b"run")],
            )
            self._run = []

    def _flush_problems(self) -> None:
        self._connection.executemany("INSERT INTO problems VALUES (?, ?)", self._problems)
        self._problems = []


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
