"""Whole orders by the thousand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import Permission, SystemActor
from zhike.domain.imports.rules.changes import Upserted
from zhike.domain.imports.rules.problems import Problem
from zhike.domain.orders.models import ChangedMonth, Order, OrderLine, Product
from zhike.domain.orders.rules import LineDraft, OrderDraft
from zhike.domain.orders.services import upsert_orders
from zhike.kernel.scope import Actor

MARCH = date(2026, 3, 1)


def draft(
    customer_id: int, number: str = "A1", on: date = MARCH, amount: int = 1000, cost: int | None = None
) -> OrderDraft:
    lines = (LineDraft("P1", "剪刀", "办公", Decimal(2), amount, cost),)
    return OrderDraft(customer_id, number, on, amount < 0, amount, cost, None, lines)


def upsert(*drafts: OrderDraft, actor: Actor | None = None) -> Upserted:
    return upsert_orders(drafts, actor=actor or SystemActor(), now=NOW)


def orders() -> list[tuple[str, int, date, int]]:
    rows = Order.objects.unscoped("a test").order_by("pk")
    return list(rows.values_list("number", "customer_id", "ordered_on", "amount_minor"))


def revisions() -> dict[str, int]:
    return dict(ChangedMonth.objects.values_list("month", "revision"))


def test_a_new_order_is_made_with_its_lines_product_and_month(cast: Cast) -> None:
    done = upsert(draft(cast.tide.pk))
    assert (done.created, done.updated, done.unchanged) == (1, 0, 0)
    assert orders() == [("A1", cast.tide.pk, MARCH, 1000)]
    line = OrderLine.objects.select_related("product").get()
    assert (line.position, line.quantity, line.product.name, line.product.category) == (
        1,
        Decimal(2),
        "剪刀",
        "办公",
    )
    assert set(revisions()) == {"2026-03"}


def test_the_same_order_again_changes_nothing(cast: Cast) -> None:
    upsert(draft(cast.tide.pk))
    before = revisions()
    done = upsert(draft(cast.tide.pk))
    assert (done.created, done.updated, done.unchanged, done.changes) == (0, 0, 1, [])
    assert revisions() == before


def test_a_different_order_replaces_the_former_and_says_what_it_was(cast: Cast) -> None:
    upsert(draft(cast.tide.pk))
    before = revisions()
    done = upsert(draft(cast.tide.pk, amount=1500))
    assert done.updated == 1
    assert orders() == [("A1", cast.tide.pk, MARCH, 1500)]
    (change,) = done.changes
    assert change.before is not None
    assert change.before["amount_minor"] == 1000
    assert OrderLine.objects.get().amount_minor == 1500
    assert set(revisions()) == {"2026-03"}
    assert revisions() != before


def test_the_same_number_on_another_day_is_another_order(cast: Cast) -> None:
    upsert(draft(cast.tide.pk))
    before = revisions()
    assert upsert(draft(cast.tide.pk, on=MARCH - timedelta(days=1), amount=300)).created == 1
    assert orders() == [("A1", cast.tide.pk, MARCH, 1000), ("A1", cast.tide.pk, date(2026, 2, 28), 300)]
    assert set(revisions()) == {"2026-02", "2026-03"}
    assert revisions()["2026-03"] == before["2026-03"]


def test_a_number_that_several_customers_use_is_an_order_of_each(cast: Cast) -> None:
    both = (draft(cast.tide.pk, amount=100), draft(cast.southern.pk, amount=200))
    assert upsert(*both).created == 2
    assert upsert(*both).unchanged == 2
    upsert(draft(cast.southern.pk, amount=250))
    assert orders() == [("A1", cast.tide.pk, MARCH, 100), ("A1", cast.southern.pk, MARCH, 250)]


def test_no_order_takes_the_number_of_another_customers_order_away(cast: Cast) -> None:
    upsert(draft(cast.tide.pk))
    assert upsert(draft(cast.southern.pk, amount=300)).created == 1
    assert orders() == [("A1", cast.tide.pk, MARCH, 1000), ("A1", cast.southern.pk, MARCH, 300)]


class Undone(Exception):
    """Ends a transaction of which nothing is to stay."""


def came_to(files: list[list[OrderDraft]]) -> set[tuple[str, int, date, int]]:
    """The orders that these files come to one after the other, in a transaction that is taken back."""
    try:
        with transaction.atomic():
            for file in files:
                upsert(*file)
            found = orders()
            raise Undone
    except Undone:
        return set(found)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_split_of_a_file_in_any_order_and_repeated_comes_to_the_same(cast: Cast, data: st.DataObject) -> None:
    customers = st.sampled_from([cast.tide.pk, cast.southern.pk, cast.precision.pk])
    days = st.sampled_from([MARCH, MARCH + timedelta(days=1), MARCH - timedelta(days=1)])
    keys = data.draw(st.lists(st.tuples(customers, st.sampled_from(["A1", "A2"]), days), unique=True, min_size=1))
    whole = [draft(*key, amount=(index + 1) * 100) for index, key in enumerate(keys)]
    part_of = data.draw(st.lists(st.integers(0, 3), min_size=len(whole), max_size=len(whole)))
    parts = [[order for order, part in zip(whole, part_of, strict=True) if part == number] for number in range(4)]
    sequence = data.draw(st.permutations([*range(4), *data.draw(st.lists(st.integers(0, 3), max_size=4))]))
    assert came_to([parts[number] for number in sequence]) == came_to([whole])


def test_costs_that_are_not_stated_stay(cast: Cast) -> None:
    upsert(draft(cast.tide.pk, cost=600))
    assert upsert(draft(cast.tide.pk)).unchanged == 1
    assert Order.objects.unscoped("a test").get().cost_minor == 600


def test_nobody_takes_an_order_from_somebody_elses_customer(cast: Cast) -> None:
    upsert(draft(cast.southern.pk))
    done = upsert(draft(cast.tide.pk), actor=cast.sun)
    assert done.created == 1
    assert orders() == [("A1", cast.southern.pk, MARCH, 1000), ("A1", cast.tide.pk, MARCH, 1000)]
    refused = upsert(draft(cast.southern.pk, amount=1), actor=cast.sun).refused
    assert refused == {0: ("number", Problem("order_out_of_reach"))}


def test_a_bare_product_gets_the_first_name_that_comes_and_keeps_it(cast: Cast) -> None:
    Product.objects.create(code="P1", name="P1")
    upsert(draft(cast.tide.pk))
    upsert(draft(cast.tide.pk, number="A2")._replace(lines=(LineDraft("P1", "大剪刀", "", Decimal(1), 1, None),)))
    product = Product.objects.get()
    assert (product.name, product.category) == ("剪刀", "办公")


@pytest.mark.parametrize("count", [1, 300])
def test_many_orders_take_no_more_queries_than_one(
    cast: Cast, django_assert_max_num_queries: object, count: int
) -> None:
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        upsert(*(draft(cast.tide.pk, number=f"N{index}") for index in range(count)))


def test_who_may_only_create_orders_changes_none_that_is_there(cast: Cast) -> None:
    Permission.objects.filter(role__key="account_manager", kind="order", action="edit").delete()
    upsert(draft(cast.precision.pk))
    done = upsert(draft(cast.precision.pk, amount=2000), draft(cast.precision.pk, "A2"), actor=cast.li)
    assert (done.created, done.refused) == (1, {0: ("number", Problem("order_out_of_reach"))})
    assert [amount for *_order, amount in orders()] == [1000, 1000]
