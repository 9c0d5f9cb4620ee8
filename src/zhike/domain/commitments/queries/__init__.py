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
    closing_words,
    due_by_day,
    filtered,
    of_customer,
    with_endings,
    wording,
)

__all__ = [
    "DueDay",
    "OnTime",
    "calendar_notice",
    "closing_words",
    "commitment_file",
    "deadline",
    "due_by_day",
    "filtered",
    "of_customer",
    "ordinary_calendar",
    "organisation",
    "with_endings",
    "wording",
    "working_calendar",
]
