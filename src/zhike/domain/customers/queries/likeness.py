"""Customers that may be the one about to be opened, as far as the person sees them."""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.queries.lists import matching_names
from zhike.domain.customers.rules.likeness import core_of
from zhike.domain.imports.rules.texts import narrow
from zhike.kernel.scope import Actor
from zhike.kernel.vault.index import indexed

MOST_COMPARED: Final = 200
MOST_SHOWN: Final = 5


def customers_alike(actor: Actor, *, name: str = "", credit_code: str = "", phone: str = "") -> list[Customer]:
    """Those in sight with this name in whatever spelling, this credit code, or a contact with this telephone number.

    What is out of sight is as if it were not there. At most five, the oldest first.
    """
    seen = Customer.objects.for_user(actor, by_work=False).present()
    core = core_of(name)
    alike: set[int] = set()
    if core:
        compared = matching_names(seen, core).only("uuid", "kind", "name")[:MOST_COMPARED]
        alike.update(customer.pk for customer in compared if core_of(customer.name) == core)
    if index := indexed("phone", phone):
        people = Contact.objects.for_user(actor, by_work=False).filter(phone_index=index, deleted_at__isnull=True)
        alike.update(people.values_list("customer_id", flat=True))
    found = Q(pk__in=alike)
    if code := narrow(credit_code).upper():
        found |= Q(credit_code=code)
    return list(seen.filter(found).select_related("owner").order_by("pk")[:MOST_SHOWN])
