from datetime import date, datetime, time

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


def test_the_days_show_their_first_few_and_count_all(cast: Cast) -> None:
    for minute in range(6):
        owed(cast.precision, cast.li, shanghai(f"2026-03-31T23:5{minute}"))
    owed(cast.precision, cast.li, shanghai("2026-04-01T00:00"))
    rows = Commitment.objects.for_user(cast.li)
    days = queries.due_by_day(rows, first=date(2026, 3, 1), end=date(2026, 4, 1))
    assert [(day.day, len(due.commitments), due.total) for day, due in days.items()] == [(31, 4, 6)]


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


def test_the_wording_is_the_commitments_own_or_its_standards_in_the_readers_language(cast: Cast) -> None:
    standard = ServiceStandard.objects.create(
        key="talk", name={"zh": "深度沟通", "en": "Talk"}, content={"zh": "了解需求", "en": "Ask"}, started_at=NOW
    )
    planned = owed(cast.precision, cast.li, NOW, content="", standard=standard)
    assert queries.wording(planned, "zh-hans") == "了解需求"
    assert queries.wording(planned, "en") == "Ask"
    assert queries.wording(owed(cast.precision, cast.li, NOW, "送样品"), "en") == "送样品"
