"""Reads of the archive: finding and narrowing customers, one file with its people, what pickers offer."""

from zhike.domain.customers.queries.access import collaborators, why_seen
from zhike.domain.customers.queries.files import (
    changed_since,
    contact_file,
    customer_file,
    extra_field,
    extra_fields,
    extra_values,
    last_activity,
    last_hand_over,
    organisation_chart,
    present_contacts,
    referrer_of,
    shown_contacts,
    tag_names,
)
from zhike.domain.customers.queries.likeness import customers_alike
from zhike.domain.customers.queries.lists import (
    CustomerFilters,
    matching_contacts,
    matching_customers,
    narrowed,
    worn_tags,
)
from zhike.domain.customers.queries.pickers import contacts_like, customers_like

__all__ = [
    "CustomerFilters",
    "changed_since",
    "collaborators",
    "contact_file",
    "contacts_like",
    "customer_file",
    "customers_alike",
    "customers_like",
    "extra_field",
    "extra_fields",
    "extra_values",
    "last_activity",
    "last_hand_over",
    "matching_contacts",
    "matching_customers",
    "narrowed",
    "organisation_chart",
    "present_contacts",
    "referrer_of",
    "shown_contacts",
    "tag_names",
    "why_seen",
    "worn_tags",
]
