"""Files of orders."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.cast import NOW, Cast
from tests.flows.intake.conftest import Bring, counts, reasons, sentences
from zhike.domain.accounts.models import SystemActor, User
from zhike.domain.customers.models import Customer
from zhike.domain.imports.models import Batch
from zhike.domain.orders.models import Order, OrderLine
from zhike.flows.intake.command_line import Request, take_file
from zhike.flows.intake.corrections import write_corrections
from zhike.flows.intake.withdrawal import unheard
from zhike.kernel.errors import Refused
from zhike.kernel.models import Activity

HEADINGS = ("订单编号", "客户名称", "订单日期", "产品名称", "数量", "金额")
TIDE = "海潮贸易有限公司"


def amounts() -> dict[str, int]:
    return dict(Order.objects.unscoped("a test").values_list("number", "amount_minor"))


def test_scattered_lines_of_an_order_become_one_order(cast: Cast, bring: Bring) -> None:
    batch = bring(
        "orders",
        HEADINGS,
        ("A1", TIDE, "2026年3月5日", "剪刀", 1, "￥1,200.50"),
        ("A2", TIDE, "2026/3/6", "剪刀", 1, "1.2万"),
        ("A1", TIDE, "2026-03-05", "信封", 2, "(35.00)"),
    )
    assert counts(batch) == (3, 2, 0, 0, 0)
    assert amounts() == {"A1": 116550, "A2": 1200000}
    assert list(OrderLine.objects.filter(order__number="A1").values_list("position", "product__name")) == [
        (1, "剪刀"),
        (2, "信封"),
    ]


def test_a_second_import_of_the_same_file_changes_nothing(cast: Cast, bring: Bring) -> None:
    table = (HEADINGS, ("A1", TIDE, "2026-03-05", "剪刀", 1, 10), ("A1", TIDE, "2026-03-05", "剪刀", 1, 10))
    bring("orders", *table)
    again = bring("orders", *table)
    assert counts(again) == (2, 0, 0, 1, 0)
    assert not again.record_changes.exists()


def test_an_order_with_one_bad_line_is_not_written_at_all(cast: Cast, bring: Bring) -> None:
    batch = bring(
        "orders",
        HEADINGS,
        ("A1", TIDE, "2026-03-05", "剪刀", 1, 10),
        ("A1", TIDE, "2026-13-05", "信封", "两", 20),
        ("A2", TIDE, "2026-03-05", "信封", 1, 30),
    )
    assert counts(batch) == (3, 1, 0, 0, 2)
    assert amounts() == {"A2": 3000}
    assert reasons(batch) == [
        (2, "", "order_incomplete"),
        (3, "订单日期", "date_impossible"),
        (3, "数量", "quantity"),
    ]


def test_a_line_without_a_customer_is_refused_with_its_order(cast: Cast, bring: Bring) -> None:
    batch = bring(
        "orders", HEADINGS, ("A1", "", "2026-03-05", "剪刀", 1, 10), ("A1", TIDE, "2026-03-05", "剪刀", 1, 10)
    )
    assert counts(batch) == (2, 0, 0, 0, 2)
    assert reasons(batch) == [(2, "客户名称", "required"), (3, "", "order_incomplete")]


def test_unknown_customers_are_refused_unless_they_may_be_made(cast: Cast, bring: Bring) -> None:
    table = (HEADINGS, ("A1", "新潮公司", "2026-03-05", "剪刀", 1, 10))
    assert reasons(bring("orders", *table)) == [(2, "客户名称", "customer_unknown")]
    assert counts(bring("orders", *table, creates_missing=True)) == (1, 1, 0, 0, 0)
    made = Customer.objects.unscoped("a test").get(sort_name="新潮公司")
    assert made.number.startswith(f"C{NOW:%Y%m}")
    assert made.search_text


def test_a_customer_known_only_by_its_number_is_called_by_it(cast: Cast, bring: Bring) -> None:
    bring(
        "orders",
        ("InvoiceNo", "CustomerID", "InvoiceDate", "StockCode", "Quantity", "UnitPrice", "Country"),
        ("536365", "17850.0", "2010-12-01 08:26:00", "85123A", "6", "2.55", "France"),
        ("C536379", "17850.0", "2010-12-02 08:26:00", "85123A", "-1", "2.55", "France"),
        creates_missing=True,
    )
    made = Customer.objects.unscoped("a test").get(external_id="17850")
    assert (made.name, made.region) == ("17850", "France")
    orders = Order.objects.unscoped("a test").order_by("number")
    assert list(orders.values_list("number", "amount_minor", "is_return")) == [
        ("536365", 1530, False),
        ("C536379", -255, True),
    ]


def test_one_number_of_two_customers_is_two_orders_and_said_so(cast: Cast, bring: Bring) -> None:
    batch = bring(
        "orders",
        HEADINGS,
        ("A1", TIDE, "2026-03-05", "剪刀", 1, 10),
        ("A1", "南粤电子有限公司", "2026-03-05", "剪刀", 1, 20),
        ("A1", TIDE, "2026-03-06", "剪刀", 1, 30),
    )
    assert (counts(batch), batch.shared_numbers) == ((3, 3, 0, 0, 0), 1)


def test_our_own_customer_number_is_understood(cast: Cast, bring: Bring) -> None:
    bring("orders", ("订单号", "客户编号", "日期", "金额"), ("A1", cast.tide.number, "2026-03-05", 10))
    assert Order.objects.unscoped("a test").get().customer_id == cast.tide.pk


def test_a_name_that_two_customers_bear_is_refused(cast: Cast, bring: Bring) -> None:
    for number in ("C1", "C2"):
        Customer.objects.create(number=number, name="双子公司", created_at=NOW, changed_at=NOW)
    batch = bring("orders", HEADINGS, ("A1", "双子公司", "2026-03-05", "剪刀", 1, 10), creates_missing=True)
    assert reasons(batch) == [(2, "客户名称", "customer_ambiguous")]


def test_namesakes_out_of_reach_are_neither_meant_nor_counted(cast: Cast, bring: Bring) -> None:
    def namesake(number: str, owner: User) -> Customer:
        return Customer.objects.create(
            number=number, name="双子公司", owner=owner, department=owner.department, created_at=NOW, changed_at=NOW
        )

    own = namesake("C1", cast.li)
    namesake("C2", cast.wang)
    row = ("A1", "双子公司", "2026-03-05", "剪刀", 1, 10)
    assert reasons(bring("orders", HEADINGS, row, by=cast.li)) == []
    assert Order.objects.unscoped("a test").get().customer_id == own.pk
    assert reasons(bring("orders", HEADINGS, row, by=cast.sun)) == [(2, "客户名称", "customer_out_of_reach")]
    namesake("C3", cast.li)
    batch = bring("orders", HEADINGS, ("A2", *row[1:]), by=cast.li)
    assert sentences(batch) == ["有 2 个客户都叫“双子公司”，请填写客户编号加以区分。"]


def test_a_person_brings_orders_of_own_customers_only(cast: Cast, bring: Bring) -> None:
    batch = bring(
        "orders",
        HEADINGS,
        ("A1", TIDE, "2026-03-05", "剪刀", 1, 10),
        ("A2", "南粤电子有限公司", "2026-03-05", "剪刀", 1, 10),
        ("A3", "新潮公司", "2026-03-05", "剪刀", 1, 10),
        by=cast.sun,
        creates_missing=True,
    )
    assert amounts() == {"A1": 1000, "A3": 1000}
    assert reasons(batch) == [(3, "客户名称", "customer_out_of_reach")]
    made = Customer.objects.for_user(cast.sun, "view").get(sort_name="新潮公司")
    assert (made.owner, made.department) == (cast.sun, cast.east)


def test_a_column_that_is_no_order_number_is_refused_as_a_whole(
    cast: Cast, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhike.flows.intake.reading.MOST_LINES", 3)
    lines = [("销售", TIDE, "2026-03-05", "剪刀", 1, 10)] * 4
    with pytest.raises(Refused, match="销售"):
        bring("orders", HEADINGS, *lines)
    assert not Batch.objects.unscoped("a test").exists()


def test_a_missing_column_is_named_before_anything_is_kept(cast: Cast, bring: Bring) -> None:
    with pytest.raises(Refused, match=r"订单编号.*数量"):
        bring("orders", ("订单编号", "数量"), ("A1", 1))
    with pytest.raises(Refused, match="nonsense"):
        bring("orders", HEADINGS, ("A1", TIDE, "2026-03-05", "剪刀", 1, 10), columns={"nonsense": "金额"})
    assert not Batch.objects.unscoped("a test").exists()


def test_a_dry_run_counts_and_writes_nothing(cast: Cast, bring: Bring) -> None:
    batch = bring(
        "orders",
        HEADINGS,
        ("A1", "新潮公司", "2026-03-05", "剪刀", 1, 10),
        ("A2", "新潮公司", "错", "剪刀", 1, 10),
        creates_missing=True,
        is_dry_run=True,
    )
    assert counts(batch) == (2, 1, 0, 0, 1)
    assert not Order.objects.unscoped("a test").exists()
    assert not Customer.objects.unscoped("a test").filter(sort_name="新潮公司").exists()
    assert not Batch.objects.unscoped("a test").exists()


def test_what_was_ordered_keeps_its_day(cast: Cast, bring: Bring) -> None:
    bring("orders", HEADINGS, ("A1", TIDE, "45292", "剪刀", 1, 10))
    assert Order.objects.unscoped("a test").get().ordered_on == date(2024, 1, 1)


def test_an_order_that_a_file_changes_leaves_a_line_and_one_that_it_makes_none(cast: Cast, bring: Bring) -> None:
    bring("orders", HEADINGS, ("A1", TIDE, "2026-03-05", "剪刀", 1, 10))
    assert not Activity.objects.filter(kind="order").exists()
    bring("orders", HEADINGS, ("A1", TIDE, "2026-03-05", "剪刀", 1, 20), ("A1", TIDE, "2026-03-05", "信封", 1, 5))
    line = Activity.objects.get(kind="order")
    assert (line.verb, line.object_id, line.customer_id) == ("imported", Order.everything.get().pk, cast.tide.pk)
    assert line.changes == {"amount_minor": [1000, 2500], "lines": [1, 2]}


def test_a_row_without_a_number_holds_back_the_order_right_above_it(cast: Cast, bring: Bring) -> None:
    batch = bring(
        "orders",
        HEADINGS,
        ("A1", TIDE, "2026-03-05", "剪刀", 1, 10),
        ("", "", "", "信封", 1, 20),
        ("", TIDE, "2026-03-05", "胶水", 1, 30),
        ("", "南粤电子有限公司", "2026-03-05", "胶水", 1, 40),
        ("A2", TIDE, "2026-03-05", "剪刀", 1, 50),
    )
    assert counts(batch) == (5, 1, 0, 0, 4)
    assert amounts() == {"A2": 5000}
    assert (2, "", "order_incomplete") in reasons(batch)
    assert {row for row, _heading, _code in reasons(batch)} == {2, 3, 4, 5}


def test_an_order_of_merged_cells_is_whole_and_a_merged_amount_is_not_counted_twice(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["订单编号", "客户名称", "订单日期", "产品名称", "金额"])
        for first, number, rows in ((1, "A1", (("剪刀", 10), ("信封", 20))), (3, "A2", (("剪刀", 30), ("信封", None)))):
            for column, value in enumerate((number, TIDE, "2026-03-05")):
                sheet.merge_range(first, column, first + 1, column, value)
            for row, (product, amount) in enumerate(rows):
                sheet.write_row(first + row, 3, [product, amount])
        sheet.merge_range(3, 4, 4, 4, 30)
    request = Request(kind="orders", path=path)
    with take_file(request, actor=SystemActor(), clock=lambda: NOW, tell=unheard) as batch:
        assert counts(batch) == (4, 1, 0, 0, 2)
        mend = tmp_path / "mend.xlsx"
        write_corrections(batch, mend)
    assert amounts() == {"A1": 3000}
    assert [row[:2] for row in openpyxl.load_workbook(mend).active.iter_rows(min_row=2, values_only=True)] == [
        ("A2", TIDE), ("A2", TIDE),
    ]  # fmt: skip


def test_two_columns_of_one_name_are_named_and_not_guessed_at(cast: Cast, bring: Bring) -> None:
    table = (("订单编号", "客户名称", "订单日期", "金额", "金额"), ("A1", TIDE, "2026-03-05", 10, 20))
    with pytest.raises(Refused, match=r"“金额”和“金额 \(2\)”"):
        bring("orders", *table)
    assert counts(bring("orders", *table, columns={"amount": "金额 (2)"})) == (1, 1, 0, 0, 0)
    assert amounts() == {"A1": 2000}


def test_a_cell_that_says_there_is_nothing_is_shown(cast: Cast, bring: Bring) -> None:
    batch = bring("orders", HEADINGS, ("A1", TIDE, "NaN", "剪刀", 1, 10))
    assert list(batch.problems.values_list("heading", "code")) == [("订单日期", "says_nothing")]
    assert batch.problems.get().value == "NaN"
