"""A tier is set by hand or given back to the rules, and the care plan follows it at once."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from zhike.domain.accounts.models import User
from zhike.domain.care.services import replan
from zhike.domain.segmentation import services
from zhike.domain.segmentation.models import Override
from zhike.kernel.clock import local_date


@transaction.atomic
def set_by_hand(
    *, customer_id: int, scheme_key: str, tier: str, reason: str, expires_on: date, actor: User, now: datetime
) -> Override:
    """A tier that outranks the rules until `expires_on`, with what it promises. Raises NotFound, Refused."""
    override = services.override_tier(
        customer_id=customer_id,
        scheme_key=scheme_key,
        tier=tier,
        reason=reason,
        expires_on=expires_on,
        actor=actor,
        now=now,
    )
    replan(customer_ids=[customer_id], as_of=local_date(now), now=now)
    return override


@transaction.atomic
def give_back(*, customer_id: int, scheme_key: str, actor: User, now: datetime) -> None:
    """The rules decide again, and the care plan is theirs. Raises NotFound where no override is in force."""
    services.end_override(customer_id=customer_id, scheme_key=scheme_key, actor=actor, now=now)
    replan(customer_ids=[customer_id], as_of=local_date(now), now=now)
