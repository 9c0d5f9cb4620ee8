"""The figures of customers straight from the database: of one at once, or as columns that a condition can ask about.

The same figures as `analytics.figures` computes for everybody on the engine; a test holds the two equal.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import Any, Final

from django.apps import apps
from django.db.models import (
    Aggregate,
    BooleanField,
    Case,
    Count,
    DateField,
    F,
    FloatField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, NullIf

from zhike.domain.customers.models import Customer
from zhike.domain.orders.models import Order
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.conditions import AllOf, AnyOf, Compare, Condition, Scalar, used_fields

PREFIX: Final = "figure_"
ATTRIBUTES: Final = ("kind", "lifecycle", "industry", "region", "source")
COUNTS: Final = ("orders", "returns", "orders_180", "orders_total")
RATIOS: Final = {"growth": ("amount_365", "amount_previous_365"), "margin": ("costed_amount", "cost")}
BEHIND: Final = {"recency_days": "last_order_on", "customer_days": "customer_since"}
FLIPPED: Final = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=", "in": "in", "not in": "not in"}


def figures_of(
    customer_id: int, *, as_of: date, window_days: int, count_orders_by: str = "order"
) -> dict[str, Scalar | None]:
    """The figures of one customer at the end of the day `as_of`, by their keys in `analytics.fields`.

    Raises Customer.DoesNotExist.
    """
    customer = Customer.objects.unscoped("figures know no reader").get(pk=customer_id)
    bought = _orders(as_of).filter(customer_id=customer_id)
    found: dict[str, Any] = bought.aggregate(**_order_figures(as_of, window_days, count_orders_by))
    spoken = _contacts().filter(customer_id=customer_id).aggregate(**_contact_figures(as_of))
    last, since = found["last_order_on"], customer.cooperation_started_on
    cost, costed = found.pop("cost"), found.pop("costed_amount")
    return {
        **{name: getattr(customer, name) or None for name in ATTRIBUTES},
        "is_strategic": customer.strategic != "",
        "cooperation_started_on": since,
        "customer_days": (as_of - since).days if since and since <= as_of else None,
        **found,
        **spoken,
        "recency_days": (as_of - last).days if last else None,
        "growth": _growth(found["amount_365"], found["amount_previous_365"]),
        "margin": (costed - cost) / costed if costed and costed > 0 else None,
    }


def matching(
    customers: QuerySet[Customer],
    condition: Condition,
    *,
    as_of: date,
    window_days: int = 365,
    count_orders_by: str = "order",
) -> QuerySet[Customer]:
    """Those of the customers of whom the condition is true."""
    asked = _columns(used_fields(condition), as_of, window_days, count_orders_by)
    return customers.annotate(**asked).filter(_query(condition, as_of))


def _growth(now: int | None, before: int | None) -> float | None:
    return (now - before) / before if now is not None and before is not None and before > 0 else None


def _orders(as_of: date) -> QuerySet[Order]:
    valid = Order.objects.unscoped("figures know no reader").filter(cancelled_at__isnull=True)
    return valid.filter(ordered_on__lte=as_of)


def _contacts() -> QuerySet[Any]:
    # By name, as foreign keys are: contacts come later in the story than tiers.
    rows: QuerySet[Any] = apps.get_model("interactions", "Interaction").objects.unscoped("figures know no reader")
    return rows.filter(is_connected=True)


def _order_figures(as_of: date, window_days: int, count_orders_by: str) -> dict[str, Aggregate | Coalesce]:
    def since(days: int) -> Q:
        return Q(ordered_on__gt=as_of - timedelta(days=days))

    def orders(when: Q) -> Aggregate:
        what = "ordered_on" if count_orders_by == "day" else "pk"
        return Count(what, filter=when & Q(is_return=False), distinct=count_orders_by == "day")

    def amount(when: Q) -> Coalesce:
        # 0 where there were orders but none in the window, nothing where there never was any.
        return Coalesce(Sum("amount_minor", filter=when), Sum("amount_minor") * 0)

    costed = since(window_days) & Q(cost_minor__isnull=False)
    return {
        "first_order_on": Min("ordered_on", filter=Q(is_return=False)),
        "last_order_on": Max("ordered_on", filter=Q(is_return=False)),
        "orders": orders(since(window_days)),
        "orders_180": orders(since(180)),
        "orders_total": orders(Q()),
        "returns": Count("pk", filter=since(window_days) & Q(is_return=True)),
        "amount": amount(since(window_days)),
        "amount_365": amount(since(365)),
        "amount_previous_365": amount(since(730) & ~since(365)),
        "amount_total": Sum("amount_minor"),
        "costed_amount": Sum("amount_minor", filter=costed),
        "cost": Sum("cost_minor", filter=costed),
    }


def _contact_figures(as_of: date) -> dict[str, Aggregate]:
    def after(days: int) -> datetime:
        return datetime.combine(as_of - timedelta(days=days - 1), time(), COMPANY_ZONE)

    return {
        "interactions_90": Count("pk", filter=Q(occurred_at__gte=after(90), occurred_at__lt=after(0))),
        "interactions_previous_90": Count("pk", filter=Q(occurred_at__gte=after(180), occurred_at__lt=after(90))),
    }


def _columns(fields: Iterable[str], as_of: date, window_days: int, count_orders_by: str) -> dict[str, Any]:
    """The annotations that a condition on these fields asks about, each after those it is made of."""

    def of_each(rows: QuerySet[Any], expression: Any) -> Subquery:
        mine = rows.filter(customer_id=OuterRef("pk")).order_by().values("customer_id")
        return Subquery(mine.annotate(of_mine=expression).values("of_mine"))

    from_orders = _order_figures(as_of, window_days, count_orders_by)
    from_contacts = _contact_figures(as_of)
    columns: dict[str, Any] = {}
    for field in fields:
        name = BEHIND.get(field, field)
        for part in (*RATIOS.get(name, ()), name):
            if part in from_orders:
                column: Any = of_each(_orders(as_of), from_orders[part])
                columns[PREFIX + part] = Coalesce(column, 0) if part in COUNTS else column
            elif part in from_contacts:
                columns[PREFIX + part] = Coalesce(of_each(_contacts(), from_contacts[part]), 0)
            else:
                columns[PREFIX + part] = _own_column(part, as_of)
    return columns


def _own_column(name: str, as_of: date) -> Any:
    match name:
        case "is_strategic":
            is_none = When(strategic="", then=Value(value=False))
            return Case(is_none, default=Value(value=True), output_field=BooleanField())
        case "customer_since":
            return Case(
                When(cooperation_started_on__lte=as_of, then=F("cooperation_started_on")), output_field=DateField()
            )
        case "cooperation_started_on":
            return F(name)
        case "growth":
            before = PREFIX + "amount_previous_365"
            return _ratio(F(PREFIX + "amount_365") - F(before), before)
        case "margin":
            costed = PREFIX + "costed_amount"
            return _ratio(F(costed) - F(PREFIX + "cost"), costed)
        case _:
            return NullIf(F(name), Value(""))


def _ratio(part: Any, whole: str) -> Case:
    share = Cast(part, FloatField()) / Cast(F(whole), FloatField())
    return Case(When(**{f"{whole}__gt": 0}, then=share), output_field=FloatField())


def _query(condition: Condition, as_of: date) -> Q:
    match condition:
        case AllOf(parts):
            return reduce(operator.and_, (_query(part, as_of) for part in parts), Q())
        case AnyOf(parts):
            return reduce(operator.or_, (_query(part, as_of) for part in parts))
        case Compare(field, sign, value) if field in BEHIND and sign != "exists":
            days = value if isinstance(value, tuple) else (value,)
            dates = tuple(as_of - timedelta(days=int(each)) for each in days)  # type: ignore[arg-type]
            return _comparison(_column(field), FLIPPED[sign], dates if isinstance(value, tuple) else dates[0])
        case Compare(field, sign, value):
            return _comparison(_column(field), sign, value)


def _column(field: str) -> str:
    return PREFIX + BEHIND.get(field, field)


def _comparison(column: str, sign: str, value: Any) -> Q:
    known = Q(**{f"{column}__isnull": False})
    match sign:
        case "exists":
            return known if value else ~known
        case "=":
            return Q(**{column: value})
        case "!=":
            return known & ~Q(**{column: value})
        case "in":
            return Q(**{f"{column}__in": value})
        case "not in":
            return known & ~Q(**{f"{column}__in": value})
        case _:
            lookup = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}[sign]
            return Q(**{f"{column}__{lookup}": value})
