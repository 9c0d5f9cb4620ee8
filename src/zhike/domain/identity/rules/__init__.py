"""Decisions about passwords, sessions, attempts and second factors on plain values: no Django, no clock."""

from zhike.domain.identity.rules.attempts import (
    FORGOTTEN_AFTER,
    FREE_ATTEMPTS,
    FREE_ATTEMPTS_OF_AN_ADDRESS,
    digest,
    is_forgotten,
    wait_after,
)
from zhike.domain.identity.rules.codes import code_at, matching_step
from zhike.domain.identity.rules.sessions import ABSOLUTE_HOURS, IDLE_MINUTES, SEEN_EVERY, device_name, has_ended

__all__ = [
    "ABSOLUTE_HOURS",
    "FORGOTTEN_AFTER",
    "FREE_ATTEMPTS",
    "FREE_ATTEMPTS_OF_AN_ADDRESS",
    "IDLE_MINUTES",
    "SEEN_EVERY",
    "code_at",
    "device_name",
    "digest",
    "has_ended",
    "is_forgotten",
    "matching_step",
    "wait_after",
]
