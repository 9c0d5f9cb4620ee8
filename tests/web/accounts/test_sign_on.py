"""Signing in with the company's own account, against a real OpenID Connect provider."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from tests.cast import NOW, Cast
from tests.web.accounts.openid_provider import CLIENT, SECRET
from zhike.domain.accounts.models import User
from zhike.domain.accounts.queries import role
from zhike.domain.accounts.services import separate_administrators
from zhike.domain.identity.models import Provider
from zhike.domain.identity.services import change_provider
from zhike.gateways.outbound import networks
from zhike.kernel.errors import Refused
from zhike.kernel.models import Activity

CALLBACK = "http://testserver/accounts/sign-on/callback/"


@dataclass(frozen=True)
class Company:
    """The provider: where it is, and what is wrong with its tokens."""

    issuer: str
    wrong: Path


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    wrong = tmp_path_factory.mktemp("provider") / "wrong"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.web.accounts.openid_provider", CALLBACK],
        env=os.environ | {"WRONG_WITH_TOKENS": str(wrong)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    yield Company(process.stdout.readline().strip(), wrong)
    process.kill()
    process.wait()


@pytest.fixture
def provider(cast: Cast, company: Company, settings: LazySettings) -> Company:
    settings.ZHIKE_SIGN_ON_NETWORKS = networks("127.0.0.1")
    company.wrong.unlink(missing_ok=True)
    _enter(cast, company)
    return company


def _enter(cast: Cast, company: Company, **changes: Any) -> Provider:
    said = {
        "is_on": True,
        "name": "远山账号",
        "issuer": company.issuer,
        "client_id": CLIENT,
        "secret": SECRET,
        "domains": ["example.com"],
        "creates_people": False,
        "role": None,
    }
    return change_provider(**{**said, **changes}, actor=cast.zhao, now=NOW)


def _asked(browser: Client, person: str) -> str:
    """Start at our log-in page, be `person` at the provider; the address to which it leads back."""
    away = browser.get(reverse("sign_on")).headers["Location"]
    back = requests.get(away, headers={"X-Person": person}, allow_redirects=False, timeout=20)
    return back.headers["Location"]


def _come(person: str) -> tuple[Client, Any]:
    browser = Client()
    return browser, browser.get(_asked(browser, person))


def _who(browser: Client) -> int | None:
    answer = browser.get(reverse("settings:profile"))
    return answer.context["person"].pk if answer.status_code == 200 else None


def test_the_log_in_page_offers_the_company_account(provider: Company) -> None:
    assert "远山账号" in Client().get(reverse("account_login")).content.decode()


def test_a_person_known_here_comes_in_by_the_verified_address_and_is_linked(cast: Cast, provider: Company) -> None:
    browser, answer = _come("li@example.com")
    assert answer.status_code == 302
    assert _who(browser) == cast.li.pk
    linked = SocialAccount.objects.get()
    assert (linked.user, linked.extra_data) == (cast.li, {})
    assert [line.verb for line in Activity.objects.filter(object_id=cast.li.pk).order_by("pk")][-2:] == [
        "link_account",
        "signed_in",
    ]
    again, _answer = _come("li@example.com")
    assert _who(again) == cast.li.pk
    assert SocialAccount.objects.count() == 1


def test_the_flow_uses_pkce_state_and_nonce(provider: Company) -> None:
    away = parse_qs(urlsplit(Client().get(reverse("sign_on")).headers["Location"]).query)
    assert away["code_challenge_method"] == ["S256"]
    assert away["response_type"] == ["code"]
    assert len(away["code_challenge"][0]) == 43
    assert len(away["state"][0]) >= 16
    assert len(away["nonce"][0]) >= 16
    assert set(away["scope"][0].split()) == {"openid", "profile", "email"}


def test_a_browser_cannot_add_to_what_is_asked(provider: Company) -> None:
    away = Client().get(reverse("sign_on"), {"scope": "admin", "auth_params": "prompt=none"}).headers["Location"]
    assert "admin" not in away
    assert "prompt" not in away


@pytest.mark.parametrize("wrong", ["issuer", "audience", "expired", "nonce", "no nonce"])
def test_a_token_that_is_wrong_opens_nothing(provider: Company, wrong: str) -> None:
    provider.wrong.write_text(wrong)
    browser, answer = _come("li@example.com")
    assert answer.status_code == 403
    assert _who(browser) is None


def test_an_answer_without_our_state_opens_nothing(provider: Company) -> None:
    browser = Client()
    back = _asked(browser, "li@example.com")
    assert Client().get(back).status_code == 403
    assert browser.get(back.replace("state=", "state=x")).status_code == 403


def test_an_answer_opens_the_door_once(provider: Company) -> None:
    browser = Client()
    back = _asked(browser, "li@example.com")
    assert browser.get(back).status_code == 302
    assert browser.get(back).status_code == 403


@pytest.mark.parametrize(
    "person", ["newcomer@example.com", "unverified@example.com", "stranger@elsewhere.example", "qian@example.com"]
)
def test_those_not_known_here_are_turned_away(cast: Cast, provider: Company, person: str) -> None:
    browser, answer = _come(person)
    assert answer.status_code == 403
    assert _who(browser) is None
    assert not SocialAccount.objects.exists()
    assert not User.objects.filter(email="newcomer@example.com").exists()


def test_newcomers_come_in_with_their_role_where_that_is_switched_on(cast: Cast, provider: Company) -> None:
    role("account_manager").permissions.filter(kind__in=["setting", "security", "person"]).delete()
    _enter(cast, provider, creates_people=True, role=role("account_manager"))
    browser, _answer = _come("newcomer@example.com")
    person = User.objects.get(email="newcomer@example.com")
    assert _who(browser) == person.pk
    assert [each.key for each in person.roles.all()] == ["account_manager"]
    assert _come("unverified@example.com")[1].status_code == 403


@pytest.mark.parametrize("is_linked", [False, True])
def test_the_three_administrators_come_in_by_their_passwords_alone(
    cast: Cast, provider: Company, is_linked: bool
) -> None:
    if is_linked:
        _come("li@example.com")
    for person in (cast.li, cast.sun, cast.zhou):
        person.set_password("test")
        person.save()
    separate_administrators(system=cast.sun, security=cast.zhou, audit=cast.li, actor=cast.zhao, now=NOW)
    browser, answer = _come("li@example.com")
    assert answer.status_code == 403
    assert _who(browser) is None
    assert SocialAccount.objects.exists() == is_linked


def test_newcomers_are_never_administrators(cast: Cast, company: Company) -> None:
    with pytest.raises(Refused):
        _enter(cast, company, creates_people=True, role=role("administrator"))


def test_the_second_factor_is_asked_for_here_as_well(cast: Cast, provider: Company) -> None:
    TOTP.activate(cast.li, "JBSWY3DPEHPK3PXP")
    browser, answer = _come("li@example.com")
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert _who(browser) is None


def test_a_provider_of_another_name_than_entered_is_not_believed(cast: Cast, provider: Company) -> None:
    provider.wrong.write_text("name")
    assert Client().get(reverse("sign_on")).status_code == 403


@pytest.mark.parametrize("opened", ["", "10.0.0.0/8"])
def test_a_provider_in_an_inner_network_is_asked_only_where_that_is_opened(
    provider: Company, settings: LazySettings, opened: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ZHIKE_SIGN_ON_NETWORKS = networks(opened)
    assert Client().get(reverse("sign_on")).status_code == 403
    assert "127.0.0.1" in caplog.text


def test_links_of_another_issuer_are_other_links(cast: Cast, provider: Company) -> None:
    _come("li@example.com")
    linked = SocialAccount.objects.get()
    SocialAccount.objects.filter(pk=linked.pk).update(provider="sign-on-of-before", user=cast.zhao)
    browser, _answer = _come("li@example.com")
    assert _who(browser) == cast.li.pk


def test_switched_off_there_is_no_such_way(cast: Cast, provider: Company) -> None:
    _enter(cast, provider, is_on=False)
    assert Client().get(reverse("sign_on")).status_code == 404
    assert "远山账号" not in Client().get(reverse("account_login")).content.decode()


def test_the_secret_is_sealed_and_kept_when_none_is_typed(cast: Cast, provider: Company) -> None:
    before = Provider.objects.get().secret
    assert SECRET not in before
    assert _enter(cast, provider, secret="").secret == before
    assert SECRET not in str(list(Activity.objects.values_list("changes", flat=True)))


@pytest.mark.parametrize("issuer", ["http://login.example.com", "ftp://login.example.com"])
def test_an_issuer_speaks_https(cast: Cast, company: Company, issuer: str) -> None:
    with pytest.raises(Refused):
        _enter(cast, company, issuer=issuer)
