"""The first run in the browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import NOW, Cast
from zhike.domain.accounts import services
from zhike.domain.accounts.models import Company, User
from zhike.kernel import clock
from zhike.kernel.models import JobRequest

pytestmark = pytest.mark.django_db
PASSWORD = "青山-不改-绿水-长流-2026"


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return services.issue_setup_code(now=NOW)


def _said(**changes: Any) -> dict[str, Any]:
    said = {"company": "远山科技", "name": "赵敏", "email": "zhao@example.com", "password": PASSWORD}
    return {**said, "playbook": "b2b-abc", **changes}


def test_the_page_shows_the_four_playbooks_with_their_tiers_and_cadences(code: str, client: Client) -> None:
    page = client.get(reverse("setup:page", args=[code])).content.decode()
    for words in ("B2B 客户 ABC 分级维护", "A 级", "A 级月度深度沟通", "零售 RFM 会员维护", "小微企业服务台"):
        assert words in page


def test_setting_up_founds_the_company_and_signs_its_administrator_in(code: str, client: Client) -> None:
    answer = client.post(reverse("setup:page", args=[code]), _said())
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("setup:next")
    assert Company.objects.get().playbook == "b2b-abc"
    assert client.get(reverse("setup:next")).status_code == 200
    assert User.objects.get().email == "zhao@example.com"


def test_the_address_is_dead_afterwards(code: str, client: Client) -> None:
    client.post(reverse("setup:page", args=[code]), _said())
    for address in ("setup:page", "setup:password", "setup:demo"):
        assert Client().post(reverse(address, args=[code]), _said()).status_code == 404
    assert Company.objects.count() == 1


def test_a_guessed_address_opens_nothing(code: str, client: Client) -> None:
    assert client.get(reverse("setup:page", args=["x" * 32])).status_code == 404


def test_a_weak_password_is_named_and_nothing_is_written(code: str, client: Client) -> None:
    answer = client.post(reverse("setup:page", args=[code]), _said(password="short"))
    assert answer.status_code == 422
    assert not Company.objects.exists()


def test_an_own_playbook_with_a_fault_names_the_line_and_writes_nothing(code: str, client: Client) -> None:
    file = SimpleUploadedFile("own.yaml", "key: own\nname: {zh: 自有}\n".encode())
    answer = client.post(reverse("setup:page", args=[code]), _said(playbook="own", file=file))
    assert answer.status_code == 422
    assert "own.yaml:2:" in answer.content.decode()
    assert not Company.objects.exists()


def test_an_own_playbook_wants_a_file(code: str, client: Client) -> None:
    assert client.post(reverse("setup:page", args=[code]), _said(playbook="own")).status_code == 422


def test_hints_come_while_the_password_is_typed(code: str, client: Client) -> None:
    hints = reverse("setup:password", args=[code])
    weak = client.post(hints, {"password": "1234567890123"}).content.decode()
    good = client.post(hints, {"password": PASSWORD}).content.decode()
    assert weak != good


def test_the_demo_company_is_asked_for_and_its_login_shown_once_it_is_there(code: str, client: Client) -> None:
    answer = client.post(reverse("setup:demo", args=[code]))
    work = JobRequest.objects.get(name="demo")
    assert answer.headers["Location"] == reverse("setup:demo_progress", args=[code, work.pk])
    JobRequest.objects.update(finished_at=NOW, result={"email": "demo@example.com", "password": "abc"})
    assert "demo@example.com" in client.get(answer.headers["Location"]).content.decode()


def test_nobody_sets_up_a_company_that_is_there(cast: Cast, client: Client) -> None:
    assert client.get(reverse("setup:page", args=["anything"])).status_code == 404
