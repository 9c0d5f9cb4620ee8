"""Writes of the promise engine: making commitments, closing and moving them, and putting late ones further up."""

from zhike.domain.commitments.services.closing import LONGEST_NOTE, fulfil, miss, reopen, waive
from zhike.domain.commitments.services.escalating import escalate_overdue
from zhike.domain.commitments.services.forgetting import blot_commitments
from zhike.domain.commitments.services.making import promise, start
from zhike.domain.commitments.services.mending import reassign_from_those_who_left, waive_for_deleted_customers
from zhike.domain.commitments.services.moving import (
    give_back,
    pass_on,
    pass_on_everything,
    reassign,
    reschedule,
    snooze,
    wake,
)
from zhike.domain.commitments.services.standards import StandardValues, put_closures, put_standard, retire_standard

__all__ = [
    "LONGEST_NOTE",
    "StandardValues",
    "blot_commitments",
    "escalate_overdue",
    "fulfil",
    "give_back",
    "miss",
    "pass_on",
    "pass_on_everything",
    "promise",
    "put_closures",
    "put_standard",
    "reassign",
    "reassign_from_those_who_left",
    "reopen",
    "reschedule",
    "retire_standard",
    "snooze",
    "start",
    "waive",
    "waive_for_deleted_customers",
    "wake",
]
