"""One customer's file: the record itself, its people, and the company's own fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from zhike.domain.customers.models import Contact, Customer, ExtraField, Tag
from zhike.domain.customers.rules.chart import Branch, tree
from zhike.kernel.errors import NotFound
from zhike.kernel.models import Activity
from zhike.kernel.scope import Actor, sight_of
from zhike.kernel.sensitivity import Shown


def customer_file(actor: Actor, customer_id: int) -> Customer:
    """The customer with owner, department and tags. Raises NotFound where there is none that the actor may see."""
    rows = Customer.objects.for_user(actor).present().filter(pk=customer_id)
    customer = rows.select_related("owner", "department", "referred_by", "needs_profile").first()
    if customer is None:
        raise NotFound(_("There is no such customer."))
    return customer


def referrer_of(actor: Actor, customer: Customer) -> Customer | None:
    """By whom the customer was referred, where the actor may see that file."""
    if customer.referred_by_id is None:
        return None
    return Customer.objects.for_user(actor).present().filter(pk=customer.referred_by_id).first()


def contact_file(actor: Actor, contact_id: int) -> Contact:
    """One person at a customer. Raises NotFound where there is none that the actor may see."""
    rows = Contact.objects.for_user(actor).filter(pk=contact_id, deleted_at__isnull=True)
    contact = rows.filter(customer__deleted_at__isnull=True).select_related("customer").first()
    if contact is None:
        raise NotFound(_("There is no such contact."))
    return contact


def present_contacts(actor: Actor, customer_id: int) -> list[Contact]:
    """The people at a customer whom the actor may see: the main contact first, then as they came."""
    rows = Contact.objects.for_user(actor).filter(customer_id=customer_id, deleted_at__isnull=True)
    return list(rows.select_related("reports_to").order_by("-is_primary", "pk"))


def shown_contacts(actor: Actor, customer: Customer) -> list[Shown]:
    """The people at a customer as the actor is shown them."""
    sight, contacts = sight_of(actor, customer), present_contacts(actor, customer.pk)
    for contact in contacts:
        contact.customer = customer
    return [sight.show(contact) for contact in contacts]


def organisation_chart(contacts: list[Shown]) -> tuple[Branch[Shown], ...]:
    """The people as a tree of who reports to whom."""
    return tree([(contact.pk, contact.reports_to_id, contact) for contact in contacts])


def extra_fields(subject: str) -> list[ExtraField]:
    """The company's own fields that are asked for, in their order."""
    return list(ExtraField.objects.filter(subject=subject, retired_at__isnull=True))


def extra_field(pk: int) -> ExtraField:
    """One of the company's own fields that are asked for. Raises NotFound."""
    field = ExtraField.objects.filter(pk=pk, retired_at__isnull=True).first()
    if field is None:
        raise NotFound(_("There is no such field."))
    return field


def extra_values(fields: list[ExtraField], values: Mapping[str, object]) -> list[tuple[str, str]]:
    """Label and text of each field for a reader, empty where nothing is known."""
    words = {True: _("yes"), False: _("no"), None: ""}
    found = ((field.label, values.get(field.key)) for field in fields)
    return [(label, words[value] if isinstance(value, bool | None) else str(value)) for label, value in found]


def tag_names() -> list[str]:
    """Every word in use or made ready, by name."""
    return list(Tag.objects.order_by("name").values_list("name", flat=True))


def last_hand_over(actor: Actor) -> Activity | None:
    """The last row that the actor left on the trail by handing customers over."""
    rows = Activity.objects.filter(actor_id=actor.pk, kind="customer", verb="assigned")
    return rows.order_by("-at", "-pk").first()


def changed_since(row: Customer | Contact, moment: datetime) -> set[str]:
    """The names of the fields of that row that somebody has changed after the moment."""
    lines = Activity.objects.filter(kind=row._meta.model_name, object_id=row.pk, at__gt=moment)
    return {name for line in lines for name in line.changes}


def last_activity(actor: Actor, customer_id: int) -> Activity | None:
    """The last row that the actor left on the trail of a customer or one of its contacts."""
    rows = Activity.objects.filter(customer_id=customer_id, actor_id=actor.pk, kind__in=("customer", "contact"))
    return rows.order_by("-at", "-pk").first()
