"""What was refused: each time for a person who errs, fewer and fewer times for a program that tries every door."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Final

from zhike.kernel.scope import Actor
from zhike.kernel.trail.writing import record

EACH_UP_TO: Final = 20
"""So many refusals of one actor in a minute leave a line each; from then on the 32nd, the 64th, the 128th, …"""
_MOST_ACTORS: Final = 10_000
MOST_OF_AN_ADDRESS: Final = 300


class Throttle:
    """Counts what one process sees of each actor in a minute, and says which of it deserves a line."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: OrderedDict[object, tuple[int, int]] = OrderedDict()

    def count(self, who: object, now: datetime) -> int:
        """How many this makes in this minute where it deserves a line, else 0."""
        minute = int(now.timestamp()) // 60
        with self._lock:
            last, count = self._counts.pop(who, (minute, 0))
            count = count + 1 if last == minute else 1
            self._counts[who] = minute, count
            if len(self._counts) > _MOST_ACTORS:
                self._counts.popitem(last=False)
        return count if count <= EACH_UP_TO or count & (count - 1) == 0 else 0


throttle = Throttle()


def record_denial(*, kind: str, action: str, address: str, status: int, actor: Actor, now: datetime) -> None:
    """Note that a request (`kind` page or api) was refused: its method, its address and the status it got."""
    count = throttle.count((actor.pk, kind), now)
    if not count:
        return
    changes = {"action": [None, action], "status": [None, status]}
    if count > EACH_UP_TO:
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
