"""The columnar copy of the database, brought up to date."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from zhike.kernel.clock import COMPANY_ZONE
from zhike.warehouse import process, source


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How much the copy holds now; orders include returns."""

    customers: int
    orders: int


def refresh() -> Refreshed:
    """Bring the copy up to date."""
    found = process.run("zhike.warehouse.copy:refresh", refresh_words())
    return Refreshed(found["customers"], found["orders"])


def refresh_words() -> dict[str, Any]:
    """What `warehouse.copy.refresh` wants to know, as plain data."""
    return {"database": source.describe(connection), "folder": str(folder()), "zone": COMPANY_ZONE.key}


def folder() -> Path:
    """Where the copy lies, made on first use; it may be deleted at any time."""
    home = Path(settings.ZHIKE_WAREHOUSE)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return home
