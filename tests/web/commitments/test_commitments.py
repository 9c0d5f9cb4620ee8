"""One commitment, and what can be done to it from any list."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from tests.web.promised import owed, planned, shanghai
from zhike.domain.accounts.models import Permission
from zhike.domain.commitments.models import Commitment, Escalation
from zhike.kernel.models import Activity

HTMX = {"HX-Request": "true"}
ACTIONS = ("fulfilment", "waiver", "snooze", "owner", "planned-day")


def reread(commitment: Commitment) -> Commitment:
    return Commitment.everything.get(pk=commitment.pk)


def test_done_takes_one_line_and_can_be_undone(cast: Cast, visit: Visit) -> None:
    promise = owed(cast.precision, cast.li, NOW)
    browser = visit(cast.li)
    answer = browser.post(f"/commitments/{promise.pk}/fulfilment/", {"note": "已电话确认"}, headers=HTMX)
    assert json.loads(answer["HX-Trigger"]) == {"commitments-changed": {}, "close-sheet": {}}
    assert f'data-undo="/commitments/{promise.pk}/reopening/"' in answer.content.decode()
    assert (reread(promise).outcome, reread(promise).closing_note) == ("kept", "已电话确认")
    browser.post(f"/commitments/{promise.pk}/reopening/", headers=HTMX)
    assert reread(promise).closed_at is None


def test_done_twice_tells_that_somebody_was_faster(cast: Cast, visit: Visit) -> None:
    promise = owed(cast.precision, cast.li, NOW)
    browser = visit(cast.li)
    browser.post(f"/commitments/{promise.pk}/fulfilment/", {"note": "一"}, headers=HTMX)
    answer = browser.post(f"/commitments/{promise.pk}/fulfilment/", {"note": "二"}, headers=HTMX)
    assert answer.status_code == 422
    assert reread(promise).closing_note == "一"


@pytest.mark.parametrize(
    ("chosen", "until"),
    [
        ({"when": "tomorrow"}, "2026-03-17T00:00"),
        ({"when": "three_days"}, "2026-03-19T00:00"),
        ({"when": "next_week"}, "2026-03-23T00:00"),
        ({"when": "day", "day": "2026-04-01"}, "2026-04-01T00:00"),
    ],
)
def test_a_snoozed_promise_comes_back_on_its_day(cast: Cast, visit: Visit, chosen: dict[str, str], until: str) -> None:
    promise = owed(cast.precision, cast.li, NOW)
    browser = visit(cast.li)
    browser.post(f"/commitments/{promise.pk}/snooze/", {"reason": "客户出差", **chosen}, headers=HTMX)
    assert reread(promise).snoozed_until == shanghai(until)
    assert reread(promise).due_at == NOW
    browser.post(f"/commitments/{promise.pk}/waking/", headers=HTMX)
    assert reread(promise).snoozed_until is None


@pytest.mark.parametrize(
    ("action", "wrong"),
    [
        ("snooze", {"when": "tomorrow"}),
        ("snooze", {"when": "day", "reason": "忙"}),
        ("snooze", {"when": "day", "day": "2026-03-16", "reason": "忙"}),
        ("waiver", {}),
        ("owner", {"owner": "0"}),
        ("planned-day", {"planned_on": "2026-03-15"}),
        ("planned-day", {"planned_on": "2026-04-05"}),
        ("planned-day", {"planned_on": "morgen"}),
    ],
)
def test_what_makes_no_sense_comes_back_with_the_form(
    cast: Cast, visit: Visit, action: str, wrong: dict[str, str]
) -> None:
    promise = owed(cast.precision, cast.li, NOW)
    answer = visit(cast.li).post(f"/commitments/{promise.pk}/{action}/", wrong, headers=HTMX)
    assert answer.status_code == 422
    assert "form-errors" in answer.content.decode()
    assert not Activity.objects.filter(kind="commitment", object_id=promise.pk).exists()


def test_a_plan_item_can_be_moved_and_moved_back(cast: Cast, visit: Visit) -> None:
    item = planned(cast.precision, cast.li, shanghai("2026-03-18T18:00"))
    browser = visit(cast.li)
    answer = browser.post(f"/commitments/{item.pk}/planned-day/", {"planned_on": "2026-03-20"}, headers=HTMX)
    assert reread(item).planned_on == date(2026, 3, 20)
    undo = f"/commitments/{item.pk}/planned-day/?planned_on=2026-03-18"
    assert undo in answer.content.decode()
    browser.post(undo, headers=HTMX)
    assert (reread(item).planned_on, reread(item).due_at) == (date(2026, 3, 18), shanghai("2026-03-18T18:00"))


def test_a_promise_given_to_somebody_else_can_be_taken_back(cast: Cast, visit: Visit) -> None:
    promise = owed(cast.precision, cast.li, NOW)
    browser = visit(cast.chen)
    answer = browser.post(f"/commitments/{promise.pk}/owner/", {"owner": cast.sun.pk}, headers=HTMX)
    assert reread(promise).owner == cast.sun
    undo = f"/commitments/{promise.pk}/owner/?owner={cast.li.pk}"
    assert undo in answer.content.decode()
    browser.post(undo, headers=HTMX)
    assert reread(promise).owner == cast.li


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_works_without_scripts(cast: Cast, visit: Visit, action: str) -> None:
    promise = owed(cast.precision, cast.li, NOW)
    page = visit(cast.li).get(f"/commitments/{promise.pk}/{action}/", {"next": "/?owner=all"}).content.decode()
    assert "<html" in page
    assert 'name="next" value="/?owner=all"' in page


def test_without_scripts_the_person_comes_back_to_where_she_was_and_nowhere_else(cast: Cast, visit: Visit) -> None:
    promise = owed(cast.precision, cast.li, NOW)
    browser = visit(cast.li)
    answer = browser.post(f"/commitments/{promise.pk}/fulfilment/", {"next": "https://example.com/"})
    assert answer["Location"] == "/"
    answer = browser.post(f"/commitments/{promise.pk}/snooze/", {"next": "/care/"})
    assert answer.status_code == 422


@pytest.mark.parametrize("action", [*ACTIONS, "reopening", "waking", ""])
def test_what_one_may_not_see_is_not_there(cast: Cast, visit: Visit, action: str) -> None:
    promise = owed(cast.southern, cast.wang, NOW)
    address = f"/commitments/{promise.pk}/{action}/".replace("//", "/")
    browser = visit(cast.li)
    unseen = browser.post(address, headers=HTMX) if action else browser.get(address)
    nothing = (
        browser.post(address.replace(str(promise.pk), "987654"), headers=HTMX)
        if action
        else browser.get(address.replace(str(promise.pk), "987654"))
    )
    assert (unseen.status_code, nothing.status_code) == (404, 404)
    assert reread(promise).closed_at is None


def test_the_panel_tells_how_it_came_about_and_what_happened_since(cast: Cast, visit: Visit) -> None:
    item = planned(cast.precision, cast.li, NOW - timedelta(days=1))
    Escalation.objects.create(commitment=item, step=1, to=cast.chen, at=NOW)
    browser = visit(cast.li)
    browser.post(f"/commitments/{item.pk}/snooze/", {"reason": "等待客户回复", "when": "tomorrow"}, headers=HTMX)
    panel = browser.get(f"/commitments/{item.pk}/", headers={**HTMX, "HX-Target": "panel"}).content.decode()
    assert "<html" not in panel
    for told in ("每月沟通", "陈立", "等待客户回复", "先回顾上次的承诺"):
        assert told in panel
    assert "<html" in browser.get(f"/commitments/{item.pk}/").content.decode()


def test_what_was_said_is_hidden_from_whoever_may_not_see_contacts(cast: Cast, visit: Visit) -> None:
    promise = owed(cast.precision, cast.li, NOW)
    visit(cast.li).post(f"/commitments/{promise.pk}/fulfilment/", {"note": "何先生13812345678"}, headers=HTMX)
    Permission.objects.filter(kind="contact").delete()
    addresses = (f"/commitments/{promise.pk}/", "/customers/C202603001/promises/", "/customers/C202603001/timeline/")
    for address in addresses:
        assert "13812345678" not in visit(cast.chen).get(address).content.decode()
        assert "13812345678" in visit(cast.li).get(address).content.decode()
