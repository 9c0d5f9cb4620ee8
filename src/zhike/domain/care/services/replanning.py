"""Care plans follow the customer: items of a tier left behind are withdrawn, items of a new owner change hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from zhike.domain.care.services.duties import duties
from zhike.domain.care.services.planning import LAPSED, WITHDRAWN, cadences_in_force, plan
from zhike.domain.commitments.models import Commitment, CommitmentQuerySet, ServiceStandard
from zhike.domain.commitments.rules.cycles import parse_cadence
from zhike.domain.commitments.rules.escalation import parse_steps
from zhike.domain.customers.models import Customer
from zhike.domain.segmentation.models import Standing, StandingQuerySet

_MOVE = """
UPDATE commitments_commitment SET owner_id = (
    SELECT d.person_id FROM care_duty d
    JOIN commitments_servicestandard s ON s.owner_role = d.role
    JOIN customers_customer c ON d.owner_id = COALESCE(c.owner_id, 0) AND d.department_id = COALESCE(c.department_id, 0)
        AND d.share = c.id % d.shares
    WHERE s.id = commitments_commitment.standard_id AND c.id = commitments_commitment.customer_id)
WHERE id IN (
    SELECT k.id FROM commitments_commitment k
    JOIN commitments_servicestandard s ON s.id = k.standard_id
    JOIN customers_customer c ON c.id = k.customer_id
    JOIN care_duty d ON d.role = s.owner_role AND d.owner_id = COALESCE(c.owner_id, 0)
        AND d.department_id = COALESCE(c.department_id, 0)
    WHERE k.closed_at IS NULL AND k.cycle <> '' AND k.assigned_by_id IS NULL AND c.deleted_at IS NULL {only}
    GROUP BY k.id, k.owner_id
    HAVING MAX(CASE WHEN d.person_id = k.owner_id THEN 1 ELSE 0 END) = 0)
"""


LONGEST_AHEAD = timedelta(days=366 + 60)
"""How long before its day an item may have been planned: a cycle of a year, and the horizon."""


@dataclass(frozen=True)
class Replanned:
    """How many items were planned, and withdrawn because their standard no longer applies."""

    planned: int
    withdrawn: int


@transaction.atomic
def replan(*, as_of: date, now: datetime, customer_ids: Sequence[int]) -> None:
    """Bring the plans of some customers in line with their tiers and owners, and plan ahead."""
    # A write waits for every other write on SQLite: a new customer, who has no plan yet, must not take long.
    if _open_items(customer_ids).exists():
        _withdraw(as_of=as_of, now=now, customer_ids=customer_ids)
        _move(customer_ids=customer_ids)
    plan(as_of=as_of, now=now, customer_ids=customer_ids)


@transaction.atomic
def follow_tiers(*, as_of: date, now: datetime) -> Replanned:
    """Bring the plans of all customers in line with their tiers, and plan ahead."""
    withdrawn = _withdraw(as_of=as_of, now=now, customer_ids=None)
    return Replanned(plan(as_of=as_of, now=now), withdrawn)


@transaction.atomic
def follow_owners() -> int:
    """Give the items of all customers to whoever owes them now; returns how many changed hands."""
    return _move(customer_ids=None)


@transaction.atomic
def close_lapsed(*, as_of: date, now: datetime) -> int:
    """Items of cycles that are over, and whose every escalation has been taken, count as missed; returns how many."""
    missed = 0
    for standard in ServiceStandard.objects.filter(trigger=ServiceStandard.Trigger.CADENCE):
        current = parse_cadence(standard.rule).cycle_of(as_of)
        lapsed = _open_items(None).filter(
            standard=standard,
            planned_on__lt=current.start,
            escalated_to_step__gte=len(parse_steps(standard.escalation)),
        )
        missed += lapsed.update(
            outcome=Commitment.Outcome.MISSED,
            closed_at=now,
            closing_kind=LAPSED,
        )
    return missed


def _open_items(customer_ids: Sequence[int] | None) -> CommitmentQuerySet:
    rows = Commitment.objects.unscoped("care plans are kept for every customer").open().planned()
    return rows if customer_ids is None else rows.filter(customer__in=customer_ids)


def _withdraw(*, as_of: date, now: datetime, customer_ids: Sequence[int] | None) -> int:
    """Coming items whose standard is no longer in force or no longer meant for the customer's tier."""
    coming = _open_items(customer_ids).filter(planned_on__gt=as_of)
    standards = cadences_in_force()
    applies = Q(pk__in=[])
    for standard in standards:
        standing = _standings().filter(
            customer=OuterRef("customer"), scheme=standard.scheme_id, tier__in=standard.tiers
        )
        applies |= Q(standard=standard.pk) & Q(Exists(standing))
    # Each looks up the few it is about; one condition for all three would look at every item there is.
    schemes = {standard.scheme_id for standard in standards}
    moved = _standings().exclude(previous_tier="").filter(scheme__in=schemes, started_on__gt=as_of - LONGEST_AHEAD)
    cadences = ServiceStandard.objects.filter(trigger=ServiceStandard.Trigger.CADENCE)
    retired = list(cadences.exclude(pk__in=[standard.pk for standard in standards]))
    deleted = Customer.objects.unscoped("care plans are kept for every customer").filter(deleted_at__isnull=False)
    gone = [coming.filter(customer__in=moved.values("customer")).filter(~applies)]
    gone += [coming.filter(customer__in=deleted.values("pk"))]
    gone += [coming.filter(standard__in=retired)] if retired else []
    rows = Commitment.objects.unscoped("care plans are kept for every customer")
    return sum(
        rows.filter(pk__in=items.values("pk")).update(
            outcome=Commitment.Outcome.WAIVED,
            closed_at=now,
            closing_kind=WITHDRAWN,
        )
        for items in gone
    )


def _standings() -> StandingQuerySet:
    return Standing.objects.unscoped("care plans are kept for every customer").current()


def _move(*, customer_ids: Sequence[int] | None) -> int:
    """Items whose owner is no longer among those who owe them, save what a person has assigned by hand."""
    only = "" if customer_ids is None else f"AND c.id IN ({', '.join(str(int(pk)) for pk in customer_ids)})"
    with duties(customer_ids) as cursor:
        cursor.execute(_MOVE.format(only=only))
        return int(cursor.rowcount)
