"""What the desk itself holds about a person is forgotten; that and when the person was erased stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from zhike.domain.privacy.models import Consent, Erasure, LegalHold, PersonRequest
from zhike.kernel import trail
from zhike.kernel.scope import Actor
from zhike.kernel.traces import Traces, blot_rows

NOBODY = "***"
_WHY = "the approved erasure of a person"


def forget_person(
    *, customer_id: int, contact_id: int | None, traces: Traces, actor: Actor | None, now: datetime
) -> int:
    """Blank the words in consents and requests of a contact, or of a customer with all its contacts; how many rows.

    Whatever the person agreed to ends here. Reasons of holds on the customer lose the `traces` of the person.
    """
    blot_rows(LegalHold.objects.unscoped(_WHY).filter(customer_id=customer_id), ("reason",), traces)
    consents = Consent.objects.unscoped(_WHY).filter(customer_id=customer_id)
    requests = PersonRequest.objects.unscoped(_WHY).filter(customer_id=customer_id)
    if contact_id is not None:
        consents, requests = consents.filter(contact_id=contact_id), requests.filter(contact_id=contact_id)
    _end(list(consents.order_by("at", "pk")), actor=actor, now=now)
    touched = 0
    for consent in consents.select_for_update():
        consent.evidence = consent.evidence_reference = ""
        consent.save(update_fields=["evidence", "evidence_reference"])
        touched += 1
    for request in requests.select_for_update():
        request.asked_by, request.wish, request.answer = NOBODY, "", ""
        request.save(update_fields=["asked_by", "wish", "answer"])
        for step in request.steps.all():
            step.note = ""
            step.save(update_fields=["note"])
        touched += 1
    return touched


def _end(history: list[Consent], *, actor: Actor | None, now: datetime) -> None:
    latest = {(entry.contact_id, entry.purpose): entry for entry in history}
    for entry in latest.values():
        if entry.is_given:
            Consent.objects.create(
                customer_id=entry.customer_id,
                contact_id=entry.contact_id,
                purpose=entry.purpose,
                basis=entry.basis,
                is_given=False,
                at=now,
                channel=entry.channel,
                taken_by_id=actor.pk if actor else None,
                recorded_at=now,
            )


@transaction.atomic
def record_erasure(
    *,
    customer_id: int,
    contact_id: int | None,
    request: PersonRequest | None,
    rule: str,
    counts: Mapping[str, int],
    actor: Actor | None,
    now: datetime,
) -> Erasure:
    """Keep that a person was made anonymous, on whose wish or by which rule, and how much was touched where."""
    made = Erasure.objects.create(
        customer_id=customer_id, contact_id=contact_id, request=request, rule=rule, at=now, counts=dict(counts)
    )
    trail.record(
        verb="erased",
        kind="customer" if contact_id is None else "contact",
        object_id=customer_id if contact_id is None else contact_id,
        customer_id=customer_id,
        actor=actor,
        now=now,
        changes={"counts": [None, dict(counts)]},
        note=request.number if request else rule,
    )
    return made


def mark_swept(*, now: datetime) -> int:
    """The files of the database hold no remains of anybody erased until now; how many erasures that completes."""
    return Erasure.objects.filter(swept_at__isnull=True, at__lte=now).update(swept_at=now)
