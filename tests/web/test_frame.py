"""The frame shows where the person may go, what is late, and nothing to strangers."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.cast import Cast
from zhike.domain.accounts.models import Permission, User
from zhike.kernel.scope import Level
from zhike.web import frame

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


def test_the_frame_costs_three_queries(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    chen = User.objects.get(pk=cast.chen.pk)
    with django_assert_num_queries(3):
        shown = _frame(chen)
        assert shown.company == "远山科技"
        assert shown.person == "陈立"


def test_every_place_is_found_by_its_english_chinese_and_initials() -> None:
    for place in (*frame.PAGES, *frame.STARTS):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in place.words), place.route
        assert place.words.isascii() is False
        assert place.words.split()[0].isascii()


def test_no_key_leads_to_two_places() -> None:
    keys = [place.key for place in (*frame.PAGES, *frame.STARTS) if place.key]
    assert len(keys) == len(set(keys))
