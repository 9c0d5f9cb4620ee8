"""One row per customer, as of a day: windows are half-open and nothing without data is 0."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest

from zhike.analytics.fields import FIELDS
from zhike.analytics.figures import CUSTOMERS, INTERACTIONS, ORDERS, figures

AS_OF = date(2026, 3, 16)


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def customer(number: int, **given: Any) -> dict[str, Any]:
    usual = dict.fromkeys(CUSTOMERS.names) | {"customer_id": number, "kind": "company", "is_strategic": False}
    return usual | given


def order(customer_id: int, day: str, amount: int, *, cost: int | None = None, is_return: bool = False) -> list[Any]:
    return [customer_id, date.fromisoformat(day), is_return, amount, cost]


def table(rows: list[Any], schema: Any) -> Any:
    plain = [row if isinstance(row, dict) else dict(zip(schema.names, row, strict=True)) for row in rows]
    return ibis.memtable(pa.Table.from_pylist(plain, schema=schema.to_pyarrow()))


def figures_of(engine: Any, orders: list[Any], interactions: list[Any] | None = None, **given: Any) -> dict[str, Any]:
    wide = figures(
        table([customer(1, **given.pop("customer", {}))], CUSTOMERS),
        table(orders, ORDERS),
        table(interactions or [], INTERACTIONS),
        as_of=given.pop("as_of", AS_OF),
        **given,
    )
    rows: list[dict[str, Any]] = engine.to_pyarrow(wide).to_pylist()
    assert len(rows) == 1
    return rows[0]


def test_every_figure_that_a_condition_may_name_is_a_column(engine: Any) -> None:
    assert set(figures_of(engine, [])) == {"customer_id", *FIELDS}


def test_a_customer_without_orders_has_counts_of_zero_and_no_other_figure(engine: Any) -> None:
    found = figures_of(engine, [])
    assert {key for key in ("orders", "orders_180", "orders_total", "returns") if found[key] == 0} == {
        "orders",
        "orders_180",
        "orders_total",
        "returns",
    }
    unknown = ("recency_days", "amount", "amount_365", "growth", "margin", "first_order_on", "last_order_on")
    assert all(found[key] is None for key in unknown)


def test_recency_looks_at_all_history_but_the_window_only_at_its_days(engine: Any) -> None:
    found = figures_of(engine, [order(1, "2020-01-01", 500)])
    assert found["recency_days"] == (AS_OF - date(2020, 1, 1)).days
    assert (found["orders"], found["amount"], found["amount_total"]) == (0, 0, 500)


@pytest.mark.parametrize(
    ("day", "counted"),
    [("2026-03-16", True), ("2026-03-17", False), ("2025-03-17", True), ("2025-03-16", False)],
    ids=["the day itself", "the day after", "the first day of the window", "the day before the window"],
)
def test_a_window_of_365_days_ends_with_the_day_asked_for(engine: Any, day: str, counted: bool) -> None:
    assert figures_of(engine, [order(1, day, 100)])["orders"] == int(counted)


def test_orders_after_the_day_are_as_if_they_were_not_there(engine: Any) -> None:
    before = figures_of(engine, [order(1, "2026-03-01", 100)])
    assert figures_of(engine, [order(1, "2026-03-01", 100), order(1, "2026-03-17", 900)]) == before


def test_a_return_lowers_the_amount_and_is_no_order(engine: Any) -> None:
    found = figures_of(engine, [order(1, "2026-03-01", 1000), order(1, "2026-03-10", -300, is_return=True)])
    assert (found["orders"], found["returns"], found["amount"], found["recency_days"]) == (1, 1, 700, 15)


def test_orders_of_one_day_count_once_where_the_scheme_says_so(engine: Any) -> None:
    orders = [order(1, "2026-03-01", 100), order(1, "2026-03-01", 200), order(1, "2026-03-02", 300)]
    assert figures_of(engine, orders)["orders"] == 3
    assert figures_of(engine, orders, count_orders_by="day")["orders"] == 2


@pytest.mark.parametrize(
    ("now", "before", "growth"),
    [(120, 100, 0.2), (100, 100, 0.0), (0, 100, -1.0), (100, 0, None), (100, -50, None), (110, 100, 0.1)],
)
def test_growth_is_exact_and_unknown_without_a_year_to_compare_with(
    engine: Any, now: int, before: int, growth: float | None
) -> None:
    orders = [order(1, "2026-01-01", now), order(1, "2025-01-01", before)]
    assert figures_of(engine, orders)["growth"] == growth


def test_margin_speaks_only_of_orders_whose_cost_is_known(engine: Any) -> None:
    orders = [order(1, "2026-03-01", 1000, cost=750), order(1, "2026-03-02", 9000)]
    assert figures_of(engine, orders)["margin"] == 0.25
    assert figures_of(engine, orders[1:])["margin"] is None


def test_contacts_count_when_they_came_about(engine: Any) -> None:
    spoken = [
        [1, date(2026, 3, 16), True],
        [1, date(2025, 12, 17), True],
        [1, date(2025, 12, 16), True],
        [1, date(2025, 9, 17), True],
        [1, date(2026, 3, 1), False],
    ]
    found = figures_of(engine, [], spoken)
    assert (found["interactions_90"], found["interactions_previous_90"]) == (2, 1)


def test_days_as_a_customer_are_unknown_before_the_cooperation_starts(engine: Any) -> None:
    assert figures_of(engine, [], customer={"cooperation_started_on": date(2026, 3, 6)})["customer_days"] == 10
    assert figures_of(engine, [], customer={"cooperation_started_on": date(2026, 4, 1)})["customer_days"] is None
