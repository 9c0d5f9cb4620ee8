"""Reads of the personal-information desk."""

from zhike.domain.privacy.queries.consents import (
    Standing,
    consent_history,
    contactable,
    contactable_customers,
    standings,
)
from zhike.domain.privacy.queries.requests import (
    desk_people,
    find_request,
    hold_on,
    holds_of,
    matching_requests,
    request_steps,
)
from zhike.domain.privacy.queries.retention import RuleNow, erasure_of, retention_rules, unswept_erasures

__all__ = [
    "RuleNow",
    "Standing",
    "consent_history",
    "contactable",
    "contactable_customers",
    "desk_people",
    "erasure_of",
    "find_request",
    "hold_on",
    "holds_of",
    "matching_requests",
    "request_steps",
    "retention_rules",
    "standings",
    "unswept_erasures",
]
