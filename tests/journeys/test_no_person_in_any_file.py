"""Whoever gets hold of the database, the uploads or the columnar copy finds no person in them, by any name."""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.management import call_command
from django.db import connection

from tests.api.conftest import program  # noqa: F401  # a fixture
from tests.cast import NOW, Cast
from zhike.domain.customers import services
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.queries import matching_customers
from zhike.domain.imports import services as imports
from zhike.flows import archive, warehouse_copy
from zhike.flows.intake import arrival, work
from zhike.flows.intake.corrections import write_corrections

CANARIES: Final = {
    "name": "金丝雀飞飞",
    "phone": "13877665544",
    "email": "canary.feifei@example.com",
    "wechat": "canary_feifei_wx",
    "birthday": "1987-06-05",
    "note": "金丝雀爱吃小米",
}
FORMER: Final = {"name": "云雀阿黄", "phone": "13755443322", "note": "云雀怕猫"}
PERSON: Final = {"name": "百灵小红", "address": "上海市浦东新区百灵路77号", "note": "百灵只在早上接电话"}
REFUSED: Final = {"name": "画眉老陈", "phone": "13366554433"}
TRACES: Final = ["金丝雀", "云雀", "百灵", "画眉", "feifei", "1987-06-05", "jinsique", *(
    value for each in (CANARIES, FORMER, PERSON, REFUSED) for value in each.values()
)]  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.ZHIKE_UPLOADS = tmp_path / "imports"
    settings.ZHIKE_WAREHOUSE = tmp_path / "warehouse"
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    return tmp_path


def bring(kind: str, cast: Cast, *table: tuple[object, ...]) -> Any:
    text = io.StringIO()
    csv.writer(text).writerows(table)
    batch = arrival.take_in([text.getvalue().encode()], kind=kind, name="名单.csv", actor=cast.zhao, now=NOW)
    return work.run(imports.queue(batch=batch, is_dry_run=False, actor=cast.zhao, now=NOW), clock=lambda: NOW)


def live(cast: Cast, call: Any) -> None:
    """Bring people in by every door, change them, find them, take some of it back."""
    tide = cast.tide
    contacts = ("客户编号", "姓名", "手机", "生日", "备注")
    bring(
        "contacts", cast, contacts,
        (tide.number, FORMER["name"], FORMER["phone"], CANARIES["birthday"], FORMER["note"]),
        (tide.number, REFUSED["name"], REFUSED["phone"], "不是日子", ""),
        ("没有的客户", REFUSED["name"], REFUSED["phone"], "", ""),
    )  # fmt: skip
    bring("contacts", cast, contacts, (tide.number, FORMER["name"], CANARIES["phone"], "", CANARIES["note"]))
    bring(
        "customers", cast, ("客户名称", "客户类型", "地址", "备注"),
        (PERSON["name"], "个人", PERSON["address"], PERSON["note"]),
    )  # fmt: skip
    lark = next(each for each in Contact.objects.for_user(cast.zhao) if each.name == FORMER["name"])
    values = {name: CANARIES[name] for name in ("name", "phone", "email", "wechat", "note")}
    services.reveal_contact(contact=lark, reason=f"{REFUSED['name']}要找{FORMER['name']}", actor=cast.zhao, now=NOW)
    services.change_contact(contact=lark, actor=cast.zhao, now=NOW, **values)  # type: ignore[arg-type]
    made = call("POST", "/contacts/", {"customer_id": tide.pk} | values, **{"Idempotency-Key": "one"})
    assert made.status == 201
    person = archive.open_file(actor=cast.zhao, now=NOW, kind="person", **PERSON)  # type: ignore[arg-type]
    archive.change_file(customer=person, actor=cast.zhao, now=NOW, name=FORMER["name"], note=CANARIES["note"])
    rows = Customer.objects.for_user(cast.zhao)
    for text in ("jinsique", CANARIES["name"], CANARIES["phone"], CANARIES["email"]):
        assert list(matching_customers(rows, text, cast.zhao)) == [tide]
    warehouse_copy.refresh()


def remains(home: Path) -> Iterator[tuple[str, bytes]]:
    """Everything that is kept: the database whatever it is, and every file."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT t.*::text FROM "{table}" t')
                yield table, repr(cursor.fetchall()).encode()
    else:
        file = Path(connection.settings_dict["NAME"])
        for each in file.parent.glob(f"{file.name}*"):
            yield each.name, each.read_bytes()
    for each in sorted(home.rglob("*")):
        if each.is_file():
            yield str(each.relative_to(home)), each.read_bytes()


def test_no_file_and_no_table_holds_a_word_about_a_person(
    home: Path,
    cast: Cast,
    program: Any,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    live(cast, program(cast.zhao))
    before = [name for name, _content in remains(home)]
    assert any(name.endswith("/file") for name in before)
    assert any("parquet" in name for name in before)
    found = {
        (name, trace)
        for name, content in [*remains(home), ("log", caplog.text.encode())]
        for trace in TRACES
        for spelt in (trace, json.dumps(trace)[1:-1])
        if spelt.encode() in content
    }
    assert found == set()


def test_the_workbook_of_errors_leaves_nothing_behind(home: Path, cast: Cast) -> None:
    batch = bring("contacts", cast, ("客户编号", "姓名", "生日"), (cast.tide.number, REFUSED["name"], "不是日子"))
    target = io.BytesIO()
    write_corrections(batch, target)
    assert target.getvalue()
    assert not any((home / "scratch").iterdir())


def test_keys_are_told_without_being_shown(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("keys", "status")
    told = capsys.readouterr().out
    assert "customers" not in told or "current" in told
    assert "\x1a" not in told
