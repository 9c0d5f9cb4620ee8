"""A customer is shared with a colleague, for a time or until further notice, and taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Collaborator, Customer
from zhike.domain.customers.services.locking import locked
from zhike.kernel import trail
from zhike.kernel.errors import NotFound, Refused
from zhike.kernel.scope import Actor


@transaction.atomic
def share_customer(
    *,
    customer: Customer,
    person: User,
    reason: str,
    actor: Actor,
    now: datetime,
    may_edit: bool = False,
    until: datetime | None = None,
) -> Collaborator:
    """Let a colleague in on a customer and all that hangs on it. Sharing again replaces what was agreed before.

    Raises NotFound, Denied, Refused naming the field.
    """
    fresh = locked(customer.pk, actor, "share")
    if not person.is_active:
        sentence = _("%(person)s no longer works here: choose somebody else.")
        raise Refused(sentence % {"person": person}, field="person")
    if person.pk == fresh.owner_id:
        sentence = _("%(person)s keeps this customer already: choose somebody else.")
        raise Refused(sentence % {"person": person}, field="person")
    if not reason.strip():
        raise Refused(_("Say why this customer is shared."), field="reason")
    if until is not None and until <= now:
        raise Refused(_("Choose a time that is still to come."), field="until")
    before = Collaborator.objects.filter(customer=fresh, person=person, ended_at__isnull=True).first()
    _end(before, actor, now)
    made = Collaborator.objects.create(
        customer=fresh,
        person=person,
        may_edit=may_edit,
        until=until,
        reason=reason.strip(),
        shared_by_id=actor.pk,
        shared_at=now,
    )
    changes: trail.Changes = {
        "collaborator": [person.name if before else None, person.name],
        "may_edit": [before.may_edit if before else None, may_edit],
        "until": [before.until if before else None, until],
    }
    _record("shared", made, changes, actor, now)
    return made


@transaction.atomic
def unshare_customer(*, customer: Customer, collaborator_id: int, actor: Actor, now: datetime) -> Collaborator:
    """End the sharing with one colleague at once. Raises NotFound, Denied."""
    fresh = locked(customer.pk, actor, "share")
    rows = Collaborator.objects.filter(customer=fresh, ended_at__isnull=True).select_related("person")
    found = rows.filter(pk=collaborator_id).first()
    if found is None:
        raise NotFound(_("The customer is not shared with this person."))
    _end(found, actor, now)
    _record("unshared", found, {"collaborator": [found.person.name, None]}, actor, now)
    return found


@transaction.atomic
def end_sharing_with(*, person: User, actor: Actor, now: datetime) -> int:
    """End everything that is shared with somebody who goes. Returns how many customers that were."""
    rows = list(Collaborator.objects.filter(person=person, ended_at__isnull=True))
    Collaborator.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=now, ended_by_id=actor.pk)
    trail.record_many(
        [(row.customer_id, row.customer_id, {"collaborator": [person.name, None]}) for row in rows],
        verb="unshared",
        kind="customer",
        actor=actor,
        now=now,
    )
    return len(rows)


def _end(row: Collaborator | None, actor: Actor, now: datetime) -> None:
    if row is not None:
        Collaborator.objects.filter(pk=row.pk).update(ended_at=now, ended_by_id=actor.pk)


def _record(verb: str, row: Collaborator, changes: trail.Changes, actor: Actor, now: datetime) -> None:
    trail.record(
        verb=verb,
        kind="customer",
        object_id=row.customer_id,
        customer_id=row.customer_id,
        actor=actor,
        now=now,
        changes=changes | {"reason": [None, row.reason]},
    )
