"""Reads of the promise engine: the working calendar, the people behind it, and the lists of commitments."""

from zhike.domain.commitments.queries.company import calendar_notice, deadline, organisation, working_calendar
from zhike.domain.commitments.queries.lists import (
    CalendarDay,
    OnTime,
    Today,
    filtered,
    kept_on_time,
    month,
    of_customer,
    today,
    wording,
)

__all__ = [
    "CalendarDay",
    "OnTime",
    "Today",
    "calendar_notice",
    "deadline",
    "filtered",
    "kept_on_time",
    "month",
    "of_customer",
    "organisation",
    "today",
    "wording",
    "working_calendar",
]
