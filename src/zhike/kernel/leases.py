"""A lease lets one process at a time do a job, and lets another take over when that process has died."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from zhike.kernel.models import Lease


def this_process() -> str:
    """A holder's name that says where it runs, as `machine:process`."""
    return f"{socket.gethostname()}:{os.getpid()}"


def acquire(name: str, *, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Take or prolong the lease; False where somebody else still holds it.

    A holder that ran on this machine and is no more need not be waited for; one on another machine is, until its time
    is over.
    """
    until = now + lasting
    held = Lease.objects.filter(name=name).first()
    if held is None:
        try:
            with transaction.atomic():
                Lease.objects.create(name=name, holder=holder, until=until)
        except IntegrityError:
            return False
        return True
    if held.holder != holder and held.until > now and not _has_died(held.holder):
        return False
    return bool(
        Lease.objects.filter(name=name, holder=held.holder, until=held.until).update(holder=holder, until=until)
    )


def release(name: str, *, holder: str) -> None:
    """Give the lease back; nothing happens where it has passed to somebody else."""
    Lease.objects.filter(name=name, holder=holder).delete()


def _has_died(holder: str) -> bool:
    machine, _, process = holder.rpartition(":")
    if os.name != "posix" or machine != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False
