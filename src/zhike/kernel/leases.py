"""A lease lets one process at a time do a job, and lets another take over when that process has died."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from zhike.kernel.models import Lease


def acquire(name: str, *, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Take or prolong the lease; False where somebody else still holds it."""
    until = now + lasting
    taken = Lease.objects.filter(name=name).filter(holder=holder).update(until=until)
    taken = taken or Lease.objects.filter(name=name, until__lte=now).update(holder=holder, until=until)
    if taken:
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(name=name, holder=holder, until=until)
    except IntegrityError:
        return False
    return True


def release(name: str, *, holder: str) -> None:
    """Give the lease back; nothing happens where it has passed to somebody else."""
    Lease.objects.filter(name=name, holder=holder).delete()
