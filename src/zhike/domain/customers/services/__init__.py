"""Writes of the archive: customers, contacts, needs, tags, the company's own fields, and taking a change back."""

from zhike.domain.customers.services.archive import (
    assign_customers,
    change_customer,
    create_customer,
    delete_customer,
    follow_to_department,
    restore_customer,
    save_needs_profile,
)
from zhike.domain.customers.services.bulk import upsert_customers
from zhike.domain.customers.services.bulk_contacts import upsert_contacts
from zhike.domain.customers.services.contacts import add_contact, change_contact, remove_contact, restore_contact
from zhike.domain.customers.services.erasing import (
    ERASED_CONTACT,
    ERASED_CUSTOMER,
    blot_archive,
    erase_contact,
    erase_customer,
    known_by,
)
from zhike.domain.customers.services.extra_fields import add_extra_field, retire_extra_field
from zhike.domain.customers.services.revealing import reveal_contact, reveal_customer
from zhike.domain.customers.services.sharing import end_sharing_with, share_customer, unshare_customer
from zhike.domain.customers.services.tags import tag_customers, untag_customers
from zhike.domain.customers.services.undo import take_back
from zhike.domain.customers.services.values import ContactFields, CustomerFields, NeedsFields, fit
from zhike.domain.customers.services.withdrawal import withdraw_contacts, withdraw_customers

__all__ = [
    "ERASED_CONTACT",
    "ERASED_CUSTOMER",
    "ContactFields",
    "CustomerFields",
    "NeedsFields",
    "add_contact",
    "add_extra_field",
    "assign_customers",
    "blot_archive",
    "change_contact",
    "change_customer",
    "create_customer",
    "delete_customer",
    "end_sharing_with",
    "erase_contact",
    "erase_customer",
    "fit",
    "follow_to_department",
    "known_by",
    "remove_contact",
    "restore_contact",
    "restore_customer",
    "retire_extra_field",
    "reveal_contact",
    "reveal_customer",
    "save_needs_profile",
    "share_customer",
    "tag_customers",
    "take_back",
    "unshare_customer",
    "untag_customers",
    "upsert_contacts",
    "upsert_customers",
    "withdraw_contacts",
    "withdraw_customers",
]
