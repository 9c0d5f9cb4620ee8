"""One customer from the database has the figures of the engine, and a condition asks for the same customers."""

from datetime import date, datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import NOW, Cast
from zhike.analytics.fields import FIELDS
from zhike.analytics.figures import CUSTOMERS, INTERACTIONS, ORDERS, figures
from zhike.domain.customers.models import Customer
from zhike.domain.interactions.models import Interaction
from zhike.domain.orders.models import Order
from zhike.domain.segmentation.queries import figures_of, matching
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.conditions import Compare, Kind, holds

AS_OF = date(2026, 3, 16)
DAYS = st.sampled_from([-1, 0, 1, 89, 90, 91, 179, 180, 181, 364, 365, 366, 729, 730, 731]).map(
    lambda days: AS_OF - timedelta(days=days)
)
ORDER = st.tuples(DAYS, st.booleans(), st.integers(0, 500), st.none() | st.integers(0, 400))
CONTACT = st.tuples(DAYS, st.booleans(), st.sampled_from([0, 12, 23]))


def on_engine(customer: Customer, orders: list[Any], contacts: list[Any], count_orders_by: Any) -> dict[str, Any]:
    person = {name: getattr(customer, name, None) or None for name in CUSTOMERS.names}
    person |= {"customer_id": customer.pk, "is_strategic": customer.strategic != ""}
    tables = [
        ibis.memtable(pa.Table.from_pylist(rows, schema=schema.to_pyarrow()))
        for rows, schema in (
            ([person], CUSTOMERS),
            ([dict(zip(ORDERS.names, (customer.pk, *row), strict=True)) for row in orders], ORDERS),
            (
                [dict(zip(INTERACTIONS.names, (customer.pk, *row), strict=True)) for row in contacts],
                INTERACTIONS,
            ),
        )
    ]
    engine = ibis.duckdb.connect()
    found = engine.to_pyarrow(figures(*tables, as_of=AS_OF, window_days=180, count_orders_by=count_orders_by))
    engine.disconnect()
    row: dict[str, Any] = found.to_pylist()[0]
    return row


@settings(max_examples=10, deadline=None)
@given(
    st.lists(ORDER, max_size=8),
    st.lists(CONTACT, max_size=6),
    st.sampled_from(["", "benchmark"]),
    st.none() | DAYS,
    st.sampled_from(["order", "day"]),
)
@pytest.mark.django_db
def test_the_database_and_the_engine_find_the_same_figures(
    orders: list[tuple[date, bool, int, int | None]],
    contacts: list[tuple[date, bool, int]],
    strategic: str,
    since: date | None,
    count_orders_by: Any,
) -> None:
    with transaction.atomic():
        customer = Customer.objects.create(
            number="C1", name="甲", strategic=strategic, cooperation_started_on=since, created_at=NOW, changed_at=NOW
        )
        signed = [(day, back, -amount if back else amount, cost) for day, back, amount, cost in orders]
        for place, (day, is_return, amount, cost) in enumerate(signed):
            Order.objects.create(
                customer=customer,
                number=str(place),
                ordered_on=day,
                is_return=is_return,
                amount_minor=amount,
                cost_minor=cost,
                created_at=NOW,
                changed_at=NOW,
            )
        for day, is_connected, hour in contacts:
            at = datetime(day.year, day.month, day.day, hour, 30, tzinfo=COMPANY_ZONE)
            Interaction.objects.create(
                customer=customer, occurred_at=at, channel="phone", is_connected=is_connected, created_at=NOW
            )
        found = figures_of(customer.pk, as_of=AS_OF, window_days=180, count_orders_by=count_orders_by)
        engine = on_engine(customer, signed, [contact[:2] for contact in contacts], count_orders_by)
        assert found == {key: engine[key] for key in FIELDS}
        for field in FIELDS.values():
            for operator in ("=", "!=", "<", "<=", ">", ">=", "in", "not in", "exists"):
                value = found[field.key] if found[field.key] is not None else EXAMPLES[field.kind]
                if operator in {"<", "<=", ">", ">="} and field.kind in (Kind.TEXT, Kind.FLAG):
                    continue
                asked: Any = {"exists": True, "in": (value,), "not in": (value,)}.get(operator, value)
                condition = Compare(field.key, operator, asked)
                everybody = Customer.objects.unscoped("a test")
                asked_for = matching(
                    everybody, condition, as_of=AS_OF, window_days=180, count_orders_by=count_orders_by
                )
                assert asked_for.exists() == holds(condition, found), condition
        transaction.set_rollback(True)


EXAMPLES = {
    Kind.WHOLE: 3,
    Kind.MONEY: 300,
    Kind.RATIO: 0.25,
    Kind.DATE: AS_OF,
    Kind.TEXT: "company",
    Kind.FLAG: True,
}


def test_cancelled_orders_count_for_nothing(cast: Cast) -> None:
    order = {"customer": cast.tide, "ordered_on": AS_OF, "created_at": NOW, "changed_at": NOW}
    Order.objects.create(number="1", amount_minor=700, **order)
    Order.objects.create(number="2", amount_minor=900, cancelled_at=NOW, **order)
    found = figures_of(cast.tide.pk, as_of=AS_OF, window_days=365)
    assert (found["orders"], found["amount"]) == (1, 700)
