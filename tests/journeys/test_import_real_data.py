"""Real files through the command line, checked against sums made here by hand."""

from __future__ import annotations

import csv
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Sum

from tests.cast import Cast
from tests.jobs.test_import_command import Called
from zhike.domain.customers.models import Customer
from zhike.domain.orders.models import Order, OrderLine

CENT = Decimal("0.01")


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.ZHIKE_UPLOADS = tmp_path / "uploads"


@pytest.fixture
def online_retail(real_data: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(real_data / "online_retail.csv.zip") as archive:
        return Path(archive.extract("online_retail.csv", tmp_path))


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def minor(yuan: Decimal) -> int:
    return int(yuan.quantize(CENT, ROUND_HALF_UP) * 100)


def amounts_by_customer() -> dict[str, int]:
    orders = Order.objects.unscoped("a test").values_list("customer__external_id")
    return dict(orders.annotate(amount=Sum("amount_minor")).order_by())


def test_online_retail_comes_in_as_it_is(cast: Cast, online_retail: Path) -> None:
    amounts: dict[str, int] = defaultdict(int)
    orders: set[str] = set()
    without = lines = 0
    for row in rows(online_retail):
        if not row["CustomerID"]:
            without += 1
            continue
        lines += 1
        orders.add(row["InvoiceNo"])
        customer = row["CustomerID"].removesuffix(".0")
        amounts[customer] += minor(Decimal(row["Quantity"]) * Decimal(row["UnitPrice"]))
    called = Called("orders", str(online_retail), "--create-missing", "--json")
    counts = called.document
    assert (called.code, counts["rows"], counts["created"], counts["failed"]) == (1, 541_909, len(orders), without)
    assert len(amounts) == 4_372
    assert amounts_by_customer() == dict(amounts)
    assert OrderLine.objects.count() == lines
    returns = Order.objects.unscoped("a test").filter(is_return=True)
    assert set(returns.values_list("number", flat=True)) == {number for number in orders if number.startswith("C")}


@pytest.mark.parametrize("name", ["orders.csv", "示例-超市.xls"])
def test_the_chinese_superstore_comes_in_as_it_is_and_once(cast: Cast, real_data: Path, name: str) -> None:
    amounts: dict[str, int] = defaultdict(int)
    profits = 0
    parts: set[tuple[str, str, str]] = set()
    for row in rows(real_data / "superstore_zh" / "orders.csv"):
        amounts[row["客户 ID"]] += minor(Decimal(row["销售额"]))
        profits += minor(Decimal(row["利润"]))
        parts.add((row["订单 ID"], row["客户 ID"], row["订单日期"]))
    path = str(real_data / "superstore_zh" / name)
    first = Called("orders", path, "--create-missing", "--json")
    assert (first.code, first.document["created"], first.document["failed"]) == (0, len(parts), 0)
    assert len(amounts) == 790
    assert amounts_by_customer() == dict(amounts)
    orders = Order.objects.unscoped("a test")
    assert orders.aggregate(profit=Sum("amount_minor") - Sum("cost_minor"))["profit"] == profits
    again = Called("orders", path, "--create-missing", "--json").document
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, len(parts))
    customers = Customer.objects.unscoped("a test").exclude(external_id="")
    assert customers.count() == 790
    assert {kind for kind, _count in customers.values_list("kind").annotate(Count("pk"))} == {"company", "person"}


def test_both_forms_of_the_superstore_are_the_same_orders(cast: Cast, real_data: Path) -> None:
    folder = real_data / "superstore_zh"
    Called("orders", str(folder / "orders.csv"), "--create-missing")
    again = Called("orders", str(folder / "示例-超市.xls"), "--json").document
    assert (again["created"], again["updated"], again["failed"]) == (0, 0, 0)


def test_the_superstore_split_by_region_comes_to_the_same_in_any_order(
    cast: Cast, real_data: Path, tmp_path: Path
) -> None:
    lines = list(rows(real_data / "superstore_zh" / "orders.csv"))
    parts = {(row["订单 ID"], row["客户 ID"], row["订单日期"]) for row in lines}
    regions = sorted({row["地区"] for row in lines})
    assert len(regions) == 6
    for region in [*regions, *reversed(regions)]:
        path = tmp_path / f"{region}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(lines[0]))
            writer.writeheader()
            writer.writerows(row for row in lines if row["地区"] == region)
        assert Called("orders", str(path), "--create-missing").code == 0
    orders = Order.objects.unscoped("a test")
    assert orders.count() == len(parts)
    assert orders.aggregate(all=Sum("amount_minor"))["all"] == sum(minor(Decimal(row["销售额"])) for row in lines)
