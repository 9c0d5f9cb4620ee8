"""Fills a migrated database with customers and orders, the same for the same seed, as fast as the disk takes them.

    DATABASE_URL=… python -m benchmarks.make_set --customers 1000000 --orders 10000000
    DATABASE_URL=… python -m benchmarks.make_set --more-orders 100000 --day 2026-01-02

Three years of orders up to `--day`: one customer in five buys often, most rarely, some only long ago; one order in
forty is a return. Without a DATABASE_URL the data goes to ZHIKE_HOME, as everywhere.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import django
import duckdb
from django.db import connection, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.config.settings")
django.setup()

from zhike.domain.accounts.models import User  # noqa: E402
from zhike.domain.orders.services.months import mark_months  # noqa: E402
from zhike.warehouse import copy, source  # noqa: E402

CUSTOMERS = """
INSERT INTO target.customers_customer (id, number, external_id, kind, name, industry, main_business, region, address,
    credit_code, source, lifecycle, strategic, payment_method, cooperation_started_on, owner_id, department_id, extra,
    note, search_text, token, created_at, changed_at, uuid, name_index)
SELECT {first} + n,
    'C' || strftime(DATE '2020-01-01' + INTERVAL (n % 2000) DAY, '%Y%m') || lpad(CAST({first} + n AS VARCHAR), 8, '0'),
    'B' || CAST({first} + n AS VARCHAR), CASE WHEN n % 10 = 0 THEN 'person' ELSE 'company' END,
    '基准客户' || CAST({first} + n AS VARCHAR), ['C34', 'F51', 'I65', 'J66'][1 + n % 4], '',
    ['上海', '广州', '北京', '成都'][1 + n % 4], '',
    '', 'online', 'active', CASE WHEN hash(n + {salts[0]}) % 500 = 0 THEN 'key_project' ELSE '' END, '',
    DATE '2020-01-01' + INTERVAL (n % 2000) DAY, {owners}[1 + n % len({owners})],
    {departments}[1 + n % len({departments})],
    '{{}}', '', '', '', TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 00:00:00',
    md5('customer ' || CAST({first} + n AS VARCHAR)), ''
FROM range({count}) r(n)
"""
ORDERS = """
INSERT INTO target.orders_order (id, customer_id, number, ordered_on, is_return, amount_minor, cost_minor, channel,
    created_at, changed_at)
SELECT {first} + n, customer, 'B' || CAST({first} + n AS VARCHAR), day, is_return,
    CASE WHEN is_return THEN -amount ELSE amount END, CASE WHEN is_return THEN -amount ELSE amount END * 7 // 10, '',
    TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 00:00:00'
FROM (
    SELECT n, day, hash(n + {salts[3]}) % 40 = 0 AS is_return,
        CAST(1000 + hash(n + {salts[4]}) % 4000 * (1 + customer % 97) * 25 AS BIGINT) AS amount, customer
    FROM (
        SELECT n, {day} AS day,
            {first_customer} + CAST(
                floor(pow(hash(n + {salts[1]}) / 18446744073709551616.0, 1.6) * {customers}) AS BIGINT
            ) AS customer
        FROM range({count}) r(n)
    )
)
ORDER BY n
"""
SPREAD = "DATE '{day}' - CAST(floor(pow(hash(n + {salts[2]}) / 18446744073709551616.0, 1.3) * 1095) AS INTEGER)"
MONTHS = """
SELECT strftime(ordered_on, '%Y-%m') FROM target.orders_order WHERE id >= {first} GROUP BY 1 ORDER BY 1
"""


def fill(*, customers: int, orders: int, day: date, seed: int = 7) -> None:
    """Add customers (owned in turn by everybody who works here) and their orders over three years up to `day`."""
    people = list(User.objects.filter(is_active=True).order_by("pk"))
    with _bulk_connection() as target:
        first = _next_id(target, "customers_customer")
        target.execute(
            CUSTOMERS.format(
                first=first,
                count=customers,
                salts=_salts(seed),
                owners=[person.pk for person in people],
                departments=str([person.department_id for person in people]).replace("None", "NULL"),
            )
        )
        spread = SPREAD.format(day=day.isoformat(), salts=_salts(seed))
        months = _orders(
            target, count=orders, first_customer=first, customers=customers, day=spread, salts=_salts(seed)
        )
    _mark(months)


def add_orders(*, count: int, day: date, seed: int = 11) -> None:
    """Add orders of one day, spread over the customers there are."""
    with _bulk_connection(keep_indexes=True) as target:
        row = target.execute("SELECT min(id), count(*) FROM target.customers_customer").fetchone()
        first, customers = row or (1, 0)
        on = f"DATE '{day.isoformat()}'"
        months = _orders(target, count=count, first_customer=first, customers=customers, day=on, salts=_salts(seed))
    _mark(months)


def _orders(target: duckdb.DuckDBPyConnection, **words: Any) -> list[str]:
    first = _next_id(target, "orders_order")
    target.execute(ORDERS.format(first=first, **words))
    return [month for (month,) in target.execute(MONTHS.format(first=first)).fetchall()]


def _next_id(target: duckdb.DuckDBPyConnection, table: str) -> int:
    row = target.execute(f"SELECT coalesce(max(id), 0) + 1 FROM target.{table}").fetchone()
    return int(row[0]) if row else 1


def _salts(seed: int) -> list[int]:
    """Far apart, so that the hashes of one row under different salts have nothing to do with each other."""
    return [(seed * 5 + place) * 10**12 for place in range(5)]


def _mark(months: list[str]) -> None:

    with transaction.atomic():
        mark_months(date.fromisoformat(f"{month}-01") for month in months)


@contextmanager
def _bulk_connection(*, keep_indexes: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB writing straight into the database; on SQLite the indexes are made anew afterwards.

    Nothing may use Django's connection meanwhile: two SQLite libraries on one file in one process destroy it.
    """

    database = source.describe(connection)
    connection.close()
    indexes = [] if keep_indexes or database["vendor"] != "sqlite" else _drop_indexes(database["name"])
    with duckdb.connect() as engine:
        copy.attach(engine, database, name="target", read_only=False)
        yield engine
    if indexes:
        with sqlite3.connect(database["name"]) as plain:
            plain.execute("PRAGMA cache_size=-524288")
            for statement in indexes:
                plain.execute(statement)
            plain.execute("ANALYZE")
        plain.close()
    if database["vendor"] == "postgresql":
        with connection.cursor() as cursor:
            for table in ("customers_customer", "orders_order"):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
                cursor.execute(f"ANALYZE {table}")


def _drop_indexes(file: str) -> list[str]:
    with sqlite3.connect(file) as plain:
        found = plain.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name IN ('customers_customer', 'orders_order')"
        ).fetchall()
        for name, _ in found:
            plain.execute(f'DROP INDEX "{name}"')
    plain.close()
    return [sql for _, sql in found]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=0)
    parser.add_argument("--orders", type=int, default=0)
    parser.add_argument("--more-orders", type=int, default=0)
    parser.add_argument("--day", type=date.fromisoformat, default=date(2026, 1, 1))
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    if given.customers:
        fill(customers=given.customers, orders=given.orders, day=given.day, seed=given.seed)
    if given.more_orders:
        add_orders(count=given.more_orders, day=given.day, seed=given.seed + 4)


if __name__ == "__main__":
    main()
