"""The marks on months whose orders changed: set in the transaction of every write to orders."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date

from zhike.domain.orders.models import ChangedMonth


def mark_months(days: Iterable[date]) -> None:
    """Mark the months of these days. Must run in the transaction that writes the orders."""
    months = sorted({f"{day:%Y-%m}" for day in days})
    marked = [ChangedMonth(month=month, revision=secrets.randbits(62)) for month in months]
    ChangedMonth.objects.bulk_create(marked, update_conflicts=True, unique_fields=["month"], update_fields=["revision"])
