from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.commitments.rules.calendar import WorkingCalendar
from zhike.domain.commitments.rules.due import BeyondCalendarError, Rule, RuleError, Unit, due, latest_start, parse_rule
from zhike.gateways import holidays

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = holidays.china()
OFFICIAL = WorkingCalendar(
    SHANGHAI, days_off=CHINA.days_off, make_up_days=CHINA.make_up_days, published=CHINA.published
)

starts = st.builds(
    datetime.combine, st.dates(date(2019, 1, 1), date(2027, 12, 31)), st.times(), tzinfo=st.just(SHANGHAI)
)
steady_rules = st.builds(Rule, st.integers(1, 400), st.sampled_from([unit for unit in Unit if unit != Unit.MONTH]))
rules = st.builds(Rule, st.integers(1, 400), st.sampled_from(Unit))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "rule", "deadline"),
    [
        # an enquiry on Friday evening before a make-up Saturday
        ("2026-02-13T17:30", "2 working hours", "2026-02-14T10:30"),
        # an ordinary weekend
        ("2026-03-06T17:30", "2 working hours", "2026-03-09T10:30"),
        ("2026-03-07T11:00", "2 working hours", "2026-03-09T11:00"),
        ("2026-03-06T17:30", "1 working day", "2026-03-09T18:00"),
        ("2026-03-06T19:00", "1 working day", "2026-03-09T18:00"),
        ("2026-03-07T11:00", "1 working day", "2026-03-09T18:00"),
        ("2026-03-06T17:30", "24 hours", "2026-03-07T17:30"),
        ("2026-03-06T17:30", "3 days", "2026-03-09T17:30"),
        ("2026-03-06T17:30", "2 weeks", "2026-03-20T17:30"),
        # around the lunch break, before opening and after closing
        ("2026-03-04T11:30", "1 working hour", "2026-03-04T14:00"),
        ("2026-03-04T12:30", "1 working hour", "2026-03-04T14:30"),
        ("2026-03-04T07:00", "1 working hour", "2026-03-04T10:00"),
        ("2026-03-04T20:00", "1 working hour", "2026-03-05T10:00"),
        # what fills the morning or the day ends at its close
        ("2026-03-04T10:00", "2 working hours", "2026-03-04T12:00"),
        ("2026-03-04T16:00", "2 working hours", "2026-03-04T18:00"),
        ("2026-03-04T09:00", "15 working hours", "2026-03-05T18:00"),
        # the last day before Spring Festival, and the holiday itself
        ("2026-02-14T17:30", "2 working hours", "2026-02-24T10:30"),
        ("2026-02-14T17:30", "1 working day", "2026-02-24T18:00"),
        ("2026-02-16T20:00", "2 working hours", "2026-02-24T11:00"),
        ("2026-02-16T20:00", "2 working days", "2026-02-25T18:00"),
        ("2026-02-16T20:00", "24 hours", "2026-02-17T20:00"),
        # a make-up Saturday is a day like any other
        ("2026-02-14T09:15", "1 working hour", "2026-02-14T10:15"),
        ("2026-02-27T15:00", "1 working day", "2026-02-28T18:00"),
        # leap day
        ("2024-02-28T17:00", "1 day", "2024-02-29T17:00"),
        ("2024-02-28T17:00", "1 working day", "2024-02-29T18:00"),
        ("2024-01-31T09:30", "1 month", "2024-02-29T09:30"),
        ("2023-01-31T09:30", "1 month", "2023-02-28T09:30"),
        ("2024-02-29T09:30", "12 months", "2025-02-28T09:30"),
        # the year's end; 4 January 2026 is a make-up Sunday
        ("2025-12-31T17:30", "2 working hours", "2026-01-04T10:30"),
        ("2025-12-31T17:30", "1 working day", "2026-01-04T18:00"),
        ("2025-12-31T23:59", "1 hour", "2026-01-01T00:59"),
        ("2026-11-30T08:00", "3 months", "2027-02-28T08:00"),
    ],
)
def test_a_deadline_follows_the_working_calendar(start: str, rule: str, deadline: str) -> None:
    assert due(at(start), parse_rule(rule), OFFICIAL) == at(deadline)


def test_the_start_may_come_in_any_zone_and_the_deadline_is_told_in_the_companys() -> None:
    deadline = due(datetime(2026, 2, 13, 9, 30, tzinfo=UTC), parse_rule("2 working hours"), OFFICIAL)
    assert deadline.isoformat(timespec="minutes") == "2026-02-14T10:30+08:00"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("1 hour", Rule(1, Unit.HOUR)),
        ("24 hours", Rule(24, Unit.HOUR)),
        ("2  Working Hours", Rule(2, Unit.WORKING_HOUR)),
        ("1 working day", Rule(1, Unit.WORKING_DAY)),
        ("3 days", Rule(3, Unit.DAY)),
        ("1 week", Rule(1, Unit.WEEK)),
        (" 6 months ", Rule(6, Unit.MONTH)),
        ("2 working hour", Rule(2, Unit.WORKING_HOUR)),
        ("2个工作小时", Rule(2, Unit.WORKING_HOUR)),
        ("２ 个 工作小时", Rule(2, Unit.WORKING_HOUR)),
        ("3个工作日内", Rule(3, Unit.WORKING_DAY)),
        ("3工作日", Rule(3, Unit.WORKING_DAY)),
        ("24小时", Rule(24, Unit.HOUR)),
        ("两天", Rule(2, Unit.DAY)),
        ("1周之内", Rule(1, Unit.WEEK)),
        ("十个星期", Rule(10, Unit.WEEK)),
        ("1个月", Rule(1, Unit.MONTH)),
        ("六 个月以内", Rule(6, Unit.MONTH)),
    ],
)
def test_a_rule_is_read_in_singular_and_plural_and_in_chinese(text: str, rule: Rule) -> None:
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2",
        "hours",
        "0 hours",
        "-1 days",
        "1.5 days",
        "2 fortnights",
        "10000 days",
        "2 working weeks",
        "3月",
        "0个工作日",
        "2个天",
        "个工作日",
        "尽快",
    ],
)
def test_what_is_no_rule_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(RuleError, match="such as “2 working hours”"):
        parse_rule(text)


@given(rules)
def test_a_rule_reads_back_as_it_is_written(rule: Rule) -> None:
    assert parse_rule(rule.in_chinese) == rule
    assert parse_rule(str(rule)) == rule


@pytest.mark.parametrize("unit", Unit)
def test_a_deadline_behind_the_year_9999_is_refused(unit: Unit) -> None:
    with pytest.raises(BeyondCalendarError):
        due(datetime(9999, 12, 31, 12, tzinfo=SHANGHAI), Rule(200, unit), OFFICIAL)


@given(starts, rules)
def test_a_deadline_is_never_before_its_start(start: datetime, rule: Rule) -> None:
    assert due(start, rule, OFFICIAL) >= start


@given(starts, starts, steady_rules)
def test_a_later_start_never_has_an_earlier_deadline(one: datetime, other: datetime, rule: Rule) -> None:
    earlier, later = sorted([one, other])
    assert due(earlier, rule, OFFICIAL) <= due(later, rule, OFFICIAL)


@given(starts, starts, st.integers(1, 60))
def test_a_later_day_never_has_an_earlier_day_some_months_on(one: datetime, other: datetime, months: int) -> None:
    earlier, later = sorted([one, other])
    rule = Rule(months, Unit.MONTH)
    assert due(earlier, rule, OFFICIAL).date() <= due(later, rule, OFFICIAL).date()


@given(starts, rules)
def test_a_larger_amount_never_has_an_earlier_deadline(start: datetime, rule: Rule) -> None:
    assert due(start, rule, OFFICIAL) <= due(start, Rule(rule.amount + 1, rule.unit), OFFICIAL)


@given(starts, st.integers(1, 400), st.sampled_from([Unit.WORKING_HOUR, Unit.WORKING_DAY]))
def test_a_working_deadline_lies_in_the_opening_hours(start: datetime, amount: int, unit: Unit) -> None:
    deadline = due(start, Rule(amount, unit), OFFICIAL)
    hours = OFFICIAL.hours(deadline.date())
    assert any(opening.start <= deadline.time() <= opening.end for opening in hours)


@given(starts, steady_rules)
def test_the_latest_start_is_the_last_second_whose_deadline_has_come(end: datetime, rule: Rule) -> None:
    latest = latest_start(end, rule, OFFICIAL)
    assert due(latest, rule, OFFICIAL) <= end
    assert due(latest + timedelta(seconds=1), rule, OFFICIAL) > end
