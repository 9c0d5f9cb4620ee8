"""Taking a row for writing: on whose behalf, and not behind somebody else's back."""

from __future__ import annotations

from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Contact, Customer
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Conflict, Denied, NotFound
from zhike.kernel.models import Activity
from zhike.kernel.scope import Actor


def locked(customer_id: int, actor: Actor, action: str, *, is_deleted: bool = False) -> Customer:
    """The customer, locked until the transaction ends. Raises NotFound if unseen, Denied if seen but out of reach."""
    there = Customer.objects.for_user(actor, action).filter(pk=customer_id, deleted_at__isnull=not is_deleted)
    if customer := there.select_for_update(of=("self",)).first():
        return customer
    seen = Customer.objects.for_user(actor, "view").filter(pk=customer_id, deleted_at__isnull=not is_deleted)
    if seen.exists():
        raise Denied(_("You may see this customer, but not do this. Ask its owner or your administrator."))
    raise NotFound(_("There is no such customer."))


def locked_contact(contact_id: int, actor: Actor, action: str, *, is_deleted: bool = False) -> Contact:
    """The contact, locked until the transaction ends. Raises NotFound if unseen, Denied if seen but out of reach."""
    there = Contact.objects.for_user(actor, action).filter(
        pk=contact_id, deleted_at__isnull=not is_deleted, customer__deleted_at__isnull=True
    )
    if contact := there.select_for_update(of=("self",)).first():
        return contact
    if Contact.objects.for_user(actor, "view").filter(pk=contact_id, deleted_at__isnull=not is_deleted).exists():
        raise Denied(_("You may see this contact, but not do this. Ask the customer's owner or your administrator."))
    raise NotFound(_("There is no such contact."))


def refuse_if_changed(row: Customer | Contact, seen_at: datetime | None) -> None:
    """Raise Conflict, saying who changed what and when, where the row is newer than what the person saw."""
    if seen_at is None or row.changed_at == seen_at:
        return
    last = (
        Activity.objects.filter(kind=row._meta.model_name, object_id=row.pk)
        .select_related("actor")
        .order_by("-at", "-pk")
        .first()
    )
    labels = [capfirst(str(row._meta.get_field(name).verbose_name)) for name in (last.changes if last else {})]  # type: ignore[union-attr]
    sentence = _(
        "%(person)s changed this file at %(time)s while you were writing (%(fields)s). Your text is still here: "
        "compare it with the page as it is now, then save again."
    )
    raise Conflict(
        sentence
        % {
            "person": last.actor if last and last.actor else _("The system"),
            "time": f"{row.changed_at.astimezone(COMPANY_ZONE):%H:%M}",
            "fields": _(", ").join(labels) or _("nothing visible"),
        }
    )
