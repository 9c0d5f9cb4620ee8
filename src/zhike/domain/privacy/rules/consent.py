"""Whether somebody may be contacted for a purpose: the entries of a person's history, and the one that counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

CONSENT: Final = "consent"
CARRIES: Final[Mapping[str, frozenset[str]]] = {
    "service": frozenset({CONSENT, "contract", "legal_duty", "published"}),
    "survey": frozenset({CONSENT, "contract"}),
    "marketing_email": frozenset({CONSENT}),
    "marketing_message": frozenset({CONSENT}),
    "marketing_call": frozenset({CONSENT}),
    "recording": frozenset({CONSENT, "legal_duty"}),
    "profiling": frozenset({CONSENT}),
}
"""The bases that can carry each purpose (personal information protection law, articles 13, 24 and 29)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a person's history: from `at` on the purpose has this basis, or (not given) has none any more."""

    purpose: str
    basis: str
    is_given: bool
    at: datetime
    expires_at: datetime | None = None


def live_basis(entries: Iterable[Entry], purpose: str, at: datetime) -> Entry | None:
    """The entry on which the purpose rests at that moment, None where there is none.

    `entries` stand in the order in which they were recorded. The latest one that had begun by `at` decides, of two
    that begin together the one recorded last; a withdrawn one, and one past its `expires_at`, carries nothing.
    """
    latest: Entry | None = None
    for entry in entries:
        if entry.purpose == purpose and entry.at <= at and (latest is None or entry.at >= latest.at):
            latest = entry
    if latest is None or not latest.is_given or (latest.expires_at is not None and latest.expires_at <= at):
        return None
    return latest


def carries(basis: str, purpose: str) -> bool:
    """Whether a purpose may rest on that basis at all; marketing and profiling rest on consent alone."""
    return basis in CARRIES.get(purpose, frozenset())
