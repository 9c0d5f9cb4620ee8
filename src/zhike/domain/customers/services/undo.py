"""Taking back what one action did to one or many customers, as the trail remembers it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import transaction
from django.db.models import Field
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Contact, Customer, Tag
from zhike.domain.customers.services.archive import customer_search_text
from zhike.domain.customers.services.contacts import contact_search_text
from zhike.domain.customers.services.locking import locked, locked_contact
from zhike.kernel import trail
from zhike.kernel.errors import Conflict, NotFound, Refused
from zhike.kernel.models import Activity
from zhike.kernel.scope import Actor
from zhike.kernel.sensitivity import Personal

_ACTION = {"assigned": "assign", "deleted": "delete", "restored": "delete"}
_HANDS_OVER = frozenset({"owner", "department"})
_FINAL = frozenset({"created", "revealed", "viewed", "exported", "shared", "unshared"})


@transaction.atomic
def take_back(*, activity_id: int, actor: Actor, now: datetime) -> list[Customer]:
    """Undo the person's own action of that trail row, on every customer it touched.

    Returns the customers that are now as they were. Raises NotFound where it is not the actor's or cannot be undone,
    Denied; Conflict, with nothing done, where somebody has changed the same things since; and Refused where it would
    give a customer to somebody who has left.
    """
    one = Activity.objects.filter(pk=activity_id, actor_id=actor.pk, kind__in=("customer", "contact")).first()
    if one is None or one.verb in _FINAL:
        raise NotFound(_("There is nothing here to undo."))
    together = Activity.objects.filter(actor_id=actor.pk, at=one.at, verb=one.verb, kind=one.kind).order_by("pk")
    return [_take_back_one(activity, actor, now) for activity in together]


def _take_back_one(activity: Activity, actor: Actor, now: datetime) -> Customer:
    action = _ACTION.get(activity.verb, "edit")
    is_deleted = activity.verb == "deleted"
    row: Customer | Contact
    if activity.kind == "customer":
        row = locked(activity.object_id, actor, action, is_deleted=is_deleted)
    else:
        row = locked_contact(activity.object_id, actor, action, is_deleted=is_deleted)
    if isinstance(row, Customer) and _HANDS_OVER & activity.changes.keys():
        row = locked(row.pk, actor, "assign", is_deleted=is_deleted)
    whole = trail.whole_changes([activity])[activity.pk]
    changes = {name: [after, before] for name, (before, after) in whole.items()}
    for name, (present, former) in changes.items():
        _put_back(row, name, present, former)
    if isinstance(row, Customer) and "owner" in changes and row.owner and not row.owner.is_active:
        raise Refused(_("%(person)s no longer works here: choose somebody else.") % {"person": row.owner})
    row.changed_at = now
    row.search_text = customer_search_text(row) if isinstance(row, Customer) else contact_search_text(row)
    row.save()
    customer = row if isinstance(row, Customer) else row.customer
    trail.record(
        verb="undone",
        kind=activity.kind,
        object_id=row.pk,
        customer_id=customer.pk,
        actor=actor,
        now=now,
        changes=hidden_names(row, changes),
        note=activity.verb,
    )
    return customer


def hidden_names(row: Customer | Contact, changes: trail.Changes) -> trail.Changes:
    """The changes with the names of a person as the trail hides them."""
    if not isinstance(row, Customer) or row.kind != Customer.Kind.PERSON or "name" not in changes:
        return changes
    return changes | {"name": [value and Personal(value) for value in changes["name"]]}


def _put_back(row: Customer | Contact, name: str, present: Any, former: Any) -> None:
    if name == "tags" and isinstance(row, Customer):
        row.tags.set(Tag.objects.filter(name__in=former))
        return
    try:
        field = row._meta.get_field(name)
    except FieldDoesNotExist:
        raise NotFound(_("There is nothing here to undo.")) from None
    assert isinstance(field, Field)
    if getattr(row, field.attname) != field.to_python(present):
        raise Conflict(_("%(name)s has been changed again since; nothing was undone.") % {"name": row.name})
    setattr(row, field.attname, field.to_python(former))
