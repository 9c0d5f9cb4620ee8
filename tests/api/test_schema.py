"""The whole API against its own document: whatever is sent, the answer is one that the document knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi

from tests.api.conftest import Program, rows_of
from tests.cast import Cast
from zhike.api.application import document
from zhike.domain.accounts.models import User

As = Callable[[User], Program]

SNAPSHOT = Path(__file__).resolve().parents[2] / "docs" / "api" / "openapi.json"
CHECKS = [
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
    openapi.unsupported_method,
]
FUZZING = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def known(cast: Cast, program: As) -> dict[str, int]:
    """Ids of rows that belong to 李, by the name of the parameter."""
    return rows_of(program(cast.li), cast.li, cast.precision)


@schema.parametrize()
@FUZZING
def test_whatever_an_administrator_sends_the_answer_is_documented(
    case: schemathesis.Case[Any], cast: Cast, program: As
) -> None:
    send(case, program(cast.zhao))


@schema.parametrize()
@FUZZING
def test_whatever_is_sent_about_rows_that_are_there_the_answer_is_documented(
    case: schemathesis.Case[Any], cast: Cast, program: As, known: dict[str, int]
) -> None:
    case.headers.pop("Idempotency-Key", None)
    case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
    case.body = aimed(case.body, known)
    send(case, program(cast.li))


def aimed(body: Any, known: dict[str, int]) -> Any:
    """The body, its ids those of rows that are there."""
    if isinstance(body, dict):
        return {
            name: known.get(name) if name in known and value else aimed(value, known) for name, value in body.items()
        }
    return [aimed(each, known) for each in body] if isinstance(body, list) else body


def send(case: schemathesis.Case[Any], program: Program) -> None:
    with one_connection():
        case.call_and_validate(headers={"Authorization": f"Bearer {program.secret}"}, checks=CHECKS)


@contextmanager
def one_connection() -> Iterator[None]:
    """The server shares the transaction of the test, so it must not close the connection around each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_document_is_the_one_that_was_agreed() -> None:
    assert SNAPSHOT.read_text() == document() + "\n", "run `make openapi` and look at what has changed"
