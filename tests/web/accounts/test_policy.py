"""Passwords under both profiles, and the page on which they are chosen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import NOW, Cast
from tests.web.accounts.conftest import PASSWORD, Time, log_in, policy
from tests.web.conftest import Visit
from zhike.domain.accounts.models import User
from zhike.domain.accounts.queries import role
from zhike.domain.accounts.services import create_api_token
from zhike.domain.identity.models import Policy
from zhike.domain.identity.services import choose_password
from zhike.kernel.errors import Refused
from zhike.kernel.models import Activity

GRADED = Policy.Profile.GRADED
NEW = "Mingyue-songjian-qingquan-7"


def _change(browser: Client, old: str, new: str) -> Any:
    said = {"oldpassword": old, "password1": new, "password2": new}
    return browser.post(reverse("account_change_password"), said)


@pytest.mark.parametrize("password", ["lilei19900101", "远山科技2026888", "li@example.com1", "woaini5201314", "short"])
def test_what_is_tried_first_is_refused_in_a_sentence(people: Cast, time: Time, password: str) -> None:
    with pytest.raises(Refused):
        choose_password(person=people.li, password=password, actor=people.li, now=NOW)
    answer = _change(log_in(people.li)[0], PASSWORD, password)
    assert answer.context["form"].errors["password1"]


def test_graded_protection_wants_kinds_of_characters_at_once(people: Cast, time: Time) -> None:
    plain = "mingyue songjian qingquan"
    choose_password(person=people.li, password=plain.replace(" ", ""), actor=people.li, now=NOW)
    policy(profile=GRADED)
    with pytest.raises(Refused):
        choose_password(person=people.li, password="mingyuesongjianqing", actor=people.li, now=NOW)
    choose_password(person=people.li, password=NEW, actor=people.li, now=NOW)


def test_graded_protection_knows_the_last_five(people: Cast, time: Time) -> None:
    policy(profile=GRADED)
    chosen = [f"Mingyue-songjian-qing{word}-7" for word in ("quan", "shi", "feng", "xi", "he", "tan")]
    for password in chosen:
        choose_password(person=people.li, password=password, actor=people.li, now=NOW)
    for former in chosen[1:]:
        with pytest.raises(Refused):
            choose_password(person=people.li, password=former, actor=people.li, now=NOW)
    choose_password(person=people.li, password=chosen[0], actor=people.li, now=NOW)


def test_modern_passwords_have_no_end(people: Cast, time: Time) -> None:
    time.passes(days=900)
    browser, _answer = log_in(people.li)
    assert browser.get(reverse("settings:profile")).status_code == 200


def test_under_graded_protection_a_password_is_renewed_after_ninety_days(people: Cast, time: Time) -> None:
    policy(profile=GRADED)
    time.passes(days=90)
    browser, _answer = log_in(people.li)
    answer = browser.get(reverse("customers:list"))
    assert answer.headers["Location"] == f"{reverse('account_change_password')}?next=%2Fcustomers%2F"
    assert browser.get(reverse("account_change_password")).status_code == 200
    _change(browser, PASSWORD, PASSWORD)
    assert browser.get(reverse("customers:list")).status_code == 302
    _change(browser, PASSWORD, NEW)
    assert browser.get(reverse("customers:list")).status_code == 200


def test_the_policy_is_changed_by_who_looks_after_access(people: Cast, time: Time, visit: Visit) -> None:
    said = {"profile": "graded", "second_factor": "everybody", "idle_minutes": "15", "absolute_hours": "8"}
    role("account_manager").permissions.filter(kind="security").delete()
    assert visit(people.li).post(reverse("settings:security"), said).status_code == 403
    assert visit(people.zhao).post(reverse("settings:security"), said).status_code == 302
    rule = Policy.objects.get()
    assert (rule.profile, rule.second_factor, rule.idle_minutes, rule.absolute_hours) == ("graded", "everybody", 15, 8)
    assert Activity.objects.get(kind="sign_in_policy").changes["idle_minutes"] == [30, 15]


@pytest.mark.parametrize(("field", "value"), [("idle_minutes", "4"), ("idle_minutes", "241"), ("absolute_hours", "25")])
def test_times_have_bounds(people: Cast, time: Time, visit: Visit, field: str, value: str) -> None:
    said = {
        "profile": "modern",
        "second_factor": "everybody",
        "idle_minutes": "30",
        "absolute_hours": "12",
        field: value,
    }
    answer = visit(people.zhao).post(reverse("settings:security"), said)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]


def test_who_looks_after_access_sees_and_revokes_every_token(people: Cast, time: Time, visit: Visit) -> None:
    token, secret = create_api_token(
        owner=people.li, name="仓库", expires_at=NOW.replace(month=6), actor=people.li, now=NOW
    )
    keeper = visit(people.zhao)
    page = keeper.get(reverse("settings:everybodys_tokens")).content.decode()
    assert "仓库" in page
    assert secret not in page
    role("account_manager").permissions.filter(kind="security").delete()
    assert visit(people.sun).get(reverse("settings:everybodys_tokens")).status_code == 403
    assert visit(people.sun).delete(reverse("settings:anybodys_token", args=[token.pk])).status_code == 403
    keeper.delete(reverse("settings:anybodys_token", args=[token.pk]))
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_new_token_is_as_small_as_was_asked(people: Cast, time: Time, visit: Visit) -> None:
    said = {"name": "报表", "days": "30", "may_write": "no", "kinds": ["customer", "order"]}
    assert visit(people.li).post(reverse("settings:tokens"), said).status_code == 201
    token = User.objects.get(pk=people.li.pk).api_tokens.get()
    assert (token.may_write, token.kinds) == (False, ["customer", "order"])
