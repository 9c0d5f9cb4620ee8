from collections.abc import Callable

import pytest

from tests.api.conftest import Program
from tests.cast import Cast
from zhike.domain.accounts.models import Permission, User

As = Callable[[User], Program]


@pytest.fixture
def call(cast: Cast, program: As) -> Program:
    return program(cast.li)


def test_a_person_is_added_changed_and_removed(cast: Cast, call: Program) -> None:
    made = call("POST", "/contacts/", {"customer_id": cast.precision.pk, "name": "吴工", "phone": "13812345678"})
    assert (made.status, made.document["is_primary"], made.document["customer_id"]) == (201, True, cast.precision.pk)
    path = f"/contacts/{made.document['id']}/"
    changed = call("PATCH", path, {"title": "厂长"}).document
    assert (changed["name"], changed["title"]) == ("吴工", "厂长")
    assert [call("DELETE", path).status, call("GET", path).status] == [204, 404]


@pytest.mark.parametrize("text", ["吴", "wugong", "wg", "138-1234-5678"])
def test_people_are_found_as_they_are_typed(cast: Cast, call: Program, text: str) -> None:
    call("POST", "/contacts/", {"customer_id": cast.precision.pk, "name": "吴工", "phone": "13812345678"})
    assert len(call("GET", f"/contacts/?q={text}").document["items"]) == 1


def test_a_change_based_on_an_older_state_is_a_conflict(cast: Cast, call: Program) -> None:
    made = call("POST", "/contacts/", {"customer_id": cast.precision.pk, "name": "吴工"}).document
    path, seen = f"/contacts/{made['id']}/", made["changed_at"]
    assert call("PATCH", path, {"title": "厂长", "seen_at": seen}).status == 200
    assert call("PATCH", path, {"title": "总监", "seen_at": seen}).status == 409


@pytest.mark.parametrize(("role", "found"), [("service_agent", 1), ("marketing", 0)])
def test_a_whole_number_finds_only_whom_the_caller_may_reveal(
    cast: Cast, call: Program, program: As, shipped: Callable[[str], User], role: str, found: int
) -> None:
    made = {"customer_id": cast.precision.pk, "name": "吴工", "phone": "13812345678", "email": "wu@example.cn"}
    call("POST", "/contacts/", made)
    ask = program(shipped(role))
    for text in ("13812345678", "wu@example.cn"):
        assert len(ask("GET", f"/contacts/?q={text}").document["items"]) == found
        assert len(ask("GET", f"/customers/?q={text}").document["items"]) == found
    assert len(ask("GET", "/contacts/?q=吴").document["items"]) == 1


def test_the_first_answer_is_for_whoever_may_still_see_and_do_it(cast: Cast, call: Program) -> None:
    said = {"customer_id": cast.precision.pk, "name": "吴工", "note": "喜欢喝茶"}
    first, again = (call("POST", "/contacts/", said, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status, again.content) == (201, first.content)
    Permission.objects.filter(role__key="account_manager", kind="contact", action="create").delete()
    assert call("POST", "/contacts/", said, **{"Idempotency-Key": "k"}).status == 403
    cast.li.roles.clear()
    assert call("POST", "/contacts/", said, **{"Idempotency-Key": "k"}).status == 404
