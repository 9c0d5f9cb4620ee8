"""Reads of orders: a customer's book, and what it adds up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from zhike.domain.orders.models import Order, OrderLine
from zhike.kernel.errors import NotFound
from zhike.kernel.scope import Actor, ScopedQuerySet

MOST_CATEGORIES = 8


@dataclass(frozen=True, slots=True)
class YearTotal:
    """A calendar year with a customer: orders, returns, and the net amount and cost in 分 (cost where it is known)."""

    year: int
    orders: int
    returns: int
    amount_minor: int
    cost_minor: int | None


@dataclass(frozen=True, slots=True)
class CategoryTotal:
    """What a customer bought of a category of products; amount in 分."""

    category: str
    products: int
    amount_minor: int


def present_orders(actor: Actor) -> ScopedQuerySet[Order]:
    """The orders that the actor may see, cancelled ones among them; those of deleted customers are left out."""
    return Order.objects.for_user(actor).filter(customer__deleted_at__isnull=True)


def with_lines(orders: QuerySet[Order]) -> QuerySet[Order]:
    """The same orders, their lines and products read along."""
    lines = OrderLine.objects.select_related("product").order_by("position")
    return orders.prefetch_related(Prefetch("lines", queryset=lines))


def order_file(actor: Actor, order_id: int) -> Order:
    """One order with its lines. Raises NotFound where there is none that the actor may see."""
    order = with_lines(present_orders(actor)).select_related("customer").filter(pk=order_id).first()
    if order is None:
        raise NotFound(_("There is no such order."))
    return order


def order_of(actor: Actor, *, number: str, customer_id: int, ordered_on: date) -> Order:
    """The order of that number, customer and day, with its lines. Raises NotFound."""
    rows = with_lines(present_orders(actor)).select_related("customer")
    order = rows.filter(number=number, customer_id=customer_id, ordered_on=ordered_on).first()
    if order is None:
        raise NotFound(_("There is no such order."))
    return order


def customers_of(order_ids: Iterable[int]) -> set[int]:
    """The customers of some orders."""
    rows = Order.objects.unscoped("whose figures have changed is no matter of who asks").filter(pk__in=list(order_ids))
    return set(rows.values_list("customer_id", flat=True))


def of_customer(actor: Actor, customer_id: int) -> QuerySet[Order]:
    """A customer's orders and returns with their lines, in no order; cancelled ones are left out."""
    return with_lines(_rows(actor, customer_id))


def totals_by_year(actor: Actor, customer_id: int) -> list[YearTotal]:
    """The years in which the customer bought, the latest first."""
    years = (
        _rows(actor, customer_id)
        .order_by()
        .annotate(year=ExtractYear("ordered_on"))
        .values("year")
        .annotate(
            orders=Count("pk", filter=Q(is_return=False)),
            returns=Count("pk", filter=Q(is_return=True)),
            amount_minor=Sum("amount_minor"),
            cost_minor=Sum("cost_minor"),
        )
    )
    return [YearTotal(**year) for year in years.order_by("-year")]


def totals_by_category(actor: Actor, customer_id: int) -> list[CategoryTotal]:
    """The categories of what the customer bought, the largest amount first."""
    lines: QuerySet[OrderLine] = OrderLine.objects.filter(order__in=_rows(actor, customer_id).values("pk"))
    categories = (
        lines.order_by()
        .values("product__category")
        .annotate(products=Count("product", distinct=True), total=Sum("amount_minor"))
        .order_by("-total")
    )
    return [
        CategoryTotal(row["product__category"], row["products"], row["total"]) for row in categories[:MOST_CATEGORIES]
    ]


def _rows(actor: Actor, customer_id: int) -> ScopedQuerySet[Order]:
    return Order.objects.for_user(actor).filter(customer_id=customer_id, cancelled_at__isnull=True)
