"""Writes of the personal-information desk: bases, requests, holds, erasures, and how long things are kept."""

from zhike.domain.privacy.services.consents import give_consent, withdraw_consent
from zhike.domain.privacy.services.erasing import forget_person, mark_swept, record_erasure
from zhike.domain.privacy.services.holds import lift_hold, place_hold
from zhike.domain.privacy.services.requests import (
    answer_request,
    approve_erasure,
    ask_erasure,
    begin_request,
    check_identity,
    note_export,
    receive_request,
    refuse_request,
)
from zhike.domain.privacy.services.retention import change_rule, note_run

__all__ = [
    "answer_request",
    "approve_erasure",
    "ask_erasure",
    "begin_request",
    "change_rule",
    "check_identity",
    "forget_person",
    "give_consent",
    "lift_hold",
    "mark_swept",
    "note_export",
    "note_run",
    "place_hold",
    "receive_request",
    "record_erasure",
    "refuse_request",
    "withdraw_consent",
]
