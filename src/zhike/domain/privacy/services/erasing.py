"""What the desk itself holds about a person is forgotten; that and when the person was erased stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from zhike.domain.privacy.models import Consent, Erasure, PersonRequest, RequestStep
from zhike.kernel import trail
from zhike.kernel.scope import Actor

NOBODY = "***"


def forget_person(*, customer_id: int, contact_id: int | None) -> int:
    """Blank the words in consents and requests of a contact, or of a customer with all its contacts; how many rows."""
    consents = Consent.objects.unscoped("the approved erasure of a person").filter(customer_id=customer_id)
    requests = PersonRequest.objects.unscoped("the approved erasure of a person").filter(customer_id=customer_id)
    if contact_id is not None:
        consents, requests = consents.filter(contact_id=contact_id), requests.filter(contact_id=contact_id)
    touched = consents.update(evidence="", evidence_reference="")
    touched += requests.update(asked_by=NOBODY, wish="", answer="")
    return touched + RequestStep.objects.filter(request__in=requests.values("pk")).update(note="")


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
