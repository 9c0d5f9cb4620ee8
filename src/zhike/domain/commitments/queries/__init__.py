"""Reads of the promise engine: the working calendar, the people behind it, and the lists of commitments."""

from zhike.domain.commitments.queries.company import (
    calendar_notice,
    deadline,
    ordinary_calendar,
    organisation,
    working_calendar,
)
from zhike.domain.commitments.queries.files import commitment_file
from zhike.domain.commitments.queries.lists import (
    DueDay,
    OnTime,
    due_by_day,
    filtered,
    of_customer,
    wording,
)

__all__ = [
    "DueDay",
    "OnTime",
    "calendar_notice",
    "commitment_file",
    "deadline",
    "due_by_day",
    "filtered",
    "of_customer",
    "ordinary_calendar",
    "organisation",
    "wording",
    "working_calendar",
]
