"""How the engine reaches the database that Django uses, as plain data for `copy.refresh`."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def describe(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """`{"vendor": "sqlite", "name": path}`, or vendor `postgresql` with the words of a libpq connection string."""
    settings: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return {"vendor": "sqlite", "name": str(settings["NAME"])}
    words = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {"vendor": "postgresql"} | {word: str(settings[key]) for word, key in words.items() if settings.get(key)}
