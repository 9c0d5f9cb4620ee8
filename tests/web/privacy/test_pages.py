from __future__ import annotations

import io
import json

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Contact, Customer
from zhike.domain.customers.services import add_contact
from zhike.domain.privacy.models import Consent, PersonRequest, RetentionRule
from zhike.domain.privacy.services import give_consent

WHY = "the test looks at everything"


@pytest.fixture
def liu(cast: Cast) -> Contact:
    return add_contact(customer=cast.precision, name="刘海棠", phone="13812345678", actor=cast.li, now=NOW)


@pytest.fixture
def wen(cast: Cast) -> User:
    """文, a second administrator: an erasure needs two."""
    person = User.objects.create(email="wen@example.com", name="文静", department=cast.office, created_at=NOW)
    person.roles.set(cast.zhao.roles.all())
    return person


def taken_down(browser: Client, liu: Contact, owner: User, kind: str) -> PersonRequest:
    answer = browser.post(
        "/privacy/new/",
        {
            "contact": liu.pk, "kind": kind, "asked_by": "刘海棠本人", "channel": "email", "owner": owner.pk,
            "received_at": "2026-03-16T09:30", "wish": "请处理",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    return PersonRequest.objects.unscoped(WHY).get()


def test_a_request_goes_from_the_form_to_its_answer(cast: Cast, visit: Visit, liu: Contact) -> None:
    browser = visit(cast.zhao)
    request = taken_down(browser, liu, cast.zhao, "copy")
    address = f"/privacy/{request.number}/"
    assert request.number in browser.get("/privacy/").content.decode()
    assert "刘海棠" in browser.get(address).content.decode()
    assert request.number in browser.get("/").content.decode()
    assert browser.post(f"{address}identity/", {"proof": "known_contact"}).status_code == 302
    assert browser.post(f"{address}taking-up/").status_code == 302
    file = browser.post(f"{address}file/", {"form": "json"})
    assert "13812345678" in str(json.loads(file.content))
    workbook = browser.post(f"{address}file/", {"form": "xlsx"})
    assert load_workbook(io.BytesIO(workbook.content)).sheetnames
    assert browser.post(f"{address}answer/", {"answer": ""}).status_code == 422
    assert browser.post(f"{address}answer/", {"answer": "已寄出副本"}).status_code == 302
    assert PersonRequest.objects.unscoped(WHY).get().state == "answered"
    assert not Commitment.objects.unscoped(WHY).open().exists()
    assert request.number not in browser.get("/privacy/").content.decode()
    assert request.number in browser.get("/privacy/?state=closed").content.decode()
    assert request.number in browser.get("/privacy/?state=all").content.decode()


def test_two_administrators_erase(cast: Cast, visit: Visit, liu: Contact, wen: User) -> None:
    first, second = visit(cast.zhao), visit(wen)
    address = f"/privacy/{taken_down(first, liu, cast.zhao, 'erase').number}/"
    first.post(f"{address}identity/", {"proof": "document"})
    first.post(f"{address}taking-up/")
    first.post(f"{address}holds/", {"reason": "诉讼"})
    assert first.post(f"{address}erasure/").status_code == 422
    hold = first.get(address).context["holds"].get()
    first.post(f"{address}holds/{hold.pk}/lifting/")
    assert first.post(f"{address}erasure/").status_code == 302
    assert first.post(f"{address}approval/").status_code == 403
    assert second.post(f"{address}approval/").status_code == 302
    gone = second.get(address).content.decode()
    assert "刘海棠" not in gone
    assert Contact.objects.unscoped(WHY).get(pk=liu.pk).phone == ""


def test_a_refusal_keeps_what_was_typed(cast: Cast, visit: Visit, liu: Contact) -> None:
    browser = visit(cast.zhao)
    answer = browser.post("/privacy/new/", {"kind": "copy", "asked_by": "谁", "channel": "email"})
    assert answer.status_code == 422
    assert "谁" in answer.content.decode()
    assert not PersonRequest.objects.unscoped(WHY).exists()


def test_the_desk_is_shown_to_those_who_work_there(cast: Cast, visit: Visit, liu: Contact) -> None:
    assert "/privacy/" in visit(cast.zhao).get("/").content.decode()
    assert 'href="/privacy/"' not in visit(cast.li).get("/").content.decode()
    assert visit(cast.li).get("/privacy/").status_code == 403
    assert visit(cast.li).get("/privacy/PR202603001/").status_code == 403


def test_the_owner_records_and_withdraws_what_a_contact_agreed_to(cast: Cast, visit: Visit, liu: Contact) -> None:
    browser = visit(cast.li)
    address = f"/privacy/contacts/{liu.pk}/consents/"
    assert address in browser.get(f"/customers/{cast.precision.number}/contacts/").content.decode()
    typed = {"purpose": "survey", "basis": "consent", "channel": "paper"}
    assert browser.post(address, typed).status_code == 422
    assert browser.post(address, {**typed, "evidence": "展会签字", "given_on": "2026-03-01"}).status_code == 302
    assert "展会签字" in browser.get(address).content.decode()
    assert browser.post(f"/privacy/contacts/{liu.pk}/withdrawal/", {"purpose": "survey"}).status_code == 302
    assert list(Consent.objects.unscoped(WHY).order_by("pk").values_list("is_given", flat=True)) == [True, False]


def test_customers_are_narrowed_to_those_who_may_be_contacted(cast: Cast, visit: Visit, liu: Contact) -> None:
    browser = visit(cast.chen)
    assert cast.precision.name not in browser.get("/customers/?contact_for=survey").content.decode()
    give_consent(
        person=liu, purpose="survey", basis="consent", channel="paper", evidence="签字", actor=cast.li, now=NOW
    )
    narrowed = browser.get("/customers/?contact_for=survey").content.decode()
    assert cast.precision.name in narrowed
    assert cast.tide.name not in narrowed


def test_people_of_others_cannot_be_answered_for(cast: Cast, visit: Visit, liu: Contact) -> None:
    browser = visit(cast.wang)
    assert browser.get(f"/privacy/contacts/{liu.pk}/consents/").status_code == 404
    assert browser.post(f"/privacy/contacts/{liu.pk}/withdrawal/", {"purpose": "survey"}).status_code == 404


def test_periods_are_previewed_and_switched_on(cast: Cast, visit: Visit, liu: Contact) -> None:
    Contact.objects.unscoped(WHY).filter(pk=liu.pk).update(changed_at=NOW.replace(year=2019))
    browser = visit(cast.zhao)
    assert "刘海棠" in browser.get("/privacy/retention/").content.decode()
    assert browser.post("/privacy/retention/", {"key": "contacts", "amount": 3, "is_on": "on"}).status_code == 422
    assert browser.post("/privacy/retention/", {"key": "contacts", "amount": 36, "is_on": "on"}).status_code == 302
    assert RetentionRule.objects.get(key="contacts").is_on
    assert visit(cast.li).get("/privacy/retention/").status_code == 403


def test_a_customer_who_is_a_person_agrees_on_a_page_of_its_own(cast: Cast, visit: Visit) -> None:
    Customer.objects.create(
        number="C202603009", kind="person", name="欧阳明月", owner=cast.li, department=cast.east, created_at=NOW,
        changed_at=NOW,
    )  # fmt: skip
    browser = visit(cast.li)
    address = "/privacy/customers/C202603009/consents/"
    assert address in browser.get("/customers/C202603009/archive/").content.decode()
    assert browser.post(address, {"purpose": "service", "basis": "contract", "channel": "paper"}).status_code == 302
    assert "欧阳明月" in browser.get(address).content.decode()
    assert browser.post(f"/privacy/customers/{cast.precision.number}/consents/", {}).status_code == 422
