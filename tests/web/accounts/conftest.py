"""A clock that the tests move, people with passwords, and browsers in which they log in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.identity import rules
from zhike.domain.identity.models import Policy
from zhike.domain.identity.rules.codes import step_at
from zhike.domain.identity.services import SECOND_FACTORS, remember_password, seal
from zhike.kernel import clock

PASSWORD = "青山-不改-绿水-长流-2026"
SECRET = "JBSWY3DPEHPK3PXP"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


class Time:
    """It is `NOW` until somebody lets it pass."""

    def __init__(self) -> None:
        self.now = NOW

    def passes(self, **much: float) -> None:
        self.now += timedelta(**much)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    moving = Time()
    monkeypatch.setattr(clock, "now", moving)
    return moving


@pytest.fixture
def people(cast: Cast, time: Time) -> Cast:
    """The cast, of whom 赵, 李 and 孙 have passwords."""
    for person in (cast.zhao, cast.li, cast.sun):
        person.set_password(PASSWORD)
        person.save()
        remember_password(person=person, now=NOW)
    return cast


def log_in(person: User | str, password: str = PASSWORD, *, address: str = "203.0.113.7") -> tuple[Client, Any]:
    """A browser in which somebody has tried to log in, and the answer."""
    browser = Client(REMOTE_ADDR=address, headers={"User-Agent": EDGE})
    email = person if isinstance(person, str) else person.email
    answer = browser.post(reverse("account_login"), {"login": email, "password": password})
    return browser, answer


def is_in(browser: Client) -> bool:
    """Whether somebody is signed in there."""
    return browser.get(reverse("settings:profile")).status_code == 200


def code(time: Time, *, steps: int = 0) -> str:
    """What the app shows now, or some steps of 30 seconds later."""
    return rules.code_at(SECRET, step_at(time.now) + steps)


@pytest.fixture
def enrol() -> Callable[[User], None]:
    """Gives a person an authenticator app that has `SECRET`."""

    def give(person: User) -> None:
        data = {"secret": seal(SECRET, place=SECOND_FACTORS)}
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data=data)

    return give


def policy(**changes: Any) -> None:
    """Change how people sign in."""
    Policy.objects.update(**changes)
