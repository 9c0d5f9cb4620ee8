"""Every component in a real browser: nothing sticks out, nothing complains, everyone can read it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.architecture.source import ROOT
from tests.cast import Cast

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def _violations(page: Page) -> list[str]:
    # Through the debugger, because the page's policy rightly refuses a script from elsewhere.
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text()})
    run = "axe.run().then(found => JSON.stringify(found.violations.map(v => [v.impact, v.id, v.nodes[0].html])))"
    answer: dict[str, Any] = session.send(
        "Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True}
    )
    found = json.loads(answer["result"]["value"])
    return [f"{what}: {where}" for impact, what, where in found if impact in {"serious", "critical"}]


def _open(page: Page, live_server: LiveServer, cast: Cast) -> list[str]:
    client = Client()
    client.force_login(cast.zhao)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{live_server.url}/styleguide/")
    page.locator("[data-chart] canvas").last.wait_for()
    return said


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_styleguide_is_clean(page: Page, live_server: LiveServer, cast: Cast, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(f"localStorage.setItem('zhike.theme', '{theme}')")
    said = _open(page, live_server, cast)
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not _violations(page)
    assert not said


def test_what_was_typed_comes_back_and_can_be_discarded(page: Page, live_server: LiveServer, cast: Cast) -> None:
    _open(page, live_server, cast)
    name = page.locator("#sample-form [name=name]")
    name.fill("华东精密")
    page.reload()
    page.locator(".draft-note").wait_for()
    assert name.input_value() == "华东精密"
    page.locator(".draft-note button").click()
    page.locator(".draft-note").wait_for(state="detached")
    assert name.input_value() == ""


def test_the_palette_finds_pages_by_pinyin_initials(page: Page, live_server: LiveServer, cast: Cast) -> None:
    _open(page, live_server, cast)
    page.keyboard.press("Control+k")
    page.keyboard.type("fj")
    assert page.locator(".palette-item[data-words]:visible").count() == 1
    page.keyboard.press("Escape")
    assert not page.locator("#palette").is_visible()


def test_shortcuts_rest_while_one_types(page: Page, live_server: LiveServer, cast: Cast) -> None:
    _open(page, live_server, cast)
    page.locator("#sample-form [name=notes]").press("?")
    assert not page.locator("#shortcuts").is_visible()
    page.locator("#content").focus()
    page.keyboard.press("?")
    assert page.locator("#shortcuts").is_visible()


def test_an_undo_takes_back_and_says_so(page: Page, live_server: LiveServer, cast: Cast) -> None:
    _open(page, live_server, cast)
    page.locator("#sample-toast [data-undo]").click()
    page.locator("#toasts .toast-note").wait_for()
    assert page.locator("#toasts .toast-text").inner_text() == "已撤销。"
