"""Taking back what a batch of an import did to orders and products."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from zhike.domain.imports.rules.changes import Applied
from zhike.domain.imports.services import Keeping, take_back
from zhike.domain.orders.models import Order, OrderLine, Product
from zhike.domain.orders.services.months import mark_months


@transaction.atomic
def withdraw_orders(applied: Sequence[Applied], *, now: datetime) -> dict[int, str]:
    """Take back what a batch did, and mark the months; what came of each by id."""
    rows = Order.objects.unscoped("a batch is taken back as a whole").filter(
        pk__in=[each.object_id for each in applied]
    )
    before = set(rows.values_list("ordered_on", flat=True))
    outcomes = take_back(_ORDERS, applied, now=now)
    after: set[date] = set(rows.values_list("ordered_on", flat=True))
    mark_months(before | after)
    return outcomes


def withdraw_products(applied: Sequence[Applied], *, now: datetime) -> dict[int, str]:
    """Take back what a batch did to products; those that still stand on an order stay."""
    return take_back(_PRODUCTS, applied, now=now)


def _freshen(order: Order, now: datetime) -> tuple[str, ...]:
    order.changed_at = now
    return ("changed_at",)


def _put_lines_back(order: Order, name: str, before: Any, after: Any) -> bool:
    lines = order.lines.order_by("position").values_list("product_id", "quantity", "amount_minor", "cost_minor")
    if [list(line) for line in lines] != [_line(line) for line in after]:
        return False
    order.lines.all().delete()
    OrderLine.objects.bulk_create(
        [
            OrderLine(
                order=order,
                position=position,
                product_id=product,
                quantity=quantity,
                amount_minor=amount,
                cost_minor=cost,
            )
            for position, (product, quantity, amount, cost) in enumerate(map(_line, before), 1)
        ]
    )
    return True


def _line(line: list[Any]) -> list[Any]:
    product, quantity, amount, cost = line
    return [product, Decimal(quantity), amount, cost]


_ORDERS = Keeping(
    model=Order,
    parts=((OrderLine, "order_id"),),
    put_back=_put_lines_back,
    special=frozenset({"lines"}),
    freshen=_freshen,
)
_PRODUCTS = Keeping(model=Product)
