"""Deadlines: what `2 working hours` or `1 month` after an instant means on the working calendar.

The meaning of each unit, with worked tables, is written down in docs/rules/working-time.md.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from zhike.domain.commitments.rules.calendar import WorkingCalendar

HIGHEST_AMOUNT = 9_999


class RuleError(ValueError):
    """A text that is no rule; the message says what a rule looks like."""


class BeyondCalendarError(ValueError):
    """A deadline behind the year 9999."""


class Unit(StrEnum):
    HOUR = "hour"
    WORKING_HOUR = "working hour"
    DAY = "day"
    WORKING_DAY = "working day"
    WEEK = "week"
    MONTH = "month"


_RULE = re.compile(rf"(\d+) ({'|'.join(Unit)})s?")
_CHINESE_UNITS = {
    "小时": Unit.HOUR,
    "工作小时": Unit.WORKING_HOUR,
    "工时": Unit.WORKING_HOUR,
    "天": Unit.DAY,
    "日": Unit.DAY,
    "工作日": Unit.WORKING_DAY,
    "周": Unit.WEEK,
    "星期": Unit.WEEK,
    "个月": Unit.MONTH,  # 3月 is March
}
_CHINESE_NUMBERS = {word: number for number, word in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_CHINESE = re.compile(
    rf"(\d+|[{''.join(_CHINESE_NUMBERS)}])\s*(?:个\s*(?!个|天|日|周))?({'|'.join(_CHINESE_UNITS)}|(?<=个)月)(?:之?内|以内)?"
)


@dataclass(frozen=True)
class Rule:
    """An amount of one unit, at least one: `Rule(2, Unit.WORKING_HOUR)` is "2 working hours"."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}" + ("s" if self.amount > 1 else "")

    @property
    def in_chinese(self) -> str:
        """`2个工作小时`; reads back as the same rule."""
        word = next(word for word, unit in _CHINESE_UNITS.items() if unit == self.unit)
        counted = "" if self.unit in (Unit.DAY, Unit.WEEK, Unit.MONTH) else "个"
        return f"{self.amount}{counted}{word}"


def parse_rule(text: str) -> Rule:
    """Read `24 hours`, `2 working hours`, `3 days`, `1 working day`, `2 weeks`, `1 month`; raises RuleError.

    In Chinese as well: `24小时`, `2个工作小时`, `3天`, `1个工作日`, `两周`, `1个月`.
    """
    plain = " ".join(text.lower().split())
    amount, unit = _read(plain)
    if unit is None or not 1 <= amount <= HIGHEST_AMOUNT:
        raise RuleError(
            f"“{text}” is not a deadline; expected a whole number from 1 to {HIGHEST_AMOUNT} and hours, working hours, "
            "days, working days, weeks or months, such as “2 working hours”"
        )
    return Rule(amount, unit)


def _read(text: str) -> tuple[int, Unit | None]:
    if found := _RULE.fullmatch(text):
        return int(found[1]), Unit(found[2])
    if found := _CHINESE.fullmatch(text):
        return _CHINESE_NUMBERS.get(found[1]) or int(found[1]), _CHINESE_UNITS.get(found[2], Unit.MONTH)
    return 0, None


def due(start: datetime, rule: Rule, calendar: WorkingCalendar) -> datetime:
    """The deadline of what started at an instant; aware, in the company's zone. Raises BeyondCalendarError."""
    try:
        return _due(start, rule, calendar)
    except OverflowError as error:
        raise BeyondCalendarError(f"{rule} after {start:%Y-%m-%d} lies behind the year 9999") from error


def _due(start: datetime, rule: Rule, calendar: WorkingCalendar) -> datetime:
    local = calendar.local(start)
    match rule.unit:
        case Unit.HOUR:
            return (start + timedelta(hours=rule.amount)).astimezone(calendar.zone)
        case Unit.WORKING_HOUR:
            return calendar.aware(calendar.add_working_time(local, timedelta(hours=rule.amount)))
        case Unit.DAY:
            return calendar.aware(local + timedelta(days=rule.amount))
        case Unit.WORKING_DAY:
            return calendar.aware(calendar.closes_at(calendar.working_day_after(local.date(), rule.amount)))
        case Unit.WEEK:
            return calendar.aware(local + timedelta(weeks=rule.amount))
        case Unit.MONTH:
            return calendar.aware(datetime.combine(add_months(local.date(), rule.amount), local.time()))


def add_months(day: date, count: int) -> date:
    """The same day that many months later, or the last day of a month that is too short for it."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    if year > date.max.year:
        raise OverflowError("the calendar ends with the year 9999")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def latest_start(end: datetime, rule: Rule, calendar: WorkingCalendar) -> datetime:
    """The latest instant, to the second, whose deadline by this rule is not after `end`: `due` the other way round.

    Because a later start never has an earlier deadline, everything that started by then is past its deadline at `end`.
    Months are the exception at month ends (30 and 31 January both lead to 28 February): there the answer may be off by
    those days.
    """
    span = 1
    while due(end - timedelta(seconds=span), rule, calendar) > end:
        span *= 2
    low, high = 0, span
    while low < high:
        middle = (low + high) // 2
        if due(end - timedelta(seconds=middle), rule, calendar) > end:
            low = middle + 1
        else:
            high = middle
    return end - timedelta(seconds=low)
