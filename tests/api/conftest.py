"""Programs that call the API as one of the cast."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import Role, User
from zhike.domain.accounts.services import create_api_token
from zhike.domain.customers.models import Customer
from zhike.domain.imports.services import open_batch
from zhike.flows.playbooks import adopt, read
from zhike.kernel import clock


class Answer:
    """What came back: status, headers, and the document in it."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.content: bytes = response.content
        self.headers: Mapping[str, str] = response.headers

    @property
    def document(self) -> Any:
        return json.loads(self.content)


@dataclass(frozen=True)
class Program:
    """A program with a person's token; every answer but 204 must be JSON."""

    secret: str

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        client = Client(headers={"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"} | headers)
        data = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
        answer = client.generic(method, f"/api/v1{path}", data, content_type="application/json")
        assert answer.status_code == 204 or "json" in answer["Content-Type"]
        return Answer(answer)


@pytest.fixture
def program(cast: Cast) -> Callable[[User], Program]:
    """Gives a program the token of a person."""

    def of(person: User) -> Program:
        now = clock.now()
        _token, secret = create_api_token(
            owner=person, name="tests", expires_at=now + timedelta(days=1), actor=person, now=now
        )
        return Program(secret)

    return of


@pytest.fixture
def shipped(cast: Cast) -> Callable[[str], User]:
    """Gives somebody at the head office one of the shipped roles."""
    adopt(read("b2b-abc"), now=NOW, actor=cast.zhao)

    def in_role(key: str) -> User:
        person = User.objects.create(email=f"{key}@example.com", name=key, department=cast.office, created_at=NOW)
        person.roles.add(Role.objects.get(key=key))
        return person

    return in_role


@pytest.fixture
def analyst(shipped: Callable[[str], User]) -> User:
    """Somebody who reads everything but the people at the customers."""
    return shipped("analyst")


def rows_of(call: Program, person: User, customer: Customer) -> dict[str, int]:
    """One row of each kind at a person's customer: the ids, by the name of the parameter that takes them."""
    of, at = {"customer_id": customer.pk}, "2026-03-16T09:30:00+08:00"
    order = {"number": f"SO-{customer.number}", "ordered_on": "2026-03-01", "amount_minor": 100}
    sharing = {"person": "chen@example.com", "reason": "联合拜访"}
    made = {
        "collaborator_id": call("POST", f"/customers/{customer.pk}/collaborators/", sharing),
        "contact_id": call("POST", "/contacts/", of | {"name": "吴工"}),
        "order_id": call("POST", "/orders/", of | order),
        "interaction_id": call("POST", "/interactions/", of | {"channel": "visit", "occurred_at": at}),
        "commitment_id": call("POST", "/commitments/", of | {"content": "发报价", "due_at": "2030-01-04T09:30:00Z"}),
    }
    batch = open_batch(kind="orders", file_name="订单.csv", actor=person, now=clock.now())
    return (
        of | {"import_id": batch.pk, "scheme_key": 1} | {name: answer.document["id"] for name, answer in made.items()}
    )
