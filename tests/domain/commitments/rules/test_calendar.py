from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.commitments.rules.calendar import ORDINARY_DAY, Opening, WorkingCalendar
from zhike.gateways import holidays

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = holidays.china()
OFFICIAL = WorkingCalendar(
    SHANGHAI, days_off=CHINA.days_off, make_up_days=CHINA.make_up_days, published=CHINA.published
)
local_times = st.builds(datetime.combine, st.dates(date(2019, 1, 1), date(2027, 12, 31)), st.times())


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2026, 2, 13), True),  # the Friday before
        (date(2026, 2, 14), True),  # a make-up Saturday
        (date(2026, 2, 15), False),  # the eve of the eve, a Sunday
        (date(2026, 2, 16), False),  # the eve of Spring Festival
        (date(2026, 2, 23), False),  # swapped for 28 February
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # a make-up Saturday
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),
        (date(2026, 1, 4), True),  # a make-up Sunday
        (date(2024, 2, 29), True),
        (date(2020, 1, 31), False),  # the holiday prolonged by decree
        (date(2027, 1, 1), False),  # fixed by law; the arrangement itself is not out
        (date(2031, 10, 1), True),  # nothing known yet: a Wednesday
        (date(2031, 10, 4), False),  # a Saturday
    ],
)
def test_a_day_is_worked_as_the_official_arrangement_says(day: date, is_worked: bool) -> None:
    assert OFFICIAL.is_working_day(day) is is_worked


def test_what_the_company_says_of_a_day_wins_over_the_official_arrangement() -> None:
    calendar = WorkingCalendar(
        SHANGHAI,
        days_off=CHINA.days_off,
        make_up_days=CHINA.make_up_days,
        closures=frozenset({date(2026, 2, 14)}),
        openings=frozenset({date(2026, 2, 23)}),
    )
    assert calendar.working_days(date(2026, 2, 13), date(2026, 2, 25)) == [
        date(2026, 2, 13),
        date(2026, 2, 23),
        date(2026, 2, 24),
    ]


def test_a_make_up_day_has_the_hours_of_an_ordinary_day() -> None:
    assert OFFICIAL.hours(date(2026, 2, 14)) == ORDINARY_DAY


def test_the_third_working_day_after_new_years_eve_lies_in_the_next_year() -> None:
    assert OFFICIAL.working_day_after(date(2025, 12, 31), 3) == date(2026, 1, 6)  # 4 January is a make-up Sunday


def test_working_days_can_be_counted_over_decades() -> None:
    far = OFFICIAL.working_day_after(date(2026, 11, 20), 5000)
    assert len(OFFICIAL.working_days(date(2026, 11, 21), far)) == 4999


def test_a_week_without_hours_is_no_calendar() -> None:
    with pytest.raises(ValueError, match="seven weekdays"):
        WorkingCalendar(SHANGHAI, week=((),) * 7)


def test_overlapping_hours_are_no_calendar() -> None:
    overlapping = (Opening(time(9), time(12)), Opening(time(11), time(18)))
    with pytest.raises(ValueError, match="follow one another"):
        WorkingCalendar(SHANGHAI, week=(overlapping,) * 7)


@given(local_times, st.integers(1, 200 * 60))
def test_working_time_is_the_sum_of_the_openings_between(start: datetime, minutes: int) -> None:
    end = OFFICIAL.add_working_time(start, timedelta(minutes=minutes))
    passed = timedelta()
    for offset in range((end.date() - start.date()).days + 1):
        day = start.date() + timedelta(days=offset)
        for opening in OFFICIAL.hours(day):
            first = max(start, datetime.combine(day, opening.start))
            last = min(end, datetime.combine(day, opening.end))
            passed += max(last - first, timedelta())
    assert passed == timedelta(minutes=minutes)


@given(local_times, st.integers(1, 500))
def test_the_nth_working_day_after_a_day_is_the_last_of_n(start: datetime, count: int) -> None:
    day = start.date()
    found = OFFICIAL.working_day_after(day, count)
    between = OFFICIAL.working_days(day + timedelta(days=1), found + timedelta(days=1))
    assert len(between) == count
    assert between[-1] == found
