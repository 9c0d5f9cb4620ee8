"""Columns known by their headings, and never guessed wildly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.imports.rules import headings
from zhike.domain.imports.rules.fields import FORMS
from zhike.domain.imports.rules.problems import Problem

SUPERSTORE = ["行 ID", "订单 ID", "订单日期", "发货日期", "邮寄方式", "客户 ID", "客户名称", "细分", "城市"]
SUPERSTORE += ["省/自治区", "国家", "地区", "产品 ID", "类别", "子类别", "产品名称", "销售额", "数量", "折扣", "利润"]
ONLINE_RETAIL = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
]


def test_the_chinese_superstore_maps_as_it_is() -> None:
    mapping = headings.guess("orders", SUPERSTORE, [])
    assert mapping == {
        "number": "订单 ID",
        "line_number": "行 ID",
        "ordered_on": "订单日期",
        "customer_external_id": "客户 ID",
        "customer_name": "客户名称",
        "customer_kind": "细分",
        "customer_country": "国家",
        "customer_region": "地区",
        "customer_province": "省/自治区",
        "customer_city": "城市",
        "product_code": "产品 ID",
        "product_name": "产品名称",
        "category": "类别",
        "quantity": "数量",
        "amount": "销售额",
        "profit": "利润",
        "discount": "折扣",
    }
    assert headings.missing("orders", mapping) == ()


def test_the_british_wholesaler_maps_as_it_is() -> None:
    mapping = headings.guess("orders", ONLINE_RETAIL, [])
    assert mapping == {
        "number": "InvoiceNo",
        "ordered_on": "InvoiceDate",
        "customer_external_id": "CustomerID",
        "customer_country": "Country",
        "product_code": "StockCode",
        "product_name": "Description",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
    }
    assert headings.missing("orders", mapping) == ()


@pytest.mark.parametrize(
    ("kind", "found", "expected"),
    [
        ("customers", ["*客户名称（必填）", "年营业额(万元)", "是否战略客户"], {"name", "yearly_revenue", "strategic"}),
        ("customers", ["Customer Name", "TAX ID", "annual_revenue"], {"name", "credit_code", "yearly_revenue"}),
        (
            "contacts",
            ["公司", "姓名", "职务", "手机", "座机", "E-mail", "微信号"],
            {"customer_name", "name", "title", "mobile"},
        ),
        (
            "interactions",
            ["客户", "沟通时间", "沟通方式", "联系人", "是否接通", "沟通内容"],
            {"occurred_at", "channel", "summary"},
        ),
        (
            "orders",
            ["单据编号", "日期", "客户", "品名", "金额（元）"],
            {"number", "ordered_on", "customer_name", "amount"},
        ),
    ],
)
def test_usual_headings_of_each_kind_are_known(kind: str, found: list[str], expected: set[str]) -> None:
    mapping = headings.guess(kind, found, [])
    assert expected <= set(mapping)
    assert headings.missing(kind, mapping) == ()


@pytest.mark.parametrize(
    "heading", ["客户名称备注信息", "订单金额占比", "order comments", "index", "reviewbody", "问题", "(C)"]
)
@pytest.mark.parametrize("kind", list(FORMS))
def test_a_heading_that_is_only_alike_is_left_alone(kind: str, heading: str) -> None:
    assert headings.guess(kind, [heading], []) == {}
    assert headings.known(kind, [heading]) == 0


def test_a_likelier_name_wins_and_a_heading_serves_one_field() -> None:
    assert headings.guess("customers", ["姓名", "客户名称"], []) == {"name": "客户名称"}
    assert headings.guess("contacts", ["姓名", "客户名称"], []) == {"customer_name": "客户名称", "name": "姓名"}
    assert headings.guess("orders", ["日期", "订单日期"], []) == {"ordered_on": "订单日期"}


def test_customers_known_only_by_codes_are_customer_numbers() -> None:
    assert headings.guess("orders", ["客户"], [["C001"], ["17850"], [""]]) == {"customer_external_id": "客户"}
    assert headings.guess("orders", ["客户"], [["C001"], ["华东机械"]]) == {"customer_name": "客户"}
    assert headings.guess("orders", ["客户", "客户编号"], [["C001", "1"]])["customer_name"] == "客户"
    assert headings.guess("orders", ["客户"], [["C001"]], {"customer_name": "客户"}) == {"customer_name": "客户"}


def test_what_the_user_chose_stays_and_the_rest_is_guessed_around_it() -> None:
    chosen = {"amount": "销售额", "profit": "金额"}
    mapping = headings.guess("orders", ["单号", "金额", "销售额"], [], chosen)
    assert mapping == {"number": "单号", **chosen}


def test_what_is_missing_is_told_by_groups() -> None:
    assert headings.missing("orders", {"number": "单号", "amount": "金额"}) == (
        ("ordered_on",),
        ("customer_external_id", "customer_name"),
    )
    assert headings.missing("orders", {"number": "a", "ordered_on": "b", "customer_name": "c", "unit_price": "d"}) == (
        ("amount", "quantity"),
    )


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"name": "名称"}, None),
        ({"nmae": "名称"}, "unknown_field"),
        ({"name": "全名"}, "unknown_heading"),
        ({"name": "名称", "note": "名称"}, "heading_twice"),
    ],
)
def test_a_mapping_made_by_hand_is_checked(mapping: dict[str, str], code: str | None) -> None:
    problem = headings.check("customers", ["名称", "备注"], mapping)
    assert (problem.code if isinstance(problem, Problem) else None) == code


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("年营业额(万元)", "万"),
        ("金额（元）", ""),
        ("金额（单位：万元）", "万"),
        ("折扣(%)", "%"),
        ("金额", ""),
        ("金额[亿]", "亿"),
        ("数量(件)", ""),
    ],
)
def test_units_stand_in_the_brackets_of_a_heading(heading: str, unit: str) -> None:
    assert headings.unit_of(heading) == unit


@pytest.mark.parametrize("kind", list(FORMS))
def test_every_field_is_known_by_its_own_name_and_label(kind: str) -> None:
    for names in ([field.name for field in FORMS[kind].fields], [field.label for field in FORMS[kind].fields]):
        assert list(headings.guess(kind, names, []).values()) == names


@pytest.mark.parametrize("kind", list(FORMS))
def test_no_name_of_a_column_is_given_twice_within_a_field(kind: str) -> None:
    for field in FORMS[kind].fields:
        known = [headings.normalise(name) for name in field.synonyms]
        assert len(known) == len(set(known)), field.name


@given(kind=st.sampled_from(list(FORMS)), found=st.lists(st.text(max_size=8), unique=True, max_size=10))
def test_no_two_fields_ever_get_one_heading(kind: str, found: list[str]) -> None:
    names = [name for field in FORMS[kind].fields for name in field.synonyms[:2]]
    mapping = headings.guess(kind, [*dict.fromkeys([*found, *names])], [])
    assert len(set(mapping.values())) == len(mapping)
    assert headings.check(kind, [*found, *names], mapping) is None


def test_of_two_columns_called_alike_none_is_taken_and_both_are_named() -> None:
    found = ["单号", "金额", "金额 (2)"]
    mapping = headings.guess("orders", found, [])
    assert mapping == {"number": "单号"}
    problem = headings.alike("orders", found, mapping)
    assert problem == Problem("columns_alike", {"field": "amount", "first": "金额", "second": "金额 (2)"})


@pytest.mark.parametrize("chosen", [{"amount": "金额 (2)"}, {"amount": "金额"}, {"amount": "单号"}])
def test_a_choice_settles_which_of_two_columns_is_meant(chosen: dict[str, str]) -> None:
    found = ["单号", "金额", "金额 (2)"]
    mapping = headings.guess("orders", found, [], chosen)
    assert mapping["amount"] == chosen["amount"]
    assert headings.alike("orders", found, mapping) is None
