"""Every component in a real browser: nothing sticks out, nothing complains, everyone can read it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import Cast
from tests.e2e.reading import Complaints, barriers, sticking_out

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def _open(page: Page, live_server: LiveServer, cast: Cast) -> Complaints:
    client = Client()
    client.force_login(cast.zhao)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    complaints = Complaints.of(page)
    page.goto(f"{live_server.url}/styleguide/")
    page.locator("[data-chart] canvas").last.wait_for()
    return complaints


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_styleguide_is_clean(page: Page, live_server: LiveServer, cast: Cast, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(f"localStorage.setItem('zhike.theme', '{theme}')")
    complaints = _open(page, live_server, cast)
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
    assert not sticking_out(page)
    assert not barriers(page)
    assert not complaints.taken()


def test_what_was_typed_comes_back_and_can_be_discarded(page: Page, live_server: LiveServer, cast: Cast) -> None:
    _open(page, live_server, cast)
    name = page.locator("#sample-form [name=name]")
    name.fill("华东精密")
    page.reload()
    page.locator(".draft-note").wait_for()
    expect(name).to_have_value("华东精密")
    page.locator(".draft-note button").click()
    expect(name).to_have_value("")
    expect(page.locator(".draft-note")).to_have_count(0)


def test_the_palette_finds_pages_by_pinyin_initials(page: Page, live_server: LiveServer, cast: Cast) -> None:
    _open(page, live_server, cast)
    page.keyboard.press("Control+k")
    page.locator("#palette input").wait_for()
    page.keyboard.type("fj")
    expect(page.locator(".palette-item[data-words]:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_shortcuts_rest_while_one_types(page: Page, live_server: LiveServer, cast: Cast) -> None:
    _open(page, live_server, cast)
    page.locator("#sample-form [name=notes]").press("?")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.locator("#content").focus()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()


def test_an_undo_takes_back_and_says_so(page: Page, live_server: LiveServer, cast: Cast) -> None:
    _open(page, live_server, cast)
    page.locator("#sample-toast [data-undo]").click()
    expect(page.locator("#toasts .toast-text")).to_have_text("已撤销。")
