"""Rows by the thousand, past the model instances."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from tests.cast import NOW, Cast
from zhike.domain.orders.models import Order, OrderLine, Product
from zhike.kernel.bulk import insert_rows, reserve_ids, update_rows

FIELDS = (
    "id",
    "number",
    "customer",
    "ordered_on",
    "is_return",
    "amount_minor",
    "cost_minor",
    "created_at",
    "changed_at",
)


def insert(cast: Cast, count: int) -> list[int]:
    with transaction.atomic():
        ids = list(reserve_ids(Order, count))
        insert_rows(
            Order,
            (*FIELDS, "channel"),
            [(pk, f"N{pk}", cast.tide.pk, date(2026, 2, 28), False, 5, None, NOW, NOW, "") for pk in ids],
        )
    return ids


def test_rows_come_back_as_the_model_knows_them(cast: Cast) -> None:
    (pk,) = insert(cast, 1)
    order = Order.objects.unscoped("a test").get(pk=pk)
    assert (order.number, order.ordered_on, order.changed_at, order.cost_minor) == (
        f"N{pk}",
        date(2026, 2, 28),
        NOW,
        None,
    )


def test_reserved_ids_are_never_given_twice(cast: Cast) -> None:
    first, second = insert(cast, 3), insert(cast, 3)
    later = Order.objects.create(
        customer=cast.tide, number="L", ordered_on=NOW.date(), amount_minor=1, created_at=NOW, changed_at=NOW
    )
    assert len({*first, *second, later.pk}) == 7


def test_decimals_keep_their_value(cast: Cast) -> None:
    (pk,) = insert(cast, 1)
    product = Product.objects.create(code="P", name="P")
    with transaction.atomic():
        insert_rows(
            OrderLine,
            ("order", "position", "product", "quantity", "amount_minor", "cost_minor"),
            [(pk, 1, product.pk, Decimal("12.500"), 10, 4)],
        )
    assert OrderLine.objects.get(order_id=pk).quantity == Decimal("12.5")


def test_only_the_named_fields_are_updated(cast: Cast) -> None:
    cast.tide.name, cast.tide.region = "海浪", "华东"
    with transaction.atomic():
        update_rows(type(cast.tide), ["region"], [cast.tide])
    cast.tide.refresh_from_db()
    assert (cast.tide.name, cast.tide.region) == ("海潮贸易有限公司", "华东")


@pytest.mark.django_db(transaction=True)
def test_ids_are_reserved_inside_a_transaction_only() -> None:
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError):
        reserve_ids(Order, 1)
