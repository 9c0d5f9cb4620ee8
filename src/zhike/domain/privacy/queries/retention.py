"""The periods of keeping as they are set now, and the erasures whose last traces are still to be swept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from zhike.domain.customers.models import Contact, Customer
from zhike.domain.privacy.models import Erasure, RetentionRule
from zhike.domain.privacy.rules.retention import PERIODS, Period, kept_since


@dataclass(frozen=True, kw_only=True)
class RuleNow:
    """A kind of data with what is set for it, or what is ordinary where nothing has been."""

    key: str
    period: Period
    amount: int
    is_on: bool
    last_run_at: datetime | None = None
    last_count: int = 0

    def kept_since(self, now: datetime) -> datetime:
        """What is older than this is too old."""
        return kept_since(now, self.amount, self.period.unit)


def retention_rules() -> list[RuleNow]:
    """Every kind that has a period, in the order in which they run. One query."""
    kept = {rule.key: rule for rule in RetentionRule.objects.all()}
    found = []
    for key, period in PERIODS.items():
        rule = kept.get(key)
        if rule is None:
            found.append(RuleNow(key=key, period=period, amount=period.ordinary, is_on=not period.is_business))
        else:
            found.append(
                RuleNow(
                    key=key,
                    period=period,
                    amount=rule.amount,
                    is_on=rule.is_on,
                    last_run_at=rule.last_run_at,
                    last_count=rule.last_count,
                )
            )
    return found


def erasure_of(person: Contact | Customer) -> Erasure | None:
    """The erasure of a contact or of a person customer, None for those who are known by name."""
    if isinstance(person, Contact):
        return Erasure.objects.filter(contact_id=person.pk).first()
    return Erasure.objects.filter(customer_id=person.pk, contact__isnull=True).first()


def unswept_erasures() -> QuerySet[Erasure]:
    """Erasures whose remains may still lie in free pages of the database's files."""
    return Erasure.objects.filter(swept_at__isnull=True).order_by("pk")
