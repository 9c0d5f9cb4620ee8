"""Which promise an interaction keeps: decided on plain values, no Django, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from zhike.domain.commitments.rules.cycles import parse_cadence

TASK: Final = "task"
"""The channel of a standard that no conversation keeps, such as a report or a filed archive: somebody ticks it off."""

SLIP_LASTS: Final = timedelta(hours=24)
"""For how long whoever logged an interaction may take it back without the right to delete."""

_COUNTS_AS: Final = {
    "": frozenset({"phone", "visit", "wechat", "email", "meeting", "other"}),
    "visit": frozenset({"visit"}),
    "meeting": frozenset({"meeting", "visit"}),
    "phone": frozenset({"phone", "meeting", "visit"}),
    "wechat": frozenset({"wechat", "phone", "meeting", "visit"}),
    "email": frozenset({"email", "wechat"}),
    "other": frozenset({"other"}),
    TASK: frozenset(),
}


@dataclass(frozen=True)
class Promise:
    """An open promise that a standard made: how it is to be kept, its deadline, cadence and day if a plan made it."""

    pk: int
    channel: str
    cadence: str
    planned_on: date | None
    due_at: datetime


def keeps(promised: str, channel: str) -> bool:
    """Whether contact through one channel keeps what was promised through another: a visit is worth a call."""
    return channel in _COUNTS_AS.get(promised, frozenset())


def best_match(promises: Iterable[Promise], *, channel: str, on: date) -> Promise | None:
    """The promise that contact through that channel on that day keeps; None where it keeps none.

    An item of a care plan counts from the first day of its cycle, not before. Among several, the one promised through
    this very channel comes first, then the one due first.
    """
    fitting = [one for one in promises if keeps(one.channel, channel) and _has_begun(one, on)]
    return min(fitting, key=lambda one: (one.channel != channel, one.due_at, one.pk), default=None)


def _has_begun(promise: Promise, on: date) -> bool:
    if promise.planned_on is None:
        return True
    return promise.planned_on < parse_cadence(promise.cadence).cycle_of(on).end
