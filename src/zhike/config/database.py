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


_HANDED_ON = (
    "application_name",
    "connect_timeout",
    "options",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
)
"""What an address may say behind its question mark beside `host`: PostgreSQL's own words, handed on as they are."""


def database(folder: Path) -> dict[str, Any]:
    """Settings of the database named by DATABASE_URL (`postgresql://user:password@host/name`, `sqlite:///path`)."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return _sqlite(folder / "zhike.sqlite3")
    parts = _split(url)
    if parts and parts.scheme == "sqlite":
        _parameters(parts, known=())
        return _sqlite(Path(unquote(parts.path)))
    if parts and parts.scheme in {"postgres", "postgresql"}:
        said = _parameters(parts, known=("host", *_HANDED_ON))
        host = said.pop("host", "")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or host),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": said,
        }
    raise ImproperlyConfigured(
        "DATABASE_URL cannot be read; expected postgresql://user:password@host:5432/name or sqlite:///path."
    )


def _split(url: str) -> SplitResult | None:
    """The parts of the address; None where it is none, or names no database."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.path.lstrip("/") and _is_port(parts) else None


def _parameters(parts: SplitResult, *, known: tuple[str, ...]) -> dict[str, str]:
    """What stands behind the question mark. Raises ImproperlyConfigured for a word that would go unheard."""
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in said:
        if name not in known:
            words = f"known are {', '.join(known)}" if known else "a file takes none"
            raise ImproperlyConfigured(f"DATABASE_URL says {name!r}, which is not understood; {words}.")
    return said


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
