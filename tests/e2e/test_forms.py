"""Forms in a real browser: what is typed stays where it belongs, and what a form ticks by itself is true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import Cast
from tests.web.promised import owed, talk
from zhike.domain.commitments.models import Commitment, ServiceStandard
from zhike.domain.customers.models import Customer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[1440, 390])
def screen(request: pytest.FixtureRequest, page: Page, live_server: LiveServer, cast: Cast) -> Page:
    """A browser in which 李 is signed in, on a desk and on a phone."""
    client = Client()
    client.force_login(cast.li)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.set_viewport_size({"width": request.param, "height": 900})
    return page


def promise(cast: Cast, channel: str, *, days: int) -> Commitment:
    """A promise of a standard, due so many days from now."""
    standard = ServiceStandard.objects.create(
        key=f"by-{channel or 'any'}",
        name={"zh": channel or "任意", "en": channel or "any"},
        trigger="event",
        rule="1 day",
        channel=channel,
        started_at=datetime.now(UTC),
    )
    return owed(cast.precision, cast.li, datetime.now(UTC) + timedelta(days=days), "", standard=standard)


def box(page: Page, commitment: Commitment) -> Locator:
    return page.locator(f"[name=fulfils][value='{commitment.pk}']")


def log_page(page: Page, live_server: LiveServer, customer: Customer) -> None:
    page.goto(f"{live_server.url}/customers/{customer.number}/interactions/")


def test_the_tick_follows_channel_and_whether_anybody_was_reached(
    screen: Page, live_server: LiveServer, cast: Cast
) -> None:
    call, visit, message = (promise(cast, channel, days=3) for channel in ("phone", "visit", "wechat"))
    far = promise(cast, "", days=28)
    log_page(screen, live_server, cast.precision)
    expect(box(screen, call)).to_be_checked()
    for channel, kept in (("visit", visit), ("wechat", message), ("email", None), ("phone", call)):
        screen.locator(f"[name=channel][value={channel}]").check(force=True)
        for one in (call, visit, message, far):
            expect(box(screen, one)).to_be_checked(checked=one == kept)
    screen.locator("[name=is_connected][value=no]").check(force=True)
    expect(box(screen, call)).not_to_be_checked()
    expect(box(screen, call)).to_be_disabled()
    screen.locator("[name=is_connected][value=yes]").check(force=True)
    expect(box(screen, call)).to_be_checked()


def test_what_somebody_ticked_stays_ticked(screen: Page, live_server: LiveServer, cast: Cast) -> None:
    call, far = promise(cast, "phone", days=3), promise(cast, "", days=28)
    log_page(screen, live_server, cast.precision)
    box(screen, call).uncheck()
    box(screen, far).check()
    screen.locator("[name=channel][value=visit]").check(force=True)
    expect(box(screen, far)).to_be_checked()
    expect(box(screen, call)).not_to_be_checked()


def test_a_phrase_is_written_with_one_click(screen: Page, live_server: LiveServer, cast: Cast) -> None:
    log_page(screen, live_server, cast.precision)
    screen.get_by_role("button", name="已沟通，无新情况").click()
    expect(screen.locator("[name=summary]")).to_have_value("已沟通，无新情况")


def test_a_new_customers_name_is_typed_at_once_and_no_letter_leads_away(
    screen: Page, live_server: LiveServer, cast: Cast
) -> None:
    address = f"{live_server.url}/customers/new/"
    screen.goto(address)
    expect(screen.locator("[name=name]")).to_be_focused()
    screen.keyboard.type("3M中国")
    expect(screen.locator("[name=name]")).to_have_value("3M中国")
    screen.locator("[name=name]").blur()
    screen.keyboard.type("3")
    expect(screen).to_have_url(address)


def test_a_new_contact_is_typed_at_once(screen: Page, live_server: LiveServer, cast: Cast) -> None:
    screen.goto(f"{live_server.url}/contacts/new/{cast.precision.number}/")
    expect(screen.locator("[name=name]")).to_be_focused()


def test_whom_a_talk_was_with_is_asked_at_once(screen: Page, live_server: LiveServer, cast: Cast) -> None:
    screen.goto(f"{live_server.url}/interactions/new/")
    screen.keyboard.type("hdjm")
    expect(screen.get_by_role("option").filter(has_text="华东精密机械有限公司")).to_be_visible()


def test_an_input_method_that_composes_sends_no_form(screen: Page, live_server: LiveServer, cast: Cast) -> None:
    address = f"{live_server.url}/customers/new/"
    screen.goto(address)
    sent: list[str] = []
    screen.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    screen.locator("[name=name]").evaluate(
        """field => field.dispatchEvent(new KeyboardEvent("keydown",
            { key: "Enter", ctrlKey: true, isComposing: true, bubbles: true }))"""
    )
    screen.wait_for_load_state("networkidle")
    assert sent == []
    expect(screen).to_have_url(address)


def test_a_contact_without_a_name_comes_back_on_its_page(screen: Page, live_server: LiveServer, cast: Cast) -> None:
    screen.goto(f"{live_server.url}/contacts/new/{cast.precision.number}/")
    screen.get_by_role("button", name="保存").click()
    expect(screen.locator(".form-errors")).to_be_visible()
    expect(screen.locator("main#content h1")).to_be_visible()


def test_the_figures_of_today_follow_what_is_logged_in_a_row(screen: Page, live_server: LiveServer, cast: Cast) -> None:
    late = [
        owed(cast.precision, cast.li, datetime.now(UTC) - timedelta(days=days), "", standard=talk()) for days in (2, 3)
    ]
    screen.goto(f"{live_server.url}/")
    expect(screen.locator("#overdue-count")).to_have_text("2")
    row = screen.locator(f"#promise-{late[0].pk}")
    row.get_by_role("link", name="记录").click()
    row.locator("[name=summary]").fill("谈了交期")
    row.get_by_role("button", name="记录", exact=True).click()
    expect(row.get_by_role("status")).to_be_visible()
    expect(screen.locator("#overdue-count")).to_have_text("1")
    expect(screen.locator("#figures .stat-value").first).to_have_text("1")
    expect(screen.locator("#waiting-sun")).to_have_text("1")
    expect(row.get_by_role("status")).to_be_visible()
