"""Taking back what a batch of an import did to customers and contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import models

from zhike.domain.customers.models import Contact, Customer, Tag
from zhike.domain.customers.services.archive import customer_search_text
from zhike.domain.customers.services.contacts import contact_search_text
from zhike.domain.customers.services.undo import hidden_names
from zhike.domain.imports.rules.changes import Applied
from zhike.domain.imports.services import Keeping, take_back
from zhike.kernel.scope import Actor


def withdraw_customers(
    applied: Sequence[Applied],
    *,
    actor: Actor,
    now: datetime,
    derived: Sequence[tuple[type[models.Model], str, models.Q]] = (),
) -> dict[int, str]:
    """Take back what a batch did, as far as the actor may change it; what came of each by id.

    `derived` are the tables, with their column for the customer, of what the system itself found out about customers:
    their rows go with the customer and do not hold it, as far as they meet the condition.
    """
    return take_back(replace(_CUSTOMERS, derived=tuple(derived)), applied, actor=actor, now=now)


def withdraw_contacts(applied: Sequence[Applied], *, actor: Actor, now: datetime) -> dict[int, str]:
    """Take back what a batch did, as far as the actor may change it; what came of each by id."""
    return take_back(_CONTACTS, applied, actor=actor, now=now)


def _freshen_customer(customer: Customer, now: datetime) -> tuple[str, ...]:
    customer.changed_at = now
    customer.search_text = customer_search_text(customer)
    return ("changed_at", "search_text")


def _freshen_contact(contact: Contact, now: datetime) -> tuple[str, ...]:
    contact.changed_at = now
    contact.search_text = contact_search_text(contact)
    return ("changed_at", "search_text")


def _put_tags_back(customer: Customer, name: str, before: Any, after: Any) -> bool:
    if sorted(customer.tags.values_list("name", flat=True)) != after:
        return False
    customer.tags.set(Tag.objects.filter(name__in=before))
    return True


_CUSTOMERS = Keeping(
    model=Customer,
    kind="customer",
    told=hidden_names,
    parts=((Customer.tags.through, "customer_id"),),
    put_back=_put_tags_back,
    special=frozenset({"tags"}),
    freshen=_freshen_customer,
)
_CONTACTS = Keeping(model=Contact, kind="contact", freshen=_freshen_contact)
