"""An installation of its own for tests that kill: a home, keys and a database, copied from one that is ready.

On SQLite the database lies in the home; where the suite runs on PostgreSQL, each installation has one on that server.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from tests.serving import OURS


@dataclass(frozen=True)
class Installation:
    """Where one lies; `database` is its name on the server, empty on SQLite."""

    folder: Path
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a user whose installation this is."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        own = {"ZHIKE_HOME": str(self.folder / "data"), "ZHIKE_KEYS": str(self.folder / "keys"), "LANGUAGE": "en"}
        return inherited | own | ({"DATABASE_URL": _address(self.database)} if self.database else {})

    def zhike(self, *words: str) -> subprocess.Popen[str]:
        """The command, begun."""
        return subprocess.Popen(
            [sys.executable, "-m", "zhike.config.command_line", *words],
            env=self.environment | {"DJANGO_SETTINGS_MODULE": "zhike.config.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, stdin: str = "") -> str:
        """The command, run to its good end; what it printed."""
        process = self.zhike(*words)
        out, errors = process.communicate(stdin, timeout=300)
        assert process.returncode == 0, errors
        return out

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the database, read beside whatever runs."""
        if self.database:
            with psycopg.connect(_address(self.database)) as server:
                return server.execute(query).fetchall()
        with closing(sqlite3.connect(self.folder / "data" / "zhike.sqlite3", timeout=60)) as file:
            return file.execute(query).fetchall()

    def copy(self, folder: Path) -> Installation:
        """The same once more. Nothing may run on either."""
        shutil.copytree(self.folder, folder)
        if not self.database:
            return replace(self, folder=folder)
        name = f"{self.database}_{abs(hash(folder)):x}"[:60]
        _create(name, template=self.database)
        return Installation(folder, name)


def ready(folder: Path) -> Installation:
    """A new one with its tables, on the kind of database that the suite runs on."""
    database = ""
    if connection.vendor == "postgresql":
        database = f"kept_{abs(hash(folder)):x}"[:40]
        _create(database)
    installation = Installation(folder, database)
    installation.run("prepare", "--address", "http://127.0.0.1:0")
    return installation


def _create(name: str, template: str = "template0") -> None:
    with psycopg.connect(_address("postgres"), autocommit=True) as server:
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(words.format(sql.Identifier(name), sql.Identifier(template)))


def _address(database: str) -> str:
    words: dict[str, Any] = connection.settings_dict
    return f"postgresql://{words['USER']}@{words['HOST']}:{words['PORT']}/{database}"
