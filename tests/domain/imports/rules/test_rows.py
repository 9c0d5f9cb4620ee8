"""Whole rows: typed tuples, or everything that is wrong with them."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from django.db.models import CharField, Model

from zhike.domain.customers.models import Contact, Customer, Tag
from zhike.domain.imports.models import Kind
from zhike.domain.imports.rules import headings, texts
from zhike.domain.imports.rules.fields import FORMS, AnyRow, ContactRow, CustomerRow, InteractionRow, OrderRow
from zhike.domain.imports.rules.problems import CellProblem, Problem
from zhike.domain.imports.rules.rows import RowReader, compile_reader
from zhike.domain.interactions.models import Interaction
from zhike.domain.orders.models import Order, Product
from zhike.gateways.spreadsheets.cells import Cell, Row
from zhike.gateways.spreadsheets.tables import open_table
from zhike.kernel.clock import COMPANY_ZONE

ORDER_HEADINGS = ["订单号", "日期", "客户编号", "品名", "数量", "单价", "金额"]


def reader_of(kind: str, found: Sequence[str], rows: Sequence[Row] = (), **options: bool) -> RowReader:
    return compile_reader(kind, found, headings.guess(kind, found, []), lambda: rows, zone=COMPANY_ZONE, **options)


def read(kind: str, found: Sequence[str], *cells: Cell) -> AnyRow | list[CellProblem]:
    return reader_of(kind, found).read(2, cells)


def blank(row: type[AnyRow], **values: object) -> AnyRow:
    return row._make(values.get(name) for name in row._fields)


def length_of(model: type[Model], name: str) -> int | None:
    field = model._meta.get_field(name)
    assert isinstance(field, CharField)
    return field.max_length


def test_an_order_line_becomes_a_typed_tuple() -> None:
    cells: list[Cell] = ["SO-1", "2024/3/5", "17850.0", "Fiskars 剪刀", "6", "￥2.555", ""]
    assert read("orders", ORDER_HEADINGS, *cells) == blank(
        OrderRow,
        number="SO-1",
        ordered_on=date(2024, 3, 5),
        customer_external_id="17850",
        product_name="Fiskars 剪刀",
        quantity=Decimal("6.000"),
        unit_price=Decimal("2.555"),
    )


def test_a_customer_becomes_a_typed_tuple() -> None:
    found = ["客户名称", "客户类型", "年营业额(万元)", "成立日期", "利润率", "标签", "战略客户", "生命周期", "员工人数"]
    cells: list[Cell] = ["华东机械", "企业", "1,200", date(2001, 5, 1), 0.125, "重点，华东", "否", "活跃客户", 300.0]
    assert read("customers", found, *cells) == blank(
        CustomerRow,
        name="华东机械",
        kind="company",
        yearly_revenue_minor=1_200_000_000,
        founded_on=date(2001, 5, 1),
        profit_margin=Decimal("12.50"),
        tags=("重点", "华东"),
        strategic="",
        lifecycle="active",
        employees=300,
    )


def test_a_contact_becomes_a_typed_tuple() -> None:
    found = ["客户编号", "姓名", "职级", "决策角色", "手机", "邮箱", "生日", "主要联系人"]
    cells: list[Cell] = [1001.0, "王芳", "总监", "决策者", 13812345678.0, "Wang@Example.com", "1985年3月5日", "√"]
    assert read("contacts", found, *cells) == blank(
        ContactRow,
        customer_external_id="1001",
        name="王芳",
        title_level="director",
        decision_role="decision_maker",
        mobile="13812345678",
        email="Wang@example.com",
        birthday=date(1985, 3, 5),
        is_primary=True,
    )


def test_an_interaction_becomes_a_typed_tuple() -> None:
    found = ["客户", "沟通时间", "沟通方式", "联系人", "我方人员", "是否接通", "沟通内容", "下次跟进时间"]
    cells: list[Cell] = [
        "华东机械",
        "2024-03-05 14:30",
        "电话回访",
        "王芳、李雷",
        "",
        "否",
        "无人接听\n再约",
        "2024-03-12",
    ]
    assert read("interactions", found, *cells) == blank(
        InteractionRow,
        customer_name="华东机械",
        occurred_at=datetime.fromisoformat("2024-03-05T14:30"),
        channel="phone",
        contacts=("王芳", "李雷"),
        is_connected=False,
        summary="无人接听\n再约",
        next_action_on=date(2024, 3, 12),
    )


def test_every_wrong_cell_is_named_with_its_row_heading_and_value() -> None:
    assert read("orders", ORDER_HEADINGS, "SO-1", "2023-02-29", "C1", "剪刀", "6", "2.55", "十二元") == [
        CellProblem(2, "ordered_on", "日期", "2023-02-29", Problem("date_impossible")),
        CellProblem(2, "amount", "金额", "十二元", Problem("amount")),
    ]


def test_what_a_row_cannot_do_without_is_named() -> None:
    assert read("orders", ORDER_HEADINGS, " ", "2024-03-05", "NULL", "剪刀", "6", "-", "") == [
        CellProblem(2, "number", "订单号", "", Problem("required")),
        CellProblem(2, "customer_external_id", "客户编号", "NULL", Problem("says_nothing")),
        CellProblem(2, "amount", "金额", "", Problem("required")),
    ]


@pytest.mark.parametrize(("cells", "code"), [(["C1"], "too_few_cells"), (["C1", "甲", "乙", "丙"], "too_many_cells")])
def test_a_row_of_the_wrong_width_is_named(cells: list[Cell], code: str) -> None:
    expected = CellProblem(2, "", "", "", Problem(code, {"found": len(cells), "expected": 2}))
    assert read("customers", ["编号", "名称"], *cells) == [expected]


def test_ones_and_truths_are_told_apart_although_they_are_equal() -> None:
    reader = reader_of("customers", ["客户名称", "员工人数"])
    cells: list[Cell] = [1, True, 1.0, "1"]
    results = [reader.read(number, ["甲", cell]) for number, cell in enumerate(cells)]
    assert [isinstance(result, CustomerRow) for result in results] == [True, False, True, True]


def test_a_column_of_dates_proves_its_order_from_the_whole_file() -> None:
    first: list[Cell] = ["C1", "甲", "3/5/2024"]
    rows: list[Row] = [(number, first) for number in range(2, 1_000)]
    found = ["客户编号", "客户名称", "成立日期"]
    undecided = reader_of("customers", found, rows).read(2, first)
    assert undecided == [CellProblem(2, "founded_on", "成立日期", "3/5/2024", Problem("date_ambiguous"))]
    decided = reader_of("customers", found, [*rows, (1_000, ["C2", "乙", "25/3/2024"])]).read(2, first)
    assert isinstance(decided, CustomerRow)
    assert decided.founded_on == date(2024, 5, 3)


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    result = reader_of("customers", ["客户名称", "成立日期"], counts_from_1904=True).read(2, ["甲", 43_894])
    assert isinstance(result, CustomerRow)
    assert result.founded_on == date(2024, 3, 5)


def test_a_column_of_very_many_different_texts_is_read_right_to_the_end() -> None:
    reader = reader_of("customers", ["客户名称"])
    names = [f"客户{number}" for number in range(250_000)]
    results = [reader.read(number, [name]) for number, name in enumerate(names)]
    assert [result.name for result in results if isinstance(result, CustomerRow)] == names


@pytest.mark.parametrize("kind", list(FORMS))
def test_rows_and_tables_of_fields_agree(kind: str) -> None:
    form = FORMS[kind]
    attributes = form.make_row._fields  # type: ignore[attr-defined]
    assert [name.removesuffix("_minor") for name in attributes] == [field.name for field in form.fields]
    assert {name for group in form.required for name in group} <= {field.name for field in form.fields}


def test_the_kinds_are_those_of_the_batches() -> None:
    assert list(FORMS) == Kind.values


@pytest.mark.parametrize(
    ("kind", "field", "values"),
    [
        ("customers", "kind", Customer.Kind.values),
        ("customers", "source", Customer.Source.values),
        ("customers", "lifecycle", Customer.Lifecycle.values),
        ("customers", "strategic", Customer.Strategic.values),
        ("contacts", "title_level", Contact.TitleLevel.values),
        ("contacts", "decision_role", Contact.DecisionRole.values),
        ("contacts", "preferred_channel", Contact.Channel.values),
        ("interactions", "channel", Interaction.Channel.values),
        ("orders", "customer_kind", Customer.Kind.values),
    ],
)
def test_the_choices_are_those_of_the_models(kind: str, field: str, values: list[str]) -> None:
    assert list(FORMS[kind].field(field).choices) == values


@pytest.mark.parametrize(
    ("kind", "field", "length"),
    [
        *(
            ("customers", name, length_of(Customer, name))
            for name in ("external_id", "name", "region", "address", "payment_method", "main_business")
        ),
        *(
            ("contacts", name, length_of(Contact, name))
            for name in ("name", "title", "phone", "wechat", "preferred_hours")
        ),
        ("interactions", "external_id", length_of(Interaction, "external_id")),
        ("orders", "number", length_of(Order, "number")),
        ("orders", "channel", length_of(Order, "channel")),
        ("orders", "product_code", length_of(Product, "code")),
        ("orders", "product_name", length_of(Product, "name")),
        ("orders", "category", length_of(Product, "category")),
        ("orders", "customer_name", length_of(Customer, "name")),
        ("orders", "customer_external_id", length_of(Customer, "external_id")),
    ],
)
def test_texts_are_as_long_as_the_models_hold(kind: str, field: str, length: int | None) -> None:
    assert FORMS[kind].field(field).max_length == length


def test_tags_are_as_long_as_the_model_holds() -> None:
    assert length_of(Tag, "name") == texts.LONGEST_TAG


@pytest.mark.parametrize("name", ["orders.csv", "示例-超市.xls"])
def test_every_line_of_the_chinese_superstore_is_read(real_data: Path, name: str) -> None:
    with open_table(real_data / "superstore_zh" / name, recognise=partial(headings.known, "orders")) as table:
        reader = reader_of("orders", table.headings, table.sample())
        rows = [reader.read(number, cells) for number, cells in table.rows()]
    orders = [row for row in rows if isinstance(row, OrderRow)]
    assert len(orders) == len(rows) == 10_000
    assert len({row.customer_external_id for row in orders}) == 790
    assert len({row.number for row in orders}) == 2_773
    assert orders[0].amount_minor == 12_970
    assert orders[0].profit_minor == -6_070
    assert {row.customer_kind for row in orders} == {"company", "person"}


def test_every_line_of_the_british_wholesaler_is_read(real_data: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(real_data / "online_retail.csv.zip") as archive:
        archive.extract("online_retail.csv", tmp_path)
    with open_table(tmp_path / "online_retail.csv", recognise=partial(headings.known, "orders")) as table:
        reader = reader_of("orders", table.headings, table.sample())
        rows = [reader.read(number, cells) for number, cells in table.rows()]
    assert len(rows) == 541_909
    assert len({row.customer_external_id for row in rows if isinstance(row, OrderRow)}) == 4_372
    without_customer = [row for row in rows if isinstance(row, list)]
    assert len(without_customer) == 135_080
    assert {(row[0].heading, row[0].problem.code) for row in without_customer} == {("CustomerID", "required")}
