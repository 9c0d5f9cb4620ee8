"""The pages of what went wrong keep whoever is signed in where he was; strangers and failures see bare ones."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from tests.cast import Cast
from tests.web.conftest import Visit
from zhike.web import errors, frame

pytestmark = pytest.mark.django_db
FRAME = 'class="frame"'
CHANCE = re.compile(r'(nonce="|csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+')


@pytest.mark.parametrize(
    ("address", "status"),
    [("/nothing/here/", 404), ("/customers/C999999999/", 404), ("/settings/trail/", 403)],
)
def test_whoever_is_signed_in_keeps_the_frame_and_finds_the_way_back(
    cast: Cast, visit: Visit, address: str, status: int
) -> None:
    answer = visit(cast.li).get(address, headers={"Referer": "http://testserver/customers/?q=x"})
    page = answer.content.decode()
    assert answer.status_code == status
    assert FRAME in page
    assert f'data-status="{status}"' in page
    assert 'href="/customers/?q=x"' in page


@pytest.mark.parametrize("referrer", ["", "https://elsewhere.example/x", "http://testserver/nothing/"])
def test_there_is_no_way_back_to_elsewhere_or_to_the_very_page(cast: Cast, visit: Visit, referrer: str) -> None:
    page = visit(cast.li).get("/nothing/", headers={"Referer": referrer}).content.decode()
    assert '<a class="btn btn-primary" href="/">' in page
    assert "elsewhere" not in page


def test_what_is_out_of_sight_gets_the_page_of_what_is_not_there(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.li)
    unseen, missing = (
        CHANCE.sub("", browser.get(f"/customers/{number}/").content.decode().replace(number, "#"))
        for number in (cast.tide.number, "C999999999")
    )
    assert unseen == missing


def test_strangers_see_a_bare_page() -> None:
    assert FRAME not in Client().get("/nothing/").content.decode()


def test_a_page_is_drawn_where_the_database_fails(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(frame, "_frame", fails)
    request = RequestFactory().get("/customers/")
    request.user = cast.li
    answer: HttpResponse = errors.error_page(request, 404)
    assert answer.status_code == 404
    assert FRAME not in answer.content.decode()


def test_a_form_that_has_lost_its_token_says_that_the_page_has_expired(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.li)
    answer = browser.post("/customers/new/", {"name": "x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "页面已过期" in answer.content.decode()
