"""Turns DATABASE_URL into Django's settings: SQLite in the data folder unless told otherwise, or PostgreSQL."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA cache_size=-32768; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
)


def database(folder: Path) -> dict[str, Any]:
    """Settings of the database named by DATABASE_URL (`postgresql://user:password@host/name`, `sqlite:///path`)."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return _sqlite(folder / "zhike.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme in {"postgres", "postgresql"} and _is_port(parts):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or dict(parse_qsl(parts.query)).get("host", "")),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(
        "DATABASE_URL cannot be read; expected postgresql://user:password@host:5432/name or sqlite:///path."
    )


def _is_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "zhike.kernel.sqlite",
        "NAME": file,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"timeout": 30, "transaction_mode": "IMMEDIATE", "init_command": _SQLITE_START},
    }
