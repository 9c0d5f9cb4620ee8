from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.conftest import Program
from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Contact
from zhike.domain.customers.services import add_contact
from zhike.domain.privacy.models import PersonRequest

As = Callable[[User], Program]


@pytest.fixture
def liu(cast: Cast) -> Contact:
    return add_contact(customer=cast.precision, name="刘海棠", phone="13812345678", actor=cast.li, now=NOW)


def test_whom_one_may_contact_follows_consents_and_withdrawals(cast: Cast, program: As, liu: Contact) -> None:
    call = program(cast.li)
    path = f"/contacts/{liu.pk}/consents/"
    assert call("GET", "/contacts/contactable/?purpose=survey").document["items"] == []
    given = {"purpose": "survey", "channel": "paper", "evidence": "签字"}
    assert call("POST", path, {"purpose": "survey", "channel": "paper"}).status == 422
    made = call("POST", path, given)
    assert (made.status, made.document["is_given"], made.document["basis"]) == (201, True, "consent")
    assert "签字" not in made.content.decode()
    assert call("GET", "/contacts/contactable/?purpose=survey").document["items"] == [
        {"id": liu.pk, "customer_id": cast.precision.pk}
    ]
    assert call("POST", f"/contacts/{liu.pk}/withdrawals/", {"purpose": "survey", "channel": "email"}).status == 201
    assert call("GET", "/contacts/contactable/?purpose=survey").document["items"] == []
    assert [entry["is_given"] for entry in call("GET", path).document] == [True, False]


def test_contacts_out_of_sight_are_not_there(cast: Cast, program: As, liu: Contact) -> None:
    call = program(cast.wang)
    assert call("GET", f"/contacts/{liu.pk}/consents/").status == 404
    assert call("POST", f"/contacts/{liu.pk}/withdrawals/", {"purpose": "survey", "channel": "email"}).status == 404


def test_a_request_is_taken_down_once_and_refused_with_a_reason(cast: Cast, program: As, liu: Contact) -> None:
    call = program(cast.zhao)
    body = {"kind": "access", "contact_id": liu.pk, "asked_by": "本人", "channel": "email"}
    made = call("POST", "/person-requests/", body, **{"Idempotency-Key": "one"})
    again = call("POST", "/person-requests/", body, **{"Idempotency-Key": "one"})
    assert (made.status, made.document) == (201, again.document)
    assert PersonRequest.objects.unscoped("the test counts them").count() == 1
    number = made.document["number"]
    assert [row["number"] for row in call("GET", "/person-requests/?state=open").document["items"]] == [number]
    path = f"/person-requests/{number}/"
    assert call("POST", f"{path}closing/", {"state": "answered", "answer": "x"}).status == 409
    closed = call("POST", f"{path}closing/", {"state": "refused", "answer": "无法核实身份"})
    assert (closed.status, closed.document["state"]) == (200, "refused")
    assert call("GET", path).document["closed_at"] is not None


def test_a_request_is_about_one_person(cast: Cast, program: As, liu: Contact) -> None:
    call = program(cast.zhao)
    body = {"kind": "access", "asked_by": "本人", "channel": "email"}
    assert call("POST", "/person-requests/", body).status == 422
    assert call("POST", "/person-requests/", body | {"contact_id": liu.pk, "customer_id": 1}).status == 422
    assert call("POST", "/person-requests/", body | {"customer_id": cast.tide.pk}).status == 422


def test_requests_are_for_those_at_the_desk(cast: Cast, program: As, liu: Contact) -> None:
    call = program(cast.li)
    body = {"kind": "access", "contact_id": liu.pk, "asked_by": "本人", "channel": "email"}
    assert call("POST", "/person-requests/", body).status == 403
    assert call("GET", "/person-requests/").document["items"] == []
