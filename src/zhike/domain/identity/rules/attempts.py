"""How long somebody waits who keeps getting it wrong."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

FREE_ATTEMPTS: Final = 5
FREE_ATTEMPTS_OF_AN_ADDRESS: Final = 50
FORGOTTEN_AFTER: Final = timedelta(hours=24)
LONGEST_WAIT: Final = timedelta(hours=1)


def digest(account: str) -> str:
    """What is kept of an account that somebody tried, be it known here or not."""
    return hashlib.sha256(account.encode()).hexdigest()


def wait_after(failures: int, free: int) -> timedelta:
    """Nothing while attempts are free; then a minute, doubled by every further failure up to an hour."""
    if failures < free:
        return timedelta()
    return min(timedelta(minutes=2 ** min(failures - free, 10)), LONGEST_WAIT)


def is_forgotten(last_at: datetime, now: datetime) -> bool:
    """Whether the failures lie so far back that counting starts again."""
    return now - last_at >= FORGOTTEN_AFTER
