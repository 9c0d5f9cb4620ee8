"""The wizard: upload, columns, check, import, result, undo; and who may see which batch."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import Permission, User
from zhike.domain.imports.models import Batch
from zhike.domain.orders.models import Order
from zhike.flows.intake import run_next_batch
from zhike.gateways.spreadsheets.limits import BROWSER

FILE = "订单编号,客户名称,订单日期,金额,备用\nA1,海潮贸易有限公司,2026-03-05,￥10,x\nA2,海潮贸易有限公司,昨天,10,y\n"


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.ZHIKE_UPLOADS = tmp_path / "uploads"


def client(person: User) -> Client:
    browser = Client()
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def upload(browser: Client, text: str = FILE, name: str = "orders.csv", **further: str) -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return browser.post("/imports/new/", {"kind": "orders", "file": file, "token": "t", **further})


def work() -> None:
    while run_next_batch(clock=lambda: NOW):
        pass


def batch() -> Batch:
    return Batch.objects.unscoped("a test").get()


def columns(**chosen: str) -> dict[str, str]:
    known = {"number": "订单编号", "customer_name": "客户名称", "ordered_on": "订单日期", "amount": "金额"} | chosen
    return {f"column-{field}": heading for field, heading in known.items()}


def test_a_file_walks_from_upload_to_result_and_back(cast: Cast) -> None:
    browser = client(cast.sun)
    assert upload(browser).headers["Location"] == f"/imports/{batch().pk}/"
    address = f"/imports/{batch().pk}/"
    shown = browser.get(address, follow=True).content.decode()
    assert "海潮贸易有限公司" in shown
    assert "备用" in shown
    assert browser.post(f"{address}columns/", columns()).status_code == 302
    assert 'hx-get="' + address + 'progress/"' in browser.get(address).content.decode()
    work()
    assert browser.get(f"{address}progress/").headers["HX-Refresh"] == "true"
    checked = browser.get(address).content.decode()
    assert "昨天" in checked
    assert not Order.objects.unscoped("a test").exists()
    browser.post(f"{address}run/")
    browser.post(f"{address}run/")
    work()
    assert Order.objects.unscoped("a test").get().amount_minor == 1000
    assert (batch().created, batch().failed) == (1, 1)
    assert browser.get(address).status_code == 200
    assert "昨天" in browser.get(f"{address}problems/").content.decode()
    workbook = openpyxl.load_workbook(BytesIO(browser.get(f"{address}corrections.xlsx").content))
    assert workbook.active["C2"].value == "昨天"
    browser.post(f"{address}undo/")
    work()
    assert not Order.objects.unscoped("a test").exists()
    assert batch().status == Batch.Status.UNDONE
    assert browser.get(address).status_code == 200


def test_a_form_sent_twice_uploads_once(cast: Cast) -> None:
    browser = client(cast.sun)
    upload(browser)
    assert upload(browser).status_code == 422
    assert batch().made_by == cast.sun


@pytest.mark.parametrize(
    ("text", "name"),
    [("", "orders.csv"), ("no table", "orders.pdf"), ("a\0b", "orders.csv"), ("<html>", "orders.xls")],
)
def test_what_is_no_table_is_refused_with_a_sentence_and_not_kept(
    cast: Cast, tmp_path: Path, text: str, name: str
) -> None:
    answer = upload(client(cast.sun), text, name)
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert not Batch.objects.unscoped("a test").exists()
    assert not list((tmp_path / "uploads").glob("*/*"))


def test_a_file_beyond_the_limit_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhike.web.imports.forms.BROWSER", BROWSER.__class__(10, None, None))
    assert upload(client(cast.sun)).status_code == 422


@pytest.mark.parametrize(
    "chosen", [{"amount": ""}, {"number": "没有这列"}, {"amount": "订单编号"}], ids=["missing", "unknown", "twice"]
)
def test_columns_that_cannot_be_are_refused(cast: Cast, chosen: dict[str, str]) -> None:
    browser = client(cast.sun)
    upload(browser)
    answer = browser.post(f"/imports/{batch().pk}/columns/", columns(**chosen))
    assert answer.status_code == 422
    assert batch().status == Batch.Status.DRAFT


def test_another_sheet_shows_its_own_columns(cast: Cast) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "说明"
    workbook.active.append(["随便"])
    for title, number in (("一月", "A1"), ("二月", "A2")):
        sheet = workbook.create_sheet(title)
        sheet.append(["订单编号", "客户名称", "订单日期", "金额"])
        sheet.append([number, "海潮贸易有限公司", "2026-03-05", 10])
    content = BytesIO()
    workbook.save(content)
    browser = client(cast.sun)
    file = SimpleUploadedFile("orders.xlsx", content.getvalue())
    browser.post("/imports/new/", {"kind": "orders", "file": file, "token": "t"})
    assert batch().sheet == "一月"
    address = f"/imports/{batch().pk}/columns/"
    answer = browser.post(address, columns() | {"sheet": "二月"}, follow=True)
    assert answer.redirect_chain[-1][0] == address
    assert "A2" in answer.content.decode()
    browser.post(address, columns() | {"sheet": "二月"})
    assert batch().status == Batch.Status.QUEUED


def test_an_upload_can_be_put_away_while_nothing_is_written(cast: Cast, tmp_path: Path) -> None:
    browser = client(cast.sun)
    upload(browser)
    browser.post(f"/imports/{batch().pk}/removal/")
    assert not Batch.objects.unscoped("a test").exists()
    assert not list((tmp_path / "uploads").glob("*"))


@pytest.mark.parametrize("path", ["", "columns/", "progress/", "problems/", "corrections.xlsx"])
def test_other_peoples_imports_are_not_there(cast: Cast, path: str) -> None:
    upload(client(cast.sun))
    address = f"/imports/{batch().pk}/{path}"
    assert client(cast.li).get(address).status_code == 404
    assert client(cast.wang).get(address).status_code == 404
    assert client(cast.chen).get(address).status_code != 404
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("path", ["run/", "undo/", "removal/", "columns/"])
def test_other_peoples_imports_cannot_be_changed(cast: Cast, path: str) -> None:
    upload(client(cast.sun))
    assert client(cast.li).post(f"/imports/{batch().pk}/{path}", columns()).status_code == 404
    assert batch().status == Batch.Status.DRAFT


@pytest.mark.parametrize("kind", ["customers", "contacts", "orders", "interactions"])
def test_templates_are_workbooks(cast: Cast, kind: str) -> None:
    answer = client(cast.sun).get(f"/imports/templates/{kind}.xlsx")
    assert openpyxl.load_workbook(BytesIO(answer.content)).active.max_row == 1
    assert client(cast.sun).get("/imports/templates/fruit.xlsx").status_code == 404


def test_the_list_takes_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    browser = client(cast.sun)
    for token in "abc":
        upload(browser, token=token)
    with django_assert_max_num_queries(12):
        assert browser.get("/imports/").content.decode().count("orders.csv") == 3


def test_only_whoever_uploaded_a_file_chooses_its_columns_and_imports_it(cast: Cast) -> None:
    upload(client(cast.sun))
    address = f"/imports/{batch().pk}/"
    for refused in (
        client(cast.chen).get(f"{address}columns/"),
        client(cast.chen).post(f"{address}columns/", columns()),
        client(cast.chen).post(f"{address}run/"),
    ):
        assert refused.status_code == 403
        assert "只有上传文件的人才能选择列并执行导入" in refused.content.decode()
    assert batch().status == Batch.Status.DRAFT
    client(cast.sun).post(f"{address}columns/", columns())
    work()
    shown = client(cast.chen).get(address).content.decode()
    assert f"{address}run/" not in shown
    assert f"{address}run/" in client(cast.sun).get(address).content.decode()


def test_what_stands_in_a_file_is_hidden_from_whoever_may_not_reveal(cast: Cast) -> None:
    Permission.objects.filter(kind="contact", action="reveal").delete()
    upload(client(cast.sun))
    address = f"/imports/{batch().pk}/"
    client(cast.sun).post(f"{address}columns/", columns())
    work()
    for path in ("", "problems/"):
        assert "昨天" in client(cast.sun).get(f"{address}{path}").content.decode()
        others = client(cast.chen).get(f"{address}{path}").content.decode()
        assert "昨天" not in others
        assert "海潮贸易" not in others
        assert "2024-03-05" in others
    refused = client(cast.chen).get(f"{address}corrections.xlsx")
    assert (refused.status_code, client(cast.sun).get(f"{address}corrections.xlsx").status_code) == (403, 200)


def test_no_file_is_handed_out_to_who_looks_at_the_pages_as_its_maker(cast: Cast) -> None:
    upload(client(cast.sun))
    address = f"/imports/{batch().pk}/"
    client(cast.sun).post(f"{address}columns/", columns())
    work()
    browser = client(cast.zhao)
    browser.post(f"/settings/people/{cast.sun.pk}/looking/")
    assert browser.get(f"{address}corrections.xlsx").status_code == 403
    assert browser.get(f"{address}columns/").status_code == 403
    assert "昨天" not in browser.get(address).content.decode()
