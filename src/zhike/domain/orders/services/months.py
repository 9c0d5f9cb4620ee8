"""The marks on months whose orders changed: set in the transaction of every write to orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import F

from zhike.domain.orders.models import ChangedMonth


def mark_months(days: Iterable[date]) -> None:
    """Mark the months of these days. Must run in the transaction that writes the orders."""
    months = sorted({f"{day:%Y-%m}" for day in days})
    ChangedMonth.objects.bulk_create([ChangedMonth(month=month, revision=0) for month in months], ignore_conflicts=True)
    ChangedMonth.objects.filter(month__in=months).update(revision=F("revision") + 1)
