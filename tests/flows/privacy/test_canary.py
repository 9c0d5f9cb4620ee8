"""After an erasure and the night's sweep no byte of the person is left in any file of this installation."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import connection

from tests.cast import NOW, Cast
from tests.flows.privacy.test_erasing import erased
from zhike.domain.accounts.models import User
from zhike.domain.accounts.services import give_grant, request_export
from zhike.domain.commitments.services import promise
from zhike.domain.customers.models import Contact
from zhike.domain.customers.services import add_contact, change_contact, reveal_contact, share_customer
from zhike.domain.imports import services as imports
from zhike.domain.imports.models import Kind
from zhike.domain.interactions.services import log
from zhike.domain.privacy.services import give_consent, lift_hold, place_hold
from zhike.flows import auditing, warehouse_copy
from zhike.flows.exporting import note_printed
from zhike.flows.intake import arrival, work
from zhike.flows.privacy.person_file import export_person
from zhike.flows.privacy.sweeping import sweep_remains
from zhike.kernel import answers, remains, requests
from zhike.kernel.scope import Level
from zhike.kernel.vault.index import indexed

CANARIES: Final = {
    "name": "金丝雀飞飞",
    "phone": "13877665544",
    "email": "canary.feifei@example.com",
    "wechat": "canary_feifei_wx",
    "note": "金丝雀爱吃小米",
}
FORMER_PHONE: Final = "13755443322"
LATER = NOW + timedelta(days=1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def canary(cast: Cast, settings: LazySettings, tmp_path: Path) -> Contact:
    """A contact who came by an import, was changed, spoken with, promised things, and answered about."""
    settings.ZHIKE_UPLOADS = tmp_path / "imports"
    settings.ZHIKE_WAREHOUSE = tmp_path / "warehouse"
    text = f"客户编号,姓名,手机,备注\n{cast.precision.number},{CANARIES['name']},{FORMER_PHONE},{CANARIES['note']}\n"
    batch = arrival.take_in([text.encode()], kind=Kind.CONTACTS, name="联系人.csv", actor=cast.zhao, now=NOW)
    work.run(imports.queue(batch=batch, is_dry_run=False, actor=cast.zhao, now=NOW), clock=lambda: NOW)
    person = next(each for each in Contact.objects.for_user(cast.zhao) if each.name == CANARIES["name"])
    change_contact(
        contact=person, actor=cast.li, now=NOW, phone=CANARIES["phone"], email=CANARIES["email"],
        wechat=CANARIES["wechat"],
    )  # fmt: skip
    colleague = add_contact(customer=cast.precision, name="何志远", actor=cast.li, now=NOW)
    change_contact(contact=colleague, actor=cast.li, now=NOW, note=f"与{CANARIES['name']}同一办公室")
    log(
        customer=cast.precision, channel="phone", occurred_at=NOW, actor=cast.li, now=NOW, contacts=[person],
        summary=f"{CANARIES['name']}说请打 {CANARIES['phone']}", feedback=f"发到 {CANARIES['email']}",
    )  # fmt: skip
    promise(
        customer=cast.precision, content=f"给{CANARIES['name']}回电", owner=cast.li, due_at=LATER,
        source_kind="manual", source_id=None, now=NOW, actor=cast.li,
    )  # fmt: skip
    give_consent(
        person=person, purpose="survey", basis="consent", channel="paper", evidence=f"{CANARIES['name']}签字",
        actor=cast.li, now=NOW,
    )  # fmt: skip
    answers.once(
        actor=cast.li, key="k", request="r", now=NOW,
        perform=lambda: (201, json.dumps({"phone": CANARIES["phone"]}, ensure_ascii=False)),
        permit=lambda _body: None,
    )  # fmt: skip
    give_reasons(cast, person)
    bring_refused(cast)
    asked = requests.ask("simulate", arguments={}, actor=None, now=NOW)
    requests.finish(asked, now=NOW, result={"who": CANARIES["name"]})
    return person


def give_reasons(cast: Cast, person: Contact) -> None:
    """People type names where they are asked why."""
    why = f"{CANARIES['name']} {CANARIES['phone']} 要求"
    reveal_contact(contact=person, reason=why, actor=cast.li, now=NOW)
    share_customer(customer=cast.precision, person=cast.wang, reason=why, actor=cast.li, now=NOW)
    hold = place_hold(person=person, reason=why, actor=cast.zhao, now=NOW)
    lift_hold(hold_id=hold.pk, actor=cast.zhao, now=NOW)
    give_grant(
        person=cast.li, kind="order", action="view", level=Level.ALL, until=LATER, reason=why, actor=cast.zhao, now=NOW
    )
    request_export(kind="customer", filters={"q": CANARIES["name"]}, rows=1, reason=why, actor=cast.zhao, now=NOW)
    export_person(person=person, reason=why, actor=cast.zhao, now=NOW, language="zh-hans")
    note_printed(kind="export", rows=1, reason=why, now=NOW)
    auditing.hand_out(cast.zhao, filters=auditing.Filters(), reason=why, now=NOW)


def bring_refused(cast: Cast) -> None:
    """Files named after the person, with rows that were refused: no record was touched."""
    name, phone = CANARIES["name"], CANARIES["phone"]
    for text in (
        f"客户编号,姓名,手机,生日\n没有的客户,{name},{phone},\n",
        f"客户编号,姓名,生日\nC1,{name},{name}生日\n",
    ):
        batch = arrival.take_in([text.encode()], kind=Kind.CONTACTS, name=f"{name}.csv", actor=cast.zhao, now=NOW)
        work.run(imports.queue(batch=batch, is_dry_run=False, actor=cast.zhao, now=NOW), clock=lambda: NOW)


def test_no_canary_survives_an_erasure(cast: Cast, desk: User, canary: Contact, tmp_path: Path) -> None:
    warehouse_copy.refresh()
    erased(canary, desk, cast.zhao)
    warehouse_copy.refresh()
    assert sweep_remains(now=LATER) == 1
    assert sweep_remains(now=LATER) == 0
    files = [*tmp_path.rglob("*"), *_files_of_the_database()]
    left = {
        (path.name, value)
        for path in files
        if path.is_file()
        for value in (*CANARIES.values(), FORMER_PHONE, *_indexes())
        for spelling in (value.encode(), json.dumps(value).strip('"').encode(), value.encode("utf-16-le"))
        if spelling in path.read_bytes()
    }
    assert not left
    assert not _found_by_search()
    assert not _found_by_opening()
    assert not [path for path in (tmp_path / "imports").rglob("*") if path.is_file()]


def test_the_sweep_is_what_clears_the_files(cast: Cast, desk: User, canary: Contact) -> None:
    """Without it the test above would prove nothing."""
    held = b"".join(path.read_bytes() for path in _files_of_the_database())
    erased(canary, desk, cast.zhao)
    assert CANARIES["name"].encode() in held


def _indexes() -> list[str]:
    """By what the canary could still be looked up, although nobody could read it."""
    return [indexed("phone", CANARIES["phone"]), indexed("phone", FORMER_PHONE), indexed("email", CANARIES["email"])]


def _files_of_the_database() -> list[Path]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            main = Path(str(connection.settings_dict["NAME"]))
            return [path for path in (main, Path(f"{main}-wal")) if path.exists()]
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        home = Path(cursor.fetchone()[0])
        found = []
        for table in remains.personal_tables():
            cursor.execute(
                "SELECT pg_relation_filepath(c.oid) FROM pg_class c WHERE c.relkind IN ('r', 'i', 't') AND ("
                " c.relname = %s OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = %s::regclass)"
                " OR c.oid = (SELECT reltoastrelid FROM pg_class WHERE oid = %s::regclass))",
                [table, table, table],
            )
            found += [home / row[0] for row in cursor.fetchall() if row[0]]
        return found


def _found_by_opening() -> list[str]:
    """Values that whoever has the keys still reads, sealed or not, by the column they stand in."""
    values = (CANARIES["name"], CANARIES["phone"])
    return [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("zhike.")
        for row in model._base_manager.all()
        for field in model._meta.concrete_fields
        if any(value in str(field.value_from_object(row)) for value in values)
    ]


def _found_by_search() -> list[str]:
    """Words of the search index that only the canary's name can have left."""
    if connection.vendor != "sqlite":
        return []
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%USING fts5%%'")
        for number, (table,) in enumerate(cursor.fetchall()):
            cursor.execute(f"CREATE VIRTUAL TABLE temp.words{number} USING fts5vocab('main', '{table}', 'row')")
            cursor.execute(f"SELECT term FROM temp.words{number} WHERE term LIKE '%雀%' OR term LIKE '%canary%'")
            found += [row[0] for row in cursor.fetchall()]
            cursor.execute(f"DROP TABLE temp.words{number}")
    return found
