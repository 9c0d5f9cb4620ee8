"""Masked values are shown to who may see them, for a reason that stays on the trail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Contact, Customer
from zhike.kernel import trail
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.scope import Actor, may_reveal, sight_of
from zhike.kernel.sensitivity import Shown

LONGEST_REASON = 200


@transaction.atomic
def reveal_contact(*, contact: Contact, reason: str, actor: Actor, now: datetime) -> Shown:
    """How to reach a person whom the actor sees, in full. Raises Denied without the right, Refused without a reason."""
    return _reveal(contact, "contact", contact.customer, reason, actor, now)


@transaction.atomic
def reveal_customer(*, customer: Customer, reason: str, actor: Actor, now: datetime) -> Shown:
    """The address of a customer whom the actor sees, in full. Raises as `reveal_contact`."""
    return _reveal(customer, "customer", customer, reason, actor, now)


def _reveal(row: Contact | Customer, kind: str, customer: Customer, reason: str, actor: Actor, now: datetime) -> Shown:
    if not may_reveal(actor, kind, customer):
        raise Denied(_("You may see this, but not its masked values. Ask the customer's owner or your administrator."))
    said = reason.strip()
    if not said:
        raise Refused(_("Say in a few words why you need to see this."), field="reason")
    if len(said) > LONGEST_REASON:
        sentence = _("The reason is too long: at most %(most)s characters.")
        raise Refused(sentence % {"most": LONGEST_REASON}, field="reason")
    trail.record(
        verb="revealed",
        kind=kind,
        object_id=row.pk,
        customer_id=customer.pk,
        actor=actor,
        now=now,
        changes={"reason": [None, said]},
    )
    shown: Shown = sight_of(actor, customer).revealed().show(row)
    return shown
