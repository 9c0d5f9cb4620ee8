"""The fields a file may fill, one table per kind: what the wizard, the command line and the guide show and accept."""

from __future__ import annotations

from typing import TypeAlias

from zhike.domain.imports.rules.fields.contacts import CONTACTS, ContactRow
from zhike.domain.imports.rules.fields.customers import CUSTOMERS, CustomerRow
from zhike.domain.imports.rules.fields.field import Field, FieldType, Form
from zhike.domain.imports.rules.fields.interactions import INTERACTIONS, InteractionRow
from zhike.domain.imports.rules.fields.orders import ORDERS, OrderRow

__all__ = ["FORMS", "AnyRow", "ContactRow", "CustomerRow", "Field", "FieldType", "Form", "InteractionRow", "OrderRow"]

#: What a row of any kind reads as.
AnyRow: TypeAlias = CustomerRow | ContactRow | OrderRow | InteractionRow

#: The kinds of file, by the values of `models.Kind`.
FORMS: dict[str, Form] = {
    "customers": CUSTOMERS,
    "contacts": CONTACTS,
    "orders": ORDERS,
    "interactions": INTERACTIONS,
}
