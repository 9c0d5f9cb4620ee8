"""A person's file is made anonymous: what says who it is goes, that there was somebody stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from zhike.domain.customers.models import Collaborator, Contact, Customer, NeedsProfile
from zhike.domain.customers.services.archive import customer_search_text
from zhike.kernel.sensitivity import Sensitivity, classes_of
from zhike.kernel.traces import Traces, blot_rows

ERASED_CONTACT = "已删除的联系人"
ERASED_CUSTOMER = "*客户"
_ALSO_OF_CONTACT = ("title", "title_level", "preferred_channel", "preferred_hours", "search_text", "token")
_ALSO_OF_CUSTOMER = (
    "external_id", "industry", "employees", "yearly_revenue_minor", "founded_on", "main_business", "credit_code",
    "referred_by", "search_text", "token",
)  # fmt: skip


def known_by(person: Contact | Customer) -> Traces:
    """What gives the person away: name, phone, e-mail, WeChat, address, numbers elsewhere, and own fields.

    A customer who is a person is known by the contacts there as well, who are erased along.
    """
    people: list[Contact | Customer] = [person]
    if isinstance(person, Customer):
        contacts = Contact.objects.unscoped("the approved erasure of a person").filter(customer=person)
        people += [contact for contact in contacts if contact.name != ERASED_CONTACT]
    return Traces(value for each in people for value in _values(each))


def _values(person: Contact | Customer) -> list[str]:
    names = ("name", "phone", "email", "wechat", "address", "external_id", "credit_code")
    values = [getattr(person, name, "") for name in names]
    return [*values, *(value for value in person.extra.values() if isinstance(value, str) and len(value) > 3)]


def erase_contact(*, contact: Contact, now: datetime) -> Contact:
    """Overwrite everything personal; the row stays under nobody's name, off the file, for what refers to it."""
    _blank(contact, _ALSO_OF_CONTACT)
    contact.name = ERASED_CONTACT
    contact.reports_to = None
    contact.is_primary = False
    contact.changed_at = now
    contact.deleted_at = contact.deleted_at or now
    contact.save()
    return contact


def erase_customer(*, customer: Customer, now: datetime) -> Customer:
    """Overwrite everything personal about a customer who is a person; orders and figures stay under "*客户"."""
    _blank(customer, _ALSO_OF_CUSTOMER)
    customer.name = ERASED_CUSTOMER
    customer.changed_at = now
    customer.search_text = customer_search_text(customer)
    customer.save()
    for needs in NeedsProfile.objects.unscoped("the approved erasure of a person").filter(customer=customer):
        _blank(needs, ())
        needs.changed_at = now
        needs.save()
    return customer


def blot_archive(*, customer_id: int, traces: Traces) -> int:
    """Blot somebody out of the notes about the customer and the other people there, and out of why it was shared.

    Returns how many records had a trace.
    """
    why = "the approved erasure of a person"
    contacts = Contact.objects.unscoped(why).filter(customer_id=customer_id)
    customers = Customer.objects.unscoped(why).filter(pk=customer_id)
    needs = NeedsProfile.objects.unscoped(why).filter(customer_id=customer_id)
    return (
        blot_rows(contacts, ("note",), traces)
        + blot_rows(customers, ("note",), traces)
        + blot_rows(needs, ("pain_points", "purchase_preference", "decision_process", "plans"), traces)
        + blot_rows(Collaborator.objects.filter(customer_id=customer_id), ("reason",), traces)
    )


def _blank(row: models.Model, also: tuple[str, ...]) -> None:
    """Empty every field of the classes personal and secret, and these."""
    classes = classes_of(type(row))
    for field in row._meta.concrete_fields:
        known = classes.get(field.name)
        if field.name in also or (known is not None and known.sensitivity >= Sensitivity.PERSONAL):
            empty: Any = None if field.null else {} if isinstance(field, models.JSONField) else ""
            setattr(row, field.attname, empty)
