"""Log-in and its neighbours as they are bent to this product."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.web.conftest import Visit
from zhike.kernel.models import Activity

OLD, NEW = "青山-不改-绿水-长流-2026", "明月-松间-清泉-石上-2027"


def _with_password(cast: Cast) -> None:
    cast.li.set_password(OLD)
    cast.li.language = "en"
    cast.li.save()


def test_logging_in_brings_the_language_that_the_person_reads(cast: Cast) -> None:
    _with_password(cast)
    browser = Client()
    browser.post(reverse("account_login"), {"login": "LI@example.com", "password": OLD})
    assert "My profile" in browser.get(reverse("settings:profile")).content.decode()


@pytest.mark.parametrize("email", ["li@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_address_look_the_same(cast: Cast, email: str) -> None:
    _with_password(cast)
    answer = Client().post(reverse("account_login"), {"login": email, "password": "wrong"})
    assert answer.status_code == 200
    errors = [str(error) for error in answer.context["form"].non_field_errors()]
    assert len(errors) == 1
    assert email not in errors[0]


def test_a_changed_password_leaves_a_line_without_the_password(cast: Cast, visit: Visit) -> None:
    _with_password(cast)
    said = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
    visit(cast.li).post(reverse("account_change_password"), said)
    line = Activity.objects.get(verb="set_password")
    assert (line.actor, line.object_id, line.changes) == (cast.li, cast.li.pk, {})
    cast.li.refresh_from_db()
    assert cast.li.check_password(NEW)


def test_a_short_password_is_refused_in_a_sentence(cast: Cast, visit: Visit) -> None:
    _with_password(cast)
    said = {"oldpassword": OLD, "password1": "short", "password2": "short"}
    answer = visit(cast.li).post(reverse("account_change_password"), said)
    assert "12" in str(answer.context["form"].errors)


def test_nobody_signs_up_alone(cast: Cast) -> None:
    Client().post(reverse("account_signup"), {"email": "x@example.com", "password1": NEW})
    assert not type(cast.li).objects.filter(email="x@example.com").exists()


@pytest.mark.parametrize(
    ("name", "leads_to"), [("account_reset_password", "account_login"), ("account_email", "settings:profile")]
)
def test_pages_that_would_need_mail_are_shut(cast: Cast, visit: Visit, name: str, leads_to: str) -> None:
    assert visit(cast.li).get(reverse(name)).headers["Location"] == reverse(leads_to)
