"""Which turns of which cycles are planned now, as plain rows ready for the database: no Django, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zhike.domain.commitments.rules.calendar import WorkingCalendar
from zhike.domain.commitments.rules.cycles import Cadence, Turns, cycles_between, turns

HORIZON = timedelta(days=60)


@dataclass(frozen=True)
class Turn:
    """A place in a cycle with its day and deadline."""

    place: int
    planned_on: date
    due_at: datetime


@dataclass(frozen=True)
class PlannedCycle:
    """A cycle of a cadence with the turns to plan now.

    A customer's place is `id % places`, or, where that is below `passed` (its day is over already),
    `places + id % left`; places without a row in `turns` get nothing now.
    """

    key: str
    places: int
    passed: int
    left: int
    turns: tuple[Turn, ...]


def planned_cycles(cadence: Cadence, calendar: WorkingCalendar, *, as_of: date) -> Iterator[PlannedCycle]:
    """The cycles that have turns between the day after `as_of` and the horizon.

    Those who join a running cycle late are planned at once, be their day beyond the horizon: a second night would
    find fewer days left and choose another one.
    """
    for cycle in cycles_between(cadence, as_of, as_of + HORIZON):
        planned = turns(cycle, calendar, as_of=as_of)
        if rows := tuple(_rows(planned, calendar, until=as_of + HORIZON)):
            yield PlannedCycle(cycle.key, len(planned.days), planned.passed, max(len(planned.left), 1), rows)


def _rows(planned: Turns, calendar: WorkingCalendar, *, until: date) -> Iterator[Turn]:
    days = [(place, day) for place, day in enumerate(planned.days) if place >= planned.passed and day <= until]
    if planned.passed:
        days += enumerate(planned.left, start=len(planned.days))
    for place, day in days:
        yield Turn(place, day, calendar.aware(calendar.closes_at(day)))
