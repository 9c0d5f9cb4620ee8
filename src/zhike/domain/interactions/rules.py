"""Which promise an interaction keeps: decided on plain values, no Django, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from zhike.domain.commitments.rules.cycles import parse_cadence

SOON: Final = timedelta(days=7)

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
    """An open promise that a standard made: how it is to be kept, its deadline, cadence and day if a plan made it.

    `due_on` is the day of the deadline where the company works.
    """

    pk: int
    channel: str
    cadence: str
    planned_on: date | None
    due_at: datetime
    due_on: date


def keeps(promised: str, channel: str) -> bool:
    """Whether contact through one channel keeps what was promised through another: a visit is worth a call."""
    return channel in kept_by(promised)


def best_match(promises: Iterable[Promise], *, channel: str, on: date) -> Promise | None:
    """The promise that contact through that channel on that day keeps; None where it keeps none.

    Among several, the one promised through this very channel comes first, then the one due first.
    """
    fitting = [one for one in promises if keeps(one.channel, channel) and counts_from(one) <= on]
    return min(fitting, key=lambda one: (one.channel != channel, one.due_at, one.pk), default=None)


def kept_by(promised: str) -> frozenset[str]:
    """The channels through which contact keeps what was promised through that one."""
    return _COUNTS_AS.get(promised, frozenset())


def counts_from(promise: Promise) -> date:
    """The first day on which contact keeps the promise without anybody saying so.

    That is the first day of the cycle for an item of a care plan. What any channel would keep waits until `SOON` before
    its deadline: otherwise whatever is said to the customer would keep what is meant for weeks ahead.
    """
    planned = promise.planned_on
    begins = parse_cadence(promise.cadence).cycle_of(planned).start if planned else date.min
    return begins if promise.channel else max(begins, promise.due_on - SOON)
