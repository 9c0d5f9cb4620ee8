"""What keeps the promises from night to night: plans made ahead, late ones escalated, none left without an owner."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.care.services import close_lapsed, follow_owners, follow_tiers
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services import (
    escalate_overdue,
    reassign_from_those_who_left,
    waive_for_deleted_customers,
)
from zhike.kernel import trail


@transaction.atomic
def hand_on_care(*, now: datetime) -> int:
    """Give what is planned to whoever owes it now; returns how many items changed hands."""
    moved = follow_owners()
    if moved:
        trail.record(verb="planned", kind="care_plan", object_id=0, actor=None, now=now, changes={"moved": moved})
    return moved


@transaction.atomic
def plan_care(*, as_of: date, now: datetime) -> int:
    """Bring all care plans in line with tiers and standards, 60 days ahead; returns how many items are new.

    Items of cycles that are over count as missed once their escalations have been taken.
    """
    missed = close_lapsed(as_of=as_of, now=now)
    result = follow_tiers(as_of=as_of, now=now)
    counts = {"planned": result.planned, "withdrawn": result.withdrawn, "missed": missed}
    if any(counts.values()):
        trail.record(verb="planned", kind="care_plan", object_id=0, actor=None, now=now, changes=counts)
    return result.planned


def escalate(*, now: datetime) -> int:
    """Put what is late before the heads whose turn it is; returns how many steps were taken."""
    return escalate_overdue(now=now)


@dataclass(frozen=True)
class Report:
    """What the check of all open commitments found and mended, each finding also as a sentence."""

    checked: int
    reassigned: int
    waived: int
    escalated: int
    unanswered: int

    @property
    def sentences(self) -> list[str]:
        """The findings in words; empty where everything was in order."""
        words = {
            _("%(count)s promises of people who have left were given to others."): self.reassigned,
            _("%(count)s promises to deleted customers were waived."): self.waived,
            _("%(count)s late promises were escalated."): self.escalated,
            _("%(count)s late promises have no escalation: their standards lack steps."): self.unanswered,
        }
        return [sentence % {"count": count} for sentence, count in words.items() if count]


@transaction.atomic
def reconcile(*, now: datetime) -> Report:
    """Make sure that every open commitment has an active owner, and everything late an answer or an escalation.

    What is broken is mended and reported; a second check right after finds nothing.
    """
    waived = waive_for_deleted_customers(now=now)
    reassigned = reassign_from_those_who_left(now=now)
    escalated = escalate_overdue(now=now)
    rows = Commitment.objects.unscoped("the check reads every commitment")
    report = Report(
        checked=rows.open().count(),
        reassigned=reassigned,
        waived=waived,
        escalated=escalated,
        unanswered=rows.overdue(now).filter(escalated_to_step=0).count(),
    )
    if report.sentences:
        found = {name: count for name, count in asdict(report).items() if count and name != "checked"}
        trail.record(verb="reconciled", kind="commitment", object_id=0, actor=None, now=now, changes=found)
    return report
