"""Whatever is answered, the browser is told to be careful: every address, every method, every error, every file."""

from __future__ import annotations

import http.client
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from tests.api.conftest import Program
from tests.cast import Cast
from tests.security.routes import Route
from tests.serving import Server, serving
from tests.web.conftest import Visit
from zhike.domain.accounts.models import User
from zhike.web.headers import HEADERS, STRICT_TRANSPORT

POLICY = {
    "default-src": "'none'",
    "script-src": None,
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "default",
}
NONCE = re.compile(r"'nonce-[A-Za-z0-9+/=]{24}'")
SCRIPT = re.compile(r"<script\b([^>]*)>")
FORBIDDEN_HTML = re.compile(
    r"""<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<base\b|<object|<embed|<iframe""", re.IGNORECASE
)


def faults(headers: dict[str, str], body: str = "") -> list[str]:
    """What is missing in an answer, or too much in a page."""
    headers = {name.lower(): value for name, value in headers.items()}
    found = [
        f"{name}: {headers.get(name.lower())}"
        for name, value in HEADERS.items()
        if headers.get(name.lower()) != value and name != "Cache-Control"
    ]
    if "cache-control" not in headers:
        found.append("nothing is said of how long it keeps")
    policy = dict(part.strip().partition(" ")[::2] for part in headers.get("content-security-policy", "").split(";"))
    found += [
        f"policy {name}: {policy.get(name)}" for name in POLICY.keys() | policy.keys() if not _holds(name, policy)
    ]
    if headers.get("content-type", "").startswith("text/html"):
        found += [f"in the page: {each.group(0)}" for each in FORBIDDEN_HTML.finditer(body)]
        found += [f"a script without the nonce: {each}" for each in SCRIPT.findall(body) if not _is_known(each, policy)]
    return found


def _holds(name: str, policy: dict[str, str]) -> bool:
    if name == "script-src":
        return policy.get(name) == "" or bool(NONCE.fullmatch(policy.get(name, "-")))
    return policy.get(name) == POLICY.get(name)


def _is_known(attributes: str, policy: dict[str, str]) -> bool:
    is_data = 'type="application/json"' in attributes and "src" not in attributes
    nonce = policy.get("script-src", "").removeprefix("'nonce-").removesuffix("'")
    return is_data or (nonce != "" and f'nonce="{nonce}"' in attributes)


def faults_of(answer: Any) -> list[str]:
    body = "" if answer.streaming else answer.content.decode(errors="replace")
    return faults(dict(answer.headers), body)


def test_every_address_answers_with_the_headers_whoever_asks_and_however(
    cast: Cast, everywhere: list[Route], visit: Visit, program: Callable[[User], Program]
) -> None:
    bearer = Client(headers={"Authorization": f"Bearer {program(cast.zhao).secret}"})
    clients = {"nobody": Client(), "administrator": visit(cast.zhao), "a program": bearer}
    found = [
        f"{who} {method} {route.path}: {answer.status_code} {fault}"
        for route in everywhere
        for who, client in clients.items()
        for method in ("GET", "HEAD", "OPTIONS", "PUT")
        for answer in [client.generic(method, route.path)]
        for fault in faults_of(answer)
    ]
    assert not found, "\n".join(found)
    assert len(everywhere) > 120


def test_what_holds_data_is_kept_nowhere(cast: Cast, everywhere: list[Route], visit: Visit) -> None:
    client = visit(cast.zhao)
    kept = {
        route.path: value
        for route in everywhere
        for value in [client.get(route.path).headers["Cache-Control"]]
        if "no-store" not in value
    }
    assert not kept


def test_every_page_has_a_nonce_of_its_own(cast: Cast, visit: Visit) -> None:
    client = visit(cast.li)
    policies = [client.get("/customers/").headers["Content-Security-Policy"] for _time in range(5)]
    assert len({NONCE.search(policy)[0] for policy in policies}) == 5  # type: ignore[index]


@pytest.fixture
def strict(cast: Cast) -> Client:
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


PAGE_ERRORS: list[tuple[str, int, str, dict[str, Any]]] = [
    ("GET /customers/", 400, "无法识别", {"HTTP_HOST": "evil.example"}),
    ("POST /accounts/login/", 403, "页面", {}),
    ("GET /nothing-here/", 404, "这里没有内容", {}),
    ("GET /static/nothing.js", 404, "这里没有内容", {}),
    ("POST /accounts/login/", 413, "20 MB", {"CONTENT_LENGTH": str(22 * 1024 * 1024)}),
    ("POST /accounts/login/", 411, "", {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}),
    ("POST /accounts/login/", 400, "", {"CONTENT_LENGTH": "-1"}),
    ("POST /accounts/login/", 400, "", {"CONTENT_LENGTH": "１２"}),
]


@pytest.mark.parametrize(("request_line", "status", "words", "said"), PAGE_ERRORS)
def test_errors_are_calm_pages_with_the_headers(
    strict: Client, request_line: str, status: int, words: str, said: dict[str, Any]
) -> None:
    method, path = request_line.split()
    answer = strict.generic(method, path, **said)
    body = answer.content.decode()
    assert answer.status_code == status
    assert words in body
    assert "Traceback" not in body
    assert not faults_of(answer)


@pytest.mark.parametrize(
    ("request_line", "status", "said"),
    [
        ("GET /api/v1/customers/", 400, {"HTTP_HOST": "evil.example"}),
        ("GET /api/v1/nothing/", 404, {}),
        ("GET /api/v2/", 404, {}),
        ("PUT /api/v1/customers/", 405, {}),
        ("POST /api/v1/imports/", 413, {"CONTENT_LENGTH": str(22 * 1024 * 1024)}),
        ("POST /api/v1/imports/", 411, {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}),
        ("GET /api/v1/me/", 401, {}),
    ],
)
def test_programs_get_their_errors_as_problems(
    strict: Client, request_line: str, status: int, said: dict[str, Any]
) -> None:
    method, path = request_line.split()
    answer = strict.generic(method, path, **said)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert not faults_of(answer)


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "系统出了点问题"), ("en", "Something went wrong here")])
def test_a_failure_is_a_calm_page_that_needs_no_database(
    visit: Visit, cast: Cast, settings: LazySettings, language: str, words: str
) -> None:
    client = visit(cast.li)
    client.raise_request_exception = False
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE identity_session RENAME TO elsewhere")
    answer = client.get("/customers/")
    body = answer.content.decode()
    assert answer.status_code == 500
    assert words in body
    assert "Traceback" not in body
    assert not faults_of(answer)


def test_a_method_that_an_address_does_not_take_is_a_page(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.li).post("/search/")
    assert (answer.status_code, faults_of(answer)) == (405, [])
    assert "这个地址不接受此操作" in answer.content.decode()
    assert answer.headers["Allow"]


def test_a_fragment_that_is_refused_is_a_sentence(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.li).post("/search/", headers={"HX-Request": "true"})
    assert answer.status_code == 405
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Allow"]


def test_behind_https_cookies_and_browsers_stay_on_https(settings: LazySettings, cast: Cast) -> None:
    """The settings as ZHIKE_HTTPS=1 makes them; `test_settings` holds that it does."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True
    answer = Client().get("/accounts/login/")
    assert answer.headers["Strict-Transport-Security"] == STRICT_TRANSPORT
    for cookie in answer.cookies.values():
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("headers"), "--workers", "1", "--no-jobs") as running:
        yield running


def ask(server: Server, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """One request as it stands."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode(errors="replace")
    connection.close()
    return answer.status, dict(answer.getheaders()), body


def test_the_server_itself_answers_with_the_headers(server: Server) -> None:
    _status, _headers, page = ask(server, "GET", "/accounts/login/")
    files = re.findall(r'(?:src|href)="(/static/[^"#]+)"', page)
    assert files
    requests = [("GET", "/accounts/login/", 200), ("GET", "/nothing/", 404), ("GET", "/static/nothing.js", 404)]
    requests += [("GET", file, 200) for file in files] + [("GET", "/static/../../etc/passwd", 404)]
    requests += [("GET", "/api/v1/customers/", 401), ("POST", "/accounts/login/", 403), ("GET", "/", 302)]
    for method, path, expected in requests:
        status, headers, body = ask(server, method, path)
        assert status == expected, path
        assert not faults(headers, body), path
    status, headers, body = ask(server, "GET", "/", Host="evil.example")
    assert (status, faults(headers, body)) == (400, [])


def test_the_server_answers_with_a_calm_page_when_its_database_is_broken(server: Server) -> None:
    file = Path(server.home) / "data" / "zhike.sqlite3"
    with sqlite3.connect(file, timeout=30) as database:
        database.execute("ALTER TABLE identity_session RENAME TO elsewhere")
    status, headers, body = ask(server, "GET", "/", Cookie="zhike-session=abcdefghijklmnopqrstuvwxyz012345")
    with sqlite3.connect(file, timeout=30) as database:
        database.execute("ALTER TABLE elsewhere RENAME TO identity_session")
    assert (status, faults(headers, body)) == (500, [])
    assert "系统出了点问题" in body
    assert "Traceback" not in body
