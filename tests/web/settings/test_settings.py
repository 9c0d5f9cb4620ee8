"""The settings in the browser."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from zhike.domain.accounts import queries, rules
from zhike.domain.accounts.models import ApiToken, Company, User
from zhike.domain.commitments.models import Closure, ServiceStandard
from zhike.domain.customers.models import ExtraField
from zhike.flows.playbooks import adopt, read
from zhike.kernel import requests
from zhike.kernel.scope import Level

MOST_QUERIES = 12
PAGES = ("page", "roles", "fields", "standards", "calendar", "playbook", "profile", "tokens", "about")


@pytest.fixture
def company(cast: Cast) -> Cast:
    """The cast's company working by a shipped playbook."""
    adopt(read("b2b-abc"), now=NOW, actor=cast.zhao)
    return cast


@pytest.mark.parametrize("name", [*(f"settings:{page}" for page in PAGES), "people:list"])
def test_every_page_opens_in_few_queries(company: Cast, visit: Visit, name: str) -> None:
    browser = visit(company.zhao)
    with CaptureQueriesContext(connection) as queries_made:
        assert browser.get(reverse(name)).status_code == 200
    assert len(queries_made) <= MOST_QUERIES


@pytest.mark.parametrize("name", ["roles", "fields", "standards", "calendar", "playbook", "about"])
def test_those_without_the_right_are_told_so(company: Cast, visit: Visit, name: str) -> None:
    assert visit(company.li).get(reverse(f"settings:{name}")).status_code == 403


def test_those_without_the_right_are_led_to_what_is_their_own(company: Cast, visit: Visit) -> None:
    assert visit(company.li).get(reverse("settings:page")).headers["Location"] == reverse("settings:profile")


def _week(**changes: str) -> dict[str, Any]:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    return {"name": "远山", "number_prefix": "K", **dict.fromkeys(days, "9:00-17:00"), **changes}


def test_opening_hours_are_saved_as_the_calendar_reads_them(company: Cast, visit: Visit) -> None:
    visit(company.zhao).post(reverse("settings:page"), _week(saturday="9:00-12:00"))
    saved = Company.objects.get()
    assert saved.number_prefix == "K"
    assert saved.opening_hours == {"week": [["09:00-17:00"]] * 5 + [["09:00-12:00"], []], "public_holidays": "none"}


def test_impossible_opening_hours_are_named_at_their_day(company: Cast, visit: Visit) -> None:
    answer = visit(company.zhao).post(reverse("settings:page"), _week(monday="17:00-9:00"))
    assert answer.status_code == 422
    assert "17:00-09:00" in answer.context["form"].errors["monday"][0]


def test_a_role_is_changed_cell_by_cell(company: Cast, visit: Visit) -> None:
    role = queries.role("account_manager")
    levels = queries.permission_table()[role.key]
    cells = {
        f"{kind}.{action}": levels.get((kind, action), Level.NONE).value
        for kind, a in rules.KINDS.items()
        for action in a
    }
    visit(company.zhao).post(reverse("settings:role", args=[role.key]), cells | {"customer.view": Level.ALL.value})
    assert User.objects.get(pk=company.li.pk).level("customer", "view") == Level.ALL


def test_a_closure_is_entered_shown_and_taken_away(company: Cast, visit: Visit) -> None:
    browser = visit(company.zhao)
    said = {"is_working": "no", "first": "2026-12-30", "last": "2026-12-31", "name": "年终盘点"}
    browser.post(reverse("settings:calendar"), said)
    assert [closure.day for closure in Closure.objects.order_by("day")] == [date(2026, 12, 30), date(2026, 12, 31)]
    assert "年终盘点" in browser.get(reverse("settings:calendar"), {"year": "2026"}).content.decode()
    browser.delete(reverse("settings:day", args=["2026-12-30"]))
    assert Closure.objects.get().day == date(2026, 12, 31)


def test_the_last_night_is_shown_whoever_asked_for_it(company: Cast, visit: Visit) -> None:
    done = {"as_of": "2026-03-15", "customers": 300, "orders": 8_000, "moved": 17, "commitments": 42, "escalated": 3}
    words: dict[str, Any] = {"arguments": {}, "started_at": NOW, "finished_at": NOW + timedelta(seconds=7)}
    requests.note("night", result=done, **words)
    page = visit(company.zhao).get(reverse("settings:about")).content.decode()
    for said in ("定时任务或命令行", "7.0 秒", "2026-03-15", "8,000", "等级变动", "17", "42"):
        assert said in page
    requests.note("night", failure="另一次评定正在进行。", **words)
    assert "另一次评定正在进行。" in visit(company.zhao).get(reverse("settings:about")).content.decode()


def test_an_own_field_is_asked_for_shown_and_asked_for_no_more(company: Cast, visit: Visit) -> None:
    browser, page = visit(company.zhao), reverse("settings:fields")
    said = {"subject": "customer", "label": "信用评级", "type": "choice", "choices": "AAA，AA、A"}
    browser.post(page, said)
    field = ExtraField.objects.get()
    assert (field.key, field.choices) == ("xin-yong-ping-ji", ["AAA", "AA", "A"])
    assert "信用评级" in browser.get(page).content.decode()
    edit, archive = (reverse(f"customers:{name}", args=[company.precision.number]) for name in ("edit", "archive"))
    form = browser.get(edit).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {f"extra_{field.key}": "AA"}
    assert browser.post(edit, typed).status_code == 302
    assert "AA</" in browser.get(archive).content.decode()
    browser.delete(reverse("settings:field", args=[field.pk]))
    assert f"extra_{field.key}" not in browser.get(edit).context["form"].fields


def test_a_choice_of_one_is_refused_at_its_field(company: Cast, visit: Visit) -> None:
    said = {"subject": "contact", "label": "爱好", "type": "choice", "choices": "钓鱼"}
    answer = visit(company.zhao).post(reverse("settings:fields"), said)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["choices"])


@pytest.mark.parametrize(
    ("start", "rule", "answer"),
    [
        ("2026-02-13T17:30", "2 working hours", "2026-02-14"),
        ("2026-02-13T17:30", "soon", "soon"),
        ("never", "1 day", ""),
    ],
)
def test_a_deadline_can_be_tried_out(company: Cast, visit: Visit, start: str, rule: str, answer: str) -> None:
    page = visit(company.zhao).get(reverse("settings:deadline"), {"start": start, "rule": rule})
    assert page.status_code == 200
    assert answer in page.content.decode()


@pytest.mark.parametrize("year", ["1", "999999", "abc", "2100"])
def test_any_year_of_the_calendar_is_answered(company: Cast, visit: Visit, year: str) -> None:
    assert visit(company.zhao).get(reverse("settings:calendar"), {"year": year}).status_code == 200


def test_a_changed_standard_is_its_next_version(company: Cast, visit: Visit) -> None:
    said = {
        "name": "A 级双周沟通", "content": "聊聊", "guide": "", "cadence": "2 weeks", "owner_role": "head",
        "channel": "visit", "escalation": "due, 4 working hours",
    }  # fmt: skip
    visit(company.zhao).post(reverse("settings:standard", args=["a-monthly-talk"]), said)
    now, before = ServiceStandard.objects.filter(key="a-monthly-talk").order_by("-version")
    assert (now.version, now.rule, now.owner_role, now.escalation) == (2, "2 weeks", "head", ["due", "4 working hours"])
    assert now.name == {"zh": "A 级双周沟通", "en": before.name["en"]}
    assert before.retired_at == NOW


def test_a_standard_saved_as_it_was_makes_no_version(company: Cast, visit: Visit) -> None:
    browser = visit(company.zhao)
    address = reverse("settings:standard", args=["first-answer"])
    form = browser.get(address).context["form"]
    browser.post(address, {name: form[name].value() for name in form.fields})
    assert ServiceStandard.objects.filter(key="first-answer").count() == 1


def test_the_exported_playbook_would_change_nothing(company: Cast, visit: Visit) -> None:
    browser = visit(company.zhao)
    text = browser.get(reverse("settings:playbook_file")).content
    file = SimpleUploadedFile("own.yaml", text)
    preview = browser.post(reverse("settings:adoption"), {"playbook": "own", "file": file})
    assert preview.status_code == 200
    assert not preview.context["comparison"]


def test_another_playbook_shows_what_it_changes_before_it_does(company: Cast, visit: Visit) -> None:
    browser = visit(company.zhao)
    preview = browser.post(reverse("settings:adoption"), {"playbook": "retail-rfm"})
    assert "ABC 分级" in preview.context["comparison"].schemes.removed
    assert Company.objects.get().playbook == "b2b-abc"
    browser.post(reverse("settings:adoption"), {"text": preview.context["text"]})
    assert Company.objects.get().playbook == "retail-rfm"


def test_a_faulty_playbook_names_its_lines(company: Cast, visit: Visit) -> None:
    file = SimpleUploadedFile("own.yaml", b"key: own\n")
    answer = visit(company.zhao).post(reverse("settings:adoption"), {"playbook": "own", "file": file})
    assert answer.status_code == 422
    assert any(problem.startswith("own.yaml:1:") for problem in answer.context["problems"])


def test_a_token_shows_its_secret_once(company: Cast, visit: Visit) -> None:
    browser = visit(company.li)
    answer = browser.post(reverse("settings:tokens"), {"name": "仓库", "days": "90", "may_write": "no"})
    secret = answer.context["secret"]
    assert answer.status_code == 201
    assert secret in answer.content.decode()
    assert secret not in browser.get(reverse("settings:tokens")).content.decode()
    assert queries.live_api_token(secret, now=NOW) is not None


def test_nobody_revokes_the_token_of_another(company: Cast, visit: Visit) -> None:
    visit(company.li).post(reverse("settings:tokens"), {"name": "仓库", "days": "90", "may_write": "no"})
    token = ApiToken.objects.get()
    assert visit(company.sun).delete(reverse("settings:token", args=[token.pk])).status_code == 404
    assert visit(company.li).delete(reverse("settings:token", args=[token.pk])).status_code == 200
    token.refresh_from_db()
    assert token.revoked_at == NOW


def test_the_pages_speak_the_language_that_a_person_has_chosen(company: Cast, visit: Visit) -> None:
    browser = visit(company.li)
    browser.post(reverse("settings:profile"), {"name": "李雷", "language": "en"})
    assert "My profile" in browser.get(reverse("settings:profile")).content.decode()
