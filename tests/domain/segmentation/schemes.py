"""Schemes that the tests of tiers speak of, and orders to be sorted by them."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.cast import NOW
from zhike.domain.customers.models import Customer
from zhike.domain.orders.models import Order
from zhike.domain.orders.services import mark_months
from zhike.domain.segmentation.models import SchemeVersion
from zhike.domain.segmentation.services import put_scheme

ABC: dict[str, Any] = {
    "key": "abc",
    "name": {"zh": "ABC 分级", "en": "ABC"},
    "method": "tiers",
    "tiers": [
        {
            "key": "a",
            "name": {"zh": "A 级", "en": "A"},
            "colour": "gold",
            "when": {"any": [["amount_365", ">=", 500000], ["is_strategic", "=", True]]},
        },
        {
            "key": "b",
            "name": {"zh": "B 级", "en": "B"},
            "when": {"all": [["amount_365", ">=", 100000], ["growth", ">", 0]]},
        },
        {"key": "c", "name": {"zh": "C 级", "en": "C"}, "when": ["amount_365", "<", 500000]},
    ],
}
RFM: dict[str, Any] = {"key": "rfm", "name": {"zh": "RFM 价值", "en": "RFM"}, "method": "rfm"}


def put(definition: dict[str, Any]) -> SchemeVersion:
    """Bring a scheme into force."""
    return put_scheme(definition=definition, actor=None, now=NOW)


def order(customer: Customer, day: date, yuan: int, *, number: str = "") -> Order:
    """An order, with its month marked as every write of orders does."""
    made = Order.objects.create(
        customer=customer,
        number=number or f"{customer.number}-{day}-{yuan}",
        ordered_on=day,
        amount_minor=yuan * 100,
        is_return=yuan < 0,
        created_at=NOW,
        changed_at=NOW,
    )
    mark_months([day])
    return made
