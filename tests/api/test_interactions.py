from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Program
from tests.cast import NOW, Cast
from zhike.domain.accounts.models import Permission, User
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Contact
from zhike.domain.customers.services import add_contact
from zhike.domain.interactions.models import Interaction
from zhike.kernel.scope import Level

As = Callable[[User], Program]


@pytest.fixture
def call(cast: Cast, program: As) -> Program:
    return program(cast.li)


def talk(cast: Cast, **stated: Any) -> dict[str, Any]:
    happened = {"customer_id": cast.precision.pk, "channel": "phone", "occurred_at": "2026-03-16T09:30:00+08:00"}
    return happened | {"summary": "谈了交期"} | stated


def contact(cast: Cast) -> Contact:
    return add_contact(customer=cast.precision, actor=cast.li, now=NOW, name="吴工")


def test_an_interaction_is_logged_with_all_that_follows(cast: Cast, call: Program) -> None:
    owed = call(
        "POST",
        "/commitments/",
        {"customer_id": cast.precision.pk, "content": "发报价", "due_at": "2030-04-01T10:00:00+08:00"},
    ).document["id"]
    met = contact(cast)
    answer = call(
        "POST",
        "/interactions/",
        talk(
            cast,
            contacts=[met.pk],
            staff=["LI@example.com", "sun@example.com"],
            next_actions=[{"content": "寄样品", "owner": "sun@example.com", "due_on": "2030-01-04"}],
            fulfils=[owed],
        ),
    )
    logged = answer.document
    assert answer.status == 201
    assert (logged["contacts"], logged["staff"]) == ([met.pk], ["li@example.com", "sun@example.com"])
    assert (logged["kept"], logged["logged_by"], logged["proposal"]) == ([owed], "li@example.com", None)
    assert call("GET", f"/commitments/{owed}/").document["status"] == "kept"
    promised = Commitment.objects.unscoped("a test looks").get(pk=logged["promised"][0])
    assert (promised.owner, promised.content, promised.source_kind) == (cast.sun, "寄样品", "interaction")


def test_the_next_step_is_proposed(cast: Cast, call: Program) -> None:
    proposal = call("POST", "/interactions/", talk(cast, is_connected=False)).document["proposal"]
    assert proposal["content"] == "Try again to reach the customer"
    assert proposal["commitment_id"] is None


def test_a_log_sent_twice_under_one_key_is_one(cast: Cast, call: Program) -> None:
    first, second = (call("POST", "/interactions/", talk(cast), **{"Idempotency-Key": "visit-9"}) for _ in range(2))
    assert first.content == second.content
    assert len(call("GET", "/interactions/").document["items"]) == 1


def test_taking_back_opens_what_was_kept(cast: Cast, call: Program) -> None:
    body = {"customer_id": cast.precision.pk, "content": "回访", "due_at": "2030-04-01T10:00:00+08:00"}
    owed = call("POST", "/commitments/", body).document["id"]
    pk = call("POST", "/interactions/", talk(cast, fulfils=[owed])).document["id"]
    assert [call("DELETE", f"/interactions/{pk}/").status for _ in range(2)] == [204, 404]
    assert call("GET", f"/commitments/{owed}/").document["status"] == "open"


def test_a_colleagues_interaction_goes_only_with_the_right_to_delete(cast: Cast, call: Program, program: As) -> None:
    Permission.objects.filter(role__key="account_manager", kind="interaction", action="delete").delete()
    Permission.objects.filter(role__key="account_manager", action="view").update(level=Level.ALL)
    theirs = program(cast.wang)("POST", "/interactions/", talk(cast, customer_id=cast.southern.pk)).document["id"]
    assert call("DELETE", f"/interactions/{theirs}/").status == 403
    assert program(cast.zhao)("DELETE", f"/interactions/{theirs}/").status == 204


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ({"channel": "pigeon"}, 422),
        ({"occurred_at": "2099-01-01T00:00:00Z"}, 422),
        ({"occurred_at": "2026-03-16T09:30:00"}, 422),
        ({"contacts": [999_999]}, 404),
        ({"staff": ["nobody@example.com"]}, 404),
        ({"fulfils": [999_999]}, 404),
        ({"next_actions": [{"content": "x", "due_on": "1999-01-01"}]}, 422),
    ],
)
def test_what_cannot_be_logged_is_refused_whole(cast: Cast, call: Program, stated: dict[str, Any], status: int) -> None:
    assert call("POST", "/interactions/", talk(cast, **stated)).status == status
    assert not Interaction.objects.unscoped("a test looks").exists()


@pytest.mark.parametrize(
    ("narrowing", "found"),
    [("?channel=phone", 1), ("?channel=visit", 0), ("?since=2026-03-17T00:00:00Z", 0), ("?customer_id=1234567", 0)],
)
def test_the_list_is_narrowed(cast: Cast, call: Program, narrowing: str, found: int) -> None:
    call("POST", "/interactions/", talk(cast))
    assert len(call("GET", f"/interactions/{narrowing}").document["items"]) == found


def test_others_interactions_are_neither_seen_nor_touched(cast: Cast, call: Program, program: As) -> None:
    theirs = program(cast.wang)("POST", "/interactions/", talk(cast, customer_id=cast.southern.pk)).document["id"]
    assert call("GET", "/interactions/").document["items"] == []
    for method in ("GET", "DELETE"):
        unseen, missing = call(method, f"/interactions/{theirs}/"), call(method, "/interactions/999999/")
        assert unseen.status == missing.status == 404
        assert unseen.content == missing.content
    unseen = call("POST", "/interactions/", talk(cast, customer_id=cast.southern.pk))
    assert unseen.content == call("POST", "/interactions/", talk(cast, customer_id=999_999)).content
    assert Interaction.objects.unscoped("a test looks").filter(pk=theirs).exists()


def test_whoever_may_not_see_contacts_is_told_nothing_of_what_was_said(
    cast: Cast, call: Program, program: As, analyst: User
) -> None:
    body = {"customer_id": cast.precision.pk, "content": "回访", "due_at": "2030-04-01T10:00:00+08:00"}
    owed = call("POST", "/commitments/", body).document["id"]
    said = {"summary": "何先生手机13812345678", "feedback": "请打13812345678"}
    logged = call("POST", "/interactions/", talk(cast, fulfils=[owed], **said)).document
    assert (logged["summary"], logged["feedback"], logged["masked"]) == (*said.values(), [])
    for asked in (program(analyst)("GET", f"/interactions/{logged['id']}/"), program(analyst)("GET", "/interactions/")):
        assert "13812345678" not in asked.content.decode()
        document = asked.document.get("items", [asked.document])[0]
        assert (document["summary"], document["feedback"]) == (None, None)
        assert document["masked"] == ["summary", "feedback"]
    closed = program(analyst)("GET", f"/commitments/{owed}/").document
    assert (closed["status"], closed["closing_note"], closed["masked"]) == ("kept", None, ["closing_note"])
    assert call("GET", f"/commitments/{owed}/").document["closing_note"] == "何先生手机13812345678"
