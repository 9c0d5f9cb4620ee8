"""Codes of authenticator apps (RFC 6238: HMAC-SHA-1, 30 seconds, six digits)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from datetime import datetime
from typing import Final

PERIOD: Final = 30
DIGITS: Final = 6
TOLERANCE: Final = 1


def code_at(secret: str, step: int) -> str:
    """The code of a step of 30 seconds since 1970 for a Base32 secret."""
    key = base64.b32decode(secret, casefold=True)
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_at(moment: datetime) -> int:
    """The step in which a moment lies."""
    return int(moment.timestamp()) // PERIOD


def matching_step(secret: str, code: str, *, now: datetime, after: int = -1) -> int | None:
    """The step whose code this is, of those around now and later than `after`; None for a wrong or a used code."""
    typed = "".join(code.split())
    present = step_at(now)
    steps = range(max(present - TOLERANCE, after + 1), present + TOLERANCE + 1)
    return next((step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), typed.encode())), None)
