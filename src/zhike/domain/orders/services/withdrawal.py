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
from zhike.kernel import trail
from zhike.kernel.scope import Actor


@transaction.atomic
def withdraw_orders(applied: Sequence[Applied], *, actor: Actor, now: datetime) -> dict[int, str]:
    """Take back what a batch did, as far as the actor may change it, and mark the months; what came of each by id."""
    rows = Order.objects.unscoped("a batch is taken back as a whole").filter(
        pk__in=[each.object_id for each in applied]
    )
    before = set(rows.values_list("ordered_on", flat=True))
    outcomes = take_back(_ORDERS, applied, actor=actor, now=now)
    after: set[date] = set(rows.values_list("ordered_on", flat=True))
    mark_months(before | after)
    return outcomes


def withdraw_products(applied: Sequence[Applied], *, actor: Actor, now: datetime) -> dict[int, str]:
    """Take back what a batch did to products; those that still stand on an order stay."""
    return take_back(_PRODUCTS, applied, actor=actor, now=now)


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


def _told(order: Order, changes: trail.Changes) -> trail.Changes:
    """Lines are counted: what stood on them is with the batch."""
    return {name: [len(one) for one in pair] if name == "lines" else pair for name, pair in changes.items()}


_ORDERS = Keeping(
    model=Order,
    kind="order",
    told=_told,
    parts=((OrderLine, "order_id"),),
    put_back=_put_lines_back,
    special=frozenset({"lines"}),
    freshen=_freshen,
)
_PRODUCTS = Keeping(model=Product)
