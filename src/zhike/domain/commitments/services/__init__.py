"""Writes of the promise engine: making commitments, closing and moving them, and putting late ones further up."""

from zhike.domain.commitments.services.closing import fulfil, miss, reopen, waive
from zhike.domain.commitments.services.escalating import escalate_overdue
from zhike.domain.commitments.services.making import promise, start
from zhike.domain.commitments.services.moving import reassign, reschedule, snooze

__all__ = [
    "escalate_overdue",
    "fulfil",
    "miss",
    "promise",
    "reassign",
    "reopen",
    "reschedule",
    "snooze",
    "start",
    "waive",
]
