"""The company as the promise engine sees it: its working calendar and its people."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from zhike.domain.accounts.models import Company, Department, User
from zhike.domain.commitments.models import Closure
from zhike.domain.commitments.rules.calendar import ORDINARY_WEEK, Opening, WorkingCalendar
from zhike.domain.commitments.rules.due import HIGHEST_AMOUNT, BeyondCalendarError, Rule, RuleError, due, parse_rule
from zhike.domain.commitments.rules.duty import Organisation, Place
from zhike.gateways import holidays
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Refused

NOTICE_AHEAD = timedelta(days=60)
Hours = tuple[tuple[str, ...], ...]


def working_calendar() -> WorkingCalendar:
    """The company's hours and closures on China's official calendar; years once compiled are kept."""
    opening: dict[str, Any] = Company.objects.values_list("opening_hours", flat=True).first() or {}
    week = tuple(tuple(day) for day in opening.get("week", ()))
    exceptions = tuple(Closure.objects.order_by("day").values_list("day", "is_working"))
    return _calendar(week, opening.get("public_holidays", "china") == "china", exceptions)


def ordinary_calendar() -> WorkingCalendar:
    """The calendar of a company that says nothing about itself: ordinary hours, China's public holidays."""
    return _calendar((), True, ())


@lru_cache(maxsize=8)
def _calendar(week: Hours, keeps_public_holidays: bool, exceptions: tuple[tuple[date, bool], ...]) -> WorkingCalendar:
    official = holidays.china()
    return WorkingCalendar(
        zone=COMPANY_ZONE,
        week=tuple(tuple(_opening(text) for text in day) for day in week) or ORDINARY_WEEK,
        days_off=official.days_off if keeps_public_holidays else frozenset(),
        make_up_days=official.make_up_days if keeps_public_holidays else frozenset(),
        closures=frozenset(day for day, is_working in exceptions if not is_working),
        openings=frozenset(day for day, is_working in exceptions if is_working),
        published=official.published if keeps_public_holidays else range(date.min.year, date.max.year + 1),
    )


def _opening(text: str) -> Opening:
    start, end = text.split("-")
    return Opening(time.fromisoformat(start), time.fromisoformat(end))


def deadline(start: datetime, text: str) -> datetime:
    """When something is due that starts then and is promised within `text`, such as "2 working hours"."""
    return due_in_words(start, rule_in_words(text), working_calendar())


def rule_in_words(text: str) -> Rule:
    """Read a deadline; raises Refused with a sentence for people."""
    try:
        return parse_rule(text)
    except RuleError as error:
        sentence = _(
            "“%(text)s” is not a deadline: write a whole number from 1 to %(most)s and hours, working hours, days, "
            "working days, weeks or months, for example “2 working hours”."
        )
        raise Refused(sentence % {"text": text, "most": HIGHEST_AMOUNT}, field="rule") from error


def due_in_words(start: datetime, rule: Rule, calendar: WorkingCalendar) -> datetime:
    """The deadline; raises Refused with a sentence for people where it lies behind the year 9999."""
    try:
        return due(start, rule, calendar)
    except BeyondCalendarError as error:
        sentence = _("%(rule)s after %(start)s lies behind the year 9999: choose an earlier start or a shorter time.")
        raise Refused(sentence % {"rule": rule, "start": f"{start:%Y-%m-%d}"}, field="rule") from error


def calendar_notice(*, as_of: date) -> str | None:
    """A sentence while a year that begins within 60 days has no official arrangement yet, else None."""
    year = (as_of + NOTICE_AHEAD).year
    if year in working_calendar().published:
        return None
    sentence = _(
        "The official holidays of %(year)s are not known here yet: deadlines in %(year)s leave out make-up days. "
        "Enter the days under Settings, or update Zhike once they are announced."
    )
    return sentence % {"year": year}


def organisation() -> Organisation:
    """The departments and everybody who is active, with their roles: three queries."""
    departments = {
        department: Place(parent, head)
        for department, parent, head in Department.objects.order_by("pk").values_list("pk", "parent_id", "head_id")
    }
    active = User.objects.filter(is_active=True).order_by("pk")
    people_with: dict[str, list[int]] = defaultdict(list)
    for person, role in active.filter(roles__isnull=False).values_list("pk", "roles__key"):
        people_with[role].append(person)
    return Organisation(
        departments=departments,
        department_of=dict(active.values_list("pk", "department_id")),
        people_with={role: tuple(people) for role, people in people_with.items()},
    )
