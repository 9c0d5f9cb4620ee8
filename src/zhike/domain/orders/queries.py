"""Reads of orders: a customer's book, and what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from zhike.domain.orders.models import Order, OrderLine
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


def of_customer(actor: Actor, customer_id: int) -> ScopedQuerySet[Order]:
    """A customer's orders and returns with their lines, in no order; cancelled ones are left out."""
    lines = OrderLine.objects.select_related("product").order_by("position")
    return _rows(actor, customer_id).prefetch_related(Prefetch("lines", queryset=lines))


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
