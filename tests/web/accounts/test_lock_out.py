"""Whoever keeps getting it wrong waits longer and longer, and learns nothing about who works here."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from tests.cast import Cast
from tests.web.accounts.conftest import PASSWORD, Time, is_in, log_in
from tests.web.conftest import Visit
from zhike.domain.identity.models import Attempt
from zhike.domain.identity.services import forget_what_is_over
from zhike.flows.forgotten_password import send_password_link
from zhike.jobs.requests import HANDLERS
from zhike.kernel.models import Activity, JobRequest


def _said(answer: object) -> list[str]:
    return [str(error) for error in answer.context["form"].non_field_errors()]  # type: ignore[attr-defined]


def _fail(times: int, email: str = "li@example.com", address: str = "203.0.113.7") -> list[str]:
    said: list[str] = []
    for _each in range(times):
        said = _said(log_in(email, "wrong-wrong-wrong", address=address)[1])
    return said


def test_five_wrong_passwords_shut_the_door_even_for_the_right_one(people: Cast, time: Time) -> None:
    _fail(5)
    browser, answer = log_in(people.li)
    assert not is_in(browser)
    assert "1" in _said(answer)[0]
    time.passes(seconds=61)
    assert is_in(log_in(people.li)[0])


def test_each_failure_after_that_doubles_the_wait(people: Cast, time: Time) -> None:
    _fail(5)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        time.passes(seconds=60 * minutes - 1)
        assert not is_in(log_in(people.li)[0])
        time.passes(seconds=1)
        _fail(1)
    time.passes(hours=1)
    assert is_in(log_in(people.li)[0])


def test_an_unknown_account_is_answered_and_shut_out_alike(people: Cast, time: Time) -> None:
    for attempt in range(7):
        known, unknown = _fail(1), _fail(1, "nobody@example.com", "203.0.113.8")
        assert known == unknown, attempt


def test_other_addresses_are_not_shut_out_with_the_first(people: Cast, time: Time) -> None:
    _fail(6)
    assert is_in(log_in(people.li, address="198.51.100.9")[0])


def test_an_address_that_tries_many_accounts_waits_as_well(people: Cast, time: Time) -> None:
    for each in range(50):
        _fail(1, f"somebody{each}@example.com")
    assert not is_in(log_in(people.sun)[0])
    assert is_in(log_in(people.sun, address="198.51.100.9")[0])


def _fail_from_everywhere(times: int, email: str = "li@example.com") -> list[str]:
    said: list[str] = []
    for each in range(times):
        said = _fail(1, email, f"192.0.2.{each}")
    return said


def test_an_account_that_is_tried_from_everywhere_waits_as_well(people: Cast, time: Time) -> None:
    assert is_in(log_in(people.li)[0])
    _fail_from_everywhere(30)
    assert not is_in(log_in(people.li, address="198.51.100.9")[0])
    assert is_in(log_in(people.sun, address="198.51.100.9")[0])
    time.passes(seconds=61)
    assert is_in(log_in(people.li, address="198.51.100.9")[0])


def test_addresses_from_which_somebody_has_signed_in_do_not_wait_with_the_account(people: Cast, time: Time) -> None:
    assert is_in(log_in(people.li)[0])
    _fail_from_everywhere(31)
    assert is_in(log_in(people.li)[0])
    time.passes(days=90)
    _fail_from_everywhere(31)
    assert not is_in(log_in(people.li)[0])


def test_an_unknown_account_waits_alike_wherever_it_is_tried(people: Cast, time: Time) -> None:
    assert _fail_from_everywhere(31) == _fail_from_everywhere(31, "nobody@example.com")


def test_what_is_typed_for_an_unknown_account_is_kept_nowhere(people: Cast, time: Time) -> None:
    _fail(1, "my-secret-password@example.com")
    assert Activity.objects.get(verb="sign_in_failed").note == "203.0.113.7"


def test_getting_it_right_forgets_what_went_wrong(people: Cast, time: Time) -> None:
    _fail(4)
    assert is_in(log_in(people.li)[0])
    _fail(4)
    assert is_in(log_in(people.li)[0])


def test_failures_are_forgotten_after_a_day(people: Cast, time: Time) -> None:
    _fail(4)
    time.passes(hours=24)
    _fail(1)
    assert is_in(log_in(people.li)[0])
    time.passes(hours=24)
    forget_what_is_over(now=time.now)
    assert Attempt.objects.get().succeeded_at == time.now - timedelta(hours=24)
    time.passes(days=89)
    forget_what_is_over(now=time.now)
    assert not Attempt.objects.exists()


def test_an_administrator_unlocks(people: Cast, time: Time, visit: Visit) -> None:
    _fail(5)
    browser = visit(people.zhao)
    page = reverse("people:page", args=[people.li.pk])
    assert browser.get(page).context["protection"].locked_until is not None
    browser.delete(reverse("people:lock", args=[people.li.pk]))
    assert browser.get(page).context["protection"].locked_until is None
    assert is_in(log_in(people.li)[0])
    assert Activity.objects.filter(verb="unlock", object_id=people.li.pk, actor=people.zhao).exists()


def test_the_trail_knows_who_came_in_who_failed_and_from_where(people: Cast, time: Time) -> None:
    _fail(1)
    browser, _answer = log_in(people.li)
    browser.post(reverse("account_logout"))
    lines = Activity.objects.filter(object_id=people.li.pk, kind="person").order_by("pk")
    assert [line.verb for line in lines] == ["sign_in_failed", "signed_in", "signed_out"]
    assert "203.0.113.7" in lines[0].note
    assert "Edge · Windows" in lines[1].note


@pytest.mark.parametrize("email", ["li@example.com", "nobody@example.com", "qian@example.com"])
def test_a_forgotten_password_is_answered_alike_whoever_asks(people: Cast, time: Time, email: str) -> None:
    with override_settings(ZHIKE_MAIL=True):
        answer = Client().post(reverse("account_reset_password"), {"email": email})
        page = Client().post(reverse("account_reset_password"), {"email": "another@example.com"}).content
    assert answer.status_code == 200
    assert answer.context["is_sent"]
    assert answer.content.count(b"\n") == page.count(b"\n")
    assert JobRequest.objects.filter(name="password_mail").count() == 2


def test_the_link_of_a_forgotten_password_comes_by_mail_and_works_once(people: Cast, time: Time) -> None:
    with override_settings(ZHIKE_MAIL=True):
        Client().post(reverse("account_reset_password"), {"email": "LI@example.com"})
    asked = JobRequest.objects.get()
    HANDLERS["password_mail"](asked.arguments, asked, time.now)
    [message] = mail.outbox
    assert message.to == ["li@example.com"]
    link = next(line for line in message.body.splitlines() if line.startswith("http://testserver/"))
    browser = Client()
    form = browser.get(link.removeprefix("http://testserver"), follow=True).request["PATH_INFO"]
    new = "明月-松间-清泉-石上-2027"
    browser.post(form, {"password1": new, "password2": new})
    assert is_in(log_in(people.li, new)[0])
    assert not is_in(log_in(people.li, PASSWORD)[0])
    assert Client().get(link.removeprefix("http://testserver"), follow=True).context.get("token_fail")


def test_nobody_gets_mail_who_is_not_here(people: Cast, time: Time) -> None:
    assert not send_password_link(email="qian@example.com", address="http://testserver/", now=time.now)
    assert not send_password_link(email="nobody@example.com", address="http://testserver/", now=time.now)
    assert mail.outbox == []


def test_without_mail_there_is_no_such_page(people: Cast, time: Time) -> None:
    assert Client().get(reverse("account_reset_password")).headers["Location"] == reverse("account_login")
