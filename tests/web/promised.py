"""Promises and tiers as the tests of pages make them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import NOW
from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment, ServiceStandard
from zhike.domain.customers.models import Customer
from zhike.domain.segmentation.models import Scheme, SchemeVersion, Standing
from zhike.kernel.clock import COMPANY_ZONE, local_date

ABC = {
    "key": "abc",
    "name": {"zh": "ABC 分级", "en": "ABC"},
    "method": "tiers",
    "tiers": [
        {"key": "a", "name": {"zh": "A 级", "en": "A"}, "when": ["amount_365", ">=", 500_000]},
        {"key": "b", "name": {"zh": "B 级", "en": "B"}},
    ],
}


def shanghai(text: str) -> datetime:
    """A local time of the company as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=COMPANY_ZONE)


def owed(customer: Customer, owner: User, due_at: datetime, content: str = "回访", **fields: Any) -> Commitment:
    """A promise to that customer."""
    made: Commitment = Commitment.everything.create(
        customer=customer,
        owner=owner,
        due_at=due_at,
        content=content,
        created_at=NOW,
        **{"source_kind": "interaction", **fields},
    )
    return made


def talk(channel: str = "phone") -> ServiceStandard:
    """The standard of a monthly talk."""
    made, _ = ServiceStandard.objects.get_or_create(
        key="monthly-talk",
        defaults={
            "name": {"zh": "每月沟通", "en": "Monthly talk"},
            "content": {"zh": "了解经营近况", "en": "Ask how business goes"},
            "guide": {"zh": "先回顾上次的承诺", "en": "Begin with the last promise"},
            "trigger": "cadence",
            "rule": "month",
            "channel": channel,
            "started_at": NOW,
        },
    )
    return made


def planned(customer: Customer, owner: User, due_at: datetime, **fields: Any) -> Commitment:
    """An item of the care plan of that customer."""
    day = local_date(due_at)
    values = {"standard": talk(), "cycle": f"{day:%Y-%m}", "planned_on": day, "source_kind": "plan", **fields}
    return owed(customer, owner, due_at, "", **values)


def in_tier(customer: Customer, tier: str) -> Standing:
    """The customer stands in that tier of the company's scheme."""
    scheme, _ = Scheme.objects.get_or_create(key="abc", defaults={"is_primary": True, "name": ABC["name"]})
    version, _ = SchemeVersion.objects.get_or_create(
        scheme=scheme, number=1, defaults={"definition": ABC, "started_at": NOW}
    )
    day = local_date(NOW)
    made: Standing = Standing.objects.create(
        customer=customer, scheme=scheme, version=version, tier=tier, evaluated_on=day, started_on=day
    )
    return made
