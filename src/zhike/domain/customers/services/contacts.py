"""The people at a customer: added, changed, removed and brought back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.rules.chart import would_circle
from zhike.domain.customers.services.locking import locked, locked_contact, refuse_if_changed
from zhike.domain.customers.services.values import ContactFields, put, written
from zhike.kernel import trail
from zhike.kernel.clock import local_date
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.scope import Actor, Level, way
from zhike.kernel.search_people import blind_text


def add_contact(
    *, customer: Customer, actor: Actor, now: datetime, token: str = "", **fields: Unpack[ContactFields]
) -> Contact:
    """Add a person at a customer. The first one is the main contact. A repeated `token` gives back the first person.

    Raises Refused naming the field, NotFound, Denied.
    """
    if actor.level("contact", "create") == Level.NONE:
        raise Denied(_("You may not add contacts. Ask your administrator if you need to."))
    if token and (first := _added_with(token)):
        return first
    try:
        with transaction.atomic():
            return _add(customer, actor, now, token, fields)
    except IntegrityError:
        if token and (first := _added_with(token)):
            return first
        raise


def _added_with(token: str) -> Contact | None:
    return Contact.objects.unscoped("the same form was sent twice by one person").filter(token=token).first()


def _add(customer: Customer, actor: Actor, now: datetime, token: str, fields: ContactFields) -> Contact:
    home = locked(customer.pk, actor, "view")
    if way(actor, "contact", "create", home) is None:
        raise Denied(_("You may see this customer, but not do this. Ask its owner or your administrator."))
    if way(actor, "contact", "create", home) is None:
        raise Denied(_("You may see this customer, but not do this. Ask its owner or your administrator."))
    contact = Contact(customer=home, token=token, created_at=now, changed_at=now)
    put(contact, {"name": "", **fields}, today=local_date(now))
    colleagues = _colleagues(home.pk)
    contact.is_primary = contact.is_primary or not colleagues
    _check_head(contact, fields, colleagues)
    contact.search_text = contact_search_text(contact)
    contact.save(force_insert=True)
    _keep_one_primary(contact)
    _record(contact, "created", {"name": [None, contact.name]}, actor, now)
    return contact


def contact_search_text(contact: Contact) -> str:
    """What a contact is found by beside phone and e-mail, which have indexes of their own: the name, blinded."""
    return blind_text([contact.name])


@transaction.atomic
def change_contact(
    *,
    contact: Contact,
    actor: Actor,
    now: datetime,
    seen_at: datetime | None = None,
    **fields: Unpack[ContactFields],
) -> Contact:
    """Change what is given; `seen_at` as with `change_customer`. Raises Refused, NotFound, Denied, Conflict."""
    fresh = locked_contact(contact.pk, actor, "edit")
    refuse_if_changed(fresh, seen_at)
    before = written(fresh, fields)
    put(fresh, fields, today=local_date(now))
    _check_head(fresh, fields, _colleagues(fresh.customer_id))
    changes = trail.differences(before, written(fresh, fields))
    if not changes:
        return fresh
    fresh.changed_at = now
    fresh.search_text = contact_search_text(fresh)
    fresh.save(update_fields=[*changes, "changed_at", "search_text"])
    _keep_one_primary(fresh)
    _record(fresh, "changed", changes, actor, now)
    return fresh


@transaction.atomic
def remove_contact(*, contact: Contact, actor: Actor, now: datetime) -> Contact:
    """Take a person off the file; he or she can be brought back. Raises NotFound, Denied."""
    return _move(locked_contact(contact.pk, actor, "delete"), "deleted", now, actor, now)


@transaction.atomic
def restore_contact(*, contact: Contact, actor: Actor, now: datetime) -> Contact:
    """Bring a removed person back. Raises NotFound, Denied."""
    return _move(locked_contact(contact.pk, actor, "delete", is_deleted=True), "restored", None, actor, now)


def _move(fresh: Contact, verb: str, deleted_at: datetime | None, actor: Actor, now: datetime) -> Contact:
    before = fresh.deleted_at
    fresh.deleted_at, fresh.changed_at = deleted_at, now
    fresh.save(update_fields=["deleted_at", "changed_at"])
    _record(fresh, verb, {"deleted_at": [before, deleted_at]}, actor, now)
    return fresh


def _colleagues(customer_id: int) -> dict[int, int | None]:
    """Who reports to whom at a customer, by id."""
    rows = Contact.objects.unscoped("the caller has found the customer for the actor")
    return dict(rows.filter(customer_id=customer_id, deleted_at__isnull=True).values_list("pk", "reports_to_id"))


def _check_head(contact: Contact, fields: ContactFields, colleagues: Mapping[int, int | None]) -> None:
    head = fields.get("reports_to")
    if head is None:
        return
    if head.pk not in colleagues:
        raise Refused(_("A contact reports to somebody at the same customer."), field="reports_to")
    if contact.pk is not None and would_circle(colleagues, contact.pk, head.pk):
        sentence = _("%(head)s reports to %(person)s already, directly or through others: change that first.")
        raise Refused(sentence % {"head": head.name, "person": contact.name}, field="reports_to")


def _keep_one_primary(contact: Contact) -> None:
    if contact.is_primary:
        rows = Contact.objects.unscoped("the customer has been found for the actor")
        rows.filter(customer_id=contact.customer_id, is_primary=True).exclude(pk=contact.pk).update(is_primary=False)


def _record(contact: Contact, verb: str, changes: dict[str, list[Any]], actor: Actor, now: datetime) -> None:
    trail.record(
        verb=verb,
        kind="contact",
        object_id=contact.pk,
        customer_id=contact.customer_id,
        actor=actor,
        now=now,
        changes=changes,
    )
