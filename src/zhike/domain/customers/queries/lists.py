"""Narrowing a list of customers by what stands in their files, and finding them by text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from zhike.domain.customers.models import Contact, Customer, CustomerQuerySet
from zhike.domain.customers.rules.industries import within
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.scope import Actor, ScopedQuerySet
from zhike.kernel.search_index import naming
from zhike.kernel.search_people import found_among, found_people
from zhike.kernel.vault.index import indexed, kind_sought


@dataclass(frozen=True, kw_only=True)
class CustomerFilters:
    """What a list may be narrowed to; an empty value leaves it as it is. `owner_id` 0 means nobody's."""

    text: str = ""
    owner_id: int | None = None
    department_id: int | None = None
    lifecycle: str = ""
    kind: str = ""
    industry: str = ""
    region: str = ""
    source: str = ""
    tag: str = ""
    is_strategic: bool = False
    created_from: date | None = None
    created_to: date | None = None


def matching_customers(rows: CustomerQuerySet, text: str, actor: Actor) -> CustomerQuerySet:
    """Those found by their own name or number, or by a contact of theirs: whose name the actor may see, or whose whole
    telephone number or e-mail address the actor may reveal.
    """
    named = naming(Customer, text)
    if named is None:
        return rows.none()
    seen = Contact.objects.for_user(actor, by_work=False).filter(deleted_at__isnull=True)
    by_contact, persons = found_among({"customer_id": seen, "pk": _persons(rows)}, text)
    # Ids, for PostgreSQL has no index for a condition that is partly a query of another table.
    known = {*by_contact, *persons, *_reached(seen, text, actor).values_list("customer_id", flat=True)}
    return rows.filter(named | Q(pk__in=known) if known else named)


def matching_names(rows: CustomerQuerySet, text: str) -> CustomerQuerySet:
    """Those found by their own name or number: persons by number or, opened one by one, by name."""
    named = naming(Customer, text)
    return rows.none() if named is None else rows.filter(named | Q(pk__in=found_people(_persons(rows), text)))


def matching_contacts(rows: ScopedQuerySet[Contact], text: str, actor: Actor) -> ScopedQuerySet[Contact]:
    """Those found by a part of the name, or by the whole telephone number or e-mail address."""
    return rows.filter(pk__in={*found_people(rows, text), *_reached(rows, text, actor).values_list("pk", flat=True)})


def _persons(rows: CustomerQuerySet) -> CustomerQuerySet:
    return rows.filter(kind=Customer.Kind.PERSON)


def _reached(rows: ScopedQuerySet[Contact], text: str, actor: Actor) -> ScopedQuerySet[Contact]:
    """The contacts with this telephone number or e-mail address, as far as the actor may reveal it.

    Whoever is shown the mask alone could else try out what it hides.
    """
    kind = kind_sought(text)
    if not kind:
        return rows.none()
    revealed = Contact.objects.for_user(actor, "reveal", by_work=False).values("pk")
    return rows.filter(pk__in=revealed, **{f"{kind}_index": indexed(kind, text)})


def worn_tags(customer_ids: Collection[int]) -> QuerySet[Any]:
    """Which tags customers wear whom the reader has already been shown, as `customer_id` and `tag__name`."""
    return Customer.tags.through.objects.filter(customer_id__in=customer_ids)


def narrowed(rows: CustomerQuerySet, filters: CustomerFilters, actor: Actor) -> CustomerQuerySet:
    """The rows that pass every filter. `created_to` includes that day."""
    exact = {
        "department_id": filters.department_id,
        "lifecycle": filters.lifecycle,
        "kind": filters.kind,
        "region": filters.region,
        "source": filters.source,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.owner_id is not None:
        rows = rows.filter(owner_id=filters.owner_id) if filters.owner_id else rows.filter(owner__isnull=True)
    if filters.industry:
        rows = rows.filter(industry__in=within(filters.industry))
    if filters.tag:
        rows = rows.filter(tags__name=filters.tag)
    if filters.is_strategic:
        rows = rows.filter(~Q(strategic=""))
    if filters.created_from:
        rows = rows.filter(created_at__gte=_midnight(filters.created_from))
    if filters.created_to:
        rows = rows.filter(created_at__lt=_midnight(filters.created_to + timedelta(days=1)))
    return matching_customers(rows, filters.text, actor) if filters.text.strip() else rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=COMPANY_ZONE)
