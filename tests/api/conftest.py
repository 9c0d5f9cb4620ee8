"""Programs that call the API as one of the cast."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from zhike.domain.accounts.models import User
from zhike.domain.accounts.services import create_api_token
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
