"""The cycles of a cadence, and the day within a cycle on which each customer's turn comes.

Turns are spread evenly over the working days of a cycle by the customer's id, so that nobody's month has all its visits
in the first week, and the same customer always gets the same place. See docs/rules/care-plans.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from zhike.domain.commitments.rules.calendar import WorkingCalendar
from zhike.domain.commitments.rules.due import RuleError, add_months

MONTHS_OF = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
MOST_WEEKS = 52
FIRST_MONDAY = date(1970, 1, 5)
_WEEKS = re.compile(r"(?:(\d+) )?weeks?")


@dataclass(frozen=True)
class Cadence:
    """How often: every so many months of the calendar (1, 3, 6, 12) or every so many weeks from Monday on."""

    months: int = 0
    weeks: int = 0

    def __str__(self) -> str:
        named = {months: name for name, months in MONTHS_OF.items()}
        return named[self.months] if self.months else f"{self.weeks} week" + ("s" if self.weeks > 1 else "")

    def cycle_of(self, day: date) -> Cycle:
        """The cycle in which a day lies."""
        if self.weeks:
            index = (day - FIRST_MONDAY).days // 7 // self.weeks
            start = FIRST_MONDAY + timedelta(weeks=index * self.weeks)
            year, week, _ = start.isocalendar()
            key = f"{year}W{week:02d}" + (f"x{self.weeks}" if self.weeks > 1 else "")
            return Cycle(key, start, start + timedelta(weeks=self.weeks))
        number = (day.month - 1) // self.months
        start = date(day.year, number * self.months + 1, 1)
        letters = {1: f"-{number + 1:02d}", 3: f"Q{number + 1}", 6: f"H{number + 1}", 12: ""}
        return Cycle(f"{day.year}{letters[self.months]}", start, add_months(start, self.months))


@dataclass(frozen=True)
class Cycle:
    """One round of a cadence: the days from `start` up to, but not including, `end`; `key` names it, as `2026Q4`."""

    key: str
    start: date
    end: date


def parse_cadence(text: str) -> Cadence:
    """Read `month`, `quarter`, `half-year`, `year`, `week`, `2 weeks`; raises RuleError."""
    plain = " ".join(text.lower().split())
    if plain in MONTHS_OF:
        return Cadence(months=MONTHS_OF[plain])
    found = _WEEKS.fullmatch(plain)
    if not found or not 1 <= int(found[1] or 1) <= MOST_WEEKS:
        raise RuleError(
            f"“{text}” is not a cadence; expected month, quarter, half-year, year, or a number of weeks from 1 to "
            f"{MOST_WEEKS}, such as “2 weeks”"
        )
    return Cadence(weeks=int(found[1] or 1))


def cycles_between(cadence: Cadence, first: date, last: date) -> list[Cycle]:
    """The cycles that have a day from `first` up to and including `last`, in order."""
    found = [cadence.cycle_of(first)]
    while found[-1].end <= last:
        found.append(cadence.cycle_of(found[-1].end))
    return found


def slots(cycle: Cycle, calendar: WorkingCalendar) -> tuple[date, ...]:
    """The days of a cycle that can hold a turn: its working days; none if the whole cycle is closed."""
    return tuple(calendar.working_days(cycle.start, cycle.end))


@dataclass(frozen=True)
class Turns:
    """The turns of one cycle as planned on the day `as_of`.

    A customer's place is its id modulo the number of `days`. Places of which the day is already over (the first
    `passed` of them) belong to customers who joined after their day: they are spread over the days `left`, unless less
    than a quarter of the cycle remains, when their first turn comes in the next cycle.
    """

    days: tuple[date, ...]
    passed: int
    is_nearly_over: bool

    @cached_property
    def left(self) -> tuple[date, ...]:
        return () if self.is_nearly_over else self.days[self.passed :]


def turns(cycle: Cycle, calendar: WorkingCalendar, *, as_of: date) -> Turns:
    """How the turns of a cycle fall when they are planned on the evening of `as_of`."""
    days = slots(cycle, calendar)
    passed = sum(day <= as_of for day in days)
    remaining = cycle.end - max(as_of + timedelta(days=1), cycle.start)
    return Turns(days, passed, is_nearly_over=remaining * 4 < cycle.end - cycle.start)
