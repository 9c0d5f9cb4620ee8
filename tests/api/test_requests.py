"""What comes to the API in a shape that no program should send."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Program
from tests.cast import Cast
from zhike.api.application import api
from zhike.domain.accounts.models import User

As = Callable[[User], Program]


@pytest.fixture
def call(cast: Cast, program: As) -> Program:
    return program(cast.li)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        '"text"',
        '{"name": NaN}',
        '{"name": "\\u0000"}',
        '{"name": "\\ud800"}',
        '{"name": "x", "extra": {"\\u0000": 1}}',
        '{"name": "x", "extra": {"a": ["\\udfff"]}}',
        '{"name": "x", "employees": 1e400}',
        '{"name": "x", "employees": ' + "9" * 5000 + "}",
        '{"name": "x", "yearly_revenue_minor": 99999999999999999999}',
        '{"name": "x", "founded_on": "2024-02-30"}',
        '{"name": "x", "extra": ' + "[" * 100_000 + "]" * 100_000 + "}",
        "\ufeff{}",
    ],
    ids=lambda body: body[:40],
)
def test_a_body_that_cannot_be_taken_is_refused_with_a_reason(call: Program, body: str) -> None:
    answer = call("POST", "/customers/", body)
    assert answer.status in {400, 422}
    assert answer.document["detail"]
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=W10",
        "after=eyJhIjoxfQ",
        "after=WzAsInBrIiwxZTQwMCwxXQ",
        "after=%00",
        "after=" + "A" * 5000,
        "size=0",
        "size=501",
        "size=" + "9" * 5000,
        "q=%00",
        "q=%ed%a0%80%00",
        "changed_since=yesterday",
    ],
)
def test_a_query_that_means_nothing_is_refused_with_a_reason(call: Program, query: str) -> None:
    answer = call("GET", f"/customers/?{query}")
    assert answer.status in {400, 422}
    assert answer.document["detail"]


@pytest.mark.parametrize("number", ["0", "9" * 19, "9" * 40, "9" * 5000, "-1", "x", "١"])
def test_a_number_that_nothing_bears_is_not_found(call: Program, number: str) -> None:
    answer = call("GET", f"/customers/{number}/")
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["/", "/customers", "/nothing/", "/customers/1/nothing/", "/openapi.json/"])
def test_an_address_that_leads_nowhere_says_so(cast: Cast, path: str) -> None:
    for client in (Client(), Client(enforce_csrf_checks=True)):
        answer = client.post(f"/api/v1{path}", "{}", content_type="application/json")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_method_that_an_address_does_not_know_is_named_with_those_that_it_knows(call: Program) -> None:
    answer = call("PUT", "/customers/")
    assert answer.status == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


def test_a_body_larger_than_is_taken_is_refused(call: Program, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert call("POST", "/customers/", {"name": "x", "note": "x" * 1000}).status == 413


def test_a_broken_upload_is_refused(call: Program) -> None:
    client = Client(headers={"Authorization": f"Bearer {call.secret}"})
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "text/plain"):
        answer = client.generic("POST", "/api/v1/imports/", b"--x\r\nrubbish", content_type=kind)
        assert answer.status_code in {400, 422}
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("key", ["", " ", "schlüssel", "x" * 101])
def test_an_idempotency_key_is_short_and_plain(call: Program, key: str) -> None:
    assert call("POST", "/customers/", {"name": "x"}, **{"Idempotency-Key": key}).status == 422


@pytest.mark.parametrize(("language", "word"), [("en", "There is"), ("zh-CN,zh;q=0.9", "没有")])
def test_sentences_speak_the_language_that_is_asked_for(call: Program, language: str, word: str) -> None:
    answer = call("GET", "/customers/999999/", None, **{"Accept-Language": language})
    assert word in answer.document["detail"]
    assert answer.headers["Content-Language"] == ("en" if language == "en" else "zh-hans")


def operations() -> list[tuple[str, str]]:
    paths = api.get_openapi_schema()["paths"]
    return [(method.upper(), path) for path, known in paths.items() for method in known]


def test_nothing_answers_without_a_token(cast: Cast) -> None:
    statuses = {
        f"{method} {path}": Client().generic(method, re.sub(r"{\w+}", "1", path)).status_code
        for method, path in operations()
    }
    assert set(statuses.values()) == {401}, statuses


def test_the_document_of_the_api_is_open_to_all_and_names_each_operation_once(cast: Cast) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    names = [each["operationId"] for known in document["paths"].values() for each in known.values()]
    assert len(names) == len(set(names)) == len(operations())
