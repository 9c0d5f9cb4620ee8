from datetime import date, datetime, time, timedelta

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.commitments import queries, services
from zhike.domain.commitments.models import Closure, Commitment, ServiceStandard
from zhike.domain.customers.models import Customer
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Refused


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COMPANY_ZONE)


def owed(customer: Customer, owner: User, due_at: datetime, content: str = "回访", **fields: object) -> Commitment:
    made: Commitment = Commitment.everything.create(
        customer=customer,
        owner=owner,
        due_at=due_at,
        content=content,
        source_kind="interaction",
        created_at=NOW,
        **fields,
    )
    return made


def test_the_company_works_its_own_hours_and_days(cast: Cast) -> None:
    cast.company.opening_hours = {
        "week": [["10:00-20:00"]] * 6 + [[]],
        "public_holidays": "none",
    }
    cast.company.save()
    Closure.objects.create(day=date(2026, 3, 18), name="盘点")
    Closure.objects.create(day=date(2026, 3, 22), name="周年庆", is_working=True)
    calendar = queries.working_calendar()
    assert calendar.working_days(date(2026, 3, 16), date(2026, 3, 23)) == [
        date(2026, 3, day) for day in (16, 17, 19, 20, 21, 22)
    ]
    assert calendar.is_working_day(date(2026, 10, 1))
    assert calendar.closes_at(date(2026, 3, 16)).time() == time(20)


def test_a_company_that_says_nothing_works_ordinary_hours(db: None) -> None:
    assert queries.deadline(shanghai("2026-02-13T17:30"), "2 working hours") == shanghai("2026-02-14T10:30")


@pytest.mark.parametrize("text", ["morgen", "0 hours", "2 fortnights"])
def test_a_rule_that_cannot_be_read_is_refused_in_the_readers_words(db: None, text: str) -> None:
    with pytest.raises(Refused, match=text):
        queries.deadline(NOW, text)


def test_a_deadline_behind_the_calendar_is_refused(db: None) -> None:
    with pytest.raises(Refused, match="9999"):
        queries.deadline(datetime(9999, 12, 1, tzinfo=COMPANY_ZONE), "2 months")


@pytest.mark.parametrize(
    ("as_of", "is_noticed"), [(date(2026, 11, 1), False), (date(2026, 11, 2), True), (date(2031, 5, 1), True)]
)
def test_a_year_without_an_arrangement_is_noticed_sixty_days_ahead(db: None, as_of: date, is_noticed: bool) -> None:
    assert (queries.calendar_notice(as_of=as_of) is not None) is is_noticed


def test_today_sorts_by_urgency_and_leaves_out_what_others_owe(cast: Cast) -> None:
    monday = NOW
    late = owed(cast.precision, cast.li, monday - timedelta(hours=1))
    soon = owed(cast.precision, cast.li, shanghai("2026-03-16T18:00"))
    sunday = owed(cast.precision, cast.li, shanghai("2026-03-22T18:00"))
    next_week = owed(cast.precision, cast.li, shanghai("2026-03-23T09:00"))
    asleep = owed(cast.precision, cast.li, monday - timedelta(days=1), snoozed_until=monday + timedelta(days=1))
    owed(cast.tide, cast.sun, monday - timedelta(hours=1))
    services.waive(commitment=owed(cast.precision, cast.li, monday), reason="取消", now=monday, actor=cast.li)
    seen = queries.today(cast.li, now=monday)
    assert (seen.overdue, seen.today, seen.this_week, seen.later) == ([late], [soon], [sunday], [next_week])
    assert seen.snoozed == [asleep]
    assert (seen.overdue_total, seen.today_total, seen.open_total) == (2, 1, 5)


def test_a_director_sees_the_promises_of_the_region_and_can_pick_one_person(cast: Cast) -> None:
    first = owed(cast.precision, cast.li, NOW - timedelta(hours=2))
    second = owed(cast.tide, cast.sun, NOW - timedelta(hours=1))
    owed(cast.southern, cast.wang, NOW - timedelta(hours=1))
    assert queries.today(cast.chen, now=NOW).overdue == [first, second]
    assert queries.today(cast.chen, now=NOW, owner_id=cast.sun.pk).overdue == [second]


def test_somebody_sees_what_he_owes_to_another_ones_customer(cast: Cast) -> None:
    helping = owed(cast.southern, cast.li, NOW - timedelta(hours=1))
    assert queries.today(cast.li, now=NOW).overdue == [helping]


def test_today_takes_few_queries_however_much_is_owed(cast: Cast, django_assert_max_num_queries: object) -> None:
    for hour in range(30):
        owed(cast.precision, cast.li, NOW + timedelta(hours=hour))
    assert cast.li.level("commitment", "view")
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        seen = queries.today(cast.li, now=NOW)
        assert [row.customer.name for row in [*seen.overdue, *seen.today, *seen.this_week]]


def test_a_month_shows_the_first_few_of_a_day_and_counts_all(cast: Cast) -> None:
    for minute in range(6):
        owed(cast.precision, cast.li, shanghai(f"2026-03-31T23:5{minute}"))
    owed(cast.precision, cast.li, shanghai("2026-04-01T00:00"))
    days = queries.month(Commitment.objects.for_user(cast.li), year=2026, month=3)
    assert len(days) == 31
    assert [(day.day.day, len(day.commitments), day.total) for day in days if day.total] == [(31, 4, 6)]
    assert [day.day.day for day in days if not day.is_working][:2] == [1, 7]


def test_a_list_can_be_narrowed_by_owner_deadline_and_status(cast: Cast) -> None:
    early = owed(cast.precision, cast.li, shanghai("2026-03-17T23:59"))
    late = owed(cast.precision, cast.li, shanghai("2026-03-18T00:00"))
    other = owed(cast.tide, cast.sun, shanghai("2026-03-16T12:00"))
    services.fulfil(commitment=other, now=NOW, actor=cast.sun)
    assert list(queries.filtered(cast.zhao)) == [other, early, late]
    assert list(queries.filtered(cast.zhao, due_by=date(2026, 3, 17))) == [other, early]
    assert list(queries.filtered(cast.zhao, owner_email="LI@example.com")) == [early, late]
    assert list(queries.filtered(cast.zhao, status="kept")) == [other]
    assert list(queries.filtered(cast.zhao, status="open")) == [early, late]
    assert list(queries.filtered(cast.wang)) == []


def test_promises_kept_in_time_are_counted_among_those_that_fell_due(cast: Cast) -> None:
    due_at = NOW - timedelta(days=1)
    for closed in (due_at, due_at + timedelta(minutes=1)):
        services.fulfil(commitment=owed(cast.precision, cast.li, due_at), now=closed, actor=cast.li)
    services.miss(commitment=owed(cast.precision, cast.li, due_at), now=NOW, actor=None)
    services.waive(commitment=owed(cast.precision, cast.li, due_at), reason="取消", now=NOW, actor=cast.li)
    owed(cast.precision, cast.li, due_at)
    owed(cast.precision, cast.li, NOW)
    rows = Commitment.objects.for_user(cast.li)
    counted = queries.kept_on_time(rows, since=due_at, until=NOW)
    assert (counted.in_time, counted.late, counted.broken, counted.rate) == (1, 1, 2, 0.25)
    assert queries.kept_on_time(rows, since=NOW - timedelta(days=9), until=due_at).rate is None


def test_the_wording_is_the_commitments_own_or_its_standards_in_the_readers_language(cast: Cast) -> None:
    standard = ServiceStandard.objects.create(
        key="talk", name={"zh": "深度沟通", "en": "Talk"}, content={"zh": "了解需求", "en": "Ask"}, started_at=NOW
    )
    planned = owed(cast.precision, cast.li, NOW, content="", standard=standard)
    assert queries.wording(planned, "zh-hans") == "了解需求"
    assert queries.wording(planned, "en") == "Ask"
    assert queries.wording(owed(cast.precision, cast.li, NOW, "送样品"), "en") == "送样品"
