"""Holds: while one stands, nothing of what it covers is erased."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Contact, Customer
from zhike.domain.privacy.models import LegalHold
from zhike.kernel import trail
from zhike.kernel.errors import Conflict, Denied, NotFound, Refused
from zhike.kernel.scope import Actor, Level


@transaction.atomic
def place_hold(*, person: Contact | Customer, reason: str, actor: Actor, now: datetime) -> LegalHold:
    """Keep one person, or a customer with everybody there, from being erased. Raises Refused, Denied."""
    if actor.level("privacy", "edit") == Level.NONE:
        raise Denied(_("You may not place holds. Ask your administrator if you need to."))
    if not reason.strip():
        raise Refused(_("Say what the hold is for: the dispute, the inspection, the duty to keep."), field="reason")
    hold = LegalHold.objects.create(
        customer_id=person.pk if isinstance(person, Customer) else person.customer_id,
        contact=person if isinstance(person, Contact) else None,
        reason=reason.strip(),
        placed_by_id=actor.pk,
        placed_at=now,
    )
    return _record(hold, "placed", actor=actor, now=now)


@transaction.atomic
def lift_hold(*, hold_id: int, actor: Actor, now: datetime) -> LegalHold:
    """The reason is over. Raises NotFound, Conflict."""
    hold = LegalHold.objects.for_user(actor, "edit").select_for_update(of=("self",)).filter(pk=hold_id).first()
    if hold is None:
        raise NotFound(_("There is no such hold."))
    if hold.lifted_at is not None:
        raise Conflict(_("This hold has been lifted already."))
    hold.lifted_by_id, hold.lifted_at = actor.pk, now
    hold.save(update_fields=["lifted_by", "lifted_at"])
    return _record(hold, "lifted", actor=actor, now=now)


def _record(hold: LegalHold, verb: str, *, actor: Actor, now: datetime) -> LegalHold:
    trail.record(
        verb=verb,
        kind="hold",
        object_id=hold.pk,
        customer_id=hold.customer_id,
        actor=actor,
        now=now,
        changes={"contact": [None, hold.contact_id], "reason": [None, hold.reason]},
    )
    return hold
