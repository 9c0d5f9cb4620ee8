from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Program
from tests.cast import Cast
from zhike.domain.accounts.models import User

As = Callable[[User], Program]


@pytest.fixture
def call(cast: Cast, program: As) -> Program:
    return program(cast.li)


def promise(cast: Cast, **stated: Any) -> dict[str, Any]:
    return {"customer_id": cast.precision.pk, "content": "寄样品", "due_at": "2030-01-04T17:30:00+08:00"} | stated


def test_a_promise_is_made_and_kept(cast: Cast, call: Program) -> None:
    made = call("POST", "/commitments/", promise(cast)).document
    assert (made["owner"], made["status"], made["due_at"]) == ("li@example.com", "open", "2030-01-04T09:30:00Z")
    kept = call("POST", f"/commitments/{made['id']}/closing/", {"outcome": "kept", "note": "已寄出"})
    assert (kept.status, kept.document["status"], kept.document["closing_note"]) == (200, "kept", "已寄出")
    assert call("POST", f"/commitments/{made['id']}/closing/", {"outcome": "missed"}).status == 409


def test_a_promise_can_be_put_off_the_list(cast: Cast, call: Program) -> None:
    made = call("POST", "/commitments/", promise(cast)).document
    until = {"until": "2030-01-02T01:00:00Z", "reason": "客户出差"}
    assert call("POST", f"/commitments/{made['id']}/snooze/", until).document["snoozed_until"] == until["until"]


@pytest.mark.parametrize(
    ("narrowing", "found"),
    [("", 1), ("?status=open", 1), ("?status=kept", 0), ("?owner=LI@example.com", 1), ("?owner=sun@example.com", 0),
     ("?due_by=2030-01-04", 1), ("?due_by=2030-01-03", 0)],
)  # fmt: skip
def test_the_list_is_narrowed(cast: Cast, call: Program, narrowing: str, found: int) -> None:
    call("POST", "/commitments/", promise(cast))
    assert len(call("GET", f"/commitments/{narrowing}").document["items"]) == found


@pytest.mark.parametrize(
    ("due_at", "status"),
    [
        ("2030-01-04T17:30:00+18:47", 201),
        ("2030-01-04T17:30:00", 422),
        ("3668-11-17T02:22:05+18:47", 422),
        ("0001-01-01T00:00:00+08:00", 422),
        ("2001-01-01T00:00:00Z", 422),
    ],
)
def test_a_deadline_is_a_moment_that_every_zone_knows(cast: Cast, call: Program, due_at: str, status: int) -> None:
    assert call("POST", "/commitments/", promise(cast, due_at=due_at)).status == status


@pytest.mark.parametrize("wrong", [{"owner": "nobody@example.com"}, {"customer_id": 999_999}])
def test_a_promise_needs_somebody_on_either_side(cast: Cast, call: Program, wrong: dict[str, Any]) -> None:
    assert call("POST", "/commitments/", promise(cast, **wrong)).status == 404
