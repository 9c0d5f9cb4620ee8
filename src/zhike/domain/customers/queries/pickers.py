"""What pickers and the command palette offer while somebody types."""

from __future__ import annotations

from zhike.domain.customers.models import Contact, Customer, CustomerQuerySet
from zhike.domain.customers.queries.lists import matching_contacts, matching_names
from zhike.kernel.scope import Actor, ScopedQuerySet


def customers_like(actor: Actor, text: str) -> CustomerQuerySet:
    """Customers by name or number; without a text the newest."""
    rows = Customer.objects.for_user(actor).present().select_related("owner")
    if not text.strip():
        return rows.order_by("-created_at", "-pk")
    return matching_names(rows, text).order_by("sort_name", "pk")


def contacts_like(actor: Actor, text: str, *, customer_id: int | None = None) -> ScopedQuerySet[Contact]:
    """Contacts by name, or exact phone or e-mail, of one customer if given; without a text the main ones first."""
    seen = Contact.objects.for_user(actor, by_work=not text.strip())
    rows = seen.filter(deleted_at__isnull=True, customer__deleted_at__isnull=True)
    rows = rows.select_related("customer")
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    if not text.strip():
        return rows.order_by("-is_primary", "pk")
    return matching_contacts(rows, text, actor).order_by("customer_id", "-is_primary", "pk")
