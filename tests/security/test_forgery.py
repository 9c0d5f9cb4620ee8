"""Nobody makes a signed-in person's browser do something: forms and hosts must be ours, looking changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core import serializers
from django.test import Client

from tests.api.conftest import Program
from tests.cast import Cast
from tests.security.routes import Route
from tests.web.conftest import Visit
from zhike.domain.accounts.models import User

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")

#: What looking may write: who looked (the trail), the sessions themselves, and when a token was last used.
NOTES = {
    "kernel_activity",
    "kernel_activityvalues",
    "kernel_unsealedactivity",
    "identity_session",
    "accounts_apitoken",
}


def digests() -> dict[str, str]:
    """A digest of every table."""
    models = [model for config in apps.get_app_configs() for model in config.get_models() if model._meta.managed]
    return {
        model._meta.db_table: hashlib.sha256(
            serializers.serialize("json", model._base_manager.order_by("pk")).encode()
        ).hexdigest()
        for model in models
        if model._meta.db_table not in NOTES
    }


def test_no_unsafe_request_gets_past_without_our_own_form(cast: Cast, everywhere: list[Route], visit: Visit) -> None:
    """Every page and method, signed in as the one who may do most: 403, or 405 where the method is not taken at all."""
    visit(cast.zhao)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.zhao)
    before = digests()
    through = [
        f"{method} {route.path}: {answer.status_code}"
        for route in everywhere
        if not route.is_api
        for method in UNSAFE
        for answer in [client.generic(method, route.path, headers={"Origin": "https://evil.example"})]
        if answer.status_code != 403
    ]
    assert not through
    assert digests() == before


def test_the_api_takes_tokens_and_no_sessions(cast: Cast, everywhere: list[Route], visit: Visit) -> None:
    """What a browser sends by itself opens nothing there, so there is nothing to forge."""
    client = visit(cast.zhao)
    before = digests()
    through = [
        f"{method} {route.path}: {answer.status_code}"
        for route in everywhere
        if route.is_api and "openapi" not in route.path
        for method in ("GET", *UNSAFE)
        for answer in [client.generic(method, route.path, "{}", content_type="application/json")]
        if answer.status_code not in (401, 404, 405)
    ]
    assert not through
    assert digests() == before


@pytest.mark.parametrize("who", ["zhao", "li"])
def test_looking_changes_nothing(
    cast: Cast,
    company: dict[str, Any],
    everywhere: list[Route],
    visit: Visit,
    program: Callable[[User], Program],
    who: str,
) -> None:
    person: User = getattr(cast, who)
    client = visit(person)
    bearer = Client(headers={"Authorization": f"Bearer {program(person).secret}"})
    before = digests()
    changed = []
    for route in everywhere:
        if route.name == "account_logout":
            continue
        for method in ("GET", "HEAD", "OPTIONS"):
            for caller in (client, bearer) if route.is_api else (client,):
                answer = caller.generic(method, route.path)
                assert answer.status_code < 500, route.path
        if (after := digests()) != before:
            tables = [table for table in before if after[table] != before[table]]
            changed.append(f"{route.path} changes {tables}")
            before = after
    assert not changed, "\n".join(changed)


def test_looking_at_the_way_out_leaves_the_session(cast: Cast, visit: Visit) -> None:
    client = visit(cast.li)
    client.get("/accounts/logout/")
    assert client.get("/customers/").status_code == 200


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_or_field_makes_another_method_of_one(
    cast: Cast, company: dict[str, Any], visit: Visit, header: str
) -> None:
    client = visit(cast.li)
    before = digests()
    for path in (f"/customers/{company['number']}/removal/", f"/contacts/{company['contact_id']}/removal/"):
        client.get(path, headers={header: "POST"})
        client.get(f"{path}?_method=POST")
        client.get(f"{path}?_method=DELETE", headers={header: "DELETE"})
    assert digests() == before


HOSTS = [
    "evil.example",
    "testserver.evil.example",
    "testserver@evil.example",
    "testserver:80@evil.example",
    "testserver#.evil.example",
    "testserver/evil",
    "testserver evil",
    "evil.example:80",
    "[::1]:x",
    "testserver,evil.example",
    "",
]


@pytest.mark.parametrize("host", HOSTS)
def test_other_hosts_are_refused_and_never_quoted(cast: Cast, settings: LazySettings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = Client().get("/accounts/login/", HTTP_HOST=host, SERVER_NAME="evil.example" if not host else "testserver")
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
    assert "evil" not in str(answer.headers)


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Forwarded-Server", "X-Original-URL", "X-Rewrite-URL", "Forwarded"]
)
def test_headers_of_proxies_change_neither_host_nor_address(cast: Cast, visit: Visit, header: str) -> None:
    answer = visit(cast.li).get("/customers/", headers={header: "evil.example/settings/"})
    assert answer.status_code == 200
    assert "evil.example" not in answer.content.decode()


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "http:evil.example",
    "http:///evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\tjavascript:alert(1)",
    "\x00//evil.example",
    "/\t/evil.example",
    "/\n/evil.example/",
    " //evil.example",
    "//evil.example@testserver/",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "/%0d%0aLocation:%20https://evil.example/",
    "/\r\nLocation: https://evil.example/",
    "..//evil.example",
    "〱evil.example",
    "https://evil.example\\@testserver/",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_is_led_elsewhere(cast: Cast, company: dict[str, Any], visit: Visit, wanted: str) -> None:
    client = visit(cast.li)
    stranger = Client()
    answers = [
        client.post("/i18n/setlang/", {"language": "en", "next": wanted}),
        client.post(f"/commitments/{company['commitment_id']}/fulfilment/", {"outcome": "kept", "next": wanted}),
        client.get("/accounts/login/", {"next": wanted}),
        stranger.post("/accounts/login/", {"login": "li@example.com", "password": "x", "next": wanted}),
        client.post("/accounts/logout/", {"next": wanted}),
    ]
    for answer in answers:
        assert answer.status_code < 500
        place = answer.headers.get("Location", "/")
        assert urlsplit(urljoin("http://testserver/a/b/", place.replace("\\", "/"))).netloc == "testserver", place
        assert "Location" not in answer.headers or "\n" not in place


def test_signing_in_begins_a_session_that_nobody_knew_before(cast: Cast, settings: LazySettings) -> None:
    cast.li.set_password("向阳 花木 易为春 2026")
    cast.li.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "abcdefghijklmnopqrstuvwxyz012345"
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": "li@example.com", "password": "向阳 花木 易为春 2026"})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value not in ("", "abcdefghijklmnopqrstuvwxyz012345")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.get("/customers/").status_code == 200
    attacker = Client()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = "abcdefghijklmnopqrstuvwxyz012345"
    assert attacker.get("/customers/").status_code == 302


def test_signing_out_ends_the_session_on_the_server(cast: Cast, visit: Visit, settings: LazySettings) -> None:
    client = visit(cast.li)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/accounts/logout/")
    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert again.get("/customers/").status_code == 302
