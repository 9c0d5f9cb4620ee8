"""How long somebody waits who keeps getting it wrong."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

FREE_ATTEMPTS: Final = 5
FREE_ATTEMPTS_OF_AN_ADDRESS: Final = 50
FREE_ATTEMPTS_OF_AN_ACCOUNT: Final = 30
"""From addresses all over, but those from which the account has signed in before."""
FORGOTTEN_AFTER: Final = timedelta(hours=24)
OF_AN_ACCOUNT_FORGOTTEN_AFTER: Final = timedelta(hours=1)
FAMILIAR_FOR: Final = timedelta(days=90)
"""How long an address from which an account has signed in is spared what others bring upon the account."""
LONGEST_WAIT: Final = timedelta(hours=1)


def digest(account: str) -> str:
    """What is kept of an account that somebody tried, be it known here or not."""
    return hashlib.sha256(account.encode()).hexdigest()


def wait_after(failures: int, free: int) -> timedelta:
    """Nothing while attempts are free; then a minute, doubled by every further failure up to an hour."""
    if failures < free:
        return timedelta()
    return min(timedelta(minutes=2 ** min(failures - free, 10)), LONGEST_WAIT)


def is_forgotten(last_at: datetime, now: datetime, after: timedelta = FORGOTTEN_AFTER) -> bool:
    """Whether the failures lie so far back that counting starts again."""
    return now - last_at >= after


def is_familiar(succeeded_at: datetime | None, now: datetime) -> bool:
    """Whether the account has signed in from there, and not too long ago."""
    return succeeded_at is not None and now - succeeded_at < FAMILIAR_FOR
