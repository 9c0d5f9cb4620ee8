"""The care plans as a list, a month and a sheet of paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from tests.web.promised import in_tier, owed, planned, shanghai
from zhike.domain.commitments import services
from zhike.domain.commitments.models import Commitment
from zhike.domain.interactions.models import Interaction
from zhike.web.care.forms import period_bounds

MOST_QUERIES = 14


def kept_by_talk(item: Commitment, feedback: str = "希望账期放宽") -> Interaction:
    talk: Interaction = Interaction.objects.create(
        customer=item.customer,
        occurred_at=NOW,
        channel="phone",
        summary="谈了合同",
        feedback=feedback,
        logged_by=item.owner,
        created_at=NOW,
    )
    services.fulfil(commitment=item, now=NOW, actor=item.owner, closing_kind="interaction", closing_id=talk.pk)
    return talk


def test_the_list_shows_planned_and_actual_day_and_what_the_customer_said(cast: Cast, visit: Visit) -> None:
    in_tier(cast.precision, "a")
    item = planned(cast.precision, cast.li, shanghai("2026-03-18T18:00"))
    talk = kept_by_talk(item)
    owed(cast.precision, cast.li, NOW, "不属于计划")
    page = visit(cast.li).get("/care/").content.decode()
    for told in (
        "华东精密",
        "A 级",
        "了解经营近况",
        "2026-03-18",
        "2026-03-16",
        "希望账期放宽",
        f"/interactions/{talk.pk}/",
    ):
        assert told in page
    assert "不属于计划" not in page


def test_a_talk_without_feedback_shows_what_was_said(cast: Cast, visit: Visit) -> None:
    kept_by_talk(planned(cast.precision, cast.li, NOW), feedback="")
    assert "谈了合同" in visit(cast.li).get("/care/").content.decode()


@pytest.fixture
def plans(cast: Cast) -> dict[str, Commitment]:
    """Items of several people, periods, tiers and ends."""
    in_tier(cast.precision, "a")
    in_tier(cast.tide, "b")
    made = {
        "late": planned(cast.precision, cast.li, shanghai("2026-03-10T18:00")),
        "open": planned(cast.tide, cast.sun, shanghai("2026-03-20T18:00")),
        "next quarter": planned(cast.precision, cast.li, shanghai("2026-04-14T18:00")),
        "south": planned(cast.southern, cast.wang, shanghai("2026-03-21T18:00")),
        "kept": planned(cast.precision, cast.li, shanghai("2026-02-10T18:00")),
        "waived": planned(cast.tide, cast.sun, shanghai("2026-02-11T18:00")),
    }
    services.fulfil(commitment=made["kept"], now=NOW, actor=cast.li)
    services.waive(commitment=made["waived"], reason="停产", now=NOW, actor=cast.sun)
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["late", "open"]),
        ({"period": "2026Q1"}, ["kept", "late", "open"]),
        ({"period": "2026-04"}, ["next quarter"]),
        ({"period": "all", "status": "waived"}, ["waived"]),
        ({"period": "all", "status": "overdue"}, ["late"]),
        ({"period": "all", "status": "open", "sort": "-planned"}, ["next quarter", "open", "late"]),
        ({"period": "all", "tier": "b"}, ["open"]),
        ({"period": "all", "standard": "monthly-talk", "q": "海潮"}, ["open"]),
        ({"period": "all", "q": "hcmy"}, ["open"]),
        ({"period": "all", "standard": "nothing"}, []),
        ({"period": "heute", "status": "??", "owner": "x", "sort": "owner"}, ["late", "open"]),
    ],
)
def test_the_list_can_be_narrowed(
    cast: Cast, visit: Visit, plans: dict[str, Commitment], query: dict[str, Any], found: list[str]
) -> None:
    assert visit(cast.chen).get("/care/", query).context["items"] == [plans[name] for name in found]


def test_a_director_can_pick_one_of_her_people(cast: Cast, visit: Visit, plans: dict[str, Commitment]) -> None:
    page = visit(cast.chen).get("/care/", {"period": "all", "owner": str(cast.sun.pk)})
    assert page.context["items"] == [plans["open"]]
    assert [name for _, name in page.context["owners"]] == [cast.sun.name, cast.li.name]


def test_the_share_kept_in_time_is_told_by_standard_and_by_tier(
    cast: Cast, visit: Visit, plans: dict[str, Commitment]
) -> None:
    page = visit(cast.chen).get("/care/", {"period": "2026Q1"})
    (name, share), *others = page.context["by_standard"]
    assert (name, others) == ("每月沟通", [])
    assert (share.on_time.in_time, share.on_time.late, share.on_time.broken) == (0, 1, 1)
    assert [(name, share.on_time.fell_due) for name, share in page.context["by_tier"]] == [("A 级", 2)]


def test_the_list_is_walked_page_by_page_without_a_gap(cast: Cast, visit: Visit) -> None:
    first = date(2026, 1, 1)
    made = [
        planned(cast.precision, cast.li, shanghai(f"{first + timedelta(days=number // 3)}T18:00"), cycle=f"c{number}")
        for number in range(120)
    ]
    browser = visit(cast.li)
    seen, query = [], "?period=all"
    while query:
        page = browser.get(f"/care/{query}")
        seen += page.context["items"]
        query = page.context["next"]
    assert seen == made
    assert browser.get(f"/care/{page.context['previous']}").context["items"] == made[50:100]


def test_the_month_shows_working_days_holidays_and_make_up_days(cast: Cast, visit: Visit) -> None:
    item = planned(cast.precision, cast.li, shanghai("2026-02-25T18:00"))
    weeks = visit(cast.li).get("/care/calendar/", {"period": "2026-02"}).context["weeks"]
    days = {cell.day.date.day: cell for week in weeks for cell in week if cell}
    assert len(days) == 28
    assert weeks[0][:6] == [None] * 6
    assert {days[17].day.state, days[14].day.state, days[7].day.state} == {"holiday", "make-up", "rest"}
    assert days[25].due.commitments == (item,)


def test_a_day_of_the_month_opens_in_the_panel_and_on_a_page(cast: Cast, visit: Visit) -> None:
    planned(cast.precision, cast.li, shanghai("2026-03-18T18:00"))
    planned(cast.precision, cast.li, shanghai("2026-03-19T18:00"), cycle="other")
    browser = visit(cast.li)
    panel = browser.get("/care/calendar/2026-03-18/", headers={"HX-Request": "true", "HX-Target": "panel"})
    assert "<html" not in panel.content.decode()
    assert len(panel.context["items"]) == 1
    assert "<html" in browser.get("/care/calendar/2026-03-18/").content.decode()
    assert browser.get("/care/calendar/2026-02-30/").status_code == 404


def test_paper_carries_the_whole_filtered_list(cast: Cast, visit: Visit, plans: dict[str, Commitment]) -> None:
    page = visit(cast.chen).get("/care/print/", {"period": "2026Q1"})
    assert page.context["items"] == [plans["kept"], plans["late"], plans["open"]]
    assert "2026-01-01 – 2026-03-31" in page.content.decode()


@pytest.mark.parametrize("address", ["/care/", "/care/calendar/", "/care/calendar/2026-03-18/", "/care/print/"])
def test_the_plans_take_few_queries_however_long(
    cast: Cast, visit: Visit, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    in_tier(cast.precision, "a")
    for number in range(60):
        kept_by_talk(planned(cast.precision, cast.li, shanghai("2026-03-18T18:00"), cycle=f"c{number}"))
    browser = visit(cast.chen)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert browser.get(address, {"q": "华东"}).status_code == 200


@pytest.mark.parametrize(
    ("key", "bounds"),
    [
        ("2026-03", (date(2026, 3, 1), date(2026, 4, 1))),
        ("2026-12", (date(2026, 12, 1), date(2027, 1, 1))),
        ("2026Q4", (date(2026, 10, 1), date(2027, 1, 1))),
        ("2026-13", None),
        ("2026Q5", None),
        ("9999-12", None),
        ("", None),
    ],
)
def test_a_period_is_a_month_or_a_quarter(key: str, bounds: tuple[date, date] | None) -> None:
    assert period_bounds(key) == bounds
