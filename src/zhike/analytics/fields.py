"""The figures a condition may speak of: their names, kinds and labels. Free of engines, so that pages can import it."""

from collections.abc import Iterable, Mapping
from typing import Final

from zhike.kernel.conditions import Field, Kind
from zhike.kernel.errors import gettext_noop


def _by_key(fields: Iterable[Field]) -> Mapping[str, Field]:
    return {field.key: field for field in fields}


FIELDS: Final[Mapping[str, Field]] = _by_key(
    (
        Field("recency_days", Kind.WHOLE, gettext_noop("days since the last order")),
        Field("orders", Kind.WHOLE, gettext_noop("orders in the window")),
        Field("amount", Kind.MONEY, gettext_noop("amount in the window")),
        Field("returns", Kind.WHOLE, gettext_noop("returns in the window")),
        Field("margin", Kind.RATIO, gettext_noop("margin in the window")),
        Field("amount_365", Kind.MONEY, gettext_noop("yearly amount")),
        Field("amount_previous_365", Kind.MONEY, gettext_noop("amount of the year before")),
        Field("growth", Kind.RATIO, gettext_noop("yearly growth")),
        Field("orders_180", Kind.WHOLE, gettext_noop("orders in six months")),
        Field("orders_total", Kind.WHOLE, gettext_noop("orders so far")),
        Field("amount_total", Kind.MONEY, gettext_noop("amount so far")),
        Field("first_order_on", Kind.DATE, gettext_noop("first order")),
        Field("last_order_on", Kind.DATE, gettext_noop("last order")),
        Field("interactions_90", Kind.WHOLE, gettext_noop("contacts in 90 days")),
        Field("interactions_previous_90", Kind.WHOLE, gettext_noop("contacts in the 90 days before")),
        Field("customer_days", Kind.WHOLE, gettext_noop("days as a customer")),
        Field("cooperation_started_on", Kind.DATE, gettext_noop("start of cooperation")),
        Field("is_strategic", Kind.FLAG, gettext_noop("strategic customer")),
        Field("kind", Kind.TEXT, gettext_noop("kind of customer")),
        Field("lifecycle", Kind.TEXT, gettext_noop("lifecycle")),
        Field("industry", Kind.TEXT, gettext_noop("industry")),
        Field("region", Kind.TEXT, gettext_noop("region")),
        Field("source", Kind.TEXT, gettext_noop("source channel")),
    )
)
