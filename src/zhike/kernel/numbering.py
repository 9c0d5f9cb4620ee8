"""Numbers like `C202405001`: prefix, year and month, a sequence of at least three digits; no gaps, no doubles."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from zhike.kernel.models import Sequence


def take(prefix: str, on: date, count: int = 1) -> list[str]:
    """Reserve `count` consecutive numbers of that month.

    Must run inside the transaction that writes the numbered rows: the counter's row stays locked until it ends, so a
    rolled back write gives its numbers back and nobody else can take the same ones.
    """
    name = f"{prefix}{on:%Y%m}"
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("numbers are taken inside the transaction that uses them")
    Sequence.objects.bulk_create([Sequence(name=name)], ignore_conflicts=True)
    sequence = Sequence.objects.select_for_update().get(name=name)
    first = sequence.value + 1
    sequence.value += count
    sequence.save(update_fields=["value"])
    return [f"{name}{number:03d}" for number in range(first, first + count)]
