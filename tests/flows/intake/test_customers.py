"""Files of customers and contacts."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.cast import Cast
from tests.flows.intake.conftest import Bring, counts, reasons
from zhike.domain.accounts.models import SystemActor
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.imports.queries import notices, problems
from zhike.flows.intake.corrections import write_corrections
from zhike.kernel.models import Activity

HEADINGS = ("客户编号", "客户名称", "地区", "负责人", "标签", "年营业额(万元)")


def customer(**condition: str) -> Customer:
    return Customer.objects.unscoped("a test").get(**condition)


def test_a_new_customer_is_numbered_found_by_search_and_has_a_trail(cast: Cast, bring: Bring) -> None:
    batch = bring("customers", HEADINGS, ("E-7", "远洋物流", "华东", "li@example.com", "重点，出口", "1,200"))
    assert counts(batch) == (1, 1, 0, 0, 0)
    made = customer(external_id="E-7")
    assert (made.name, made.owner, made.department, made.yearly_revenue_minor) == (
        "远洋物流",
        cast.li,
        cast.east,
        1_200_000_000,
    )
    assert sorted(made.tags.values_list("name", flat=True)) == ["出口", "重点"]
    assert "yy" in made.search_text
    assert Activity.objects.get(customer_id=made.pk).verb == "imported"


def test_customers_are_known_by_external_number_then_ours_then_name(cast: Cast, bring: Bring) -> None:
    cast.tide.external_id = "E-1"
    cast.tide.save()
    batch = bring(
        "customers",
        ("客户编号", "客户名称", "地区"),
        ("E-1", "海潮贸易有限公司", "青岛"),
        (cast.southern.number, "南粤电子有限公司", "广州"),
        ("", "无主实业有限公司", "成都"),
        ("E-9", "华东精密机械有限公司", "上海"),
    )
    assert counts(batch) == (4, 0, 4, 0, 0)
    rows = Customer.objects.unscoped("a test").order_by("pk").values_list("external_id", "region")
    assert list(rows) == [("E-9", "上海"), ("E-1", "青岛"), (cast.southern.number, "广州"), ("", "成都")]


def test_empty_cells_change_nothing_and_the_same_file_twice_neither(cast: Cast, bring: Bring) -> None:
    bring("customers", HEADINGS, ("E-7", "远洋物流", "华东", "李雷", "重点", "100"))
    again = bring(
        "customers", HEADINGS, ("E-7", "远洋物流", "", "", "", ""), ("E-7", "远洋物流", "华东", "李雷", "重点", "100")
    )
    assert counts(again) == (2, 0, 0, 1, 0)


def test_rows_about_one_customer_complete_each_other(cast: Cast, bring: Bring) -> None:
    batch = bring("customers", HEADINGS, ("E-7", "远洋", "华东", "", "", ""), ("E-7", "远洋物流", "", "李雷", "", ""))
    assert counts(batch) == (2, 1, 0, 0, 0)
    assert (customer(external_id="E-7").name, customer(external_id="E-7").region) == ("远洋物流", "华东")


@pytest.mark.parametrize(
    ("headings", "cells", "expected"),
    [
        (("客户名称", "负责人"), ("甲", "没有这个人"), ("负责人", "owner_unknown")),
        (("客户名称", "负责人"), ("甲", "qian@example.com"), ("负责人", "owner_unknown")),
        (("客户名称", "所属部门"), ("甲", "火星部"), ("所属部门", "department_unknown")),
        (("客户名称", "地区"), ("合 计", "1,200"), ("客户名称", "totals")),
        (("客户名称", "客户编号"), ("甲", "Grand Total:"), ("客户编号", "totals")),
    ],
)
def test_what_cannot_be_used_is_named(
    cast: Cast, bring: Bring, headings: tuple[str, str], cells: tuple[str, str], expected: tuple[str, str]
) -> None:
    assert reasons(bring("customers", headings, cells)) == [(2, *expected)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("占星", "没有采用该值：应为国标 GB/T 4754 的行业，可写名称或代码，例如 C35。"),
        ("半导体设备", "没有采用该值：国标 GB/T 4754 中没有这个行业，可能是 C34 通用设备制造业"),
    ],
)
def test_an_unknown_industry_is_noted_and_the_rest_of_the_row_taken(
    cast: Cast, bring: Bring, tmp_path: Path, said: str, expected: str
) -> None:
    batch = bring("customers", ("客户名称", "行业", "地区"), ("新潮公司", said, "青岛"))
    assert counts(batch) == (1, 1, 0, 0, 0)
    assert (customer(sort_name="新潮公司").industry, customer(sort_name="新潮公司").region) == ("", "青岛")
    (notice,) = notices(SystemActor(), batch, 10)
    assert (notice.row, notice.heading, notice.value) == (2, "行业", said)
    assert notice.reason.startswith(expected)
    assert problems(SystemActor(), batch, 10) == ([], None)
    write_corrections(batch, tmp_path / "to-mend.xlsx")
    assert next(openpyxl.load_workbook(tmp_path / "to-mend.xlsx").active.values)[0] == "客户名称"
    assert openpyxl.load_workbook(tmp_path / "to-mend.xlsx").active.max_row == 1


def test_a_manager_changes_own_customers_only_and_keeps_the_new_ones(cast: Cast, bring: Bring) -> None:
    batch = bring(
        "customers",
        ("客户名称", "地区", "负责人"),
        ("海潮贸易有限公司", "青岛", ""),
        ("南粤电子有限公司", "深圳", ""),
        ("新潮公司", "宁波", ""),
        ("外人公司", "宁波", "王芳"),
        by=cast.sun,
    )
    assert counts(batch) == (4, 1, 1, 0, 2)
    assert reasons(batch) == [(3, "客户名称", "customer_out_of_reach"), (5, "负责人", "owner_out_of_reach")]
    assert customer(sort_name="新潮公司").owner == cast.sun
    assert customer(sort_name="南粤电子有限公司").region == ""


CONTACTS = ("客户名称", "联系人", "手机", "职务", "主要联系人")
TIDE = "海潮贸易有限公司"


def test_contacts_are_known_by_phone_then_name(cast: Cast, bring: Bring) -> None:
    bring("contacts", CONTACTS, (TIDE, "张三", "138 0013 8000", "采购", "是"), (TIDE, "李四", "", "", ""))
    again = bring(
        "contacts", CONTACTS, (TIDE, "张三丰", "13800138000", "采购总监", ""), (TIDE, "李四", "13900139000", "", "")
    )
    assert counts(again) == (2, 0, 2, 0, 0)
    contacts = Contact.objects.unscoped("a test").order_by("pk")
    assert [(each.name, each.phone, each.title, each.is_primary) for each in contacts] == [
        ("张三丰", "13800138000", "采购总监", True),
        ("李四", "13900139000", "", False),
    ]


def test_contacts_want_a_customer_that_is_there(cast: Cast, bring: Bring) -> None:
    batch = bring("contacts", CONTACTS, ("没有的公司", "张三", "", "", ""))
    assert reasons(batch) == [(2, "客户名称", "customer_unknown")]


def test_the_same_contacts_twice_change_nothing(cast: Cast, bring: Bring) -> None:
    table = (CONTACTS, (TIDE, "张三", "13800138000", "采购", "是"), (TIDE, "李四", "010-62345678", "", "否"))
    bring("contacts", *table)
    assert counts(bring("contacts", *table)) == (2, 0, 0, 2, 0)
