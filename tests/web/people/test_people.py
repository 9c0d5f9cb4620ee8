"""People and departments in the browser."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.web.conftest import Visit
from zhike.domain.accounts import queries
from zhike.domain.accounts.models import Department, User
from zhike.kernel.scope import Level

PASSWORD = "青山-不改-绿水-长流-2026"


def test_an_invited_person_chooses_a_password_by_the_link_and_signs_in(cast: Cast, visit: Visit) -> None:
    role = queries.role("account_manager")
    said = {
        "name": "吴岩",
        "email": "wu@example.com",
        "department": cast.east.pk,
        "roles": [role.pk],
        "language": "zh-hans",
    }
    answer = visit(cast.zhao).post(reverse("people:new"), said)
    wu = User.objects.get(email="wu@example.com")
    assert answer.headers["Location"] == reverse("people:page", args=[wu.pk])
    page = visit(cast.zhao).get(answer.headers["Location"])
    link = page.context["link"].removeprefix("http://testserver")
    browser = Client()
    form = browser.get(link, follow=True).request["PATH_INFO"]
    browser.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.get(pk=wu.pk).check_password(PASSWORD)
    assert Client().get(link, follow=True).context.get("token_fail")


def test_people_without_the_right_see_no_people(cast: Cast, visit: Visit) -> None:
    queries.role("account_manager").permissions.filter(kind="person").delete()
    assert visit(cast.li).get(reverse("people:list")).status_code == 403
    assert visit(cast.li).post(reverse("people:new"), {}).status_code == 403


def test_a_disabled_person_is_out_at_the_next_click(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.li)
    assert browser.get(reverse("settings:profile")).status_code == 200
    visit(cast.zhao).post(reverse("people:departure", args=[cast.li.pk]), {"heir": cast.sun.pk})
    assert browser.get(reverse("settings:profile")).status_code == 302


def test_the_last_administrator_stays(cast: Cast, visit: Visit) -> None:
    queries.role("sales_director").permissions.filter(kind="security", action="edit").update(level=Level.ALL)
    assert visit(cast.chen).delete(reverse("people:access", args=[cast.zhao.pk])).status_code == 422
    assert User.objects.get(pk=cast.zhao.pk).is_active


def test_the_link_works_once_and_looking_at_it_writes_nothing(cast: Cast, visit: Visit) -> None:
    link = visit(cast.zhao).get(reverse("people:page", args=[cast.li.pk])).context["link"]
    assert not EmailAddress.objects.exists()
    browser = Client()
    form = browser.get(link, follow=True).request["PATH_INFO"]
    browser.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.get(pk=cast.li.pk).check_password(PASSWORD)
    assert Client().get(link, follow=True).context["token_fail"]


def test_a_new_link_ends_the_sessions_of_the_old_password(cast: Cast, visit: Visit) -> None:
    cast.li.set_password(PASSWORD)
    cast.li.save()
    browser = visit(cast.li)
    visit(cast.zhao).post(reverse("people:invitation", args=[cast.li.pk]))
    assert browser.get(reverse("settings:profile")).status_code == 302


def test_a_department_is_added_moved_and_removed(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.zhao)
    browser.post(reverse("people:new_department"), {"name": "苏州", "parent": cast.east.pk})
    suzhou = Department.objects.get(name="苏州")
    browser.post(
        reverse("people:department", args=[suzhou.pk]), {"name": "苏州", "parent": cast.south.pk, "head": cast.wang.pk}
    )
    suzhou.refresh_from_db()
    assert suzhou.path.startswith(cast.south.path)
    assert suzhou.head == cast.wang
    browser.delete(reverse("people:department", args=[suzhou.pk]))
    assert not Department.objects.filter(pk=suzhou.pk).exists()


def test_a_department_moved_below_itself_is_refused_at_its_field(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.zhao).post(
        reverse("people:department", args=[cast.office.pk]), {"name": "总公司", "parent": cast.east.pk}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["parent"]
