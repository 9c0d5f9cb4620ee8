"""The company's working calendar: which days are worked, in which hours, and arithmetic on them.

Days are compiled a year at a time into sorted arrays with running totals, so that every question below is a binary
search and never a walk over hours or minutes. Local times here are naive and belong to the company's zone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

NOTHING = timedelta()
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Opening:
    """Hours without a break on one day, from `start` up to `end`."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"opening hours must end after they start: {self}")

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    @property
    def length(self) -> timedelta:
        return _since_midnight(self.end) - _since_midnight(self.start)

    def elapsed(self, at: time) -> timedelta:
        """How much of these hours has passed at that time of day."""
        return min(max(_since_midnight(at) - _since_midnight(self.start), NOTHING), self.length)


ORDINARY_DAY = (Opening(time(9), time(12)), Opening(time(13, 30), time(18)))
ORDINARY_WEEK = (ORDINARY_DAY,) * 5 + ((),) * 2


@dataclass(frozen=True)
class _Year:
    """The worked days of a year, and the working time before each: `before[-1]` is that of the whole year."""

    days: list[date]
    before: list[timedelta]


@dataclass(frozen=True)
class WorkingCalendar:
    """Weekly hours (Monday first), public holidays with their make-up days, and the company's own exceptions.

    What is said of a single day wins over the week: first `closures`, then `openings` and `make_up_days` (both are
    worked like the first open day of the week), then `days_off`. `published` are the years whose official arrangement
    is known; of other years whatever is known counts, and beyond that the week alone.
    """

    zone: ZoneInfo
    week: tuple[tuple[Opening, ...], ...] = ORDINARY_WEEK
    days_off: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    closures: frozenset[date] = frozenset()
    openings: frozenset[date] = frozenset()
    published: range = range(0)
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a working calendar has seven weekdays, at least one of them with opening hours")
        for openings in self.week:
            if any(first.end > second.start for first, second in pairwise(openings)):
                raise ValueError("opening hours of a day must follow one another")

    def hours(self, day: date) -> tuple[Opening, ...]:
        """The opening hours of that day, none if nobody works."""
        if day in self.closures:
            return ()
        if day in self.openings or day in self.make_up_days:
            return next(hours for hours in self.week if hours)
        return () if day in self.days_off else self.week[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        return bool(self.hours(day))

    def closes_at(self, day: date) -> datetime:
        """When a working day ends, local time."""
        return datetime.combine(day, self.hours(day)[-1].end)

    def end_of(self, day: date) -> datetime:
        """By when something wanted on that day is due: at its close, or at the end of a day off; local time."""
        return self.closes_at(day) if self.is_working_day(day) else datetime.combine(day, time(23, 59))

    def aware(self, local: datetime) -> datetime:
        """A local time of the company as an instant."""
        return local.replace(tzinfo=self.zone)

    def local(self, instant: datetime) -> datetime:
        """An instant as the company's wall clocks show it."""
        return instant.astimezone(self.zone).replace(tzinfo=None)

    def working_days(self, start: date, end: date) -> list[date]:
        """The working days from `start` up to, but not including, `end`."""
        found: list[date] = []
        for number in range(start.year, end.year + 1):
            days = self._year(number).days
            found += days[bisect_left(days, start) : bisect_left(days, end)]
        return found

    def working_day_after(self, day: date, count: int = 1) -> date:
        """The `count`-th working day after that day. Raises OverflowError behind the year 9999."""
        year = self._year(day.year)
        position = bisect_right(year.days, day) + count - 1
        number = day.year
        while position >= len(year.days):
            position -= len(year.days)
            number += 1
            year = self._year(number)
        return year.days[position]

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """When that much working time (more than none) has passed since a local time; both may lie outside the hours.

        The earliest such time: what fills the day ends at its close, not at the next day's opening.
        Raises OverflowError behind the year 9999.
        """
        year = self._year(start.year)
        target = self._worked(year, start) + amount
        number = start.year
        while target > year.before[-1]:
            target -= year.before[-1]
            number += 1
            year = self._year(number)
        position = bisect_left(year.before, target) - 1
        day, rest = year.days[position], target - year.before[position]
        for opening in self.hours(day):
            if rest <= opening.length:
                return datetime.combine(day, opening.start) + rest
            rest -= opening.length
        raise AssertionError("a day's running total is the sum of its openings")

    def _worked(self, year: _Year, at: datetime) -> timedelta:
        position = bisect_left(year.days, at.date())
        before = year.before[position]
        if position < len(year.days) and year.days[position] == at.date():
            before += sum((opening.elapsed(at.time()) for opening in self.hours(at.date())), NOTHING)
        return before

    def _year(self, number: int) -> _Year:
        if number > date.max.year:
            raise OverflowError("the calendar ends with the year 9999")
        if number not in self._years:
            self._years[number] = self._compiled(number)
        return self._years[number]

    def _compiled(self, number: int) -> _Year:
        first = date(number, 1, 1)
        length = (date(number, 12, 31) - first).days + 1
        days = [day for offset in range(length) if self.is_working_day(day := first + timedelta(days=offset))]
        before = [NOTHING]
        for day in days:
            before.append(before[-1] + sum((opening.length for opening in self.hours(day)), NOTHING))
        return _Year(days, before)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
