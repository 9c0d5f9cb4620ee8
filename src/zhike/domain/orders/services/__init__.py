"""Writes of orders: whole orders by the thousand, and the marks that tell the columnar copy what to read again."""

from zhike.domain.orders.services.months import mark_months
from zhike.domain.orders.services.stating import cancel_order, import_orders, state_orders
from zhike.domain.orders.services.upsert import upsert_orders
from zhike.domain.orders.services.withdrawal import withdraw_orders, withdraw_products

__all__ = [
    "cancel_order",
    "import_orders",
    "mark_months",
    "state_orders",
    "upsert_orders",
    "withdraw_orders",
    "withdraw_products",
]
