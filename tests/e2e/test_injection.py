"""What people type stays text on every page, in a real browser: nothing runs, nothing is fetched."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.test import Client
from playwright.sync_api import Dialog, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from tests.api.conftest import Program, program
from tests.cast import Cast
from tests.security.conftest import company
from tests.security.payloads import PAYLOADS
from tests.security.routes import Route, routes
from zhike.domain.accounts.models import User
from zhike.kernel import clock

__all__ = ["company", "program"]

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

#: Texts that the program itself writes and reads: keys, digests, codes of a fixed form.
OURS = {
    "action", "closing_kind", "cycle", "digest", "email", "event", "industry", "key", "kind", "kinds", "language",
    "last_login", "month", "number", "number_prefix", "owner_role", "password", "path", "playbook", "purpose", "rule",
    "search_text", "session_data", "session_key", "sheet", "source_kind", "tier", "previous_tier", "token", "verb",
    "credit_code", "code", "file_key",
    "fingerprint", "holder", "channel", "account", "ordering_name", "client_id", "secret",
}  # fmt: skip
#: Tables that are written once, or by the program alone.
KEPT = {
    "kernel", "vault", "auth", "contenttypes", "mfa", "account", "socialaccount", "accounts.setupcode",
    "accounts.permission", "imports.recordchange", "identity.session", "identity.policy", "identity.attempt",
}  # fmt: skip

WATCH = """
    globalThis.ran = () => { globalThis.hasRun = true };
    globalThis.broken = [];
    addEventListener("securitypolicyviolation", (event) =>
        broken.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


def poisoned(fields: Iterator[str]) -> int:
    """Put payloads into every text of every row there is; gives how many fields were filled."""
    count = 0
    for model in apps.get_models():
        label = model._meta.label_lower
        if label in KEPT or model._meta.app_label in KEPT or not model._meta.managed:
            continue
        texts = [field for field in model._meta.local_concrete_fields if _takes_text(field)]
        for row in model._base_manager.order_by("pk")[:20]:
            # All are read before any is changed: what is sealed is bound to what stands beside it.
            values = {field: getattr(row, field.attname) for field in texts}
            for field, value in values.items():
                is_document = isinstance(field, models.JSONField)
                text = next(each for each in fields if len(each) <= (field.max_length or 4_000))
                setattr(row, field.attname, _in_json(value, fields) if is_document else text)
            count += len(texts)
            for together in (texts, *([field] for field in texts)):
                # A payload that another row has already where there may be one alone: then the others by themselves.
                with contextlib.suppress(IntegrityError), transaction.atomic():
                    row.save(update_fields=[field.name for field in together])
                    break
    return count


def _takes_text(field: models.Field[Any, Any]) -> bool:
    if field.name in OURS or field.choices or field.primary_key or not field.editable:
        return False
    return isinstance(field, models.JSONField) or type(field).__name__ in {
        "CharField", "TextField", "SealedCharField", "SealedTextField", "SealedJSONField",
    }  # fmt: skip


def _in_json(value: Any, fields: Iterator[str]) -> Any:
    """Names in two languages, samples of a file, and values of one's own fields are texts; the rest is structure."""
    if isinstance(value, dict):
        is_name = bool(value.keys() & {"zh", "en"}) and all(isinstance(each, str) for each in value.values())
        return {
            key: next(fields)
            if is_name and key in ("zh", "en")
            else [[next(fields) for _cell in row] for row in each]
            if key == "samples"
            else _in_json(each, fields)
            for key, each in value.items()
        }
    return [_in_json(each, fields) for each in value] if isinstance(value, list) else value


@pytest.fixture
def harm(cast: Cast, company: dict[str, Any], program: Callable[[User], Program]) -> list[Route]:
    """Every payload as a customer, a contact, an interaction and a promise by the API; then in every other field."""
    call = program(cast.li)
    at = clock.now().isoformat()
    for number, payload in enumerate(PAYLOADS):
        text = "".join(character for character in payload if character not in "\0")
        made = call("POST", "/customers/", {"name": text[:190] + f" {number}", "region": text[:80], "note": text})
        assert made.status in (201, 422), made.content
        if made.status != 201:
            continue
        customer = {"customer_id": made.document["id"]}
        call("POST", "/contacts/", customer | {"name": text[:70], "title": text[:70], "note": text})
        call("POST", "/interactions/", customer | {"channel": "visit", "occurred_at": at, "summary": text})
        call("POST", "/commitments/", customer | {"content": text[:290], "due_at": "2030-01-04T09:30:00Z"})
    assert poisoned(itertools.cycle(PAYLOADS)) > 300
    return [route for route in routes(company) if not route.is_api and route.name != "account_logout"]


def test_nothing_that_people_type_runs_on_any_page(
    page: Page, live_server: LiveServer, cast: Cast, harm: list[Route]
) -> None:
    client = Client()
    client.force_login(cast.zhao)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.add_init_script(WATCH)
    page.set_default_timeout(60_000)
    faults: list[str] = []

    def refuse(dialog: Dialog) -> None:
        faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def judge(request: Request) -> None:
        if "evil.example" in request.url:
            faults.append(f"fetched {request.url}")

    page.on("dialog", refuse)
    page.on("request", judge)
    page.on("popup", lambda popup: faults.append(f"a window: {popup.url}"))
    shown = 0

    def look(what: str) -> None:
        state = page.evaluate("[globalThis.hasRun === true, globalThis.broken ?? []]")
        if state[0] or state[1]:
            faults.append(f"{what}: ran={state[0]} {state[1]}")

    for route in harm:
        answer = client.get(route.path)
        if answer.status_code >= 500:
            faults.append(f"{route.path}: {answer.status_code}")
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        page.goto(live_server.url + route.path)
        # Fragments are shown on a page of their own here: worse than where they belong.
        page.wait_for_load_state("load")
        shown += 1
        look(route.path)
    assert shown > 40, shown

    page.goto(f"{live_server.url}/customers/?q=ran")
    page.keyboard.press("Control+k")
    page.locator("#palette input").fill("ran")
    expect(page.locator("#palette-found")).not_to_be_empty()
    look("the palette")
    page.keyboard.press("Escape")

    page.goto(f"{live_server.url}/interactions/new/")
    expect(page.locator(".dropdown-input").first).to_be_focused()
    page.keyboard.type("ran")
    expect(page.locator(".ts-dropdown .option").first).to_be_visible()
    look("the pickers")

    page.goto(f"{live_server.url}/customers/")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(page.locator("#panel[open]")).to_be_visible()
    look("the panel")

    page.goto(f"{live_server.url}/segmentation/")
    for chart in page.locator("[data-chart] canvas").all():
        box = chart.bounding_box()
        if box:
            for step in (0.2, 0.5, 0.8):
                page.mouse.move(box["x"] + box["width"] * step, box["y"] + box["height"] / 2)
    look("the charts")
    assert not faults, "\n".join(faults)
