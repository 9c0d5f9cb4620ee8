"""The code from the phone: who must have it, what it opens, and what happens when the phone is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.web.accounts.conftest import PASSWORD, SECRET, Time, code, is_in, log_in, policy
from tests.web.conftest import Visit
from zhike.domain.accounts.models import Permission, Role, User
from zhike.domain.accounts.queries import role
from zhike.domain.identity import rules
from zhike.domain.identity.models import Policy
from zhike.domain.identity.queries import needs_second_factor
from zhike.domain.identity.rules.codes import step_at
from zhike.domain.identity.services import change_policy, open_for_show
from zhike.kernel.errors import Refused
from zhike.kernel.models import Activity
from zhike.kernel.scope import Level

Enrol = Callable[[User], None]
ADMINISTRATORS, EVERYBODY = Policy.SecondFactor.ADMINISTRATORS, Policy.SecondFactor.EVERYBODY


def _say(browser: Client, said: str) -> Any:
    return browser.post(reverse("mfa_authenticate"), {"code": said})


@pytest.fixture
def ordinary(people: Cast) -> Cast:
    """The cast, of whom only administrators change settings or access."""
    role("account_manager").permissions.filter(kind__in=["setting", "security", "person"]).delete()
    return people


def test_the_password_alone_opens_nothing_where_there_is_a_second_factor(
    people: Cast, time: Time, enrol: Enrol
) -> None:
    enrol(people.li)
    browser, answer = log_in(people.li)
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert not is_in(browser)
    _say(browser, "000000")
    assert not is_in(browser)
    _say(browser, code(time))
    assert is_in(browser)


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(people: Cast, time: Time, enrol: Enrol, steps: int, opens: bool) -> None:
    enrol(people.li)
    browser, _answer = log_in(people.li)
    _say(browser, code(time, steps=steps))
    assert is_in(browser) is opens


def test_a_code_opens_the_door_once(people: Cast, time: Time, enrol: Enrol) -> None:
    enrol(people.li)
    one, _answer = log_in(people.li)
    two, _answer = log_in(people.li)
    said = code(time)
    _say(one, said)
    _say(two, said)
    assert is_in(one)
    assert not is_in(two)
    time.passes(seconds=30)
    _say(two, said)
    assert not is_in(two)
    _say(two, code(time))
    assert is_in(two)


def test_guessing_codes_is_shut_out_from_every_new_log_in(people: Cast, time: Time, enrol: Enrol) -> None:
    enrol(people.li)
    browser, _answer = log_in(people.li)
    for _each in range(5):
        _say(browser, "000000")
    browser, _answer = log_in(people.li)
    _say(browser, code(time))
    assert not is_in(browser)
    time.passes(seconds=61)
    _say(browser, code(time))
    assert is_in(browser)


def test_an_administrator_without_one_is_led_to_it_before_anything_else(ordinary: Cast, time: Time) -> None:
    policy(second_factor=ADMINISTRATORS)
    browser, _answer = log_in(ordinary.zhao)
    for name in ("today:page", "settings:page", "customers:list", "settings:profile", "settings:tokens"):
        answer = browser.get(reverse(name))
        assert answer.headers["Location"].startswith(reverse("mfa_activate_totp")), name
    part = browser.get(reverse("settings:profile"), headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"].startswith(reverse("mfa_activate_totp"))
    assert is_in(log_in(ordinary.li)[0])


def test_enrolling_opens_everything_and_gives_recovery_codes(ordinary: Cast, time: Time) -> None:
    policy(second_factor=ADMINISTRATORS)
    browser, _answer = log_in(ordinary.zhao)
    browser.get("/imports/?kind=orders")
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    wrong = browser.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert wrong.context["form"].errors["code"]
    answer = browser.post(reverse("mfa_activate_totp"), {"code": rules.code_at(secret, step_at(time.now))})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    page = browser.get(answer.headers["Location"])
    codes = page.context["unused_codes"]
    assert 'href="/imports/?kind=orders"' in page.content.decode()
    assert len(codes) == 10
    assert is_in(browser)
    again, _answer = log_in(ordinary.zhao)
    _say(again, codes[0])
    assert is_in(again)
    third, _answer = log_in(ordinary.zhao)
    _say(third, codes[0])
    assert not is_in(third)
    assert Activity.objects.filter(verb="use_recovery_code", object_id=ordinary.zhao.pk).count() == 1
    assert Activity.objects.get(verb="change", kind="person").changes == {"second_factor": [False, True]}


def test_a_role_given_in_the_middle_counts_at_the_next_click(ordinary: Cast, time: Time) -> None:
    policy(second_factor=ADMINISTRATORS)
    browser, _answer = log_in(ordinary.li)
    assert is_in(browser)
    ordinary.li.roles.add(role("administrator"))
    assert not is_in(browser)


@pytest.mark.parametrize(
    "cell",
    [
        "audit.view",
        "audit.export",
        "privacy.approve",
        "playbook.approve",
        "security.view",
        "person.view",
        "setting.edit",
    ],
)
def test_whoever_administers_must_have_one(ordinary: Cast, cell: str) -> None:
    kind, action = cell.split(".")
    rule = Policy(second_factor=ADMINISTRATORS)
    ordinary.li.roles.set([Role.objects.create(key="x", name={"zh": "x", "en": "x"})])
    assert not needs_second_factor(ordinary.li, rule)
    Permission.objects.create(role=Role.objects.get(key="x"), kind=kind, action=action, level=Level.ALL)
    assert needs_second_factor(User.objects.get(pk=ordinary.li.pk), rule)


def test_nobody_is_excused_but_in_a_demo(ordinary: Cast, time: Time, visit: Visit) -> None:
    policy(second_factor=EVERYBODY)
    said = {"profile": "modern", "second_factor": "nobody", "idle_minutes": "30", "absolute_hours": "12"}
    with pytest.raises(Refused):
        change_policy(
            profile="modern", second_factor="nobody", idle_minutes=30, absolute_hours=12, actor=ordinary.zhao,
            now=time.now,
        )  # fmt: skip
    policy(second_factor=Policy.SecondFactor.NOBODY)
    assert visit(ordinary.zhao).post(reverse("settings:security"), said).status_code == 422
    policy(is_demo=True)
    assert visit(ordinary.zhao).post(reverse("settings:security"), said).status_code == 302


def test_everybody_may_have_to_have_one(ordinary: Cast, time: Time) -> None:
    policy(second_factor=EVERYBODY)
    browser, _answer = log_in(ordinary.li)
    assert browser.get(reverse("today:page")).headers["Location"].startswith(reverse("mfa_activate_totp"))


def test_the_first_run_shows_what_comes_next_before_it_asks(ordinary: Cast, time: Time, visit: Visit) -> None:
    policy(second_factor=ADMINISTRATORS)
    assert visit(ordinary.zhao).get(reverse("setup:next")).status_code == 200


def test_a_demo_asks_nobody_and_says_so(ordinary: Cast, time: Time) -> None:
    policy(second_factor=ADMINISTRATORS)
    open_for_show(actor=ordinary.zhao, now=time.now)
    browser, _answer = log_in(ordinary.zhao)
    assert "演示" in browser.get(reverse("settings:security")).content.decode()


def test_who_must_have_one_cannot_turn_it_off(ordinary: Cast, time: Time, enrol: Enrol) -> None:
    enrol(ordinary.zhao)
    policy(second_factor=ADMINISTRATORS)
    browser, _answer = log_in(ordinary.zhao)
    _say(browser, code(time))
    browser.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=ordinary.zhao).exists()
    policy(second_factor=Policy.SecondFactor.NOBODY)
    browser.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=ordinary.zhao).exists()
    assert Activity.objects.get(verb="change", kind="person").changes == {"second_factor": [True, False]}


def test_turning_one_on_later_asks_again_who_it_is(people: Cast, time: Time) -> None:
    browser, _answer = log_in(people.li)
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200
    time.passes(minutes=6)
    answer = browser.get(reverse("mfa_activate_totp"))
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    browser.post(answer.headers["Location"], {"password": PASSWORD})
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200


def test_the_secret_is_nowhere_in_the_database(people: Cast, time: Time, enrol: Enrol) -> None:
    enrol(people.li)
    log_in(people.li)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        assert SECRET not in str(cursor.fetchall())


def test_an_administrator_resets_a_lost_one(ordinary: Cast, time: Time, visit: Visit, enrol: Enrol) -> None:
    enrol(ordinary.li)
    browser, _answer = log_in(ordinary.li)
    _say(browser, code(time))
    assert visit(ordinary.sun).delete(reverse("people:second_factor", args=[ordinary.li.pk])).status_code == 403
    assert visit(ordinary.zhao).delete(reverse("people:second_factor", args=[ordinary.li.pk])).status_code == 200
    assert not is_in(browser)
    assert is_in(log_in(ordinary.li)[0])
    line = Activity.objects.get(verb="reset_second_factor")
    assert (line.actor, line.object_id) == (ordinary.zhao, ordinary.li.pk)


def test_nobody_resets_the_own_one(ordinary: Cast, time: Time, visit: Visit, enrol: Enrol) -> None:
    enrol(ordinary.zhao)
    answer = visit(ordinary.zhao).delete(reverse("people:second_factor", args=[ordinary.zhao.pk]))
    assert answer.status_code == 422
