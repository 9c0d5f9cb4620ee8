"""Decisions about passwords, sessions, attempts and second factors on plain values: no Django, no clock."""

from zhike.domain.identity.rules.attempts import (
    FAMILIAR_FOR,
    FORGOTTEN_AFTER,
    FREE_ATTEMPTS,
    FREE_ATTEMPTS_OF_AN_ACCOUNT,
    FREE_ATTEMPTS_OF_AN_ADDRESS,
    OF_AN_ACCOUNT_FORGOTTEN_AFTER,
    digest,
    is_familiar,
    is_forgotten,
    wait_after,
)
from zhike.domain.identity.rules.codes import code_at, matching_step
from zhike.domain.identity.rules.sessions import ABSOLUTE_HOURS, IDLE_MINUTES, SEEN_EVERY, device_name, has_ended

__all__ = [
    "ABSOLUTE_HOURS",
    "FAMILIAR_FOR",
    "FORGOTTEN_AFTER",
    "FREE_ATTEMPTS",
    "FREE_ATTEMPTS_OF_AN_ACCOUNT",
    "FREE_ATTEMPTS_OF_AN_ADDRESS",
    "IDLE_MINUTES",
    "OF_AN_ACCOUNT_FORGOTTEN_AFTER",
    "SEEN_EVERY",
    "code_at",
    "device_name",
    "digest",
    "has_ended",
    "is_familiar",
    "is_forgotten",
    "matching_step",
    "wait_after",
]
