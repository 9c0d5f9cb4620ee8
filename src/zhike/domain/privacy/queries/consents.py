"""Whom we may contact for what: the histories of consents, and the people whose latest entry carries a purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from zhike.domain.customers.models import Contact, Customer
from zhike.domain.privacy.models import Consent
from zhike.domain.privacy.rules.consent import live_basis
from zhike.kernel.scope import Actor, ScopedQuerySet

M = TypeVar("M", Contact, Customer)
_REASON: Final = "whether a person may be contacted does not depend on who asks"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a person stands to one purpose: the latest entry, if there is one, and whether it carries the purpose."""

    purpose: str
    name: str
    latest: Consent | None
    is_live: bool


def consent_history(actor: Actor, person: Contact | Customer) -> ScopedQuerySet[Consent]:
    """A person's entries in the order in which they were recorded, as far as the actor may see them."""
    rows = Consent.objects.for_user(actor)
    if isinstance(person, Contact):
        rows = rows.filter(contact_id=person.pk)
    else:
        rows = rows.filter(customer_id=person.pk, contact__isnull=True)
    return rows.select_related("taken_by").order_by("pk")


def standings(actor: Actor, person: Contact | Customer, *, at: datetime) -> list[Standing]:
    """How the person stands to every purpose at that moment. One query."""
    history = list(consent_history(actor, person))
    entries = [row.entry() for row in history]
    found = []
    for purpose in Consent.Purpose:
        known = [row for row in history if row.purpose == purpose and row.at <= at]
        found.append(
            Standing(
                purpose=purpose.value,
                name=str(purpose.label),
                latest=max(known, key=lambda row: (row.at, row.pk), default=None),
                is_live=live_basis(entries, purpose.value, at) is not None,
            )
        )
    return found


def contactable(contacts: QuerySet[Contact], purpose: str, at: datetime) -> QuerySet[Contact]:
    """Those of the contacts on whose part a live basis carries the purpose at that moment.

    Whatever writes to, calls or asks many people goes through here: nobody without a live basis is among them, nobody
    who was taken off a file, and nobody at a customer who was.
    """
    present = contacts.filter(deleted_at__isnull=True, customer__deleted_at__isnull=True)
    return _carried(present, Consent.objects.unscoped(_REASON).filter(contact=OuterRef("pk")), purpose, at)


def contactable_customers(customers: QuerySet[Customer], purpose: str, at: datetime) -> QuerySet[Customer]:
    """As `contactable`, of customers who are persons themselves."""
    present = customers.filter(deleted_at__isnull=True, kind=Customer.Kind.PERSON)
    own = Consent.objects.unscoped(_REASON).filter(customer=OuterRef("pk"), contact__isnull=True)
    return _carried(present, own, purpose, at)


def _carried(rows: QuerySet[M], entries: QuerySet[Consent], purpose: str, at: datetime) -> QuerySet[M]:
    """The rule `live_basis`, as SQL; each row carries the `basis_entry` that decided."""
    latest = entries.filter(purpose=purpose, at__lte=at).order_by(F("at").desc(), F("pk").desc())
    live = Consent.objects.unscoped(_REASON).filter(is_given=True)
    live = live.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
    return rows.annotate(basis_entry=Subquery(latest.values("pk")[:1])).filter(basis_entry__in=live.values("pk"))
