from collections.abc import Callable

import pytest
from django.test import Client

from tests.api.conftest import Program
from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment, ServiceStandard
from zhike.domain.customers.models import Customer, ExtraField

As = Callable[[User], Program]


def test_a_program_sees_the_customers_of_its_person_only(cast: Cast, program: As) -> None:
    shown = program(cast.li)("GET", "/customers/").document
    assert [item["number"] for item in shown["items"]] == [cast.precision.number]
    assert shown["next"] is None


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer zhike_guessed", "Basic eHg6eXk="])
def test_without_a_valid_token_nothing_is_shown(cast: Cast, token: str) -> None:
    answer = Client(headers={"Authorization": token}).get("/api/v1/customers/")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_the_token_of_a_disabled_person_is_worth_nothing(cast: Cast, program: As) -> None:
    call = program(cast.li)
    User.objects.filter(pk=cast.li.pk).update(is_active=False)
    assert call("GET", "/customers/").status == 401


def test_pages_follow_each_other_by_cursor(cast: Cast, program: As) -> None:
    call = program(cast.zhao)
    first = call("GET", "/customers/?size=3").document
    second = call("GET", f"/customers/?size=3&after={first['next']}").document
    assert [len(first["items"]), len(second["items"]), second["next"]] == [3, 1, None]


def test_somebody_elses_customer_and_none_at_all_look_the_same(cast: Cast, program: As) -> None:
    call = program(cast.li)
    unseen, missing = call("GET", f"/customers/{cast.southern.pk}/"), call("GET", "/customers/999999/")
    assert unseen.status == missing.status == 404
    assert unseen.content == missing.content


def test_a_write_repeated_under_its_key_is_done_once(cast: Cast, program: As) -> None:
    call, body = program(cast.li), {"name": "新港重工有限公司", "owner": "li@example.com"}
    answers = [call("POST", "/customers/", body, **{"Idempotency-Key": "order-77"}) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].document["number"] == answers[1].document["number"]
    assert Customer.objects.unscoped("a test counts").filter(sort_name="新港重工有限公司").count() == 1


def test_a_key_used_for_something_else_is_a_conflict(cast: Cast, program: As) -> None:
    call = program(cast.li)
    call("POST", "/customers/", {"name": "甲"}, **{"Idempotency-Key": "k"})
    assert call("POST", "/customers/", {"name": "乙"}, **{"Idempotency-Key": "k"}).status == 409


def test_nobody_opens_files_for_others_out_of_reach(cast: Cast, program: As) -> None:
    rep, director = program(cast.li), program(cast.chen)
    for caller, said, status in (
        (rep, {"owner": "sun@example.com"}, 403), (rep, {}, 201),
        (director, {"owner": "sun@example.com"}, 201), (director, {"owner": "wang@example.com"}, 403),
    ):  # fmt: skip
        assert caller("POST", "/customers/", {"name": "x"} | said).status == status, said
    assert Customer.everything.count() == 6


def test_a_change_touches_only_what_it_names(cast: Cast, program: As) -> None:
    call, path = program(cast.li), f"/customers/{cast.precision.pk}/"
    before = call("GET", path).document
    after = call("PATCH", path, {"region": "苏州"}).document
    assert {key for key in before if before[key] != after[key]} == {"region", "changed_at"}


@pytest.mark.parametrize(
    ("body", "field"),
    [({"credit_code": "123"}, "credit_code"), ({"industry": "造梦"}, "industry"), ({"name": "  "}, "name")],
)
def test_a_wrong_value_is_named(cast: Cast, program: As, body: dict[str, str], field: str) -> None:
    answer = program(cast.li)("PATCH", f"/customers/{cast.precision.pk}/", body)
    assert (answer.status, answer.document["field"]) == (422, field)


def test_a_deleted_customer_is_gone(cast: Cast, program: As) -> None:
    call, path = program(cast.zhao), f"/customers/{cast.precision.pk}/"
    assert [call("DELETE", path).status, call("GET", path).status] == [204, 404]


def test_what_a_program_writes_brings_about_what_a_person_would(cast: Cast, program: As) -> None:
    ServiceStandard.objects.create(
        key="first-answer", trigger="event", event="first_contact", rule="24 hours", started_at=NOW
    )
    call = program(cast.zhao)
    opened = call("POST", "/customers/", {"name": "新港重工有限公司", "owner": "li@example.com"}).document
    path, owed = f"/customers/{opened['id']}/", Commitment.everything.filter(customer=opened["id"])
    assert [one.owner for one in owed] == [cast.li]
    call("PATCH", path, {"owner": "sun@example.com"})
    assert [one.owner for one in owed.all()] == [cast.sun]
    call("DELETE", path)
    assert [one.outcome for one in owed.all()] == ["waived"]


def test_needs_are_written_and_read(cast: Cast, program: Callable[[User], Program]) -> None:
    call, path = program(cast.li), f"/customers/{cast.precision.pk}/needs/"
    assert call("GET", path).document["plans"] == ""
    written = call("PATCH", path, {"plans": "扩建二期产线", "budget_from_minor": 100, "budget_to_minor": 900}).document
    assert written == call("GET", path).document
    assert (written["plans"], written["pain_points"]) == ("扩建二期产线", "")
    assert call("PATCH", path, {"budget_to_minor": 1}).status == 422


def test_own_fields_are_listed(cast: Cast, program: Callable[[User], Program]) -> None:
    ExtraField.objects.create(subject="contact", key="hobby", label="爱好", type="choice", choices=["茶", "球"])
    ExtraField.objects.create(subject="customer", key="old", label="旧", type="text", retired_at=NOW)
    listed = program(cast.li)("GET", "/fields/").document
    assert [(each["subject"], each["key"], each["choices"]) for each in listed] == [("contact", "hobby", ["茶", "球"])]


def test_what_nobody_knows_is_refused_by_its_name(cast: Cast, program: As) -> None:
    call = program(cast.li)
    answer = call("POST", "/customers/", {"name": "新潮公司", "bogus": 1})
    assert (answer.status, answer.document["errors"][0]["field"]) == (422, "body.payload.bogus")
    for path, field in (("/customers/?ownr=x@example.com", "ownr"), ("/me/?x=1", "x")):
        answer = call("GET", path)
        assert (answer.status, answer.document["field"]) == (422, field)
    assert call("GET", "/customers/?owner=abc").status == 422
    assert call("GET", "/customers/?owner=li@example.com&size=10").status == 200
