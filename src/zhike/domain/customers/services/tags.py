"""Words on customers: put on and taken off, many customers at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Customer, Tag
from zhike.domain.customers.services.archive import record_each
from zhike.domain.imports.rules.texts import LONGEST_TAG, clean
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.scope import Actor


@transaction.atomic
def tag_customers(*, customer_ids: Iterable[int], names: Iterable[str], actor: Actor, now: datetime) -> list[Customer]:
    """Put the words on each customer, new words too. Returns the customers that lacked one. Raises Refused, Denied."""
    tags = _tags(names)
    customers = _within_reach(customer_ids, actor)
    changed, changes = [], []
    for customer in customers:
        before = sorted(tag.name for tag in customer.tags.all())
        missing = [tag for tag in tags if tag.name not in before]
        if missing:
            customer.tags.add(*missing)
            changed.append(customer)
            changes.append({"tags": [before, sorted([*before, *(tag.name for tag in missing)])]})
    record_each(changed, changes, verb="tagged", actor=actor, now=now)
    return changed


@transaction.atomic
def untag_customers(
    *, customer_ids: Iterable[int], names: Iterable[str], actor: Actor, now: datetime
) -> list[Customer]:
    """Take the words off each customer. Returns the customers that had one. Raises Denied."""
    wanted = {clean(name) for name in names}
    changed, changes = [], []
    for customer in _within_reach(customer_ids, actor):
        before = sorted(tag.name for tag in customer.tags.all())
        leaving = [tag for tag in customer.tags.all() if tag.name in wanted]
        if leaving:
            customer.tags.remove(*leaving)
            changed.append(customer)
            changes.append({"tags": [before, [name for name in before if name not in wanted]]})
    record_each(changed, changes, verb="untagged", actor=actor, now=now)
    return changed


def _tags(names: Iterable[str]) -> list[Tag]:
    words = list(dict.fromkeys(word for name in names if (word := clean(name))))
    if not words:
        raise Refused(_("Enter at least one tag."), field="tags")
    if any(len(word) > LONGEST_TAG for word in words):
        raise Refused(_("A tag has at most %(limit)s characters.") % {"limit": LONGEST_TAG}, field="tags")
    Tag.objects.bulk_create([Tag(name=word) for word in words], ignore_conflicts=True)
    return list(Tag.objects.filter(name__in=words).order_by("name"))


def _within_reach(customer_ids: Iterable[int], actor: Actor) -> list[Customer]:
    chosen = sorted(set(customer_ids))
    rows = Customer.objects.for_user(actor, "edit").present().filter(pk__in=chosen).select_for_update(of=("self",))
    customers = list(rows.order_by("pk").prefetch_related("tags"))
    if len(customers) < len(chosen):
        raise Denied(_("You may not change some of these customers. Nothing was changed."))
    return customers
