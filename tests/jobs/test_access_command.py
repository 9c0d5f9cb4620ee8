"""`zhike access`: the way back for whoever is locked out."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.cast import Cast
from tests.web.accounts.conftest import Time, code, enrol, is_in, log_in, people, time  # noqa: F401 - fixtures
from zhike.jobs.management.commands.access import Command
from zhike.kernel.models import Activity


def _run(*words: str) -> str:
    out = StringIO()
    call_command(Command(stdout=out), *words)
    return out.getvalue()


def test_a_locked_out_administrator_is_let_in(people: Cast, time: Time) -> None:  # noqa: F811
    for _each in range(5):
        log_in(people.zhao, "wrong-wrong-wrong")
    assert not is_in(log_in(people.zhao)[0])
    _run("unlock", "ZHAO@example.com")
    assert is_in(log_in(people.zhao)[0])


def test_a_lost_phone_is_forgotten(people: Cast, time: Time, enrol) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    enrol(people.zhao)
    assert not is_in(log_in(people.zhao)[0])
    _run("reset-second-factor", "zhao@example.com")
    assert is_in(log_in(people.zhao)[0])
    assert Activity.objects.get(verb="reset_second_factor").actor is None


def test_somebody_is_shut_out_and_let_in_again(people: Cast, time: Time) -> None:  # noqa: F811
    browser, _answer = log_in(people.li)
    _run("disable", "li@example.com")
    assert not is_in(browser)
    _run("enable", "li@example.com")
    assert is_in(log_in(people.li)[0])
    _run("sign-out", "li@example.com")


def test_a_new_password_is_chosen_by_the_printed_link(people: Cast, time: Time) -> None:  # noqa: F811
    said = json.loads(_run("new-password", "li@example.com", "--address", "https://crm.example.com/", "--json"))
    assert said["link"].startswith("https://crm.example.com/accounts/password/reset/key/")
    assert not is_in(log_in(people.li)[0])


def test_nobody_unknown_and_not_the_last_administrator(people: Cast) -> None:  # noqa: F811
    for words in (("unlock", "nobody@example.com"), ("disable", "zhao@example.com")):
        with pytest.raises(CommandError):
            _run(*words)
