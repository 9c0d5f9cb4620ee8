"""Sessions end by themselves, by their person, and by who looks after access."""

from __future__ import annotations

from base64 import b64decode

from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.web.accounts.conftest import PASSWORD, Time, is_in, log_in, policy
from tests.web.conftest import Visit
from zhike.domain.accounts.queries import role
from zhike.domain.accounts.services import enable_person
from zhike.domain.identity.models import Session
from zhike.domain.identity.services import forget_what_is_over, shut_out
from zhike.kernel.models import Activity

NEW = "明月-松间-清泉-石上-2027"


def test_a_session_ends_when_it_is_idle(people: Cast, time: Time) -> None:
    browser, _answer = log_in(people.li)
    for _each in range(4):
        time.passes(minutes=29)
        assert is_in(browser)
    time.passes(minutes=30)
    assert not is_in(browser)
    assert not Session.objects.filter(user=people.li).exists()


def test_a_session_ends_after_twelve_hours_however_busy(people: Cast, time: Time) -> None:
    browser, _answer = log_in(people.li)
    for _each in range(35):
        time.passes(minutes=20)
        assert is_in(browser)
    time.passes(minutes=20)
    assert not is_in(browser)


def test_shorter_limits_count_for_sessions_that_are_open(people: Cast, time: Time) -> None:
    browser, _answer = log_in(people.li)
    policy(idle_minutes=5)
    time.passes(minutes=5)
    assert not is_in(browser)


def test_a_part_of_a_page_leads_the_whole_page_to_the_log_in_and_back(people: Cast, time: Time) -> None:
    browser, _answer = log_in(people.li)
    time.passes(minutes=31)
    answer = browser.get(
        reverse("settings:profile"),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/customers/?q=x"},
    )
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == f"{reverse('account_login')}?ended=1&next=/customers/%3Fq%3Dx"
    elsewhere = browser.get(
        reverse("settings:profile"),
        headers={"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example/"},
    )
    assert elsewhere.headers["HX-Redirect"] == f"{reverse('account_login')}?ended=1&next=/"


def test_the_log_in_page_says_that_a_session_has_ended_to_whoever_had_one(people: Cast, time: Time) -> None:
    browser, _answer = log_in(people.li)
    time.passes(minutes=31)
    told = "登录已过期"
    assert told in browser.get("/customers/?q=x", follow=True).content.decode()
    assert told not in Client().get("/customers/", follow=True).content.decode()


def test_the_log_in_page_keeps_drafts(people: Cast) -> None:
    assert 'data-status="signed-out"' in Client().get(reverse("account_login")).content.decode()


def test_use_is_noted_once_a_minute(people: Cast, time: Time) -> None:
    browser, _answer = log_in(people.li)
    seen = []
    for seconds in (1, 30, 30, 30, 30):
        time.passes(seconds=seconds)
        assert is_in(browser)
        seen.append(Session.objects.get(user=people.li).seen_at)
    assert len(set(seen)) == 3


def test_the_table_of_sessions_opens_no_door(people: Cast, time: Time) -> None:
    browser, _answer = log_in(people.li)
    key = browser.cookies["zhike-session"].value
    stored = Session.objects.get(user=people.li)
    assert key not in (stored.session_key, stored.session_data)
    thief = Client()
    thief.cookies["zhike-session"] = stored.session_key
    assert not is_in(thief)


def test_one_sees_where_one_is_signed_in_and_signs_the_others_out(people: Cast, time: Time) -> None:
    here, _answer = log_in(people.li)
    there, _answer = log_in(people.li, address="198.51.100.9")
    shown = here.get(reverse("settings:profile")).context["sessions"]
    assert {(each.address, each.device, each.is_here) for each in shown} == {
        ("203.0.113.7", "Edge · Windows", True),
        ("198.51.100.9", "Edge · Windows", False),
    }
    other = next(each for each in shown if not each.is_here)
    assert here.delete(reverse("settings:session", args=[other.key])).status_code == 200
    assert is_in(here)
    assert not is_in(there)


def test_all_others_are_signed_out_at_once(people: Cast, time: Time) -> None:
    here, _answer = log_in(people.li)
    others = [log_in(people.li)[0] for _each in range(2)]
    here.delete(reverse("settings:sessions"))
    assert is_in(here)
    assert not any(is_in(other) for other in others)


def test_nobody_ends_the_session_of_another(people: Cast, time: Time) -> None:
    li, _answer = log_in(people.li)
    sun, _answer = log_in(people.sun)
    key = li.get(reverse("settings:profile")).context["sessions"][0].key
    assert sun.delete(reverse("settings:session", args=[key])).status_code == 404
    role("account_manager").permissions.filter(kind="security").delete()
    assert sun.delete(reverse("people:sessions", args=[people.li.pk])).status_code == 403
    assert is_in(li)


def test_who_looks_after_access_signs_people_out(people: Cast, time: Time, visit: Visit) -> None:
    one, _answer = log_in(people.li)
    two, _answer = log_in(people.li)
    keeper = visit(people.zhao)
    shown = keeper.get(reverse("people:page", args=[people.li.pk])).context["sessions"]
    assert len(shown) == 2
    keeper.delete(reverse("people:session", args=[people.li.pk, shown[0].key]))
    assert [is_in(one), is_in(two)].count(True) == 1
    keeper.delete(reverse("people:sessions", args=[people.li.pk]))
    assert not is_in(one)
    assert not is_in(two)


def test_a_changed_password_ends_every_other_session(people: Cast, time: Time) -> None:
    here, _answer = log_in(people.li)
    there, _answer = log_in(people.li)
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert is_in(here)
    assert not is_in(there)
    assert Session.objects.filter(user=people.li).count() == 1


def test_somebody_let_in_again_starts_afresh(people: Cast, time: Time) -> None:
    browser, _answer = log_in(people.li)
    shut_out(person=people.li, actor=people.zhao, now=time.now)
    assert not is_in(browser)
    assert not is_in(log_in(people.li)[0])
    enable_person(person=people.li, actor=people.zhao, now=time.now)
    assert not is_in(browser)
    assert is_in(log_in(people.li)[0])


def test_sessions_that_are_over_are_forgotten(people: Cast, time: Time) -> None:
    log_in(people.li)
    time.passes(minutes=20)
    log_in(people.sun)
    time.passes(minutes=15)
    forget_what_is_over(now=time.now)
    assert [session.user for session in Session.objects.all()] == [people.sun]


def test_the_language_of_the_switch_is_that_of_the_next_log_in(people: Cast, time: Time) -> None:
    browser, _answer = log_in(people.li)
    browser.post(reverse("set_language"), {"language": "en", "next": "/"})
    people.li.refresh_from_db()
    assert people.li.language == "en"
    assert "My profile" in log_in(people.li)[0].get(reverse("settings:profile")).content.decode()
    assert Activity.objects.filter(object_id=people.li.pk, kind="person", verb="change").exists()


def test_what_a_session_holds_is_sealed_for_it_alone(cast: Cast, visit: Visit) -> None:
    first, second = visit(cast.li), visit(cast.sun)
    session = first.session
    session["mfa.totp.secret"] = "JBSWY3DPEHPK3PXP"
    session.save()
    assert first.session["mfa.totp.secret"] == "JBSWY3DPEHPK3PXP"
    rows = {row.user_id: row for row in Session.objects.all()}
    kept = rows[cast.li.pk].session_data
    for text in (kept, b64decode(kept).decode("latin-1")):
        assert "totp" not in text
        assert "JBSWY3DPEHPK3PXP" not in text
    Session.objects.filter(pk=rows[cast.sun.pk].pk).update(session_data=kept)
    assert dict(second.session) == {}
