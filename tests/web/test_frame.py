"""The frame shows where the person may go, what is late, and nothing to strangers."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from tests.web.promised import owed
from zhike.domain.accounts.models import ExportRequest, Permission, User
from zhike.domain.commitments.models import Escalation
from zhike.kernel.scope import Level
from zhike.web import frame
from zhike.web.settings.sections import PERSONAL, SECTIONS

pytestmark = pytest.mark.django_db


def _frame(user: User | AnonymousUser) -> frame.Frame:
    request: HttpRequest = RequestFactory().get("/")
    request.user = user
    request.resolver_match = None
    return frame.frame(request)["frame"]  # type: ignore[no-any-return]


def test_a_role_that_may_see_nothing_is_led_nowhere(cast: Cast) -> None:
    Permission.objects.filter(role__key="account_manager").update(level=Level.NONE)
    assert _frame(cast.li).pages == ()
    assert _frame(cast.li).starts == ()


def test_a_page_is_shown_to_those_whose_role_may_see_its_records(cast: Cast) -> None:
    Permission.objects.filter(role__key="account_manager", kind="setting").update(level=Level.NONE)
    assert "settings" in {link.icon for link in _frame(cast.zhao).pages}
    assert "settings" not in {link.icon for link in _frame(cast.li).pages}


def test_strangers_get_a_frame_without_places(cast: Cast) -> None:
    assert _frame(AnonymousUser()).pages == ()
    assert _frame(AnonymousUser()).company == ""


def test_the_frame_costs_two_queries(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    chen = User.objects.get(pk=cast.chen.pk)
    with django_assert_num_queries(2):
        shown = _frame(chen)
        assert shown.company == "远山科技"
        assert shown.person == "陈立"


def test_what_is_overdue_and_what_was_put_before_somebody_waits_for_him_on_today(visit: Visit, cast: Cast) -> None:
    owed(cast.precision, cast.chen, NOW - timedelta(hours=1))
    late = owed(cast.precision, cast.li, NOW - timedelta(days=1))
    for step in (1, 2):
        Escalation.objects.create(commitment=late, step=step, to=cast.chen, at=NOW)
    today = _frame(User.objects.get(pk=cast.chen.pk)).pages[0]
    assert (today.url, today.waiting) == ("/", 2)


def test_whoever_may_export_finds_his_exports_and_counts_none_of_others(cast: Cast) -> None:
    Permission.objects.filter(role__key="account_manager", action="approve").update(level=Level.NONE)
    ExportRequest.objects.create(
        requested_by=cast.sun, kind="customer", filters={}, reason="展会", rows=9, requested_at=NOW
    )
    exports = next(link for link in _frame(cast.li).pages if link.url == "/exports/")
    assert exports.waiting == 0
    Permission.objects.filter(role__key="account_manager", action="export").update(level=Level.NONE)
    assert "/exports/" not in {link.url for link in _frame(User.objects.get(pk=cast.li.pk)).pages}


@pytest.mark.parametrize(
    ("typed", "person", "found"),
    [
        ("密码", "zhao", {"/settings/security/", "/accounts/password/change/"}),
        ("权限", "zhao", {"/settings/roles/"}),
        ("qx", "zhao", {"/settings/roles/", "/privacy/retention/"}),
        ("权限", "li", set()),
        ("设置", "li", {"/settings/profile/", "/settings/tokens/"}),
        ("password", "li", {"/accounts/password/change/"}),
    ],
)
def test_the_palette_knows_the_settings_that_somebody_may_open(
    cast: Cast, typed: str, person: str, found: set[str]
) -> None:
    Permission.objects.filter(role__key="account_manager").exclude(kind="customer").update(level=Level.NONE)
    sections = _frame(getattr(cast, person)).sections
    assert {link.url for link in sections if typed in f"{link.words} {link.name}"} == found


@pytest.mark.parametrize("address", ["/privacy/retention/", "/settings/trail/"])
def test_a_page_of_the_settings_lights_up_the_settings_alone(cast: Cast, visit: Visit, address: str) -> None:
    shown = visit(cast.zhao).get(address).context["frame"].pages
    assert [link.url for link in shown if link.is_current] == ["/settings/"]


def test_whoever_may_begin_nothing_is_offered_no_plus(cast: Cast, visit: Visit) -> None:
    Permission.objects.filter(role__key="account_manager", action="create").update(level=Level.NONE)
    page = visit(cast.li).get("/").content.decode()
    assert "btn-add" not in page
    assert "bottom-add" not in page
    assert "bottom-add" in visit(cast.zhao).get("/").content.decode()


def test_every_place_is_found_by_its_english_chinese_and_initials() -> None:
    for place in (*frame.PAGES, *frame.STARTS, *SECTIONS, *PERSONAL):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in place.words), place.route
        assert place.words.isascii() is False
        assert place.words.split()[0].isascii()


def test_no_key_leads_to_two_places() -> None:
    keys = [place.key for place in (*frame.PAGES, *frame.STARTS) if place.key]
    assert len(keys) == len(set(keys))
