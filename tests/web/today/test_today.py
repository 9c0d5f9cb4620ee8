"""The Today page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from tests.web.promised import in_tier, owed, planned, shanghai
from zhike.domain.accounts.models import Permission
from zhike.domain.commitments import services
from zhike.domain.commitments.models import Escalation
from zhike.domain.customers.models import Customer
from zhike.kernel.scope import Level

MOST_QUERIES = 12


def test_today_shows_what_is_owed_in_order_of_urgency(cast: Cast, visit: Visit) -> None:
    in_tier(cast.precision, "a")
    planned(cast.precision, cast.li, NOW - timedelta(hours=3))
    owed(cast.precision, cast.li, shanghai("2026-03-16T18:00"), "发送报价单")
    owed(cast.precision, cast.li, shanghai("2026-03-19T18:00"), "寄样品")
    owed(cast.precision, cast.li, shanghai("2026-03-30T18:00"), "安排培训")
    page = visit(cast.li).get("/").content.decode()
    places = [page.index(text) for text in ("了解经营近况", "发送报价单", "寄样品", "安排培训")]
    assert places == sorted(places)
    assert "A 级" in page
    assert "先回顾上次的承诺" in page
    assert f'datetime="{(NOW - timedelta(hours=3)).isoformat()}"' in page


def test_an_account_manager_sees_nothing_of_his_colleagues(cast: Cast, visit: Visit) -> None:
    owed(cast.tide, cast.sun, NOW, "孙悦的事")
    page = visit(cast.li).get("/", {"owner": "all"}).content.decode()
    assert "孙悦的事" not in page
    assert "海潮贸易" not in page


def test_a_director_sees_her_people_and_what_was_put_before_her(cast: Cast, visit: Visit) -> None:
    late = owed(cast.precision, cast.li, NOW - timedelta(days=1), "逾期的事")
    owed(cast.southern, cast.wang, NOW, "别的大区")
    Escalation.objects.create(commitment=late, step=1, to=cast.chen, at=NOW)
    browser = visit(cast.chen)
    own = browser.get("/").context
    assert own["escalated"] == [late]
    everybody = browser.get("/", {"owner": "all"})
    assert [load.name for load in everybody.context["team"]] == [cast.li.name]
    assert everybody.context["board"].overdue == [late]
    assert "别的大区" not in everybody.content.decode()
    assert browser.get("/", {"owner": cast.li.pk}).context["board"].overdue == [late]


def test_long_lists_are_folded_and_shown_whole_when_asked_for(cast: Cast, visit: Visit) -> None:
    for turn in range(25):
        late = owed(cast.precision, cast.li, NOW - timedelta(days=1, minutes=turn), f"逾期{turn}")
        Escalation.objects.create(commitment=late, step=1, to=cast.chen, at=NOW)
        owed(cast.precision, cast.chen, NOW + timedelta(days=30, minutes=turn), f"以后{turn}")
    browser = visit(cast.chen)
    page = browser.get("/")
    assert (len(page.context["escalated"]), page.context["escalated_in_all"]) == (10, 25)
    assert len(set(re.findall(r"以后\d+", page.content.decode()))) == 10
    assert "?show=escalated" in page.content.decode()
    assert len(browser.get("/", {"show": "escalated"}).context["rows"]) == 25
    assert len(browser.get("/", {"show": "later"}).context["rows"]) == 25
    everybody = browser.get("/", {"owner": "all"}).content.decode()
    assert "owner=all&amp;show=overdue" in everybody
    assert len(browser.get("/", {"owner": "all", "show": "overdue"}).context["rows"]) == 25


def test_the_list_behind_each_figure_has_as_many_rows_as_the_figure_says(cast: Cast, visit: Visit) -> None:
    done = owed(cast.precision, cast.li, NOW - timedelta(days=1))
    services.fulfil(commitment=done, note="谈妥", now=NOW - timedelta(hours=1), actor=cast.li)
    owed(cast.precision, cast.li, NOW - timedelta(days=2))
    browser = visit(cast.li)
    figures = browser.get("/").context["figures"]
    assert browser.get("/", {"show": "done"}).context["rows"] == [done]
    assert figures.done_this_week == 1
    assert len(browser.get("/", {"show": "fell-due"}).context["rows"]) == figures.on_time.fell_due == 2


@pytest.mark.parametrize(
    ("query", "left"), [("source=plan", "计划"), ("tier=a", "甲"), ("source=follow_up&tier=b", "乙")]
)
def test_the_lists_can_be_narrowed_by_source_and_tier(cast: Cast, visit: Visit, query: str, left: str) -> None:
    in_tier(cast.tide, "a")
    in_tier(cast.precision, "b")
    made = {
        "计划": planned(cast.southern, cast.wang, NOW + timedelta(hours=1)),
        "甲": owed(cast.tide, cast.sun, NOW + timedelta(hours=1)),
        "乙": owed(cast.precision, cast.li, NOW + timedelta(hours=1)),
    }
    page = visit(cast.zhao).get(f"/?owner=all&{query}")
    assert page.context["board"].today == [made[left]]


@pytest.mark.parametrize("query", ["owner=%27%3B--", "source=x", "tier=" + "a" * 99, "show=all", "owner=99999999"])
def test_a_filter_that_makes_no_sense_does_no_harm(cast: Cast, visit: Visit, query: str) -> None:
    assert visit(cast.chen).get(f"/?{query}").status_code == 200


def test_an_empty_company_is_led_through_the_first_steps(cast: Cast, visit: Visit) -> None:
    Customer.everything.all().delete()
    page = visit(cast.zhao).get("/")
    assert not page.context["first_steps"].customers
    assert "/imports/new/" in page.content.decode()


def test_the_first_steps_ask_about_the_company_and_lead_those_who_can_take_one(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.li)
    Permission.objects.filter(role__key="account_manager", kind__in=["customer", "order"]).update(level=Level.NONE)
    assert browser.get("/").context["first_steps"].customers
    Permission.objects.filter(role__key="account_manager", kind="import").update(level=Level.NONE)
    Permission.objects.filter(role__key="account_manager", kind="setting").update(level=Level.NONE)
    page = browser.get("/")
    assert "first_steps" not in page.context
    assert "first-steps" not in page.content.decode()


def test_whoever_sees_no_commitments_starts_at_the_first_page_there_is(cast: Cast, visit: Visit) -> None:
    Permission.objects.filter(role__key="account_manager", kind="commitment").update(level=Level.NONE)
    assert visit(cast.li).get("/").headers["Location"] == "/customers/"
    Permission.objects.filter(role__key="account_manager").update(level=Level.NONE)
    assert visit(cast.li).get("/").headers["Location"] == "/settings/profile/"


def test_ones_own_overdue_comes_before_what_was_escalated_and_both_are_counted(cast: Cast, visit: Visit) -> None:
    owed(cast.precision, cast.chen, NOW - timedelta(hours=1), "自己逾期的事")
    late = owed(cast.precision, cast.li, NOW - timedelta(days=1), "别人逾期的事")
    Escalation.objects.create(commitment=late, step=1, to=cast.chen, at=NOW)
    answer = visit(cast.chen).get("/")
    page = answer.content.decode()
    assert page.index("自己逾期的事") < page.index("别人逾期的事")
    assert (answer.context["figures"].overdue, answer.context["escalated_in_all"]) == (1, 1)
    assert "?show=escalated" in page


def test_the_list_of_what_was_escalated_lets_one_act(cast: Cast, visit: Visit) -> None:
    late = owed(cast.precision, cast.li, NOW - timedelta(days=1))
    Escalation.objects.create(commitment=late, step=1, to=cast.chen, at=NOW)
    page = visit(cast.chen).get("/", {"show": "escalated"}).content.decode()
    for act in ("fulfilment", "snooze", "owner"):
        assert f"/commitments/{late.pk}/{act}/" in page
    assert f"?commitment={late.pk}" in page


def test_whoever_owes_nothing_is_told_so(cast: Cast, visit: Visit) -> None:
    owed(cast.tide, cast.sun, NOW)
    page = visit(cast.chen).get("/")
    assert page.context["board"].is_empty
    assert "first_steps" not in page.context


@pytest.mark.parametrize("query", ["", "owner=all", "show=fell-due"])
def test_today_takes_few_queries_however_much_is_owed(
    cast: Cast, visit: Visit, query: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    in_tier(cast.precision, "a")
    for hour in range(-40, 60):
        late = owed(cast.precision, cast.li, NOW + timedelta(hours=hour))
        Escalation.objects.create(commitment=late, step=1, to=cast.chen, at=NOW)
    browser = visit(cast.chen)
    with django_assert_max_num_queries(MOST_QUERIES):
        browser.get(f"/?{query}")


def test_strangers_are_asked_to_log_in(cast: Cast, client: object) -> None:
    answer = client.get("/")  # type: ignore[attr-defined]
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
