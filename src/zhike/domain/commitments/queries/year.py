"""A year of the working calendar, day by day, with the reason why a day differs from its week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhike.domain.commitments.models import Closure
from zhike.domain.commitments.queries.company import working_calendar
from zhike.domain.commitments.rules.calendar import WorkingCalendar
from zhike.gateways import holidays


class State(StrEnum):
    """What a day is, most particular first."""

    CLOSED = "closed"
    OPEN = "open"
    HOLIDAY = "holiday"
    MAKE_UP = "make-up"
    WORK = "work"
    REST = "rest"


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day: what it is, and why where it is not what its weekday says."""

    date: date
    state: State
    reason: str

    @property
    def is_own(self) -> bool:
        """Whether the company itself said so."""
        return self.state in {State.CLOSED, State.OPEN}


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month as a sheet of weeks from Monday on; None stands for days of other months."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]
    working_days: int


@dataclass(frozen=True, kw_only=True)
class Year:
    """A year: its months, its working days, and whether its official arrangement is known."""

    number: int
    months: tuple[Month, ...]
    working_days: int
    is_published: bool
    own_days: tuple[Closure, ...]


def year(number: int) -> Year:
    """The year as the company works it: three queries."""
    calendar = working_calendar()
    own = tuple(Closure.objects.filter(day__year=number).order_by("day"))
    own_names = {closure.day: closure.name for closure in own}
    names = holidays.names(number, get_language() or "zh-hans")
    first = date(number, 1, 1)
    dates = [first + timedelta(days=offset) for offset in range((date(number, 12, 31) - first).days + 1)]
    days = [_day(each, calendar, own_names, names) for each in dates]
    months = tuple(_month(tuple(of_month), calendar) for _m, of_month in groupby(days, key=lambda day: day.date.month))
    return Year(
        number=number,
        months=months,
        working_days=sum(month.working_days for month in months),
        is_published=number in calendar.published,
        own_days=own,
    )


def _day(day: date, calendar: WorkingCalendar, own: Mapping[date, str], names: Mapping[date, str]) -> Day:
    if day in calendar.closures:
        return Day(date=day, state=State.CLOSED, reason=own.get(day, ""))
    if day in calendar.openings:
        return Day(date=day, state=State.OPEN, reason=own.get(day, ""))
    if day in calendar.make_up_days:
        return Day(date=day, state=State.MAKE_UP, reason=_("Working day in exchange for a day off"))
    if day in calendar.days_off:
        return Day(date=day, state=State.HOLIDAY, reason=names.get(day, ""))
    state = State.WORK if calendar.is_working_day(day) else State.REST
    return Day(date=day, state=state, reason="")


def _month(days: tuple[Day, ...], calendar: WorkingCalendar) -> Month:
    blanks: tuple[None, ...] = (None,) * days[0].date.weekday()
    cells: tuple[Day | None, ...] = (*blanks, *days)
    cells += (None,) * (-len(cells) % 7)
    return Month(
        first=days[0].date,
        weeks=tuple(cells[start : start + 7] for start in range(0, len(cells), 7)),
        working_days=sum(1 for day in days if calendar.is_working_day(day.date)),
    )
