from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.services import add_contact, change_contact
from zhike.domain.interactions.services import log
from zhike.domain.orders.models import Order
from zhike.domain.privacy.services import give_consent
from zhike.flows.privacy import desk as story
from zhike.flows.privacy.person_file import export_person
from zhike.kernel.errors import Denied, Refused
from zhike.kernel.models import Activity
from zhike.kernel.trail import typed_words


def file_of(person: Contact | Customer, actor: User) -> dict[str, object]:
    made = export_person(person=person, reason="本人要求", actor=actor, now=NOW, language="zh-hans")
    found: dict[str, object] = json.loads(made.to_json())
    return found


@pytest.fixture
def talk(cast: Cast, liu: Contact, he: Contact) -> None:
    log(
        customer=cast.precision, channel="visit", occurred_at=NOW, actor=cast.li, now=NOW, contacts=[liu, he],
        summary="刘海棠与何志远（13900002222）讨论价格",
    )  # fmt: skip
    log(
        customer=cast.precision, channel="phone", occurred_at=NOW, actor=cast.li, now=NOW, contacts=[he],
        summary="何志远单独来电",
    )  # fmt: skip


def test_the_file_holds_everything_about_the_person(cast: Cast, desk: User, liu: Contact, talk: None) -> None:
    change_contact(contact=liu, actor=cast.li, now=NOW + timedelta(hours=1), phone="13712345678")
    liu.refresh_from_db()
    give_consent(
        person=liu, purpose="survey", basis="consent", channel="paper", evidence="展会签字", actor=cast.li, now=NOW
    )
    story.receive(
        kind="copy", person=liu, asked_by="本人", channel="email", received_at=NOW, owner=desk, actor=desk, now=NOW,
        wish="请给我一份副本",
    )  # fmt: skip
    text = json.dumps(file_of(liu, desk), ensure_ascii=False)
    for known in ("刘海棠", "13712345678", "liu.haitang@example.com", "haitang_liu", "喜欢喝普洱茶", "展会签字",
                  "请给我一份副本", "讨论价格", "13812345678"):  # fmt: skip
        assert known in text


def test_the_file_holds_nothing_about_anybody_else(
    cast: Cast, desk: User, liu: Contact, he: Contact, talk: None
) -> None:
    text = json.dumps(file_of(liu, desk), ensure_ascii=False)
    for foreign in ("何志远", "13900002222", "he@example.com", "单独来电"):
        assert foreign not in text
    other = json.dumps(file_of(he, desk), ensure_ascii=False)
    assert "刘海棠" not in other
    assert "单独来电" in other


def test_a_person_customer_gets_orders_as_well(cast: Cast, desk: User, person: Customer) -> None:
    for customer, number in ((person, "D1"), (cast.tide, "D2")):
        Order.objects.create(
            customer=customer, number=number, ordered_on=NOW.date(), amount_minor=120_50, created_at=NOW, changed_at=NOW
        )
    found = file_of(person, desk)
    assert [(row["number"], row["amount"]) for row in found["orders"]] == [("D1", "120.50")]  # type: ignore[attr-defined]
    assert "文三路" in json.dumps(found, ensure_ascii=False)


def test_giving_the_file_out_leaves_a_line_with_its_reason(desk: User, liu: Contact) -> None:
    file_of(liu, desk)
    line = Activity.objects.get(verb="exported")
    assert (line.kind, line.object_id, line.actor_id) == ("contact", liu.pk, desk.pk)
    assert (line.note, line.changes["reason"]) == ("", [None, "•••"])
    assert typed_words([line]) == {line.pk: "本人要求"}


def test_the_workbook_says_the_same_and_nothing_in_it_is_a_formula(cast: Cast, desk: User) -> None:
    bad = add_contact(customer=cast.precision, name="=1+1", note="@SUM(A1)", actor=cast.li, now=NOW)
    made = export_person(person=bad, reason="本人要求", actor=desk, now=NOW, language="zh-hans")
    book = load_workbook(io.BytesIO(made.to_workbook()))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "=1+1" in [cell.value for cell in cells]
    assert all(cell.data_type != "f" for cell in cells)
    assert len(book.sheetnames) == len(made.parts)


def test_the_file_is_for_those_at_the_desk_and_has_a_reason(cast: Cast, desk: User, liu: Contact) -> None:
    with pytest.raises(Denied):
        file_of(liu, cast.li)
    with pytest.raises(Refused):
        export_person(person=liu, reason=" ", actor=desk, now=NOW, language="zh-hans")
    with pytest.raises(Refused):
        file_of(cast.tide, desk)
