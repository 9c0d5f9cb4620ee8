"""The wide table of figures: one row per customer, everything that schemes, segments and signals look at.

Every figure is of the state at the end of the day `as_of`: later orders and contacts are as if they weren't there.
A window of n days is (as_of − n, as_of]. Counts of nothing are 0; whatever else has no data is null, never 0 nor NaN.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final, Literal

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

CUSTOMERS: Final = ibis.schema(
    {
        "customer_id": "int64",
        "kind": "string",
        "is_strategic": "boolean",
        "lifecycle": "string",
        "industry": "string",
        "region": "string",
        "source": "string",
        "cooperation_started_on": "date",
    }
)
ORDERS: Final = ibis.schema(
    {
        "customer_id": "int64",
        "ordered_on": "date",
        "is_return": "boolean",
        "amount_minor": "int64",
        "cost_minor": "int64",
    }
)
INTERACTIONS: Final = ibis.schema({"customer_id": "int64", "occurred_on": "date", "is_connected": "boolean"})
COUNTS: Final = ("orders", "returns", "orders_180", "orders_total", "interactions_90", "interactions_previous_90")


def figures(
    customers: ir.Table,
    orders: ir.Table,
    interactions: ir.Table,
    *,
    as_of: date,
    window_days: int = 365,
    count_orders_by: Literal["order", "day"] = "order",
) -> ir.Table:
    """One row per row of `customers`, its columns as in `analytics.fields` and `customer_id` first.

    `customers`, `orders` and `interactions` have the columns of CUSTOMERS, ORDERS and INTERACTIONS; `amount_minor` is
    net and negative for returns, cancelled orders are not among them. Amounts are whole 分.
    """
    bought = order_figures(orders, as_of=as_of, window_days=window_days, count_orders_by=count_orders_by)
    spoken = interaction_figures(interactions, as_of=as_of)
    joined = customers.left_join(bought, "customer_id").drop("customer_id_right")
    joined = joined.left_join(spoken, "customer_id").drop("customer_id_right")
    since = joined.cooperation_started_on
    today = _day(as_of)
    return joined.mutate(
        recency_days=today.delta(joined.last_order_on, unit="day").cast("int64"),
        customer_days=ibis.ifelse(since <= today, today.delta(since, unit="day"), ibis.null()).cast("int64"),
        growth=_ratio(joined.amount_365 - joined.amount_previous_365, joined.amount_previous_365),
        margin=_ratio(joined.costed_amount - joined.cost, joined.costed_amount),
        **{count: joined[count].fill_null(0) for count in COUNTS},
    ).drop("costed_amount", "cost")


def order_figures(
    orders: ir.Table, *, as_of: date, window_days: int, count_orders_by: Literal["order", "day"]
) -> ir.Table:
    """The figures that come from orders and returns up to `as_of`, one row per customer that has any."""
    past = orders.filter(orders.ordered_on <= _day(as_of))
    bought = ~past.is_return
    in_window = past.ordered_on > _day(as_of - timedelta(days=window_days))
    this_year = past.ordered_on > _day(as_of - timedelta(days=365))
    year_before = ~this_year & (past.ordered_on > _day(as_of - timedelta(days=730)))
    half_year = past.ordered_on > _day(as_of - timedelta(days=180))
    costed = in_window & past.cost_minor.notnull()

    def orders_where(condition: Any) -> Any:
        if count_orders_by == "day":
            return past.ordered_on.nunique(where=bought & condition)
        return past.count(where=bought & condition)

    return past.group_by("customer_id").aggregate(
        first_order_on=past.ordered_on.min(where=bought),
        last_order_on=past.ordered_on.max(where=bought),
        orders=orders_where(in_window),
        orders_180=orders_where(half_year),
        orders_total=orders_where(ibis.literal(value=True)),
        returns=past.count(where=past.is_return & in_window),
        amount=past.amount_minor.sum(where=in_window).fill_null(0),
        amount_365=past.amount_minor.sum(where=this_year).fill_null(0),
        amount_previous_365=past.amount_minor.sum(where=year_before).fill_null(0),
        amount_total=past.amount_minor.sum(),
        costed_amount=past.amount_minor.sum(where=costed),
        cost=past.cost_minor.sum(where=costed),
    )


def interaction_figures(interactions: ir.Table, *, as_of: date) -> ir.Table:
    """Contacts that came about in the last 90 days and in the 90 before, one row per customer that has any."""
    begin, middle = as_of - timedelta(days=180), as_of - timedelta(days=90)
    past = interactions.filter(
        interactions.is_connected, interactions.occurred_on <= _day(as_of), interactions.occurred_on > _day(begin)
    )
    is_recent = past.occurred_on > _day(middle)
    return past.group_by("customer_id").aggregate(
        interactions_90=past.count(where=is_recent), interactions_previous_90=past.count(where=~is_recent)
    )


def _day(day: date) -> Any:
    return ibis.date(day.year, day.month, day.day)


def _ratio(part: Any, whole: Any) -> Any:
    # Both sides are whole numbers: one division, so that 120 against 100 is exactly 0.2.
    return ibis.ifelse(whole > 0, part.cast(dt.float64) / whole.cast(dt.float64), ibis.null(dt.float64))
