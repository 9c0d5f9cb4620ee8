"""Open commitments that nobody could keep any more are mended: those of people who left, those to deleted customers."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.queries.company import organisation
from zhike.domain.commitments.rules.duty import CUSTOMERS_OWNER
from zhike.domain.customers.models import Customer
from zhike.kernel import trail

CHUNK = 5_000


@transaction.atomic
def reassign_from_those_who_left(*, now: datetime) -> int:
    """Give every open commitment of an inactive person to who owes it now; returns how many changed hands."""
    people = organisation()
    left = (
        Commitment.objects.unscoped("every open commitment is checked")
        .filter(closed_at__isnull=True, owner__in=User.objects.filter(is_active=False).values("pk"))
        .values_list(
            "pk", "owner_id", "standard__owner_role", "customer_id", "customer__owner_id", "customer__department_id"
        )
    )
    by_person: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for pk, before, role, customer, owner, department in left:
        person = people.pick(role or CUSTOMERS_OWNER, customer=customer, owner=owner, department=department)
        if person is not None:
            by_person[person].append((pk, customer, before))
    for person, rows in by_person.items():
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            Commitment.objects.unscoped("every open commitment is checked").filter(
                pk__in=[pk for pk, _customer, _before in chunk]
            ).update(owner=person)
        trail.record_many(
            [(pk, customer, {"owner_id": [before, person]}) for pk, customer, before in rows],
            verb="reassigned",
            kind="commitment",
            actor=None,
            now=now,
        )
    return sum(map(len, by_person.values()))


@transaction.atomic
def waive_for_deleted_customers(*, now: datetime) -> int:
    """What is owed to customers whose file was deleted is owed no more; returns how many were waived."""
    deleted = Customer.objects.unscoped("every open commitment is checked").filter(deleted_at__isnull=False)
    owed = Commitment.objects.unscoped("every open commitment is checked").filter(
        closed_at__isnull=True, customer__in=deleted.values("pk")
    )
    rows = list(owed.values_list("pk", "customer_id"))
    Commitment.objects.unscoped("every open commitment is checked").filter(pk__in=owed.values("pk")).update(
        outcome=Commitment.Outcome.WAIVED,
        closed_at=now,
        closing_kind="deleted",
    )
    trail.record_many(
        [(pk, customer, {"outcome": ["", "waived"]}) for pk, customer in rows],
        verb="waived",
        kind="commitment",
        actor=None,
        now=now,
    )
    return len(rows)
