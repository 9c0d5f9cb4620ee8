"""What was refused: each time for a person who errs, fewer and fewer times for a program that tries every door."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from zhike.kernel.scope import Actor
from zhike.kernel.trail.writing import record

AN_HOUR: Final = 1000
"""So many refusals of one actor in an hour leave a line each; from then on the 1024th, the 2048th, …"""
_A_MINUTE: Final = timedelta(minutes=1)
_MOST_COUNTED: Final = 20_000
MOST_OF_AN_ADDRESS: Final = 300


class Throttle:
    """Counts what one process refuses, and says which of it deserves a line.

    The same request refused again within a minute deserves one the 1st, 2nd, 4th, 8th, … time.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: OrderedDict[object, tuple[int, int]] = OrderedDict()

    def forget(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self._counts.clear()

    def count(self, who: object, what: object, now: datetime) -> int:
        """How often this was refused within the minute where that deserves a line, else 0."""
        minute = int(now.timestamp()) // 60
        with self._lock:
            again = self._next((who, what), minute)
            if again & (again - 1):
                return 0
            many = self._next(who, minute // 60)
        return again if many <= AN_HOUR or not many & (many - 1) else 0

    def _next(self, key: object, period: int) -> int:
        last, count = self._counts.pop(key, (period, 0))
        count = count + 1 if last == period else 1
        self._counts[key] = period, count
        if len(self._counts) > _MOST_COUNTED:
            self._counts.popitem(last=False)
        return count


class Recent:
    """Remembers what was looked at in this minute, so that the parts of a page leave no lines of their own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minutes: OrderedDict[object, datetime] = OrderedDict()

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._minutes.clear()

    def is_first(self, what: object, now: datetime) -> bool:
        """Whether this was not looked at within the minute before; remembers that it has been now."""
        with self._lock:
            last = self._minutes.pop(what, None)
            is_first = last is None or now - last >= _A_MINUTE
            self._minutes[what] = now if is_first or last is None else last
            if len(self._minutes) > _MOST_COUNTED:
                self._minutes.popitem(last=False)
        return is_first


throttle = Throttle()


def record_denial(*, kind: str, action: str, address: str, status: int, actor: Actor | None, now: datetime) -> None:
    """Note that a request (`kind` page or api) was refused: its method, its address and the status it got."""
    count = throttle.count((actor.pk if actor else None, kind), (action, address), now)
    if not count:
        return
    changes = {"action": [None, action], "status": [None, status]}
    if count > 1:
        changes["times"] = [None, count]
    record(
        verb="denied",
        kind=kind,
        object_id=0,
        actor=actor,
        now=now,
        changes=changes,
        note=address[:MOST_OF_AN_ADDRESS],
    )
