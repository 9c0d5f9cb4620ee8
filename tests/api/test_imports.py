from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.api.conftest import Answer, Program
from tests.cast import Cast
from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Customer
from zhike.domain.imports.models import Batch
from zhike.domain.orders.models import Order
from zhike.flows.intake.work import run_next_batch
from zhike.kernel import clock

As = Callable[[User], Program]

ORDERS = """订单编号,订单日期,客户编号,产品名称,数量,实付,标价
SO-1,2026-03-01,C202603001,轴承,2,1200.50,1300
SO-2,2026-03-02,C202603001,轴承,1,abc,700
"""


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.ZHIKE_UPLOADS = tmp_path / "imports"


def upload(program: Program, text: str = ORDERS, name: str = "订单.csv", **fields: Any) -> Answer:
    file = BytesIO(text.encode())
    file.name = name
    client = Client(headers={"Authorization": f"Bearer {program.secret}", "Accept-Language": "en"})
    stated = {"kind": "orders", "mapping": '{"amount": "实付"}', "file": file} | fields
    return Answer(client.post("/api/v1/imports/", {name: value for name, value in stated.items() if value is not None}))


def test_a_file_is_taken_in_followed_and_taken_back(cast: Cast, program: As) -> None:
    call = program(cast.li)
    answer = upload(call)
    assert (answer.status, answer.document["status"]) == (202, "queued")
    assert answer.document["mapping"]["amount"] == "实付"
    path = f"/imports/{answer.document['id']}/"
    assert run_next_batch(clock=clock.now)
    done = call("GET", path).document
    assert (done["status"], done["rows"], done["created"], done["failed"]) == ("done", 2, 1, 1)
    assert done["made_by"] == "li@example.com"
    problem = call("GET", f"{path}problems/").document["items"][0]
    assert (problem["row"], problem["heading"], problem["value"]) == (3, "实付", "abc")
    assert problem["sentence"].startswith("Expected an amount")
    assert call("DELETE", path).document["status"] == "undoing"
    assert run_next_batch(clock=clock.now)
    assert call("GET", path).document["status"] == "undone"
    assert not Order.objects.unscoped("a test looks").exists()


def test_the_rows_to_mend_come_as_a_workbook(cast: Cast, program: As) -> None:
    call = program(cast.li)
    path = f"/imports/{upload(call).document['id']}/errors.xlsx"
    run_next_batch(clock=clock.now)
    answer = Client(headers={"Authorization": f"Bearer {call.secret}"}).get(f"/api/v1{path}")
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)
    assert [row[0] for row in rows] == ["订单编号", "SO-2"]
    assert "attachment" in answer["Content-Disposition"]


def test_a_dry_run_writes_nothing(cast: Cast, program: As) -> None:
    call = program(cast.li)
    path = f"/imports/{upload(call, dry_run='true').document['id']}/"
    run_next_batch(clock=clock.now)
    checked = call("GET", path).document
    assert (checked["status"], checked["created"]) == ("checked", 1)
    assert not Order.objects.unscoped("a test looks").exists()
    assert call("DELETE", path).status == 422


def test_missing_customers_are_made_where_that_is_asked_for(cast: Cast, program: As) -> None:
    upload(program(cast.li), ORDERS.replace("C202603001", "K-9"), create_missing="true")
    run_next_batch(clock=clock.now)
    assert Customer.objects.for_user(cast.li).filter(external_id="K-9").exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kind": "people"}, 422),
        ({"kind": None}, 422),
        ({"file": None}, 422),
        ({"mapping": "amount=实付"}, 422),
        ({"mapping": '{"amount": 1}'}, 422),
        ({"mapping": '{"amount": "没有"}'}, 422),
        ({"mapping": '{"nothing": "实付"}'}, 422),
        ({"text": "只有一列\n1\n"}, 422),
        ({"text": ""}, 422),
        ({"text": "PK\x03\x04 not a workbook", "name": "a.xlsx"}, 422),
        ({"sheet": "Sheet\0"}, 400),
    ],
)
def test_what_cannot_be_taken_in_is_refused_at_once(
    cast: Cast, program: As, fields: dict[str, Any], status: int
) -> None:
    answer = upload(program(cast.li), **fields)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert not Batch.objects.unscoped("a test looks").exists()


def test_somebody_who_may_not_import_is_told_so(cast: Cast, program: As) -> None:
    cast.li.roles.all()[0].permissions.filter(kind="import").delete()
    assert upload(program(cast.li)).status == 403


def test_others_imports_are_neither_seen_nor_touched(cast: Cast, program: As) -> None:
    theirs, call = upload(program(cast.wang)).document["id"], program(cast.li)
    assert call("GET", "/imports/").document["items"] == []
    for method, rest in (("GET", ""), ("DELETE", ""), ("GET", "problems/"), ("GET", "errors.xlsx")):
        unseen, missing = call(method, f"/imports/{theirs}/{rest}"), call(method, f"/imports/999999/{rest}")
        assert unseen.status == missing.status == 404
        assert unseen.document["detail"].replace(str(theirs), "999999") == missing.document["detail"]
    assert Batch.objects.unscoped("a test looks").get(pk=theirs).status == "queued"


def test_problems_are_told_without_their_values_to_whoever_may_not_reveal(
    cast: Cast, program: As, analyst: User
) -> None:
    text = "客户名称,姓名,手机\n没有的公司,何晓,13812345678\n华东精密机械有限公司,,13912345678\n"
    path = f"/imports/{upload(program(cast.zhao), text, kind='contacts', mapping=None).document['id']}/"
    run_next_batch(clock=clock.now)
    call = program(analyst)
    told = call("GET", f"{path}problems/").document["items"]
    assert {(problem["row"], problem["value"]) for problem in told} == {(2, None), (3, None)}
    assert all(problem["sentence"] for problem in told)
    assert call("GET", f"{path}errors.xlsx").status == 403
    assert program(cast.zhao)("GET", f"{path}problems/").document["items"][0]["value"] == "没有的公司"
